# SPDX-License-Identifier: Apache-2.0
# What a program needs that links Andon::core: the static library, its headers, and a CMake package. All of it is the
# component `Development`; the programs, andon-guard and the SQLite that is built here are `Runtime`, and such a program
# needs those too.

if(NOT TARGET Andon::core)
    return()
endif()

include(CMakePackageConfigHelpers)
set(andon_package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/Andon")

set_target_properties(andon_core PROPERTIES EXPORT_NAME core)
set_target_properties(andon_sodium PROPERTIES EXPORT_NAME sodium)
set_target_properties(andon_crypto PROPERTIES EXPORT_NAME crypto)
set_target_properties(andon_postgresql PROPERTIES EXPORT_NAME postgresql)
set_target_properties(andon_sqlite_interface PROPERTIES EXPORT_NAME sqlite3)
if(TARGET andon_sqlite)
    set_target_properties(andon_sqlite PROPERTIES EXPORT_NAME sqlite3_library)
endif()

# The schema's migrations are object files: a linker takes from a library only what is asked for by name.
get_target_property(andon_core_objects andon_core ANDON_OBJECTS)
install(TARGETS andon_core andon_sodium andon_crypto andon_postgresql andon_sqlite_interface ${andon_core_objects}
    EXPORT AndonTargets
    ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}" COMPONENT Development
    OBJECTS DESTINATION "${ANDON_PRIVATE_LIBDIR}" COMPONENT Development)

install(DIRECTORY "${CMAKE_SOURCE_DIR}/core" DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/andon" COMPONENT Development
    FILES_MATCHING PATTERN "*.h" PATTERN "*Linux.h" EXCLUDE PATTERN "migrations" EXCLUDE)
install(FILES "${CMAKE_BINARY_DIR}/include/core/Version.h"
    DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/andon/core" COMPONENT Development)

# What the library was linked with here is what a program that links it looks for.
set(andon_has_own_sqlite FALSE)
if(TARGET andon_sqlite)
    set(andon_has_own_sqlite TRUE)
endif()
set(andon_has_sodium_package FALSE)
if(unofficial-sodium_FOUND)
    set(andon_has_sodium_package TRUE)
endif()
set(andon_has_openssl FALSE)
if(OPENSSL_FOUND)
    set(andon_has_openssl TRUE)
endif()
set(andon_has_postgresql FALSE)
if(PostgreSQL_FOUND)
    set(andon_has_postgresql TRUE)
endif()
set(andon_guard_file "${CMAKE_INSTALL_LIBEXECDIR}/andon/andon-guard")
configure_package_config_file("${CMAKE_SOURCE_DIR}/cmake/AndonConfig.cmake.in"
    "${CMAKE_BINARY_DIR}/package/AndonConfig.cmake"
    INSTALL_DESTINATION "${andon_package_dir}"
    PATH_VARS andon_guard_file)
write_basic_package_version_file("${CMAKE_BINARY_DIR}/package/AndonConfigVersion.cmake"
    COMPATIBILITY SameMinorVersion)
install(FILES
    "${CMAKE_BINARY_DIR}/package/AndonConfig.cmake"
    "${CMAKE_BINARY_DIR}/package/AndonConfigVersion.cmake"
    DESTINATION "${andon_package_dir}" COMPONENT Development)
install(EXPORT AndonTargets NAMESPACE Andon:: DESTINATION "${andon_package_dir}" COMPONENT Development)
