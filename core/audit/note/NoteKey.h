// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>
#include <QString>

#include <array>
#include <optional>

namespace andon {

/// The first four bytes of SHA-256(name ‖ 0x0A ‖ 0x01 ‖ public key), as C2SP signed-note computes it.
using KeyId = std::array<unsigned char, 4>;

/// Who is trusted to sign notes: an Ed25519 public key with a name (C2SP signed-note).
class VerifierKey
{
public:
    using PublicKey = std::array<unsigned char, 32>;

    /// Throws InvalidInputError where the name is empty, or has a space (any of Unicode), a plus sign or a control
    /// character.
    VerifierKey(const QString &name, const PublicKey &key);
    /// Reads `name+hash+base64`, where hash is the key id in eight hexadecimal digits, and base64 the byte 0x01 and the
    /// 32 bytes of the key. Throws InvalidInputError for anything else, a hash that is not that of the key included.
    static VerifierKey parse(const QString &text);

    [[nodiscard]] const QString &name() const { return m_name; }
    [[nodiscard]] const KeyId &id() const { return m_id; }
    /// As `parse` takes it.
    [[nodiscard]] QString toString() const;
    /// The key id in eight hexadecimal digits.
    [[nodiscard]] QString idText() const;

    /// Whether the signature (64 bytes) is that of this key over these bytes (RFC 8032).
    [[nodiscard]] bool hasSigned(QByteArrayView text, QByteArrayView signature) const;

    friend bool operator==(const VerifierKey &, const VerifierKey &) = default;

private:
    QString m_name;
    PublicKey m_key;
    KeyId m_id;
};

/// An Ed25519 key that signs notes. Its secret is wiped from memory with it (libsodium's sodium_memzero).
class SigningKey
{
public:
    /// A new one. Throws as VerifierKey does.
    static SigningKey make(const QString &name);
    /// Reads `PRIVATE+KEY+name+hash+base64`, where base64 is the byte 0x01 and the 32 bytes of the seed.
    /// Throws InvalidInputError; its message never holds the text.
    static SigningKey parse(const QByteArray &text);
    SigningKey(const SigningKey &other) = default;
    SigningKey &operator=(const SigningKey &other) = default;
    ~SigningKey();

    [[nodiscard]] const VerifierKey &verifier() const { return m_verifier; }
    /// As `parse` takes it: for the file that holds the key, and nothing else.
    [[nodiscard]] QByteArray toSecretText() const;
    /// The signature over these bytes: 64 bytes.
    [[nodiscard]] QByteArray sign(QByteArrayView text) const;

private:
    using Secret = std::array<unsigned char, 64>;
    SigningKey(const VerifierKey &verifier, const Secret &secret);

    VerifierKey m_verifier;
    Secret m_secret;
};

} // namespace andon
