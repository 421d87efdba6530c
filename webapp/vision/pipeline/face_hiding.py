"""Makes everybody but one person unrecognisable, before a picture is kept."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import cv2
import cv2.data
import numpy as np

from webapp.domain.vision.faces import BoxesXYXY, intersection_over_union
from webapp.domain.vision.frames import ImageBGR, ImageGray
from webapp.domain.vision.tracks import PersonTrack
from webapp.vision.faces.blazeface import BlazeFace
from webapp.vision.faces.regions import parts_of
from webapp.vision.pipeline.frame_pipeline import AnalysedFrame

# So many mean colours are left of a face, along each side. Sixteen numbers name nobody: what a model recognises in
# coarse pictures (McPherson, Shokri and Shmatikov 2016) was pixelated into cells of a few pixels.
CELLS = 4
# A detector's box ends at forehead and chin; hair and neck can tell who it is, too.
MARGIN = 0.35
# A face that was not found in this very frame may have moved: so many widths further each second.
DRIFT_PER_S = 1.5

# Together about 0.45 s of processor time, at each alert; with BlazeFace 0.01 s (720p) to 0.02 s (1080p) more.
_FRONTAL_WIDTH_PX = 960
_PROFILE_WIDTH_PX = 640
_SCAN_MIN_PX = 20
_SCAN_SCALE_FACTOR = 1.15
_SCAN_MIN_NEIGHBORS = 2  # A thing that is blurred by mistake does no harm; a face that is not does.
_PROPOSED_CONFIDENCE = 0.3
_SAME_FACE_IOU = 0.3


def hide_faces(image_bgr: ImageBGR, hidden_xyxy: BoxesXYXY, clear_xyxy: BoxesXYXY) -> ImageBGR:
    """Pixelate some boxes and keep others, also where they overlap.

    Args:
        image_bgr: uint8, (height, width, 3), BGR; not changed.
        hidden_xyxy: float32, (N, 4): of each, `CELLS` x `CELLS` mean colours are left.
        clear_xyxy: float32, (M, 4): stay as they are, whatever lies over them.

    Returns:
        A new picture of the same size.
    """
    picture = image_bgr.copy()
    for left, top, right, bottom in _inside(image_bgr, hidden_xyxy):
        region = image_bgr[top:bottom, left:right]
        cells = (min(CELLS, right - left), min(CELLS, bottom - top))
        means = cv2.resize(region, cells, interpolation=cv2.INTER_AREA)
        size = (right - left, bottom - top)
        picture[top:bottom, left:right] = cv2.resize(means, size, interpolation=cv2.INTER_NEAREST)
    for left, top, right, bottom in _inside(image_bgr, clear_xyxy):
        picture[top:bottom, left:right] = image_bgr[top:bottom, left:right]
    return picture


class FaceHider:
    """Hides all faces but one: those that are followed, and those that a thorough search finds besides.

    The search is slow for a camera and quick for an alert: it takes also small faces, faces from the side and, with
    BlazeFace, tilted heads.
    Not thread-safe.

    Example:
        >>> from datetime import UTC, datetime
        >>> from skimage.data import astronaut
        >>> from webapp.domain.vision.frames import Frame
        >>> frame = Frame(1, 1, datetime(2026, 3, 2, 9, tzinfo=UTC), astronaut()[:, :, ::-1].copy())
        >>> analysed = AnalysedFrame(frame, tracks=(), living=())  # Nobody is followed: the face is found all the same.
        >>> shown = FaceHider().showing_only(analysed, track_id=1)
        >>> bool((shown.frame.image_bgr != frame.image_bgr).any())
        True
    """

    def __init__(self, proposer: BlazeFace | None = None) -> None:
        """Load nothing yet.

        Args:
            proposer: finds tilted heads, too; None leaves the search to the cascades.
        """
        self._proposer = proposer

    def showing_only(self, analysed: AnalysedFrame, track_id: int) -> AnalysedFrame:
        """Return a frame in which one face is clear.

        Args:
            analysed: the frame; not changed.
            track_id: whose face. If it was not found in this very frame nobody is clear: another may stand there now.

        Returns:
            The frame with the other faces pixelated, and with this track alone.
        """
        shown = tuple(track for track in analysed.tracks if track.track_id == track_id)
        clear_xyxy = boxes_of(track.box_xyxy for track in shown)
        others = [track for track in analysed.living if track not in shown]
        image_bgr, at = analysed.frame.image_bgr, analysed.frame.captured_at
        found_xyxy = grown(without(self.find(image_bgr), clear_xyxy), MARGIN)
        if self._proposer is not None:
            self._proposer.rest()  # As of the cascades nothing is kept: alerts are seldom.
        hidden_xyxy = np.concatenate([found_xyxy, *(reach(track, at) for track in others)])
        frame = replace(analysed.frame, image_bgr=hide_faces(image_bgr, hidden_xyxy, clear_xyxy))
        return replace(analysed, frame=frame, tracks=shown, living=shown, alerting=frozenset({track_id}))

    def find(self, image_bgr: ImageBGR, *, is_quick: bool = False) -> BoxesXYXY:
        """Search the whole picture for faces.

        Args:
            image_bgr: uint8, (height, width, 3), BGR; not changed.
            is_quick: whether to leave out the cascades, which take twenty times as long as the network.

        Returns:
            float32, (N, 4); the same face may be found several times.
        """
        if is_quick and self._proposer is not None:
            return np.concatenate(list(self._proposed(image_bgr)))
        # A cascade keeps what it worked with, some 17 MB. To load one takes 7 ms, and alerts are seldom.
        folder = Path(cv2.data.haarcascades)
        frontal = cv2.CascadeClassifier(str(folder / "haarcascade_frontalface_default.xml"))
        profile = cv2.CascadeClassifier(str(folder / "haarcascade_profileface.xml"))
        image_gray = np.asarray(cv2.cvtColor(image_bgr, cv2.COLOR_BGR2GRAY), dtype=np.uint8)
        mirrored_xyxy = _hits(profile, np.ascontiguousarray(image_gray[:, ::-1]), _PROFILE_WIDTH_PX)
        mirrored_xyxy[:, [0, 2]] = image_gray.shape[1] - mirrored_xyxy[:, [2, 0]]  # It knows one side of a head.
        frontal_xyxy = _hits(frontal, image_gray, _FRONTAL_WIDTH_PX)
        profile_xyxy = _hits(profile, image_gray, _PROFILE_WIDTH_PX)
        return np.concatenate([frontal_xyxy, profile_xyxy, mirrored_xyxy, *self._proposed(image_bgr)])

    def _proposed(self, image_bgr: ImageBGR) -> Iterator[BoxesXYXY]:
        if self._proposer is not None:
            for region in parts_of(image_bgr.shape[:2]):
                yield self._proposer.propose(image_bgr, region, min_confidence=_PROPOSED_CONFIDENCE).boxes_xyxy


def _hits(cascade: cv2.CascadeClassifier, image_gray: ImageGray, width_px: int) -> BoxesXYXY:
    """Search a picture reduced to a width; float32 (N, 4) in pixels of the full one."""
    scale = min(width_px / image_gray.shape[1], 1.0)
    size = (max(1, round(image_gray.shape[1] * scale)), max(1, round(image_gray.shape[0] * scale)))
    hits_xywh = cascade.detectMultiScale(
        cv2.resize(image_gray, size, interpolation=cv2.INTER_AREA),
        scaleFactor=_SCAN_SCALE_FACTOR,
        minNeighbors=_SCAN_MIN_NEIGHBORS,
        minSize=(_SCAN_MIN_PX, _SCAN_MIN_PX),
    )
    boxes = np.asarray(hits_xywh, np.float32).reshape(-1, 4)
    boxes[:, 2:] += boxes[:, :2]
    return np.asarray(boxes / np.float32(scale), dtype=np.float32)


def without(found_xyxy: BoxesXYXY, clear_xyxy: BoxesXYXY) -> BoxesXYXY:
    """Leave out what is the clear face itself; both float32, (N, 4)."""
    if not len(clear_xyxy) or not len(found_xyxy):
        return found_xyxy
    is_other = intersection_over_union(found_xyxy, clear_xyxy).max(axis=1) < _SAME_FACE_IOU
    return np.asarray(found_xyxy[is_other], dtype=np.float32)


def reach(track: PersonTrack, at: datetime) -> BoxesXYXY:
    """Return where a face may be now, float32 (1, 4)."""
    missing_s = max((at - track.last_seen_at).total_seconds(), 0.0)
    return grown(boxes_of([track.box_xyxy]), MARGIN + DRIFT_PER_S * missing_s)


def grown(boxes_xyxy: BoxesXYXY, share: float) -> BoxesXYXY:
    """Return boxes that are larger by a share of their sides, on each side."""
    sides = boxes_xyxy[:, 2:] - boxes_xyxy[:, :2]
    return np.asarray(boxes_xyxy + np.hstack([-sides, sides]) * np.float32(share), dtype=np.float32)


def boxes_of(boxes: Iterable[tuple[float, float, float, float] | BoxesXYXY]) -> BoxesXYXY:
    return np.asarray(list(boxes), np.float32).reshape(-1, 4)


def _inside(image_bgr: ImageBGR, boxes_xyxy: BoxesXYXY) -> list[list[int]]:
    """Return the whole pixels that boxes touch, as far as they lie in the picture."""
    height_px, width_px = image_bgr.shape[:2]
    outer = np.hstack([np.floor(boxes_xyxy[:, :2]), np.ceil(boxes_xyxy[:, 2:])])
    sides = np.clip(outer, 0, [width_px, height_px] * 2).astype(int)
    return [[left, top, right, bottom] for left, top, right, bottom in sides.tolist() if left < right and top < bottom]
