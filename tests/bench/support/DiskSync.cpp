// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/support/DiskSync.h"

#include <QElapsedTimer>

#include <stdexcept>

#ifdef _WIN32
#include <io.h>
#else
#include <unistd.h>
#endif

namespace andon::bench {

namespace {

constexpr int kBytes = 4096;

int flush(int descriptor)
{
#if defined(_WIN32)
    return _commit(descriptor);
#elif defined(__APPLE__)
    return fsync(descriptor);
#else
    return fdatasync(descriptor);
#endif
}

} // namespace

DiskSync::DiskSync(const QString &folder)
    : m_file(folder + QStringLiteral("/sync.dat"))
{
    if (!m_file.open(QIODevice::ReadWrite | QIODevice::Unbuffered))
        throw std::runtime_error(m_file.errorString().toStdString());
    m_file.write(QByteArray(kBytes, '\0'));
    flush(m_file.handle());
}

void DiskSync::sample(int count)
{
    QElapsedTimer timer;
    for (int i = 0; i < count; ++i) {
        const QByteArray block(kBytes, static_cast<char>(i));
        timer.start();
        m_file.write(block);
        if (flush(m_file.handle()) != 0)
            throw std::runtime_error("the disk refused fdatasync");
        m_timesMs.add(static_cast<double>(timer.nsecsElapsed()) / 1e6);
    }
}

} // namespace andon::bench
