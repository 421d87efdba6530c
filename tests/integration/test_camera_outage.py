"""An IP camera that goes away and comes back, beside one that stays: the whole product and a real RTSP server."""

import os
import signal
import time
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.servers import free_port, rtsp_process
from tests.support.needs import needs_rtsp
from tests.support.running import RunningAmends, running_amends, wait_until
from tests.support.site.records import put_on_record
from tests.support.videos import camera_video
from webapp.domain.cameras.cameras import CameraState
from webapp.services.cameras.camera_settings import CameraForm

pytestmark = [pytest.mark.slow, pytest.mark.rtsp]

PASSWORD = "p@ss:/w?rd#%"
DOWN_S = 20


def state_of(amends: RunningAmends, camera_id: int) -> CameraState:
    return amends.installation.cameras.get(camera_id).state


def wait_for_state(amends: RunningAmends, camera_id: int, state: CameraState, timeout_s: float) -> float:
    return wait_until(lambda: state_of(amends, camera_id) is state, f"the camera is {state}", timeout_s)


def restarts_of_demo(amends: RunningAmends) -> int:
    return amends.log().count("camera=Demo")


@pytest.mark.alone
def test_an_rtsp_camera_that_stops_and_returns_is_online_again_without_help(tmp_path: Path) -> None:
    needs_rtsp()
    video, port = camera_video(tmp_path / "camera.mp4", seconds=60), free_port()
    with ExitStack() as stack:
        amends = stack.enter_context(running_amends(tmp_path))
        url, server = stack.enter_context(rtsp_process(video, "viewer", PASSWORD, port=port))
        cameras = amends.installation.cameras
        demo = cameras.find("Demo").camera_id
        desk = cameras.add(CameraForm("Desk", url, "viewer", PASSWORD)).camera_id
        put_on_record(amends.installation)
        wait_for_state(amends, desk, CameraState.ONLINE, 20)
        wait_until(lambda: amends.frame_age_s(desk) < 2, "its picture is shown")
        wait_until(lambda: amends.frame_age_s(demo) < 2, "the other camera's picture is shown")

        stopped_s, worst_age_s = time.monotonic(), 0.0
        server.kill()
        wait_for_state(amends, desk, CameraState.OFFLINE, 12)
        assert cameras.get(desk).state_reason
        while time.monotonic() - stopped_s < DOWN_S:
            worst_age_s = max(worst_age_s, amends.frame_age_s(demo))
            time.sleep(0.2)
        assert worst_age_s < 2, "the other camera was disturbed"

        stack.enter_context(rtsp_process(video, "viewer", PASSWORD, port=port))
        wait_for_state(amends, desk, CameraState.ONLINE, 30)
        wait_until(lambda: amends.frame_age_s(desk) < 2, "its picture is shown again")
        assert restarts_of_demo(amends) == 1
        assert PASSWORD not in amends.log()
        assert "p%40ss" not in amends.log()


def test_a_wrong_password_is_told_and_not_repeated(tmp_path: Path) -> None:
    needs_rtsp()
    video = camera_video(tmp_path / "camera.mp4")
    with running_amends(tmp_path) as amends, rtsp_process(video, "viewer", PASSWORD) as (url, _server):
        cameras = amends.installation.cameras
        desk = cameras.add(CameraForm("Desk", url, "viewer", "wrong-secret")).camera_id
        put_on_record(amends.installation)
        wait_for_state(amends, desk, CameraState.OFFLINE, 15)
        assert "user name or password" in str(cameras.get(desk).state_reason)
        assert "wrong-secret" not in amends.log() + str(cameras.get(desk).state_reason)
        cameras.change(desk, CameraForm("Desk", url, "viewer", PASSWORD))
        wait_for_state(amends, desk, CameraState.ONLINE, 10)


def test_a_camera_that_hangs_is_killed_and_called_again(tmp_path: Path) -> None:
    needs_rtsp()
    video = camera_video(tmp_path / "camera.mp4", seconds=60)
    with running_amends(tmp_path) as amends, rtsp_process(video) as (url, server):
        desk = amends.installation.cameras.add(CameraForm("Desk", url)).camera_id
        put_on_record(amends.installation)
        wait_for_state(amends, desk, CameraState.ONLINE, 20)
        os.kill(server.pid, signal.SIGSTOP)
        try:
            wait_for_state(amends, desk, CameraState.OFFLINE, 12)
        finally:
            os.kill(server.pid, signal.SIGCONT)
        wait_for_state(amends, desk, CameraState.ONLINE, 20)
