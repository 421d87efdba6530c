"""The faces of one frame, between being found and being read."""

from dataclasses import dataclass, field

import numpy as np

from webapp.domain.vision.faces import FaceDetections
from webapp.domain.vision.frames import Frame, ImageGray
from webapp.domain.vision.scans import Scan
from webapp.vision.pipeline.camera_analysis import CameraAnalysis


@dataclass(frozen=True)
class FaceView:
    """The faces of one frame, before and after they are read.

    Attributes:
        frame: the frame.
        watch: what is remembered of its camera.
        detections: the faces that were found, and behind them those that are held.
        image_gray: the frame in grey: uint8, (height, width).
        held_from: index of the first face that was only followed.
        scan: how much was searched for new faces.
        calm: the tracks at which a glance is enough; one that it finds changed is taken out.
    """

    frame: Frame
    watch: CameraAnalysis
    detections: FaceDetections
    image_gray: ImageGray
    held_from: int
    scan: Scan
    calm: set[int] = field(default_factory=set)

    @property
    def readable(self) -> dict[int, int]:
        """Index of the detection → id of its track, for the faces that are to be classified, in a fixed order."""
        return {index: track_id for index, track_id in self._found.items() if track_id not in self.calm}

    @property
    def glanced(self) -> dict[int, int]:
        """The same for the calm ones, at which a glance is enough."""
        return {index: track_id for index, track_id in self._found.items() if track_id in self.calm}

    @property
    def _found(self) -> dict[int, int]:
        visible, unreadable = self.watch.tracker.visible, self.detections.unreadable
        return {i: visible[i] for i in sorted(visible) if i < self.held_from and not unreadable[i]}

    def is_followed(self, track_id: int) -> bool:
        """Return whether a face is where it was, and as it was, a moment ago."""
        box_xyxy = np.asarray(self.watch.tracker.track(track_id).box_xyxy, np.float32)
        return self.watch.follower.find(track_id, self.image_gray, box_xyxy) is not None

    def learn(self) -> None:
        """Take the newest views of the faces, to follow them from here on.

        Of a face that may be another one nothing is taken before that is sure: it would be known by itself.
        """
        tracker, unreadable = self.watch.tracker, self.detections.unreadable
        for index, track_id in self.watch.tracker.visible.items():
            if tracker.is_doubted(track_id) or (unreadable[index] and not self.is_followed(track_id)):
                continue
            self.watch.follower.learn(track_id, self.image_gray, self.detections.boxes_xyxy[index])
        self.watch.follower.keep(set(tracker.expected(self.frame.captured_at)))
