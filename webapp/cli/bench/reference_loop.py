"""What a user has today, to be measured against: the loop that tutorials and student projects share.

Every frame at full size through Haar at scale 1.1, then Keras' `model.predict` for each face, then a JPEG of the whole.
"""

from pathlib import Path
from typing import Any

import cv2
import cv2.data
import numpy as np

from webapp.domain.vision.emotions import EMOTIONS

_SIZE_PX = 48


class UsualLoop:
    """The loop, with DenseNet121 of random weights: its speed does not depend on them."""

    def __init__(self, clip: Path) -> None:
        """Load everything, so that only the loop itself is timed.

        Args:
            clip: the video.
        """
        from model.architectures import build

        self._model: Any = build("densenet121", _SIZE_PX)
        self._cascade = cv2.CascadeClassifier(str(Path(cv2.data.haarcascades) / "haarcascade_frontalface_default.xml"))
        self._clip = clip
        self._model.predict(np.zeros((1, _SIZE_PX, _SIZE_PX, 1), np.float32), verbose=0)

    def run(self, most_frames: int) -> tuple[int, int]:
        """Go through the clip's first frames.

        Returns:
            How many frames and faces there were.
        """
        capture = cv2.VideoCapture(str(self._clip))
        frames = faces = 0
        while frames < most_frames:
            has_picture, image_bgr = capture.read()
            if not has_picture:
                break
            faces += self._show(image_bgr)
            frames += 1
        capture.release()
        return frames, faces

    def _show(self, image_bgr: Any) -> int:
        image_gray = cv2.cvtColor(image_bgr, cv2.COLOR_BGR2GRAY)
        boxes_xywh = self._cascade.detectMultiScale(image_gray, scaleFactor=1.1, minNeighbors=5)
        for left, top, width, height in boxes_xywh:
            face = cv2.resize(image_gray[top : top + height, left : left + width], (_SIZE_PX, _SIZE_PX))
            scores = self._model.predict(face[None, :, :, None].astype(np.float32) / 255.0, verbose=0)[0]
            word = EMOTIONS[int(np.argmax(scores))].value
            cv2.rectangle(image_bgr, (left, top), (left + width, top + height), (0, 255, 0), 2)
            cv2.putText(image_bgr, word, (left, top - 10), cv2.FONT_HERSHEY_SIMPLEX, 0.9, (0, 255, 0), 2)
        cv2.imencode(".jpg", image_bgr)
        return len(boxes_xywh)
