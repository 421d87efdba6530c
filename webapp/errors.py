"""Every error that Amends raises on purpose, as one tree.

    AmendsError
    ├── SettingsInvalid              the environment holds a value that cannot be used
    │   └── ModelUnavailable         the AI model's folder holds none that can be used
    ├── DatabaseNewer                a newer version of Amends wrote the database
    ├── InputInvalid                 a person or a client sent something that cannot be used
    │   └── WrongPassword            it is not the person's own
    ├── NotFound                     the named camera, user or incident does not exist
    ├── AlreadyExists                the name is taken
    ├── PermissionDenied             the person's role does not allow it
    ├── IncidentConflict             someone else acted first
    ├── AnalysisWouldStop            running cameras would analyse nobody any more, and nobody said that they shall
    ├── LastAdminRequired            the change would leave nobody who can administer
    ├── BackupFailed                 a backup could not be made or put back
    ├── DatabaseNotCopied            a database could not be copied to another one; nothing is there of the copy
    ├── MailFailed                   a mail server is away or did not take a mail
    ├── SingleSignOnFailed           the identity provider is away, or names nobody who may come in
    ├── TooBusy                      others are served first; the same again later works
    ├── DatabaseFailed               the database cannot be read or written right now
    │   └── DatabaseBusy             another program writes to it for too long
    ├── CentralFailed                the central instance of many sites did not take what a site sent
    ├── OwnershipLost                a camera is another machine's now, and what this one says of it is not stored
    ├── SnapshotStoreFailed          the store of pictures and clips, on another machine, cannot be used right now
    ├── TooManyTries                 a wait after wrong passwords, or after a check of a camera, is not over
    ├── PictureFailed                the program that looks at a picture ended without an answer
    └── CameraError                  a camera gave no pictures
        ├── CameraUnreachable
        │   └── CameraTimedOut
        ├── CameraRefusedCredentials
        ├── CameraHasNoVideo
        │   └── CameraPictureTooLarge  more pixels or memory than one camera may have
        ├── CameraEnded
        ├── CameraStalled            its decoder runs and delivers nothing
        ├── CameraUnstable           its connection comes and goes
        ├── CameraUnwatched          no machine of the cluster watches it
        └── CaptureFailed            its decoder's process cannot run

A message says what was expected, what came, and what to do. It never holds a password or a whole camera address.
"""


class AmendsError(Exception):
    """Base of all errors that Amends raises on purpose: data, of which each reader's words are made at the edge.

    `str()` is the English sentence, for command lines and logs.

    Attributes:
        code: what kind of error it is, for programs; of the class, and stable when its sentences are reworded.
        text: names the message: what happened, with a place such as `%(most)s` for each value.
        values: what stands at these places; text and numbers only.
        field: the input that it is about, by its name in the use case; empty where it is about the whole.
    """

    code = "failed"
    field = ""

    def __init__(self, text: str = "", /, **values: str | float) -> None:
        super().__init__(text % values if values else text)
        self.text, self.values = text, values


class _AboutInput(AmendsError):
    """An error that may name the field it is about."""

    def __init__(self, text: str = "", /, *, field: str = "", **values: str | float) -> None:
        super().__init__(text, **values)
        self.field = field


class SettingsInvalid(AmendsError):
    """The environment holds a value that cannot be used."""

    code = "settings_invalid"


class ModelUnavailable(SettingsInvalid):
    """The AI model cannot be loaded; the value `fault` says of which kind that is, `reason` what exactly."""

    code = "model_unavailable"


class DatabaseNewer(AmendsError):
    """A newer version of Amends wrote the database; this one changes nothing in it."""

    code = "database_newer"


class InputInvalid(_AboutInput):
    """A person or a client sent something that cannot be used."""

    code = "input_invalid"


class WrongPassword(InputInvalid):
    """The password is not the person's own."""

    code = "wrong_password"


class NotFound(AmendsError):
    """The named camera, user or incident does not exist."""

    code = "not_found"


class AlreadyExists(_AboutInput):
    """The name is taken."""

    code = "already_exists"


class PermissionDenied(AmendsError):
    """The person's role does not allow the action."""

    code = "permission_denied"


class IncidentConflict(AmendsError):
    """Someone else acted on the incident first."""

    code = "incident_conflict"


