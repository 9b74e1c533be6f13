// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/station/Station.h"
#include "ui/audit/AuditView.h"
#include "ui/audit/list/AuditList.h"
#include "ui/audit/list/AuditTable.h"
#include "ui/audit/list/AuditTableModel.h"
#include "ui/audit/list/FilterScan.h"

#include <QHeaderView>
#include <QSqlDatabase>
#include <QSqlTableModel>
#include <QTableView>
#include <QTest>

#include <memory>

namespace andon::bench {

/// A window on the audit log, as a person uses it.
class Viewer
{
public:
    Viewer() = default;
    virtual ~Viewer() = default;
    Viewer(const Viewer &) = delete;
    Viewer &operator=(const Viewer &) = delete;

    virtual void open() = 0; ///< shows the window; the rows come when they come
    virtual QTableView *table() = 0;
    [[nodiscard]] virtual qint64 idOfRow(int row) = 0;
    [[nodiscard]] virtual QString dataOfRow(int row) = 0;
    virtual void filter(const QString &word) = 0; ///< all events where nothing is given
    virtual void goToOldest() = 0;
    virtual void goToNewest() = 0;

    [[nodiscard]] int rows() { return table()->model()->rowCount(); }
};

constexpr QSize kViewerSize(1200, 700);

class AndonViewer final : public Viewer
{
public:
    explicit AndonViewer(const QString &database)
        : m_station(options(database))
        , m_view(&m_station)
        , m_table(m_view.findChild<AuditTable *>(QStringLiteral("auditTable")))
    {
    }

    void open() override
    {
        m_view.resize(kViewerSize);
        m_view.show();
        m_station.open();
    }
    QTableView *table() override { return m_table; }
    qint64 idOfRow(int row) override { return m_table->auditModel()->idAt(row).value; }
    QString dataOfRow(int row) override { return m_table->auditModel()->eventAt(row).eventData; }
    void filter(const QString &word) override { m_view.setFilterText(word.isEmpty() ? word : u'"' + word + u'"'); }
    void goToOldest() override { QTest::keyClick(m_table, Qt::Key_End, Qt::ControlModifier); }
    void goToNewest() override { QTest::keyClick(m_table, Qt::Key_Home, Qt::ControlModifier); }

    [[nodiscard]] AuditView &view() { return m_view; }
    [[nodiscard]] Station &station() { return m_station; }
    [[nodiscard]] AuditList &list() { return *m_view.findChild<AuditList *>(); }
    [[nodiscard]] AuditTable &auditTable() { return *m_table; }
    [[nodiscard]] const ScanFindings &findings() { return *list().scan()->findings(); }

private:
    static Station::Options options(const QString &database)
    {
        Station::Options options;
        options.database = database;
        return options;
    }

    Station m_station;
    AuditView m_view;
    AuditTable *m_table;
};

/// The peer: what Qt has for the purpose.
class TableModelViewer final : public Viewer
{
public:
    explicit TableModelViewer(const QString &database)
        : m_connection(QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), QStringLiteral("peer")))
    {
        m_connection.setDatabaseName(database);
        m_connection.open();
        m_model = std::make_unique<QSqlTableModel>(nullptr, m_connection);
        m_model->setTable(QStringLiteral("action_audit_log"));
        m_model->setSort(0, Qt::DescendingOrder);
        m_view.verticalHeader()->hide();
    }
    ~TableModelViewer() override
    {
        m_view.setModel(nullptr);
        m_model.reset();
        m_connection = QSqlDatabase();
        QSqlDatabase::removeDatabase(QStringLiteral("peer"));
    }

    void open() override
    {
        m_view.setModel(m_model.get());
        m_view.resize(kViewerSize);
        m_model->select();
        m_view.show();
    }
    QTableView *table() override { return &m_view; }
    qint64 idOfRow(int row) override { return m_model->index(row, 0).data().toLongLong(); }
    QString dataOfRow(int row) override { return m_model->index(row, 3).data().toString(); }
    void filter(const QString &word) override
    {
        // Looked for where Andon's filter looks.
        m_model->setFilter(word.isEmpty() ? word
                                          : QStringLiteral("event_data LIKE '%%1%' OR event_type LIKE '%%1%' "
                                                           "OR actor LIKE '%%1%'")
                                                .arg(word));
    }
    void filterBy(const QString &condition) { m_model->setFilter(condition); }
    [[nodiscard]] QString typeOfRow(int row) { return m_model->index(row, 2).data().toString(); }
    void goToOldest() override
    {
        while (m_model->canFetchMore())
            m_model->fetchMore();
        m_view.scrollToBottom();
    }
    void goToNewest() override { m_view.scrollToTop(); }

private:
    QSqlDatabase m_connection;
    std::unique_ptr<QSqlTableModel> m_model;
    QTableView m_view;
};

} // namespace andon::bench
