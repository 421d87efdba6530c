"""HLS as servers make it beside plain parts: byte ranges, MP4, encrypted, sound apart, behind cookies and log-ins."""

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import av
import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7

from tests.servers import http_server
from tests.servers.odd_http import Asked, odd_camera, whole
from tests.servers.playlists import cut_into_seconds
from tests.support.videos import bar_of, bar_pictures, sound_alone, write_video
from webapp.domain.cameras.cameras import CameraAddress
from webapp.vision.sources import SourceLimits, make_source

_HEAD = "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:1\n"
_PLAYLIST, _PART = "application/vnd.apple.mpegurl", "video/mp2t"
_KEY = bytes(range(16))
Pages = dict[str, tuple[str, bytes]]


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("film")
    return write_video(folder / "2s.mp4", bar_pictures(16), fps=8, g="8", keyint_min="8", bf="0")


@pytest.fixture(scope="module")
def parts(film: Path) -> list[bytes]:
    """Two parts of a second."""
    return cut_into_seconds(film, film.parent)


def playlist(lines: str) -> tuple[str, bytes]:
    return _PLAYLIST, f"{_HEAD}{lines}#EXT-X-ENDLIST\n".encode()


def listed(names: list[str]) -> str:
    return "".join(f"#EXTINF:1.0,\n{name}\n" for name in names)


def plain(parts: list[bytes]) -> Pages:
    names = [f"{number}.ts" for number in range(len(parts))]
    bodies = {f"/{name}": (_PART, part) for name, part in zip(names, parts, strict=True)}
    return {**bodies, "/v.m3u8": playlist(listed(names))}


def ranges(parts: list[bytes], _film: Path) -> Pages:
    lines, first = "", 0
    for part in parts:
        lines += f"#EXTINF:1.0,\n#EXT-X-BYTERANGE:{len(part)}@{first}\nall.ts\n"
        first += len(part)
    return {"/all.ts": (_PART, b"".join(parts)), "/v.m3u8": playlist(lines)}


def mp4(_parts: list[bytes], film: Path) -> Pages:
    options = {"hls_time": "1", "hls_segment_type": "fmp4", "hls_playlist_type": "vod"}
    folder = film.parent / "mp4"
    folder.mkdir()
    with av.open(str(film)) as source, av.open(str(folder / "v.m3u8"), "w", format="hls", options=options) as cut:
        stream = source.streams.video[0]
        target = cut.add_stream_from_template(stream)
        for packet in [one for one in source.demux(stream) if one.size]:
            packet.stream = target
            cut.mux(packet)
    pages = {f"/{path.name}": ("video/mp4", path.read_bytes()) for path in folder.iterdir()}
    return {**pages, "/v.m3u8": (_PLAYLIST, pages["/v.m3u8"][1])}


def encrypted(parts: list[bytes], _film: Path) -> Pages:
    pages = plain([sealed(part, number) for number, part in enumerate(parts)])
    key_line = '#EXT-X-KEY:METHOD=AES-128,URI="key?token=1"\n'
    names = listed([f"{number}.ts" for number in range(len(parts))])
    return {**pages, "/key?token=1": ("application/octet-stream", _KEY), "/v.m3u8": playlist(key_line + names)}


def sealed(part: bytes, number: int) -> bytes:
    pad, lock = PKCS7(128).padder(), Cipher(algorithms.AES(_KEY), modes.CBC(number.to_bytes(16, "big"))).encryptor()
    return lock.update(pad.update(part) + pad.finalize()) + lock.finalize()


def sound_apart(parts: list[bytes], film: Path) -> Pages:
    sound = sound_alone(film.with_name("sound.ts")).read_bytes()
    return {**plain(parts), "/a.m3u8": playlist(listed(["a.ts"])), "/a.ts": (_PART, sound), "/m.m3u8": with_sound()}


def sound_missing(parts: list[bytes], _film: Path) -> Pages:
    return {**plain(parts), "/m.m3u8": with_sound()}


def with_sound() -> tuple[str, bytes]:
    lines = '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="s",NAME="de",DEFAULT=YES,URI="a.m3u8"\n'
    return _PLAYLIST, f'#EXTM3U\n{lines}#EXT-X-STREAM-INF:BANDWIDTH=9000,AUDIO="s"\nv.m3u8\n'.encode()


def first_variant_gone(parts: list[bytes], _film: Path) -> Pages:
    named = "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=9000\ngone.m3u8\n#EXT-X-STREAM-INF:BANDWIDTH=800\nv.m3u8\n"
    return {**plain(parts), "/m.m3u8": (_PLAYLIST, named.encode())}


@pytest.mark.parametrize("kind", [ranges, mp4, encrypted, sound_apart, sound_missing, first_variant_gone])
def test_it_plays_to_its_end(kind: Callable[[list[bytes], Path], Pages], parts: list[bytes], film: Path) -> None:
    pages = kind(parts, film)
    with http_server(pages) as root:
        assert bars_of(CameraAddress(f"{root}/{'m' if '/m.m3u8' in pages else 'v'}.m3u8")) == list(range(16))


def bars_of(address: CameraAddress) -> list[int]:
    with closing(make_source(address, SourceLimits())) as source:
        source.open()
        return [round(bar_of(source.read().image_bgr) * 16) for _ in range(16)]


def test_a_cookie_of_the_playlist_is_brought_back_with_the_parts(parts: list[bytes]) -> None:
    pages = plain(parts)

    def answers(asked: Asked) -> Iterator[bytes]:
        kind, body = pages[asked.path]
        if asked.path == "/v.m3u8":
            yield whole(body, "Set-Cookie: sid=42; Path=/", kind=kind)
        elif "sid=42" in asked.headers.get("cookie", ""):
            yield whole(body, kind=kind)
        else:
            yield whole(b"", status="HTTP/1.1 403 Forbidden")

    with odd_camera(answers) as camera:
        assert bars_of(CameraAddress(f"{camera.root}/v.m3u8")) == list(range(16))


@pytest.mark.security
@pytest.mark.parametrize(
    "asks_for", ['Basic realm="c"', 'Digest realm="c", nonce="n"', 'Digest realm="c", nonce="n", algorithm=SHA-256']
)
def test_parts_on_another_host_get_neither_the_password_nor_cookies(asks_for: str, parts: list[bytes]) -> None:
    pages = plain(parts)

    def answers(asked: Asked) -> Iterator[bytes]:
        if "authorization" not in asked.headers:
            yield whole(b"", f"WWW-Authenticate: {asks_for}", status="HTTP/1.1 401 Unauthorized")
        elif asked.path == "/v.m3u8":
            yield whole(pages["/v.m3u8"][1], "Set-Cookie: sid=42; Path=/", kind=_PLAYLIST)
        else:
            yield whole(b"", f"Location: {other.root}{asked.path}", status="HTTP/1.1 302 Found")

    with (
        odd_camera(lambda asked: [whole(pages[asked.path][1], kind=_PART)], host="127.0.0.2") as other,
        odd_camera(answers) as camera,
    ):
        assert bars_of(CameraAddress(f"{camera.root}/v.m3u8", "viewer", "Geh3im")) == list(range(16))
    assert len(other.asked) == len(parts)
    assert not any({"authorization", "cookie"} & set(asked.headers) for asked in other.asked)
