"""What a check says of each kind of camera and of each failure: real servers on loopback, real files."""

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.servers import free_port, http_server, mjpeg_server, rtsp_server, silent_server
from tests.servers.rude_camera import RudeCamera
from tests.servers.rude_http import answers_a_byte_a_second, sends_1x1
from tests.support.needs import needs_rtsp
from tests.support.patience import PATIENCE
from tests.support.videos import camera_video, demo_jpegs, sound_alone
from webapp.domain.cameras.camera_causes import Cause
from webapp.domain.cameras.camera_check import CheckReport, CheckStep, StepMark, StepName
from webapp.domain.cameras.cameras import CameraAddress, CameraKind
from webapp.errors import CameraUnreachable
from webapp.vision.offline.camera_check import check_camera
from webapp.vision.sources import SourceLimits

USER, PASSWORD, WRONG = "view er", "p@ss:/w?rd#%", "not-the-secret"
LIMITS = SourceLimits(open_timeout_s=1.0, read_timeout_s=1.5)
Served = AbstractContextManager[CameraAddress]


def checked(address: CameraAddress, limits: SourceLimits = LIMITS) -> CheckReport:
    report = CheckReport(address.kind, list(check_camera(address, limits)))
    assert not any(secret in str(report.as_dict()) for secret in (PASSWORD, WRONG, "p%40ss"))
    return report


def marks(report: CheckReport) -> dict[str, str]:
    return {step.name.value: step.mark.value for step in report.steps}


def said(report: CheckReport, name: StepName) -> str:
    return next(str(step.finding) for step in report.steps if step.name is name)


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return camera_video(tmp_path_factory.mktemp("clip") / "camera.mp4", seconds=2.0)


@pytest.fixture(scope="module")
def jpegs() -> list[bytes]:
    return demo_jpegs(5)


@pytest.mark.rtsp
class TestRTSP:
    @pytest.fixture(autouse=True)
    def _server(self) -> None:
        needs_rtsp()

    def test_a_good_camera_passes_all_five_steps(self, clip: Path) -> None:
        with rtsp_server(clip) as url:
            report = checked(CameraAddress(url))
        assert report.has_passed
        assert set(marks(report).values()) == {"passed"}
        assert list(marks(report)) == ["name", "port", "log_in", "stream", "picture"]
        assert said(report, StepName.STREAM) == "h264, 480 × 270, 15 fps."
        assert said(report, StepName.LOG_IN) == "The camera asks for no user name and password."
        assert all(step.took_s is not None for step in report.steps)

    def test_the_right_password_is_accepted(self, clip: Path) -> None:
        with rtsp_server(clip, USER, PASSWORD) as url:
            report = checked(CameraAddress(url, USER, PASSWORD))
        assert report.has_passed
        assert said(report, StepName.LOG_IN) == "The camera accepts the user name and password."

    @pytest.mark.parametrize(
        ("address", "cause"),
        [(("", ""), Cause.LOG_IN_MISSING), ((USER, WRONG), Cause.LOG_IN_REFUSED)],
        ids=["none stored", "a wrong one"],
    )
    def test_a_log_in_that_fails_is_that_step(self, clip: Path, address: tuple[str, str], cause: Cause) -> None:
        with rtsp_server(clip, USER, PASSWORD) as url:
            report = checked(CameraAddress(url, *address))
        assert (report.cause, marks(report)["log_in"]) == (cause, "failed")
        assert marks(report)["stream"] == "not_reached"
        assert any("wrong try" in todo for todo in report.as_dict()["advice"]) is (cause is Cause.LOG_IN_REFUSED)

    def test_a_wrong_path_is_found_in_the_stream(self, clip: Path) -> None:
        with rtsp_server(clip) as url:
            report = checked(CameraAddress(url.replace("/camera", "/other")))
        assert (report.cause, marks(report)["log_in"]) == (Cause.WRONG_PATH, "passed")


def _mjpeg(jpegs: list[bytes], username: str = "", password: str = "", *more: Any) -> Served:
    return _served(mjpeg_server(jpegs, *more), username, password)


@contextmanager
def _served(
    server: AbstractContextManager[str], username: str = "", password: str = "", path: str = ""
) -> Iterator[Any]:
    with server as url:
        yield CameraAddress(url + path, username, password)


@contextmanager
def _rude(scheme: str, manner: Callable[..., None]) -> Iterator[CameraAddress]:
    camera = RudeCamera(manner)
    try:
        yield CameraAddress(f"{scheme}:{camera.url.partition(':')[2]}")
    finally:
        camera.close()


@contextmanager
def _silent(scheme: str) -> Iterator[CameraAddress]:
    with silent_server() as port:
        yield CameraAddress(f"{scheme}://127.0.0.1:{port}/x", USER, PASSWORD)


