// SPDX-License-Identifier: Apache-2.0
#include "core/audit/export/GzipDevice.h"

#define ZLIB_CONST // what is compressed is only read
#include <zlib.h>

#include <algorithm>
#include <limits>

namespace andon {

namespace {

constexpr qsizetype kRoom = 64 * 1024;
/// A log is written once and read seldom, and is mostly repetition: more effort costs much time and gains little.
constexpr int kLevel = 3;
constexpr int kWindowBits = 15 + 16; // the largest window; 16 asks for gzip's frame
constexpr int kMemoryLevel = 8;
constexpr int kUnknownSystem = 255;

} // namespace

struct GzipDevice::Stream
{
    z_stream zlib{};
    gz_header header{}; ///< read when the first bytes are compressed
};

GzipDevice::GzipDevice(QIODevice &target)
    : m_target(target)
    , m_compressed(kRoom, Qt::Uninitialized)
{
}

GzipDevice::~GzipDevice()
{
    if (m_stream)
        deflateEnd(&m_stream->zlib);
}

bool GzipDevice::open(OpenMode mode)
{
    if (mode != WriteOnly || m_stream)
        return false;
    m_stream = std::make_unique<Stream>();
    z_stream *zlib = &m_stream->zlib;
    if (deflateInit2(zlib, kLevel, Z_DEFLATED, kWindowBits, kMemoryLevel, Z_DEFAULT_STRATEGY) != Z_OK) {
        m_stream.reset();
        setErrorString(QStringLiteral("There is not enough memory to compress."));
        return false;
    }
    m_stream->header.os = kUnknownSystem; // or the file would tell where it was made
    deflateSetHeader(zlib, &m_stream->header);
    return QIODevice::open(mode | Unbuffered);
}

bool GzipDevice::compress(int flush)
{
    z_stream *zlib = &m_stream->zlib;
    int code = Z_OK;
    do {
        zlib->next_out = reinterpret_cast<Bytef *>(m_compressed.data());
        zlib->avail_out = static_cast<uInt>(m_compressed.size());
        code = deflate(zlib, flush);
        const qint64 made = m_compressed.size() - static_cast<qint64>(zlib->avail_out);
        if (made > 0 && m_target.write(m_compressed.constData(), made) != made) {
            setErrorString(m_target.errorString());
            return false;
        }
    } while (zlib->avail_out == 0);
    return code == Z_OK || code == Z_STREAM_END || code == Z_BUF_ERROR;
}

bool GzipDevice::finish()
{
    if (!m_stream)
        return false;
    m_stream->zlib.avail_in = 0;
    const bool isWhole = compress(Z_FINISH);
    deflateEnd(&m_stream->zlib);
    m_stream.reset();
    return isWhole;
}

qint64 GzipDevice::readData(char * /*data*/, qint64 /*maxSize*/)
{
    return -1;
}

qint64 GzipDevice::writeData(const char *data, qint64 size)
{
    if (!m_stream)
        return -1;
    // zlib counts in 32 bits.
    const qint64 taken = std::min<qint64>(size, std::numeric_limits<uInt>::max());
    m_stream->zlib.next_in = reinterpret_cast<const Bytef *>(data);
    m_stream->zlib.avail_in = static_cast<uInt>(taken);
    return compress(Z_NO_FLUSH) ? taken : -1;
}

} // namespace andon
