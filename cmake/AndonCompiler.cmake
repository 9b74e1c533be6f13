# SPDX-License-Identifier: Apache-2.0
# How every target is compiled: language level, visibility, cache, warnings, sanitizers, output folders.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_CXX_VISIBILITY_PRESET hidden)
set(CMAKE_VISIBILITY_INLINES_HIDDEN ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

set(CMAKE_AUTOMOC ON)
# One target, `autogen`, that generates what linting needs without compiling anything.
set(CMAKE_GLOBAL_AUTOGEN_TARGET ON)

set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")
set(CMAKE_LIBRARY_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/lib")
set(CMAKE_ARCHIVE_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/lib")

# Where an installed program finds the SQLite that was built for it.
set(ANDON_PRIVATE_LIBDIR "${CMAKE_INSTALL_LIBDIR}/andon")
if(UNIX AND NOT APPLE)
    file(RELATIVE_PATH andon_bin_to_lib
        "${CMAKE_INSTALL_FULL_BINDIR}" "${CMAKE_INSTALL_FULL_LIBDIR}/andon")
    set(CMAKE_INSTALL_RPATH "$ORIGIN/${andon_bin_to_lib}")
endif()

if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
    set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "" FORCE)
endif()

if(ANDON_CCACHE)
    find_program(ANDON_CCACHE_PROGRAM ccache)
    mark_as_advanced(ANDON_CCACHE_PROGRAM)
    if(ANDON_CCACHE_PROGRAM)
        # Precompiled headers carry time stamps that ccache must not look at. The base directory and the
        # unhashed working directory let one checkout use what another has compiled.
        set(andon_launcher "${CMAKE_COMMAND}" -E env
            "CCACHE_SLOPPINESS=pch_defines,time_macros"
            "CCACHE_BASEDIR=${CMAKE_SOURCE_DIR}"
            "CCACHE_NOHASHDIR=1"
            "${ANDON_CCACHE_PROGRAM}")
        set(CMAKE_C_COMPILER_LAUNCHER ${andon_launcher})
        set(CMAKE_CXX_COMPILER_LAUNCHER ${andon_launcher})
    endif()
endif()

if(ANDON_SANITIZE)
    # All that is written in C is SQLite. It takes minutes to compile with sanitizers, and its makers run them over it.
    set(andon_sanitize_options -fsanitize=${ANDON_SANITIZE} -fno-omit-frame-pointer)
    if(ANDON_SANITIZE MATCHES "undefined")
        list(APPEND andon_sanitize_options -fno-sanitize-recover=undefined)
    endif()
    add_compile_options("$<$<COMPILE_LANGUAGE:CXX>:${andon_sanitize_options}>")
    add_link_options(-fsanitize=${ANDON_SANITIZE})
endif()

# The options of Andon's own code. Third-party code that is built here does not get them.
add_library(andon_options INTERFACE)
if(MSVC)
    target_compile_options(andon_options INTERFACE /W4 /permissive- /utf-8 $<$<BOOL:${ANDON_WERROR}>:/WX>)
else()
    target_compile_options(andon_options INTERFACE
        -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor -Woverloaded-virtual
        $<$<BOOL:${ANDON_WERROR}>:-Werror>)
    if(ANDON_PCH AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
        # Keeps the precompiled header's name in preprocessed output, which ccache hashes.
        target_compile_options(andon_options INTERFACE -fpch-preprocess)
    endif()
endif()
target_compile_definitions(andon_options INTERFACE
    QT_NO_FOREACH
    QT_DISABLE_DEPRECATED_BEFORE=0x060400)

# What is shipped must say which encoding its texts have; tests may compare with plain literals.
add_library(andon_product_options INTERFACE)
target_link_libraries(andon_product_options INTERFACE andon_options)
target_compile_definitions(andon_product_options INTERFACE QT_NO_CAST_FROM_ASCII QT_NO_CAST_TO_ASCII)
