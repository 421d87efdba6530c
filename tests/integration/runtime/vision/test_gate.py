"""Nobody is analysed before purpose, notice and staff zones are on record; vision itself, ticked by the test."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, timedelta

import pytest
from sqlalchemy import func, select, text

from tests.support.adapters import adapters_of_tests
from tests.support.clocks import START, FakeClock
from tests.support.fleets import VisionInHand
from tests.support.site.records import RECORDS, SITE, put_on_record
from webapp.domain.cameras.cameras import CameraState
from webapp.domain.cameras.image_settings import ImageSettings
from webapp.domain.cameras.schedule import OpeningHours, parse_day
from webapp.domain.cameras.zones import Zone, ZoneKind
from webapp.domain.events import EventKind
from webapp.domain.site.analysis_gate import Grace
from webapp.domain.site.site_records import StaffChoice
from webapp.errors import AnalysisWouldStop, InputInvalid
from webapp.services.cameras.camera_settings import CameraForm, CameraSettings
from webapp.services.ports import UnitOfWorkFactory
from webapp.services.site.gate_words import waiting_words
from webapp.services.site.site_records import GRACE_SETTING
from webapp.services.use_cases import UseCases
from webapp.settings import Settings
from webapp.storage.db.engine import migrate, open_engine
from webapp.storage.db.tables import IncidentRow, IncidentScoreRow, SnapshotRow, TrackScoreRow
from webapp.storage.site.keys import Argon2Hasher
from webapp.storage.unit_of_work import SQLUnitOfWorkFactory

CAMERA_OF_BEFORE = (
    "INSERT INTO cameras (name, name_key, url, username, enabled, revision, state) "
    "VALUES ('Door', 'door', 'rtsp://192.0.2.1/s', '', 1, 1, 'online')"
)
URLS = ["rtsp://192.0.2.1/s", "file:/srv/visit.mp4", "kiosk:", "usb:0", "snapshot+http://192.0.2.1/s.jpg"]
OF_PEOPLE = (IncidentRow, IncidentScoreRow, TrackScoreRow, SnapshotRow)
CORNER = ((0.0, 0.0), (0.1, 0.0), (0.1, 0.1))

pytestmark = pytest.mark.security


@pytest.fixture
def vision(settings: Settings, use_cases: UseCases, unit_of_work: UnitOfWorkFactory, clock: FakeClock) -> VisionInHand:
    return VisionInHand(settings, use_cases, unit_of_work, clock)


def again(vision: VisionInHand) -> VisionInHand:
    """Return vision after a restart: another process over the same installation."""
    vision.fleet.stop()
    return VisionInHand(vision.settings, vision.use_cases, vision.unit_of_work, vision.clock, now_s=vision.now_s)


def kept(vision: VisionInHand) -> int:
    """Return how much is stored of anybody: rows, and pictures as files."""
    vision.scores.stop(2)
    with vision.unit_of_work.engine.connect() as connection:  # type: ignore[attr-defined]
        rows = [connection.scalar(select(func.count()).select_from(table)) or 0 for table in OF_PEOPLE]
    return sum(rows) + sum(path.is_file() for path in vision.settings.snapshots_dir.rglob("*"))


def in_steps(use_cases: UseCases, camera_id: int) -> list[Callable[[], object]]:
    records = use_cases.site_records
    use_cases.site.change(replace(use_cases.site.get(), **SITE), "root")
    return [
        lambda: records.record_purpose(RECORDS.legal_basis, RECORDS.reason, "root"),
        lambda: records.record_notice(RECORDS.hangs_since, RECORDS.hung_by, "root"),
        lambda: records.record_staff_zones(camera_id, StaffChoice.NO_STAFF_IN_VIEW, "root"),
    ]


@pytest.mark.parametrize("url", URLS)
def test_nobody_is_analysed_before_the_last_record_and_within_a_second_of_it(vision: VisionInHand, url: str) -> None:
    camera_id = vision.use_cases.cameras.add(CameraForm("Door", url)).camera_id
    vision.use_cases.cameras.set_enabled(camera_id, True)
    said = []
    for record in in_steps(vision.use_cases, camera_id):
        vision.pass_time(4)
        camera = vision.use_cases.cameras.get(camera_id)
        assert camera.state is CameraState.AWAITING_RECORDS
        said.append(str(camera.state_reason).partition(": ")[2])
        frame = vision.live.newest(camera_id)
        assert frame is not None
        assert (frame.faces, vision.read_count, kept(vision)) == ((), 0, 0)
        record()
    assert said == ["purpose, notice, staff zones.", "notice, staff zones.", "staff zones."]
    vision.pass_time(1)
    assert vision.read_count > 0
    assert vision.use_cases.cameras.get(camera_id).state is CameraState.ONLINE
    vision.pass_time(4)
    assert [incident.ended_at for incident in vision.use_cases.incidents.open_incidents()] == [None]


def test_each_record_is_news_for_whoever_watches(vision: VisionInHand) -> None:
    camera_id = vision.use_cases.cameras.add(CameraForm("Door", "usb:0")).camera_id
    for record in in_steps(vision.use_cases, camera_id):
        vision.pass_time(1)
        record()
    vision.pass_time(1)
    with vision.unit_of_work.reading() as work:
        events = [e.payload for e in work.events.after(0, limit=100) if e.kind is EventKind.CAMERA_STATE_CHANGED]
    waited = [len(one["reason"]["values"]) for one in events if one["state"] == "awaiting_records"]
    assert (waited, events[-1]["state"]) == ([3, 2, 1], "online")


def test_the_demo_camera_waits_for_nothing(vision: VisionInHand) -> None:
    vision.use_cases.cameras.add(CameraForm("Demo", "demo:"))
    vision.pass_time(1)
    assert vision.read_count > 0


def test_a_demo_camera_that_becomes_another_one_is_analysed_no_more(vision: VisionInHand) -> None:
    camera_id = vision.use_cases.cameras.add(CameraForm("Demo", "demo:")).camera_id
    vision.pass_time(4)
    vision.use_cases.cameras.change(camera_id, CameraForm("Door", "usb:0"))
    vision.pass_time(1)
    read = vision.read_count
    vision.pass_time(2)
    assert (vision.read_count, vision.use_cases.cameras.get(camera_id).state) == (read, CameraState.AWAITING_RECORDS)
    assert vision.use_cases.incidents.open_incidents()[0].ended_at is not None


def test_another_purpose_shuts_it_and_ends_what_was_open_and_a_restart_opens_nothing(vision: VisionInHand) -> None:
    camera_id = vision.use_cases.cameras.add(CameraForm("Door", "usb:0")).camera_id
    put_on_record(vision.use_cases)
    vision.pass_time(4)
    other = replace(vision.use_cases.site.get(), purpose="To learn who is unhappy.")
    with pytest.raises(AnalysisWouldStop, match="Door"):
        vision.use_cases.site_records.change_site(other, "root")
    vision.pass_time(1)
    assert [incident.ended_at for incident in vision.use_cases.incidents.open_incidents()] == [None]
    vision.use_cases.site_records.change_site(other, "root", may_stop=True)
    vision.pass_time(1)
    read = vision.read_count
    assert vision.use_cases.incidents.open_incidents()[0].ended_at is not None
    vision.pass_time(2)
    assert vision.read_count == read
    after = again(vision)
    after.pass_time(3)
    assert after.read_count == 0
    assert after.use_cases.cameras.get(camera_id).state is CameraState.AWAITING_RECORDS


def test_an_alert_that_was_open_when_vision_ended_is_ended_where_the_gate_shut_meanwhile(vision: VisionInHand) -> None:
    vision.use_cases.cameras.add(CameraForm("Door", "usb:0"))
    put_on_record(vision.use_cases)
    vision.pass_time(4)
    vision.fleet.stop()
    other = replace(vision.use_cases.site.get(), contact="Somebody else")
    vision.use_cases.site_records.change_site(other, "root", may_stop=True)
    again(vision).pass_time(1)
    assert vision.use_cases.incidents.open_incidents()[0].ended_at is not None


def test_another_purpose_with_its_records_in_the_same_act_stops_nothing(vision: VisionInHand) -> None:
    vision.use_cases.cameras.add(CameraForm("Door", "usb:0"))
    put_on_record(vision.use_cases)
    vision.pass_time(4)
    other = replace(vision.use_cases.site.get(), purpose="To learn who is unhappy.")
    vision.use_cases.site_records.change_site(other, "root", RECORDS)
    vision.pass_time(2)
    assert [incident.ended_at for incident in vision.use_cases.incidents.open_incidents()] == [None]
    assert vision.use_cases.site_records.waiting() == []


def test_staff_zones_that_are_taken_away_shut_the_camera(vision: VisionInHand) -> None:
    drawn = CameraSettings(ImageSettings(zones=(Zone(ZoneKind.STAFF, CORNER, "Desk"),)))
    camera_id = vision.use_cases.cameras.add(CameraForm("Door", "usb:0"), looks=drawn).camera_id
    vision.use_cases.site_records.record_staff_zones(camera_id, StaffChoice.AS_DRAWN, "root")
    put_on_record(vision.use_cases)
    vision.pass_time(2)
    assert vision.read_count > 0
    vision.use_cases.cameras.change_settings(camera_id, CameraSettings(ImageSettings()))
    vision.pass_time(1)
    read = vision.read_count
    vision.pass_time(2)
    assert vision.read_count == read


def test_a_camera_of_before_goes_on_until_the_date_and_one_that_came_later_waits(vision: VisionInHand) -> None:
    old = vision.use_cases.cameras.add(CameraForm("Door", "usb:0")).camera_id
    grace = Grace(START + timedelta(seconds=10), frozenset({old}))
    with vision.unit_of_work() as work:
        work.settings.put(GRACE_SETTING, grace.as_json())
        work.commit()
    new = vision.use_cases.cameras.add(CameraForm("Bar", "usb:1")).camera_id
    vision.pass_time(6)
    states = [vision.use_cases.cameras.get(camera_id).state for camera_id in (old, new)]
    assert states == [CameraState.ONLINE, CameraState.AWAITING_RECORDS]
    (incident,) = vision.use_cases.incidents.open_incidents()
    assert (incident.camera_id, incident.ended_at) == (old, None)
    assert [(one.gate.shuts_at, one.is_analysed) for one in vision.use_cases.site_records.waiting()] == [
        (None, False), (grace.until, True),
    ]  # fmt: skip
    vision.pass_time(5)  # Nothing was changed; only the date has come.
    assert vision.use_cases.cameras.get(old).state is CameraState.AWAITING_RECORDS
    assert vision.use_cases.incidents.open_incidents()[0].ended_at is not None


def test_nothing_is_said_of_a_demos_staff_that_would_hold_for_a_real_camera(vision: VisionInHand) -> None:
    put_on_record(vision.use_cases)
    demo = vision.use_cases.cameras.add(CameraForm("Demo", "demo:")).camera_id
    with pytest.raises(InputInvalid, match="shows no real place"):
        vision.use_cases.site_records.record_staff_zones(demo, StaffChoice.NO_STAFF_IN_VIEW, "root")
    vision.use_cases.cameras.change(demo, CameraForm("Till", "usb:0"))
    vision.pass_time(4)
    assert vision.use_cases.cameras.get(demo).state is CameraState.AWAITING_RECORDS


def test_a_demo_of_before_that_becomes_a_real_camera_has_no_time_without_records(
    settings: Settings, clock: FakeClock
) -> None:
    engine = open_engine(settings.sqlalchemy_url)
    migrate(engine, "0016")
    with engine.begin() as connection:
        connection.execute(
            text(CAMERA_OF_BEFORE.replace("'Door', 'door', 'rtsp://192.0.2.1/s'", "'Demo', 'demo', 'demo:'"))
        )
        connection.execute(text(CAMERA_OF_BEFORE))
    migrate(engine)
    unit_of_work = SQLUnitOfWorkFactory(engine)
    use_cases = UseCases(settings, adapters_of_tests(settings, unit_of_work, Argon2Hasher(), clock))
    demo = use_cases.cameras.find("Demo")
    use_cases.cameras.change(demo.camera_id, CameraForm("Till", "usb:1"))
    vision = VisionInHand(settings, use_cases, unit_of_work, clock)
    vision.pass_time(4)
    assert use_cases.cameras.get(demo.camera_id).state is CameraState.AWAITING_RECORDS
    engine.dispose()


def test_an_upgraded_folder_is_analysed_on_says_the_date_and_is_shut_when_it_has_come(
    settings: Settings, clock: FakeClock
) -> None:
    engine = open_engine(settings.sqlalchemy_url)
    migrate(engine, "0016")
    with engine.begin() as connection:
        connection.execute(text(CAMERA_OF_BEFORE))
    migrate(engine)
    unit_of_work = SQLUnitOfWorkFactory(engine)
    use_cases = UseCases(settings, adapters_of_tests(settings, unit_of_work, Argon2Hasher(), clock))
    vision = VisionInHand(settings, use_cases, unit_of_work, clock)
    vision.pass_time(4)
    (incident,) = use_cases.incidents.open_incidents()
    (waiting,) = use_cases.site_records.waiting()
    until = waiting.gate.shuts_at
    assert until is not None
    assert (incident.ended_at, waiting.is_analysed, use_cases.cameras.get(1).state) == (None, True, CameraState.ONLINE)
    assert f"From {until:%Y-%m-%d %H:%M} UTC on nobody is analysed." in waiting_words(waiting.gate, clock.now(), UTC)
    clock.set(until)
    vision.pass_time(1)
    read = vision.read_count
    vision.pass_time(2)
    assert (vision.read_count, use_cases.cameras.get(1).state) == (read, CameraState.AWAITING_RECORDS)
    assert use_cases.incidents.open_incidents()[0].ended_at is not None
    engine.dispose()


def test_the_date_comes_also_while_the_database_is_away(vision: VisionInHand) -> None:
    camera_id = vision.use_cases.cameras.add(CameraForm("Door", "usb:0")).camera_id
    with vision.unit_of_work() as work:
        work.settings.put(GRACE_SETTING, Grace(START + timedelta(seconds=5), frozenset({camera_id})).as_json())
        work.commit()
    vision.use_cases.cameras.set_enabled(camera_id, True)
    vision.pass_time(4)
    assert vision.read_count > 0

    class Away:
        def current(self, known: object) -> object:
            raise OSError("The disk is away.")

    vision.fleet.configuration = Away()  # type: ignore[assignment]
    vision.pass_time(2)
    read = vision.read_count
    vision.pass_time(2)
    assert vision.read_count == read


def test_out_of_hours_the_records_are_what_a_camera_waits_for_first(vision: VisionInHand) -> None:
    tomorrow = (START + timedelta(days=1)).weekday()
    hours = CameraSettings(opening=OpeningHours(parse_day(tomorrow, "10:00-10:30")))
    camera_id = vision.use_cases.cameras.add(CameraForm("Door", "usb:0"), looks=hours).camera_id
    vision.pass_time(1)
    assert vision.use_cases.cameras.get(camera_id).state is CameraState.AWAITING_RECORDS
    put_on_record(vision.use_cases)
    vision.pass_time(1)
    assert vision.use_cases.cameras.get(camera_id).state is CameraState.CLOSED
    assert vision.read_count == 0
