"""Why a camera gives no picture, in plain words, and what to do next: English here, translated where it is read."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from webapp.domain.cameras.cameras import CameraKind, StateReason


class Cause(StrEnum):
    """Why a camera gives no picture; stable, for programs."""

    NAME_UNKNOWN = "name_unknown"
    FORBIDDEN = "forbidden"
    NO_ANSWER = "no_answer"
    PORT_CLOSED = "port_closed"
    NO_TLS = "no_tls"
    SILENT = "silent"
    LOG_IN_MISSING = "log_in_missing"
    LOG_IN_REFUSED = "log_in_refused"
    WRONG_PATH = "wrong_path"
    NO_VIDEO = "no_video"
    TOO_LARGE = "too_large"
    TOO_SLOW = "too_slow"
    HANGS_UP = "hangs_up"
    UNSTABLE = "unstable"
    FILE_AWAY = "file_away"
    FILE_UNREADABLE = "file_unreadable"
    FILE_NO_VIDEO = "file_no_video"
    DEVICE_AWAY = "device_away"
    NOT_PAIRED = "not_paired"
    SCREEN_SILENT = "screen_silent"
    OWN_FAULT = "own_fault"


@dataclass(frozen=True)
class Advice:
    """What is said of a cause.

    Attributes:
        summary: what is wrong, in one plain sentence.
        todo: what to look at, the most likely first.
        is_for_staff: whether someone without an admin's rights can mend it, at its plug or its cable.
    """

    summary: str
    todo: tuple[str, ...]
    is_for_staff: bool = False


def said(text: str) -> str:
    """Return a text as it is: marks one that is translated where it is read."""
    return text


_POWER = said("Check that the camera has power: its light, its plug, its power supply, or the port of a PoE switch.")
_CABLE = said("Check the network cable and the lights at both of its ends; of a wireless camera, the reception.")
_PATH = said(
    "Check the part of the address after the host in the camera’s manual: makers call it stream1, live, h264 or "
    "Streaming/Channels/101, and recorders put the number of the channel into it."
)
_FIND = said(
    "Let Amends ask the camera: Add a camera → Look for cameras on the network shows the addresses of its streams."
)
_CODEC = said("Choose H.264 (or MJPEG) as the video format in the camera’s own menu, and switch “smart” codecs off.")
_SMALLER = said("Choose the camera’s smaller stream, or a lower resolution and bit rate in its own menu.")
_VIEWERS = said(
    "Close other programs that show this camera, such as its maker’s app: many cameras serve one or two only."
)
_RESTART = said("Restart the camera: take its plug out for ten seconds, then wait two minutes.")

_ADVICE: dict[Cause, Advice] = {
    Cause.NAME_UNKNOWN: Advice(
        said("No name server knows the camera’s name, so it cannot be called."),
        (
            said("Check how the name is spelt in the camera’s address."),
            said(
                "Enter the camera’s IP address instead of its name: its app or the router’s list of devices shows it."
            ),
            said("Check that this machine reaches the name server of the site; run.py doctor says more."),
        ),
    ),
    Cause.FORBIDDEN: Advice(
        said("At this address no camera is called: it leads to no camera, or to a machine’s secrets."),
        (said("Give the camera an address of its own network, by DHCP or by hand, and enter that."),),
    ),
    Cause.NO_ANSWER: Advice(
        said("Nothing answers at the camera’s address: it is off, unplugged, or not on the same network."),
        (
            _POWER,
            _CABLE,
            said(
                "Check that the camera still has this address: after a power cut a router may give it another one. "
                "Give it a fixed address."
            ),
            said("Check that this machine is in the same network and that no firewall is between the two."),
        ),
        is_for_staff=True,
    ),
    Cause.PORT_CLOSED: Advice(
        said("A device is at this address, but nothing listens at this port."),
        (
            said("Check the port in the address: mostly 554 for rtsp, 80 for http and 443 for https."),
            said("Switch RTSP (or ONVIF) on in the camera’s own menu: many cameras are delivered with it off."),
            said("Wait two minutes if the camera was just switched on."),
            said("Check that this is the camera’s address and not that of another device."),
        ),
    ),
    Cause.NO_TLS: Advice(
        said("A device answers at this port, but not with encryption."),
        (
            said("Write rtsp:// instead of rtsps://, or http:// instead of https://, with the port for it."),
            said("Or switch encryption on in the camera’s own menu."),
        ),
    ),
    Cause.SILENT: Advice(
        said("The camera takes the call and then says nothing: it hangs, or another service has this port."),
        (
            _RESTART,
            said("Check the port in the address: mostly 554 for rtsp, 80 for http and 443 for https."),
            _VIEWERS,
            said("Check that no firewall or proxy between the two holds the connection."),
        ),
        is_for_staff=True,
    ),
    Cause.LOG_IN_MISSING: Advice(
        said("The camera asks for a user name and a password, and none is stored."),
        (
            said("Enter the camera’s user name and password under Connection, in their own fields."),
            said("Many cameras have separate users for RTSP or ONVIF: add one in the camera’s own menu."),
        ),
    ),
    Cause.LOG_IN_REFUSED: Advice(
        said("The camera refuses the stored user name or password."),
        (
            said(
                "Disable the camera here until you have the right password: every call is one more wrong try, and many "
                "cameras refuse everyone for some minutes after a few of them."
            ),
            said("Try both on the camera’s own page, then enter them again under Connection."),
            said("Many cameras have separate users for RTSP or ONVIF: check that this one may see the live picture."),
        ),
    ),
    Cause.WRONG_PATH: Advice(
        said("The camera answers, but has no stream at this path."),
        (_PATH, _FIND, _RESTART),
    ),
    Cause.NO_VIDEO: Advice(
        said("Something answers, but it sends no video that can be shown."),
        (_PATH, _FIND, _CODEC),
    ),
    Cause.TOO_LARGE: Advice(
        said("The camera’s pictures are larger than this machine may decode."),
        (_SMALLER,),
    ),
    Cause.TOO_SLOW: Advice(
        said("The stream is open, but no picture comes in time."),
        (
            said("Set the key frame (I-frame) interval in the camera’s own menu to one or two seconds."),
            _SMALLER,
            _CODEC,
            _CABLE,
            _VIEWERS,
        ),
    ),
    Cause.HANGS_UP: Advice(
        said("The camera ends the connection by itself."),
        (_VIEWERS, _RESTART, _POWER, _CABLE),
        is_for_staff=True,
    ),
    Cause.UNSTABLE: Advice(
        said("The camera’s connection comes and goes."),
        (_CABLE, _POWER, _VIEWERS, _SMALLER),
        is_for_staff=True,
    ),
    Cause.FILE_AWAY: Advice(
        said("The recording is not where its address says."),
        (
            said("Put the video into the folder of recordings again, under the same name."),
            said("Check the name in the address: capitals and small letters are different."),
            said("Check that the disk with the recording is connected."),
        ),
    ),
    Cause.FILE_UNREADABLE: Advice(
        said("The recording is there, but this program may not read it."),
        (said("Give the user that runs Amends the right to read the file and its folder."),),
    ),
    Cause.FILE_NO_VIDEO: Advice(
        said("The recording cannot be decoded as a video."),
        (
            said("Play the file in another program: it may be damaged, or have been copied in part."),
            said("Convert it to MP4 with H.264."),
        ),
    ),
    Cause.DEVICE_AWAY: Advice(
        said("The USB camera is not there, or another program uses it."),
        (
            said("Check the plug of the USB camera, and try another socket without a hub."),
            said("Close other programs that use it."),
            said("Check its number: after a restart usb:0 may be another camera."),
            said("On Linux the user that runs Amends has to be in the group video."),
        ),
        is_for_staff=True,
    ),
    Cause.NOT_PAIRED: Advice(
        said("No screen is paired with this camera."),
        (said("Make a pairing link under Screen, open it on the screen, and press Start there."),),
    ),
    Cause.SCREEN_SILENT: Advice(
        said("The paired screen sends no pictures."),
        (
            said("Check that the screen is on and shows the kiosk’s page, and press Start there."),
            said("Check that its browser may use the camera, and that the screen is on the network."),
        ),
        is_for_staff=True,
    ),
    Cause.OWN_FAULT: Advice(
        said("The fault is not the camera’s: the program that decodes it cannot run."),
        (
            said("Look at System: is there enough memory and storage, and what do the logs say?"),
            said("Restart Amends if it goes on."),
        ),
    ),
}
_BY_CODE: Mapping[str, Cause] = MappingProxyType(
    {
        "camera_unreachable": Cause.NO_ANSWER,
        "camera_timed_out": Cause.NO_ANSWER,
        "camera_refused_credentials": Cause.LOG_IN_REFUSED,
        "camera_has_no_video": Cause.NO_VIDEO,
        "camera_picture_too_large": Cause.TOO_LARGE,
        "camera_ended": Cause.HANGS_UP,
        "camera_stalled": Cause.TOO_SLOW,
        "camera_unstable": Cause.UNSTABLE,
    }
)
_AWAY = ("camera_unreachable", "camera_timed_out", "camera_ended")
_BY_KIND: Mapping[CameraKind, Mapping[str, Cause]] = MappingProxyType(
    {
        CameraKind.FILE: {"camera_unreachable": Cause.FILE_AWAY, "camera_has_no_video": Cause.FILE_NO_VIDEO},
        CameraKind.USB: dict.fromkeys(_AWAY, Cause.DEVICE_AWAY),
        CameraKind.KIOSK: dict.fromkeys(_AWAY, Cause.SCREEN_SILENT),
    }
)


def advice_of(cause: Cause) -> Advice:
    """Return what is said of a cause."""
    return _ADVICE[cause]


def cause_of(reason: StateReason, kind: CameraKind) -> Cause:
    """Return the most likely cause of why a camera is offline, of which no step is known.

    Args:
        reason: what the capture process said.
        kind: of the camera.
    """
    return _BY_KIND.get(kind, {}).get(reason.code) or _BY_CODE.get(reason.code, Cause.OWN_FAULT)
