// SPDX-License-Identifier: Apache-2.0
#include "core/storage/StoredSettings.h"

#include "core/Error.h"
#include "core/storage/Database.h"

#include <QJsonDocument>

#include <algorithm>
#include <array>

namespace andon {

namespace {

/// What a setting takes, and what it is where nobody has set it.
struct Known
{
    enum class Kind { YesNo, Number, Json };

    QString name;
    Kind kind;
    QString standard;
    qint64 least = 0;
    qint64 greatest = 0;
};

const std::array<Known, 6> &known()
{
    static const std::array<Known, 6> table{{
        {StoredSettings::kApprovalRequired, Known::Kind::YesNo, QStringLiteral("no")},
        {StoredSettings::kApprovalSeconds, Known::Kind::Number, QStringLiteral("60"), 1, 86'400},
        {StoredSettings::kStopDeadline, Known::Kind::Number, QStringLiteral("2000"), 100, 600'000},
        {StoredSettings::kLease, Known::Kind::Number, QStringLiteral("3000"), 200, 600'000},
        {StoredSettings::kLeaseRenewal, Known::Kind::Number, QStringLiteral("500"), 50, 60'000},
        {StoredSettings::kRedaction, Known::Kind::Json, QStringLiteral("{}")},
    }};
    return table;
}

const Known &find(const QString &name)
{
    for (const Known &setting : known()) {
        if (setting.name == name)
            return setting;
    }
    throw InvalidInputError(QStringLiteral("There is no setting \"%1\". The settings are: %2.")
                                .arg(name, StoredSettings::names().join(QStringLiteral(", "))));
}

/// Why a setting does not take this value; empty where it does.
QString complaint(const Known &setting, const QString &value)
{
    if (setting.kind == Known::Kind::YesNo)
        return value == u"yes" || value == u"no" ? QString() : QStringLiteral("yes or no");
    if (setting.kind == Known::Kind::Json)
        return QJsonDocument::fromJson(value.toUtf8()).isObject() ? QString() : QStringLiteral("a JSON object");
    bool isNumber = false;
    const qint64 number = value.toLongLong(&isNumber);
    return isNumber && number >= setting.least && number <= setting.greatest
        ? QString()
        : QStringLiteral("a whole number from %1 to %2").arg(setting.least).arg(setting.greatest);
}

} // namespace

QStringList StoredSettings::names()
{
    QStringList names;
    for (const Known &setting : known())
        names << setting.name;
    return names;
}

std::optional<QString> StoredSettings::stored(const QString &name)
{
    const QVariant value = m_database.scalar(QStringLiteral("SELECT value FROM andon_meta WHERE key = ?"), {name});
    return value.isValid() && !value.isNull() ? std::optional(value.toString()) : std::nullopt;
}

QString StoredSettings::value(const QString &name)
{
    return stored(name).value_or(find(name).standard);
}

void StoredSettings::setValue(const QString &name, const QString &value)
{
    const QString wanted = complaint(find(name), value);
    if (!wanted.isEmpty())
        throw InvalidInputError(QStringLiteral("%1 takes %2, and \"%3\" is none.").arg(name, wanted, value));
    if (name == kLease || name == kLeaseRenewal)
        requireTwoRenewals(name, value.toLongLong());
    m_database.run(QStringLiteral("INSERT INTO andon_meta(key, value) VALUES(?, ?) "
                                  "ON CONFLICT(key) DO UPDATE SET value = excluded.value"),
                   {name, value});
}

void StoredSettings::requireTwoRenewals(const QString &name, qint64 value)
{
    const qint64 lease = name == kLease ? value : number(kLease);
    const qint64 renewal = name == kLease ? number(kLeaseRenewal) : value;
    if (lease >= 2 * renewal)
        return;
    throw InvalidInputError(QStringLiteral("%1 must be at least twice %2, or one late answer would end what runs: %3 "
                                           "and %4 are not. Set the other one first.")
                                .arg(kLease, kLeaseRenewal)
                                .arg(lease)
                                .arg(renewal));
}

bool StoredSettings::isApprovalRequired()
{
    return value(kApprovalRequired) != u"no";
}

qint64 StoredSettings::number(const QString &name)
{
    const Known &setting = find(name);
    const QString text = value(name);
    return complaint(setting, text).isEmpty() ? text.toLongLong() : setting.standard.toLongLong();
}

std::chrono::seconds StoredSettings::approvalTime()
{
    return std::chrono::seconds(number(kApprovalSeconds));
}

std::chrono::milliseconds StoredSettings::stopDeadline()
{
    return std::chrono::milliseconds(number(kStopDeadline));
}

std::chrono::milliseconds StoredSettings::leaseTime()
{
    return std::chrono::milliseconds(number(kLease));
}

std::chrono::milliseconds StoredSettings::leaseRenewal()
{
    return std::min(std::chrono::milliseconds(number(kLeaseRenewal)), leaseTime() / 2);
}

} // namespace andon
