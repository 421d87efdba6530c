"""A backup is made while others write, is checked before it is put back, and brings everything back."""

import io
import json
import tarfile
import threading

import pytest
from sqlalchemy import text

from webapp.domain.events import Event, EventKind
from webapp.domain.site.backups import BackupKind
from webapp.errors import BackupFailed, NotFound
from webapp.services.cameras.camera_settings import CameraForm
from webapp.services.site.logos import DrawnLogo, LogoGround
from webapp.storage.alerts.snapshots import SnapshotFiles
from webapp.storage.db.engine import open_engine
from webapp.storage.site.backups import BackupFiles
from webapp.storage.site.keys import FernetCipher, session_key
from webapp.storage.site.restore import restore_backup

pytestmark = pytest.mark.sqlite


PASSWORD = "a long password"


@pytest.fixture
def backups(use_cases):
    return use_cases.backups


@pytest.fixture
def restore(settings, engine, clock):
    def restore(path, passphrase="", *, is_trusted=True):
        engine.dispose()
        database = settings.data_dir / "amends.sqlite3"
        return restore_backup(
            path, settings.data_dir, database, clock.now(), ask_passphrase=lambda: passphrase, is_trusted=is_trusted
        )

    return restore


def changed(path, **entries: bytes | None):
    """Write a copy of a backup in which some entries are others, or missing."""
    copy = path.with_name("changed.tar.gz")
    with tarfile.open(path) as old, tarfile.open(copy, "w:gz") as new:
        contents = {entry.name: old.extractfile(entry).read() for entry in old}
        for name, content in {**contents, **entries}.items():
            if content is not None:
                entry = tarfile.TarInfo(name)
                entry.size = len(content)
                new.addfile(entry, io.BytesIO(content))
    return copy


def test_what_was_there_comes_back_with_pictures_and_keys(use_cases, backups, restore, settings, engine, clock):
    alice = use_cases.accounts.add("Alice", "staff", PASSWORD)
    secret = use_cases.sessions.begin(alice)
    camera = use_cases.cameras.add(CameraForm("Bar", "rtsp://192.0.2.1/s", username="u", password="hush-hush"))
    key = session_key(settings.data_dir)
    picture = SnapshotFiles(settings.snapshots_dir).save(b"picture", clock.now())
    clip = SnapshotFiles(settings.snapshots_dir).save(b"clip", clock.now(), "webm")
    use_cases.logos.change(DrawnLogo(b"our logo", 200, 80, LogoGround.LIGHT), "root")
    made = backups.store.path(backups.make("root", kind=BackupKind.CLEAR).name)

    use_cases.logos.remove("root")
    use_cases.cameras.remove(camera.camera_id)
    (settings.snapshots_dir / picture).unlink()
    (settings.snapshots_dir / clip).unlink()
    (settings.data_dir / "credentials.key").unlink()
    aside = restore(made).aside

    assert use_cases.cameras.address_of(camera.camera_id).password == "hush-hush"
    assert [SnapshotFiles(settings.snapshots_dir).read(name) for name in (picture, clip)] == [b"picture", b"clip"]
    assert session_key(settings.data_dir) == key
    assert use_cases.logos.picture() == b"our logo"
    assert use_cases.logos.get().ground is LogoGround.LIGHT
    assert use_cases.accounts.authenticate("alice", PASSWORD)
    assert use_cases.pages.facts(secret).signed_in is None, "a session came back to life"
    assert (aside / "amends.sqlite3").is_file()
    assert made.is_file()
    assert FernetCipher(settings.data_dir).encrypt("x")


def test_a_backup_is_whole_although_others_write(backups, unit_of_work, settings, tmp_path):
    stop = threading.Event()

    def write() -> None:
        while not stop.is_set():
            with unit_of_work() as work:
                for _ in range(2):  # Always two at once: a copy with an odd number would hold half a transaction.
                    work.events.append(Event(EventKind.CAMERA_ADDED, backups.clock.now(), {"x": "y" * 500}))
                work.commit()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        made = backups.store.make(BackupKind.REDUCED, backups.clock.now(), lambda: None)
    finally:
        stop.set()
        writer.join()
    with tarfile.open(backups.store.path(made.name)) as archive:
        (tmp_path / "copy.sqlite3").write_bytes(archive.extractfile("amends.sqlite3").read())
    engine = open_engine(f"sqlite:///{tmp_path / 'copy.sqlite3'}")
    with engine.connect() as connection:
        assert connection.execute(text("PRAGMA integrity_check")).scalar() == "ok"
        assert connection.execute(text("SELECT count(*) FROM events")).scalar() % 2 == 0
    engine.dispose()


