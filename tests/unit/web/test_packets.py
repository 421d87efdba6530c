"""What comes through a socket before anybody handles it."""

import logging
import sys

import pytest

from webapp.web.live.event_tail import event_message
from webapp.web.live.packets import OnePicturePacket, RubbishLog, unmasked


@pytest.mark.parametrize("offset", range(5))
@pytest.mark.parametrize("length", [0, 1, 3, 4, 5, 1001])
def test_a_mask_is_undone_as_the_standard_says(length: int, offset: int) -> None:
    mask = bytes((0x37, 0xFA, 0x21, 0x3D))
    plain = bytes(number % 256 for number in range(length))
    masked = bytes(byte ^ mask[(offset + number) % 4] for number, byte in enumerate(plain))
    assert unmasked(masked, mask, offset) == plain


def test_an_event_brings_one_picture_and_no_heap_of_them() -> None:
    one = OnePicturePacket(encoded_packet='51-/kiosk,7["frame",{"_placeholder":true,"num":0}]')
    assert one.add_attachment(b"jpeg")
    assert one.data == ["frame", b"jpeg"]
    with pytest.raises(ValueError, match="1000000 were announced"):
        OnePicturePacket(encoded_packet='51000000-/kiosk,["frame"]')


@pytest.mark.security
@pytest.mark.parametrize(
    "text",
    [
        "", "2", "2{}", "2[]", "2[1]", "2[[]]", "3", '3"x"', "0[1]", "2" + "[" * 5000, "0" + '{"a":' * 5000, "x", "9[]["
        "2[" + "9" * 300_000 + "]", "21" + "9" * 200 + '["x"]',
        '2["connect"]', '2/dashboard,["disconnect"]', b"\xff", {}, None,
    ],
)  # fmt: skip
def test_what_no_page_of_ours_sends_is_malformed(text: object) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the words are for the log.
        OnePicturePacket(encoded_packet=text)


@pytest.mark.security
@pytest.mark.parametrize(
    "data", ['["frame",{"_placeholder":true,"num":"x"}]', '["frame",{"_placeholder":true,"num":7}]']
)
def test_a_byte_string_without_a_place_is_malformed(data: str) -> None:
    packet = OnePicturePacket(encoded_packet=f"51-/kiosk,{data}")
    with pytest.raises(ValueError, match="a place for its byte string"):
        packet.add_attachment(b"jpeg")


def logged(error: Exception) -> logging.LogRecord:
    try:
        raise error
    except Exception:  # noqa: BLE001 - what a handler would log.
        return logging.LogRecord("engineio.server", logging.ERROR, "", 0, "message handler error", (), sys.exc_info())


@pytest.mark.security
@pytest.mark.parametrize("error", [ValueError("Unknown packet type."), KeyError("x"), RecursionError("deep")])
def test_of_a_malformed_message_one_line_is_logged(error: Exception) -> None:
    record = logged(error)
    assert RubbishLog().filter(record)
    assert logging.Formatter().format(record) == f"message handler error: {error}"


@pytest.mark.security
def test_nobody_writes_lines_of_their_own_into_the_log() -> None:
    record = logged(ValueError("x\nERROR the disk is full" + 1000 * "!"))
    assert RubbishLog().filter(record)
    line = logging.Formatter().format(record)
    assert "\n" not in line
    assert len(line) <= 200


@pytest.mark.security
def test_however_much_rubbish_comes_the_log_stays_short() -> None:
    now_s = 0.0
    log = RubbishLog(10, lambda: now_s)
    assert sum(log.filter(logged(ValueError("x"))) for _ in range(500)) == 10
    now_s = 61.0
    assert log.filter(logged(ValueError("x")))


def test_of_an_error_of_ours_the_traceback_is_kept() -> None:
    record = logged(TypeError())
    try:
        event_message(None, "en")  # type: ignore[arg-type]
    except AttributeError:
        record.exc_info = sys.exc_info()
    assert RubbishLog().filter(record)
    assert "Traceback" in logging.Formatter().format(record)
