"""Draws what was seen onto the picture: words first, colours only beside them."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import cv2
import numpy as np

from webapp.domain.alerts.rules import AlertLevel, AlertRule
from webapp.domain.alerts.wording import ALERT_WORDS, alerting_words
from webapp.domain.vision.emotions import EMOTION_WORDS, Emotion, EmotionScores
from webapp.domain.vision.frames import ImageBGR
from webapp.domain.vision.tracks import PersonTrack
from webapp.services.dashboard.live_frames import FaceSeen
from webapp.vision.pipeline.frame_pipeline import AnalysedFrame
from webapp.vision.pipeline.image_analysis import StillFace
from webapp.vision.pipeline.text_overlay import plate_bgr

ColourBGR = tuple[int, int, int]

# Okabe and Ito's palette, which people with any kind of colour vision can tell apart.
COLOURS_BGR: Mapping[Emotion, ColourBGR] = MappingProxyType(
    {
        Emotion.ANGRY: (0, 94, 213),  # vermilion
        Emotion.DISGUST: (0, 159, 230),  # orange
        Emotion.FEAR: (167, 121, 204),  # reddish purple
        Emotion.HAPPY: (115, 158, 0),  # bluish green
        Emotion.SAD: (178, 114, 0),  # blue
        Emotion.SURPRISE: (66, 228, 240),  # yellow
        Emotion.NEUTRAL: (233, 180, 86),  # sky blue
    }
)
_UNREAD_BGR: ColourBGR = (200, 200, 200)
_DARK_BGR: ColourBGR = (20, 20, 20)
_ALERT_BGR = COLOURS_BGR[Emotion.ANGRY]


def annotate(
    analysed: AnalysedFrame,
    *,
    camera_name: str,
    rule: AlertRule,
    local_time: str,
    max_width_px: int = 1280,
    pause_words: str = "",
) -> ImageBGR:
    """Draw the faces, the camera's name, the time and whether someone alerts now.

    The picture says what faces do now; whether an alert waits to be resolved is said beside it.

    Args:
        analysed: the frame and what was seen in it; its picture is not changed.
        camera_name: what staff call the place.
        rule: what alerts on the camera; its emotions name the alert.
        local_time: the time as text.
        max_width_px: the picture is reduced to this width; never enlarged.
        pause_words: why nobody is analysed now; empty while faces are.

    Returns:
        A new picture, uint8, (height, width, 3), BGR.
    """
    picture = annotate_faces(analysed, rule, max_width_px=max_width_px)
    letter_px = _letter_px(picture)
    _paste(picture, plate_bgr(f"{camera_name}  {local_time}", letter_px, _UNREAD_BGR, picture.shape[1]), 0, 0)
    state = f"{_alert_words(analysed, rule)} now" if analysed.alerting else pause_words
    if state:
        colour = _ALERT_BGR if analysed.alerting else _UNREAD_BGR
        plate = plate_bgr(state, letter_px, colour, picture.shape[1])
        _paste(picture, plate, 0, picture.shape[0] - plate.shape[0])
    return picture


def annotate_faces(analysed: AnalysedFrame, rule: AlertRule, *, max_width_px: int) -> ImageBGR:
    """Draw the faces alone, for a tile of the wall, beside which everything else is said.

    Args:
        analysed: the frame and what was seen in it; its picture is not changed.
        rule: what alerts on the camera.
        max_width_px: the picture is reduced to this width; never enlarged.

    Returns:
        A new picture, uint8, (height, width, 3), BGR.
    """
    picture, scale = _reduced_copy(analysed.frame.image_bgr, max_width_px)
    letter_px = _letter_px(picture)
    for track in sorted(analysed.tracks, key=lambda track: track.track_id in analysed.alerting):
        _draw_track(picture, track, rule, letter_px, scale, is_alerting=track.track_id in analysed.alerting)
    return picture


def annotate_still(image_bgr: ImageBGR, faces: Sequence[StillFace], names: Sequence[str] | None = None) -> ImageBGR:
    """Draw the faces of a still picture.

    Args:
        image_bgr: uint8, (height, width, 3), BGR; not changed.
        faces: what was found in it.
        names: what each face is called, to be found again beside the picture; None names none.

    Returns:
        A new picture of the same size.
    """
    picture = image_bgr.copy()
    for face, name in zip(faces, names or [""] * len(faces), strict=True):
        words = f"{name}  {_words(face.scores)}" if name else _words(face.scores)
        _draw_box(picture, face.box_xyxy, words, _colour_bgr(face.scores), _letter_px(picture), 1.0)
    return picture


def encode_jpeg(image_bgr: ImageBGR, quality: int) -> bytes:
    """Return a picture as JPEG.

    Args:
        image_bgr: uint8, (height, width, 3), BGR; not changed.
        quality: 0 to 100; more is larger and finer.

    Raises:
        ValueError: the picture cannot be encoded.
    """
    is_encoded, encoded = cv2.imencode(".jpg", image_bgr, [cv2.IMWRITE_JPEG_QUALITY, quality])
    if not is_encoded:
        raise ValueError(f"expected a picture that fits into a JPEG, got {image_bgr.shape}")
    return bytes(encoded.data)


def faces_seen(analysed: AnalysedFrame, rule: AlertRule) -> tuple[FaceSeen, ...]:
    """Return the visible faces as the dashboard and the API show them."""
    return tuple(_face_seen(track, rule, track.track_id in analysed.alerting) for track in analysed.tracks)


def _face_seen(track: PersonTrack, rule: AlertRule, is_alerting: bool) -> FaceSeen:
    shown = track.smoothed if track.scores else None  # A view that abstains shows no guess.
    return FaceSeen(
        track_id=track.track_id,
        box_xyxy=track.box_xyxy,
        emotion=shown.top.value if shown else None,
        confidence=shown.confidence if shown else None,
        alert_score=rule.score(track),
        alerting=is_alerting,
        alert_emotion=rule.leading_emotion(track).value if is_alerting else None,
        level=_level(track, rule).value if is_alerting else None,
    )


def _level(track: PersonTrack, rule: AlertRule) -> AlertLevel:
    return rule.level(rule.score(track) or 0.0)


def _reduced_copy(image_bgr: ImageBGR, max_width_px: int) -> tuple[ImageBGR, float]:
    """Return a copy that is not too wide, and its scale.

    Halving has a fast way of its own, and less than halving loses nothing when neighbours are mixed: together a fifth
    of the time of one reduction by areas, which for a tile took longer than all else (3.7 ms of 720p).
    """
    height_px, width_px = image_bgr.shape[:2]
    if width_px <= max_width_px:
        return image_bgr.copy(), 1.0
    scale, reduced = max_width_px / width_px, image_bgr
    while reduced.shape[1] >= 2 * max_width_px:
        half = (reduced.shape[1] // 2, max(1, reduced.shape[0] // 2))
        reduced = np.asarray(cv2.resize(reduced, half, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    size = (max_width_px, max(1, round(height_px * scale)))
    return np.asarray(cv2.resize(reduced, size, interpolation=cv2.INTER_LINEAR), dtype=np.uint8), scale


def _draw_track(
    picture: ImageBGR, track: PersonTrack, rule: AlertRule, letter_px: int, scale: float, *, is_alerting: bool
) -> None:
    shown = track.smoothed if track.scores else None
    if is_alerting:
        words = alerting_words(rule.leading_emotion(track), _level(track, rule))
        _draw_box(picture, track.box_xyxy, words, _ALERT_BGR, letter_px, scale, line_factor=2)
        return
    _draw_box(picture, track.box_xyxy, _words(shown), _colour_bgr(shown), letter_px, scale)


def _draw_box(
    picture: ImageBGR,
    box_xyxy: tuple[float, float, float, float],
    words: str,
    colour: ColourBGR,
    letter_px: int,
    scale: float,
    *,
    line_factor: int = 1,
) -> None:
    left, top, right, bottom = (round(side * scale) for side in box_xyxy)
    line_px = max(2, letter_px // 8) * line_factor
    cv2.rectangle(picture, (left, top), (right, bottom), _DARK_BGR, line_px + 2)
    cv2.rectangle(picture, (left, top), (right, bottom), colour, line_px)
    plate = plate_bgr(words, letter_px, colour, picture.shape[1])
    above = top - plate.shape[0] - line_px
    _paste(picture, plate, left, above if above >= 0 else bottom + line_px)


def _words(scores: EmotionScores | None) -> str:
    return f"{EMOTION_WORDS[scores.top]} {scores.confidence:.0%}" if scores else "not readable"


def _colour_bgr(scores: EmotionScores | None) -> ColourBGR:
    return COLOURS_BGR[scores.top] if scores else _UNREAD_BGR


def _letter_px(picture: ImageBGR) -> int:
    return max(12, round(int(picture.shape[1]) * 0.02))


def _alert_words(analysed: AnalysedFrame, rule: AlertRule) -> str:
    """Return how those who alert look; where all of them are hidden just now, how anyone who alerts looks."""
    alerting = [rule.leading_emotion(track) for track in analysed.living if track.track_id in analysed.alerting]
    words = {ALERT_WORDS[emotion] for emotion in alerting or rule.emotions}
    return " or ".join(sorted(words))


def _paste(picture: ImageBGR, plate: ImageBGR, left: int, top: int) -> None:
    """Lay a plate onto the picture, moved inside where it would stick out, in place."""
    left = max(0, min(left, picture.shape[1] - plate.shape[1]))
    top = max(0, min(top, picture.shape[0] - plate.shape[0]))
    room = picture[top : top + plate.shape[0], left : left + plate.shape[1]]
    room[:] = plate[: room.shape[0], : room.shape[1]]
