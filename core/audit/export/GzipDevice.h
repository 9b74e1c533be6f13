// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QIODevice>

#include <memory>

namespace andon {

/// Compresses what is written to it into a gzip file (RFC 1952) on another device, as it comes and in
/// constant memory. The same bytes give the same file: it carries no name and no time.
class GzipDevice final : public QIODevice
{
    Q_OBJECT

public:
    /// `target` is open for writing and must outlive this.
    explicit GzipDevice(QIODevice &target);
    ~GzipDevice() override;

    bool open(OpenMode mode) override;
    [[nodiscard]] bool isSequential() const override { return true; }

    /// Writes what is still to come of the file; nothing can be written afterwards. False where the target
    /// fails: `errorString` says why. Without it the file is not whole.
    bool finish();

protected:
    qint64 readData(char *data, qint64 maxSize) override;
    qint64 writeData(const char *data, qint64 size) override;

private:
    struct Stream;

    bool compress(int flush);

    QIODevice &m_target;
    std::unique_ptr<Stream> m_stream;
    QByteArray m_compressed; ///< room for what goes to the target at a time
};

} // namespace andon
