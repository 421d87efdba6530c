"""A webcam by what stays when it comes back under another number; a made-up /dev stands in for a real one."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.web_app import WebApp
from webapp.domain.cameras.cameras import CameraKind, parse_camera_address
from webapp.domain.cameras.source_limits import SourceLimits
from webapp.errors import CameraUnreachable, InputInvalid
from webapp.runtime.files.usb_devices import USBDevices
from webapp.services.cameras.usb_cameras import USBCamera
from webapp.vision.sources.usb import USBSource

C920 = "usb-046d_HD_Pro_Webcam_C920_8F2B3C4D"
PATH = "pci-0000:00:14.0-usb-0:2:1.0"
BY_ID = f"usb:/dev/v4l/by-id/{C920}-video-index0"
BY_PATH = f"usb:/dev/v4l/by-path/{PATH}-video-index0"


@pytest.fixture
def devices(tmp_path: Path) -> Path:
    """A camera with a device for its pictures and one for what it says of them, and one that has no serial number."""
    plug_in(tmp_path, 0)
    (tmp_path / "video7").touch()
    (tmp_path / "video-not-one").touch()
    return tmp_path


def plug_in(devices: Path, number: int) -> None:
    for index in (0, 1):
        (devices / f"video{number + index}").touch()
        for kind, name in (("by-id", C920), ("by-path", PATH)):
            link = devices / "v4l" / kind / f"{name}-video-index{index}"
            link.parent.mkdir(parents=True, exist_ok=True)
            link.unlink(missing_ok=True)
            link.symlink_to(f"../../video{number + index}")


def pull_out(devices: Path, number: int) -> None:
    for index in (0, 1):
        (devices / f"video{number + index}").unlink()


def index_of(url: str, devices: Path) -> int:
    return USBSource(parse_camera_address(url), SourceLimits(), devices).index()


NAMES_THAT_STAY = [BY_ID, BY_PATH, "usb:8F2B3C4D", f"usb:{C920}-video-index0"]


@pytest.mark.parametrize("url", NAMES_THAT_STAY)
def test_a_webcam_that_comes_back_under_another_number_is_found(devices: Path, url: str):
    assert parse_camera_address(url).kind is CameraKind.USB
    assert index_of(url, devices) == 0
    pull_out(devices, 0)
    with pytest.raises(CameraUnreachable, match="plug it in"):
        index_of(url, devices)
    plug_in(devices, 4)
    assert index_of(url, devices) == 4


@pytest.mark.parametrize(("url", "number"), [("usb:7", 7), ("usb:/dev/video7", 7), ("usb:0", 0)])
def test_a_number_still_means_a_number(devices: Path, url: str, number: int):
    assert index_of(url, devices) == number


@pytest.mark.parametrize(
    "url",
    ["usb:", "usb:first", "usb:-1", "usb:/dev/sda1", "usb:/dev/v4l/by-id/../../sda1", "usb:/dev/v4l/by-id/",
     "usb:*1234", "usb:/etc/passwd", "usb:../video0", "usb:/dev/v4l/by-name/x1"],
)  # fmt: skip
def test_what_is_no_camera_of_this_machine_is_refused_with_what_is_expected(url: str):
    with pytest.raises(InputInvalid, match="Expected usb:N"):
        parse_camera_address(url)


def test_a_name_that_leads_elsewhere_is_no_camera(devices: Path):
    link = devices / "v4l" / "by-id" / "usb-odd_1-video-index0"
    (devices / "sda1").touch()
    link.symlink_to("../../sda1")
    with pytest.raises(CameraUnreachable, match="is no camera"):
        index_of("usb:/dev/v4l/by-id/usb-odd_1-video-index0", devices)


def test_what_is_there_is_listed_by_the_name_that_stays_and_only_what_gives_pictures(devices: Path):
    assert USBDevices(devices).list() == [
        USBCamera(BY_ID, "046d HD Pro Webcam C920 8F2B3C4D"),
        USBCamera("usb:7", "video7"),
    ]
    for link in (devices / "v4l" / "by-id").iterdir():
        link.unlink()
    assert [one.url for one in USBDevices(devices).list()] == [BY_PATH, "usb:7"]
    assert USBDevices(devices / "none").list() == []


def test_every_address_that_is_listed_can_be_registered_and_found(devices: Path, use_cases):
    for number, one in enumerate(USBDevices(devices).list()):
        assert index_of(one.url, devices) in (0, 7)
        assert parse_camera_address(one.url).url == one.url, number


def test_the_wizard_offers_what_is_plugged_in_and_takes_any_address(web: WebApp, devices: Path):
    services = replace(web.services, usb_cameras=USBDevices(devices).list)
    web.app.extensions["amends_services"] = services
    root, step = web.browser("root"), "/admin/cameras/new/address"
    root.post("/admin/cameras/new", kind="usb")
    page = root.client.get(step).text
    assert "Webcam C920" in page
    assert "index1" not in page
    assert f'value="{BY_ID}"' in next(line for line in page.splitlines() if 'name="url"' in line)
    assert root.post(step, device="usb:7", url=BY_ID).location == "/admin/cameras/new/picture"
    assert 'value="usb:7"' in root.client.get(step).text
    assert root.post(step, device=BY_ID, url="usb:7").location == "/admin/cameras/new/picture"
    (chosen,) = [line for line in root.client.get(step).text.splitlines() if " checked" in line]
    assert f'value="{BY_ID}"' in chosen
    assert root.post(step, device=BY_ID, url="usb:9").location == "/admin/cameras/new/picture"
    assert 'value="usb:9"' in root.client.get(step).text, "what is typed counts, as the choice is the one of before"
    assert root.post(step, device="", url="usb:8F2B3C4D").location == "/admin/cameras/new/picture"
    assert root.post(step, device="usb:/dev/v4l/by-id/made-up-1", url="usb:7").location == "/admin/cameras/new/picture"
    root.post_json("/admin/cameras/new/probe")
    assert web.prober.asked[-1].url == "usb:7"
    camera = web.add_camera("Webcam", BY_ID)
    assert "Webcam C920" in root.client.get(f"/admin/cameras/{camera.camera_id}").text
