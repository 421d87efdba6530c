"""Faces go to train or test by person and time, never picture by picture."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.errors import InputInvalid
from webapp.vision.dataset.capture_sessions import (
    PAUSE_S,
    PHOTO_GAP_S,
    STRETCH_S,
    CaptureSession,
    CollectionSplit,
    choose_split,
    group_by_gap,
    short_name,
    stretch_at,
)

BEGIN = datetime(2026, 3, 1, 12, tzinfo=UTC)
TRAIN, TEST = CollectionSplit.TRAIN, CollectionSplit.TEST


def session(at_s: float = 0.0, *, seconds: float = 10.0, person: str = "", emotion: str = "angry", source: str = "a"):
    begun_at = BEGIN + timedelta(seconds=at_s)
    return CaptureSession(source, person, emotion, begun_at, begun_at + timedelta(seconds=seconds))


def place(sessions: list[CaptureSession]) -> list[CollectionSplit]:
    known: list[tuple[CaptureSession, CollectionSplit]] = []
    for one in sessions:
        known.append((one, choose_split(one, known)))
    return [split for _, split in known]


def test_of_ten_persons_two_go_to_test_the_second_of_each_five() -> None:
    splits = place([session(person=f"p{number}") for number in range(10)])

    assert [number for number, split in enumerate(splits) if split is TEST] == [1, 6]


@given(st.lists(st.tuples(st.sampled_from("abcdefgh"), st.sampled_from(["angry", "happy"]), st.integers(0, 10**6))))
def test_no_person_is_ever_in_both_splits(shown: list[tuple[str, str, int]]) -> None:
    sessions = [session(at_s, person=person, emotion=emotion) for person, emotion, at_s in shown]

    placed = {(one.person, split) for one, split in zip(sessions, place(sessions), strict=True)}

    assert len(placed) == len({one.person for one in sessions})


def test_where_nobody_is_named_the_second_stretch_of_each_emotion_goes_to_test() -> None:
    stretches = [session(1000.0 * number, emotion=emotion) for number in range(3) for emotion in ("angry", "happy")]

    # The two of one number are at the same time, so the later one follows the earlier one.
    assert place(stretches) == [TRAIN, TRAIN, TEST, TEST, TRAIN, TRAIN]


@pytest.mark.parametrize(("pause_s", "expected"), [(-5.0, TRAIN), (PAUSE_S - 0.1, TRAIN), (PAUSE_S, TEST)])
def test_an_unnamed_stretch_follows_its_neighbour_unless_a_pause_lies_between(
    pause_s: float, expected: CollectionSplit
) -> None:
    assert place([session(0.0, seconds=10.0), session(10.0 + pause_s)])[1] is expected


def test_stretches_of_different_sources_are_no_neighbours() -> None:
    assert place([session(source="a"), session(source="b")]) == [TRAIN, TEST]


def test_named_persons_do_not_take_the_turns_of_unnamed_stretches() -> None:
    assert place([session(person="kim"), session(1000.0), session(2000.0)]) == [TRAIN, TRAIN, TEST]


@given(st.floats(0, 10_000), st.floats(0, 10_000))
def test_two_times_of_different_stretches_are_a_pause_apart(one_s: float, other_s: float) -> None:
    one, other = stretch_at(one_s), stretch_at(other_s)

    if one is not None and other is not None and one != other:
        assert abs(one_s - other_s) > PAUSE_S - 1e-6
    if one is not None and one == other:
        assert abs(one_s - other_s) < STRETCH_S


def test_photos_are_grouped_where_much_time_lies_between() -> None:
    seconds = [0, PHOTO_GAP_S, 2 * PHOTO_GAP_S + 1, 2 * PHOTO_GAP_S + 2]

    assert group_by_gap([BEGIN + timedelta(seconds=second) for second in seconds]) == [0, 0, 1, 1]
    assert group_by_gap([]) == []


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("Kim", "kim"),
        ("Ann-Marie  O'Neil", "ann-marie-o-neil"),
        ("../../etc", "etc"),
        ("王芳", "王芳"),
        ("a" * 99, "a" * 40),
    ],
)
def test_a_name_becomes_a_safe_part_of_a_file_name(name: str, short: str) -> None:
    assert short_name(name) == short


@given(st.text())
def test_whatever_is_typed_no_name_leaves_its_folder(name: str) -> None:
    try:
        short = short_name(name)
    except InputInvalid:
        return
    assert short
    assert all(letter.isalnum() or letter == "-" for letter in short)
