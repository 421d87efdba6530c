"""A file on this machine that names others: nothing of what it names is opened."""

from contextlib import closing
from pathlib import Path

import pytest

from tests.servers.redirecting import Listener, listening
from tests.support.videos import demo_pictures, write_video
from webapp.domain.cameras.cameras import CameraAddress
from webapp.errors import CameraHasNoVideo
from webapp.vision.sources import SourceLimits, make_source

pytestmark = pytest.mark.security

PLAYLISTS = {
    "hls.m3u8": "#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\n{target}\n#EXT-X-ENDLIST\n",
    "hls.mp4": "#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\n{target}\n#EXT-X-ENDLIST\n",
    "concat.txt": "ffconcat version 1.0\nfile '{target}'\n",
    "concat.mp4": "ffconcat version 1.0\nfile '{target}'\n",
    "dash.mpd": '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" '
    'mediaPresentationDuration="PT4S"><Period><AdaptationSet mimeType="video/mp4"><Representation id="1" '
    'bandwidth="1"><BaseURL>{target}</BaseURL></Representation></AdaptationSet></Period></MPD>',
    "session.sdp": "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 5004 RTP/AVP 96\n"
    "a=rtpmap:96 H264/90000\n",
}


def played(path: Path, limits: SourceLimits) -> None:
    source = make_source(CameraAddress(f"file:{path}"), limits)
    with closing(source):
        source.open()
        source.read()


@pytest.mark.parametrize("name", PLAYLISTS)
def test_a_playlist_opens_no_other_file(name: str, tmp_path: Path, hasty: SourceLimits) -> None:
    write_video(tmp_path / "elsewhere.ts", demo_pictures(20))
    played(tmp_path / "elsewhere.ts", hasty)
    (tmp_path / name).write_text(PLAYLISTS[name].format(target=tmp_path / "elsewhere.ts"))
    with pytest.raises(CameraHasNoVideo):
        played(tmp_path / name, hasty)


@pytest.mark.parametrize("name", PLAYLISTS)
def test_a_playlist_calls_no_address(name: str, tmp_path: Path, hasty: SourceLimits) -> None:
    def answer(_request: str) -> bytes:
        return b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"

    called: Listener
    with listening("127.0.0.1", answer) as called:
        (tmp_path / name).write_text(PLAYLISTS[name].format(target=f"http://127.0.0.1:{called.port}/x.ts"))
        with pytest.raises(CameraHasNoVideo):
            played(tmp_path / name, hasty)
    assert called.requests == []


def test_a_playlist_of_a_camera_calls_no_session_description(hasty: SourceLimits) -> None:
    body = PLAYLISTS["session.sdp"].encode()

    def answer(_request: str) -> bytes:
        head = f"HTTP/1.1 200 OK\r\nContent-Type: application/sdp\r\nContent-Length: {len(body)}\r\n\r\n"
        return head.encode() + body

    with listening("127.0.0.1", answer) as camera:
        source = make_source(CameraAddress(f"http://127.0.0.1:{camera.port}/x.sdp"), hasty)
        with closing(source), pytest.raises(CameraHasNoVideo):
            source.open()
