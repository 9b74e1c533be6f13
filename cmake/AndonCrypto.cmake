# SPDX-License-Identifier: Apache-2.0
# Andon::crypto: OpenSSL's libcrypto, for SHA-256 by the processor's own instructions, three times as fast as libsodium.
# Where there is none, libsodium hashes too (core/audit/seal/TreeHash.cpp).

add_library(andon_crypto INTERFACE)
add_library(Andon::crypto ALIAS andon_crypto)

option(ANDON_OPENSSL "Hash with OpenSSL where it is there" ON)
if(ANDON_OPENSSL)
    find_package(OpenSSL 3.0 QUIET COMPONENTS Crypto)
    if(OPENSSL_FOUND)
        target_link_libraries(andon_crypto INTERFACE OpenSSL::Crypto)
        target_compile_definitions(andon_crypto INTERFACE ANDON_HAS_OPENSSL)
    else()
        message(STATUS "OpenSSL 3: not found, libsodium hashes")
    endif()
endif()
