"""Vision's own way to the bucket: it saves at once, whatever the bucket does, and all comes there in the end."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.servers import free_port, silent_server
from tests.servers.cluster.s3_server import S3Server, s3_server
from tests.support.running import wait_until
from webapp.domain.alerts.snapshot_faults import SnapshotFault, store_failure
from webapp.runtime.vision import snapshot_uploads
from webapp.runtime.vision.snapshot_uploads import SnapshotUploads
from webapp.services.site.system import WaitingPictures
from webapp.storage.alerts.snapshot_access import BucketAccess
from webapp.storage.alerts.snapshot_bucket import SnapshotBucket
from webapp.storage.alerts.snapshots import SnapshotFiles
from webapp.storage.alerts.spooled_snapshots import SpooledSnapshots

AT = datetime(2026, 11, 20, 9, 30, 15, tzinfo=UTC)


@contextmanager
def uploads_to(
    bucket: SnapshotBucket, folder: Path, report: Callable[[WaitingPictures], None] = lambda _waiting: None
) -> Iterator[SnapshotUploads]:
    spool = SpooledSnapshots(SnapshotFiles(folder), bucket)
    uploads = SnapshotUploads(spool, folder, lambda _names: (), report, retry_s=0.1)
    uploads.start()
    try:
        yield uploads
    finally:
        uploads.stop(5)


def test_what_is_saved_is_in_the_bucket_a_moment_later(bucket: SnapshotBucket, tmp_path: Path) -> None:
    with uploads_to(bucket, tmp_path) as uploads:
        name = uploads.save(b"jpeg", AT)
        wait_until(lambda: bucket.read(name) == b"jpeg", "it is in the bucket", 3)
        wait_until(lambda: uploads.spool.files.read(name) is None, "it is gone from the disk", 3)
        uploads.remove(name)
        wait_until(lambda: bucket.read(name) is None, "it is deleted there", 3)


def test_what_is_saved_and_deleted_at_once_never_leaves_the_machine(bucket: SnapshotBucket, tmp_path: Path) -> None:
    with uploads_to(bucket, tmp_path) as uploads:
        for _ in range(20):
            uploads.remove(uploads.save(b"jpeg", AT))
        last = uploads.save(b"jpeg", AT)
        wait_until(lambda: bucket.read(last) == b"jpeg", "the one that stays is there", 3)
        assert [name for name, _ in bucket.listed()] == [last]


def test_a_bucket_that_hangs_holds_up_nothing(access: BucketAccess, tmp_path: Path) -> None:
    with silent_server() as port:
        hanging = SnapshotBucket(replace(access, endpoint=f"http://127.0.0.1:{port}", timeout_s=1.0))
        reports: list[WaitingPictures] = []
        with uploads_to(hanging, tmp_path, reports.append) as uploads:
            longest_s, names = 0.0, []
            for _ in range(100):
                began_s = time.monotonic()
                names.append(uploads.save(b"jpeg", AT))
                uploads.remove("2026-11-20/000000-00ff.jpg")
                longest_s = max(longest_s, time.monotonic() - began_s)
                time.sleep(0.01)
            assert longest_s < 0.2
            wait_until(lambda: reports and reports[-1].count == 100, "they wait", 10)
            assert reports[-1].fault == SnapshotFault.AWAY
            assert all(uploads.spool.files.read(name) == b"jpeg" for name in names)


def test_all_that_waited_comes_when_the_bucket_is_back(access: BucketAccess, tmp_path: Path) -> None:
    with s3_server(tmp_path) as own:
        own.kill()
        bucket = SnapshotBucket(replace(access, endpoint=own.endpoint, bucket="pictures"), rest_s=0.0)
        reports: list[WaitingPictures] = []
        with uploads_to(bucket, tmp_path / "snapshots", reports.append) as uploads:
            names = [uploads.save(f"jpeg {number}".encode(), AT) for number in range(5)]
            wait_until(lambda: reports and reports[-1].count == 5, "they wait", 5)
            own.start()
            wait_until(lambda: reports[-1] == WaitingPictures(), "none waits any more", 15)
            assert [bucket.read(name) for name in names] == [f"jpeg {number}".encode() for number in range(5)]


def test_what_an_earlier_process_left_is_uploaded(bucket: SnapshotBucket, tmp_path: Path) -> None:
    left = SnapshotFiles(tmp_path).save(b"jpeg", AT)
    time.sleep(0.3)
    with uploads_to(bucket, tmp_path):
        wait_until(lambda: bucket.read(left) == b"jpeg", "it is in the bucket", 5)


def test_one_that_the_bucket_takes_for_wrong_keeps_no_other_here(bucket: SnapshotBucket, tmp_path: Path) -> None:
    refused = SnapshotFiles(tmp_path).save(b"refused", AT.replace(hour=23))

    class Choosy(SnapshotBucket):
        def put(self, name: str, content: bytes) -> None:
            if name == refused:
                raise store_failure(SnapshotFault.FAILED)
            super().put(name, content)

    reports: list[WaitingPictures] = []
    with uploads_to(Choosy(bucket.access), tmp_path, reports.append) as uploads:
        names = {uploads.save(b"jpeg", AT) for _ in range(3)}
        wait_until(lambda: {name for name, _ in bucket.listed()} == names, "the others are there", 5)
        wait_until(lambda: reports and reports[-1].fault == SnapshotFault.FAILED, "it is said", 5)


def test_what_is_deleted_while_it_is_uploaded_is_deleted_in_the_bucket_also_where_that_was_away_just_then(
    bucket: SnapshotBucket, tmp_path: Path
) -> None:
    class AwayAfterwards(SnapshotBucket):
        removals = 0

        def put(self, name: str, content: bytes) -> None:
            super().put(name, content)
            SnapshotFiles(tmp_path).remove(name)

        def remove(self, name: str) -> None:
            self.removals += 1
            if self.removals == 1:
                raise store_failure(SnapshotFault.AWAY)
            super().remove(name)

    away = AwayAfterwards(bucket.access, rest_s=0.0)
    with uploads_to(away, tmp_path) as uploads:
        uploads.save(b"jpeg", AT)
        wait_until(lambda: away.removals == 2, "it is tried again", 5)
        wait_until(lambda: list(bucket.listed()) == [], "it is gone", 3)


def test_uploads_go_on_after_a_disk_was_full_on_which_something_else_is_noted(
    bucket: SnapshotBucket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_room(_waiting: object) -> None:
        raise OSError(28, "No space left on device")

    with uploads_to(bucket, tmp_path, no_room) as uploads:
        for _ in range(2):
            name = uploads.save(b"jpeg", AT)
            wait_until(lambda name=name: bucket.read(name) == b"jpeg", "it is in the bucket", 5)
    monkeypatch.setattr(snapshot_uploads, "_LONGEST_RETRY_S", 0.1)
    monkeypatch.setattr(snapshot_uploads, "_LOCKED_S", 0.1)
    (tmp_path / "late").write_bytes(b"no folder")
    with uploads_to(bucket, tmp_path / "late") as uploads:
        time.sleep(0.5)
        (tmp_path / "late").unlink()
        name = uploads.save(b"jpeg", AT)
        wait_until(lambda: bucket.read(name) == b"jpeg", "it is in the bucket", 5)


def test_while_many_wait_the_newest_goes_before_them_and_what_is_deleted_elsewhere_does_not_go(
    bucket: SnapshotBucket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(snapshot_uploads, "_ROUND_MOST", 5)
    files, sent = SnapshotFiles(tmp_path), list[str]()
    many = [files.save(b"jpeg", AT + timedelta(seconds=number)) for number in range(40)]
    for name in many:
        os.utime(tmp_path / name, (0, 0))
    deleted_elsewhere = set[str]()

    class Noted(SnapshotBucket):
        def put(self, name: str, content: bytes) -> None:
            super().put(name, content)
            sent.append(name)
            if len(sent) == 2:
                deleted_elsewhere.update(many[:20])
                late = files.save(b"late", AT + timedelta(days=1))
                os.utime(tmp_path / late, (time.time() - 1, time.time() - 1))

    spool = SpooledSnapshots(files, Noted(bucket.access))
    uploads = SnapshotUploads(spool, tmp_path, lambda names: deleted_elsewhere & set(names))
    uploads.start()
    try:
        wait_until(lambda: len(sent) == 21, "all went", 10)
        assert sent[5].startswith("2026-11-21/")
        assert not deleted_elsewhere & set(sent)
    finally:
        uploads.stop(5)


def test_a_process_that_is_killed_in_its_midst_loses_nothing(
    access: BucketAccess, bucket: SnapshotBucket, server: S3Server, tmp_path: Path
) -> None:
    names = [SnapshotFiles(tmp_path / "snapshots").save(b"jpeg" * 50_000, AT) for _ in range(60)]
    code = f"""
