"""What comes through a socket before anybody handles it."""

import logging
import sys

import pytest

from webapp.web.live.packets import OnePicturePacket, unmasked, without_traceback_of_rubbish


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


def logged(error: Exception) -> logging.LogRecord:
    try:
        raise error
    except Exception:  # noqa: BLE001 - what a handler would log.
        return logging.LogRecord("engineio.server", logging.ERROR, "", 0, "message handler error", (), sys.exc_info())


def test_of_a_malformed_message_one_line_is_logged() -> None:
    record = logged(ValueError("Unknown packet type."))

    assert without_traceback_of_rubbish(record)
    assert logging.Formatter().format(record) == "message handler error: Unknown packet type."


def test_of_an_error_of_ours_the_traceback_is_kept() -> None:
    record = logged(KeyError("camera"))

    assert without_traceback_of_rubbish(record)
    assert "Traceback" in logging.Formatter().format(record)
