// SPDX-License-Identifier: Apache-2.0
// Any bytes as JSON and as text: redacting ends, twice is once, an object stays an object and what was JSON stays JSON;
// a secret that is planted where secrets are found is gone, whatever stands around it.

#include "core/audit/redact/Redactor.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

using namespace andon;

namespace {

const QString kSecret = QStringLiteral("Qz7planted9Xw2secretK4");

[[noreturn]] void fail(const char *what, const QString &text)
{
    std::fprintf(stderr, "fuzz_redact: %s: %s\n", what, qPrintable(text));
    std::abort();
}

void must(bool holds, const char *what, const QString &text)
{
    if (!holds)
        fail(what, text);
}

const Redactor &builtIn()
{
    static const Redactor redactor;
    return redactor;
}

const Redactor &extended()
{
    static const Redactor redactor(RedactionRules{{QStringLiteral("badge number"), QStringLiteral("x")},
                                                  {QStringLiteral("\\b(\\d{4})-\\d"), QStringLiteral("zz+")},
                                                  {QStringLiteral("session_token")}});
    return redactor;
}

QString compact(const QJsonObject &object)
{
    return QString::fromUtf8(QJsonDocument(object).toJson(QJsonDocument::Compact));
}

void checkAny(const Redactor &redactor, const QString &text)
{
    const QString json = redactor.redactJson(text);
    must(redactor.redactJson(json) == json, "JSON redacted twice differs", text);
    const QString plain = redactor.redactText(text);
    must(redactor.redactText(plain) == plain, "text redacted twice differs", text);
    const QJsonDocument before = QJsonDocument::fromJson(text.toUtf8());
    const QJsonDocument after = QJsonDocument::fromJson(json.toUtf8());
    must(!before.isObject() || after.isObject(), "an object is none any more", text);
    must(!before.isArray() || after.isArray(), "a list is none any more", text);
}

/// What follows a key in valid JSON does not depend on what stands around.
void checkPlantedInJson(const QString &text)
{
    QJsonObject object{{QStringLiteral("a"), text}, {QStringLiteral("password"), kSecret}};
    object.insert(text, QJsonObject{{QStringLiteral("x"), text}, {QStringLiteral("API-Key"), kSecret}});
    object.insert(QStringLiteral("list"),
                  QJsonArray{text, QStringLiteral("--token"), kSecret, QJsonObject{{QStringLiteral("authToken"), 5}}});
    object.insert(QStringLiteral("body"), compact({{text, 1}, {QStringLiteral("client_secret"), kSecret}}));
    const QString json = compact(object);
    if (text.contains(kSecret))
        return;
    const QString redacted = builtIn().redactJson(json);
    must(!redacted.contains(kSecret), "a planted secret survives in JSON", json);
    must(QJsonDocument::fromJson(redacted.toUtf8()).isObject(), "an object is none any more", json);
}

/// A line of its own is a line of its own, whatever the lines before and after.
void checkPlantedInText(const QString &text)
{
    if (text.contains(kSecret))
        return;
    for (const QString &line : {QStringLiteral("\npassword=%1\n"), QStringLiteral("\nAuthorization: Bearer %1\n"),
                                QStringLiteral("\n--token %1 \n"), QStringLiteral("\nhttps://bob:%1@host/\n"),
                                QStringLiteral("\napi_key: \"%1 %1\"\n"),
                                QStringLiteral("\n-----BEGIN PRIVATE KEY-----\n%1\n-----END PRIVATE KEY-----\n"),
                                QStringLiteral("\nBearer %1\n")}) {
        const QString whole = text + line.arg(kSecret) + text;
        must(!builtIn().redactText(whole).contains(kSecret), "a planted secret survives in text", whole);
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1)
        return 0;
    // Some inputs as UTF-16, for lone surrogates.
    QString text;
    if ((data[0] & 7) == 7) {
        std::u16string units(size / 2, u'\0');
        std::memcpy(units.data(), data, units.size() * sizeof(char16_t));
        text = QString::fromStdU16String(units);
    } else {
        text = QString::fromUtf8(reinterpret_cast<const char *>(data), qsizetype(size));
    }
    checkAny(builtIn(), text);
    checkAny(extended(), text);
    checkPlantedInJson(text);
    checkPlantedInText(text);
    return 0;
}
