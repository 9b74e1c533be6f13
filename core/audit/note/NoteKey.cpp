// SPDX-License-Identifier: Apache-2.0
#include "core/audit/note/NoteKey.h"

#include "core/Error.h"
#include "core/audit/note/NoteText.h"

#include <sodium.h>

#include <algorithm>

namespace andon {

namespace {

/// The signature type of Ed25519 (C2SP signed-note, "Signature types").
constexpr char kEd25519 = 1;
constexpr qsizetype kKeyIdDigits = 8;
constexpr QByteArrayView kSecretPrefix = "PRIVATE+KEY+";

/// The type, and the 32 bytes of a public key or of a seed.
using TypedKey = std::array<unsigned char, 1 + crypto_sign_SEEDBYTES>;

static_assert(std::tuple_size_v<VerifierKey::PublicKey> == crypto_sign_PUBLICKEYBYTES);
static_assert(crypto_sign_PUBLICKEYBYTES == crypto_sign_SEEDBYTES);

/// libsodium picks its implementations, and opens the system's source of random bytes. Any thread may be the first.
void prepareSodium()
{
    static const bool isReady = sodium_init() >= 0;
    if (!isReady)
        throw Error(QStringLiteral("libsodium does not work on this machine, so nothing can be signed or verified."));
}

/// Wiped at the end of its scope.
template<typename Bytes>
struct Wiped
{
    Bytes bytes{};

    Wiped() = default;
    ~Wiped() { sodium_memzero(bytes.data(), bytes.size()); }
    Wiped(const Wiped &) = delete;
    Wiped &operator=(const Wiped &) = delete;
};

const unsigned char *bytesOf(QByteArrayView view)
{
    return reinterpret_cast<const unsigned char *>(view.data());
}

KeyId keyId(const QString &name, const VerifierKey::PublicKey &key)
{
    QByteArray named = name.toUtf8();
    named += '\n';
    named += kEd25519;
    named.append(reinterpret_cast<const char *>(key.data()), static_cast<qsizetype>(key.size()));
    std::array<unsigned char, crypto_hash_sha256_BYTES> hash;
    crypto_hash_sha256(hash.data(), bytesOf(named), static_cast<std::size_t>(named.size()));
    KeyId id;
    std::copy_n(hash.begin(), id.size(), id.begin());
    return id;
}

/// False unless it is the canonical Base64 of an Ed25519 key.
bool readTypedKey(QByteArrayView base64, TypedKey *key)
{
    return NoteText::fromBase64(base64, *key) == static_cast<qsizetype>(key->size()) && key->front() == kEd25519;
}

/// Takes `name+hash+base64` apart. False where a part is missing, or the hash is not eight hexadecimal digits.
struct KeyText
{
    QByteArrayView name;
    QByteArrayView hash;
    QByteArrayView base64;

