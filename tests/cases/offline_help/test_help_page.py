"""A camera's page for help: what staff and admins read, the button, and that nobody is called twice."""

import time
from collections.abc import Callable, Iterator

import pytest

from tests.fakes.checks import PASSED
from tests.support.clocks import FakeClock
from tests.support.web_app import WebApp
from webapp.domain.cameras.camera_causes import Cause, advice_of, cause_of
from webapp.domain.cameras.camera_check import CheckStep, StepMark, StepName
from webapp.domain.cameras.cameras import Camera, CameraAddress, CameraKind, CameraState, StateReason
from webapp.errors import CameraEnded, CameraError, CameraRefusedCredentials, TooBusy, TooManyTries
from webapp.services.cameras.camera_settings import CameraForm
from webapp.services.dashboard.camera_calls import CaptureNote
from webapp.services.dashboard.camera_help import CameraHelpService

REFUSED = CameraRefusedCredentials("The camera refused the user name or password.")
LOG_IN_FAILED = (
    *PASSED[:2],
    CheckStep(StepName.LOG_IN, StepMark.FAILED, StateReason.of(REFUSED), 0.1, Cause.LOG_IN_REFUSED),
)


@pytest.fixture
def lobby(web: WebApp) -> Camera:
    """An RTSP camera that is offline, since a moment."""
    web.services.camera_help.start = lambda work: work()
    form = CameraForm("Lobby", "rtsp://192.0.2.10/live", "viewer", "hunter2-hunter2")
    camera = web.services.cameras.add(form)
    web.services.cameras.report_state(camera.camera_id, CameraState.ONLINE)
    web.services.cameras.report_state(camera.camera_id, CameraState.OFFLINE, StateReason.of(REFUSED))
    web.captures.notes[camera.camera_id] = CaptureNote(tries=7, next_try_in_s=42.0, last_picture_age_s=90.0)
    return camera


def test_an_admin_reads_all_and_staff_plain_words(web: WebApp, lobby: Camera) -> None:
    web.checker.told = LOG_IN_FAILED
    admin, staff = web.browser("root"), web.browser("alice")
    path = f"/cameras/{lobby.camera_id}"
    assert admin.post(f"{path}/check").headers["Location"] == f"{path}/help"
    for where in (f"{path}/help", f"{path}/help/now"):
        full, plain = admin.client.get(where).text, staff.client.get(where).text
        for words in ("The camera refuses the stored user name", "7 times without a picture", "Next try"):
            assert words in full
            assert words in plain
        for words in ("wrong try", "rtsp://192.0.2.10/live", "Port 554 answers", "Not reached"):
            assert words in full
            assert words not in plain
        assert "Tell an admin" in plain
        assert "hunter2" not in full + plain


def test_the_page_is_in_german_too(web: WebApp, lobby: Camera) -> None:
    web.checker.told = LOG_IN_FAILED
    admin = web.browser("root")
    admin.post(f"/cameras/{lobby.camera_id}/check")
    page = admin.client.get(f"/cameras/{lobby.camera_id}/help", headers={"Accept-Language": "de"}).text
    for words in ("Die Kamera weist den gespeicherten", "Jeder Aufruf ist ein weiterer Fehlversuch", "steht für"):
        assert words in page


def test_staff_may_not_press_the_button(web: WebApp, lobby: Camera) -> None:
    assert web.browser("alice").post_json(f"/cameras/{lobby.camera_id}/check").status_code == 403
    assert web.checker.asked == []


def test_the_check_uses_the_stored_password_and_then_has_the_camera_called_at_once(web: WebApp, lobby: Camera) -> None:
    answer = web.browser("root").post_json(f"/cameras/{lobby.camera_id}/check")
    assert (answer.status_code, answer.json) == (202, {"limit_s": 35.0})
    assert web.checker.asked == [CameraAddress("rtsp://192.0.2.10/live", "viewer", "hunter2-hunter2")]
    assert web.captures.wishes == [("hold", lobby.camera_id), ("at once", lobby.camera_id)]


def test_a_refused_password_is_not_tried_once_more_by_the_check(web: WebApp, lobby: Camera) -> None:
    web.checker.told = LOG_IN_FAILED
    web.services.camera_help.begin(lobby.camera_id)
    assert web.captures.wishes[-1] == ("later", lobby.camera_id)


