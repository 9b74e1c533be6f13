// SPDX-License-Identifier: Apache-2.0
#include "core/gate/GateErrors.h"
#include "core/gate/Permit.h"
#include "tests/support/Privileges.h"
#include "tests/support/SmallDisk.h"
#include "tests/support/TemporaryDatabase.h"

#include <QDir>
#include <QElapsedTimer>
#include <QTest>

#include <sys/stat.h>
#include <unistd.h>

using namespace andon;
using namespace andon::test;

namespace {

const Epoch kEpoch(7);

QByteArray pathBytes(const QString &path)
{
    return QFile::encodeName(path);
}

} // namespace

class TestPermit : public QObject
{
    Q_OBJECT

private slots:
    void s2_noFileIsNoPermit();
    void aGrantIsForExactlyOneEpoch();
    void aLaterGrantReplacesAnEarlier();
    void s2_revokingTakesItAwayAndIsIdempotent();
    void s2_anythingButTheExactContentIsNoPermit_data();
    void s2_anythingButTheExactContentIsNoPermit();
    void s2_aLinkToAValidPermitIsNoPermit();
    void s2_aFolderIsNoPermit();
    void s2_aPipeIsNoPermitAndHoldsNobodyUp();
    void s2_anUnreadablePermitIsNoPermit();
    void s2_whateverStandsThereCanBeRevoked_data();
    void s2_whateverStandsThereCanBeRevoked();
    void s2_aLinkIsRevokedAndItsTargetLeftAlone();
    void s2_aPermitThatMayNotBeRemovedIsEmptied();
    void s6_aPermitThatCannotBeTakenAwayIsTold();
    void aGrantThatFailsLeavesNoPermitBehind();
    void s2_revokingWorksOnAFullDisk();
    void aGrantReplacesALinkInsteadOfFollowingIt();
};

void TestPermit::s2_noFileIsNoPermit()
{
    const TemporaryDatabase temporary;
    const Permit permit(temporary.path());
    QCOMPARE(permit.path(), temporary.permitPath());
    for (const qint64 epoch : {-1, 0, 1, 7})
        QVERIFY(!permit.isGranted(Epoch(epoch)));
}

void TestPermit::aGrantIsForExactlyOneEpoch()
{
    const TemporaryDatabase temporary;
    const Permit permit(temporary.path());
    permit.grant(kEpoch);
    QVERIFY(permit.isGranted(kEpoch));
    for (const qint64 epoch : {-7, 0, 1, 6, 8, 70, 77})
        QVERIFY(!permit.isGranted(Epoch(epoch)));
    QCOMPARE(QDir(temporary.folder()).entryList(QDir::Files | QDir::Hidden), QStringList("andon.db.permit"));
}

void TestPermit::aLaterGrantReplacesAnEarlier()
{
    const TemporaryDatabase temporary;
    const Permit permit(temporary.path());
    permit.grant(kEpoch);
    permit.grant(kEpoch.next());
    QVERIFY(!permit.isGranted(kEpoch));
    QVERIFY(permit.isGranted(kEpoch.next()));
}

void TestPermit::s2_revokingTakesItAwayAndIsIdempotent()
{
    const TemporaryDatabase temporary;
    const Permit permit(temporary.path());
    permit.revoke();
    permit.grant(kEpoch);
    permit.revoke();
    QVERIFY(!permit.isGranted(kEpoch));
    QVERIFY(!QFile::exists(temporary.permitPath()));
    permit.revoke();
    permit.sync();
}

void TestPermit::s2_anythingButTheExactContentIsNoPermit_data()
{
    QTest::addColumn<QByteArray>("content");
    const TemporaryDatabase temporary;
    Permit(temporary.path()).grant(kEpoch);
    const QByteArray valid = bytesOf(temporary.permitPath());
    QTest::newRow("empty") << QByteArray("");
    QTest::newRow("a byte too many") << valid + '\n';
    QTest::newRow("a zero byte too many") << valid + '\0';
    QTest::newRow("a byte too few") << valid.chopped(1);
    QTest::newRow("a byte before") << ' ' + valid;
    QTest::newRow("an older epoch") << QByteArray(valid).replace("7", "6");
    QTest::newRow("a sign") << QByteArray(valid).replace("7", "+7");
    QTest::newRow("a leading zero") << QByteArray(valid).replace("7", "07");
    QTest::newRow("another version") << QByteArray(valid).replace("permit 1", "permit 2");
    QTest::newRow("capitals") << valid.toUpper();
    QTest::newRow("twice") << valid + valid;
    QTest::newRow("another line end") << QByteArray(valid).replace("\n", "\r\n");
    QTest::newRow("huge") << valid + QByteArray(10'000'000, ' ');
}

void TestPermit::s2_anythingButTheExactContentIsNoPermit()
{
    QFETCH(QByteArray, content);
    const TemporaryDatabase temporary;
    const Permit permit(temporary.path());
    write(temporary.permitPath(), content);
    QVERIFY(!permit.isGranted(kEpoch));
    permit.revoke();
    QVERIFY(!QFile::exists(temporary.permitPath()));
}

void TestPermit::s2_aLinkToAValidPermitIsNoPermit()
{
    const TemporaryDatabase temporary;
    const TemporaryDatabase other;
    Permit(other.path()).grant(kEpoch);
    QVERIFY(QFile::link(other.permitPath(), temporary.permitPath()));
    QVERIFY(!Permit(temporary.path()).isGranted(kEpoch));
}

