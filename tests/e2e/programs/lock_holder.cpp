// SPDX-License-Identifier: Apache-2.0
// Holds the write lock of a database, as a program that was paused in a transaction.
//
//   lock_holder DATABASE immediate|exclusive
//
// Prints `locked`; at the next line of its input, or its end, lets go and prints `released NS`, in nanoseconds of the
// clock that all processes share.

#include "tests/e2e/support/MonotonicTime.h"
#include "tests/support/ForeignClient.h"

#include <iostream>
#include <string>

using andon::test::ForeignClient;

int main(int argc, char *argv[])
{
    if (argc != 3)
        return 2;
    constexpr int kPatienceMs = 20'000;
    ForeignClient holder(QString::fromLocal8Bit(argv[1]), kPatienceMs);
    const QString said = holder.run(QByteArray("BEGIN ") + argv[2]);
    if (!said.isEmpty()) {
        std::cerr << "lock_holder: " << said.toStdString() << std::endl;
        return 1;
    }
    std::cout << "locked" << std::endl;
    std::string line;
    std::getline(std::cin, line);
    const qint64 releasedNs = andon::test::monotonicNs();
    static_cast<void>(holder.run("ROLLBACK"));
    std::cout << "released " << releasedNs << std::endl;
    return 0;
}
