# SPDX-License-Identifier: Apache-2.0
# Andon::sqlite3: the SQLite that the programs use, and with them Qt's QSQLITE driver.
#
# SQLite 3.7.0 to 3.51.2 can, rarely, corrupt a database in WAL mode ("WAL reset"). Where a fixed amalgamation has
# been fetched (see `./dev setup`) it is built under the system library's own name. A program that links it has
# loaded it before Qt's driver asks for libsqlite3.so.0, so the driver gets it too. Without one the system's
# SQLite serves, and Andon keeps to a rollback journal.

add_library(andon_sqlite_interface INTERFACE)
add_library(Andon::sqlite3 ALIAS andon_sqlite_interface)

if(ANDON_SQLITE_AMALGAMATION AND EXISTS "${ANDON_SQLITE_AMALGAMATION}/sqlite3.c")
    file(STRINGS "${ANDON_SQLITE_AMALGAMATION}/sqlite3.h" andon_sqlite_version
        REGEX "^#define SQLITE_VERSION +\"" LIMIT_COUNT 1)
    string(REGEX REPLACE ".*\"(.*)\".*" "\\1" andon_sqlite_version "${andon_sqlite_version}")
    message(STATUS "SQLite: building ${andon_sqlite_version} from ${ANDON_SQLITE_AMALGAMATION}")

    add_library(andon_sqlite SHARED "${ANDON_SQLITE_AMALGAMATION}/sqlite3.c")
    set_target_properties(andon_sqlite PROPERTIES
        OUTPUT_NAME sqlite3
        C_STANDARD 11
        C_VISIBILITY_PRESET default
        VERSION 0.8.6
        SOVERSION 0
        INSTALL_RPATH ""
        AUTOMOC OFF)
    target_compile_definitions(andon_sqlite PRIVATE
        SQLITE_ENABLE_COLUMN_METADATA
        SQLITE_ENABLE_DBSTAT_VTAB
        SQLITE_ENABLE_FTS5
        SQLITE_ENABLE_MATH_FUNCTIONS
        SQLITE_ENABLE_RTREE
        SQLITE_ENABLE_UNLOCK_NOTIFY
        SQLITE_TEMP_STORE=1
        SQLITE_THREADSAFE=1
        SQLITE_USE_URI
        HAVE_FDATASYNC
        HAVE_USLEEP)
    if(NOT MSVC)
        target_compile_options(andon_sqlite PRIVATE -w -O2)
        target_link_libraries(andon_sqlite PRIVATE m ${CMAKE_DL_LIBS})
    endif()
    target_include_directories(andon_sqlite SYSTEM INTERFACE "$<BUILD_INTERFACE:${ANDON_SQLITE_AMALGAMATION}>")
    target_link_libraries(andon_sqlite_interface INTERFACE andon_sqlite)
    if(UNIX AND NOT APPLE)
        # A program must load it even if none of its own calls reaches it.
        target_link_options(andon_sqlite INTERFACE LINKER:--no-as-needed)
    endif()
    install(TARGETS andon_sqlite EXPORT AndonTargets
        LIBRARY DESTINATION "${ANDON_PRIVATE_LIBDIR}" NAMELINK_SKIP
        RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}")
else()
    find_package(SQLite3 3.35 REQUIRED)
    message(STATUS "SQLite: the system's ${SQLite3_VERSION} (no amalgamation given)")
    target_link_libraries(andon_sqlite_interface INTERFACE SQLite::SQLite3)
endif()