void TestPermit::s2_aFolderIsNoPermit()
{
    const TemporaryDatabase temporary;
    QVERIFY(QDir().mkdir(temporary.permitPath()));
    QVERIFY(!Permit(temporary.path()).isGranted(kEpoch));
}

void TestPermit::s2_aPipeIsNoPermitAndHoldsNobodyUp()
{
    const TemporaryDatabase temporary;
    QCOMPARE(::mkfifo(pathBytes(temporary.permitPath()).constData(), 0666), 0);
    QElapsedTimer timer;
    timer.start();
    const Permit permit(temporary.path());
    QVERIFY(!permit.isGranted(kEpoch));
    permit.revoke();
    QVERIFY(timer.elapsed() < 1000);
    QVERIFY(!QFile::exists(temporary.permitPath()));
}

void TestPermit::s2_anUnreadablePermitIsNoPermit()
{
    const TemporaryDatabase temporary;
    const Permit permit(temporary.path());
    permit.grant(kEpoch);
    openToEverybody(temporary.folder());
    QCOMPARE(::chmod(pathBytes(temporary.permitPath()).constData(), 0), 0);
    const Unprivileged unprivileged;
    if (!unprivileged.isEffective())
        QSKIP("rights do not bind this account");
    QVERIFY(!permit.isGranted(kEpoch));
    permit.revoke(); // void already, so this is no error
}

void TestPermit::s2_whateverStandsThereCanBeRevoked_data()
{
    QTest::addColumn<QString>("what");
    for (const char *what : {"folder", "full folder", "dangling link", "link to a folder"})
        QTest::newRow(what) << what;
}

void TestPermit::s2_whateverStandsThereCanBeRevoked()
{
    QFETCH(QString, what);
    const TemporaryDatabase temporary;
    const QString path = temporary.permitPath();
    if (what.endsWith("folder") && !what.startsWith("link"))
        QVERIFY(QDir().mkdir(path));
    if (what == "full folder")
        write(path + "/file", "x");
    if (what == "dangling link")
        QVERIFY(QFile::link(temporary.file("nowhere"), path));
    if (what == "link to a folder")
        QVERIFY(QFile::link(temporary.folder(), path));
    const Permit permit(temporary.path());
    permit.revoke();
    QVERIFY(!permit.isGranted(kEpoch));
    QCOMPARE(QFileInfo(path).isSymLink(), false);
}

void TestPermit::s2_aLinkIsRevokedAndItsTargetLeftAlone()
{
    const TemporaryDatabase temporary;
    write(temporary.file("precious"), "data");
    QVERIFY(QFile::link(temporary.file("precious"), temporary.permitPath()));
    Permit(temporary.path()).revoke();
    QCOMPARE(bytesOf(temporary.file("precious")), "data");
}

void TestPermit::s2_aPermitThatMayNotBeRemovedIsEmptied()
{
    const TemporaryDatabase temporary;
    const Permit permit(temporary.path());
    permit.grant(kEpoch);
    openToEverybody(temporary.folder());
    const Unprivileged unprivileged;
    if (!unprivileged.isEffective())
        QSKIP("rights do not bind this account");
    QCOMPARE(permit.obstacle(), QString());
    permit.revoke();
    QVERIFY(!permit.isGranted(kEpoch));
}

void TestPermit::s6_aPermitThatCannotBeTakenAwayIsTold()
{
    const TemporaryDatabase temporary;
    const Permit permit(temporary.path());
    permit.grant(kEpoch);
    openToEverybody(temporary.folder());
    QCOMPARE(::chmod(pathBytes(temporary.permitPath()).constData(), 0444), 0);
    const Unprivileged unprivileged;
    if (!unprivileged.isEffective())
        QSKIP("rights do not bind this account");
    QVERIFY_THROWS_EXCEPTION(PermitError, permit.revoke());
    QVERIFY(permit.isGranted(kEpoch));
}

void TestPermit::aGrantThatFailsLeavesNoPermitBehind()
{
    const TemporaryDatabase temporary;
    const Permit permit(temporary.path());
    permit.grant(kEpoch);
    openToEverybody(temporary.folder());
    const Unprivileged unprivileged;
    if (!unprivileged.isEffective())
        QSKIP("rights do not bind this account");
    QVERIFY_THROWS_EXCEPTION(PermitError, permit.grant(kEpoch.next()));
    QVERIFY(!permit.isGranted(kEpoch));
    QVERIFY(!permit.isGranted(kEpoch.next()));
}

void TestPermit::s2_revokingWorksOnAFullDisk()
{
    const TemporaryDatabase temporary;
    const auto disk = SmallDisk::make(temporary.file("disk"), 64 * 1024);
    if (!disk)
        QSKIP("this account may not mount a small disk");
    const Permit permit(disk->path() + "/andon.db");
    permit.grant(kEpoch);
    disk->fill();
    QVERIFY_THROWS_EXCEPTION(PermitError, permit.grant(kEpoch.next())); // no arm on a full disk
    disk->empty();
    permit.grant(kEpoch);
    disk->fill();
    permit.revoke();
    permit.sync();
    QVERIFY(!permit.isGranted(kEpoch));
}

void TestPermit::aGrantReplacesALinkInsteadOfFollowingIt()
{
    const TemporaryDatabase temporary;
    write(temporary.file("precious"), "data");
    QVERIFY(QFile::link(temporary.file("precious"), temporary.permitPath()));
    const Permit permit(temporary.path());
    permit.grant(kEpoch);
    QVERIFY(permit.isGranted(kEpoch));
    QCOMPARE(bytesOf(temporary.file("precious")), "data");
}

QTEST_GUILESS_MAIN(TestPermit)
#include "tst_permit.moc"
