"""Reads the faces of some frames, in one batch over all cameras; calm ones by a glance."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from model.preprocessing import crop_faces
from webapp.domain.alerts.classify_schedule import is_as_before
from webapp.domain.vision.emotions import EmotionScores
from webapp.domain.vision.frames import ImageGray
from webapp.vision.pipeline.classifier import EmotionClassifier, FacesGray
from webapp.vision.pipeline.face_view import FaceView

_Faces = Mapping[int, int]  # Index of the detection → id of its track.
_Seen = dict[int, tuple[EmotionScores, ImageGray]]  # Id of the track → scores, and how it looks in the picture.


@dataclass(frozen=True)
class FaceReader:
    """Gives the tracks of frames the scores of their newest views.

    Attributes:
        classifier: reads faces; its glancer, where it has one, looks at the calm ones.
        margin: of a face's crop on each side, as a share of its box.
        min_confidence: least highest score of a face, in [0, 1); below it a view abstains.
    """

    classifier: EmotionClassifier
    margin: float
    min_confidence: float

    def read(self, views: Sequence[FaceView]) -> None:
        """Read the faces of frames of different cameras; their trackers are changed."""
        if self.classifier.glancer:
            self._glance(self.classifier.glancer, views)
        else:
            for view in views:
                view.calm.clear()
        for view, seen in self._classified(self.classifier, [(view, view.readable) for view in views]):
            for track_id, (scores, face_gray) in seen.items():
                if scores.confidence >= self.min_confidence:
                    is_same = view.is_followed(track_id)
                    view.watch.tracker.read(track_id, scores, view.frame.captured_at, face_gray, is_same=is_same)
            view.learn()

    def _glance(self, glancer: EmotionClassifier, views: Sequence[FaceView]) -> None:
        """Let the scores of the faces stand that look as they did; the others are to be read."""
        for view, seen in self._classified(glancer, [(view, view.glanced) for view in views if view.calm]):
            tracker, policy = view.watch.tracker, view.watch.policy
            alerting = policy.open_track_ids()
            for track_id, (scores, face_gray) in seen.items():
                before, is_alerting = tracker.glance_before(track_id), track_id in alerting
                if is_as_before(scores, before, policy.rule, is_alerting=is_alerting):
                    is_same = view.is_followed(track_id)
                    tracker.keep(track_id, scores, view.frame.captured_at, face_gray, is_same=is_same)
                else:
                    view.calm.discard(track_id)

    def _classified(
        self, classifier: EmotionClassifier, wanted: Sequence[tuple[FaceView, _Faces]]
    ) -> Iterator[tuple[FaceView, _Seen]]:
        """Classify faces, all in one batch, and yield each view with those of its faces.

        A face is known by how it looks in the picture: the crop of a head that tilts would jump when it is found to be
        tilted, and be taken for another face.
        """
        size_px = classifier.size_px
        crops = [self._crops(view, faces, size_px, is_upright=True) for view, faces in wanted]
        scores = iter(classifier.classify(np.concatenate(crops)) if crops else ())
        for (view, faces), upright in zip(wanted, crops, strict=True):
            is_tilted = view.detections.rolls_deg.any()
            as_seen = self._crops(view, faces, size_px, is_upright=False) if is_tilted else upright
            yield view, {track_id: (next(scores), face) for track_id, face in zip(faces.values(), as_seen, strict=True)}

    def _crops(self, view: FaceView, indices: Iterable[int], size_px: int, *, is_upright: bool) -> FacesGray:
        faces = view.detections.chosen(np.asarray(list(indices), np.intp))
        rolls_deg = faces.rolls_deg if is_upright else None
        crops = crop_faces(view.image_gray, faces.boxes_xyxy, margin=self.margin, size_px=size_px, rolls_deg=rolls_deg)
        return np.asarray(crops, dtype=np.uint8)
