"""Which pictures somebody looks at, from web to vision."""

import struct

import pytest

from webapp.runtime.slots.asked_pictures import ASKED_FOR_S, AskedPictures, PictureAsking, asked_path
from webapp.services.dashboard.live_frames import PictureUse


class Clock:
    now_s = 1000.0

    def __call__(self):
        return self.now_s


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def asked(tmp_path, clock):
    return AskedPictures(asked_path(tmp_path, 3), clock)


def test_what_is_asked_for_is_wanted_for_some_seconds_and_no_longer(tmp_path, clock, asked):
    assert asked.uses() == []
    clock.now_s += 1
    PictureAsking(tmp_path, clock).ask(3, PictureUse.STREAM)
    assert asked.uses() == [PictureUse.STREAM]
    clock.now_s += ASKED_FOR_S - 0.1
    assert asked.uses() == [PictureUse.STREAM]
    clock.now_s += 0.2
    assert asked.uses() == []


def test_who_goes_on_looking_goes_on_being_shown(tmp_path, clock, asked):
    asking = PictureAsking(tmp_path, clock)
    for _ in range(40):
        asking.ask(3, PictureUse.TILE)
        assert asked.uses() == [PictureUse.TILE]
        clock.now_s += 0.5


def test_several_web_processes_do_not_hide_each_others_viewers(tmp_path, clock, asked):
    one, other = PictureAsking(tmp_path, clock), PictureAsking(tmp_path, clock)
    one.ask(3, PictureUse.STREAM)
    other.ask(3, PictureUse.TILE)
    clock.now_s += 3
    other.ask(3, PictureUse.STREAM)
    clock.now_s += 3
    assert asked.uses() == [PictureUse.STREAM]


def test_what_is_asked_of_one_camera_is_not_asked_of_another(tmp_path, clock, asked):
    PictureAsking(tmp_path, clock).ask(4, PictureUse.STREAM)
    assert asked.uses() == []


@pytest.mark.parametrize("left_behind", [b"", b"rubbish", struct.pack("<d", 1e9), struct.pack("<d", float("nan"))])
def test_what_is_left_of_before_the_machine_was_started_is_no_wish(tmp_path, clock, asked, left_behind):
    asked_path(tmp_path, 3).write_bytes(left_behind)
    assert asked.uses() == []
    clock.now_s += 1
    PictureAsking(tmp_path, clock).ask(3, PictureUse.STREAM)
    assert PictureUse.STREAM in asked.uses()


def test_asking_again_at_once_writes_nothing(tmp_path, clock):
    asking = PictureAsking(tmp_path, clock)
    asking.ask(3, PictureUse.STREAM)
    asked_path(tmp_path, 3).unlink()
    asking.ask(3, PictureUse.STREAM)
    assert not asked_path(tmp_path, 3).exists()


def test_where_it_cannot_be_written_nothing_is_asked(tmp_path, clock):
    PictureAsking(tmp_path / "away", clock).ask(3, PictureUse.STREAM)


def test_it_is_for_its_owner_only(tmp_path, clock):
    PictureAsking(tmp_path, clock).ask(3, PictureUse.STREAM)
    assert asked_path(tmp_path, 3).stat().st_mode & 0o777 == 0o600
