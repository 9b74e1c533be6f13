# SPDX-License-Identifier: Apache-2.0
# Andon::postgresql: PostgreSQL's client library, libpq. Where there is none, a program that is asked to open a server's
# database says so (core/storage/Connection.cpp).

add_library(andon_postgresql INTERFACE)
add_library(Andon::postgresql ALIAS andon_postgresql)

option(ANDON_POSTGRESQL "Reach PostgreSQL servers where libpq is there" ON)
if(ANDON_POSTGRESQL)
    find_package(PostgreSQL 14 QUIET)
    if(PostgreSQL_FOUND)
        target_link_libraries(andon_postgresql INTERFACE PostgreSQL::PostgreSQL)
        target_compile_definitions(andon_postgresql INTERFACE ANDON_HAS_POSTGRESQL)
    else()
        message(STATUS "libpq 14: not found, no PostgreSQL servers")
    endif()
endif()
