// SPDX-License-Identifier: Apache-2.0
#include "core/audit/seal/TreeHash.h"

#ifdef ANDON_HAS_OPENSSL
#include <openssl/evp.h>
#endif
#include <sodium.h>

#include <algorithm>
#include <memory>

namespace andon {

namespace {

constexpr unsigned char kLeafPrefix = 0;
constexpr unsigned char kNodePrefix = 1;

const unsigned char *bytesOf(std::string_view text)
{
    return reinterpret_cast<const unsigned char *>(text.data());
}

/// SHA-256 of a prefix and what follows it, with libsodium.
TreeHash hashWithSodium(unsigned char prefix, std::string_view bytes)
{
    TreeHash hash;
    crypto_hash_sha256_state state;
    crypto_hash_sha256_init(&state);
    crypto_hash_sha256_update(&state, &prefix, 1);
    crypto_hash_sha256_update(&state, bytesOf(bytes), bytes.size());
    crypto_hash_sha256_final(&state, hash.data());
    return hash;
}

#ifdef ANDON_HAS_OPENSSL

/// OpenSSL's SHA-256, made ready once a thread: fetching an algorithm takes as long as hashing an entry
/// (docs.openssl.org, EVP_MD_fetch).
class FastHasher
{
public:
    FastHasher()
        : m_context(EVP_MD_CTX_new(), &EVP_MD_CTX_free)
    {
        const std::unique_ptr<EVP_MD, void (*)(EVP_MD *)> algorithm(EVP_MD_fetch(nullptr, "SHA256", nullptr),
                                                                    &EVP_MD_free);
        m_isReady = m_context && algorithm && EVP_DigestInit_ex2(m_context.get(), algorithm.get(), nullptr) == 1;
    }

    /// False where this machine's OpenSSL cannot.
    bool hash(unsigned char prefix, std::string_view bytes, TreeHash &hash)
    {
        EVP_MD_CTX *context = m_context.get();
        return m_isReady && EVP_DigestInit_ex2(context, nullptr, nullptr) == 1
            && EVP_DigestUpdate(context, &prefix, 1) == 1 && EVP_DigestUpdate(context, bytes.data(), bytes.size()) == 1
            && EVP_DigestFinal_ex(context, hash.data(), nullptr) == 1;
    }

private:
    std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX *)> m_context;
    bool m_isReady = false;
};

TreeHash hashOf(unsigned char prefix, std::string_view bytes)
{
    static thread_local FastHasher hasher;
    TreeHash hash;
    return hasher.hash(prefix, bytes, hash) ? hash : hashWithSodium(prefix, bytes);
}

#else

TreeHash hashOf(unsigned char prefix, std::string_view bytes)
{
    return hashWithSodium(prefix, bytes);
}

#endif

} // namespace

TreeHash leafHash(std::string_view entry)
{
    return hashOf(kLeafPrefix, entry);
}

TreeHash nodeHash(const TreeHash &left, const TreeHash &right)
{
    std::array<char, 2 * sizeof(TreeHash)> both;
    std::copy(right.begin(), right.end(), std::copy(left.begin(), left.end(), both.begin()));
    return hashOf(kNodePrefix, std::string_view(both.data(), both.size()));
}

TreeHash emptyTreeHash()
{
    TreeHash hash;
    crypto_hash_sha256(hash.data(), nullptr, 0);
    return hash;
}

QByteArray toBase64(const TreeHash &hash)
{
    return QByteArray::fromRawData(reinterpret_cast<const char *>(hash.data()), static_cast<qsizetype>(hash.size()))
        .toBase64();
}

std::optional<TreeHash> treeHashFromBase64(QByteArrayView text)
{
    const auto result = QByteArray::fromBase64Encoding(text.toByteArray(), QByteArray::AbortOnBase64DecodingErrors);
    if (!result)
        return std::nullopt;
    const QByteArray &bytes = *result;
    if (bytes.toBase64() != text)
        return std::nullopt;
    return treeHashFromBytes(std::string_view(bytes.constData(), static_cast<std::size_t>(bytes.size())));
}

std::optional<TreeHash> treeHashFromBytes(std::string_view bytes)
{
    TreeHash hash;
    if (bytes.size() != hash.size())
        return std::nullopt;
    std::copy(bytes.begin(), bytes.end(), hash.begin());
    return hash;
}

} // namespace andon
