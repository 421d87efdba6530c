"""What was stored or raised in English and is read by somebody who chose German."""

import ast
import json
from datetime import UTC, timedelta
from pathlib import Path

import pytest

from tests.support.web_app import WebApp, WebBrowser
from webapp import errors
from webapp.domain.cameras.cameras import Camera, CameraState, StateReason
from webapp.domain.cameras.schedule import OpeningHours, parse_day
from webapp.domain.site.site import DEFAULT_PURPOSE
from webapp.errors import AmendsError, CameraTimedOut
from webapp.services.cameras.camera_settings import CameraSettings
from webapp.settings import REPOSITORY_DIR
from webapp.web.core.messages import FOLDERS_WITH_ERRORS

WEEKDAYS = ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag")
GERMAN_PURPOSE = "Damit unser Personal merkt"
# Read on a command line alone, where everything is in English.
ON_COMMAND_LINES = ("alert_evaluation", "dataset", "image_io.py", "recording_reports.py")


@pytest.fixture
def root(web: WebApp) -> WebBrowser:
    browser = web.browser("root")
    browser.client.set_cookie("amends_language", "de")
    return browser


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        (
            StateReason.of(CameraTimedOut("No picture came within %(read_timeout_s)s s.", read_timeout_s="5")),
            "Innerhalb von 5 s kam kein Bild.",
        ),
        (
            StateReason("the capture process ended (exit code %(code)s)", {"code": -9}),
            "der Aufnahmeprozess endete (Code -9)",
        ),
        (StateReason("something that nobody foresaw: 100 %"), "something that nobody foresaw: 100 %"),
    ],
)
def test_why_a_camera_is_offline(
    web: WebApp, root: WebBrowser, camera: Camera, reason: StateReason, words: str
) -> None:
    web.services.cameras.report_state(camera.camera_id, CameraState.OFFLINE, reason)

    assert words in root.client.get("/admin/cameras").text
    assert root.client.get("/dashboard.json").json["cameras"][0]["reason"] == words
    assert words in root.client.get("/admin/audit?shown=all").text


def test_a_closed_camera(web: WebApp, root: WebBrowser, camera: Camera) -> None:
    tomorrow = (web.clock.now() + timedelta(days=1)).weekday()
    web.services.cameras.change_settings(
        camera.camera_id, CameraSettings(opening=OpeningHours(parse_day(tomorrow, "10:00-10:30")))
    )
    opens_at = web.services.cameras.get(camera.camera_id).opening.opens_at(web.clock.now(), UTC)
    web.services.cameras.report_state(camera.camera_id, CameraState.CLOSED, None, opens_at)

    words = f"Geschlossen bis {WEEKDAYS[tomorrow]} 10:00: Es wird nichts analysiert"
    assert words in root.client.get("/admin/cameras").text
    assert words in root.client.get(f"/admin/cameras/{camera.camera_id}/settings").text
    shown = root.client.get("/dashboard.json").json["cameras"][0]
    assert opens_at is not None
    assert (shown["state"], shown["opens_at"], shown["reason"]) == ("closed", opens_at.isoformat(), "")
    script_words = json.loads(root.client.get("/").text.split('id="words">')[1].split("</script>")[0])
    said = script_words["Closed until {time}: nothing is analysed."]
    assert said == "Geschlossen bis {time}: Es wird nichts analysiert."


def test_a_name_that_is_taken_is_refused_while_a_camera_is_added(root: WebBrowser, camera: Camera) -> None:
    root.post("/admin/cameras/new", kind="demo", go="next")
    root.post("/admin/cameras/new/picture", turn_deg="0", go="next")

    page = root.post("/admin/cameras/new/name", name=camera.name.upper(), go="next").text

    assert f"Es heißt schon eine Kamera „{camera.name}“" in page
    assert "already called" not in page


def test_who_was_first(web: WebApp, root: WebBrowser, camera: Camera) -> None:
    incident = web.add_incident(camera)
    web.services.incidents.acknowledge(incident.incident_id, "bob")

    answer = root.post_json(f"/incidents/{incident.incident_id}/acknowledge")

    assert answer.json["message"] == "Vorfall 1 hat bob schon übernommen; nichts wurde geändert."


def test_our_own_purpose_is_said_in_each_readers_language_and_stays_ours(web: WebApp, root: WebBrowser) -> None:
    form = root.client.get("/admin/notice").text
    shown = form.split('name="purpose"')[1].split(">", 1)[1].split("</textarea>")[0].strip()
    assert shown.startswith(GERMAN_PURPOSE)

    root.post("/admin/notice", product_name="Amends", purpose=shown, operator="Hotel")

    assert web.services.site.get().purpose == DEFAULT_PURPOSE
    assert GERMAN_PURPOSE in root.client.get("/notice").text
    assert DEFAULT_PURPOSE in web.browser().client.get("/notice").text


def test_a_page_that_is_not_there_says_nothing_in_english(root: WebBrowser) -> None:
    page = root.client.get("/nothing").text

    assert "Hier ist nichts" in page
    assert "requested URL" not in page


def test_the_hours_of_a_day_are_refused_with_the_days_name(root: WebBrowser, camera: Camera) -> None:
    page = root.post(f"/admin/cameras/{camera.camera_id}/settings", hours="opening", turn_deg="0", day_1="late").text

    assert "am Dienstag steht „late“" in page


def test_a_rule_that_cannot_be_is_refused_beside_its_field(root: WebBrowser) -> None:
    page = root.post("/admin/rules", enter_threshold="40", exit_threshold="60").text

    said = page.split('id="exit_threshold-error">')[1].split("</div>")[0]
    assert said.startswith("Die Alarmregel ist nicht brauchbar: erwartet wird")
    assert said.endswith("gekommen sind 0.6 und 0.4.")


def test_browsers_and_details_of_the_audit_trail(root: WebBrowser) -> None:
    assert "Unbekannter Browser" in root.client.get("/account").text
    root.post("/admin/notice", product_name="Amends", purpose="So", operator="Hotel")
    page = root.client.get("/admin/audit").text
    assert "Gerät: Unbekannter Browser, Adresse: 127.0.0.1" in page
    assert "Einstellung: Name und Hinweis" in page


def _raised_with_values_in_the_text(path: Path) -> list[str]:
    names = {name for name, one in vars(errors).items() if isinstance(one, type) and issubclass(one, AmendsError)}
    calls = (node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call))
    return [
        f"{path.relative_to(REPOSITORY_DIR)}:{call.lineno}"
        for call in calls
        if getattr(call.func, "id", "") in names - {"SettingsInvalid"}
        and any(isinstance(argument, ast.JoinedStr) for argument in call.args)
    ]


def test_every_error_keeps_its_values_apart_from_its_text_so_that_it_can_be_translated() -> None:
    files = [path for folder in FOLDERS_WITH_ERRORS for path in (REPOSITORY_DIR / folder).rglob("*.py")]
    read_on_pages = [path for path in files if not any(part in ON_COMMAND_LINES for part in path.parts)]

    assert len(read_on_pages) > 100
    assert [place for path in read_on_pages for place in _raised_with_values_in_the_text(path)] == []
