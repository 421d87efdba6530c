"""A minute of looks is remembered, not more."""

from datetime import timedelta

from tests.fakes.web import FakeLiveFrames, face
from tests.support.clocks import START
from webapp.services.dashboard.last_minute import LastMinutes


def noted(*seconds: float) -> LastMinutes:
    minutes, live = LastMinutes(), FakeLiveFrames()
    for second in seconds:
        minutes.note(live.show(1, b"", face(1), captured_at=START + timedelta(seconds=second)))
    return minutes


def test_frames_become_stretches() -> None:
    (stretch,) = noted(0, 0.5, 1.0).of(1, START + timedelta(seconds=1)).stretches
    assert (stretch.emotion, stretch.observations, stretch.ended_at) == ("neutral", 3, START + timedelta(seconds=1))


def test_a_fast_camera_is_looked_at_twice_a_second() -> None:
    (stretch,) = noted(*(number / 20 for number in range(41))).of(1, START + timedelta(seconds=2)).stretches
    assert stretch.observations <= 5


def test_nothing_is_kept_longer_than_a_minute() -> None:
    minutes = noted(*range(300))
    assert minutes.of(1, START + timedelta(seconds=60)).stretches == ()
    assert len(minutes.of(1, START + timedelta(seconds=299)).stretches) == 1


def test_a_clock_that_was_set_back_begins_anew() -> None:
    minutes = noted(100, 100.5, 10, 10.5, 11)
    assert minutes.of(1, START + timedelta(seconds=101)).gaps != ()
    (stretch,) = minutes.of(1, START + timedelta(seconds=11)).stretches
    assert stretch.began_at == START + timedelta(seconds=10.5)


def test_a_camera_that_is_not_known_has_only_a_gap() -> None:
    assert len(LastMinutes().of(7, START).gaps) == 1
