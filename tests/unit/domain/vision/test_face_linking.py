from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.clocks import START
from webapp.domain.vision.face_linking import LostTrack, Sighting, likeness, link_to_lost

BOX = (100.0, 100.0, 150.0, 150.0)
LOST = LostTrack(4, Sighting(START, BOX))


def thumbnail(seed: int) -> np.ndarray:
    pixels = np.random.default_rng(seed).normal(size=64).astype(np.float32)
    centred = pixels - pixels.mean()
    return centred / np.linalg.norm(centred)


def appears(seconds: float, box=BOX, thumbnails=()) -> Sighting:
    return Sighting(START + timedelta(seconds=seconds), box, tuple(thumbnails))


def linked(first: Sighting, *lost: LostTrack):
    return link_to_lost(first, lost or (LOST,), max_missing_s=3.0)


def test_a_face_that_is_back_at_its_place_within_the_time_is_the_same():
    link = linked(appears(2, (110, 105, 160, 155)))
    assert (link.track_id, link.missing_s, link.size_ratio, link.likeness) == (4, 2.0, 1.0, None)
    assert link.moved_widths == pytest.approx(np.hypot(10, 5) / 50)


@pytest.mark.parametrize(
    "first",
    [
        appears(3.1),
        appears(0.0),  # Both were there at once.
        appears(1, (160, 100, 210, 150)),  # More than a face's width away.
        appears(1, (90, 90, 174, 174)),  # Much larger.
    ],
)
def test_too_late_too_far_or_of_another_size_is_somebody_else(first):
    assert linked(first) is None


def test_a_face_at_the_same_place_that_looks_different_is_somebody_else():
    lost = LostTrack(4, Sighting(START, BOX, (thumbnail(1), thumbnail(2))))
    assert linked(appears(1, thumbnails=[thumbnail(3)]), lost) is None
    assert linked(appears(1, thumbnails=[thumbnail(3), thumbnail(2)]), lost).likeness == pytest.approx(1.0)


def test_of_several_the_most_similar_one_is_found_again():
    lost = [LostTrack(n, Sighting(START, BOX, (thumbnail(n),))) for n in (1, 2, 3)]
    nearly = thumbnail(2) + 0.3 * thumbnail(9)
    assert linked(appears(1, thumbnails=[nearly / np.linalg.norm(nearly)]), *lost).track_id == 2


def test_without_views_nothing_is_said_of_likeness():
    assert likeness((), (thumbnail(1),)) is None


def test_nobody_is_linked_where_the_time_is_zero():
    assert link_to_lost(appears(0.01), [LOST], max_missing_s=0.0) is None


@given(st.floats(0.01, 10), st.floats(-200, 200), st.floats(10, 200))
def test_every_link_keeps_to_its_limits(seconds, moved_px, side_px):
    link = linked(appears(seconds, (100 + moved_px, 100, 100 + moved_px + side_px, 100 + side_px)))
    if link:
        assert (0 < link.missing_s <= 3, link.moved_widths <= 1, 1 <= link.size_ratio <= 1.6) == (True, True, True)