@pytest.mark.parametrize("state", [CameraState.ONLINE, CameraState.CLOSED])
def test_a_camera_that_is_online_is_never_called_a_second_time(web: WebApp, lobby: Camera, state: CameraState) -> None:
    web.services.cameras.report_state(lobby.camera_id, state)
    note = CaptureNote(is_connected=True, codec="h264", width_px=1280, height_px=720, fps=24.96)
    web.captures.notes[lobby.camera_id] = note
    report = web.services.camera_help.begin(lobby.camera_id).report
    assert web.checker.asked == []
    assert (report.has_passed, report.is_capturing, len(report.steps)) == (True, True, 5)
    assert str(report.steps[3].finding) == "h264, 1280 × 720, 25 fps."
    page = web.browser("root").client.get(f"/cameras/{lobby.camera_id}/help").text
    assert "it is not called a second time" in page


def test_what_vision_says_counts_before_the_stored_state(web: WebApp, lobby: Camera) -> None:
    web.captures.notes[lobby.camera_id] = CaptureNote(is_connected=True)
    web.services.camera_help.begin(lobby.camera_id)
    assert web.checker.asked == []


def test_a_call_of_vision_that_is_under_way_is_waited_for(web: WebApp, lobby: Camera) -> None:
    service, waited = web.services.camera_help, []

    def wait(seconds: float) -> None:
        waited.append(seconds)
        assert web.checker.asked == []
        web.captures.notes[lobby.camera_id] = CaptureNote(is_trying=False)

    web.captures.notes[lobby.camera_id] = CaptureNote(is_trying=True)
    service.pause_s = wait
    service.begin(lobby.camera_id)
    assert len(waited) == len(web.checker.asked) == 1


def test_a_camera_that_is_switched_off_is_called_without_vision(web: WebApp, lobby: Camera) -> None:
    web.services.cameras.set_enabled(lobby.camera_id, False)
    assert web.services.camera_help.begin(lobby.camera_id).report.has_passed
    assert web.captures.wishes == []


def test_the_button_is_limited_and_a_check_that_runs_is_joined(web: WebApp, lobby: Camera) -> None:
    service, works = web.services.camera_help, []
    service.start = works.append
    others = [web.add_camera(f"Other {number}", "http://192.0.2.11/x") for number in range(2)]
    run = service.begin(lobby.camera_id, "root")
    assert service.begin(lobby.camera_id) is run
    assert run.report.is_running
    service.begin(others[0].camera_id)
    with pytest.raises(TooBusy):
        service.begin(others[1].camera_id)
    works[0]()
    assert not run.report.is_running
    with pytest.raises(TooManyTries):
        service.begin(lobby.camera_id)
    refused = web.browser("root").post_json(f"/cameras/{lobby.camera_id}/check")
    assert refused.status_code == 429
    assert "Try again in" in refused.json["message"]
    assert 0 < int(refused.headers["Retry-After"]) <= 10


def test_a_check_of_an_earlier_outage_says_nothing_of_this_one(web: WebApp, lobby: Camera, clock: FakeClock) -> None:
    web.checker.told = LOG_IN_FAILED
    web.services.camera_help.begin(lobby.camera_id)
    assert web.services.camera_help.of(lobby.camera_id).cause is Cause.LOG_IN_REFUSED
    ended = StateReason.of(CameraEnded("The camera closed the connection."))
    for state, reason in ((CameraState.ONLINE, None), (CameraState.OFFLINE, ended)):
        clock.advance(60)
        web.services.cameras.report_state(lobby.camera_id, state, reason)
    assert web.services.camera_help.of(lobby.camera_id).cause is Cause.HANGS_UP
    assert "before it went offline" in web.browser("root").client.get(f"/cameras/{lobby.camera_id}/help").text


def test_a_check_during_which_the_camera_went_offline_counts(web: WebApp, lobby: Camera, clock: FakeClock) -> None:
    web.services.cameras.report_state(lobby.camera_id, CameraState.ONLINE)
    web.checker.told, works = LOG_IN_FAILED, list[Callable[[], None]]()
    web.services.camera_help.start = works.append
    web.services.camera_help.begin(lobby.camera_id)
    clock.advance(2)
    web.services.cameras.report_state(lobby.camera_id, CameraState.OFFLINE, StateReason("No picture came in time."))
    clock.advance(2)
    works[0]()
    assert web.services.camera_help.of(lobby.camera_id).cause is Cause.LOG_IN_REFUSED


