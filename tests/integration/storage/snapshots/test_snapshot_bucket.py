"""Pictures in a bucket, against a real server: what is kept, what goes, and what is said when it cannot be used."""

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from tests.servers import free_port, silent_server
from tests.servers.cluster.s3_server import S3Server, s3_server
from webapp.domain.alerts.snapshot_faults import SnapshotFault
from webapp.errors import SettingsInvalid, SnapshotStoreFailed
from webapp.storage.alerts import snapshot_bucket
from webapp.storage.alerts.snapshot_access import BucketAccess
from webapp.storage.alerts.snapshot_bucket import SnapshotBucket

AT = datetime(2026, 11, 20, 9, 30, 15, tzinfo=UTC)
DAY = timedelta(days=1)
OPERATIONS: list[Callable[[SnapshotBucket], object]] = [
    lambda bucket: bucket.save(b"jpeg", AT),
    lambda bucket: bucket.read("2026-11-20/093015-00ff.jpg"),
    lambda bucket: bucket.remove("2026-11-20/093015-00ff.jpg"),
    lambda bucket: bucket.taken_between(AT, AT + DAY),
    lambda bucket: bucket.remove_days_before(date(2026, 11, 20)),
    lambda bucket: bucket.size_bytes(),
    lambda bucket: bucket.check(),
]


def test_what_is_kept_comes_back_from_under_the_prefix(bucket: SnapshotBucket, server: S3Server) -> None:
    picture, clip = bucket.save(b"jpeg" * 1000, AT), bucket.save(b"webm", AT, "webm")
    assert picture.startswith("2026-11-20/093015-")
    assert clip.endswith(".webm")
    assert bucket.read(picture) == b"jpeg" * 1000
    assert bucket.read(clip) == b"webm"
    assert server.names(bucket.access.bucket) == sorted(f"hotel/one/{name}" for name in (picture, clip))
    assert bucket.size_bytes() == 4004


def test_what_is_deleted_is_gone_and_what_is_gone_is_no_error(bucket: SnapshotBucket) -> None:
    names = [bucket.save(b"jpeg", AT) for _ in range(3)]
    bucket.remove(names[0])
    bucket.remove(names[0])
    assert [bucket.read(name) for name in names] == [None, b"jpeg", b"jpeg"]
    bucket.remove_all(names)
    assert list(bucket.listed()) == []


def test_more_than_one_request_can_name_are_listed_and_deleted(bucket: SnapshotBucket, server: S3Server) -> None:
    names = [f"2026-11-20/093015-{number:04x}.jpg" for number in range(1100)]
    for name in names:
        bucket.put(name, b"x")
    assert bucket.size_bytes() == 1100
    bucket.remove_all(names)
    assert server.names(bucket.access.bucket) == []


def test_what_was_taken_in_a_time_is_found(bucket: SnapshotBucket) -> None:
    before, within, after = (bucket.save(b"x", AT + timedelta(seconds=s)) for s in (-1, 0, 60))
    over_midnight = bucket.save(b"x", AT + DAY)
    assert bucket.taken_between(AT, AT + timedelta(seconds=60)) == [within]
    assert bucket.taken_between(AT - DAY, AT + 2 * DAY) == [before, within, after, over_midnight]


def test_earlier_days_go_and_nothing_else(bucket: SnapshotBucket, server: S3Server) -> None:
    kept = bucket.save(b"x", AT)
    for days in (1, 1, 40):
        bucket.save(b"x", AT - days * DAY)
    server.put("hotel/one/2026-01-01/readme.txt", b"not ours", bucket.access.bucket)
    server.put("hotel/two/2026-01-01/093015-00ff.jpg", b"another's", bucket.access.bucket)
    assert bucket.remove_days_before(AT.date()) == 3
    assert bucket.remove_days_before(AT.date()) == 0
    expected = [f"hotel/one/{kept}", "hotel/one/2026-01-01/readme.txt", "hotel/two/2026-01-01/093015-00ff.jpg"]
    assert server.names(bucket.access.bucket) == sorted(expected)


