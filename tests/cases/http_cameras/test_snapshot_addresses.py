"""Cameras that answer with one picture: asked again and again, at a steady rate, and known for what they are."""

import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import count, pairwise

import pytest

from tests.servers.odd_http import Asked, number_of, odd_camera, picture, whole
from tests.support.patience import PATIENCE
from webapp.domain.cameras.cameras import CameraAddress, CameraKind, parse_camera_address
from webapp.errors import CameraError, CameraHasNoVideo, CameraTimedOut, CameraUnreachable
from webapp.vision.offline.probe import probe_camera
from webapp.vision.sources import SourceLimits, make_source
from webapp.vision.sources.network import host_and_port

LIMITS = SourceLimits(open_timeout_s=1.5, read_timeout_s=1.5, snapshot_fps=20.0)
Snapshot = Callable[[bytes], bytes]


def chunked(body: bytes) -> bytes:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\nTransfer-Encoding: chunked\r\n\r\n"
    pieces = (b"%x\r\n%s\r\n" % (len(piece), piece) for piece in (body[:50], body[50:]))
    return head + b"".join(pieces) + b"0\r\n\r\n"


def packed(body: bytes) -> bytes:
    pack = zlib.compressobj(wbits=31)
    return whole(pack.compress(body) + pack.flush(), "Content-Encoding: gzip")


def with_length(length: int) -> Snapshot:
    return lambda body: (
        f"HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\nContent-Length: {length}\r\n\r\n".encode() + body
    )


ODD: dict[str, tuple[Snapshot, bool, str]] = {
    "by the book": (whole, True, ".jpg"),
    "closing": (whole, False, ".jpg"),
    "image/jpg": (lambda body: whole(body, kind="image/jpg"), True, ".jpg"),
    "octet stream": (lambda body: whole(body, kind="application/octet-stream"), True, ".jpg"),
    "no type": (lambda body: whole(body, kind=""), True, ".jpg"),
    "text/plain": (lambda body: whole(body, kind="text/plain"), True, ".jpg"),
    "png": (lambda body: whole(body, kind="image/png"), True, ".png"),
    "bmp": (lambda body: whole(body, kind="image/bmp"), True, ".bmp"),
    "webp": (lambda body: whole(body, kind="image/webp"), True, ".webp"),
    "a jpeg called png": (lambda body: whole(body, kind="image/png"), True, ".jpg"),
    "chunked": (chunked, True, ".jpg"),
    "gzip": (packed, True, ".jpg"),
    "HTTP/1.0 without a length": (lambda body: b"HTTP/1.0 200 OK\r\n\r\n" + body, False, ".jpg"),
    "no head": (lambda body: body, False, ".jpg"),
    "a length too small": (with_length(100), False, ".jpg"),
    "a length too large": (with_length(99999), False, ".jpg"),
    "a picture without an end": (lambda body: whole(body[:-2]), True, ".jpg"),
}  # fmt: skip


@pytest.mark.parametrize("oddity", ODD)
def test_an_address_with_one_picture_is_asked_again_and_again(oddity: str) -> None:
    answer, keeps_alive, ending = ODD[oddity]
    numbers = count()

    def answers(asked: Asked) -> list[bytes]:
        asked.keeps_alive = keeps_alive
        return [answer(picture(next(numbers), ending))]

    with (
        odd_camera(answers) as camera,
        closing(make_source(CameraAddress(f"{camera.root}/snap"), LIMITS)) as source,
    ):
        opened = source.open()
        read = [number_of(source.read().image_bgr) for _ in range(8)]
    assert (opened.codec, opened.width_px, opened.fps) == ("single pictures", 160, 20.0)
    assert read == list(range(8))
    assert camera.connections == (1 if keeps_alive else len(camera.asked))


def test_the_probe_tells_what_kind_of_camera_it_is() -> None:
    with odd_camera(lambda _asked: [whole(picture(1))]) as camera:
        report = probe_camera(parse_camera_address(f"{camera.root}/snap.jpg"), limits=LIMITS)
    assert (report.codec, report.width_px, report.height_px, report.fps) == ("single pictures", 160, 120, 20.0)


@pytest.mark.alone
def test_single_pictures_come_at_a_steady_rate_and_slow_answers_do_not_pile_up() -> None:
    numbers = count()

    def answers(asked: Asked) -> Iterator[bytes]:
        asked.keeps_alive = True
        number = next(numbers)
        time.sleep(0.5 if number == 4 else 0.01)
        yield whole(picture(number))

    limits = SourceLimits(read_timeout_s=3.0, snapshot_fps=10.0)
    with odd_camera(answers) as camera, closing(make_source(CameraAddress(f"{camera.root}/s"), limits)) as source:
        source.open()
        times_s = [(source.read(), time.monotonic())[1] for _ in range(12)]
    gaps_s = [after - before for before, after in pairwise(times_s)]
    assert all(0.05 < gap_s < 0.2 * PATIENCE for gap_s in gaps_s[5:])
    assert times_s[-1] - times_s[5] > 0.55, "the slow answer is not made up for by a burst"
    assert len(camera.asked) <= 13


