"""`run.py snapshots copy`: all of it or said so, again and again, in both directions."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.servers import free_port
from tests.servers.cluster.s3_server import S3Server
from webapp.cli.main import main
from webapp.storage.alerts.snapshot_access import BucketAccess
from webapp.storage.alerts.snapshot_bucket import SnapshotBucket
from webapp.storage.alerts.snapshot_copy import CopyTotals, copy_snapshots
from webapp.storage.alerts.snapshots import SnapshotFiles
from webapp.storage.alerts.spooled_snapshots import alone_uploading

AT = datetime(2026, 11, 20, 9, 30, 15, tzinfo=UTC)


@pytest.fixture
def run(server: S3Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    variables = server.variables | {"AMENDS_DATA_DIR": str(tmp_path / "var")}
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    return lambda *arguments: CliRunner().invoke(main, ["snapshots", "copy", *arguments])


@pytest.fixture
def folder(tmp_path: Path) -> SnapshotFiles:
    files = SnapshotFiles(tmp_path / "here")
    for number in range(7):
        files.save(f"picture {number}".encode() * 100, AT)
    files.save(b"webm", AT, "webm")
    return files


class Wavering:
    """A store that ends after so many pictures, and one that keeps something else."""

    def __init__(self, bucket: SnapshotBucket, *, most: int = 1000, keeps: bytes | None = None) -> None:
        self.bucket, self.left, self.keeps = bucket, most, keeps

    def listed(self) -> Iterator[tuple[str, int]]:
        return self.bucket.listed()

    def read(self, name: str) -> bytes | None:
        return self.bucket.read(name)

    def put(self, name: str, content: bytes) -> None:
        if not self.left:
            raise OSError(28, "No space left on device")
        self.left -= 1
        self.bucket.put(name, content if self.keeps is None else self.keeps)


def test_all_of_a_folder_comes_into_a_bucket_and_back(
    run: Callable[..., Result], access: BucketAccess, bucket: SnapshotBucket, folder: SnapshotFiles, tmp_path: Path
) -> None:
    done = run(str(tmp_path / "here"), access.shown)
    assert (done.exit_code, done.output.splitlines()[0][:24]) == (0, "8 copied, 0 were there, ")
    assert dict(bucket.listed()) == dict(folder.listed())
    again = run(str(tmp_path / "here"), access.shown)
    assert "0 copied, 8 were there" in again.output
    assert run(access.shown, str(tmp_path / "back")).exit_code == 0
    assert {name: SnapshotFiles(tmp_path / "back").read(name) for name, _ in folder.listed()} == {
        name: folder.read(name) for name, _ in folder.listed()
    }


def test_a_copy_that_ended_early_goes_on_where_it_was(bucket: SnapshotBucket, folder: SnapshotFiles) -> None:
    with pytest.raises(OSError, match="No space"):
        copy_snapshots(folder, Wavering(bucket, most=3), lambda _totals: None)
    assert len(list(bucket.listed())) == 3
    totals = copy_snapshots(folder, bucket, lambda _totals: None)
    assert (totals.copied, totals.were_there, totals.in_both) == (5, 3, 8)


def test_another_content_of_the_same_size_is_found_and_replaced(bucket: SnapshotBucket, folder: SnapshotFiles) -> None:
    name, size_bytes = next(folder.listed())
    bucket.put(name, bytes(size_bytes))
    assert copy_snapshots(folder, bucket, lambda _totals: None).copied == 8
    assert bucket.read(name) == folder.read(name)


def test_what_comes_back_as_something_else_is_named(bucket: SnapshotBucket, folder: SnapshotFiles) -> None:
    totals: CopyTotals = copy_snapshots(folder, Wavering(bucket, keeps=b"other"), lambda _totals: None)
    assert (totals.in_both, len(totals.different)) == (0, 8)


def test_what_is_deleted_from_both_while_it_is_copied_counts_as_gone(
    bucket: SnapshotBucket, folder: SnapshotFiles
) -> None:
    old = next(name for name, _ in folder.listed())

    class RetentionMeanwhile(Wavering):
        def put(self, name: str, content: bytes) -> None:
            super().put(name, content)
            if name == old:
                folder.remove(name)
                self.bucket.remove(name)

    totals = copy_snapshots(folder, RetentionMeanwhile(bucket), lambda _totals: None)
    assert (totals.copied, totals.gone, totals.different) == (7, 1, ())


def test_a_bucket_that_is_away_is_one_clear_line(
    run: Callable[..., Result], access: BucketAccess, folder: SnapshotFiles, tmp_path: Path, monkeypatch
) -> None:
    monkeypatch.setenv("AMENDS_SNAPSHOT_STORE_ENDPOINT", f"http://127.0.0.1:{free_port()}")
    done = run(str(tmp_path / "here"), access.shown)
    assert done.exit_code == 1
    assert "does not answer" in done.output
    assert "call it again" in done.output


@pytest.mark.parametrize("address", ["https://example.org/x", "s3://", "s3://key:secret@bucket/x", "s3://b/../c"])
def test_what_is_no_store_is_refused(run: Callable[..., Result], tmp_path: Path, address: str) -> None:
    done = run(str(tmp_path), address)
    assert done.exit_code == 2
    assert "Expected a folder or s3://" in done.output
    assert "secret" not in done.output


def test_nothing_is_copied_to_a_folder_from_which_it_would_be_taken_back(
    run: Callable[..., Result], access: BucketAccess, bucket: SnapshotBucket, tmp_path: Path
) -> None:
    bucket.save(b"jpeg", AT)
    with alone_uploading(tmp_path / "snapshots"):
        refused = run(access.shown, str(tmp_path / "snapshots"))
    assert refused.exit_code == 1
    assert "stop it before" in refused.output
    assert not list(SnapshotFiles(tmp_path / "snapshots").listed())
    assert "1 copied" in run(access.shown, str(tmp_path / "snapshots")).output