    bool read(QByteArrayView text)
    {
        const qsizetype first = text.indexOf('+');
        const qsizetype second = first < 0 ? -1 : text.indexOf('+', first + 1);
        if (second < 0)
            return false;
        name = text.first(first);
        hash = text.sliced(first + 1, second - first - 1);
        base64 = text.sliced(second + 1);
        return hash.size() == kKeyIdDigits && std::all_of(hash.begin(), hash.end(), [](char digit) {
                   return (digit >= '0' && digit <= '9') || (digit >= 'a' && digit <= 'f');
               });
    }
};

} // namespace

VerifierKey::VerifierKey(const QString &name, const PublicKey &key)
    : m_name(name)
    , m_key(key)
    , m_id(keyId(name, key))
{
    if (!NoteText::isKeyName(name))
        throw InvalidInputError(QStringLiteral("\"%1\" cannot be the name of a key: a name is not empty, and has no "
                                               "spaces, plus signs or control characters.")
                                    .arg(name));
}

VerifierKey VerifierKey::parse(const QString &text)
{
    const QByteArray utf8 = text.toUtf8();
    KeyText parts;
    TypedKey typed;
    if (!parts.read(utf8) || !readTypedKey(parts.base64, &typed))
        throw InvalidInputError( // without the text: it may be a signing key
            QStringLiteral(
                "This is no verifier key: it has the form name+hash+base64, as andonctl key show prints it."));
    PublicKey key;
    std::copy(typed.begin() + 1, typed.end(), key.begin());
    VerifierKey verifier(NoteText::fromUtf8(parts.name), key);
    if (verifier.toString() != text)
        throw InvalidInputError(
            QStringLiteral("The verifier key of %1 is damaged: its hash is not that of its name and "
                           "its key. Copy it once more.")
                .arg(verifier.name()));
    return verifier;
}

QString VerifierKey::toString() const
{
    QByteArray typed(1, kEd25519);
    typed.append(reinterpret_cast<const char *>(m_key.data()), static_cast<qsizetype>(m_key.size()));
    return m_name + u'+' + idText() + u'+' + QString::fromLatin1(typed.toBase64());
}

QString VerifierKey::idText() const
{
    return QString::fromLatin1(
        QByteArray(reinterpret_cast<const char *>(m_id.data()), static_cast<qsizetype>(m_id.size())).toHex());
}

bool VerifierKey::hasSigned(QByteArrayView text, QByteArrayView signature) const
{
    prepareSodium();
    return signature.size() == crypto_sign_BYTES
        && crypto_sign_verify_detached(bytesOf(signature), bytesOf(text), static_cast<unsigned long long>(text.size()),
                                       m_key.data())
        == 0;
}

SigningKey::SigningKey(const VerifierKey &verifier, const Secret &secret)
    : m_verifier(verifier)
    , m_secret(secret)
{
    static_assert(std::tuple_size_v<Secret> == crypto_sign_SECRETKEYBYTES);
}

SigningKey::~SigningKey()
{
    sodium_memzero(m_secret.data(), m_secret.size());
}

SigningKey SigningKey::make(const QString &name)
{
    prepareSodium();
    VerifierKey::PublicKey key;
    Wiped<Secret> secret;
    crypto_sign_keypair(key.data(), secret.bytes.data());
    return {VerifierKey(name, key), secret.bytes};
}

SigningKey SigningKey::parse(const QByteArray &text)
{
    prepareSodium();
    const auto refuse = [] {
        throw InvalidInputError(
            QStringLiteral("This is no signing key: it has the form PRIVATE+KEY+name+hash+base64."));
    };
    KeyText parts;
    Wiped<TypedKey> typed;
    const bool isRead = text.startsWith(kSecretPrefix) && parts.read(QByteArrayView(text).sliced(kSecretPrefix.size()))
        && readTypedKey(parts.base64, &typed.bytes);
    if (!isRead || !parts.name.toByteArray().isValidUtf8())
        refuse();
    const QString name = NoteText::fromUtf8(parts.name);
    if (!NoteText::isKeyName(name))
        refuse();

    VerifierKey::PublicKey key;
    Wiped<Secret> secret;
    crypto_sign_seed_keypair(key.data(), secret.bytes.data(), typed.bytes.data() + 1);
    const VerifierKey verifier(name, key);
    if (verifier.idText() != QLatin1String(parts.hash))
        throw InvalidInputError(
            QStringLiteral("The signing key is damaged: its hash is not that of its name and its key."));
    return {verifier, secret.bytes};
}

QByteArray SigningKey::toSecretText() const
{
    Wiped<TypedKey> typed;
    typed.bytes.front() = kEd25519;
    std::copy_n(m_secret.begin(), crypto_sign_SEEDBYTES,
                typed.bytes.begin() + 1); // the secret key begins with the seed
    Wiped<std::array<char, sodium_base64_ENCODED_LEN(std::tuple_size_v<TypedKey>, sodium_base64_VARIANT_ORIGINAL)>>
        base64;
    sodium_bin2base64(base64.bytes.data(), base64.bytes.size(), typed.bytes.data(), typed.bytes.size(),
                      sodium_base64_VARIANT_ORIGINAL);
    const QByteArray begin = kSecretPrefix.toByteArray() + m_verifier.name().toUtf8() + '+'
        + m_verifier.idText().toLatin1() + '+';
    QByteArray text;
    text.reserve(begin.size() + static_cast<qsizetype>(base64.bytes.size())); // no copy is left behind by growing
    text += begin;
    text += base64.bytes.data();
    return text;
}

QByteArray SigningKey::sign(QByteArrayView text) const
{
    prepareSodium();
    QByteArray signature(crypto_sign_BYTES, Qt::Uninitialized);
    crypto_sign_detached(reinterpret_cast<unsigned char *>(signature.data()), nullptr, bytesOf(text),
                         static_cast<unsigned long long>(text.size()), m_secret.data());
    return signature;
}

} // namespace andon
