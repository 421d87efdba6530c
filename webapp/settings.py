"""All settings, read once from the environment; `docs/settings.md` lists the same fields (a test compares them)."""

import hashlib
import ipaddress
import logging
import os
from pathlib import Path
from typing import Any, Literal

from pydantic import ConfigDict, Field, SecretStr, ValidationError, field_validator, model_validator

from webapp.cluster_settings import ClusterSettings
from webapp.errors import SettingsInvalid
from webapp.site_settings import SiteSettings, is_safe_address

REPOSITORY_DIR = Path(__file__).resolve().parent.parent
# Names up to version 0.1; they are read for one more release.
RENAMED = {
    "READ_MIN_CONFIDENCE": "CLASSIFY_MIN_CONFIDENCE",
    "TRY_PRIVATE_ADDRESSES": "PHOTO_TEST_PRIVATE_ADDRESSES",
    "TRY_TIMEOUT_S": "PHOTO_TEST_TIMEOUT_S",
    "TRY_PER_MINUTE": "PHOTO_TEST_PER_MINUTE",
    "ALERT_ENTER_THRESHOLD": "ALERT_TRIGGER_THRESHOLD",
    "ALERT_EXIT_THRESHOLD": "ALERT_CLEAR_THRESHOLD",
}
_log = logging.getLogger("amends.settings")


