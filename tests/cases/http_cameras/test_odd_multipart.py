"""Cameras whose stream of pictures is none by the book: all of them are read, picture by picture, without delay."""

import struct
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace

import cv2
import numpy as np
import pytest

from tests.servers.odd_http import Asked, in_time, number_of, odd_camera, picture, whole
from tests.support.patience import PATIENCE
from webapp.domain.cameras.cameras import CameraAddress
from webapp.errors import CameraEnded, CameraHasNoVideo, CameraPictureTooLarge
from webapp.vision.sources import Source, SourceLimits, make_source

COUNT = 16
LIMITS = SourceLimits(open_timeout_s=3.0, read_timeout_s=3.0)
MULTIPART = "multipart/x-mixed-replace; boundary=frame"
Part = Callable[[bytes], bytes]
Stream = Callable[[Iterator[bytes]], Iterator[bytes]]


def head(kind: str = MULTIPART, *headers: str, status: str = "HTTP/1.1 200 OK", end: str = "\r\n") -> bytes:
    typed = [f"Content-Type: {kind}"] if kind else []
    return end.join([status, *typed, *headers, "", ""]).encode()


def part(jpeg: bytes, *headers: str, boundary: str = "--frame", end: str = "\r\n") -> bytes:
    return end.join([boundary, *headers, "", ""]).encode() + jpeg + end.encode()


def usual(jpeg: bytes) -> bytes:
    return part(jpeg, "Content-Type: image/jpeg", f"Content-Length: {len(jpeg)}")


def of_parts(wrap: Part, first: bytes | None = None) -> Stream:
    """Return a stream of parts behind a head."""

    def stream(pictures: Iterator[bytes]) -> Iterator[bytes]:
        yield head() if first is None else first
        yield from map(wrap, pictures)

    return stream


def without_a_boundary_before_the_first(pictures: Iterator[bytes]) -> Iterator[bytes]:
    yield head()
    yield from (b"Content-Type: image/jpeg\r\n\r\n" + jpeg + b"\r\n--frame\r\n" for jpeg in pictures)


def with_stalls(pictures: Iterator[bytes]) -> Iterator[bytes]:
    yield head()
    for number, jpeg in enumerate(pictures):
        sent = usual(jpeg)
        yield sent[: len(sent) // 2]
        time.sleep(0.25 if number % 5 == 4 else 0)
        yield sent[len(sent) // 2 :]


def chunked(pictures: Iterator[bytes]) -> Iterator[bytes]:
    yield head(MULTIPART, "Transfer-Encoding: chunked")
    for jpeg in pictures:
        sent = usual(jpeg)
        for piece in (sent[:100], sent[100:]):
            yield f"{len(piece):x}\r\n".encode() + piece + b"\r\n"


def packed(encoding: str, bits: int) -> Stream:
    def stream(pictures: Iterator[bytes]) -> Iterator[bytes]:
        pack = zlib.compressobj(wbits=bits)
        yield head(MULTIPART, f"Content-Encoding: {encoding}")
        yield from (pack.compress(usual(jpeg)) + pack.flush(zlib.Z_SYNC_FLUSH) for jpeg in pictures)

    return stream


def byte_by_byte(pictures: Iterator[bytes]) -> Iterator[bytes]:
    for sent in of_parts(usual)(pictures):
        yield from (sent[at : at + 1] for at in range(len(sent)))


def with_thumbnail(jpeg: bytes) -> bytes:
    """Return a JPEG that holds another one, as cameras that write Exif do."""
    thumbnail = bytes(cv2.imencode(".jpg", np.full((48, 64, 3), 250, np.uint8))[1])
    said = b"Exif\0\0" + thumbnail
    return jpeg[:2] + b"\xff\xe1" + struct.pack(">H", len(said) + 2) + said + jpeg[2:]


def recoded(jpeg: bytes, *options: int) -> bytes:
    decoded = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_UNCHANGED)
    return bytes(cv2.imencode(".jpg", decoded, options)[1])


def grey(jpeg: bytes) -> bytes:
    decoded = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_GRAYSCALE)
    return bytes(cv2.imencode(".jpg", decoded)[1])


