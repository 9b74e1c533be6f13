// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ui/audit/EventText.h"
#include "ui/audit/LatestFuture.h"
#include "ui/audit/details/JsonTree.h"

#include <QWidget>

class QLabel;
class QPlainTextEdit;
class QPushButton;
class QTabWidget;

namespace andon {

class FindLine;
class JsonTreeView;

/// The data of one event, as a tree and as text, with a line to search both. Whatever is large is taken apart,
/// made readable and searched off the UI thread; text is shown up to a limit, copying takes all of it.
class EventData : public QWidget
{
    Q_OBJECT

public:
    /// So much of the text is shown, in UTF-16 units.
    static constexpr qsizetype kMaxShown = 64 * 1024;
    /// So many places are found at most.
    static constexpr qsizetype kMaxPlaces = 10'000;

    explicit EventData(QWidget *parent = nullptr);

    void present(const QString &text);
    /// Nothing but a sentence: why there is no data.
    void presentNote(const QString &sentence);

    void focusFind();
    void findNext();
    void findPrevious();
    void setTextFont(const QFont &font);

signals:
    void termRequested(const QString &term);

private:
    struct Prepared
    {
        EventText::Pretty pretty;
        JsonTree::Parsed json;
    };

    static Prepared prepare(const QString &data, const JsonTree::IsWanted &isWanted);
    void build();
    void showPrepared(const Prepared &prepared);
    void clearShown();
    void showNote();
    void say(const QString &note);
    [[nodiscard]] bool isTreeShown() const;

    void search(bool goesThere);
    void searchTree(bool goesThere);
    void searchText(bool goesThere);
    void markText();
    void setTotal(qsizetype total, bool isAtLeast, bool goesThere);
    void goTo(qsizetype place);

    QTabWidget *m_tabs;
    JsonTreeView *m_tree;
    QPlainTextEdit *m_text;
    FindLine *m_find;
    QLabel *m_note;
    QPushButton *m_copy;

    QString m_data;
    bool m_isTextCut = false;
    JsonTree::Problem m_problem = JsonTree::Problem::None;
    QString m_sentence; ///< instead of data
    bool m_isTreeChosen = true;
    bool m_isSwitching = false;

    LatestFuture<Prepared> m_preparing;
    LatestFuture<JsonTree::Found> m_searching;
    QList<JsonTree::Node> m_nodes; ///< found in the tree
    QList<int> m_positions;        ///< found in the text
    qsizetype m_total = 0;
    qsizetype m_current = 0; ///< from 1
    bool m_isAtLeast = false;
};

} // namespace andon