def test_mjpeg_without_a_log_in(jpegs: list[bytes]) -> None:
    with _mjpeg(jpegs) as address:
        report = checked(address)
    assert report.has_passed
    assert said(report, StepName.LOG_IN) == "The camera asks for no user name and password."


def test_a_log_in_that_is_stored_and_not_asked_for(jpegs: list[bytes]) -> None:
    with _mjpeg(jpegs, USER, PASSWORD) as address:
        assert said(checked(address), StepName.LOG_IN) == "The camera asks for no user name and password."


@pytest.mark.parametrize(
    ("typed", "cause"),
    [((USER, PASSWORD), None), ((USER, WRONG), Cause.LOG_IN_REFUSED), (("", ""), Cause.LOG_IN_MISSING)],
    ids=["right", "wrong", "none"],
)
def test_mjpeg_with_a_log_in(jpegs: list[bytes], typed: tuple[str, str], cause: Cause | None) -> None:
    with _mjpeg(jpegs, *typed, USER, PASSWORD) as address:
        report = checked(address)
    assert (report.cause, report.has_passed) == (cause, cause is None)
    assert marks(report)["log_in"] == ("failed" if cause else "passed")


def _pages(path: str, kind: str, body: bytes) -> Served:
    return _served(http_server({"/there": (kind, body)}), path=path)


def test_a_page_that_is_no_video() -> None:
    with _pages("/there", "text/html", b"<html>hello</html>" * 100) as address:
        report = checked(address)
    assert (report.cause, marks(report)["stream"]) == (Cause.NO_VIDEO, "failed")


def test_sound_alone(tmp_path: Path) -> None:
    with _pages("/there", "video/mp4", sound_alone(tmp_path / "sound.mp4").read_bytes()) as address:
        assert checked(address).cause is Cause.NO_VIDEO


def test_sound_alone_over_rtsp() -> None:
    with _rude("rtsp", describes_sound) as address:
        report = checked(address)
    assert report.cause is Cause.NO_VIDEO
    assert said(report, StepName.STREAM) == "The camera answers, but offers audio alone and no video."


@pytest.mark.parametrize(
    ("username", "expected"),
    [(USER, "Not known: the camera said nothing of it."),
     ("", "The camera asks for a user name and a password, and none is stored.")],
)  # fmt: skip
def test_of_a_log_in_that_was_never_answered_no_more_is_said_than_is_known(username: str, expected: str) -> None:
    callers: list[Any] = []

    def asks_the_first_and_is_silent(caller: Any) -> None:
        callers.append(caller)
        number = caller.recv(4096).partition(b"CSeq: ")[2].partition(b"\r\n")[0]
        if len(callers) == 1:
            head = b'WWW-Authenticate: Basic realm="c"\r\nContent-Length: 0\r\n\r\n'
            caller.sendall(b"RTSP/1.0 401 Unauthorized\r\nCSeq: " + number + b"\r\n" + head)
        time.sleep(2 * LIMITS.open_timeout_s)

    with _rude("rtsp", asks_the_first_and_is_silent) as address:
        report = checked(replace(address, username=username, password=PASSWORD if username else ""))
    assert (said(report, StepName.LOG_IN), marks(report)["log_in"]) == (expected, "unknown")


def describes_sound(caller: Any) -> None:
    """Describe sound and refuse all else."""
    described = b"v=0\r\ns=x\r\nt=0 0\r\nm=audio 0 RTP/AVP 0\r\na=control:0\r\n"
    while asked := caller.recv(4096):
        number = asked.partition(b"CSeq: ")[2].partition(b"\r\n")[0]
        is_description = asked.startswith(b"DESCRIBE")
        body = described if is_description else b""
        head = b"Content-Type: application/sdp\r\nContent-Length: %d\r\n" % len(body) if body else b""
        status = b"200 OK" if asked.startswith((b"DESCRIBE", b"OPTIONS")) else b"461 No"
        caller.sendall(b"RTSP/1.0 " + status + b"\r\nCSeq: " + number + b"\r\n" + head + b"\r\n" + body)


def test_a_path_that_is_not_there() -> None:
    with _pages("/nothing", "text/html", b"x") as address:
        assert checked(address).cause is Cause.WRONG_PATH


def test_encryption_where_there_is_none() -> None:
    with _pages("/there", "text/html", b"x") as address:
        report = checked(CameraAddress(address.url.replace("http", "https")))
    assert (report.cause, marks(report)["port"]) == (Cause.NO_TLS, "failed")


def test_pictures_in_which_nothing_can_be_seen() -> None:
    with _rude("http", sends_1x1) as address:
        report = checked(address)
    assert (report.cause, marks(report)["stream"]) == (Cause.NO_VIDEO, "failed")