JPEG = "Content-Type: image/jpeg"
ODD: dict[str, Stream] = {
    "by the book": of_parts(usual),
    "no boundary before the first part": without_a_boundary_before_the_first,
    "parts of image/jpg": of_parts(lambda jpeg: part(jpeg, "Content-Type: image/jpg")),
    "parts without a type": of_parts(lambda jpeg: part(jpeg, f"Content-Length: {len(jpeg)}")),
    "parts without a header": of_parts(part),
    "parts of another type": of_parts(lambda jpeg: part(jpeg, "Content-Type: application/octet-stream")),
    "boundary without its dashes": of_parts(lambda jpeg: part(jpeg, JPEG, boundary="frame")),
    "boundary told with its dashes": of_parts(usual, head("multipart/x-mixed-replace;boundary=--frame")),
    "boundary with four dashes": of_parts(lambda jpeg: part(jpeg, JPEG, boundary="----frame")),
    "another boundary": of_parts(lambda jpeg: part(jpeg, JPEG, boundary="--other")),
    "quoted boundary": of_parts(usual, head('multipart/x-mixed-replace; boundary="frame"')),
    "boundary with blanks": of_parts(
        lambda jpeg: part(jpeg, JPEG, boundary="--my frame"), head('Multipart/X-Mixed-Replace ; boundary = "my frame"')
    ),
    "no boundary told": of_parts(usual, head("multipart/x-mixed-replace")),
    "multipart/mixed": of_parts(usual, head("multipart/mixed; boundary=frame")),
    "lengths too small": of_parts(lambda jpeg: part(jpeg, JPEG, "Content-Length: 7")),
    "lengths too large": of_parts(lambda jpeg: part(jpeg, JPEG, "Content-Length: 999999")),
    "lengths of zero": of_parts(lambda jpeg: part(jpeg, JPEG, "Content-Length: 0")),
    "lengths that are none": of_parts(lambda jpeg: part(jpeg, JPEG, "Content-Length: many")),
    "line feeds alone": of_parts(lambda jpeg: part(jpeg, JPEG, end="\n"), head(end="\n")),
    "nothing between, image/jpeg": of_parts(lambda jpeg: jpeg, head("image/jpeg")),
    "nothing between, octet stream": of_parts(lambda jpeg: jpeg, head("application/octet-stream")),
    "nothing between, multipart": of_parts(lambda jpeg: jpeg),
    "nothing between, no type": of_parts(lambda jpeg: jpeg, head("")),
    "nothing between, video/x-motion-jpeg": of_parts(lambda jpeg: jpeg, head("video/x-motion-jpeg")),
    "parts without a type of the whole": of_parts(usual, head("")),
    "parts in text/html": of_parts(usual, head("text/html")),
    "parts without a header in text/plain": of_parts(part, head("text/plain")),
    "parts with a length alone, no type": of_parts(lambda jpeg: part(jpeg, f"Content-Length: {len(jpeg)}"), head("")),
    "zeros between": of_parts(lambda jpeg: bytes(333) + usual(jpeg)),
    "a preamble": of_parts(usual, head() + b"This is a camera.\r\n\r\n"),
    "stalls of a quarter second": with_stalls,
    "chunked": chunked,
    "gzip": packed("gzip", 31),
    "deflate": packed("deflate", 15),
    "deflate without its header": packed("deflate", -15),
    "HTTP/1.0 without a length": of_parts(usual, head(status="HTTP/1.0 200 OK")),
    "a length of zero for all": of_parts(usual, head(MULTIPART, "Content-Length: 0")),
    "a small length for all": of_parts(usual, head(MULTIPART, "Content-Length: 1000")),
    "a status of ICY": of_parts(usual, head(status="ICY 200 OK")),
    "a status without a version": of_parts(usual, head(status="HTTP 200 OK")),
    "a status without words": of_parts(usual, head(status="HTTP/1.1 200")),
    "no status at all": of_parts(usual, b""),
    "continued first": of_parts(usual, b"HTTP/1.1 100 Continue\r\n\r\n" + head()),
    "byte by byte": byte_by_byte,
    "pictures without an end": of_parts(lambda jpeg: usual(jpeg[:-2])),
    "pictures with thumbnails": of_parts(lambda jpeg: usual(with_thumbnail(jpeg))),
    "progressive pictures": of_parts(lambda jpeg: usual(recoded(jpeg, cv2.IMWRITE_JPEG_PROGRESSIVE, 1))),
    "pictures with restarts": of_parts(lambda jpeg: usual(recoded(jpeg, cv2.IMWRITE_JPEG_RST_INTERVAL, 2))),
    "grey pictures": of_parts(lambda jpeg: usual(grey(jpeg))),
    "pictures padded to 32 bytes": of_parts(lambda jpeg: usual(jpeg + bytes(-len(jpeg) % 32))),
}


