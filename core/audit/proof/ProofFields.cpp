// SPDX-License-Identifier: Apache-2.0
#include "core/audit/proof/ProofFields.h"

#include "core/audit/JsonText.h"

#include <QJsonDocument>

namespace andon {

namespace {

EventProver::SignedTree newestTree(EventProver &prover)
{
    const std::optional<EventProver::SignedTree> tree = prover.newestTree();
    if (!tree)
        throw Error(QStringLiteral("There is no checkpoint yet that events could be proven against. Run `andonctl "
                                   "checkpoint` first."));
    return *tree;
}

} // namespace

ProofFields::ProofFields(Database &database)
    : m_prover(database)
    , m_tree(newestTree(m_prover))
{
}

void ProofFields::append(EventId event, std::string &line)
{
    const EventProver::Event found = m_prover.find(event);
    line += ",\"entry\":";
    line += QJsonDocument(found.entry).toJson(QJsonDocument::Compact).toStdString();
    line += ",\"proof\":";
    if (!found.index || *found.index >= m_tree.checkpoint.size) {
        line += "null";
        ++m_newer;
        return;
    }
    JsonText::appendQuoted(line, m_prover.prove(found, m_tree).toBytes().toStdString());
    ++m_proven;
}

} // namespace andon
