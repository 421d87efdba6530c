"""Zones: which polygons are taken, and which faces lie in them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.domain.cameras.zones import MAX_ZONES, Zone, ZoneKind, is_hidden, parse_zones
from webapp.errors import InputInvalid

LEFT_HALF = ((0.0, 0.0), (0.5, 0.0), (0.5, 1.0), (0.0, 1.0))
# An L: its corner at the top right is not part of it.
HOLLOW = ((0.0, 0.0), (0.4, 0.0), (0.4, 0.6), (1.0, 0.6), (1.0, 1.0), (0.0, 1.0))
share = st.floats(0.0, 1.0)


def staff(points):
    return Zone(ZoneKind.STAFF, points)


@pytest.mark.parametrize(
    ("points", "words"),
    [
        (((0.1, 0.1), (0.2, 0.2)), "3 to 32 points, got 2"),
        (tuple((n / 40, (n / 40) ** 2) for n in range(33)), "got 33"),
        (((0.1, 0.1), (1.2, 0.1), (0.5, 0.5)), "within the picture"),
        (((0.1, 0.1), (0.5, 0.5), (0.9, 0.9)), "without area"),
        (((0.1, 0.1), (0.9, 0.9), (0.9, 0.1), (0.1, 0.8)), "cross each other"),
    ],
)
def test_what_is_no_polygon_of_the_picture_is_refused(points, words):
    with pytest.raises(InputInvalid, match=words):
        staff(points)


def test_a_zone_may_be_hollow_and_run_along_the_edges():
    zone = staff(HOLLOW)
    assert zone.contains((0.2, 0.3))
    assert zone.contains((0.7, 0.8))
    assert not zone.contains((0.7, 0.3))


@pytest.mark.parametrize(
    ("box", "hidden"),
    [
        ((0.1, 0.1, 0.3, 0.3), True),
        ((0.4, 0.1, 0.58, 0.3), True),  # Its centre is inside.
        ((0.42, 0.1, 0.6, 0.3), False),  # Four ninths of it are inside.
        ((0.7, 0.1, 0.9, 0.3), False),
    ],
)
def test_a_face_is_in_a_zone_by_its_centre_or_by_half_of_it(box, hidden):
    assert is_hidden([staff(LEFT_HALF)], box) is hidden


def test_two_zones_hide_together_what_neither_hides_alone():
    above = staff(((0.0, 0.0), (0.3, 0.0), (0.3, 1.0), (0.0, 1.0)))
    below = staff(((0.5, 0.0), (1.0, 0.0), (1.0, 1.0), (0.5, 1.0)))
    face = (0.2, 0.4, 0.6, 0.8)  # A quarter of it is in each, its centre in neither.
    assert not is_hidden([above], face)
    assert is_hidden([above, below], face)


def test_the_share_of_a_box_in_a_hollow_zone_is_exact():
    assert staff(HOLLOW).share_of((0.2, 0.4, 0.6, 0.8)) == pytest.approx(0.75)
    assert staff(HOLLOW).share_of((0.5, 0.1, 0.9, 0.5)) == pytest.approx(0.0)
    assert staff(LEFT_HALF).share_of((0.2, 0.2, 0.2, 0.4)) == 0.0


@given(left=share, top=share, width=st.floats(0.01, 0.5), height=st.floats(0.01, 0.5))
def test_a_share_is_never_outside_0_and_1(left, top, width, height):
    box = (left, top, left + width, top + height)
    assert -1e-9 <= staff(HOLLOW).share_of(box) <= 1 + 1e-9
    right = min(box[2], 0.5) - min(left, 0.5)
    visible = max(min(box[3], 1.0) - top, 0.0)
    assert staff(LEFT_HALF).share_of(box) == pytest.approx(right * visible / (width * height), abs=1e-6)


def test_zones_come_back_as_they_were_written():
    zones = (Zone(ZoneKind.PRIVACY, HOLLOW, "Till"), staff(LEFT_HALF))
    assert parse_zones([zone.as_dict() for zone in zones]) == zones


@pytest.mark.parametrize(
    "entries",
    [
        None, {}, "[]", [5], [{}], [{"kind": "else", "points": LEFT_HALF}], [{"kind": "staff", "points": 5}],
        [{"kind": "staff", "points": [[0, 0, 0]] * 3}], [{"kind": "staff", "points": [["0", "0"], ["1", "0"], [1, 1]]}],
        [{"kind": "staff", "points": [[float("nan"), 0], [1, 0], [1, 1]]}], [{"kind": [], "points": LEFT_HALF}],
        [{"kind": "staff", "points": LEFT_HALF}] * (MAX_ZONES + 1),
        [{"kind": "staff", "points": LEFT_HALF, "name": "x" * 41}],
    ],
)  # fmt: skip
def test_what_is_no_list_of_zones_is_refused(entries):
    with pytest.raises(InputInvalid):
        parse_zones(entries)
