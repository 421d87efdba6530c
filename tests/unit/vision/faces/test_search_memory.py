"""What the searches of one camera remember."""

import numpy as np

from webapp.domain.vision.frames import ImageGray
from webapp.domain.vision.motion import CELLS, MotionGrid
from webapp.domain.vision.scans import Scan
from webapp.vision.faces.search_memory import SearchMemory

PART = (0, 0, 720, 720)
BOX = np.asarray([100, 100, 180, 180], np.float32)
RNG = np.random.default_rng(1)
WALL: ImageGray = RNG.integers(0, 256, (720, 1280), np.uint8)


def noisy(image_gray: ImageGray) -> ImageGray:
    noise = RNG.normal(0, 2.5, image_gray.shape)
    return np.asarray(np.clip(image_gray + noise, 0, 255), np.uint8)


def searches_until_asked_again(image_gray: ImageGray) -> int:
    memory = SearchMemory()
    memory.begin(PART)
    memory.refuse(PART, BOX, 0.2, WALL)
    searches = 0
    while memory.is_refused(PART, BOX + 5, 0.25, noisy(image_gray)):
        memory.begin(PART)
        searches += 1
    return searches


def test_what_was_refused_and_looks_the_same_is_not_asked_about_again_until_many_searches_later():
    assert 50 <= searches_until_asked_again(WALL) <= 70


def test_what_does_not_look_the_same_any_more_is_asked_about_soon():
    moved = np.roll(WALL, 3, axis=0)  # As a face that nods: by 4 % of its width.
    assert 3 <= searches_until_asked_again(moved) <= 5


def test_a_surer_proposal_another_place_and_another_part_are_asked_about():
    memory = SearchMemory()
    memory.refuse(PART, BOX, 0.2, WALL)
    assert not memory.is_refused(PART, BOX, 0.35, WALL)
    assert not memory.is_refused(PART, BOX + 40, 0.2, WALL)
    assert not memory.is_refused((560, 0, 1280, 720), BOX, 0.2, WALL)
    assert memory.is_refused(PART, BOX, 0.2, WALL)


def test_a_proposal_outside_the_picture_is_remembered_too():
    memory, outside = SearchMemory(), np.asarray([-90, -90, -10, -10], np.float32)
    memory.refuse(PART, outside, 0.2, WALL)
    assert memory.is_refused(PART, outside, 0.2, WALL)


NOBODY = np.zeros((0, 4), np.float32)
EVERYTHING = MotionGrid(2**CELLS - 1, 0.0, changing=2**CELLS - 1)


def test_one_place_is_looked_at_closely_in_each_search_and_many_in_one_by_every_means():
    memory = SearchMemory(motion=EVERYTHING)
    assert [len(memory.take_regions(NOBODY, WALL.shape, Scan.PART)) for _ in range(4)] == [1, 1, 1, 1]
    assert len(memory.take_regions(NOBODY, WALL.shape, Scan.THOROUGH)) > 3


def test_where_nothing_moves_or_nothing_is_known_of_it_large_parts_alone_are_searched():
    for memory in (SearchMemory(), SearchMemory(motion=MotionGrid(0, 9.0))):
        assert [memory.take_regions(NOBODY, WALL.shape, Scan.PART) for _ in range(3)] == [[], [], []]


def test_a_place_is_still_where_nothing_has_moved_of_late():
    assert not SearchMemory().is_still(BOX, WALL.shape)
    assert not SearchMemory(motion=EVERYTHING).is_still(BOX, WALL.shape)
    assert SearchMemory(motion=MotionGrid(1, 0.0)).is_still(BOX, WALL.shape)