@pytest.mark.parametrize("scheme", ["rtsp", "rtsps", "http", "https"])
def test_a_port_that_takes_the_call_and_is_silent(scheme: str) -> None:
    with _silent(scheme) as address:
        began_s = time.monotonic()
        report = checked(address)
    assert report.cause is Cause.SILENT
    assert time.monotonic() - began_s < 3 * LIMITS.open_timeout_s * PATIENCE
    if scheme in ("rtsp", "http"):
        assert (marks(report)["log_in"], marks(report)["stream"]) == ("unknown", "failed")


def test_an_answer_that_comes_byte_by_byte_is_not_waited_for() -> None:
    with _rude("http", answers_a_byte_a_second) as address:
        began_s = time.monotonic()
        report = checked(CameraAddress(address.url, USER, PASSWORD))
    assert report.failed is not None
    assert time.monotonic() - began_s < 4 * LIMITS.open_timeout_s * PATIENCE


def test_nothing_listens() -> None:
    report = checked(CameraAddress(f"rtsp://127.0.0.1:{free_port()}/x"))
    assert (report.cause, marks(report)["port"]) == (Cause.PORT_CLOSED, "failed")


def test_a_black_hole_ends_in_time() -> None:
    began_s = time.monotonic()
    report = checked(CameraAddress("rtsp://192.0.2.77/x"), SourceLimits(open_timeout_s=0.5, read_timeout_s=0.5))
    assert report.cause in (Cause.NO_ANSWER, Cause.PORT_CLOSED)  # A test machine without a network says so at once.
    assert time.monotonic() - began_s < 2 * PATIENCE


def test_a_name_that_nobody_knows_fails_fast() -> None:
    began_s = time.monotonic()
    report = checked(CameraAddress("http://camera.invalid/x"))
    assert (report.cause, marks(report)["name"]) == (Cause.NAME_UNKNOWN, "failed")
    assert said(report, StepName.NAME) == "There is no host called 'camera.invalid'."
    assert time.monotonic() - began_s < 1.5 * PATIENCE


def test_a_name_server_that_never_answers_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("socket.getaddrinfo", lambda *_args, **_more: time.sleep(3))
    began_s = time.monotonic()
    report = checked(CameraAddress("http://camera.example/x"), SourceLimits(open_timeout_s=0.3))
    assert report.cause is Cause.NAME_UNKNOWN
    assert time.monotonic() - began_s < 1.5 * PATIENCE


def test_an_address_at_which_no_camera_is_called() -> None:
    assert checked(CameraAddress("rtsp://169.254.169.254/x")).cause is Cause.FORBIDDEN


def test_a_good_file_has_three_steps(clip: Path) -> None:
    report = checked(CameraAddress(f"file:{clip}"))
    assert report.has_passed
    assert list(marks(report)) == ["file", "stream", "picture"]


@pytest.mark.parametrize(
    ("name", "step", "cause"),
    [
        ("missing.mp4", "file", Cause.FILE_AWAY),
        (".", "file", Cause.FILE_AWAY),
        ("notes.mp4", "stream", Cause.FILE_NO_VIDEO),
    ],
)
def test_a_file_that_is_no_video(tmp_path: Path, name: str, step: str, cause: Cause) -> None:
    (tmp_path / "notes.mp4").write_text("no video " * 100)
    report = checked(CameraAddress(f"file:{tmp_path / name}"))
    assert (report.cause, marks(report)[step]) == (cause, "failed")


def test_a_file_that_may_not_be_read(clip: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_args: object, **_more: object) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "open", refuse)  # Root may read everything.
    monkeypatch.setattr("webapp.vision.sources.file.VideoDecoder", refuse_as_camera)
    report = checked(CameraAddress(f"file:{clip}"))
    assert (report.cause, marks(report)["file"]) == (Cause.FILE_UNREADABLE, "failed")


def refuse_as_camera(*_args: object, **_more: object) -> None:
    raise CameraUnreachable("no")


@pytest.mark.parametrize(
    ("url", "steps", "cause"),
    [
        ("demo:", ["picture"], None),
        ("usb:97", ["device", "picture"], Cause.DEVICE_AWAY),
        ("kiosk:", ["pairing", "picture"], Cause.NOT_PAIRED),
    ],
)
def test_kinds_without_a_network_leave_out_what_makes_no_sense(url: str, steps: list[str], cause: Cause | None) -> None:
    report = checked(CameraAddress(url))
    assert (list(marks(report)), report.cause) == (steps, cause)


def test_a_step_that_runs_is_the_first_that_is_not_over() -> None:
    begun = CheckReport(CameraKind.HTTP, [CheckStep(StepName.NAME, StepMark.PASSED)], is_running=True)
    assert list(marks(begun).values()) == ["passed", "running", "not_reached", "not_reached", "not_reached"]