class AnalysisWouldStop(_AboutInput):
    """Running cameras would analyse nobody any more; the value `cameras` names them."""

    code = "analysis_would_stop"


class LastAdminRequired(AmendsError):
    """The change would leave nobody who can administer."""

    code = "last_admin_required"


class BackupFailed(AmendsError):
    """A backup could not be made or put back; nothing was changed."""

    code = "backup_failed"


class DatabaseNotCopied(AmendsError):
    """A database could not be copied to another one; nothing was kept of the copy."""

    code = "database_not_copied"


class MailFailed(AmendsError):
    """A mail did not leave; the value `cause` is a `MailFailure`."""

    code = "mail_failed"


class SingleSignOnFailed(AmendsError):
    """The identity provider gave no answer that lets anyone in."""

    code = "single_sign_on_failed"


class CentralFailed(AmendsError):
    """The central instance did not take what was sent; the value `fault` says why, as `CentralFault` names it."""

    code = "central_failed"


class TooBusy(AmendsError):
    """Others are served first; the same again later works."""

    code = "too_busy"


class DatabaseFailed(AmendsError):
    """The database cannot be read or written right now; `fault` says why, as `StorageFault` names it."""

    code = "database_failed"

    def __init__(self, text: str = "", /, *, fault: str = "failed") -> None:
        super().__init__(text)
        self.fault = fault


class DatabaseBusy(DatabaseFailed):
    """Another program has held the database's lock for too long; nothing was changed."""

    code = "database_busy"


class OwnershipLost(AmendsError):
    """A camera is another machine's now: what this one has to say of it is not stored.

    Attributes:
        camera_ids: which cameras.
    """

    code = "ownership_lost"

    def __init__(self, camera_ids: "frozenset[int]") -> None:
        super().__init__("Cameras are watched by another machine of the cluster now; this one may not write of them.")
        self.camera_ids = camera_ids


class SnapshotStoreFailed(AmendsError, OSError):
    """The store of pictures and clips cannot be used right now; `fault` says why, as `SnapshotFault` names it.

    It is an `OSError` too: whoever can do without a picture for want of room can do without it for this.
    """

    code = "snapshot_store_failed"

    def __init__(self, text: str = "", /, *, fault: str = "failed") -> None:
        super().__init__(text)
        self.fault = fault


class TooManyTries(AmendsError):
    """A wait after wrong passwords, or a check of a camera, is not over; the value `wait_s` says how long it lasts."""

    code = "too_many_tries"


class PictureFailed(AmendsError):
    """The process that analyses a picture ended without an answer, or took too long."""

    code = "picture_failed"


class CameraError(AmendsError):
    """A camera gave no pictures."""

    code = "camera_failed"


class CameraUnreachable(CameraError):
    """Nothing answers at the camera's address, or the device or file is missing."""

    code = "camera_unreachable"


class CameraTimedOut(CameraUnreachable):
    """The camera did not answer in time."""

    code = "camera_timed_out"


class CameraRefusedCredentials(CameraError):
    """The camera wants another user name or password."""

    code = "camera_refused_credentials"


class CameraHasNoVideo(CameraError):
    """Something answers, but it sends no picture that can be decoded."""

    code = "camera_has_no_video"


class CameraPictureTooLarge(CameraHasNoVideo):
    """A camera's pictures have more pixels, or need more memory, than one camera may have."""

    code = "camera_picture_too_large"


class CameraEnded(CameraError):
    """The camera closed the connection or the recording came to its end."""

    code = "camera_ended"


class CameraStalled(CameraError):
    """The camera's decoder runs, and no picture comes out of it."""

    code = "camera_stalled"


class CameraUnstable(CameraError):
    """The camera's connection comes and goes."""

    code = "camera_unstable"


class CameraUnwatched(CameraError):
    """No machine of the cluster that is alive watches the camera."""

    code = "camera_unwatched"


class KioskNotPaired(CameraError):
    """The camera is a kiosk, and no screen is paired with it yet."""

    code = "kiosk_not_paired"


class CaptureFailed(CameraError):
    """The camera's decoder cannot run: its process ended, could not be started, or has no room for a picture."""

    code = "capture_failed"
