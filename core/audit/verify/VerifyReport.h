// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/Types.h"
#include "core/audit/verify/ArchivedEvents.h"

#include <QDateTime>
#include <QJsonObject>
#include <QList>
#include <QMap>
#include <QStringList>

#include <optional>

namespace andon {

/// One thing that is not as it was sealed.
struct VerifyFinding
{
    enum class Kind {
        Edited,                 ///< an entry is not what was sealed
        Missing,                ///< an entry was sealed and is gone
        Added,                  ///< an entry was slipped in among sealed ones
        Reordered,              ///< an entry stands at the place of another
        Unsealed,               ///< an entry is not sealed yet: nothing can be said of it
        SealEdited,             ///< the seals themselves do not fit together
        CheckpointInconsistent, ///< the tree is not the one that was signed
        CheckpointForged,       ///< a checkpoint whose text or signature is not what a known key has signed
        CheckpointMissing,      ///< one that was signed, and is gone from the database
        Unprotected,            ///< a trigger that keeps the log append-only is gone
        StateWithoutEvent,      ///< an action whose state no event tells
        EventWithoutProposal,   ///< an event of an action that is not there
        ExecutionWithoutRecord, ///< an action that ran, and has no record
    };

    Kind kind = Kind::Edited;
    EventId event;       ///< the first that is concerned; 0 where it is about no event
    EventId through;     ///< the last of a range that begins with `event`; the same for one
    ProposalId proposal; ///< for what is about an action
    QStringList columns; ///< what was edited, where the seal can tell; a hint and no proof
    QString detail;      ///< the rest of the sentence: which checkpoint, which trigger, whose place

    friend bool operator==(const VerifyFinding &, const VerifyFinding &) = default;
};

/// `edited`, `missing`, …, as the JSON of a report names them.
[[nodiscard]] QString toString(VerifyFinding::Kind kind);

/// One checkpoint that the tree was held against.
struct CheckpointVerdict
{
    enum class Verdict { Holds, Inconsistent, Forged, UnknownKey, OtherLog };

    Verdict verdict = Verdict::Holds;
    qint64 size = 0;
    QString keyName;
    QString keyId;      ///< eight hexadecimal digits
    QString source;     ///< "database", "this user's keys", or the name of a file
    QDateTime signedAt; ///< where the database says so

    friend bool operator==(const CheckpointVerdict &, const CheckpointVerdict &) = default;
};

[[nodiscard]] QString toString(CheckpointVerdict::Verdict verdict);

/// What a verification of the whole log has found.
struct VerifyReport
{
    /// In one word, for the badge.
    enum class Conclusion {
        Whole,    ///< and a checkpoint of a known key says so
        Unsigned, ///< everything fits together, but nothing signed vouches for it: whoever rewrote the log could have
                  ///< sealed it anew
        Unsealed, ///< the same, and some entries are not sealed yet
        Broken,   ///< something was found
    };

    /// Findings that are listed at the most, and checkpoints; all are counted.
    static constexpr qsizetype kMostFindings = 1000;

    QString database;
    QString origin;     ///< which log it is, in its checkpoints
    QDateTime at;       ///< when it was verified
    qint64 entries = 0; ///< that were read
    qint64 sealed = 0;  ///< the size of the tree
    EventId through;    ///< the newest sealed event
    QString root;       ///< Base64
    qint64 unsealed = 0;
    qint64 archived = 0; ///< that are sealed, and in a file instead of the log
    QList<ArchivedEvents> archives;
    bool hasCompleteness = false;         ///< completeness was looked at
    bool isComplete = true;               ///< nothing was found to be missing, as far as it was looked at
    double seconds = 0;                   ///< how long it took
    qint64 checkpointCount = 0;           ///< that the tree was held against
    QList<CheckpointVerdict> checkpoints; ///< the largest first; of very many, all that do not hold come before others
    /// How many of each kind: entries where it is about entries (a range counts as many as it has), else findings.
    QMap<VerifyFinding::Kind, qint64> counts;
    QList<VerifyFinding> findings; ///< the first of each kind, kind by kind, by event

    /// The largest checkpoint that holds; nothing where there is none.
    [[nodiscard]] std::optional<CheckpointVerdict> vouchedFor() const;
    [[nodiscard]] Conclusion conclusion() const;
    /// Nothing was found: what `andonctl verify` ends with 0 for.
    [[nodiscard]] bool isWhole() const { return counts.isEmpty(); }

    /// One sentence: whole, or what was found.
    [[nodiscard]] QString headline() const;
    /// The report as text, for a person.
    [[nodiscard]] QString toText() const;
    /// The same as one object; its fields are in docs/andonctl.md.
    [[nodiscard]] QJsonObject toJson() const;
};

[[nodiscard]] QString toString(VerifyReport::Conclusion conclusion);

/// One sentence about one finding.
[[nodiscard]] QString sentenceFor(const VerifyFinding &finding);

} // namespace andon

Q_DECLARE_METATYPE(andon::VerifyReport)
