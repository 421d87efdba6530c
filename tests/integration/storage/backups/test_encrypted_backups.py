"""Backups that only a passphrase opens, what a backup without one holds, and for how long each is kept."""

import io
import os
import sqlite3
import subprocess
import sys
import tarfile
from contextlib import closing
from datetime import timedelta

import pytest

from tests.support.adapters import adapters_of_tests
from webapp.cli.processes.housekeeping import tasks_of
from webapp.domain.people.audit import AuditFilter
from webapp.domain.site.backups import BackupKind
from webapp.domain.site.retention import RetentionRule
from webapp.errors import BackupFailed
from webapp.services.cameras.camera_settings import CameraForm
from webapp.services.use_cases import UseCases
from webapp.settings import REPOSITORY_DIR, load_settings
from webapp.storage.alerts.snapshots import SnapshotFiles
from webapp.storage.site.encrypted_file import MAGIC, DecryptingReader, EncryptingWriter
from webapp.storage.site.restore import restore_backup

pytestmark = [pytest.mark.security, pytest.mark.sqlite]
PASSPHRASE = "seven plain words of our own"
PIECE = 64 * 1024
DAY_S = 24 * 3600
MAKE = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from webapp.domain.site.backups import BackupKind
from webapp.storage.site.backups import BackupFiles
folder = Path(sys.argv[1])
def peak_mib():
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) // 1024

