"""Backups that somebody else wrote: too large, too clever, or with a database that does more than store."""

import gzip
import io
import json
import sqlite3
import subprocess
import sys
import tarfile
from contextlib import closing
from hashlib import sha256

import pytest

from tests.fakes.backups import entry, packed, rewritten
from webapp.domain.site.backups import BackupKind
from webapp.errors import BackupFailed
from webapp.services.cameras.camera_settings import CameraForm
from webapp.storage.alerts.snapshots import SnapshotFiles
from webapp.storage.site.backup_archive import Limits, unpack
from webapp.storage.site.keys import session_key
from webapp.storage.site.restore import restore_backup

pytestmark = [pytest.mark.security, pytest.mark.sqlite]
GIB = 2**30
MOST_MIB = 64
TWO_MIB_OF_ZEROS = gzip.compress(bytes(2**21))
BOMBS = {
    "database": entry("amends.sqlite3", GIB * 3 // 2),
    "picture": entry("snapshots/2026-11-21/093000-ab.jpg", GIB * 3 // 2),
    "manifest": entry("manifest.json", GIB * 3 // 2),
    "long name": entry("././@LongLink", GIB * 3 // 2, tarfile.GNUTYPE_LONGNAME),
    "extended header": entry("x", GIB * 3 // 2, tarfile.XHDTYPE),
    "after the end": bytes(1024),
}
RESTORE = """
import resource, sys
resource.setrlimit(resource.RLIMIT_DATA, (2**29, 2**29))
from datetime import UTC, datetime
from pathlib import Path
from webapp.errors import BackupFailed
from webapp.storage.site.keys import session_key
from webapp.storage.site.restore import restore_backup
def peak_mib():
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) // 1024

before = peak_mib()
for path in sys.argv[2:]:
    try:
        folder = Path(sys.argv[1])
        restore_backup(Path(path), folder, folder / "amends.sqlite3", datetime.now(UTC), ask_passphrase=str)
    except BackupFailed as error:
        print(error)
print(peak_mib() - before)
"""


@pytest.fixture
def made(use_cases):
    """A whole backup in clear of an installation with a camera."""
    use_cases.cameras.add(CameraForm("Bar", "rtsp://192.0.2.1/s", username="u", password="hush-hush"))
    return use_cases.backups.store.path(use_cases.backups.make("root", kind=BackupKind.CLEAR).name)


@pytest.fixture
def restore(settings, engine, clock):
    def restore(path, *, is_trusted=False):
        engine.dispose()
        database = settings.data_dir / "amends.sqlite3"
        return restore_backup(path, settings.data_dir, database, clock.now(), ask_passphrase=str, is_trusted=is_trusted)

    return restore


def test_a_small_file_that_unpacks_to_a_gibibyte_is_refused_with_little_memory(tmp_path):
    """1.5 MB became 1.5 GiB of memory: as a file, as a name, as an extended header, and behind the end."""
    for number, head in enumerate(BOMBS.values()):
        (tmp_path / f"{number}.tar.gz").write_bytes(gzip.compress(head) + TWO_MIB_OF_ZEROS * 768)
    paths = [str(tmp_path / f"{number}.tar.gz") for number in range(len(BOMBS))]
    assert all((tmp_path / f"{number}.tar.gz").stat().st_size < 2 * 2**20 for number in range(len(BOMBS)))
    command = [sys.executable, "-c", RESTORE, str(tmp_path / "var"), *paths]
    (tmp_path / "var").mkdir()
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    *refusals, taken_mib = done.stdout.splitlines()
    assert len(refusals) == len(BOMBS)
    assert all("Expected a backup of Amends" in line for line in refusals)
    assert int(taken_mib) < MOST_MIB
    assert [path.name for path in (tmp_path / "var").iterdir()] == ["backup.key"]


def test_more_than_the_limits_is_refused_while_it_is_unpacked(made, tmp_path):
    def unpacked_within(limits):
        with made.open("rb") as file, pytest.raises(BackupFailed, match=r"fits on the disk|reasonable"):
            unpack(file, tmp_path / "out", b"k", limits)

    unpacked_within(Limits(total_bytes=50_000))
    assert sum(path.stat().st_size for path in (tmp_path / "out").rglob("*") if path.is_file()) <= 50_000
    unpacked_within(Limits.of(packed_bytes=2**20, free_bytes=2**28))
    too_many = [(f"snapshots/2026-11-21/{number}.jpg", b"x") for number in range(12)]
    (tmp_path / "many.tar.gz").write_bytes(packed(too_many))
    with (tmp_path / "many.tar.gz").open("rb") as file, pytest.raises(BackupFailed, match="reasonable"):
        unpack(file, tmp_path / "many", b"k", Limits(2**20, entries=8))


@pytest.mark.parametrize(
    ("head", "words"),
    [
        (entry("snapshots/2026-11-21/a.jpg", 0, tarfile.SYMTYPE, "/etc/passwd"), "no plain file"),
        (entry("credentials.key", 0, tarfile.LNKTYPE, "/etc/shadow"), "no plain file"),
        (entry("snapshots", 0, tarfile.DIRTYPE), "no plain file"),
        (entry("snapshots/2026-11-21/a.jpg", 0, tarfile.CHRTYPE), "no plain file"),
        (entry("/etc/cron.d/evil", 0), "which no backup of Amends does"),
        (entry("snapshots/2026-11-21/../../evil.jpg", 0), "which no backup of Amends does"),
        (entry("session.key", 0) * 2, "twice"),
        (entry("session.key", 100), "ends too early"),
    ],
)
def test_what_is_no_plain_file_of_ours_is_refused(head, words, restore, settings, tmp_path):
    (tmp_path / "odd.tar.gz").write_bytes(gzip.compress(head))
    with pytest.raises(BackupFailed, match=words):
        restore(tmp_path / "odd.tar.gz", is_trusted=True)
    assert not list(settings.data_dir.glob("replaced-*"))
    assert not (settings.data_dir / ".restoring").exists()


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TRIGGER lives_on AFTER INSERT ON users BEGIN UPDATE users SET role = 'admin'; END",
        "CREATE VIEW lives_on AS SELECT * FROM users",
        "CREATE TABLE lives_on (x)",
        "CREATE INDEX lives_on ON users (lower(name))",
        "ALTER TABLE users ADD COLUMN lives_on TEXT GENERATED ALWAYS AS (lower(name)) VIRTUAL",
        "ALTER TABLE users ADD COLUMN lives_on TEXT CHECK (random() > 0)",
        "ALTER TABLE users ADD COLUMN lives_on TEXT DEFAULT 'x'",
        "CREATE VIRTUAL TABLE lives_on USING fts5(x)",
        "DROP TABLE api_tokens",
        "DROP TABLE users; CREATE VIEW users AS SELECT 1 AS id",
    ],
)
def test_a_database_with_what_our_migrations_do_not_make_is_refused(statement, made, restore, use_cases):
    def change(connection):
        connection.executescript(statement)

    with pytest.raises(BackupFailed, match="another schema"):
        restore(rewritten(made, change), is_trusted=True)
    assert [camera.name for camera in use_cases.cameras.list()] == ["Bar"]


def test_a_damaged_database_is_refused(made, restore):
    def hide_a_row(connection):
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute(
            "UPDATE sqlite_master SET rootpage = (SELECT rootpage FROM sqlite_master WHERE name = 'settings') "
            "WHERE name = 'users'"
        )

    with pytest.raises(BackupFailed, match=r"damaged|cannot be read"):
        restore(rewritten(made, hide_a_row), is_trusted=True)


def test_one_that_this_installation_did_not_make_needs_a_word_of_trust(made, restore, settings, use_cases):
    (settings.data_dir / "backup.key").write_bytes(b"another installation's key")
    with pytest.raises(BackupFailed, match="add --trust"):
        restore(made)
    assert not list(settings.data_dir.glob("replaced-*"))
    assert restore(made, is_trusted=True).is_whole
    assert [camera.name for camera in use_cases.cameras.list()] == ["Bar"]


def test_one_that_was_changed_and_hashed_again_needs_a_word_of_trust_too(made, restore, use_cases):
    def make_admin(connection):
        connection.execute("UPDATE cameras SET name = 'Elsewhere'")

    restore(made)
    with pytest.raises(BackupFailed, match="add --trust"):
        restore(rewritten(made, make_admin))
    assert [camera.name for camera in use_cases.cameras.list()] == ["Bar"]


def test_the_key_of_the_seal_is_in_no_backup(made):
    with tarfile.open(made) as archive:
        assert "backup.key" not in archive.getnames()
        manifest = json.load(archive.extractfile("manifest.json"))
    assert set(manifest["sha256"]) == {"amends.sqlite3", "credentials.key"}


def test_one_of_an_earlier_version_is_migrated_before_anything_is_replaced(made, restore, settings, tmp_path):
    from webapp.storage.db.engine import migrate, open_engine

    older = tmp_path / "older.sqlite3"
    engine = open_engine(f"sqlite:///{older}")
    migrate(engine, "0009")
    engine.dispose()
    content = older.read_bytes()
    manifest = json.dumps({"format": 1, "sha256": {"amends.sqlite3": sha256(content).hexdigest()}}).encode()
    (tmp_path / "older.tar.gz").write_bytes(packed([("amends.sqlite3", content), ("manifest.json", manifest)]))
    restore(tmp_path / "older.tar.gz", is_trusted=True)
    with closing(sqlite3.connect(settings.data_dir / "amends.sqlite3")) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchone() != ("0009",)


def test_a_picture_named_by_a_restored_database_is_read_and_deleted_in_its_folder_only(settings):
    session_key(settings.data_dir)
    pictures = SnapshotFiles(settings.snapshots_dir)
    for name in ("../session.key", "2026-11-21/../../session.key", str(settings.data_dir / "session.key")):
        assert pictures.read(name) is None
        pictures.remove(name)
    assert (settings.data_dir / "session.key").exists()


def test_tarfile_itself_reads_what_is_made(made):
    with tarfile.open(fileobj=io.BytesIO(made.read_bytes())) as archive:
        assert archive.getnames() == ["amends.sqlite3", "credentials.key", "manifest.json", "manifest.hmac"]
