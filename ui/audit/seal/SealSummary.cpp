// SPDX-License-Identifier: Apache-2.0
#include "ui/audit/seal/SealSummary.h"

#include "ui/Counted.h"
#include "ui/audit/EventText.h"
#include "ui/audit/seal/SealKnowledge.h"

#include <QDateTime>
#include <QLocale>

namespace andon {

namespace {

constexpr qsizetype kLongestName = 24;

QString number(qint64 value)
{
    return QLocale().toString(value);
}

/// What a badge has room for: the name as it is, or the beginning of its last part. A key that Andon has made is named
/// after its log, with many digits.
QString shortName(const QString &name)
{
    constexpr qsizetype kLongest = 16;
    constexpr qsizetype kShort = 8;
    if (name.size() <= kLongest)
        return EventText::visible(name, kLongest);
    return EventText::visible(name.mid(name.lastIndexOf(u'/') + 1), kShort);
}

/// The time of day, and the day where it is not this one.
QString moment(const QDateTime &time, Qt::TimeSpec zone)
{
    const QDateTime shown = time.toTimeSpec(zone);
    const bool isToday = shown.date() == QDateTime::currentDateTimeUtc().toTimeSpec(zone).date();
    return shown.toString(isToday ? QStringLiteral("HH:mm") : QStringLiteral("yyyy-MM-dd HH:mm"));
}

/// Without a verification: what the station tells.
SealSummary ofStatus(const SealKnowledge &known)
{
    const SealStatus &status = known.status;
    if (!status.isKnown)
        return {SealMark::Unknown,
                0,
                {SealSummary::tr("No seals known"), SealSummary::tr("No seals")},
                SealSummary::tr("Whether this log is sealed is not known: it could not be read yet, or it has no seals "
                                "because only programs without Andon have written it. They are made when the panel or "
                                "andonctl opens it with the right to write."),
                {}};
    if (status.treeSize == 0)
        return {SealMark::Unsealed,
                0,
                {SealSummary::tr("Nothing sealed yet")},
                SealSummary::tr("There is nothing to verify yet. Events are sealed as they are written."),
                {}};
    if (!known.hasKey() && status.checkpoint)
        return {SealMark::Unsigned,
                0,
                {SealSummary::tr("Signed by an unknown key"), SealSummary::tr("Unknown key")},
                SealSummary::tr("The log is sealed, and its newest checkpoint is signed by %1 (%2), a key that you do "
                                "not know. Ask whoever runs this database for the verifier key, compare it over "
                                "another channel, and trust it with andonctl key trust.")
                    .arg(EventText::visible(status.checkpoint->keyName, kLongestName), status.checkpoint->keyId),
                {}};
    if (!known.hasKey())
        return {SealMark::Unsigned,
                0,
                {SealSummary::tr("Not signed: no key"), SealSummary::tr("Not signed")},
                known.isReadOnly
                    ? SealSummary::tr("The log is sealed, but nobody has signed the seals: whoever can write to the "
                                      "file could change the log and seal it anew. This panel only reads. Where "
                                      "somebody may write, andonctl checkpoint makes a key and signs.")
                    : SealSummary::tr("The log is sealed, but nobody has signed the seals: whoever can write to the "
                                      "file could change the log and seal it anew. The key is made by itself with the "
                                      "first checkpoint; write one now, and keep a copy of it elsewhere."),
                {}};
    const QString to = number(status.sealedThrough.value);
    return {SealMark::Sealed,
            0,
            {SealSummary::tr("Sealed to %1, not verified yet").arg(to), SealSummary::tr("Not verified yet"),
             SealSummary::tr("Not verified")},
            SealSummary::tr("Events are sealed as they are written. Whether what was sealed is still what the log "
                            "holds, a verification finds out: it reads the whole log once and changes nothing."),
            {}};
}

SealSummary ofFindings(const SealKnowledge &known)
{
    const QString found = counted(known.findings(), SealSummary::tr("1 finding"), SealSummary::tr("%1 findings"));
    if (known.isTampered())
        return {SealMark::Alarm,
                0,
                {SealSummary::tr("Tampered: %1").arg(found), SealSummary::tr("Tampered")},
                SealSummary::tr("Do not rely on the log where something was found. Save this report and a copy of the "
                                "database before anything else is done to them, and find out who can write to the "
                                "file."),
                SealSummary::tr("The audit log was tampered with: %1.").arg(found)};
    return {SealMark::Incomplete,
            0,
            {SealSummary::tr("Incomplete: %1").arg(found), SealSummary::tr("Incomplete")},
            SealSummary::tr("Every event is as it was sealed, but actions and events do not match. A program that "
                            "does not record all that it does leaves such gaps, and so does somebody who removes "
                            "what was never sealed."),
            {}};
}

SealSummary ofWholeLog(const SealKnowledge &known, Qt::TimeSpec zone)
{
    const VerifyReport &report = *known.report;
    const QString to = number(report.through.value);
    const QString at = moment(report.at, zone);
    const std::optional<CheckpointVerdict> voucher = report.vouchedFor();
    if (!voucher)
        return {SealMark::Unsigned,
                0,
                {SealSummary::tr("Fits its seals to %1 at %2, not signed").arg(to, at),
                 SealSummary::tr("Fits, not signed"), SealSummary::tr("Not signed")},
                SealSummary::tr("Every event is as it was sealed, but no checkpoint of a key that you know vouches for "
                                "the seals: whoever can write to the file could have changed the log and sealed it "
                                "anew. Add a checkpoint that you kept, trust the key that signs here, or write a "
                                "checkpoint from which on it can be seen."),
                {}};
    QString meaning = SealSummary::tr("Every event is as it was sealed, and the checkpoints that it was held against "
                                      "vouch for the seals.");
    if (voucher->size < report.sealed)
        meaning = SealSummary::tr("Every event is as it was sealed. A checkpoint vouches for the first %1 of %2 seals; "
                                  "the newer ones, the next checkpoint will.")
                      .arg(number(voucher->size), number(report.sealed));
    const QString name = shortName(voucher->keyName);
    return {SealMark::Verified,
            0,
            {SealSummary::tr("Verified to %1 at %2 by key %3").arg(to, at, name),
             SealSummary::tr("Verified to %1 at %2").arg(to, at), SealSummary::tr("Verified to %1").arg(to),
             SealSummary::tr("Verified")},
            meaning,
            {}};
}

} // namespace

SealSummary SealSummary::of(const SealKnowledge &known, Qt::TimeSpec zone)
{
    SealSummary summary;
    if (!known.report)
        summary = ofStatus(known);
    else if (known.findings() > 0)
        summary = ofFindings(known);
    else
        summary = ofWholeLog(known, zone);

    if (known.isCutSince() && !known.isTampered()) {
        summary.mark = SealMark::Alarm;
        summary.forms = {tr("Tampered: the log has become shorter"), tr("Tampered")};
        summary.alarm = tr("The audit log was tampered with: it was verified to %1 at %2, and ends at %3 now. An older "
                           "file was put back, or the newest events were removed.")
                            .arg(number(known.report->through.value), moment(known.report->at, zone),
                                 number(known.status.sealedThrough.value));
        summary.meaning = summary.alarm;
    }
    if (!known.status.trouble.isEmpty()) {
        if (summary.alarm.isEmpty()) {
            summary.mark = SealMark::Alarm;
            summary.forms = {tr("Trouble with the seals"), tr("Trouble")};
            summary.meaning = known.status.trouble;
            summary.alarm = known.status.trouble;
        } else {
            summary.alarm += u' ' + known.status.trouble;
        }
    }
    if (known.verifying) {
        summary.mark = SealMark::Verifying;
        summary.share = known.verifying->share;
        // Not rounded up: 100 % is said by the result.
        const QString percent = tr("%1\u00a0%").arg(static_cast<int>(summary.share * 100));
        summary.forms = {tr("Verifying %1").arg(percent), percent};
        summary.meaning = tr("The whole log is read once and held against its seals and checkpoints. Nothing is "
                             "changed, and nothing is held up by it.");
    }
    return summary;
}

} // namespace andon
