"""A real video with a list of who looks how, and when, as what a camera saw."""

import csv
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from webapp.domain.vision.emotions import EMOTIONS
from webapp.errors import InputInvalid
from webapp.vision.alert_evaluation.people import Person
from webapp.vision.alert_evaluation.simulation import SeenCamera, SeenMoment, Visit
from webapp.vision.offline.recordings import BEGIN, RecordingAnalysis

COLUMNS = ("start_s", "end_s", "emotion")


@dataclass(frozen=True)
class ListedEpisode:
    """One row of the list.

    Attributes:
        start_s: seconds from the video's first picture.
        end_s: when it is over; later than `start_s`.
        emotion: what the person looks like meanwhile.
    """

    start_s: float
    end_s: float
    emotion: str


def read_episodes(path: Path) -> list[ListedEpisode]:
    """Read a list of episodes, CSV with the columns `start_s,end_s,emotion`.

    Raises:
        InputInvalid: the file cannot be read, or a row is not as it should be; the message names the line.
    """
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            rows = csv.DictReader(file)
            if tuple(rows.fieldnames or ()) != COLUMNS:
                raise InputInvalid(f"{path}: expected the columns {','.join(COLUMNS)}, got {rows.fieldnames}.")
            episodes = [_episode(row, f"{path}, line {rows.line_num}") for row in rows]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputInvalid(f"Cannot read '{path}': {error}.") from None
    if not episodes:
        raise InputInvalid(f"{path}: expected at least one episode, got none.")
    return sorted(episodes, key=lambda episode: episode.start_s)


def watch_recording(analysis: RecordingAnalysis, episodes: list[ListedEpisode]) -> tuple[list[Person], SeenCamera]:
    """Run a video through the pipeline; anyone who is visible during an episode is its person.

    Raises:
        CameraError: the video cannot be decoded further.
    """
    visits = [
        Visit(number, BEGIN + timedelta(seconds=one.start_s), BEGIN + timedelta(seconds=one.end_s))
        for number, one in enumerate(episodes)
    ]
    moments = []
    for analysed in analysis.frames():
        at = analysed.frame.captured_at
        here = next((visit.person for visit in visits if visit.began_at <= at < visit.ended_at), None)
        owners = {} if here is None else {track.track_id: here for track in analysed.tracks}
        moments.append(SeenMoment(at, analysed.living, owners))
    people = [Person(f"{one.start_s:g} s", one.emotion) for one in episodes]
    return people, SeenCamera(tuple(visits), tuple(moments))


def _episode(row: dict[str, str], place: str) -> ListedEpisode:
    try:
        start_s, end_s = float(row["start_s"]), float(row["end_s"])
    except (TypeError, ValueError):
        raise InputInvalid(f"{place}: expected start_s and end_s as seconds, got {row}.") from None
    emotion = (row["emotion"] or "").strip().lower()
    if not 0 <= start_s < end_s or emotion not in EMOTIONS:
        raise InputInvalid(
            f"{place}: expected 0 <= start_s < end_s and an emotion out of {', '.join(EMOTIONS)}, got {row}."
        )
    return ListedEpisode(start_s, end_s, emotion)