class Settings(ClusterSettings, SiteSettings):
    """Frozen settings; the environment variable of each field is `AMENDS_` and the field's name in capitals."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    # Where things are kept.
    data_dir: Path = Field(Path("var"), description="Folder of the database, the keys, the snapshots and the logs.")
    runtime_dir: Path | None = Field(
        None, description="Folder of frame slots and heartbeats; empty means shared memory where there is some."
    )
    backup_passphrase_file: Path | None = Field(
        None, description="File whose only line, of at least 12 characters, encrypts the backups; empty: none does."
    )
    recordings_dir: Path | None = Field(
        None, description="Folder of videos that pages and API may name as `file:` cameras; empty: `recordings`."
    )

    # The web server.
    host: str = Field("127.0.0.1", description="Address to listen on; 0.0.0.0 opens it to the network.")
    port: int = Field(8000, ge=1, le=65535, description="TCP port to listen on.")
    https_only: bool = Field(False, description="Set when a proxy serves HTTPS: secure cookies and HSTS.")
    trusted_proxies: str = Field(
        "",
        description="Proxies whose X-Forwarded headers are read, as IP addresses or CIDR ranges; "
        "empty means this machine's with HTTPS_ONLY.",
    )
    trusted_hosts: str = Field("", description="Names of this server; empty means the public address's, if one is set.")
    allowed_origins: str = Field("", description="Extra origins for Socket.IO behind a proxy, separated by commas.")
    session_hours: int = Field(12, ge=1, le=720, description="Hours until a new log-in; *Sessions* wins.")
    session_idle_minutes: int = Field(
        60,
        ge=0,
        le=43200,
        description="Minutes without use until a session ends, open dashboards are use; 0: none; *Sessions* wins.",
    )
    login_attempts_per_minute: int = Field(10, ge=1, le=1000, description="Log-in attempts per address and minute.")
    admin_password: SecretStr | None = Field(
        None, min_length=10, description="Password of the first admin; empty means a random one, printed once."
    )
    second_factor: Literal["off", "optional", "required"] = Field(
        "off", description="Codes of a device at log-in: nobody, those who want, or required of admins and managers."
    )
    stream_max_viewers: int = Field(32, ge=1, le=1000, description="MJPEG viewers at the same time, all cameras.")
    stream_max_per_person: int = Field(8, ge=1, le=1000, description="MJPEG viewers of one person at the same time.")
    connections_per_address: int = Field(
        256,
        ge=0,
        le=1024,
        description="Open connections of one address; 0, and behind HTTPS: no limit but 1024 in all.",
    )
    event_poll_ms: int = Field(100, ge=10, le=2000, description="Milliseconds between two reads of the event log.")

    # Signing in through an identity provider (OpenID Connect).
    oidc_issuer: str = Field("", description="Address of the identity provider; empty means none.")
    oidc_client_id: str = Field("", description="What the provider calls this installation.")
    oidc_client_secret: SecretStr | None = Field(
        None, description="Secret of this installation at the provider; empty where it gives none."
    )
    oidc_client_secret_file: Path | None = Field(None, description="File that holds that secret instead.")
    oidc_name: str = Field("Single sign-on", max_length=60, description="Words of the button on the log-in page.")
    oidc_scopes: str = Field("openid email profile", description="What the provider is asked for.")
    oidc_name_claim: str = Field(
        "email",
        description="Claim that recognises a first sign-in; one that people cannot change. `email` counts if verified.",
    )
    oidc_role_claim: str = Field("groups", description="Claim whose values give roles.")
    oidc_admins: str = Field("", description="Values that make an admin, separated by commas.")
    oidc_managers: str = Field("", description="Values that make a manager, separated by commas.")
    oidc_staff: str = Field("", description="Values that make staff; all three empty: roles are given in Amends.")
    oidc_add_people: bool = Field(
        False, description="Whether people whom nobody added are added, if a value gives them a role."
    )

    # Cameras.
    camera_open_timeout_s: float = Field(5.0, ge=0.5, le=60, description="Seconds to open a camera.")
    camera_read_timeout_s: float = Field(5.0, ge=0.5, le=60, description="Seconds to wait for the next packet.")
    camera_stall_timeout_s: float = Field(10.0, ge=1, le=300, description="Seconds without a frame until a restart.")
    frame_max_width_px: int = Field(1920, ge=160, le=7680, description="Wider frames are reduced after decoding.")
    frame_max_megapixels: int = Field(40, ge=1, le=250, description="Larger pictures, in megapixels, are not decoded.")
    capture_memory_mib: int = Field(
        1536, ge=512, le=65536, description="Most memory of one capture process, in MiB; 4K needs up to 1200."
    )
    analysis_fps: float = Field(12.0, ge=0.5, le=60, description="Highest analysis rate of a camera, in fps.")

    # Faces; the defaults are from docs/measurements.md.
    detector: Literal["chain", "haar", "blazeface"] = Field(
        "chain", description="What finds faces: BlazeFace confirmed by the Haar cascade, or either alone."
    )
    detect_width_px: int = Field(640, ge=160, le=3840, description="Width to which a frame is reduced for detection.")
    detect_scale_factor: float = Field(
        1.2, gt=1.01, le=2, description="Haar pyramid step; nearer 1 finds more, slower."
    )
    detect_min_neighbors: int = Field(3, ge=0, le=50, description="Haar hits that make a face; more, fewer false ones.")
    detect_min_face_px: int = Field(40, ge=16, le=1000, description="Smallest face, in pixels of the full frame.")
    detect_min_sharpness: float = Field(
        40.0, ge=0, le=10000, description="Least variance of the Laplacian of a 48x48 face; below it no frame counts."
    )
    detect_scan_interval_s: float = Field(
        0.33, ge=0, le=5, description="Seconds between scans of the whole frame; between them known faces are tracked."
    )
    crop_margin: float = Field(0.10, ge=-0.2, le=0.5, description="Margin on each side, as a share of the face's box.")
    max_faces: int = Field(32, ge=1, le=256, description="Most faces classified per frame, the largest first.")

    # The model.
    model_dir: Path = Field(
        REPOSITORY_DIR / "model" / "weights" / "densenet121_lite0_compact",
        description="Folder of the artefact of the AI model.",
    )
    classify_min_confidence: float = Field(
        0.0, ge=0, lt=1, description="Least highest score of a face; below it a frame does not count."
    )
    model_threads: int | None = Field(
        None,
        ge=1,
        le=64,
        description="Threads of the model; empty: what a short test at the first start found fastest.",
    )
    model_accelerator: Literal["cpu", "gpu"] = Field("cpu", description="What runs the model, where it can.")

    # Testing a photo.
    photo_test_private_addresses: bool = Field(
        False, description="Whether Test a photo may fetch from this machine and its network."
    )
    photo_test_timeout_s: float = Field(20.0, ge=2, le=120, description="Seconds until a photo under test is given up.")
    photo_test_per_minute: int = Field(12, ge=1, le=1000, description="Photos that one person may test in a minute.")

    # Tracks and alerts.
    track_max_gap_s: float = Field(1.0, ge=0.1, le=30, description="Seconds a face may be missing and keep its id.")
    track_link_s: float = Field(
        3.0,
        ge=0,
        le=30,
        description="Seconds in which a lost face that comes back near its place, alike, is still the same person.",
    )
    smoothing_s: float | None = Field(
        None, ge=0.05, le=30, description="Time constant of the scores' moving average; empty means the artefact's own."
    )
    alert_emotions: str = Field(
        "", description="Emotions that alert, separated by commas; empty means the artefact's own."
    )
    alert_trigger_threshold: float | None = Field(
        None, gt=0, lt=1, description="Trigger threshold of the alert score; empty means the artefact's own."
    )
    alert_clear_threshold: float | None = Field(
        None, gt=0, lt=1, description="Clear threshold of the alert score; empty means the artefact's own."
    )
    alert_dwell_s: float | None = Field(
        None,
        ge=0,
        le=60,
        description="Dwell time: seconds above the clear threshold before the alert; empty means the artefact's own.",
    )
    alert_cooldown_s: float = Field(
        30.0,
        ge=0,
        le=3600,
        description="Seconds in which the same face continues its alert; or, that resolved, raises no new one.",
    )

    score_track_days: int = Field(
        14, ge=0, le=90, description="Days that the scores of all faces are kept, for threshold advice; 0: not at all."
    )
    clip_fps: float = Field(5.0, ge=0, le=10, description="Frames per second of an alert's clip; 0: no clips are kept.")
    clip_before_s: float = Field(6.0, ge=0, le=20, description="Seconds that an alert's clip begins before the alert.")
    clip_after_s: float = Field(4.0, ge=1, le=20, description="Seconds that an alert's clip ends after the alert.")

    # The stream.
    jpeg_quality: int = Field(80, ge=30, le=100, description="JPEG quality of stream and snapshots.")
    stream_max_width_px: int = Field(1280, ge=160, le=3840, description="Widest picture that is sent to a browser.")

    # Running.
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="Least level that is logged.")
    log_format: Literal["console", "json"] = Field("console", description="For people or for a log collector.")
    heartbeat_timeout_s: float = Field(
        20.0, ge=2, le=600, description="Seconds without a heartbeat until a child process is restarted."
    )

    @field_validator("*")
    @classmethod
    def _absolute(cls, value: Any) -> Any:
        return value.expanduser().resolve() if isinstance(value, Path) else value

    @field_validator("trusted_proxies")
    @classmethod
    def _networks(cls, text: str) -> str:
        for one in filter(None, map(str.strip, text.split(","))):
            ipaddress.ip_network(one, strict=False)
        return text

    @model_validator(mode="after")
    def _provider_complete(self) -> "Settings":
        """Refuse a provider that anyone on the way could stand in for, or that cannot know this installation."""
        if self.oidc_issuer and not is_safe_address(self.oidc_issuer):
            raise ValueError("AMENDS_OIDC_ISSUER: expected an address that begins with https://")
        if self.oidc_issuer and not self.oidc_client_id:
            raise ValueError("AMENDS_OIDC_CLIENT_ID: expected what the provider calls this installation")
        return self

    @property
    def sqlalchemy_url(self) -> str:
        """The database's address."""
        return self.database_url or f"sqlite:///{self.data_dir / 'amends.sqlite3'}"

    @property
    def snapshots_dir(self) -> Path:
        """Folder of the incidents' pictures."""
        return self.data_dir / "snapshots"

    @property
    def recordings_path(self) -> Path:
        """Folder of the recordings that may be cameras."""
        return self.recordings_dir or self.data_dir / "recordings"

    @property
    def slots_dir(self) -> Path:
        """Folder of the frame slots: shared memory where the system has it, apart for each data folder."""
        if self.runtime_dir:
            return self.runtime_dir
        shared_memory = Path("/dev/shm")  # noqa: S108 - a folder of our own below it, mode 0700.
        if not shared_memory.is_dir():
            return self.data_dir / "run"
        return shared_memory / f"amends-{hashlib.sha256(str(self.data_dir).encode()).hexdigest()[:12]}"


