"""What staff see on the picture."""

from dataclasses import replace
from datetime import UTC, datetime

import cv2
import numpy as np
import pytest

from tests.fakes.vision import ANGRY, CALM, scores_of
from webapp.domain.alerts.rules import AlertRule
from webapp.domain.cameras.schedule import ScheduleState
from webapp.domain.site.site_records import RecordKind
from webapp.domain.vision.emotions import Emotion, EmotionScores
from webapp.domain.vision.frames import Frame
from webapp.domain.vision.tracks import PersonTrack
from webapp.vision.pipeline import annotation as annotate_module
from webapp.vision.pipeline.annotation import annotate, annotate_still, encode_jpeg, faces_seen
from webapp.vision.pipeline.frame_pipeline import AnalysedFrame
from webapp.vision.pipeline.image_analysis import StillFace
from webapp.vision.pipeline.rendering import CameraCaption, FrameRenderer
from webapp.vision.pipeline.text_overlay import plate_bgr
from webapp.web.live.faces_feed import face_message

NOW = datetime(2026, 1, 1, tzinfo=UTC)
TRACK = PersonTrack(1, (100.0, 80.0, 200.0, 180.0), NOW, NOW, CALM, CALM, 5, NOW)


def analysed(*tracks: PersonTrack, alerting: frozenset[int] = frozenset(), width_px: int = 640) -> AnalysedFrame:
    image_bgr = np.full((360, width_px, 3), 128, np.uint8)
    return AnalysedFrame(Frame(1, 1, NOW, image_bgr), tracks, tracks, alerting=alerting)


def draw(one: AnalysedFrame, **options: int) -> np.ndarray:
    return annotate(one, camera_name="Counter", rule=AlertRule(), local_time="2026-01-01 12:00:00", **options)


