"""Finds faces in two steps: a small network proposes, the Haar cascade confirms and refines.

BlazeFace finds heads of any tilt in a twentieth of the time that a scan with the cascade takes. The emotion model was
trained on the cascade's boxes, and how a face is cut decides how well it is read: so the cascade searches around each
proposal, as it does around each face that is known already. Where it finds nothing, because the head is tilted or
turned, a second network that looks from nearer decides: what it finds is brought to the box that the cascade would have
drawn, by the eyes.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from webapp.domain.vision.faces import BoxesXYXY, FaceDetections, is_covered
from webapp.domain.vision.frames import ImageBGR, ImageGray
from webapp.domain.vision.scans import Scan
from webapp.vision.faces.blazeface import BlazeFace, FaceProposals
from webapp.vision.faces.detector import FaceJudge, to_gray
from webapp.vision.faces.found_faces import MAX_IOU, SURE_CONFIDENCE, FoundFaces
from webapp.vision.faces.haar import HaarFaceDetector
from webapp.vision.faces.regions import Region, parts_of
from webapp.vision.faces.search_memory import CLOSELY, SearchMemory

# A proposal is a face if the cascade finds one there, or else if the network for what is near does: with one half for
# proposals that are sure (of 380 true ones that the cascade refuses it keeps 378, of 97 false ones 21), with
# `SURE_CONFIDENCE` for those that are only possible: of 41 in 21 photographs none but the faces had more than 0.67. Of
# the possible ones that were not refused of late the surest so many of each part count, of which so many are asked
# about at once: a wall alone proposes up to thirty.
_SURE = 0.5
_POSSIBLE = 0.1
_SURE_NEAR = 0.5
_MOST_POSSIBLE = 4
_MOST_ASKED = 2
# Around a known face, in widths of its box on each side, what the network is shown.
_REACH = 0.5
# What a close look finds is doubted less where the larger network, shown this much around it, is at least so sure: of
# 241 faces the two then know 66 in 100, of 135 others 4.
_REACH_WIDER = 1.0
_PROPOSED = 0.3
_NOBODY: BoxesXYXY = np.zeros((0, 4), np.float32)


@dataclass(frozen=True)
class _Picture:
    """A picture that is searched: uint8 (height, width, 3) and (height, width)."""

    image_bgr: ImageBGR
    image_gray: ImageGray
    scan: Scan
    memory: SearchMemory


class ChainFaceDetector:
    """Faces of any tilt, from the front to the profile. Not thread-safe; remembers nothing: all cameras can share it.

    Example:
        >>> from skimage.data import astronaut
        >>> from webapp.vision.faces.blazeface import SHORT_RANGE
        >>> detector = ChainFaceDetector(BlazeFace(), BlazeFace(SHORT_RANGE), HaarFaceDetector())
        >>> detections, _ = detector.detect(astronaut()[:, :, ::-1])
        >>> len(detections)
        1
    """

    def __init__(
        self, proposer: BlazeFace, near: BlazeFace, haar: HaarFaceDetector | None, judge: FaceJudge | None = None
    ) -> None:
        """Put the parts together.

        Args:
            proposer: searches whole pictures and large parts of them.
            near: searches around a face that is known; a smaller network does.
            haar: confirms and refines; None leaves it to the networks alone.
            judge: says which faces are too small or too blurred.
        """
        self._proposer = proposer
        self._near = near
        self._haar = haar
        self._judge = judge or FaceJudge()

    def detect(
        self,
        image_bgr: ImageBGR,
        near_xyxy: BoxesXYXY | None = None,
        *,
        scan: Scan = Scan.THOROUGH,
        memory: SearchMemory | None = None,
        known_xyxy: BoxesXYXY | None = None,
        image_gray: ImageGray | None = None,
        searched: FoundFaces | None = None,
    ) -> tuple[FaceDetections, ImageGray]:
        """Find the faces; see `FaceDetector.detect`."""
        image_gray = to_gray(image_bgr) if image_gray is None else image_gray
        expected = _NOBODY if near_xyxy is None else near_xyxy
        found = FoundFaces.joined(self._found_again(image_bgr, image_gray, box) for box in expected)
        known = np.concatenate([found.boxes_xyxy, _NOBODY if known_xyxy is None else known_xyxy])
        began_s = time.perf_counter()
        if searched is None:
            searched = self.search(image_bgr, image_gray, known, scan=scan, memory=memory)
        scan_s = time.perf_counter() - began_s
        merged = FoundFaces.joined([found, searched.beside(known)]).merged()
        return replace(self._judge.judged(image_gray, merged), scan_s=scan_s), image_gray

    def search(
        self,
        image_bgr: ImageBGR,
        image_gray: ImageGray,
        known_xyxy: BoxesXYXY,
        *,
        scan: Scan,
        memory: SearchMemory | None = None,
    ) -> FoundFaces:
        """Find the faces that nobody knows; see `FaceDetector.search`."""
        picture = _Picture(image_bgr, image_gray, scan, memory or SearchMemory())
        return FoundFaces.joined(self._new(picture, known_xyxy) if scan else ())

    def _found_again(self, image_bgr: ImageBGR, image_gray: ImageGray, box_xyxy: BoxesXYXY) -> FoundFaces:
        """Search around one known face, float32 (4,)."""
        by_cascade = self._by_cascade(image_gray, box_xyxy)
        if len(by_cascade):
            return FoundFaces.upright(by_cascade)
        return FoundFaces.of(self._seen_near(image_bgr, box_xyxy, _SURE_NEAR))

    def _seen_near(self, image_bgr: ImageBGR, box_xyxy: BoxesXYXY, min_confidence: float) -> FaceProposals:
        """Ask the network for what is near about one box, float32 (4,)."""
        region = _around(box_xyxy, image_bgr.shape[:2])
        if region is None:
            return FaceProposals()
        seen = self._near.propose(image_bgr, region, min_confidence=min_confidence)
        return seen.chosen(is_covered(seen.boxes_xyxy, box_xyxy[np.newaxis], min_iou=MAX_IOU))

    def _by_cascade(self, image_gray: ImageGray, box_xyxy: BoxesXYXY) -> BoxesXYXY:
        return _NOBODY if self._haar is None else self._haar.search_near(image_gray, box_xyxy)

    def _new(self, picture: _Picture, known: BoxesXYXY) -> Iterator[FoundFaces]:
        """Yield the faces that nobody knew."""
        large, scan = parts_of(picture.image_gray.shape), picture.scan
        closely = picture.memory.take_regions(known, picture.image_gray.shape, scan)
        if scan is Scan.PART:
            large = picture.memory.take_parts(large, may_wait=bool(closely) and not len(known))
        for region in (*large, *closely):
            looked = self._closely if region in closely else self._in_part
            for new in looked(picture, region, known):
                known = np.concatenate([known, new.boxes_xyxy])
                yield new
        if scan is Scan.THOROUGH and self._haar is not None:
            scanned = self._haar.scan(picture.image_gray, known)
            yield FoundFaces.upright(scanned[~is_covered(scanned, known, min_iou=MAX_IOU)])

    def _in_part(self, picture: _Picture, region: Region, known: BoxesXYXY) -> Iterator[FoundFaces]:
        """Yield what the proposals of one part turn out to be, the surest first."""
        memory = picture.memory
        memory.begin(region)
        proposals = self._proposer.propose(picture.image_bgr, region, min_confidence=_POSSIBLE)
        boxes_xyxy, possible, asked = FoundFaces.of(proposals).boxes_xyxy, 0, 0
        for box_xyxy, confidence in zip(boxes_xyxy, proposals.confidences.tolist(), strict=True):
            if is_covered(box_xyxy[np.newaxis], known, min_iou=MAX_IOU)[0]:
                continue
            is_sure = confidence >= _SURE
            if not is_sure and picture.scan is Scan.PART and memory.is_still(box_xyxy, picture.image_gray.shape):
                continue
            if memory.is_refused(region, box_xyxy, confidence, picture.image_gray):
                continue
            possible += not is_sure
            if possible > _MOST_POSSIBLE or asked >= _MOST_ASKED:
                return
            asked += not is_sure
            found = self._confirmed(picture, box_xyxy, is_sure=is_sure)
            if not len(found):
                memory.refuse(region, box_xyxy, confidence, picture.image_gray)
            known = np.concatenate([known, found.boxes_xyxy])
            yield found

    def _closely(self, picture: _Picture, region: Region, known: BoxesXYXY) -> Iterator[FoundFaces]:
        """Yield what the network for what is near finds in a small part, the surest first."""
        seen, memory = self._near.propose(picture.image_bgr, region, min_confidence=_SURE_NEAR), picture.memory
        for box_xyxy, confidence in zip(FoundFaces.of(seen).boxes_xyxy, seen.confidences.tolist(), strict=True):
            is_known = is_covered(box_xyxy[np.newaxis], known, min_iou=MAX_IOU)[0]
            if is_known or memory.is_refused(CLOSELY, box_xyxy, confidence, picture.image_gray):
                continue
            found = self._confirmed(picture, box_xyxy, is_sure=False, is_close=True)
            if not len(found):
                memory.refuse(CLOSELY, box_xyxy, confidence, picture.image_gray)
            known = np.concatenate([known, found.boxes_xyxy])
            yield found

    def _is_proposed(self, image_bgr: ImageBGR, box_xyxy: BoxesXYXY) -> bool:
        """Return whether the larger network, too, sees a face around a box, float32 (4,)."""
        region = _around(box_xyxy, image_bgr.shape[:2], _REACH_WIDER)
        seen = self._proposer.propose(image_bgr, region, min_confidence=_PROPOSED) if region else FaceProposals()
        return bool(is_covered(FoundFaces.of(seen).boxes_xyxy, box_xyxy[np.newaxis], min_iou=MAX_IOU).any())

    def _confirmed(
        self, picture: _Picture, box_xyxy: BoxesXYXY, *, is_sure: bool, is_close: bool = False
    ) -> FoundFaces:
        """Return what a proposal turns out to be: a face or none.

        Args:
            picture: which.
            box_xyxy: float32 (4,): the proposal.
            is_sure: whether the larger network was sure of it.
            is_close: whether it is a close look's, so that the larger network was not asked yet.
        """
        by_cascade = self._by_cascade(picture.image_gray, box_xyxy)
        if len(by_cascade):
            return FoundFaces.upright(by_cascade)
        seen = self._seen_near(picture.image_bgr, box_xyxy, _SURE_NEAR)
        is_face = bool((seen.confidences >= (_SURE_NEAR if is_sure else SURE_CONFIDENCE)).any())
        if not is_face and not (is_close and len(seen) and self._is_proposed(picture.image_bgr, box_xyxy)):
            return FoundFaces.joined(())
        found = FoundFaces.of(seen)
        return replace(found, confidences=np.ones(len(found), np.float32)) if is_sure else found


def _around(box_xyxy: BoxesXYXY, shape: tuple[int, ...], reach: float = _REACH) -> Region | None:
    """Return the part of a picture of some shape around a box; None where nothing of it is inside."""
    reach_px = reach * float(box_xyxy[2] - box_xyxy[0])
    height_px, width_px = shape
    reached = box_xyxy + np.asarray([-1, -1, 1, 1], np.float32) * np.float32(reach_px)
    left, top, right, bottom = np.clip(reached, 0, [width_px, height_px] * 2).astype(int).tolist()
    return (left, top, right, bottom) if right > left and bottom > top else None
