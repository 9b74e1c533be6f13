// SPDX-License-Identifier: Apache-2.0
#include "app/ctl/ProvenExport.h"

#include "app/ctl/Console.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>

namespace andon::ctl::ProvenExport {

namespace {

/// No event is as long.
constexpr qsizetype kMostLineBytes = 256 * 1024 * 1024;
constexpr qsizetype kPieceBytes = 64 * 1024;
/// Of what is not proven, so many are named.
constexpr qsizetype kMostNamed = 100;

/// What has come of the lines so far.
struct Tally
{
    qint64 lines = 0;
    qint64 proven = 0;
    QJsonArray refusals; ///< the first of them
    QJsonArray trees;    ///< each once

    void add(const TlogProof::Proven &shown)
    {
        ++proven;
        const QJsonObject tree = toJson(shown);
        if (!trees.contains(tree) && trees.size() < kMostNamed)
            trees << tree;
    }

    void refuse(const QJsonObject &line, const ProofError &error)
    {
        if (refusals.size() < kMostNamed)
            refusals << QJsonObject{{QStringLiteral("line"), lines},
                                    {QStringLiteral("event"), line.value(QStringLiteral("id"))},
                                    {QStringLiteral("problem"), nameOf(error.problem())},
                                    {QStringLiteral("message"), error.message()}};
    }

    /// A file without a line proves nothing.
    [[nodiscard]] bool isGood() const { return lines > 0 && proven == lines; }
};

QJsonObject parseLine(const QByteArray &line)
{
    const QJsonDocument document = QJsonDocument::fromJson(line);
    if (!document.isObject())
        throw ProofError(ProofError::Problem::Malformed, QStringLiteral("The line is no JSON object."));
    return document.object();
}

/// The next line; empty at the end of the file.
QByteArray nextLine(QFile &file)
{
    QByteArray line;
    while (!line.endsWith('\n')) {
        const QByteArray piece = file.readLine(kPieceBytes);
        if (file.error() != QFileDevice::NoError || line.size() + piece.size() > kMostLineBytes)
            throw InvalidInputError(QStringLiteral("%1 cannot be read to its end.").arg(file.fileName()),
                                    file.errorString());
        if (piece.isEmpty())
            break;
        line += piece;
    }
    return line;
}

void addLine(Tally &tally, EntryCheck &check, const QByteArray &line)
{
    ++tally.lines;
    QJsonObject object;
    try {
        object = parseLine(line);
        tally.add(check.checkLine(object));
    } catch (const ProofError &error) {
        tally.refuse(object, error);
    }
}

void print(const Tally &tally)
{
    for (const auto &value : tally.trees) {
        const QJsonObject tree = value.toObject();
        Console::writeLine(Console::printable(
            QStringLiteral("Checkpoint: the log %1 as it was with %2 entries, signed by %3.")
                .arg(tree.value(QStringLiteral("origin")).toString())
                .arg(tree.value(QStringLiteral("size")).toInteger())
                .arg(tree.value(QStringLiteral("keys")).toVariant().toStringList().join(QStringLiteral(", ")))));
    }
    for (const auto &value : tally.refusals) {
        const QJsonObject refusal = value.toObject();
        Console::writeLine(Console::printable(QStringLiteral("Line %1, event %2: %3")
                                                  .arg(refusal.value(QStringLiteral("line")).toInteger())
                                                  .arg(refusal.value(QStringLiteral("event")).toInteger())
                                                  .arg(refusal.value(QStringLiteral("message")).toString())));
    }
    Console::writeLine(
        tally.isGood()
            ? QStringLiteral("Proven: each of %1 events.").arg(tally.lines)
            : QStringLiteral("Not proven: %1 of %2 lines.").arg(tally.lines - tally.proven).arg(tally.lines));
}

} // namespace

QJsonObject toJson(const TlogProof::Proven &proven)
{
    QJsonArray keys;
    for (const VerifierKey &key : proven.keys)
        keys << key.toString();
    return {{QStringLiteral("origin"), proven.checkpoint.origin},
            {QStringLiteral("size"), proven.checkpoint.size},
            {QStringLiteral("root"), QString::fromLatin1(toBase64(proven.checkpoint.root))},
            {QStringLiteral("keys"), keys}};
}

QString nameOf(ProofError::Problem problem)
{
    switch (problem) {
    case ProofError::Problem::Malformed:
        break;
    case ProofError::Problem::BadSignature:
        return QStringLiteral("bad_signature");
    case ProofError::Problem::NotSigned:
        return QStringLiteral("not_signed");
    case ProofError::Problem::NotIncluded:
        return QStringLiteral("not_included");
    case ProofError::Problem::OtherLog:
        return QStringLiteral("other_log");
    case ProofError::Problem::NoProof:
        return QStringLiteral("no_proof");
    case ProofError::Problem::ShownOtherwise:
        return QStringLiteral("shown_otherwise");
    }
    return QStringLiteral("malformed");
}

QString namesOf(const QList<VerifierKey> &keys)
{
    QStringList names;
    for (const VerifierKey &key : keys)
        names << key.toString();
    return names.join(QStringLiteral(", "));
}

ExitStatus check(EntryCheck check, const QString &fileName, bool wantsJson)
{
    QFile file(fileName);
    if (!file.open(QIODevice::ReadOnly))
        throw InvalidInputError(QStringLiteral("%1 cannot be read.").arg(fileName), file.errorString());
    Tally tally;
    for (QByteArray line = nextLine(file); !line.isEmpty(); line = nextLine(file))
        addLine(tally, check, line);
    if (wantsJson)
        Console::writeJson({{QStringLiteral("proven"), tally.isGood()},
                            {QStringLiteral("lines"), tally.lines},
                            {QStringLiteral("proven_lines"), tally.proven},
                            {QStringLiteral("refusals"), tally.refusals},
                            {QStringLiteral("checkpoints"), tally.trees}});
    else
        print(tally);
    return tally.isGood() ? ExitStatus::Done : ExitStatus::Failed;
}

} // namespace andon::ctl::ProvenExport
