"""What the searches of one camera remember."""

import numpy as np

from webapp.vision.faces.search_memory import SearchMemory

PART = (0, 0, 720, 720)
BOX = np.asarray([100, 100, 180, 180], np.float32)


def test_what_was_refused_is_not_asked_about_again_until_many_searches_later():
    memory = SearchMemory()
    memory.begin(PART)
    memory.refuse(PART, BOX, 0.2)
    searches = 0
    while memory.is_refused(PART, BOX + 5, 0.25):
        memory.begin(PART)
        searches += 1
    assert 5 <= searches <= 20


def test_a_surer_proposal_another_place_and_another_part_are_asked_about():
    memory = SearchMemory()
    memory.refuse(PART, BOX, 0.2)
    assert not memory.is_refused(PART, BOX, 0.35)
    assert not memory.is_refused(PART, BOX + 40, 0.2)
    assert not memory.is_refused((560, 0, 1280, 720), BOX, 0.2)
    assert memory.is_refused(PART, BOX, 0.2)
