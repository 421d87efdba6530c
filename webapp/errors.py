"""Every error that Amends raises on purpose, as one tree.

    AmendsError
    ├── SettingsInvalid              the environment holds a value that cannot be used
    ├── InputInvalid                 a person or a client sent something that cannot be used
    ├── NotFound                     the named camera, user or incident does not exist
    ├── AlreadyExists                the name is taken
    ├── PermissionDenied             the person's role does not allow it
    ├── IncidentConflict             somebody else acted first
    ├── LastAdminRequired            the change would leave nobody who can administer
    ├── BackupFailed                 a backup could not be made or put back
    ├── TooBusy                      others are served first; the same again later works
    ├── PictureFailed                the program that looks at a picture ended without an answer
    └── CameraError                  a camera gave no pictures; `.reason` is one of CameraFailure
        ├── CameraUnreachable
        │   └── CameraTimedOut
        ├── CameraRefusedCredentials
        ├── CameraHasNoVideo
        └── CameraEnded

A message says what was expected, what came, and what to do. It never holds a password or a whole camera address.
"""


class AmendsError(Exception):
    """Base of all errors that Amends raises on purpose; `str()` is fit to be shown to the person concerned.

    Attributes:
        text: what happened, with a place such as `%(most)s` for each value: so a page can say it in its own language.
        values: what stands at these places; text and numbers only.
    """

    def __init__(self, text: str = "", /, **values: str | float) -> None:
        super().__init__(text % values if values else text)
        self.text, self.values = text, values


class SettingsInvalid(AmendsError):
    """The environment holds a value that cannot be used."""


class InputInvalid(AmendsError):
    """A person or a client sent something that cannot be used."""


class NotFound(AmendsError):
    """The named camera, user or incident does not exist."""


class AlreadyExists(AmendsError):
    """The name is taken."""


class PermissionDenied(AmendsError):
    """The person's role does not allow the action."""


class IncidentConflict(AmendsError):
    """Somebody else acted on the incident first."""


class LastAdminRequired(AmendsError):
    """The change would leave nobody who can administer."""


class BackupFailed(AmendsError):
    """A backup could not be made or put back; nothing was changed."""


class TooBusy(AmendsError):
    """Others are served first; the same again later works."""


class PictureFailed(AmendsError):
    """The program that looks at a picture ended without an answer, or took too long."""


class CameraError(AmendsError):
    """A camera gave no pictures."""

    reason = "failed"


class CameraUnreachable(CameraError):
    """Nothing answers at the camera's address, or the device or file is missing."""

    reason = "unreachable"


class CameraTimedOut(CameraUnreachable):
    """The camera did not answer in time."""

    reason = "timed out"


class CameraRefusedCredentials(CameraError):
    """The camera wants another user name or password."""

    reason = "wrong user name or password"


class CameraHasNoVideo(CameraError):
    """Something answers, but it sends no picture that can be decoded."""

    reason = "no video"


class CameraEnded(CameraError):
    """The camera closed the connection or the recording came to its end."""

    reason = "ended"
