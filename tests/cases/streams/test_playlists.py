"""HLS: a playlist that is cut while it plays, and one on demand."""

import time
from contextlib import closing
from itertools import pairwise
from pathlib import Path

import pytest

from tests.servers import http_server
from tests.servers.playlists import cut_into_seconds, live_playlist
from tests.support.patience import PATIENCE
from tests.support.videos import bar_of, bar_pictures, write_video
from webapp.domain.cameras.cameras import CameraAddress
from webapp.errors import CameraTimedOut
from webapp.vision.sources import Source, SourceLimits, make_source

FPS = 15


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> list[bytes]:
    """Eight parts of a second; after the last one its time stamps begin anew."""
    folder = tmp_path_factory.mktemp("parts")
    return cut_into_seconds(write_video(folder / "8s.mp4", bar_pictures(8 * FPS), g=str(FPS), keyint_min="15"), folder)


def times_of(url: str, seconds: float) -> list[float]:
    """Return when pictures came, in seconds since the first."""
    source, times_s = make_source(CameraAddress(url), SourceLimits()), []
    with closing(source):
        source.open()
        while not times_s or times_s[-1] - times_s[0] < seconds:
            source.read()
            times_s.append(time.monotonic())
    return [time_s - times_s[0] for time_s in times_s]


def _exhaust(source: Source) -> None:
    while True:
        source.read()


def longest_silence_s(times_s: list[float]) -> float:
    return max(after - before for before, after in pairwise(times_s))


@pytest.mark.parametrize("path", ["live", "master.m3u8"])
def test_a_live_playlist_is_played_at_the_pace_of_its_time_stamps(path: str, parts: list[bytes]) -> None:
    with live_playlist(parts) as root:
        times_s = times_of(f"{root}/{path}", 2.5)
    assert len(times_s) == pytest.approx(2.5 * FPS, abs=5 * PATIENCE)
    assert longest_silence_s(times_s) < 0.6 * PATIENCE


def test_a_live_playlist_goes_on_over_a_discontinuity_and_a_part_that_has_vanished(parts: list[bytes]) -> None:
    with live_playlist(parts, vanished=frozenset({3})) as root:
        times_s = times_of(f"{root}/live", 6)
    assert len(times_s) > 3.5 * FPS / PATIENCE
    assert longest_silence_s(times_s) < 2.5 * PATIENCE


def test_a_live_playlist_to_which_nothing_is_added_has_not_come_to_its_end_but_is_late(parts: list[bytes]) -> None:
    with live_playlist(parts, ends_after=5) as root:
        source = make_source(CameraAddress(f"{root}/live"), SourceLimits(read_timeout_s=1.5))
        with closing(source):
            source.open()
            with pytest.raises(CameraTimedOut):
                _exhaust(source)


def test_a_playlist_on_demand_plays_over_its_discontinuities_and_again(tmp_path: Path) -> None:
    sizes = {"a": (320, 180), "b": (320, 180), "c": (160, 90)}
    bodies = {}
    for name, (width_px, height_px) in sizes.items():
        pictures = bar_pictures(8, width_px=width_px, height_px=height_px)
        path = write_video(tmp_path / f"{name}.ts", pictures, fps=FPS, bf="0")
        bodies[f"/{name}.ts"] = ("video/mp2t", path.read_bytes())
    listed = "#EXT-X-DISCONTINUITY\n".join(f"#EXTINF:0.53,\n{name}.ts\n" for name in sizes)
    playlist = f"#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:1\n{listed}#EXT-X-ENDLIST\n".encode()
    with http_server({**bodies, "/vod.m3u8": ("application/vnd.apple.mpegurl", playlist)}) as root:
        source = make_source(CameraAddress(f"{root}/vod.m3u8"), SourceLimits())
        with closing(source):
            source.open()
            shown = [source.read().image_bgr for _ in range(32)]
    assert [round(bar_of(image_bgr) * 8) for image_bgr in shown] == [*range(8)] * 4
    assert [image_bgr.shape[1] for image_bgr in shown[::8]] == [320, 320, 160, 320]


@pytest.mark.parametrize("part", ["part", "part.php?number=1", "part.jpg"])
def test_a_playlist_is_known_by_its_text_whatever_it_and_its_parts_are_called(part: str, tmp_path: Path) -> None:
    body = write_video(tmp_path / "part.ts", bar_pictures(8), fps=FPS, bf="0").read_bytes()
    playlist = f"#EXTM3U\r\n#EXT-X-TARGETDURATION:1\r\n#EXTINF:0.53,\r\n{part}\r\n#EXT-X-ENDLIST\r\n".encode()
    pages = {"/live.cgi?user=1": ("application/octet-stream", playlist), f"/{part}": ("application/octet-stream", body)}
    with http_server(pages) as root:
        source = make_source(CameraAddress(f"{root}/live.cgi?user=1"), SourceLimits())
        with closing(source):
            source.open()
            assert [round(bar_of(source.read().image_bgr) * 8) for _ in range(4)] == [0, 1, 2, 3]