def test_a_backup_is_readable_by_its_owner_only_and_leaves_nothing_unfinished(backups):
    path = backups.store.path(backups.make("root", kind=BackupKind.CLEAR).name)
    assert path.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize(
    ("entries", "words"),
    [
        ({"amends.sqlite3": b"something else"}, "is damaged"),
        ({"manifest.json": None}, "no manifest"),
        ({"manifest.json": json.dumps({"format": 9, "sha256": {}}).encode()}, "format 1, got 9"),
        ({"../evil": b"x"}, "which no backup of Amends does"),
        ({"snapshots/../../evil.jpg": b"x"}, "which no backup of Amends does"),
        ({"session.key": b"another"}, "session.key is not what it was"),
    ],
)
def test_what_is_no_backup_or_damaged_is_refused_and_changes_nothing(
    use_cases, backups, restore, settings, entries, words
):
    use_cases.accounts.add("Alice", "staff", PASSWORD)
    session_key(settings.data_dir)
    made = backups.store.path(backups.make("root", kind=BackupKind.CLEAR).name)
    use_cases.accounts.add("Bob", "staff", PASSWORD)
    with pytest.raises(BackupFailed, match=words):
        restore(changed(made, **entries))
    assert [user.name for user in use_cases.accounts.list()] == ["Alice", "Bob"]
    assert not (settings.data_dir.parent / "evil").exists()
    assert list(settings.data_dir.glob("replaced-*")) == []


def test_another_file_is_said_to_be_none(restore, tmp_path):
    (tmp_path / "holiday.jpg").write_bytes(b"not a backup")
    with pytest.raises(BackupFailed, match="Expected a backup of Amends"):
        restore(tmp_path / "holiday.jpg")


def test_a_backup_of_a_newer_version_is_refused(backups, restore, engine):
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    made = backups.store.path(backups.make("root", kind=BackupKind.CLEAR).name)
    with pytest.raises(BackupFailed, match="newer version"):
        restore(made)


def test_a_request_is_done_once_and_a_failure_is_kept_for_the_page(backups, unit_of_work, settings):
    assert backups.make_wanted(lambda: None) is None
    backups.ask("root")
    assert backups.make_wanted(lambda: None) is not None
    assert backups.wanted() is None
    for one in backups.store.list():
        backups.remove(one.name, "root")
    (settings.data_dir / "backups").rmdir()
    (settings.data_dir / "backups").write_text("in the way")
    backups.ask("root")
    with pytest.raises(BackupFailed):
        backups.make_wanted(lambda: None)
    assert backups.wanted() is None
    assert backups.failure()


def test_a_backup_that_the_end_of_the_process_cuts_short_is_made_after_the_next_start(backups, settings):
    def end():
        raise SystemExit(0)

    backups.ask("Dana")
    with pytest.raises(SystemExit):
        backups.make_wanted(end)
    assert list((settings.data_dir / "backups").iterdir()) == []
    assert (backups.wanted().by, backups.failure()) == ("Dana", "")
    assert backups.make_wanted(lambda: None) is not None
    assert backups.wanted() is None


def test_another_database_is_told_to_be_backed_up_otherwise(tmp_path, clock):
    with pytest.raises(BackupFailed, match="pg_dump"):
        BackupFiles(tmp_path, "postgresql://db/amends").make(BackupKind.REDUCED, clock.now(), lambda: None)


@pytest.mark.parametrize("name", ["../session.key", "amends-1.tar.gz", "amends-20261121-093000.tar.gz"])
def test_only_backups_are_found(backups, name):
    with pytest.raises(NotFound):
        backups.store.path(name)
