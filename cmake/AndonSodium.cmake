# SPDX-License-Identifier: Apache-2.0
# Andon::sodium: libsodium, for Ed25519. vcpkg brings a CMake package for it, other systems a pkg-config file.

add_library(andon_sodium INTERFACE)
add_library(Andon::sodium ALIAS andon_sodium)

find_package(unofficial-sodium CONFIG QUIET)
if(unofficial-sodium_FOUND)
    target_link_libraries(andon_sodium INTERFACE unofficial-sodium::sodium)
else()
    find_package(PkgConfig REQUIRED)
    pkg_check_modules(sodium REQUIRED IMPORTED_TARGET libsodium)
    target_link_libraries(andon_sodium INTERFACE PkgConfig::sodium)
endif()
