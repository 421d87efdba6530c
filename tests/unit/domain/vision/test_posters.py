"""A face at which nothing moves is taken for a poster's, and a person never is."""

from datetime import timedelta

from tests.support.clocks import START
from webapp.domain.vision.motion import CELLS, MotionGrid
from webapp.domain.vision.posters import Posters

FACE, SIZE = (100.0, 100.0, 180.0, 180.0), (1280, 720)
NOTHING, EVERYTHING = MotionGrid(0, 99.0), MotionGrid(2**CELLS - 1, 0.0)


def watched(posters: Posters, motion_at: dict[int, MotionGrid | None], seconds: int = 200) -> list[int]:
    """Return in which seconds the face counts as a poster's; nothing moves but where it is said."""
    found = []
    for second in range(seconds):
        posters.note({1: FACE}, motion_at.get(second, NOTHING), SIZE, START + timedelta(seconds=second))
        found += [second] if posters.is_poster(1) else []
    return found


def test_nothing_has_to_move_for_two_minutes() -> None:
    assert watched(Posters(), {}) == list(range(120, 200))


def test_who_moves_now_and_then_is_no_poster() -> None:
    assert watched(Posters(), {60: EVERYTHING, 140: EVERYTHING}) == []


def test_a_poster_before_which_somebody_passes_is_a_face_again() -> None:
    assert watched(Posters(), {150: EVERYTHING}) == list(range(120, 150))


def test_motion_elsewhere_does_not_matter() -> None:
    elsewhere = MotionGrid.of([False] * (CELLS - 1) + [True], 0.0)
    assert watched(Posters(), dict.fromkeys(range(200), elsewhere)) == list(range(120, 200))


def test_without_knowledge_of_motion_nobody_is_a_poster() -> None:
    assert watched(Posters(), dict.fromkeys(range(200))) == []


def test_a_face_that_is_gone_is_forgotten() -> None:
    posters = Posters()
    watched(posters, {})
    assert posters.are_all({1})
    posters.note({}, NOTHING, SIZE, START + timedelta(seconds=200))
    assert not posters.is_poster(1)
    assert posters.are_all(set())
