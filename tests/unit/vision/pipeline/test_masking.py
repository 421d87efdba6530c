"""Pictures are turned, mirrored and masked, down to the pixel."""

import numpy as np
import pytest

from tests.fakes.vision import detections
from webapp.domain.cameras.image_settings import ImageSettings
from webapp.domain.cameras.zones import Zone, ZoneKind
from webapp.errors import InputInvalid
from webapp.vision.pipeline.masking import apply_image_settings, coarsened, outside_zones

LEFT_THIRD = Zone(ZoneKind.PRIVACY, ((0.0, 0.0), (0.3, 0.0), (0.3, 1.0), (0.0, 1.0)))
TRIANGLE = Zone(ZoneKind.PRIVACY, ((0.0, 0.0), (1.0, 0.0), (0.0, 1.0)))


def noise(height_px=60, width_px=100):
    return np.random.default_rng(3).integers(1, 256, (height_px, width_px, 3), np.uint8)


def corner():
    """A picture whose top left corner alone is white."""
    picture = np.zeros((60, 100, 3), np.uint8)
    picture[:10, :10] = 255
    return picture


@pytest.mark.parametrize(
    ("image_settings", "where"),
    [
        (ImageSettings(), (0, 0)),
        (ImageSettings(90), (0, -1)),
        (ImageSettings(180), (-1, -1)),
        (ImageSettings(270), (-1, 0)),
        (ImageSettings(0, True), (0, -1)),
        (ImageSettings(90, True), (0, 0)),
    ],
)
def test_a_picture_is_turned_clockwise_and_then_mirrored(image_settings, where):
    picture = apply_image_settings(corner(), image_settings)
    assert picture.shape == ((100, 60, 3) if image_settings.turn_deg in (90, 270) else (60, 100, 3))
    assert picture[where].tolist() == [255, 255, 255]
    assert (picture > 0).sum() == 300


@pytest.mark.parametrize("turn_deg", [0, 90, 180, 270])
@pytest.mark.parametrize("mirrored", [False, True])
def test_a_privacy_zone_is_black_in_the_turned_picture_and_nothing_else_is(turn_deg, mirrored):
    picture = apply_image_settings(noise(), ImageSettings(turn_deg, mirrored, (LEFT_THIRD,)))
    covered = round(0.3 * (picture.shape[1] - 1)) + 1
    assert not picture[:, :covered].any()
    assert (picture[:, covered:].max(axis=2) > 0).all()


def test_a_privacy_zone_over_the_whole_picture_leaves_not_one_pixel():
    whole = Zone(ZoneKind.PRIVACY, ((0, 0), (1, 0), (1, 1), (0, 1)))
    assert not apply_image_settings(noise(), ImageSettings(zones=(whole,))).any()


def test_a_slanted_zone_covers_its_own_side_only():
    picture = apply_image_settings(noise(101, 101), ImageSettings(zones=(TRIANGLE,)))
    assert not picture[20, :79].any()
    assert (picture[80, 40:].max(axis=1) > 0).all()


def test_a_picture_that_nobody_may_write_to_is_masked_all_the_same():
    picture = noise()
    picture.flags.writeable = False
    assert not apply_image_settings(picture, ImageSettings(zones=(LEFT_THIRD,)))[:, :20].any()


def test_a_staff_zone_is_coarse_and_the_rest_is_untouched():
    zone = Zone(ZoneKind.STAFF, LEFT_THIRD.points)
    before = noise(360, 640)
    after = coarsened(before, [zone])
    covered = round(0.3 * 639) + 1
    assert (after[:, covered:] == before[:, covered:]).all()
    # In a square of twenty pixels there is one colour left: nothing that a face could be told by.
    assert len(np.unique(after[100:110, 100:110].reshape(-1, 3), axis=0)) <= 4
    assert (before == noise(360, 640)).all()
    assert coarsened(before, []) is before


def test_a_turn_that_there_is_not_is_refused():
    with pytest.raises(InputInvalid, match="degrees"):
        ImageSettings(45)


def test_faces_in_zones_are_left_out_with_what_was_counted_of_them():
    found = detections((5, 5, 25, 25), (60, 5, 80, 25), (2, 30, 20, 50), blurred=[1, 2])
    left = outside_zones(found, [LEFT_THIRD], 100, 60)
    assert left.boxes_xyxy.tolist() == [[60, 5, 80, 25]]
    assert left.blurred.tolist() == [True]
    assert left.not_read == {"blurred": 1, "zone": 2}
    assert outside_zones(found, [], 100, 60) is found
