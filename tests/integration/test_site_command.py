"""What the site says of itself and what is on record, without a browser: `run.py site`."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from webapp.cli.main import main
from webapp.cli.processes.installation import open_installation
from webapp.domain.site.analysis_gate import Grace
from webapp.services.cameras.camera_settings import CameraForm
from webapp.services.site.site_records import GRACE_SETTING

Run = Callable[..., Result]
SITE = ("--operator", "Hotel Lind", "--contact", "privacy@lind.example", "--time-zone", "Europe/Berlin")
AGAIN = ("--basis", "consent", "--reason", "They say yes at the desk.", "--since", "2026-01-01", "--by", "Dana")


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("AMENDS_DATA_DIR", str(tmp_path / "var"))
    return lambda *arguments: CliRunner().invoke(main, arguments)


def put_all_on_record(run: Run) -> None:
    for arguments in (
        ("site", "set", *SITE),
        ("site", "record", "purpose", "--basis", "legitimate_interests", "--reason", "Nobody is identified."),
        ("site", "record", "notice", "--since", "2026-01-01", "--by", "Dana"),
    ):
        answer = run(*arguments)
        assert answer.exit_code == 0, answer.output


def shown(run: Run) -> dict[str, object]:
    return dict(json.loads(run("site", "show", "--json").output))


def test_an_installation_by_script_needs_no_browser(run: Run) -> None:
    added = run("camera", "add", "Desk", "rtsp://192.0.2.1/s", "--no-staff-in-view")
    assert "Not on record: purpose, notice." in added.output
    assert "Nobody is analysed. Not on record: purpose, notice." in run("camera", "list").output
    before = shown(run)
    assert (before["is_complete"], before["missing"]) == (False, ["purpose", "notice"])
    assert before["waiting"] == [
        {"camera_id": 1, "camera": "Desk", "missing": ["purpose", "notice"], "is_analysed": False, "shuts_at": None}
    ]
    put_all_on_record(run)
    after = shown(run)
    assert (after["is_complete"], after["missing"], after["waiting"]) == (True, [], [])
    assert after["records"]["notice"]["content"]["hung_by"] == "Dana"  # type: ignore[index]
    assert "on record" not in run("camera", "list").output
    text = run("site", "show").output
    assert "Hotel Lind" in text
    assert "All cameras have what has to be on record." in text


def test_the_staff_of_a_camera_are_put_on_record_by_its_name(run: Run) -> None:
    run("camera", "add", "Desk", "rtsp://192.0.2.1/s")
    put_all_on_record(run)
    assert "Not on record: staff zones." in run("site", "show").output
    drawn = run("site", "record", "staff", "--camera", "desk", "--as-drawn")
    assert (drawn.exit_code, "draw one, or say that no staff is in view" in drawn.output) == (2, True)
    assert run("site", "record", "staff", "--camera", "desk", "--no-staff-in-view").exit_code == 0
    assert shown(run)["waiting"] == []


def test_of_a_demo_nothing_is_put_on_record(run: Run) -> None:
    added = run("camera", "add", "Show", "demo:", "--no-staff-in-view")
    assert (added.exit_code, "Not on record" in added.output) == (0, False)
    assert open_installation().site_records.list() == []
    asked = run("site", "record", "staff", "--camera", "Show", "--no-staff-in-view")
    assert (asked.exit_code, "shows no real place" in asked.output) == (2, True)


def test_what_is_on_record_is_not_outdated_by_surprise(run: Run) -> None:
    run("camera", "add", "Desk", "rtsp://192.0.2.1/s", "--no-staff-in-view")
    put_all_on_record(run)
    refused = run("site", "set", "--purpose", "To learn more.")
    assert (refused.exit_code, "Desk would analyse nobody" in refused.output) == (2, True)
    assert run("site", "set", "--time-zone", "Europe/Paris").exit_code == 0
    assert run("site", "set", "--purpose", "To learn more.", *AGAIN).exit_code == 0
    assert (shown(run)["purpose"], shown(run)["waiting"]) == ("To learn more.", [])
    stopped = run("site", "set", "--purpose", "To learn even more.", "--may-stop")
    assert "Desk: Nobody is analysed. Not on record: purpose, notice." in stopped.output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("set",), "Expected at least one of"),
        (("set", "--operator", "x" * 121), "at most 120 characters"),
        (("set", "--time-zone", "Berlin"), "IANA name"),
        (("set", "--operator", "Hotel", "--basis", "consent"), "Expected all of"),
        (("record", "purpose", "--basis", "consent", "--reason", "Because."), "Expected who uses it"),
        (("record", "purpose", "--basis", "because", "--reason", "Because."), "is not one of"),
        (("record", "notice", "--since", "yesterday", "--by", "Dana"), "does not match the format"),
        (("record", "notice", "--since", "2026-01-01", "--by", "Dana"), "Expected a complete notice"),
        (("record", "staff", "--camera", "Bar"), "Expected --as-drawn or --no-staff-in-view"),
        (("record", "staff", "--camera", "Bar", "--as-drawn"), "No camera is called"),
    ],
)
def test_what_cannot_be_is_said_in_a_line_and_nothing_is_kept(run: Run, arguments: tuple[str, ...], said: str) -> None:
    before = shown(run)
    answer = run("site", *arguments)
    assert answer.exit_code == 2
    assert said in answer.output
    assert shown(run) == before


def test_a_sign_cannot_have_been_hung_tomorrow(run: Run) -> None:
    run("site", "set", *SITE)
    day = (datetime.now(UTC) + timedelta(days=3)).date().isoformat()
    assert "today at the latest" in run("site", "record", "notice", "--since", day, "--by", "Dana").output


def test_the_date_of_an_upgraded_installation_is_said_on_the_clocks_of_the_site(run: Run) -> None:
    installation = open_installation()
    camera = installation.cameras.add(CameraForm("Desk", "rtsp://192.0.2.1/s"))
    installation.site.change(replace(installation.site.get(), time_zone="Asia/Tokyo"), "root")
    with installation.adapters.unit_of_work() as work:
        grace = Grace(datetime(2120, 3, 2, 23, tzinfo=UTC), frozenset({camera.camera_id}))
        work.settings.put(GRACE_SETTING, grace.as_json())
        work.commit()
    words = "From 2120-03-03 08:00 JST on nobody is analysed. Not on record: purpose, notice, staff zones."
    for command in (("site", "show"), ("camera", "list"), ("doctor",)):
        assert words in run(*command).output
    assert shown(run)["waiting"][0]["is_analysed"] is True  # type: ignore[index]
