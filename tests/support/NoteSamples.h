// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>
#include <QString>

/// Notes and keys that others have published, and that no code of Andon's has made.
namespace andon::test::samples {

/// The example of C2SP signed-note (c2sp.org/signed-note). Its public key is not published.
inline const QByteArray kSpecificationText = "Ognuno sta solo sul cuor della terra\n"
                                             "trafitto da un raggio di sole:\n"
                                             "\n"
                                             "ed \xc3\xa8 subito sera.\n";
inline const QByteArray kSpecificationNote = kSpecificationText
    + "\n\xe2\x80\x94 quasimodo.example/salvatore "
      "NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=\n";

/// The example in the documentation of Go's package golang.org/x/mod/sumdb/note: keys, text and signature.
inline const QString kGoVerifier = QStringLiteral("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW");
inline const QByteArray kGoSigner = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
inline const QByteArray kGoText = "If you think cryptography is the answer to your problem,\n"
                                  "then you don't know what your problem is.\n";
inline const QByteArray kGoSignature =
    "\xe2\x80\x94 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6Ryy"
    "BwJnAM=\n";
inline const QByteArray kGoNote = kGoText + '\n' + kGoSignature;

/// The key of Go's checksum database (sum.golang.org), as the go command carries it.
inline const QString kSumVerifier = QStringLiteral(
    "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8");

/// The example of C2SP tlog-checkpoint (c2sp.org/tlog-checkpoint). Its public key is not published.
inline const QByteArray kCheckpointText = "example.com/behind-the-sofa\n"
                                          "20852163\n"
                                          "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
inline const QByteArray kCheckpointNote = kCheckpointText
    + "\n\xe2\x80\x94 example.com/behind-the-sofa "
      "Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n";

} // namespace andon::test::samples
