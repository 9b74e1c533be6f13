#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks an audit log of Andon with nothing of Andon: the standard library, and openssl for the signature.

    verify_log.py log DATABASE CHECKPOINT [--key VKEY]      every entry of a copied database against a checkpoint
    verify_log.py proof PROOF ENTRY [--key VKEY]            one entry, a file of JSON, against its .tlog-proof

DATABASE is a file, or a URI of PostgreSQL, for which psql must be there.

Without --key no signature is checked: then the checkpoint itself must have come to you from where nobody forges it.
Exit status: 0 it holds, 1 it does not, 2 usage.

The formats: docs/database-contract.md (entries), RFC 9162 section 2.1 (the tree), and of c2sp.org signed-note,
tlog-checkpoint and tlog-proof. Ed25519 is not in Python's library, so openssl 3 checks it. By hand: put the text of
the note (up to the last empty line, its own line feed included) into `text`, the 64 bytes of the signature (what
follows the first 4 of its Base64) into `signature`, and the bytes 302a300506032b6570032100 (RFC 8410) and the last 32
of the key into `key.der`:

    openssl pkeyutl -verify -pubin -keyform DER -inkey key.der -rawin -in text -sigfile signature
"""
import argparse, base64, hashlib, json, os, pathlib, shutil, sqlite3, struct, subprocess, sys, tempfile


class NotProven(Exception):
    pass


# --- entries ---------------------------------------------------------------------------------------------------------

class Text(bytes):
    """Text as SQLite stores it: bytes that need not be UTF-8. Plain `bytes` are a blob."""


def netstring(value):
    return b"%d:%s," % (len(value), value)


def entry(columns):
    """The entry of a row: {name: int | float | Text | bytes | None}."""
    parts = [b"andon-audit-entry/1\n"]
    for name, value in sorted((name.encode(), value) for name, value in columns.items() if value is not None):
        if isinstance(value, int):
            typed = b"i" + netstring(str(value).encode())
        elif isinstance(value, float):
            typed = b"r" + netstring(struct.pack(">d", value).hex().encode())
        else:
            typed = (b"t" if isinstance(value, Text) else b"b") + netstring(bytes(value))
        parts.append(netstring(name) + typed)
    return b"".join(parts)


def columns_of_json(columns):
    """What `andonctl proof` prints of an entry, as the values of a row."""
    def value(name, shown):
        if isinstance(shown, str):
            return Text(shown.encode())
        if isinstance(shown, dict) and len(shown) == 1:
            (kind, text), = shown.items()
            if kind == "real":
                return struct.unpack(">d", bytes.fromhex(text))[0]
            if kind in ("text", "blob"):
                return (Text if kind == "text" else bytes)(base64.b64decode(text, validate=True))
        if shown is None or isinstance(shown, int) and not isinstance(shown, bool):
            return shown
        raise NotProven(f"the column {name} is not as andonctl writes it")
    return {name: value(name, shown) for name, shown in columns.items()}


# --- the tree --------------------------------------------------------------------------------------------------------

def leaf_hash(data):
    return hashlib.sha256(b"\0" + data).digest()


def node_hash(left, right):
    return hashlib.sha256(b"\1" + left + right).digest()


def tree_root(leaves):
    """The root, from the hashes of the leaves in their order."""
    peaks = []  # of complete subtrees, the largest first: (leaves, hash)
    for leaf in leaves:
        count = 1
        while peaks and peaks[-1][0] == count:
            leaf = node_hash(peaks.pop()[1], leaf)
            count *= 2
        peaks.append((count, leaf))
    if not peaks:
        return hashlib.sha256().digest()
    root = peaks.pop()[1]
    while peaks:
        root = node_hash(peaks.pop()[1], root)
    return root


def is_included(leaf, index, size, path, root):
    """RFC 9162, 2.1.3.2."""
    if not 0 <= index < size:
        return False
    place, last = index, size - 1
    for sibling in path:
        if last == 0:
            return False
        if place & 1 or place == last:
            leaf = node_hash(sibling, leaf)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            leaf = node_hash(leaf, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and leaf == root


# --- notes -----------------------------------------------------------------------------------------------------------

def hash_of(text):
    value = base64.b64decode(text, validate=True)
    if len(value) != 32:
        raise NotProven("a hash has not 32 bytes")
    return value


def checkpoint(note):
    """Origin, size and root of a signed checkpoint. Who has signed it is another question."""
    end = note.rindex(b"\n\n") + 1
    origin, size, root = note[:end].decode().split("\n")[:3]
    return origin, int(size), hash_of(root)


def check_signature(note, verifier):
    """Raises unless the key, name+hash+base64, has signed the note."""
    name, key_id, key = verifier.split("+", 2)
    key = base64.b64decode(key, validate=True)
    known = hashlib.sha256(name.encode() + b"\n" + key).digest()[:4]
    if len(key) != 33 or key[0] != 1 or known.hex() != key_id:
        raise NotProven("the key is damaged, or is none of Ed25519")
    end = note.rindex(b"\n\n") + 1
    for line in note[end + 1:].decode().splitlines():
        dash, signer, signature = line.split(" ")
        signature = base64.b64decode(signature, validate=True)
        if dash == "\u2014" and signer == name and signature[:4] == known:
            return check_ed25519(key[1:], note[:end], signature[4:])
    raise NotProven(f"the checkpoint is not signed by {name} with this key")


def check_ed25519(key, text, signature):
    openssl = shutil.which("openssl")
    if openssl is None:
        raise NotProven("openssl, which checks the signature, is not here; the head of this file has its command")
    with tempfile.TemporaryDirectory() as folder:
        files = {"key.der": bytes.fromhex("302a300506032b6570032100") + key, "text": text, "signature": signature}
        for name, content in files.items():
            with open(os.path.join(folder, name), "wb") as file:
                file.write(content)
        command = "pkeyutl -verify -pubin -keyform DER -inkey key.der -rawin -in text -sigfile signature"
        done = subprocess.run([openssl, *command.split()], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode != 0:
        raise NotProven("the signature does not fit the checkpoint: " + done.stdout.decode(errors="replace").strip())


# --- what is asked ---------------------------------------------------------------------------------------------------

def read(path):
    with open(path, "rb") as file:
        return file.read()


def rows_of_server(database, size):
    """The same at a PostgreSQL server, by psql, which takes a password from ~/.pgpass."""
    select = f"SELECT row_to_json(e) FROM (SELECT * FROM action_audit_log ORDER BY id LIMIT {int(size)}) AS e"
    words = ["psql", "-XAtq", "-v", "FETCH_COUNT=1000", "-d", database, "-c", select]
    psql = subprocess.Popen(words, stdout=subprocess.PIPE, env=dict(os.environ, PGCLIENTENCODING="UTF8"))
    with psql:
        for line in psql.stdout:
            yield columns_of_json(json.loads(line))
    if psql.returncode != 0:
        raise NotProven("psql could not read the log")


def leaves_of(database, size):
    """The hashes of the first entries, in the order of the log."""
    if database.startswith(("postgresql://", "postgres://")):
        for columns in rows_of_server(database, size):
            yield leaf_hash(entry(columns))
        return
    connection = sqlite3.connect(pathlib.Path(database).resolve().as_uri() + "?mode=ro", uri=True)
    connection.text_factory = Text
    table = connection.execute("SELECT name FROM pragma_table_info('action_audit_log')")
    names = [name.decode() for name, in table]
    quoted = ", ".join('"' + name.replace('"', '""') + '"' for name in names)
    for row in connection.execute(f"SELECT {quoted} FROM action_audit_log ORDER BY id LIMIT ?", (size,)):
        yield leaf_hash(entry(dict(zip(names, row))))


def verify_log(database, note):
    origin, size, root = checkpoint(note)
    count = 0

    def counted():
        nonlocal count
        for leaf in leaves_of(database, size):
            count += 1
            yield leaf

    found = tree_root(counted())
    if count < size:
        raise NotProven(f"the checkpoint is of {size} entries, and the log has {count}")
    if found != root:
        raise NotProven(f"the first {size} entries are not those of the checkpoint: something was changed")
    return f"the first {size} entries are those of the checkpoint of {origin}"


def verify_proof(proof, shown):
    head, note = proof.split(b"\n\n", 1)
    lines = head.decode().split("\n")
    if lines.pop(0) != "c2sp.org/tlog-proof@v1":
        raise NotProven("the proof is none, or of another version")
    if lines[0].startswith("extra "):
        lines.pop(0)
    word, index = lines.pop(0).split(" ")
    if word != "index" or str(int(index)) != index:
        raise NotProven("the proof does not say where the entry stands")
    origin, size, root = checkpoint(note)
    leaf = leaf_hash(entry(columns_of_json(shown)))
    if not is_included(leaf, int(index), size, [hash_of(line) for line in lines], root):
        raise NotProven("the entry does not stand at this place of the log")
    return note, f"the entry is number {index} of the {size} entries of {origin}"


def main():
    parser = argparse.ArgumentParser(description="Checks an audit log of Andon without Andon.")
    commands = parser.add_subparsers(dest="command", required=True)
    log = commands.add_parser("log", help="every entry of a copied database against a checkpoint")
    log.add_argument("database")
    log.add_argument("checkpoint")
    proof = commands.add_parser("proof", help="one entry against its .tlog-proof")
    proof.add_argument("proof")
    proof.add_argument("entry")
    for command in (log, proof):
        command.add_argument("--key", metavar="VKEY", help="who must have signed: name+hash+base64")
    options = parser.parse_args()
    try:
        if options.command == "log":
            note = read(options.checkpoint)
            holds = verify_log(options.database, note)
        else:
            note, holds = verify_proof(read(options.proof), json.loads(read(options.entry)))
        if options.key:
            check_signature(note, options.key)
            holds += f", signed by {options.key}"
        print("It holds:", holds)
        return 0
    except (NotProven, ValueError, KeyError, IndexError, TypeError, OSError, sqlite3.Error, struct.error) as problem:
        print("It does not hold:", problem, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
