"""Zones turn with the picture: what was covered stays covered."""

import numpy as np
import pytest

from webapp.domain.cameras.image_settings import TURNS_DEG, ImageSettings
from webapp.domain.cameras.zones import Zone, ZoneKind
from webapp.vision.pipeline.masking import apply_image_settings

ZONE = Zone(ZoneKind.PRIVACY, ((0.1, 0.2), (0.6, 0.25), (0.5, 0.9)))
WAYS = [(turn, mirrored) for turn in TURNS_DEG for mirrored in (False, True)]


@pytest.mark.parametrize("before", WAYS)
@pytest.mark.parametrize("after", WAYS)
def test_the_same_things_are_covered_after_the_picture_is_turned(before, after):
    first = ImageSettings(before[0], before[1], (ZONE,))
    second = first.turned(after[0], is_mirrored=after[1])
    picture = np.full((80, 120, 3), 200, np.uint8)
    as_covered_before = apply_image_settings(picture.copy(), first)
    # Undone by turning further: from the one picture to the other without zones.
    bare = ImageSettings().turned(after[0], is_mirrored=after[1])
    undone = as_covered_before[:, ::-1] if before[1] else as_covered_before
    undone = np.rot90(undone, before[0] // 90)
    expected = apply_image_settings(np.ascontiguousarray(undone), bare)
    assert (apply_image_settings(picture.copy(), second) != expected).mean() < 0.02  # But for pixels at the edge.
    assert second.turned(before[0], is_mirrored=before[1]) == first


def test_a_fingerprint_tells_framings_apart():
    image_settings_seen = [ImageSettings(), ImageSettings(90), ImageSettings(0, True), ImageSettings(zones=(ZONE,))]
    assert len({image_settings.fingerprint for image_settings in image_settings_seen}) == 4
    assert ImageSettings.from_dict(image_settings_seen[3].as_dict()).fingerprint == image_settings_seen[3].fingerprint
