"""Pairing a screen: by a link that works once, for one camera, until it is taken back."""

import pytest

from webapp.domain.events import PUSHED_KINDS, EventKind
from webapp.errors import NotFound
from webapp.services.cameras.camera_settings import CameraForm

DAY_S = 24 * 3600


@pytest.fixture
def kiosks(use_cases):
    return use_cases.kiosks


@pytest.fixture
def camera_id(use_cases):
    return use_cases.cameras.add(CameraForm("Check-in", "kiosk:")).camera_id


def paired(kiosks, camera_id):
    return kiosks.pair(kiosks.make_link(camera_id, "root"), "Chrome on Android")


def test_a_paired_screen_is_known_by_its_secret(kiosks, camera_id):
    found = kiosks.find(paired(kiosks, camera_id))
    assert (found.camera.name, found.kiosk.device, found.kiosk.shows_self) == ("Check-in", "Chrome on Android", False)
    assert kiosks.find("another secret") is None


def test_a_link_pairs_one_screen_and_then_none(kiosks, camera_id):
    code = kiosks.make_link(camera_id, "root")
    kiosks.pair(code)
    with pytest.raises(NotFound, match="Ask an admin for a new one"):
        kiosks.pair(code)


def test_a_link_works_for_half_an_hour(kiosks, camera_id, clock):
    code = kiosks.make_link(camera_id, "root")
    clock.advance(30 * 60)
    with pytest.raises(NotFound):
        kiosks.pair(code)


def test_a_new_link_makes_the_one_before_void_and_a_new_screen_the_screen_before(kiosks, camera_id):
    old_code, first = kiosks.make_link(camera_id, "root"), paired(kiosks, camera_id)
    with pytest.raises(NotFound):
        kiosks.pair(old_code)
    second = paired(kiosks, camera_id)
    assert kiosks.find(first) is None
    assert kiosks.find(second) is not None


def test_what_is_taken_back_opens_nothing(kiosks, camera_id):
    secret, code = paired(kiosks, camera_id), kiosks.make_link(camera_id, "root")
    kiosks.unpair(camera_id, "root")
    assert kiosks.find(secret) is None
    with pytest.raises(NotFound):
        kiosks.pair(code)


def test_a_screen_that_was_away_for_a_month_has_to_be_paired_again(kiosks, camera_id, clock):
    secret = paired(kiosks, camera_id)
    for _ in range(3):
        clock.advance(20 * DAY_S)
        assert kiosks.find(secret) is not None
    clock.advance(30 * DAY_S)
    assert kiosks.find(secret) is None


def test_a_screen_goes_with_its_camera(use_cases, kiosks, camera_id):
    secret = paired(kiosks, camera_id)
    use_cases.cameras.remove(camera_id)
    assert kiosks.find(secret) is None


def test_a_camera_that_became_another_kind_takes_nothing_from_a_screen(use_cases, kiosks, camera_id):
    secret = paired(kiosks, camera_id)
    use_cases.cameras.change(camera_id, CameraForm("Check-in", "demo:"))
    assert kiosks.find(secret) is None
    with pytest.raises(NotFound):
        kiosks.make_link(camera_id, "root")


def test_whether_people_see_themselves_outlasts_a_pairing(kiosks, camera_id):
    kiosks.show_self(camera_id, True, "root")
    kiosks.unpair(camera_id, "root")
    assert kiosks.get(camera_id).kiosk.shows_self


def test_neither_code_nor_secret_is_stored_as_it_is(kiosks, camera_id, settings):
    code, secret = kiosks.make_link(camera_id, "root"), paired(kiosks, camera_id)
    stored = b"".join(path.read_bytes() for path in settings.data_dir.glob("amends.sqlite3*"))
    assert b"Chrome on Android" in stored
    assert code.encode() not in stored
    assert secret.encode() not in stored


def test_what_was_done_is_in_the_audit_trail_and_not_told_to_browsers(use_cases, kiosks, camera_id, unit_of_work):
    paired(kiosks, camera_id)
    kiosks.show_self(camera_id, True, "root")
    kiosks.unpair(camera_id, "root")
    with unit_of_work() as work:
        events = [event for event in work.events.after(0, limit=100) if event.kind.value.startswith("kiosk_")]
    assert [(event.kind, event.actor) for event in events] == [
        (EventKind.KIOSK_LINK_MADE, "root"),
        (EventKind.KIOSK_PAIRED, None),
        (EventKind.KIOSK_CHANGED, "root"),
        (EventKind.KIOSK_UNPAIRED, "root"),
    ]
    assert not {event.kind for event in events} & PUSHED_KINDS
