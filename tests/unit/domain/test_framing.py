"""Zones turn with the picture: what was covered stays covered."""

import numpy as np
import pytest

from webapp.domain.framing import TURNS_DEG, Framing
from webapp.domain.zones import Zone, ZoneKind
from webapp.vision.masking import framed

ZONE = Zone(ZoneKind.PRIVACY, ((0.1, 0.2), (0.6, 0.25), (0.5, 0.9)))
WAYS = [(turn, mirrored) for turn in TURNS_DEG for mirrored in (False, True)]


@pytest.mark.parametrize("before", WAYS)
@pytest.mark.parametrize("after", WAYS)
def test_the_same_things_are_covered_after_the_picture_is_turned(before, after):
    first = Framing(before[0], before[1], (ZONE,))
    second = first.turned(after[0], is_mirrored=after[1])
    picture = np.full((80, 120, 3), 200, np.uint8)
    as_covered_before = framed(picture.copy(), first)
    # Undone by turning further: from the one picture to the other without zones.
    bare = Framing().turned(after[0], is_mirrored=after[1])
    undone = as_covered_before[:, ::-1] if before[1] else as_covered_before
    undone = np.rot90(undone, before[0] // 90)
    expected = framed(np.ascontiguousarray(undone), bare)
    assert (framed(picture.copy(), second) != expected).mean() < 0.02  # But for pixels at the edge.
    assert second.turned(before[0], is_mirrored=before[1]) == first


def test_a_fingerprint_tells_framings_apart():
    framings = [Framing(), Framing(90), Framing(0, True), Framing(zones=(ZONE,))]
    assert len({framing.fingerprint for framing in framings}) == 4
    assert Framing.from_dict(framings[3].as_dict()).fingerprint == framings[3].fingerprint
