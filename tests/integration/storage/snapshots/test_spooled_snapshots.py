"""Pictures that wait on this machine for the bucket: none is lost, none comes back, whoever is in between."""

import os
import threading
from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.servers import free_port
from webapp.errors import SnapshotStoreFailed
from webapp.storage.alerts.snapshot_bucket import SnapshotBucket
from webapp.storage.alerts.snapshots import SnapshotFiles
from webapp.storage.alerts.spooled_snapshots import SpooledSnapshots, alone_uploading

AT = datetime(2026, 11, 20, 9, 30, 15, tzinfo=UTC)
all_known: Callable[[Collection[str]], Collection[str]] = lambda _names: ()  # noqa: E731


@pytest.fixture
def spool(bucket: SnapshotBucket, tmp_path: Path) -> SpooledSnapshots:
    return SpooledSnapshots(SnapshotFiles(tmp_path / "snapshots"), bucket)


def age(spool: SpooledSnapshots, folder: Path, seconds: float) -> None:
    for name, _ in list(spool.files.listed()):
        path = folder / "snapshots" / name
        at_s = path.stat().st_mtime - seconds
        os.utime(path, (at_s, at_s))


def test_a_picture_is_read_wherever_it_is(spool: SpooledSnapshots, bucket: SnapshotBucket) -> None:
    name = spool.save(b"jpeg", AT)
    assert bucket.read(name) is None
    assert spool.read(name) == b"jpeg"
    spool.upload(name)
    assert (spool.files.read(name), bucket.read(name), spool.read(name)) == (None, b"jpeg", b"jpeg")
    spool.upload(name)
    assert bucket.read(name) == b"jpeg", "done twice it is done once"


def test_a_picture_that_waits_is_read_while_the_bucket_is_away(spool: SpooledSnapshots) -> None:
    away = SnapshotBucket(replace(spool.bucket.access, endpoint=f"http://127.0.0.1:{free_port()}"))
    without = SpooledSnapshots(spool.files, away)
    name = without.save(b"jpeg", AT)
    assert without.read(name) == b"jpeg"
    with pytest.raises(SnapshotStoreFailed):
        without.upload(name)
    assert without.read(name) == b"jpeg"
    with pytest.raises(SnapshotStoreFailed):
        without.taken_between(AT, AT + timedelta(days=1))


def test_what_is_deleted_while_it_is_uploaded_is_gone_from_both(
    spool: SpooledSnapshots, bucket: SnapshotBucket
) -> None:
    class DeletedMeanwhile(SnapshotBucket):
        def put(self, name: str, content: bytes) -> None:
            spool.remove(name)
            super().put(name, content)

    name = spool.save(b"jpeg", AT)
    SpooledSnapshots(spool.files, DeletedMeanwhile(bucket.access)).upload(name)
    assert (spool.read(name), list(bucket.listed())) == (None, [])


def test_both_are_listed_deleted_and_weighed(spool: SpooledSnapshots, bucket: SnapshotBucket) -> None:
    there, here = spool.save(b"12", AT), spool.save(b"345", AT)
    spool.upload(there)
    assert spool.taken_between(AT, AT + timedelta(seconds=1)) == sorted([there, here])
    assert spool.size_bytes() == 5
    spool.remove_all([here])
    assert spool.taken_between(AT, AT + timedelta(seconds=1)) == [there]
    spool.save(b"x", AT)
    assert spool.remove_days_before((AT + timedelta(days=1)).date()) == 2
    assert list(bucket.listed()) == []


def test_the_newest_goes_first_and_one_of_this_moment_not_yet(spool: SpooledSnapshots, tmp_path: Path) -> None:
    older, newer = spool.save(b"x", AT), spool.save(b"x", AT + timedelta(days=1))
    assert spool.waiting(all_known) == []
    age(spool, tmp_path, 1)
    assert spool.waiting(all_known) == [newer, older]


def test_an_old_one_that_no_alert_has_stays_on_this_machine(spool: SpooledSnapshots, tmp_path: Path) -> None:
    known, unknown = spool.save(b"x", AT), spool.save(b"x", AT)
    age(spool, tmp_path, 61)
    fresh = spool.save(b"x", AT)
    assert spool.waiting(lambda names: [name for name in names if name == unknown]) == [known]
    age(spool, tmp_path, 1)
    assert set(spool.waiting(lambda names: [name for name in names if name == unknown])) == {known, fresh}
    assert spool.files.read(unknown) == b"x"


def test_what_is_not_ours_is_not_uploaded(spool: SpooledSnapshots, tmp_path: Path) -> None:
    name = spool.save(b"x", AT)
    for stranger in ("notes.txt", "093015-00ff.part", "093015-00ff.jpg.exe"):
        (tmp_path / "snapshots" / "2026-11-20" / stranger).write_bytes(b"no")
    age(spool, tmp_path, 1)
    assert spool.waiting(all_known) == [name]


def test_only_one_uploads_from_a_folder(tmp_path: Path) -> None:
    with alone_uploading(tmp_path / "snapshots") as first, alone_uploading(tmp_path / "snapshots") as second:
        assert (first, second) == (True, False)
    with alone_uploading(tmp_path / "snapshots") as later:
        assert later


def test_earlier_days_go_also_while_another_one_empties_them(tmp_path: Path) -> None:
    files = SnapshotFiles(tmp_path)
    for _ in range(10):
        names = [files.save(b"x", AT) for _ in range(300)]
        emptying = threading.Thread(target=lambda names=names: [files.discard(name) for name in reversed(names)])
        emptying.start()
        files.remove_days_before((AT + timedelta(days=1)).date())
        emptying.join()
        assert not list(files.listed())
