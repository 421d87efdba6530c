"""What `doctor` says of the bucket of the pictures, and what every command says that cannot use it."""

import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.servers import free_port
from tests.servers.cluster.s3_server import KEY_ID, SECRET, S3Server, s3_server
from webapp.cli.doctor.findings import Finding, Level
from webapp.cli.doctor.store_checks import check_snapshot_store
from webapp.cli.main import main
from webapp.errors import SettingsInvalid
from webapp.settings import Settings, load_settings
from webapp.storage.alerts.snapshots import SnapshotFiles


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
    with s3_server(tmp_path_factory.mktemp("s3")) as server:
        yield server


@pytest.fixture
def in_bucket(server: S3Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    for name, value in (server.variables | {"AMENDS_DATA_DIR": str(tmp_path)}).items():
        monkeypatch.setenv(name, value)
    return load_settings()


def found(settings: Settings) -> list[Finding]:
    findings = list(check_snapshot_store(settings))
    assert not any(secret in f"{one}" for one in findings for secret in (KEY_ID, SECRET))
    return findings


def test_without_a_bucket_nothing_is_said(settings: Settings) -> None:
    assert found(settings) == []


def test_a_bucket_that_answers_is_well(in_bucket: Settings) -> None:
    (only,) = found(in_bucket)
    assert (only.check, only.level) == ("pictures", Level.OK)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"snapshot_store": "s3://not-there"}, "no_bucket"),
        ({"snapshot_store_endpoint": f"http://127.0.0.1:{9}"}, "away"),
        ({"snapshot_store_secret_file": Path("/nowhere/secret")}, "expected a file that can be read"),
    ],
)
def test_what_cannot_be_used_is_an_error(in_bucket: Settings, change: dict[str, object], said: str) -> None:
    finding = found(in_bucket.model_copy(update=change))[0]
    assert finding.level is Level.ERROR
    assert said in finding.found


def test_what_others_could_read_on_the_way_or_on_the_disk_is_a_warning(in_bucket: Settings, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text(SECRET)
    secret.chmod(0o644)
    open_to_others = {"snapshot_store_endpoint": f"http://192.0.2.1:{free_port()}", "snapshot_store_timeout_s": 0.5}
    findings = found(in_bucket.model_copy(update={**open_to_others, "snapshot_store_secret_file": secret}))
    assert [one.level for one in findings] == [Level.ERROR, Level.WARNING, Level.WARNING]
    assert "unencrypted" in findings[1].found
    assert "chmod 600" in findings[2].advice


def test_pictures_that_wait_for_long_are_counted(in_bucket: Settings, clock) -> None:
    files = SnapshotFiles(in_bucket.snapshots_dir)
    path = in_bucket.snapshots_dir / files.save(b"x", clock.now())
    files.save(b"x", clock.now())
    os.utime(path, (time.time() - 90, time.time() - 90))
    assert found(in_bucket)[1].found == "1 pictures and clips wait on this machine."


def test_without_its_library_every_command_names_what_installs_it(
    in_bucket: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "obstore", None)
    assert "make setup-cluster" in found(in_bucket)[0].found
    done = CliRunner().invoke(main, ["user", "list"])
    assert (done.exit_code, "run: make setup-cluster" in done.output) == (2, True)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("STORE", "amends/hotel"),
        ("STORE", "s3://key:hush@bucket"),
        ("STORE", "s3://bucket/../other"),
        ("STORE", "s3://Bucket"),
        ("STORE_ENDPOINT", "https://key:hush@server"),
        ("STORE_ENDPOINT", "server:9000"),
        ("STORE_ENDPOINT", "https://server/path"),
    ],
)
def test_settings_that_lead_nowhere_are_refused(in_bucket: Settings, monkeypatch, name: str, value: str) -> None:
    monkeypatch.setenv(f"AMENDS_SNAPSHOT_{name}", value)
    with pytest.raises(SettingsInvalid, match="AMENDS_SNAPSHOT_STORE") as caught:
        load_settings()
    assert "hush" not in str(caught.value)


@pytest.mark.parametrize("missing", ["KEY_ID", "SECRET"])
def test_a_job_without_the_key_reads_its_settings_and_only_who_needs_it_asks(
    in_bucket: Settings, monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    monkeypatch.setenv(f"AMENDS_SNAPSHOT_STORE_{missing}", "")
    assert load_settings().snapshot_store == in_bucket.snapshot_store
    done = CliRunner().invoke(main, ["user", "list"])
    assert (done.exit_code, f"AMENDS_SNAPSHOT_STORE_{missing}: expected" in done.output) == (2, True)
