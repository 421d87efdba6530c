"""From what FFmpeg says to what a person reads.

FFmpeg's and PyAV's own messages repeat the whole address with the password, so none of their text is used, and the
errors are raised `from None`: no trace shows them either.
"""

import av
import av.error
import av.logging

from webapp.errors import (
    CameraEnded,
    CameraError,
    CameraHasNoVideo,
    CameraPictureTooLarge,
    CameraRefusedCredentials,
    CameraTimedOut,
    CameraUnreachable,
)

_REFUSED = CameraRefusedCredentials(
    "The camera refused the user name or password: check both, and that this user may watch the stream."
)
_NOTHING_THERE = CameraUnreachable(
    "The camera answers, but has nothing at this path: check the part of the address after the host."
)
_SENDS_ERROR = CameraUnreachable(
    "The camera answers with an error instead of a stream: check the path, or restart the camera."
)
# Checked in this order: some of PyAV's classes derive from each other.
_FAILURES: tuple[tuple[tuple[type[BaseException], ...], CameraError], ...] = (
    (
        (av.error.HTTPUnauthorizedError, av.error.HTTPForbiddenError),
        _REFUSED,
    ),
    (
        (av.error.HTTPNotFoundError, av.error.FileNotFoundError),
        _NOTHING_THERE,
    ),
    (
        (av.error.HTTPError,),
        _SENDS_ERROR,
    ),
    (
        (ConnectionRefusedError,),
        CameraUnreachable("Nothing listens at the camera's host and port: check both, and that the camera is on."),
    ),
    (
        (av.error.ExitError, TimeoutError),
        CameraTimedOut(
            "The camera did not answer in time: check the address and the network, or that the camera is not "
            "overloaded."
        ),
    ),
    (
        (av.error.ProtocolNotFoundError,),
        CameraHasNoVideo(
            "The stream leads to a kind of address that a camera may not lead to: give the address of the video itself."
        ),
    ),
    (
        (av.error.EOFError, av.error.ConnectionResetError, av.error.BrokenPipeError),
        CameraEnded("The camera closed the connection."),
    ),
    (
        (
            av.error.InvalidDataError,
            av.error.ArgumentError,  # Its format is on no list of ours.
            av.error.DemuxerNotFoundError,
            av.error.DecoderNotFoundError,
            av.error.PatchWelcomeError,
        ),
        CameraHasNoVideo(
            "Expected a video stream (RTSP, MJPEG, HLS or MP4), got something that cannot be decoded: check the path "
            "of the address."
        ),
    ),
)
_UNREACHABLE = CameraUnreachable(
    "The camera cannot be reached: check the host's name, the port and the network, and that the camera is on."
)


def silence_ffmpeg() -> None:
    """Keep FFmpeg from writing to standard error: its lines hold the address with the password."""
    av.logging.set_level(None)
    av.logging.set_libav_level(av.logging.PANIC)


def camera_error(error: BaseException, when_unknown: CameraError = _UNREACHABLE) -> CameraError:
    """Return what to raise, `from None`, for an error of PyAV.

    Args:
        error: what PyAV raised; its text is not used.
        when_unknown: what an error that says nothing of its cause means at this point.
    """
    return _anew(next((failure for classes, failure in _FAILURES if isinstance(error, classes)), when_unknown))


def http_error(status: int) -> CameraError:
    """Return what to raise for a status of HTTP that is no success."""
    known = {401: _REFUSED, 403: _REFUSED, 404: _NOTHING_THERE, 410: _NOTHING_THERE}
    return _anew(known.get(status, _SENDS_ERROR))


def refused_credentials() -> CameraError:
    """Return what to raise where a log-in failed."""
    return _anew(_REFUSED)


def did_not_answer(timeout_s: float) -> CameraTimedOut:
    """Return what to raise where a camera has not answered by then."""
    return CameraTimedOut(
        "The camera did not answer within %(timeout_s)s s: "
        "check the address and the network, and that the camera is not overloaded.",
        timeout_s=f"{timeout_s:g}",
    )


def no_picture_in_time(timeout_s: float) -> CameraTimedOut:
    """Return what to raise where no picture has come by then."""
    return CameraTimedOut("No picture came within %(read_timeout_s)s s.", read_timeout_s=f"{timeout_s:g}")


def leads_away() -> CameraHasNoVideo:
    """Return what to raise where a camera leads to another host, or on and on."""
    return CameraHasNoVideo(
        "The camera leads on to another address, to which its password is not sent: enter the address of the stream "
        "itself."
    )


def talks_on() -> CameraHasNoVideo:
    """Return what to raise where a camera's answer has no end to its head."""
    return CameraHasNoVideo(
        "The camera answers on and on without coming to its pictures: restart it, or check that it is a camera."
    )


def _anew(known: CameraError) -> CameraError:
    return type(known)(known.text, **known.values)


def check_pixels(width_px: int, height_px: int, max_pixels: int) -> None:
    """Refuse a picture by its size, before it is decoded.

    Raises:
        CameraPictureTooLarge: it has too many pixels.
    """
    if width_px * height_px > max_pixels:
        raise CameraPictureTooLarge(
            "The camera sends pictures of %(width)s × %(height)s pixels, and more than %(most)s megapixels are not "
            "decoded: choose a smaller stream in the camera, or raise AMENDS_FRAME_MAX_MEGAPIXELS.",
            width=width_px,
            height=height_px,
            most=max_pixels // 10**6,
        )


def check_sides(width_px: int, height_px: int, *, least_px: float) -> None:
    """Refuse a picture in which nothing can be seen.

    Raises:
        CameraHasNoVideo: one of its sides is too short.
    """
    if min(width_px, height_px) < least_px:
        raise CameraHasNoVideo(
            "The camera sends pictures of %(width)s × %(height)s pixels, in which nothing can be seen: choose another "
            "stream in the camera.",
            width=width_px,
            height=height_px,
        )


def too_much_memory() -> CameraPictureTooLarge:
    """Return what to raise when a decoder gets no more memory."""
    return CameraPictureTooLarge(
        "The camera's pictures need more memory than one camera may have: choose a smaller stream in the camera, or "
        "raise AMENDS_CAPTURE_MEMORY_MIB."
    )
