"""What a kiosk may send, and how much of it."""

import pytest

from webapp.domain.cameras.kiosks import FRAMES_PER_S, MAX_FRAME_BYTES, MAX_FRAMES_PER_S, FrameGate, check_frame
from webapp.errors import InputInvalid

JPEG = b"\xff\xd8\xff" + b"picture" + b"\xff\xd9"


def test_a_whole_jpeg_is_taken_as_it_is():
    assert check_frame(JPEG) is JPEG
    largest = JPEG[:-2] + b"x" * (MAX_FRAME_BYTES - len(JPEG)) + JPEG[-2:]
    assert check_frame(largest) is largest


@pytest.mark.parametrize(
    ("frame", "said"),
    [
        (JPEG[:-2] + b"x" * MAX_FRAME_BYTES + JPEG[-2:], "too large"),
        (b"", "not a whole JPEG"),
        (b"\x89PNG\r\n\x1a\n", "not a whole JPEG"),
        (JPEG[:-1], "not a whole JPEG"),
        ("a text", "as bytes"),
        (None, "as bytes"),
        ({"camera_id": 2, "jpeg": JPEG}, "as bytes"),
        ([JPEG], "as bytes"),
    ],
)
def test_anything_else_is_refused(frame, said):
    with pytest.raises(InputInvalid, match=said):
        check_frame(frame)


def test_what_the_page_sends_is_all_taken():
    gate = FrameGate()
    assert all(gate.admits(number / FRAMES_PER_S) for number in range(600))


def test_of_a_thousand_a_second_no_more_are_taken_than_may_be():
    gate = FrameGate()
    assert sum(gate.admits(number / 1000) for number in range(80)) <= 3 + 0.08 * MAX_FRAMES_PER_S


def test_a_flood_closes_the_gate_for_half_a_minute():
    gate = FrameGate()
    assert sum(gate.admits(number / 1000) for number in range(3000)) < 10
    assert gate.is_flooded(3.0)
    assert not gate.admits(25.0)
    assert not gate.is_flooded(35.0)
    assert gate.admits(35.0)
