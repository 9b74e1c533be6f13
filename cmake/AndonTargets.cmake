# SPDX-License-Identifier: Apache-2.0
# Helpers that the folders' CMakeLists.txt share.

# Lists a folder's sources, all levels down, without naming each: a new file is built as soon as it is there.
# CONFIGURE_DEPENDS makes the build look again every time, so nobody has to run CMake by hand, and files that
# several people add at once never conflict in a list.
#   andon_glob(VARIABLE FOLDER PATTERN...)
function(andon_glob variable folder)
    set(patterns)
    foreach(pattern IN LISTS ARGN)
        list(APPEND patterns "${folder}/${pattern}")
    endforeach()
    file(GLOB_RECURSE found CONFIGURE_DEPENDS ${patterns})
    set(${variable} "${found}" PARENT_SCOPE)
endfunction()

# True in VARIABLE if any of the files is a translation unit.
function(andon_has_cpp variable)
    set(units ${ARGN})
    list(FILTER units INCLUDE REGEX "\\.cpp$")
    if(units)
        set(${variable} TRUE PARENT_SCOPE)
    else()
        set(${variable} FALSE PARENT_SCOPE)
    endif()
endfunction()

# Precompiles HEADERS for TARGET, unless ANDON_PCH is off (the linters read sources without it).
function(andon_precompile target)
    if(ANDON_PCH)
        target_precompile_headers(${target} PRIVATE ${ARGN})
    endif()
endfunction()

# Lets TARGET use the precompiled header of PROVIDER. Both must be of one kind: programs. What automoc adds to a program
# whose headers need no moc is empty: to read the precompiled header for it is what nearly all its compilation would be.
function(andon_reuse_precompiled target provider)
    if(ANDON_PCH)
        target_precompile_headers(${target} REUSE_FROM ${provider})
        set_source_files_properties("${CMAKE_CURRENT_BINARY_DIR}/${target}_autogen/mocs_compilation.cpp"
            PROPERTIES SKIP_PRECOMPILE_HEADERS ON)
    endif()
endfunction()

set(ANDON_PCH_CORE
    <algorithm> <array> <atomic> <chrono> <cstdint> <functional> <memory> <mutex> <optional> <string>
    <string_view> <thread> <unordered_map> <utility> <variant> <vector>
    <QByteArray> <QCoreApplication> <QDateTime> <QDir> <QElapsedTimer> <QFile> <QFileInfo> <QFuture> <QHash>
    <QJsonArray> <QJsonDocument> <QJsonObject> <QList> <QObject> <QPromise> <QRegularExpression> <QSaveFile>
    <QSqlDatabase> <QSqlError> <QSqlQuery> <QString> <QStringList> <QThread> <QTimer> <QVariant>)
set(ANDON_PCH_UI
    <algorithm> <array> <chrono> <cstdint> <functional> <memory> <optional> <utility> <vector>
    <QAbstractItemModel> <QAccessible> <QAction> <QApplication> <QBoxLayout> <QComboBox> <QDateTime> <QFuture>
    <QFutureWatcher> <QHash> <QHeaderView> <QJsonDocument> <QJsonObject> <QKeyEvent> <QLabel> <QLineEdit> <QList>
    <QObject> <QPainter> <QPointer> <QPushButton> <QString> <QStringList> <QStyle> <QTableView> <QTimer> <QVariant>
    <QWidget>)