before = peak_mib()
files = BackupFiles(folder, f"sqlite:///{folder / 'amends.sqlite3'}", folder / "passphrase", cost_log2=4)
files.make(BackupKind.ENCRYPTED, datetime.now(UTC), lambda: None)
print(peak_mib() - before)
"""
PICTURE = b"a face, in clear"


@pytest.fixture
def sealing(use_cases, unit_of_work, settings, clock, tmp_path):
    """An installation with a passphrase, a camera and a picture."""
    (tmp_path / "passphrase").write_text(f"{PASSPHRASE}\n")
    settings = load_settings(
        data_dir=settings.data_dir, runtime_dir=settings.runtime_dir, backup_passphrase_file=tmp_path / "passphrase"
    )
    sealing = UseCases(settings, adapters_of_tests(settings, unit_of_work, use_cases.adapters.hasher, clock))
    sealing.cameras.add(CameraForm("Bar", "rtsp://192.0.2.1/s", username="u", password="hush-hush"))
    SnapshotFiles(settings.snapshots_dir).save(PICTURE, clock.now())
    return sealing


@pytest.fixture
def restore(settings, engine, clock):
    def restore(path, passphrase=PASSPHRASE):
        engine.dispose()
        database = settings.data_dir / "amends.sqlite3"
        return restore_backup(path, settings.data_dir, database, clock.now(), ask_passphrase=lambda: passphrase)

    return restore


def made_by(use_cases, kind=None):
    return use_cases.backups.store.path(use_cases.backups.make("root", kind=kind).name)


def encrypted(content, passphrase=PASSPHRASE):
    target = io.BytesIO()
    with EncryptingWriter(target, passphrase, cost_log2=4) as writer:
        for start in range(0, len(content), 50_000):
            writer.write(content[start : start + 50_000])
    return target.getvalue()


def decrypted(sealed, passphrase=PASSPHRASE):
    return DecryptingReader(io.BytesIO(sealed), passphrase).read()


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE, 3 * PIECE + 7])
def test_what_is_written_is_read(size):
    content = bytes(range(256)) * (size // 256 + 1)
    sealed = encrypted(content[:size])
    assert decrypted(sealed) == content[:size]
    assert sealed != encrypted(content[:size]), "two files of the same content show that they are the same"


def test_one_bit_anywhere_is_noticed():
    sealed = encrypted(bytes(2 * PIECE + 5))
    for place in (0, 3, len(MAGIC), len(MAGIC) + 1, 40, 70, 100, PIECE + 200, len(sealed) - 1):
        changed = bytearray(sealed)
        changed[place] ^= 1
        with pytest.raises(BackupFailed):
            decrypted(bytes(changed))


def test_pieces_cannot_be_left_out_exchanged_or_added():
    head, piece = len(MAGIC) + 1 + 16 + 32, PIECE + 16
    sealed = encrypted(bytes(3 * PIECE))
    first, second, last = (sealed[head + n * piece : head + (n + 1) * piece] for n in range(3))
    for pieces in ((), (first,), (first, second), (first, last), (second, first, last), (first, second, last, last)):
        with pytest.raises(BackupFailed, match="changed or cut off"):
            decrypted(sealed[:head] + b"".join(pieces))


def test_a_strangers_header_does_not_choose_how_much_memory_is_taken():
    """2^30 KiB are a TiB."""
    greedy = bytearray(encrypted(b"x"))
    for cost in (0, 19, 30, 255):
        greedy[len(MAGIC)] = cost
        with pytest.raises(BackupFailed, match="refused"):
            decrypted(bytes(greedy))


def test_with_a_passphrase_a_backup_is_whole_and_shows_nothing(sealing, settings, restore):
    path = made_by(sealing)
    assert path.name.endswith(".tar.gz.amends")
    content, key = path.read_bytes(), (settings.data_dir / "credentials.key").read_bytes()
    assert not any(secret in content for secret in (PICTURE, key, b"amends.sqlite3", b"SQLite format", b"Bar"))
    (settings.data_dir / "credentials.key").unlink()
    sealing.cameras.remove(sealing.cameras.list()[0].camera_id)
    assert restore(path).is_whole
    assert sealing.cameras.address_of(sealing.cameras.list()[0].camera_id).password == "hush-hush"
    assert [one.read_bytes() for one in settings.snapshots_dir.rglob("*.jpg")] == [PICTURE]


@pytest.mark.parametrize("damage", ["passphrase", "cut", "changed"])
def test_a_wrong_passphrase_or_a_damaged_file_changes_nothing(damage, sealing, settings, restore):
    path = made_by(sealing)
    sealing.cameras.add(CameraForm("Later", "demo:"))
    content = path.read_bytes()
    if damage == "cut":
        path.write_bytes(content[:-20])
    if damage == "changed":
        path.write_bytes(content[:-20] + b"x" * 20)
    with pytest.raises(BackupFailed, match="does not open" if damage == "passphrase" else "changed or cut off"):
        restore(path, "another passphrase" if damage == "passphrase" else PASSPHRASE)
    assert len(sealing.cameras.list()) == 2
    assert not list(settings.data_dir.glob("replaced-*"))


def test_without_a_passphrase_a_backup_holds_neither_keys_nor_pictures(use_cases, settings, clock, restore):
    use_cases.cameras.add(CameraForm("Bar", "rtsp://192.0.2.1/s", username="u", password="hush-hush"))
    picture = SnapshotFiles(settings.snapshots_dir).save(PICTURE, clock.now())
    path = made_by(use_cases)
    with tarfile.open(path) as archive:
        assert archive.getnames() == ["amends.sqlite3", "manifest.json", "manifest.hmac"]
        assert b"hush-hush" not in archive.extractfile("amends.sqlite3").read()
    assert not restore(path).is_whole
    assert SnapshotFiles(settings.snapshots_dir).read(picture) == PICTURE, "the machine's own pictures went"
    assert use_cases.cameras.address_of(use_cases.cameras.list()[0].camera_id).password == "hush-hush"


def test_nothing_in_clear_is_made_by_mistake(sealing, use_cases, tmp_path):
    with pytest.raises(BackupFailed, match="AMENDS_BACKUP_PASSPHRASE_FILE"):
        made_by(use_cases, BackupKind.ENCRYPTED)
    (tmp_path / "passphrase").write_text("short\n")
    with pytest.raises(BackupFailed, match="at least 12 characters"):
        made_by(sealing)
    (tmp_path / "passphrase").unlink()
    with pytest.raises(BackupFailed, match="cannot be read"):
        made_by(sealing)
    assert list(sealing.backups.store.list()) == []


def test_backups_are_kept_no_longer_than_what_is_in_them(sealing, settings, clock):
    sealing.retention.change(RetentionRule(snapshots=10, incidents=180), "root")
    made = {kind: made_by(sealing, kind) for kind in BackupKind}
    assert sealing.backups.expire() == []
    clock.advance(10 * DAY_S)
    assert set(sealing.backups.expire()) == {made[BackupKind.ENCRYPTED].name, made[BackupKind.CLEAR].name}
    assert [one.kind for one in sealing.backups.store.list()] == [BackupKind.REDUCED]
    assert sealing.backups.last_goes_at() is None
    clock.advance(168 * DAY_S)
    assert sealing.backups.last_goes_at() == clock.now() + timedelta(days=2)
    clock.advance(2 * DAY_S)
    assert sealing.backups.expire() == [made[BackupKind.REDUCED].name]
    assert sealing.audit.search(AuditFilter(text="backup removed")).total == 3


def test_housekeeping_deletes_what_has_been_kept_long_enough(sealing, clock):
    made = made_by(sealing)
    clock.advance(11 * DAY_S)
    for task in tasks_of(sealing, lambda: None):
        task.do()
    assert not made.exists()


def test_what_a_restore_put_aside_goes_with_the_pictures_in_it(sealing, settings, restore, clock):
    aside = restore(made_by(sealing)).aside
    (settings.data_dir / ".restoring").mkdir()
    assert list(aside.rglob("*.jpg"))
    os.utime(aside, times=(clock.now().timestamp(),) * 2)
    assert sealing.backups.expire() == []
    assert not (settings.data_dir / ".restoring").exists()
    clock.advance(11 * DAY_S)
    assert aside.name in sealing.backups.expire()
    assert not aside.exists()


def test_a_large_backup_is_made_with_little_memory(tmp_path):
    """120 MB of pictures and a database of 100; nothing of it is held whole."""
    snapshots = tmp_path / "snapshots" / "2026-11-21"
    snapshots.mkdir(parents=True)
    for number in range(4):
        with (snapshots / f"{number:06}-ab.jpg").open("wb") as file:
            file.truncate(30 * 2**20)
    (tmp_path / "passphrase").write_text(PASSPHRASE)
    with closing(sqlite3.connect(tmp_path / "amends.sqlite3")) as database:
        database.execute("CREATE TABLE x (y)")
        database.executemany("INSERT INTO x VALUES (zeroblob(?))", [(2**20,)] * 100)
        database.commit()
    command = [sys.executable, "-c", MAKE, str(tmp_path)]
    done = subprocess.run(command, cwd=REPOSITORY_DIR, capture_output=True, text=True, check=True)
    assert int(done.stdout) < 64
