"""Backups as a stranger would write them."""

import gzip
import io
import json
import sqlite3
import tarfile
from collections.abc import Callable, Iterable
from contextlib import closing
from hashlib import sha256
from pathlib import Path


def entry(name: str, size_bytes: int, kind: bytes = tarfile.REGTYPE, link: str = "") -> bytes:
    """Return a header that promises so many bytes."""
    header = tarfile.TarInfo(name)
    header.size, header.type, header.linkname = size_bytes, kind, link
    return header.tobuf(tarfile.GNU_FORMAT)


def packed(contents: Iterable[tuple[str, bytes]]) -> bytes:
    """Return a gzipped tar of some files."""
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w:gz") as archive:
        for name, content in contents:
            header = tarfile.TarInfo(name)
            header.size = len(content)
            archive.addfile(header, io.BytesIO(content))
    return target.getvalue()


def rewritten(path: Path, change: Callable[[sqlite3.Connection], None]) -> Path:
    """Return a copy of a backup with a changed database and a manifest that agrees with it."""
    with tarfile.open(fileobj=io.BytesIO(gzip.decompress(path.read_bytes()))) as archive:
        contents = {name: archive.extractfile(name).read() for name in archive.getnames()}  # type: ignore[union-attr]
    database = path.with_name("changed.sqlite3")
    database.write_bytes(contents["amends.sqlite3"])
    with closing(sqlite3.connect(database)) as connection:
        change(connection)
        connection.commit()
    contents["amends.sqlite3"] = database.read_bytes()
    manifest = json.loads(contents["manifest.json"])
    manifest["sha256"]["amends.sqlite3"] = sha256(contents["amends.sqlite3"]).hexdigest()
    contents["manifest.json"] = json.dumps(manifest).encode()
    copy = path.with_name("changed.tar.gz")
    copy.write_bytes(packed(contents.items()))
    return copy
