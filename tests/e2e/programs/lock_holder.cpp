// SPDX-License-Identifier: Apache-2.0
// Holds the write lock of a database, as a program that was paused in a transaction.
//
//   lock_holder DATABASE immediate|exclusive
//
// Prints `locked`; at the next line of its input, or its end, lets go and prints `released NS`, in nanoseconds of the
// clock that all processes share.

#include "tests/e2e/support/MonotonicTime.h"

#include <sqlite3.h>

#include <iostream>
#include <string>

int main(int argc, char *argv[])
{
    sqlite3 *database = nullptr;
    if (argc != 3 || sqlite3_open(argv[1], &database) != SQLITE_OK)
        return 2;
    sqlite3_busy_timeout(database, 20000);
    const std::string begin = std::string("BEGIN ") + argv[2];
    if (sqlite3_exec(database, begin.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
        std::cerr << "lock_holder: " << sqlite3_errmsg(database) << std::endl;
        return 1;
    }
    std::cout << "locked" << std::endl;
    std::string line;
    std::getline(std::cin, line);
    const qint64 releasedNs = andon::test::monotonicNs();
    sqlite3_exec(database, "ROLLBACK", nullptr, nullptr, nullptr);
    std::cout << "released " << releasedNs << std::endl;
    sqlite3_close(database);
    return 0;
}
