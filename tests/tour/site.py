"""A small hotel as it looks after a week with Amends: cameras, people, and alerts that the real pipeline raised."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from tests.support.clocks import FakeClock
from tests.support.filled.scored_days import Visitors
from tests.support.running import PASSWORD, RunningAmends, wait_until
from tests.support.site.records import RECORDS, put_on_record
from webapp.domain.cameras.cameras import Camera
from webapp.domain.cameras.image_settings import ImageSettings
from webapp.domain.cameras.zones import Zone, ZoneKind
from webapp.services.alerts.incident_recorder import IncidentRecorder
from webapp.services.alerts.incidents import IncidentService
from webapp.services.cameras.camera_settings import CameraForm, CameraSettings
from webapp.storage.alerts.snapshots import SnapshotFiles

DAYS = 7
# Few, so that pictures are fresh also where the machine has other work.
ANALYSIS_FPS = 4
FIRST_ALERT_S = 240
_HOURS = (8, 9, 11, 14, 17, 18, 20)
_NOTES = (
    "Offered a quieter room.",
    "The bill was wrong; put right at once.",
    "Waited long for the lift. Apologised.",
    "Luggage was late, brought up together.",
)


@dataclass
class TourSite:
    """The hotel around one running product.

    Attributes:
        amends: the product.
        desk: the camera that sees most.
        bar: another one.
        check_in: the kiosk.
    """

    amends: RunningAmends

    def __post_init__(self) -> None:
        cameras = self.amends.installation.cameras
        cameras.remove(cameras.find("Demo").camera_id)
        self.desk = cameras.add(CameraForm("Front desk", "demo:", place="Ground floor"))
        self.bar = cameras.add(CameraForm("Lobby bar", "demo:", place="Ground floor", enabled=False))
        self.check_in = cameras.add(CameraForm("Self check-in", "kiosk:", place="Entrance"))
        cameras.add(CameraForm("Garage", "rtsp://127.0.0.1:9/stream", place="Basement"))

    def furnish(self) -> None:
        """Let a week go by, and stop where alerts are waiting."""
        self._move_in()
        snapshot = self._first_snapshot()
        cameras = self.amends.installation.cameras
        cameras.set_enabled(self.desk.camera_id, False)
        self._resolve_open()
        for camera in (self.desk, self.bar):
            self._live_a_week(camera, snapshot)
            cameras.set_enabled(camera.camera_id, True)
        wait_until(lambda: len(self._open_ids()) > 1, "two alerts are waiting", FIRST_ALERT_S)
        self.amends.installation.incidents.acknowledge(min(self._open_ids()), "Dana")

    def _move_in(self) -> None:
        installation = self.amends.installation
        for name, role in (("Dana", "staff"), ("Miro", "staff"), ("Bo", "manager")):
            installation.accounts.add(name, role, PASSWORD, "admin")
        installation.invitations.invite("staff", days=3, note="Ada, night shift", actor="admin")
        installation.tokens.create(installation.accounts.find("admin").user_id, name="Wall display", scope="read")
        words = replace(
            installation.site.get(), operator="Hotel Example, 1 Harbour Street", contact="privacy@hotel.example"
        )
        installation.site_records.change_site(words, "admin", RECORDS)
        zones = (
            Zone(ZoneKind.PRIVACY, ((0.72, 0.05), (0.98, 0.05), (0.98, 0.5), (0.72, 0.5)), "Street behind the glass"),
            Zone(ZoneKind.STAFF, ((0.02, 0.55), (0.24, 0.55), (0.24, 0.98), (0.02, 0.98)), "Behind the desk"),
        )
        installation.cameras.change_settings(
            self.bar.camera_id, CameraSettings(ImageSettings(zones=zones), analysis_fps=ANALYSIS_FPS), "admin"
        )
        installation.cameras.change_settings(self.desk.camera_id, CameraSettings(analysis_fps=ANALYSIS_FPS), "admin")
        put_on_record(installation, "admin")

    def _first_snapshot(self) -> bytes:
        """Wait for the first alert and return its picture; the past that is told gets the same one."""
        incidents, cameras = self.amends.installation.incidents, self.amends.installation.cameras
        wait_until(lambda: self.amends.frame_age_s(self.desk.camera_id) < 5, "the desk is seen", FIRST_ALERT_S)
        # From the beginning: the scene's first scowl may be over before everything has started.
        cameras.set_enabled(self.desk.camera_id, False)
        wait_until(lambda: not self.amends.pids("capture"), "the camera is left", FIRST_ALERT_S)
        cameras.set_enabled(self.desk.camera_id, True)
        wait_until(self._open_ids, "the demo camera raises an alert", FIRST_ALERT_S)
        pictures: list[bytes] = []

        def is_there() -> bool:
            """Take the picture; it is renewed while the score rises, and may be away between two reads."""
            pictures.extend(filter(None, [incidents.snapshot(self._open_ids()[0])]))
            return bool(pictures)

        wait_until(is_there, "the alert has its picture", FIRST_ALERT_S)
        return pictures[0]

    def _open_ids(self) -> list[int]:
        return [one.incident_id for one in self.amends.installation.incidents.open_incidents()]

    def _resolve_open(self) -> None:
        for incident_id in self._open_ids():
            self.amends.installation.incidents.resolve(incident_id, "Dana", "recovered", _NOTES[0])

    def _live_a_week(self, camera: Camera, snapshot: bytes) -> None:
        """Let people pass by on past days, and staff take care of them as they came."""
        installation, clock = self.amends.installation, FakeClock()
        snapshots = SnapshotFiles(installation.settings.snapshots_dir)
        incidents = IncidentService(installation.adapters.unit_of_work, snapshots, clock)
        recorder = IncidentRecorder(installation.adapters.unit_of_work, snapshots, clock)
        rule = installation.rules.effective(camera.camera_id)
        visitors = Visitors(camera, recorder, incidents, installation.adapters.unit_of_work, rule, lambda: snapshot)
        for number, begin in enumerate(_visits(camera.camera_id)):
            _let_pass(visitors, incidents, clock, begin, number)


def _visits(seed: int) -> list[datetime]:
    """Return when people passed by whom somebody looked after, oldest first."""
    today = datetime.now(UTC).replace(hour=0, minute=0)
    hours = [_HOURS[(number * 5 + seed) % len(_HOURS)] for number in range(DAYS * 3)]
    minutes = [60 * hour + (number * 17 + seed * 7) % 60 for number, hour in enumerate(hours)]
    return sorted(today - timedelta(days=1 + number // 3) + timedelta(minutes=m) for number, m in enumerate(minutes))


def _let_pass(visitors: Visitors, incidents: IncidentService, clock: FakeClock, begin: datetime, number: int) -> None:
    is_false = number % 4 == 3
    clock.set(begin + timedelta(seconds=6))
    visitors.pass_by(begin, 0.62 if is_false else 0.82 + number % 3 * 0.05)
    for incident in incidents.open_incidents():
        by = ("Dana", "Miro", "Bo")[number % 3]
        clock.advance(20 + number * 13 % 70)
        incidents.acknowledge(incident.incident_id, by)
        clock.advance(60 + number * 37 % 400)
        outcome = "false_alarm" if is_false else ("recovered", "recovered", "escalated")[number % 3]
        incidents.resolve(incident.incident_id, by, outcome, "" if is_false else _NOTES[number % len(_NOTES)])
