// SPDX-License-Identifier: Apache-2.0
#include "core/audit/verify/ArchiveVerification.h"

#include "core/audit/archive/ArchiveCheck.h"
#include "core/audit/verify/CheckpointVerifier.h"
#include "core/audit/verify/OwnTrust.h"

#include <QElapsedTimer>
#include <QFileInfo>

#include <algorithm>

namespace andon {

namespace {

using Kind = VerifyFinding::Kind;

VerifyFinding findingOf(Kind kind, const QString &detail, EventId event = {})
{
    VerifyFinding finding;
    finding.kind = kind;
    finding.event = event;
    finding.through = event;
    finding.detail = detail;
    return finding;
}

void tellOf(const ArchiveContent &content, FindingList *findings)
{
    for (const EventId event : content.edited)
        findings->add(findingOf(Kind::Edited, {}, event));
    for (const EventId event : content.missing)
        findings->add(findingOf(Kind::Missing, {}, event));
    if (content.root != content.checkpoint.root || content.origin != content.checkpoint.origin)
        findings->add(findingOf(Kind::CheckpointInconsistent,
                                QStringLiteral("the events of the archive %1 are not those that its checkpoint of %2 "
                                               "entries speaks of")
                                    .arg(QFileInfo(content.path).fileName())
                                    .arg(content.checkpoint.size)));
}

QByteArray bytesOf(const TreeHash &hash)
{
    return {reinterpret_cast<const char *>(hash.data()), static_cast<qsizetype>(hash.size())};
}

} // namespace

void ArchiveVerification::holdAgainst(const std::map<qint64, TreeHash> &roots, FindingList *findings) const
{
    for (const ArchiveRecord &record : m_records) {
        const auto root = roots.find(record.treeSize);
        if (root == roots.end() || bytesOf(root->second) != record.root)
            findings->add(findingOf(Kind::CheckpointInconsistent,
                                    QStringLiteral("%1 was archived from another tree of %2 entries")
                                        .arg(record.file)
                                        .arg(record.treeSize)));
    }
}

bool ArchiveVerification::read(const QString &path, const std::function<bool(qint64)> &goesOn, FindingList *findings)
{
    const std::optional<ArchiveContent> content = ArchiveContent::read(path, goesOn);
    if (!content)
        return false;
    const auto record = std::find_if(m_records.begin(), m_records.end(),
                                     [&content](const ArchiveRecord &one) { return one.sha256 == content->sha256; });
    if (record == m_records.end())
        throw InvalidInputError(QStringLiteral("%1 is none of the files that this log was archived into, or is not any "
                                               "more what was written then (its SHA-256 is %2).")
                                    .arg(path, content->sha256));
    tellOf(*content, findings);
    if (content->leaves != record->leaves || bytesOf(content->checkpoint.root) != record->root
        || content->checkpoint.size != record->treeSize)
        findings->add(findingOf(Kind::CheckpointInconsistent,
                                QStringLiteral("%1 holds other events than the database says").arg(record->file)));
    m_checked << content->sha256;
    return true;
}

QList<ArchivedEvents> ArchiveVerification::report() const
{
    QList<ArchivedEvents> all;
    for (const ArchiveRecord &record : m_records)
        all << ArchivedEvents{record.file,      record.sha256, record.firstEvent,
                              record.lastEvent, record.events, m_checked.contains(record.sha256)};
    return all;
}

std::optional<VerifyReport> verifyArchive(const QString &path, const Verifier::Options &options,
                                          const Verifier::Progress &progress)
{
    QElapsedTimer timer;
    timer.start();
    VerifyReport report;
    report.at = QDateTime::currentDateTimeUtc();
    report.database = path;
    const std::optional<ArchiveContent> content = ArchiveContent::read(
        path, [&progress](qint64 done) { return !progress || progress(done, done + 1); });
    if (!content)
        return std::nullopt;
    report.origin = content->origin;
    report.entries = content->events;
    report.sealed = content->events;
    report.through = content->lastEvent;
    report.root = QString::fromLatin1(toBase64(content->root));
    FindingList findings;
    tellOf(*content, &findings);

    CheckpointVerifier::Log log;
    log.origin = content->origin;
    CheckpointVerifier checkpoints(
        log, options.keys.isEmpty() ? OwnTrust::of(log.origin, path, options.keyFolder).keys : options.keys);
    checkpoints.read({QStringLiteral("the archive"), content->note, false});
    checkpoints.judge({content->checkpoint.size, {{content->checkpoint.size, content->root}}}, &report, &findings);
    findings.tell(&report);
    constexpr double kMsPerSecond = 1000;
    report.seconds = static_cast<double>(timer.elapsed()) / kMsPerSecond;
    return report;
}

} // namespace andon
