// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QMap>
#include <QMetaType>
#include <QString>
#include <QStringList>

namespace andon {

/// Words that a log is made of, to be proposed while a filter is typed. Never complete.
struct AuditVocabulary
{
    QStringList types;  ///< as stored, sorted
    QStringList actors; ///< as stored, sorted
    /// Ways to values in the data, as they are written in a filter behind `data.`: `region`, `"a.b".c`.
    QStringList dataPaths;
    /// What is often at such a way, as it is written in a filter: the most frequent first.
    QMap<QString, QStringList> dataValues;

    friend bool operator==(const AuditVocabulary &, const AuditVocabulary &) = default;
};

} // namespace andon

Q_DECLARE_METATYPE(andon::AuditVocabulary)