def test_a_picture_that_stays_the_same_is_no_new_one() -> None:
    def answers(asked: Asked) -> list[bytes]:
        asked.keeps_alive = True
        return [whole(picture(len(camera.asked) // 10))]

    with odd_camera(answers) as camera, closing(make_source(CameraAddress(f"{camera.root}/s"), LIMITS)) as source:
        source.open()
        read = [number_of(source.read().image_bgr) for _ in range(4)]
        assert (read, source.received) == ([0, 1, 2, 3], 4)


def test_a_camera_whose_picture_never_changes_is_still_there() -> None:
    with (
        odd_camera(lambda _asked: [whole(picture(3))]) as camera,
        closing(make_source(CameraAddress(f"{camera.root}/s"), LIMITS)) as source,
    ):
        source.open()
        began_s = time.monotonic()
        assert [number_of(source.read().image_bgr) for _ in range(3)] == [3, 3, 3]
        assert source.received == 1
    assert 1.5 < time.monotonic() - began_s < 3.0 * PATIENCE


@pytest.mark.parametrize(
    "trouble", [b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n", b"", b"HTTP/1.1 200 OK\r\n\r\n"]
)
def test_an_answer_that_failed_once_is_asked_for_again_a_little_later(trouble: bytes) -> None:
    numbers = count()

    def answers(_asked: Asked) -> list[bytes]:
        number = next(numbers)
        return [trouble if number in (2, 3) else whole(picture(number))]

    with odd_camera(answers) as camera, closing(make_source(CameraAddress(f"{camera.root}/s"), LIMITS)) as source:
        source.open()
        assert [number_of(source.read().image_bgr) for _ in range(4)] == [0, 1, 4, 5]


@pytest.mark.parametrize(
    ("trouble", "expected", "words"),
    [
        (b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n", CameraUnreachable, "answers with an error"),
        (b"HTTP/1.1 404 Gone\r\nContent-Length: 0\r\n\r\n", CameraUnreachable, "nothing at this path"),
        (None, CameraTimedOut, "did not answer within"),
        (whole(b"<html>", kind="text/html"), CameraHasNoVideo, "is no picture: check the path"),
    ],
)
def test_a_camera_that_goes_on_failing_is_given_up_with_the_reason(
    trouble: bytes | None, expected: type[CameraError], words: str
) -> None:
    numbers = count()

    def answers(_asked: Asked) -> Iterator[bytes]:
        if next(numbers) == 0:
            yield whole(picture(0))
        elif trouble is None:
            time.sleep(5)
        else:
            yield trouble

    with odd_camera(answers) as camera, closing(make_source(CameraAddress(f"{camera.root}/s"), LIMITS)) as source:
        source.open()
        source.read()
        began_s = time.monotonic()
        with pytest.raises(expected, match=words):
            source.read()
    assert time.monotonic() - began_s < 5 * PATIENCE
    assert len(camera.asked) < 8, "it is asked with patience"


def test_a_camera_may_be_registered_as_one_of_single_pictures_whatever_else_it_sends() -> None:
    def answers(_asked: Asked) -> Iterator[bytes]:
        yield b"HTTP/1.1 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary=b\r\n\r\n"
        for number in count():
            yield b"--b\r\nContent-Type: image/jpeg\r\n\r\n" + picture(number)
            time.sleep(0.02)

    with odd_camera(answers) as camera:
        address = parse_camera_address(f"snapshot+{camera.root}/video")
        assert address.kind is CameraKind.SNAPSHOT
        with closing(make_source(address, LIMITS)) as source:
            assert source.open().codec == "single pictures"
            assert [number_of(source.read().image_bgr) for _ in range(1)] == [0]
        assert len(camera.asked) >= 1


def test_credentials_in_a_snapshot_address_move_to_their_own_fields() -> None:
    address = parse_camera_address("snapshot+http://admin:secret@192.0.2.7/snap.jpg?channel=1")
    assert (address.url, address.username, address.password) == (
        "snapshot+http://192.0.2.7/snap.jpg?channel=1", "admin", "secret",
    )  # fmt: skip


@pytest.mark.parametrize("end", [b"", b"\r\n--b--\r\n"])
def test_a_multipart_answer_that_ends_after_one_picture_is_asked_for_again(end: bytes) -> None:
    head, numbers = (
        b"HTTP/1.1 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary=b\r\n\r\n--b\r\n\r\n",
        count(),
    )

    def answers(asked: Asked) -> list[bytes]:
        asked.keeps_alive = False
        return [head + picture(next(numbers)) + end]

    with (
        odd_camera(answers) as camera,
        closing(make_source(CameraAddress(camera.root), LIMITS)) as source,
    ):
        source.open()
        assert [number_of(source.read().image_bgr) for _ in range(4)] == [0, 1, 2, 3]


@pytest.mark.parametrize(
    ("url", "port"),
    [("snapshot+http://h/s", 80), ("snapshot+https://h/s", 443), ("snapshot+http://h:81/s", 81), ("rtsp://h/s", 554)],
)
def test_the_port_of_a_camera_is_that_of_how_it_is_asked(url: str, port: int) -> None:
    assert host_and_port(url) == ("h", port)
