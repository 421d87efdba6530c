"""Recorders and cameras with several streams: each channel can be watched, under its own name, by its own address."""

import pytest

from tests.fakes.discovery import FOUND, onvif_device
from tests.support.web_app import WebApp
from webapp.domain.cameras.cameras import CameraAddress, parse_camera_address
from webapp.runtime.onvif.streams import streams_of
from webapp.services.cameras.camera_settings import CameraForm
from webapp.services.cameras.camera_setup import CameraDraft
from webapp.services.cameras.discovery import CameraStream, FoundCamera, recommended

CHANNELS = [
    "rtsp://192.0.2.10:554/Streaming/Channels/{}01",  # Hikvision
    "rtsp://192.0.2.10:554/ISAPI/Streaming/channels/{}02?transportmode=unicast",
    "rtsp://192.0.2.10/cam/realmonitor?channel={}&subtype=0",  # Dahua, Amcrest
    "rtsp://192.0.2.10/cam/realmonitor?channel={}&subtype=1&unicast=true&proto=Onvif",
    "rtsp://192.0.2.10:554/h264Preview_0{}_main",  # Reolink
    "rtsp://192.0.2.10/unicast/c{}/s0/live",  # Uniview
    "rtsp://192.0.2.10/media/video{}",
    "rtsp://192.0.2.10/axis-media/media.amp?camera={}&videocodec=h264",
    "rtsp://192.0.2.10/LiveMedia/ch{}/Media1",  # Provision, TVT
    "rtsp://192.0.2.10/chID={}&streamType=main&linkType=tcp",
    "rtsp://192.0.2.10/onvif/profile{}/media.smp",  # Hanwha
    "rtsp://192.0.2.10:7447/5dQxChannel{}",  # UniFi
]


@pytest.mark.parametrize("address", CHANNELS)
def test_each_channel_of_a_recorder_is_a_camera_of_its_own(use_cases, address: str):
    for channel in (1, 2):
        use_cases.cameras.add(CameraForm(f"Channel {channel}", address.format(channel), "admin", "a#b"))
    called = [use_cases.cameras.address_of(one.camera_id) for one in use_cases.cameras.list()]
    assert [one.url for one in called] == [address.format(channel) for channel in (1, 2)]
    assert called[1].url_with_credentials() == address.format(2).replace("://", "://admin:a%23b@")


def profiles_of(channels: int) -> str:
    return "".join(
        f'<Profiles token="c{channel}{size}"><Name>Channel {channel} {size}</Name>'
        f"<VideoSourceConfiguration><Name>Src</Name><SourceToken>source{channel}</SourceToken></VideoSourceConfiguration>"
        f"<VideoEncoderConfiguration><Name>Enc</Name><Resolution><Width>{width_px}</Width>"
        f"<Height>{width_px // 2}</Height></Resolution></VideoEncoderConfiguration></Profiles>"
        for channel in range(1, channels + 1)
        for size, width_px in (("main", 1920), ("sub", 704))
    )


def test_all_channels_of_a_recorder_are_told_with_their_names():
    with onvif_device(profiles=profiles_of(16)) as device:
        device.answer = answering_by_token(device.answer)
        streams = streams_of(FoundCamera("NVR", "", "127.0.0.1", device.service_url), "admin", "pw")
    assert len(streams) == 32
    assert (streams[0].name, streams[0].source) == ("Channel 1 main", "source1")
    assert (streams[31].name, streams[31].width_px) == ("Channel 16 sub", 704)
    assert streams[31].address.full_url == "rtsp://127.0.0.1:554/live?token=c16sub"
    assert recommended(streams) == 1


def answering_by_token(answer):
    def answered(question: str) -> str:
        if "GetStreamUri" not in question:
            return answer(question)
        token = question.partition("<ProfileToken>")[2].partition("<")[0]
        return f"<MediaUri><Uri>rtsp://127.0.0.1:554/live?token={token}</Uri></MediaUri>"

    return answered


def test_a_chosen_channel_keeps_what_is_hidden_in_its_address(web: WebApp):
    urls = [f"rtsp://192.0.2.20/user=admin_password=Geheim_channel={channel}_stream=0.sdp?real" for channel in (1, 2)]
    streams = [
        CameraStream(parse_camera_address(url, "admin", "pw"), 1280, 720, f"Channel {number}", str(number))
        for number, url in enumerate(urls, 1)
    ]
    web.finder.streams = lambda *_asked: streams
    root = web.browser("root")
    root.post("/admin/cameras/new/find", go="look")
    page = root.client.get(root.post("/admin/cameras/new/find", go="take", camera="0").location).text
    assert "Channel 2" in page
    assert "recorder with several cameras" in page
    assert "Geheim" not in page
    assert root.post("/admin/cameras/new/stream", stream="1").location == "/admin/cameras/new/picture"
    root.post_json("/admin/cameras/new/probe")
    assert web.prober.asked[-1].full_url == urls[1]
    assert (web.prober.asked[-1].username, web.prober.asked[-1].password) == ("admin", "pw")
    chosen = [line for line in root.client.get("/admin/cameras/new/stream").text.splitlines() if " checked" in line]
    assert len(chosen) == 1
    assert 'value="1"' in chosen[0]


def test_streams_that_an_earlier_version_kept_are_asked_for_again(web: WebApp):
    kept = ({"url": "rtsp://10.0.0.9/1", "width_px": 640, "height_px": 360},)
    web.services.drafts.put(1, CameraDraft(kind="rtsp", streams=kept))
    assert web.services.drafts.get(1) == CameraDraft(kind="rtsp")


def test_without_names_of_sources_the_smallest_that_is_large_enough_is_recommended_as_before():
    address = CameraAddress(FOUND.service_url)
    assert recommended([CameraStream(address, 1920), CameraStream(address, 640), CameraStream(address, 320)]) == 1
