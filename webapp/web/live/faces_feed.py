"""Sends the browsers which faces are on the cameras now: often enough to feel live, never more than changed."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import structlog
from flask_socketio import SocketIO

from webapp.domain.alerts.rules import AlertLevel
from webapp.domain.alerts.wording import alerting_words
from webapp.domain.cameras.cameras import Camera, CameraState
from webapp.domain.vision.emotions import EMOTION_WORDS, Emotion
from webapp.services.dashboard.faults import CameraFigures, analysis_limit
from webapp.services.dashboard.last_minute import LastMinutes
from webapp.services.dashboard.live_frames import FaceSeen, LiveFrame
from webapp.web.core.app_context import WebServices
from webapp.web.live.clients import ConnectedClients
from webapp.web.live.event_tail import NAMESPACE

PERIOD_S = 0.25
_CAMERAS_PERIOD_S = 2.0
_log = structlog.get_logger("webapp.web")


@dataclass
class FacesFeed:
    """Reads the newest frames' faces four times a second and emits `faces_seen` where they changed.

    Attributes:
        minutes: what was seen lately; noted also while nobody is looking, because who comes for an alert asks for it.
    """

    services: WebServices
    socketio: SocketIO
    viewers: ConnectedClients
    minutes: LastMinutes = field(default_factory=LastMinutes)
    _sequences: dict[int, int] = field(default_factory=dict)
    _sent: dict[int, tuple[dict[str, Any], ...]] = field(default_factory=dict)

    def run(self) -> None:
        """Feed for ever."""
        while True:
            try:
                self._feed_a_while()
            except Exception as error:  # noqa: BLE001 - a task's boundary: logged and tried again.
                _log.error("faces_feed_failed", exc_info=error)
                self.socketio.sleep(_CAMERAS_PERIOD_S)

    def _feed_a_while(self) -> None:
        """Ask for the cameras once, then reuse them for two seconds."""
        cameras = self.services.cameras.list()
        self.forget_unseen(cameras)
        self.tell_analysis(cameras)
        for _ in range(round(_CAMERAS_PERIOD_S / PERIOD_S)):
            for camera in cameras:
                if camera.enabled:
                    self.look_at(camera.camera_id, is_analysed=camera.state is CameraState.ONLINE)
            self.socketio.sleep(PERIOD_S)

    def tell_analysis(self, cameras: Sequence[Camera]) -> None:
        """Say whether anybody is analysed, and whether there is more to analyse than the machine can.

        It is said again and again, for pages that stay open, so that no state can be stale.
        """
        if not len(self.viewers):
            return
        limit = analysis_limit([CameraFigures(one, self._newest(one), None) for one in cameras])
        figures = {"analysed": round(limit.value), "wanted": round(limit.wanted)} if limit else None
        message = {"analysing": self.services.model_cards.problem() is None, "limit": figures}
        self.socketio.emit("analysis", message, namespace=NAMESPACE)

    def _newest(self, camera: Camera) -> LiveFrame | None:
        return self.services.live.newest(camera.camera_id) if camera.enabled else None

    def forget_unseen(self, cameras: Sequence[Camera]) -> None:
        """Take back who was on cameras that show nothing now; anyone who is seen there again is news."""
        for camera in cameras:
            if not camera.enabled or camera.state is not CameraState.ONLINE:
                self._tell(camera.camera_id, None, ())

    def look_at(self, camera_id: int, *, is_analysed: bool = True) -> None:
        """Emit one camera's faces if they are others than before; of who is not analysed nothing is known."""
        sequence = self.services.live.sequence(camera_id)
        if self._sequences.get(camera_id) == sequence:
            return
        self._sequences[camera_id] = sequence
        frame = self.services.live.newest(camera_id)
        if frame and is_analysed:
            self.minutes.note(frame)
        self._tell(camera_id, frame, tuple(face_message(face) for face in frame.faces) if frame else ())

    def _tell(self, camera_id: int, frame: LiveFrame | None, faces: tuple[dict[str, Any], ...]) -> None:
        if len(self.viewers) and faces != self._sent.get(camera_id, ()):
            self._sent[camera_id] = faces
            self.socketio.emit("faces_seen", faces_message(camera_id, frame, faces), namespace=NAMESPACE)


def faces_message(camera_id: int, frame: LiveFrame | None, faces: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return one camera's faces as browsers receive them."""
    captured_at = frame.captured_at.isoformat() if frame else None
    return {"camera_id": camera_id, "captured_at": captured_at, "faces": list(faces)}


def face_message(face: FaceSeen) -> dict[str, Any]:
    """Return one face as browsers and the API get it: scores to 5 %, so that a chip does not flicker."""
    return {
        "track_id": face.track_id,
        "emotion": face.emotion,
        "words": face_words(face.alert_emotion or face.emotion, face.level),
        "confidence": None if face.confidence is None else round(face.confidence * 20) / 20,
        "alerting": face.alerting,
        "alert_emotion": face.alert_emotion,
        "level": face.level,
    }


def face_words(emotion: str | None, level: str | None) -> str | None:
    """Return how a face looks, in English; of one that alerts the words of its alert."""
    if emotion is None:
        return None
    return alerting_words(Emotion(emotion), AlertLevel(level)) if level else EMOTION_WORDS[Emotion(emotion)]