@pytest.mark.parametrize("oddity", ODD)
def test_an_odd_stream_of_pictures_is_read_whole_and_at_once(oddity: str) -> None:
    sent_s: list[float] = []

    def pictures() -> Iterator[bytes]:
        for jpeg in in_time(map(picture, range(COUNT + 2)), fps=50):
            sent_s.append(time.monotonic())
            yield jpeg

    with (
        odd_camera(lambda _asked: ODD[oddity](pictures())) as camera,
        closing(make_source(CameraAddress(f"{camera.root}/video"), LIMITS)) as source,
    ):
        opened = source.open()
        read = [(number_of(source.read().image_bgr), time.monotonic()) for _ in range(COUNT)]
    assert (opened.codec, opened.width_px, opened.height_px) == ("mjpeg", 160, 120)
    assert [number for number, _at_s in read] == list(range(COUNT))
    assert max(at_s - sent_s[number] for number, at_s in read[4:]) < 0.4 * PATIENCE
    assert len(camera.asked) == 1


def test_a_stream_of_png_is_read() -> None:
    def answers(_asked: Asked) -> Iterator[bytes]:
        yield head()
        yield from (part(png, "Content-Type: image/png") for png in in_time(picture(one, ".png") for one in range(9)))

    with (
        odd_camera(answers) as camera,
        closing(make_source(CameraAddress(f"{camera.root}/video"), LIMITS)) as source,
    ):
        assert source.open().codec == "png"
        assert [number_of(source.read().image_bgr) for _ in range(8)] == list(range(8))


@pytest.mark.parametrize("body", [b"", b"--frame\r\nContent-Type: video/h264\r\n\r\n" + bytes(range(1, 200)) * 3000])
def test_a_multipart_stream_without_pictures_is_not_said_to_be_at_a_wrong_path(body: bytes) -> None:
    with (
        odd_camera(lambda _asked: [head(), b"--frame\r\n", body]) as camera,
        closing(make_source(CameraAddress(f"{camera.root}/video"), LIMITS)) as source,
        pytest.raises(CameraHasNoVideo, match="The path is right, but no picture is found in the camera's multipart"),
    ):
        source.open()


def test_a_damaged_picture_is_passed_over() -> None:
    def answers(_asked: Asked) -> Iterator[bytes]:
        yield head()
        for number, jpeg in enumerate(in_time(map(picture, range(9)))):
            yield usual(jpeg if number % 4 != 1 else jpeg[:20] + bytes(60))

    read: list[int] = []

    def read_all(source: Source) -> None:
        while True:
            read.append(number_of(source.read().image_bgr))

    with (
        odd_camera(answers) as camera,
        closing(make_source(CameraAddress(f"{camera.root}/video"), LIMITS)) as source,
    ):
        source.open()
        with pytest.raises(CameraEnded):
            read_all(source)
    assert {0, 3, 4, 7, 8} <= set(read)


def test_a_page_is_still_said_to_be_at_a_wrong_path() -> None:
    page = whole(b"<html>Welcome</html>" * 50, kind="text/html")
    with (
        odd_camera(lambda _asked: [page]) as camera,
        closing(make_source(CameraAddress(f"{camera.root}/"), LIMITS)) as source,
        pytest.raises(CameraHasNoVideo, match="check the path"),
    ):
        source.open()


@pytest.mark.parametrize("ending", [".jpg", ".png", ".bmp"])
def test_a_picture_that_is_too_large_is_refused_by_its_size(ending: str) -> None:
    large = bytes(cv2.imencode(ending, np.zeros((1000, 1500, 3), np.uint8))[1])
    with (
        odd_camera(lambda _asked: [whole(large, kind="image/x")]) as camera,
        closing(make_source(CameraAddress(camera.root), replace(LIMITS, max_megapixels=1))) as source,
        pytest.raises(CameraPictureTooLarge, match="1500 × 1000 pixels"),
    ):
        source.open()


def test_wide_pictures_are_reduced() -> None:
    large = bytes(cv2.imencode(".jpg", np.zeros((600, 900, 3), np.uint8))[1])
    with (
        odd_camera(lambda _asked: [whole(large)]) as camera,
        closing(make_source(CameraAddress(camera.root), replace(LIMITS, max_width_px=300))) as source,
    ):
        opened = source.open()
        assert (opened.width_px, opened.height_px) == (300, 200)
        assert source.read().image_bgr.shape == (200, 300, 3)
