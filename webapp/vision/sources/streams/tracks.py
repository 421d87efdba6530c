"""Which of the tracks of a file or a stream is the video."""

from av.container import InputContainer
from av.stream import Discard, Disposition
from av.video.stream import VideoStream

from webapp.errors import CameraHasNoVideo

# A text file counts as a film of typed characters for FFmpeg.
_NOT_VIDEO = frozenset({"ansi", "bintext", "xbin", "idf"})
_COVER = Disposition.attached_pic | Disposition.timed_thumbnails

_ONLY_COVER = CameraHasNoVideo("There is no video, only a cover picture: give the address of a video.")
_ONLY_SOUND = CameraHasNoVideo("The camera sends no picture, only sound: give the address of its video.")
_NOTHING = CameraHasNoVideo("Expected a video stream, got something without pictures: check the path of the address.")


def video_track(container: InputContainer) -> VideoStream:
    """Return the track that is the video, and leave out the others.

    Of several it is one that is switched on, and of these the largest, and of these the first.

    Raises:
        CameraHasNoVideo: there is none, such as where there is but sound, with or without a cover.
    """
    tracks = [track for track in container.streams.video if _is_video(track)]
    if not tracks:
        raise _no_video(container)
    chosen = max(tracks, key=_rank)  # The first of equal ones.
    for other in container.streams:
        if other.index != chosen.index:
            other.discard = Discard.all
    return chosen


def _is_video(track: VideoStream) -> bool:
    context = track.codec_context
    return context is not None and context.name not in _NOT_VIDEO and not track.disposition & _COVER


def _rank(track: VideoStream) -> tuple[bool, int]:
    context = track.codec_context
    return bool(track.disposition & Disposition.default), context.width * context.height


def _no_video(container: InputContainer) -> CameraHasNoVideo:
    if any(track.disposition & _COVER for track in container.streams.video):
        said = _ONLY_COVER
    else:
        said = _ONLY_SOUND if container.streams.audio else _NOTHING
    return CameraHasNoVideo(said.text)


def is_without_video(error: CameraHasNoVideo) -> bool:
    """Return whether it says that something can be read, and has no video in it."""
    return error.text in {_ONLY_COVER.text, _ONLY_SOUND.text}
