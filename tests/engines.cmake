# SPDX-License-Identifier: Apache-2.0
# A test program that uses a database is run twice: `tst_x` on SQLite and `tst_x@postgresql` on PostgreSQL. Named here
# are those that are run once. A new program is run twice unless it is added.

option(ANDON_TEST_POSTGRESQL "Run the tests that use a database on PostgreSQL, too" ON)

# They touch no database.
set(andon_without_database
    # values, parsers, formats
    tst_activityhistogram tst_auditfilter tst_auditfilterdata tst_checkpointnote tst_filtercompletion tst_filtertokens
    tst_gzipdevice tst_merkletree tst_momentreader tst_notekey tst_plainjson tst_redactor tst_scanfindings
    tst_signednote tst_timestamp tst_tlogproof tst_types
    # files, processes and sockets on this machine, whichever engine they stand beside
    tst_guardedtree tst_guardedtreeend tst_guardedtreeowner tst_guardedtreestops tst_guardlease tst_guardsockets
    tst_keystore
    tst_permit tst_processwalk tst_stophooks tst_stoprequests
    # widgets and models alone, or with a source of events that the test makes up
    tst_activitytimeline tst_auditlist tst_auditpictures tst_auditposition tst_audittablemodel tst_auditviewscan
    tst_eventdetails tst_exportpanel tst_filterbar tst_gotobar tst_guardpictures tst_jsontreemodel
    tst_killswitchbutton tst_pagecache tst_rowmenu tst_savedfilters tst_sealbadge tst_sealcolumn tst_statebanner
    tst_storyview tst_timeterms tst_verificationpanel)

# They are about one engine.
set(andon_of_one_engine
    tst_auditoddities      # storage classes: SQLite keeps bytes and numbers where text belongs
    tst_auditquerypostgres # both engines side by side
    tst_databaselocation   # names, of files and of servers
    tst_databasechange     # statements on SQLite's own interface
    tst_databasevisit      # the same
    tst_migration          # from the schemas of earlier versions, which had SQLite alone
    tst_obstacles          # permits, links and mounts beside a database file
    tst_failover           # servers that the test stops, kills and takes over from
    tst_postgresserver     # the same
    tst_textsearch         # a function that Andon adds to SQLite
    tst_vanishingdatabase  # a file that is deleted or replaced while it is open
    tst_trouble)           # full disks, broken, removed and read-only database files

# The same, and the engine is PostgreSQL: on the server that all share.
set(andon_on_postgresql_alone
    tst_andonctl_roles # logins, and what each may do: a file has none
    tst_lease          # what a network does that loses the server
    tst_serverroles)   # logins, as above

# A sanitizer is about what the program does with its own memory and threads: these reach each part of the connection
# to a server, and the rest of what they run has been watched on SQLite.
set(andon_sanitized_on_postgresql
    tst_approvals tst_archive tst_auditquerydata tst_auditreader tst_catalog tst_claim tst_gate tst_leasekeeper
    tst_logcopy tst_postgresconnection tst_postgreswaits tst_sealer tst_station tst_stationstop)

# True in VARIABLE if the test is to be run on PostgreSQL, too.
function(andon_is_on_both_engines variable name label)
    set(${variable} FALSE PARENT_SCOPE)
    if(ANDON_TEST_POSTGRESQL AND label MATCHES "^(core|ui|e2e)$"
            AND NOT name IN_LIST andon_without_database AND NOT name IN_LIST andon_of_one_engine)
        if(NOT ANDON_SANITIZE OR name IN_LIST andon_sanitized_on_postgresql)
            set(${variable} TRUE PARENT_SCOPE)
        endif()
    endif()
endfunction()

# Adds the rows of a test program: one for each engine that it is about.
function(andon_add_rows name label)
    if(NOT name IN_LIST andon_on_postgresql_alone)
        add_test(NAME ${name} COMMAND ${name})
        andon_set_test_properties(${name} ${label})
    endif()
    andon_is_on_both_engines(both ${name} ${label})
    if(both)
        andon_add_second_engine(${name} ${label})
    endif()
endfunction()

# The one server that they share: ctest starts it before the first of them and stops it after the last.
set(andon_test_server "${CMAKE_CURRENT_BINARY_DIR}/postgresql-server")
if(ANDON_TEST_POSTGRESQL)
    foreach(what IN ITEMS start stop)
        add_test(NAME postgresql_${what} COMMAND andon-test-server ${what} "${andon_test_server}")
        set_tests_properties(postgresql_${what} PROPERTIES LABELS postgresql TIMEOUT 120)
    endforeach()
    set_tests_properties(postgresql_start PROPERTIES FIXTURES_SETUP andon_postgresql)
    set_tests_properties(postgresql_stop PROPERTIES FIXTURES_CLEANUP andon_postgresql)
endif()

# Adds the second row of a test whose first is there.
function(andon_add_second_engine name label)
    set(second "${name}@postgresql")
    add_test(NAME ${second} COMMAND ${name})
    andon_set_test_properties(${second} ${label})
    set_tests_properties(${second} PROPERTIES FIXTURES_REQUIRED andon_postgresql SKIP_RETURN_CODE 77)
    set_property(TEST ${second} APPEND PROPERTY LABELS postgresql)
    set_property(TEST ${second} APPEND PROPERTY ENVIRONMENT
        "ANDON_TEST_ENGINE=postgresql" "ANDON_TEST_SERVER=${andon_test_server}")
endfunction()