@pytest.mark.security
@pytest.mark.parametrize(
    "name",
    ["../two/2026-01-01/093015-00ff.jpg", "2026-01-01/../../two/a.jpg", "/etc/passwd", "", "2026-01-01/x.jpg\n", "*"],
)
def test_a_name_that_is_none_of_ours_leads_nowhere(bucket: SnapshotBucket, server: S3Server, name: str) -> None:
    server.put("hotel/two/2026-01-01/093015-00ff.jpg", b"another's", bucket.access.bucket)
    assert bucket.read(name) is None
    bucket.remove(name)
    with pytest.raises(ValueError, match="expected the name"):
        bucket.put(name, b"x")
    assert server.names(bucket.access.bucket) == ["hotel/two/2026-01-01/093015-00ff.jpg"]


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_missing_bucket_is_said(access: BucketAccess, operation: Callable[[SnapshotBucket], object]) -> None:
    with pytest.raises(SnapshotStoreFailed) as caught:
        operation(SnapshotBucket(replace(access, bucket="not-there")))
    assert caught.value.fault == SnapshotFault.NO_BUCKET


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_server_that_is_away_is_said_at_once(
    access: BucketAccess, operation: Callable[[SnapshotBucket], object]
) -> None:
    away = SnapshotBucket(replace(access, endpoint=f"http://127.0.0.1:{free_port()}"))
    began_s = time.monotonic()
    with pytest.raises(SnapshotStoreFailed) as caught:
        operation(away)
    assert caught.value.fault == SnapshotFault.AWAY
    assert time.monotonic() - began_s < 1


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_server_that_never_answers_is_left_after_the_time_out(
    access: BucketAccess, operation: Callable[[SnapshotBucket], object]
) -> None:
    with silent_server() as port:
        bucket = SnapshotBucket(replace(access, endpoint=f"http://127.0.0.1:{port}", timeout_s=0.5))
        began_s = time.monotonic()
        with pytest.raises(SnapshotStoreFailed) as caught:
            operation(bucket)
        assert caught.value.fault == SnapshotFault.AWAY
        assert 0.4 < time.monotonic() - began_s < 2
        began_s = time.monotonic()
        with pytest.raises(SnapshotStoreFailed):
            operation(bucket)
        assert time.monotonic() - began_s < 0.1, "while it rests nobody waits"


def test_a_server_that_comes_back_is_used_again(access: BucketAccess, tmp_path) -> None:
    with s3_server(tmp_path) as own:
        bucket = SnapshotBucket(replace(access, endpoint=own.endpoint, bucket="pictures"), rest_s=0.3)
        name = bucket.save(b"jpeg", AT)
        own.kill()
        with pytest.raises(SnapshotStoreFailed):
            bucket.read(name)
        own.start()
        time.sleep(0.4)
        assert bucket.read(name) is None, "what this server held is gone with it"
        assert bucket.read(bucket.save(b"jpeg", AT)) == b"jpeg"


@pytest.mark.security
def test_a_key_that_is_refused_is_said_and_shown_nowhere(access: BucketAccess, tmp_path, capfd) -> None:
    with s3_server(tmp_path) as own:
        own_access = replace(access, endpoint=own.endpoint, bucket="pictures")
        key_id, secret = own.ask_for_keys()
        right = SnapshotBucket(replace(own_access, key_id=key_id, secret=secret))
        name = right.save(b"jpeg", AT)
        assert right.read(name) == b"jpeg"
        for wrong in (own_access, replace(own_access, key_id=key_id)):
            for operation in OPERATIONS:
                bucket = SnapshotBucket(wrong)
                with pytest.raises(SnapshotStoreFailed) as caught:
                    operation(bucket)
                assert caught.value.fault == SnapshotFault.REFUSED
                said = f"{caught.value!r} {caught.value.__cause__!r} {bucket!r} {wrong!r} {bucket._store!r}"
                assert not any(one in said for one in (wrong.key_id, str(wrong.secret)))
                assert caught.value.__suppress_context__
    output = "".join(capfd.readouterr())
    assert secret not in output


def test_the_secret_may_lie_in_a_file(access: BucketAccess, tmp_path) -> None:
    file = tmp_path / "secret"
    with pytest.raises(SettingsInvalid, match="SECRET_FILE"):
        SnapshotBucket(replace(access, secret=None, secret_file=file)).check()
    file.write_text(f"{access.secret}\n")
    assert replace(access, secret=None, secret_file=file).credential()["secret_access_key"] == access.secret
    SnapshotBucket(replace(access, secret=None, secret_file=file)).check()


def test_what_the_shell_says_of_another_bucket_counts_for_nothing(access: BucketAccess, monkeypatch) -> None:
    for name, value in {"AWS_ENDPOINT_URL": "http://127.0.0.1:9", "AWS_SESSION_TOKEN": "x", "AWS_REGION": "y"}.items():
        monkeypatch.setenv(name, value)
    bucket = SnapshotBucket(access)
    assert bucket.read(bucket.save(b"jpeg", AT)) == b"jpeg"


def test_a_long_clip_is_put_as_one_so_that_a_kill_leaves_no_part_of_it(
    bucket: SnapshotBucket, server: S3Server
) -> None:
    name = bucket.save(bytes(6 * 2**20), AT, "webm")
    assert len(bucket.read(name) or b"") == 6 * 2**20
    assert f"{name}?uploads" not in (server.folder / "s3-server.log").read_text()


def test_what_is_far_too_large_is_not_read_into_memory(bucket: SnapshotBucket, monkeypatch) -> None:
    name = bucket.save(bytes(2000), AT)
    monkeypatch.setattr(snapshot_bucket, "_MOST_BYTES", 1999)
    with pytest.raises(SnapshotStoreFailed) as failed:
        bucket.read(name)
    assert failed.value.fault == SnapshotFault.FAILED
