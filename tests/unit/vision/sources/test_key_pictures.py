"""Which packets are decoded while key pictures are enough; packets are made up, `test_decoding_less` has real ones."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import pytest

from webapp.vision.sources.streams.key_pictures import KeyPictures


@dataclass
class MadeUpPacket:
    pts: int | None
    size: int = 1000
    is_keyframe: bool = False
    dts: int | None = None
    time_base: Fraction | None = Fraction(1, 25)


def stream(frames: int, *, every: int = 25, sizes: dict[int, int] | None = None) -> list[Any]:
    """Return packets of a camera with a key picture every so many."""
    keys = range(0, frames, every)
    return [MadeUpPacket(number, (sizes or {}).get(number, 1000), number in keys) for number in range(frames)]


def decoded(packets: list[Any], *, enough_from: int = 0, enough_to: int = 10_000) -> list[list[int]]:
    """Return which packets are decoded at each that comes."""
    keys = KeyPictures()
    return [
        [one.pts for one in keys.due(packet, are_enough=enough_from <= number < enough_to)]
        for number, packet in enumerate(packets)
    ]


def test_while_all_are_wanted_each_is_decoded_as_it_comes() -> None:
    assert decoded(stream(80), enough_from=1000) == [[number] for number in range(80)]


def test_once_it_is_known_how_often_key_pictures_come_they_alone_are_decoded() -> None:
    due = decoded(stream(100))
    assert due[:26] == [[number] for number in range(26)]
    assert [one for one in due[26:] if one] == [[50], [75]]


def test_when_all_are_wanted_again_what_was_held_back_is_decoded_first() -> None:
    due = decoded(stream(100), enough_to=60)
    assert [one for one in due[26:60] if one] == [[50]]
    assert due[60] == list(range(51, 61))
    assert due[61:] == [[number] for number in range(61, 100)]


def test_where_something_changes_it_is_decoded_at_once_with_what_it_needs() -> None:
    due = decoded(stream(100, sizes={57: 4000, 58: 1100}))
    assert due[57] == list(range(51, 58))
    assert due[58] == []


def test_what_is_always_large_is_no_change() -> None:
    restless = dict.fromkeys(range(26, 200), 9000)
    due = decoded(stream(200, sizes=restless))
    assert [one for one in due[100:] if one] == [[100], [125], [150], [175]]


@pytest.mark.parametrize("every", [64, 250])
def test_key_pictures_that_come_too_seldom_are_not_enough(every: int) -> None:
    assert decoded(stream(600, every=every)) == [[number] for number in range(600)]


def test_one_that_does_not_come_in_time_is_waited_for_no_longer() -> None:
    late = stream(150)
    late[75].is_keyframe = late[100].is_keyframe = False
    due = decoded(late)
    waited_until = next(number for number in range(76, 100) if due[number])
    assert waited_until <= 50 + 25 + 8
    assert due[waited_until] == list(range(51, waited_until + 1))
    assert due[waited_until + 1 : 125] == [[number] for number in range(waited_until + 1, 125)]


def test_no_more_is_held_back_than_fits() -> None:
    large = [MadeUpPacket(number, 900_000, number % 25 == 0) for number in range(100)]
    due = decoded(large)
    assert max(map(len, due)) == 9


def test_what_has_no_time_is_decoded() -> None:
    timeless = [MadeUpPacket(None, is_keyframe=number % 25 == 0) for number in range(60)]
    assert all(decoded(timeless))


def test_the_end_of_a_stream_is_no_picture() -> None:
    keys = KeyPictures()
    for packet in stream(40):
        keys.due(packet, are_enough=True)
    end: Any = MadeUpPacket(None, size=0)
    assert list(keys.due(end, are_enough=True)) == [end]
