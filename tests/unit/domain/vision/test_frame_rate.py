"""Frames a second are counted, not averaged from one frame to the next."""

import pytest

from webapp.domain.vision.frame_rate import WINDOW_S, FrameRate


def rate_of(times_s: list[float]) -> float:
    rate = FrameRate()
    return [rate.count(number + 1, at_s) for number, at_s in enumerate(times_s)][-1]


def test_frames_that_come_in_pairs_count_as_many_as_they_are():
    evenly = [number / 12 for number in range(120)]
    # Of each two the second follows at once: a mean of the momentary rates would say 30 and more.
    in_pairs = [number // 2 / 6 + number % 2 * 0.02 for number in range(120)]
    assert rate_of(evenly) == pytest.approx(12.0, abs=0.1)
    assert rate_of(in_pairs) == pytest.approx(12.0, abs=0.3)


def test_it_follows_what_happens_within_its_window():
    fast = [number / 25 for number in range(250)]
    slow = [fast[-1] + (number + 1) / 4 for number in range(int(WINDOW_S * 4) + 1)]
    assert rate_of(fast + slow) == pytest.approx(4.0, abs=0.3)


def test_after_a_pause_the_pause_counts():
    assert rate_of([0.0, 0.1, 60.1]) == pytest.approx(1 / 60)


def test_one_frame_is_no_rate_yet():
    assert rate_of([5.0]) == 0.0
    assert rate_of([5.0, 5.0]) == 0.0


def test_several_frames_at_once_count_all():
    rate = FrameRate()
    assert [rate.count(total, at_s) for total, at_s in ((10, 0.0), (34, 2.0))] == [0.0, 12.0]