# No child process inherits these by itself; a further `SecretStr` is one of them without another line.
SECRETS = frozenset(
    {"database_url", *(name for name, field in Settings.model_fields.items() if "Secret" in str(field.annotation))}
)


def _environment() -> dict[str, str]:
    """Return what the environment sets, by the fields' names; an empty variable, as in a service file, sets nothing.

    A name of before counts where the new one is not set, with a warning.
    """
    found = {name[7:].lower(): value for name, value in os.environ.items() if value and name[:7].upper() == "AMENDS_"}
    for old, new in RENAMED.items():
        if old.lower() in found and new.lower() not in found:
            _log.warning("AMENDS_%s is called AMENDS_%s now; the old name is read for one more release.", old, new)
            found[new.lower()] = found[old.lower()]
    return found


def load_settings(**overrides: Any) -> Settings:
    """Read the settings from the environment.

    Args:
        overrides: fields that a test or a command sets itself.

    Raises:
        SettingsInvalid: one line per wrong variable, each with what was expected; the value itself is not repeated.
    """
    try:
        return Settings(**(_environment() | overrides))
    except ValidationError as error:
        lines = [f"AMENDS_{'_'.join(map(str, e['loc'])).upper()}: {e['msg']}" for e in error.errors()]
        raise SettingsInvalid("The settings cannot be used:\n  " + "\n  ".join(lines)) from None