import time
from pathlib import Path
from webapp.storage.alerts.snapshot_access import BucketAccess
from webapp.storage.alerts.snapshot_bucket import SnapshotBucket
from webapp.storage.alerts.snapshots import SnapshotFiles
from webapp.storage.alerts.spooled_snapshots import SpooledSnapshots
access = BucketAccess({access.bucket!r}, {access.prefix!r}, {access.endpoint!r}, "us-east-1", 2.0, "k", "s", None)
folder = Path({str(tmp_path / "snapshots")!r})
spool = SpooledSnapshots(SnapshotFiles(folder), SnapshotBucket(access))
for name in [name for name, _ in spool.files.listed()]:
    spool.upload(name)
    print(name, flush=True)
"""
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as uploading:
        assert uploading.stdout
        for _ in range(5):
            uploading.stdout.readline()
        uploading.kill()
    there, here = (
        {name for name, _ in bucket.listed()},
        {name for name, _ in SnapshotFiles(tmp_path / "snapshots").listed()},
    )
    assert here, "it was killed in the midst"
    assert there | here == set(names)
    time.sleep(0.3)
    with uploads_to(bucket, tmp_path / "snapshots"):
        wait_until(lambda: len(list(bucket.listed())) == 60, "all are there", 15)
    assert all(size_bytes == 200_000 for _, size_bytes in bucket.listed())


def test_the_end_waits_for_no_bucket(access: BucketAccess, tmp_path: Path) -> None:
    away = SnapshotBucket(replace(access, endpoint=f"http://127.0.0.1:{free_port()}"))
    with uploads_to(away, tmp_path) as uploads:
        uploads.save(b"jpeg", AT)
        time.sleep(0.5)
        began_s = time.monotonic()
        uploads.stop(5)
        assert time.monotonic() - began_s < 1
