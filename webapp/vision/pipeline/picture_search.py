"""A search of one picture for faces that nobody knows, by itself: while it runs, other pictures are analysed."""

import time
from dataclasses import dataclass

from webapp.domain.vision.faces import BoxesXYXY
from webapp.domain.vision.frames import Frame, ImageGray
from webapp.domain.vision.scans import Scan
from webapp.vision.faces.detector import FaceDetector, to_gray
from webapp.vision.faces.found_faces import FoundFaces
from webapp.vision.faces.search_memory import SearchMemory


@dataclass(frozen=True)
class SearchedPicture:
    """A frame in which new faces were searched for.

    Attributes:
        frame: the frame.
        image_gray: the same in grey: uint8, (height, width).
        scan: how thoroughly it was searched.
        found: the faces.
        search_s: seconds of processor time that it took: what others do meanwhile is not its cost.
    """

    frame: Frame
    image_gray: ImageGray
    scan: Scan
    found: FoundFaces
    search_s: float


@dataclass(frozen=True)
class PictureSearch:
    """What is to be searched; nothing of it is changed by anybody else meanwhile.

    Attributes:
        frame: the frame.
        scan: how thoroughly.
        known_xyxy: float32 (N, 4): where known faces should be.
        memory: of the camera's searches; changed.
        detector: searches; used by one thread at a time.
    """

    frame: Frame
    scan: Scan
    known_xyxy: BoxesXYXY
    memory: SearchMemory
    detector: FaceDetector

    def run(self) -> SearchedPicture:
        """Search."""
        began_s = time.thread_time()
        image_gray = to_gray(self.frame.image_bgr)
        self.memory.motion = self.frame.motion
        found = self.detector.search(
            self.frame.image_bgr, image_gray, self.known_xyxy, scan=self.scan, memory=self.memory
        )
        return SearchedPicture(self.frame, image_gray, self.scan, found, time.thread_time() - began_s)
