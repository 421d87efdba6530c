"""Brings a decoded picture into shape: turned, mirrored, and with its zones covered."""

from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from webapp.domain.cameras.image_settings import ImageSettings
from webapp.domain.cameras.zones import Zone, ZoneKind, is_hidden
from webapp.domain.vision.faces import FaceDetections
from webapp.domain.vision.frames import ImageBGR

_ROTATIONS = {90: cv2.ROTATE_90_CLOCKWISE, 180: cv2.ROTATE_180, 270: cv2.ROTATE_90_COUNTERCLOCKWISE}
# A staff zone is shown in this many squares across the picture: that someone is there can be seen, not who.
_COARSE_SQUARES = 32
_HORIZONTALLY = 1


def apply_image_settings(image_bgr: ImageBGR, image_settings: ImageSettings) -> ImageBGR:
    """Turn and mirror a picture and black out its privacy zones: done before anything else sees it.

    Args:
        image_bgr: uint8, (height, width, 3), BGR; its privacy zones are blacked out in place where it is not turned.
        image_settings: what to do.

    Returns:
        uint8, (height, width, 3), BGR; the sides are exchanged by a turn of 90 or 270 degrees.
    """
    if image_settings.turn_deg:
        image_bgr = np.asarray(cv2.rotate(image_bgr, _ROTATIONS[image_settings.turn_deg]), dtype=np.uint8)
    if image_settings.is_mirrored:
        image_bgr = np.asarray(cv2.flip(image_bgr, _HORIZONTALLY), dtype=np.uint8)
    zones = image_settings.of_kind(ZoneKind.PRIVACY)
    if not zones:
        return image_bgr
    image_bgr = np.require(image_bgr, requirements=["C", "W"])
    height_px, width_px = image_bgr.shape[:2]
    for zone in zones:
        cv2.fillPoly(image_bgr, [_pixels(zone, width_px, height_px)], (0, 0, 0))
    return image_bgr


def coarsened(image_bgr: ImageBGR, zones: Sequence[Zone]) -> ImageBGR:
    """Make what is in some zones too coarse to recognise anyone.

    Args:
        image_bgr: uint8, (height, width, 3), BGR; not changed.
        zones: which parts.

    Returns:
        The picture itself where there are no zones, otherwise a copy.
    """
    if not zones:
        return image_bgr
    picture = image_bgr.copy()
    for zone in zones:
        _coarsen(picture, zone)
    return picture


def outside_zones(detections: FaceDetections, zones: Sequence[Zone], width_px: int, height_px: int) -> FaceDetections:
    """Leave out the faces in zones: by their centre, or by half of their box.

    Args:
        detections: of one picture, in its pixels.
        zones: of the picture, of either kind.
        width_px: the picture's.
        height_px: likewise.
    """
    if not zones or not len(detections):
        return detections
    shares_xyxy = detections.boxes_xyxy / np.asarray([width_px, height_px] * 2, np.float32)
    is_outside = np.asarray([not is_hidden(zones, box.tolist()) for box in shares_xyxy], dtype=np.bool_)
    if is_outside.all():
        return detections
    dropped = {**detections.dropped, "zone": int((~is_outside).sum())}
    return replace(detections.chosen(is_outside), dropped=dropped)


def _coarsen(picture: ImageBGR, zone: Zone) -> None:
    """Replace a zone by squares, in place."""
    height_px, width_px = picture.shape[:2]
    corners = _pixels(zone, width_px, height_px)
    left, top, box_width, box_height = cv2.boundingRect(corners)
    region = picture[top : top + box_height, left : left + box_width]
    square_px = max(1, -(-width_px // _COARSE_SQUARES))
    few = (max(1, box_width // square_px), max(1, box_height // square_px))
    small = cv2.resize(region, few, interpolation=cv2.INTER_AREA)
    coarse = cv2.resize(small, (box_width, box_height), interpolation=cv2.INTER_NEAREST)
    mask = np.zeros((box_height, box_width), np.uint8)
    cv2.fillPoly(mask, [corners - np.asarray([left, top], np.int32)], 1)
    region[mask > 0] = coarse[mask > 0]


def _pixels(zone: Zone, width_px: int, height_px: int) -> NDArray[np.int32]:
    """Return a zone's corners in pixels, int32 (N, 2); its edges are inside."""
    return np.asarray(np.rint(np.asarray(zone.points) * [width_px - 1, height_px - 1]), dtype=np.int32)
