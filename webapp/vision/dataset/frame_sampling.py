"""Pictures to find a face in, from a camera, a video or a folder of photos, each with its time and its person."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from PIL import Image

from model.data.pictures import PICTURE_SUFFIXES
from webapp.domain.vision.emotions import EMOTIONS
from webapp.domain.vision.frames import ImageBGR
from webapp.errors import InputInvalid
from webapp.vision.dataset.capture_sessions import group_by_gap, short_name, stretch_at
from webapp.vision.images.image_io import read_picture
from webapp.vision.offline.recordings import timed_pictures
from webapp.vision.sources import Source
from webapp.vision.sources.decoding import VideoDecoder

# What phones write is named where it cannot be read, not passed over.
PHOTO_SUFFIXES = PICTURE_SUFFIXES | {".heic", ".heif"}
# Time stamps are rounded; a picture this little before its turn is on time.
_ON_TIME_S = 1e-3
_EXIF_FOLDER, _EXIF_TAKEN, _EXIF_CHANGED = 0x8769, 0x9003, 0x0132


@dataclass(frozen=True)
class FrameSample:
    """One picture to find a face in.

    Attributes:
        image_bgr: uint8, (height, width, 3), BGR.
        at: when it was taken (aware UTC); for a video, its file's time and the time into it.
        person: short name of the person; empty where nobody is named.
        stretch: frames of one person and one number are one session.
    """

    image_bgr: ImageBGR = field(repr=False)
    at: datetime
    person: str
    stretch: int


@dataclass(frozen=True)
class SamplingPlan:
    """Which frames of a camera or a video are sampled.

    Attributes:
        every_s: seconds between two frames. Raising it gives fewer faces, less alike.
        start_s: seconds to leave out at the begin.
        seconds: how long to look; None until the end.
        person: short name; empty where nobody is named.
    """

    every_s: float = 0.5
    start_s: float = 0.0
    seconds: float | None = None
    person: str = ""

    def samples(self, pictures: Iterator[tuple[float, ImageBGR]], begun_at: datetime) -> Iterator[FrameSample]:
        """Choose among the pictures.

        Args:
            pictures: seconds since the begin, never going back, and the picture.
            begun_at: when they began (aware UTC).
        """
        end_s = float("inf") if self.seconds is None else self.start_s + self.seconds
        due_s = self.start_s
        for time_s, image_bgr in pictures:
            if time_s >= end_s:
                return
            if time_s + _ON_TIME_S < due_s:
                continue
            due_s = max(due_s + self.every_s, time_s)
            stretch = 0 if self.person else stretch_at(time_s)
            if stretch is not None:
                yield FrameSample(image_bgr, begun_at + timedelta(seconds=time_s), self.person, stretch)


def recording_samples(decoder: VideoDecoder, path: Path, plan: SamplingPlan) -> Iterator[FrameSample]:
    """Sample a video, as fast as it can be decoded.

    Raises:
        CameraError: it cannot be decoded further.
    """
    pictures = ((time_s, picture.image_bgr) for time_s, picture in timed_pictures(decoder))
    return plan.samples(pictures, _changed_at(path))


def camera_samples(source: Source, plan: SamplingPlan, begun_at: datetime) -> Iterator[FrameSample]:
    """Sample an opened camera.

    Raises:
        CameraError: it sends no more pictures.
    """
    return plan.samples(_live_pictures(source), begun_at)


def _live_pictures(source: Source) -> Iterator[tuple[float, ImageBGR]]:
    began_s = time.monotonic()
    while True:
        image_bgr = source.read().image_bgr
        yield time.monotonic() - began_s, image_bgr


def photo_samples(
    folder: Path, person: str, on_damaged: Callable[[str], object] = lambda _reason: None
) -> Iterator[FrameSample]:
    """Sample the photos of a folder, each person's in the order of their times.

    Args:
        folder: photos; those in a sub-folder are of the person that the sub-folder is named after.
        person: short name of the one person of all photos; empty to go by the sub-folders.
        on_damaged: is told which file cannot be read, and why.

    Raises:
        InputInvalid: there is no photo, or a sub-folder is named after an emotion.
    """
    persons = _photos_of_persons(folder, person)
    if not persons:
        raise InputInvalid(
            f"'{folder}' holds no photo: expected files that end in {', '.join(sorted(PHOTO_SUFFIXES))}."
        )
    return (sample for name, photos in persons.items() for sample in _samples_of(name, photos, on_damaged))


def _photos_of_persons(folder: Path, person: str) -> dict[str, list[Path]]:
    """Return the photos by the person's short name; the name is empty for photos beside the sub-folders."""
    photos: dict[str, list[Path]] = {}
    for path in sorted(folder.rglob("*")):
        below = path.relative_to(folder).parts
        if path.suffix.lower() not in PHOTO_SUFFIXES or any(part.startswith(".") for part in below):
            continue
        name = person or (_person_of(folder, below[0]) if len(below) > 1 else "")
        photos.setdefault(name, []).append(path)
    return photos


def _person_of(folder: Path, sub_folder: str) -> str:
    if sub_folder.casefold() in {emotion.value for emotion in EMOTIONS}:
        raise InputInvalid(
            f"The sub-folder '{sub_folder}' is named after an emotion, but sub-folders are persons: give one emotion's "
            f"folder at a time, as in --source '{folder / sub_folder}' --emotion {sub_folder.casefold()}."
        )
    return short_name(sub_folder)


def _samples_of(person: str, photos: list[Path], on_damaged: Callable[[str], object]) -> Iterator[FrameSample]:
    timed = sorted((taken_at(path), path) for path in photos)
    numbers = group_by_gap([at for at, _ in timed])
    for (at, path), number in zip(timed, numbers, strict=True):
        try:
            image_bgr = read_picture(str(path))
        except InputInvalid as error:
            on_damaged(str(error))
            continue
        yield FrameSample(image_bgr, at, person, number)


def taken_at(path: Path) -> datetime:
    """Return when a photo was taken as its EXIF data say, else when its file was changed.

    EXIF tells no time zone, so its time counts as UTC: only the differences matter here.
    """
    try:
        with Image.open(path) as photo:
            exif = photo.getexif()
        stamp = exif.get_ifd(_EXIF_FOLDER).get(_EXIF_TAKEN) or exif.get(_EXIF_CHANGED)
        return datetime.strptime(str(stamp).strip("\0 "), "%Y:%m:%d %H:%M:%S").replace(tzinfo=UTC)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return _changed_at(path)


def _changed_at(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)