@pytest.fixture
def words(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The words that are drawn."""
    drawn: list[str] = []

    def noting(text: str, *rest: object) -> np.ndarray:
        drawn.append(text)
        return plate_bgr(text, *rest)

    monkeypatch.setattr(annotate_module, "plate_bgr", noting)
    return drawn


def test_a_copy_is_drawn_on() -> None:
    one = analysed(TRACK)
    picture = draw(one)
    assert picture.shape == one.frame.image_bgr.shape
    assert (one.frame.image_bgr == 128).all()
    assert (picture[80:181, 98:103] != 128).any()


def test_emotion_confidence_camera_and_time_are_words(words: list[str]) -> None:
    draw(analysed(TRACK))
    assert words == ["neutral 100%", "Counter  2026-01-01 12:00:00"]


def test_an_alert_is_words_not_only_a_colour(words: list[str]) -> None:
    draw(analysed(replace(TRACK, scores=ANGRY, smoothed=ANGRY), alerting=frozenset({1})))
    assert words[0] == "angry-looking, high"
    assert words[-1] == "angry-looking now"


@pytest.mark.parametrize(
    ("scores", "emotions", "expected"),
    [
        (scores_of(happy=0.5, angry=0.4), {Emotion.ANGRY}, "angry-looking, low"),
        (scores_of(disgust=0.55, angry=0.2), {Emotion.ANGRY, Emotion.DISGUST}, "angry-looking, medium"),
        (scores_of(sad=0.95), {Emotion.ANGRY, Emotion.SAD}, "sad-looking, high"),
    ],
)
def test_a_face_that_alerts_is_called_by_its_alert_on_the_picture_and_beside_it(
    words: list[str], scores: EmotionScores, emotions: set[Emotion], expected: str
) -> None:
    rule = AlertRule(frozenset(emotions))
    one = analysed(replace(TRACK, scores=scores, smoothed=scores), alerting=frozenset({1}))
    annotate(one, camera_name="Counter", rule=rule, local_time="12:00")
    (face,) = faces_seen(one, rule)
    assert words[0] == face_message(face)["words"] == expected
    assert words[-1] == f"{expected.split(',')[0]} now"


@pytest.mark.parametrize(
    ("opens_at", "said"),
    [
        (datetime(2026, 3, 3, 7, tzinfo=UTC), "Closed until Tuesday 07:00: nothing is analysed"),
        (None, "Closed: nothing is analysed"),
    ],
)
def test_the_picture_of_a_closed_camera_says_until_when(words: list[str], opens_at: datetime | None, said: str) -> None:
    closed = ScheduleState(is_open=False, opens_at=opens_at)
    FrameRenderer().picture_jpeg(analysed(), CameraCaption("Counter", AlertRule(), closed))
    assert words[-1] == said


def test_the_picture_of_a_camera_that_waits_for_records_says_which(words: list[str]) -> None:
    caption = CameraCaption("Counter", AlertRule(), awaited=(RecordKind.PURPOSE, RecordKind.STAFF_ZONES))
    FrameRenderer().picture_jpeg(analysed(), caption)
    assert words[-1] == "Nobody is analysed. Not on record: purpose, staff zones."


def test_an_open_alert_shows_while_its_face_is_hidden(words: list[str]) -> None:
    draw(analysed(alerting=frozenset({1})))
    assert words[-1] == "angry-looking now"


def test_a_view_that_abstains_shows_no_guess(words: list[str]) -> None:
    one = analysed(replace(TRACK, scores=None))
    draw(one)
    assert words[0] == "not readable"
    assert faces_seen(one, AlertRule())[0].emotion is None


def test_a_wide_picture_is_reduced_and_a_small_one_is_not_enlarged() -> None:
    assert draw(analysed(TRACK, width_px=1280), max_width_px=640).shape == (180, 640, 3)
    assert draw(analysed(TRACK), max_width_px=1280).shape == (360, 640, 3)


@pytest.mark.parametrize("box", [(-20.0, -30.0, 60.0, 50.0), (600.0, 330.0, 700.0, 430.0), (0.0, 0.0, 640.0, 360.0)])
def test_faces_at_the_edge_are_drawn(box: tuple[float, float, float, float]) -> None:
    assert (draw(analysed(replace(TRACK, box_xyxy=box))) != 128).any()


@pytest.mark.parametrize("size", [(16, 16), (90, 160), (2160, 3840)])
def test_pictures_of_any_size_are_drawn_on(size: tuple[int, int]) -> None:
    one = AnalysedFrame(Frame(1, 1, NOW, np.zeros((*size, 3), np.uint8)), (TRACK,), (TRACK,))
    assert draw(one, max_width_px=3840).shape == (*size, 3)


def test_names_in_other_scripts_are_drawn_and_long_ones_shortened() -> None:
    plate = plate_bgr("Kasse Süd Ω Ж", 16, (0, 0, 0), 640)
    assert not np.array_equal(plate, plate_bgr("Kasse S?d ? ?", 16, (0, 0, 0), 640))
    assert plate_bgr("x" * 500, 16, (0, 0, 0), 320).shape[1] <= 320


def test_faces_seen_carry_score_and_alert() -> None:
    angry = replace(TRACK, scores=ANGRY, smoothed=ANGRY)
    face = faces_seen(analysed(angry, alerting=frozenset({1})), AlertRule())[0]
    assert (face.track_id, face.emotion, face.alerting) == (1, "angry", True)
    assert face.confidence == pytest.approx(0.9)
    assert face.alert_score == pytest.approx(0.9)


def test_still_pictures_are_marked_on_a_copy() -> None:
    image_bgr = np.full((200, 300, 3), 128, np.uint8)
    marked = annotate_still(image_bgr, [StillFace((50, 50, 150, 150), ANGRY), StillFace((200, 50, 250, 100), None)])
    assert (image_bgr == 128).all()
    assert (marked != 128).any()


def test_jpeg_is_jpeg() -> None:
    jpeg = encode_jpeg(np.zeros((90, 160, 3), np.uint8), 80)
    assert cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR).shape == (90, 160, 3)