def test_a_check_that_breaks_is_said_and_leaves_the_next_one_free(web: WebApp, lobby: Camera) -> None:
    def broken(_address: CameraAddress) -> Iterator[CheckStep]:
        yield PASSED[0]
        raise OSError("no more processes")

    web.checker.steps = broken  # type: ignore[method-assign]
    report = web.services.camera_help.begin(lobby.camera_id).report
    assert (report.is_running, report.cause) == (False, Cause.OWN_FAULT)
    assert report.steps[1].mark is StepMark.FAILED
    assert web.captures.wishes[-1] == ("at once", lobby.camera_id)


def test_a_kiosk_is_not_called_and_says_whether_it_is_paired(web: WebApp, lobby: Camera) -> None:
    kiosk = web.add_camera("Screen", "kiosk:")
    service = web.services.camera_help
    assert service.begin(kiosk.camera_id).report.cause is Cause.NOT_PAIRED
    web.services.kiosks.pair(web.services.kiosks.make_link(kiosk.camera_id, "root"))
    run = service.begin(web.add_camera("Another", "kiosk:").camera_id)
    assert [step.name.value for step in run.report.steps] == ["pairing", "picture"]
    run.done.clear()
    list(service.check(run, kiosk))
    assert run.report.cause is Cause.SCREEN_SILENT
    assert web.checker.asked == []


def test_the_last_picture_is_known_from_the_log_when_the_machine_was_restarted(web: WebApp, lobby: Camera) -> None:
    del web.captures.notes[lobby.camera_id]
    found = web.services.camera_help.of(lobby.camera_id)
    assert found.last_picture_at == web.services.cameras.get(lobby.camera_id).state_since
    never = web.add_camera("Never", "http://192.0.2.12/x")
    assert web.services.camera_help.of(never.camera_id).last_picture_at is None


def test_the_api_says_the_same_and_steps_to_admins_alone(web: WebApp, lobby: Camera) -> None:
    web.checker.told = LOG_IN_FAILED
    admin, staff = web.api("root"), web.api("alice")
    path = f"/cameras/{lobby.camera_id}/check"
    assert staff.call("POST", path).status_code == 403
    assert admin.call("GET", path).json["check"] is None
    begun = admin.call("POST", path)
    assert begun.status_code == 202
    found = admin.call("GET", path).json
    assert (found["state"], found["cause"], found["tries"]) == ("offline", "log_in_refused", 7)
    assert found["summary"] == "The camera refuses the stored user name or password."
    assert [step["outcome"] for step in found["check"]["steps"]][:3] == ["passed", "passed", "failed"]
    assert found["next_try_at"]
    assert found["last_picture_at"]
    plain = staff.call("GET", path).json
    assert plain["check"] is None
    assert plain["cause"] == "log_in_refused"
    assert "hunter2" not in begun.text


@pytest.mark.parametrize("kind", list(CameraKind))
def test_every_failure_of_every_kind_has_a_cause_with_something_to_do(kind: CameraKind) -> None:
    codes = {error.code for error in all_errors(CameraError)}
    causes = {cause_of(StateReason("x", code=code), kind) for code in codes}
    assert all(advice_of(cause).todo and advice_of(cause).summary for cause in {*causes, *Cause})


def all_errors(error: type[CameraError]) -> list[type[CameraError]]:
    return [error, *(one for below in error.__subclasses__() for one in all_errors(below))]


def test_what_is_read_of_a_camera_costs_little(web: WebApp, lobby: Camera) -> None:
    for number in range(300):
        state = CameraState.CONNECTING if number % 2 else CameraState.OFFLINE
        web.services.cameras.report_state(lobby.camera_id, state)
    del web.captures.notes[lobby.camera_id]
    began_s = time.monotonic()
    service: CameraHelpService = web.services.camera_help
    service.of(lobby.camera_id)
    assert time.monotonic() - began_s < 0.5
