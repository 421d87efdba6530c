"""What happens at a site is at the central instance: once, in order, whatever fails in between; and goes with it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.integration.sites.conftest import EVERY, Site, Sites
from webapp.domain.alerts.incidents import IncidentState, Outcome
from webapp.domain.cameras.cameras import CameraState
from webapp.domain.site.retention import RetentionRule
from webapp.errors import CentralFailed

JPEG = b"\xff\xd8\xff\xe0 made up"


def incident_of(sites: Sites, incident_id: int, name: str = "Lind"):
    with sites.central.unit_of_work.reading() as work:
        kept = work.site_log.get(sites.id_of(name), incident_id)
    return kept.incident if kept else None


def picture_of(sites: Sites, incident_id: int) -> bytes | None:
    with sites.central.unit_of_work.reading() as work:
        return work.site_log.picture(sites.id_of(), incident_id)


def cameras_of(sites: Sites):
    with sites.central.unit_of_work.reading() as work:
        return work.site_log.cameras(sites.id_of())


def test_what_was_kept_before_and_what_happens_from_now_on_is_there_once(sites: Sites) -> None:
    site = sites.add()
    camera = site.web.add_camera()
    before = [site.web.add_incident(camera).incident_id for _ in range(3)]
    site.push()
    assert sites.kept() == before
    later = site.web.add_incident(camera, peak=0.91).incident_id
    assert site.push() == 2, "one message with it, and one that finds nothing more"
    assert sites.kept() == [*before, later]
    assert incident_of(sites, later).peak_score == 0.91


def test_more_than_one_message_holds_comes_in_parts_and_goes_on_after_a_kill(sites: Sites) -> None:
    site = sites.add()
    camera = site.web.add_camera()
    ids = [site.web.add_incident(camera).incident_id for _ in range(250)]
    site.pusher.push(0.0)
    site.pusher.push(0.0)
    assert sites.kept() == ids[:100]
    site.restart()
    more = site.web.add_incident(camera).incident_id
    site.push()
    assert sites.kept() == [*ids, more]
    fills = [
        one["batch"]["fill_after"] for one in site.line.sent if one["batch"] and one["batch"]["fill_after"] is not None
    ]
    assert fills == [0, ids[99], ids[199]], "it goes on where it was"


def test_a_line_that_loses_answers_doubles_nothing(sites: Sites) -> None:
    site = sites.add()
    camera = site.web.add_camera()
    site.push()
    ids = []
    for _ in range(3):
        ids.append(site.web.add_incident(camera).incident_id)
        site.pusher.push(0.0)
        ids.append(site.web.add_incident(camera).incident_id)
        site.line.loses_answers = True
        with pytest.raises(CentralFailed):
            site.pusher.push(0.0)
        site.line.loses_answers = False
    site.push()
    assert sites.kept() == ids


@pytest.mark.security
def test_what_staff_do_arrives_without_anybodys_name_or_note(sites: Sites) -> None:
    site = sites.add()
    incident_id = site.web.add_incident(site.web.add_camera()).incident_id
    site.push()
    site.web.services.incidents.acknowledge(incident_id, "alice")
    sites.clock.advance(40)
    site.web.services.incidents.resolve(incident_id, "alice", "recovered", "Mrs Grey was kind again.")
    site.push()
    kept = incident_of(sites, incident_id)
    assert (kept.state, kept.outcome) == (IncidentState.RESOLVED, Outcome.RECOVERED)
    assert kept.resolved_at - kept.acknowledged_at == timedelta(seconds=40)
    said = str(site.line.sent)
    assert "alice" not in said
    assert "Grey" not in said


@pytest.mark.security
def test_cameras_arrive_with_their_states_and_never_their_addresses(sites: Sites) -> None:
    site = sites.add()
    camera = site.web.add_camera("Desk", "rtsp://192.0.2.7/secret-path", username="u", password="hush")
    with site.web.unit_of_work() as work:
        work.cameras.set_state(replace(camera, state=CameraState.OFFLINE))
        work.commit()
    site.push()
    assert [(one.name, one.state) for one in cameras_of(sites)] == [("Desk", CameraState.OFFLINE)]
    assert not {"192.0.2.7", "secret-path", "hush"} & set(str(site.line.sent).replace("/", " ").split())
    site.web.services.cameras.remove(camera.camera_id)
    site.push()
    assert list(cameras_of(sites)) == []


def test_a_visitors_request_deletes_at_the_central_instance_too(sites: Sites) -> None:
    site = sites.add(takes_pictures=True, sends_pictures=True)
    desk, door = site.web.add_camera("Desk"), site.web.add_camera("Door")
    theirs = site.web.add_incident(desk, jpeg=JPEG).incident_id
    others = site.web.add_incident(door, jpeg=JPEG).incident_id
    for incident_id in (theirs, others):
        site.web.end(incident_id)
        site.web.services.incidents.resolve(incident_id, "alice", "recovered")
    site.push()
    assert picture_of(sites, theirs) == JPEG
    begin = sites.clock.now()
    sites.clock.advance(7200)
    visits = site.web.services.visits
    zone = site.web.services.site.zone()
    at = lambda moment: moment.astimezone(zone).strftime("%Y-%m-%dT%H:%M")  # noqa: E731
    visit = visits.visit("Desk", at(begin - timedelta(minutes=5)), at(begin + timedelta(minutes=5)))
    visits.delete(visit, "root")
    site.push()
    assert sites.kept() == [others]
    assert picture_of(sites, theirs) is None
    assert picture_of(sites, others) == JPEG


def test_what_the_sites_rule_deletes_goes_here_too_also_while_it_is_silent(sites: Sites) -> None:
    site = sites.add(takes_pictures=True, sends_pictures=True)
    site.web.services.retention.change(RetentionRule(snapshots=2, incidents=5, scores=2, events=60), "root")
    incident_id = site.web.add_incident(site.web.add_camera(), jpeg=JPEG).incident_id
    site.web.end(incident_id)
    site.push()
    upkeep = sites.central.services.sites.upkeep
    sites.clock.advance(2 * 86400 + 60)
    assert upkeep.forget_old() == 1
    assert (picture_of(sites, incident_id), sites.kept()) == (None, [incident_id])
    sites.clock.advance(3 * 86400)
    assert upkeep.forget_old() == 1
    assert sites.kept() == []


def test_pictures_go_over_only_where_both_sides_let_them(sites: Sites) -> None:
    for name, takes, sends in (("a", False, True), ("b", True, False), ("c", True, True)):
        site = sites.add(name, takes_pictures=takes, sends_pictures=sends)
        incident_id = site.web.add_incident(site.web.add_camera(), jpeg=JPEG).incident_id
        site.push()
        with sites.central.unit_of_work.reading() as work:
            found = work.site_log.picture(sites.id_of(name), incident_id)
        assert (found == JPEG) is (takes and sends), name


@pytest.mark.parametrize("side", ["site", "central"])
def test_pictures_that_are_switched_off_are_deleted(sites: Sites, side: str) -> None:
    site = sites.add(takes_pictures=True, sends_pictures=True)
    incident_id = site.web.add_incident(site.web.add_camera(), jpeg=JPEG).incident_id
    site.push()
    assert picture_of(sites, incident_id) == JPEG
    if side == "central":
        sites.central.services.sites.registry.take_pictures(sites.id_of(), False, "root")
    else:
        site.sends_pictures = False
        site.restart()
        site.push()
    assert picture_of(sites, incident_id) is None
    assert sites.kept() == [incident_id]


def test_a_better_picture_replaces_the_first_one(sites: Sites) -> None:
    site = sites.add(takes_pictures=True, sends_pictures=True)
    incident_id = site.web.add_incident(site.web.add_camera(), jpeg=JPEG).incident_id
    site.push()
    site.web.raise_peak(incident_id, 0.95, JPEG + b" better")
    site.push()
    assert picture_of(sites, incident_id) == JPEG + b" better"


def test_a_picture_that_is_gone_or_too_large_is_asked_for_once(sites: Sites) -> None:
    site = sites.add(takes_pictures=True, sends_pictures=True)
    camera = site.web.add_camera()
    site.web.add_incident(camera, jpeg=JPEG + b"x" * (1024 * 1024))
    small = site.web.add_incident(camera, jpeg=JPEG).incident_id
    site.push()
    assert picture_of(sites, small) == JPEG
    assert site.push() <= 2


def test_a_site_put_back_from_a_backup_is_begun_anew(sites: Sites) -> None:
    site = sites.add()
    camera = site.web.add_camera()
    first = site.web.add_incident(camera).incident_id
    site.push()
    lost = [site.web.add_incident(camera).incident_id for _ in range(2)]
    site.push()
    assert sites.kept() == [first, *lost]
    with site.web.engine.begin() as connection:  # As a backup of before them leaves it, and life goes on.
        connection.exec_driver_sql("DELETE FROM events WHERE incident_id > 1")
        connection.exec_driver_sql("DELETE FROM incidents WHERE id > 1")
    site.restart()
    sites.clock.advance(60)
    again = site.web.add_incident(camera).incident_id
    site.push()
    assert sites.kept() == [first, again]


def test_test_alerts_stay_at_the_site(sites: Sites) -> None:
    site = sites.add()
    site.web.services.alert_test.raise_alert("root")
    site.push()
    assert sites.kept() == []


def test_figures_of_days_arrive_on_the_sites_clocks(sites: Sites) -> None:
    site = sites.add()
    camera = site.web.add_camera()
    incident_id = site.web.add_incident(camera).incident_id
    site.web.add_incident(camera, at=sites.clock.now() - timedelta(days=9))
    site.web.services.incidents.resolve(incident_id, "alice", "false_alarm")
    site.push()
    root = sites.central.services.accounts.find("root")
    days = sites.central.services.sites.overview.days(root, sites.id_of())
    assert len(days) == 30
    assert [(days[-1].total, dict(days[-1].outcomes)), days[-10].total] == [(1, {"false_alarm": 1}), 1]
    assert days[-1].hours[sites.clock.now().hour] == 1


def test_a_silent_site_is_put_on_record_once_and_so_is_its_return(sites: Sites) -> None:
    site = sites.add()
    site.push()
    upkeep = sites.central.services.sites.upkeep
    assert upkeep.note_silent() == 0
    sites.clock.advance(6 * 60)
    assert (upkeep.note_silent(), upkeep.note_silent()) == (1, 0)
    site.push()
    kinds = [event.kind.value for event in events_of(sites) if event.kind.value.startswith("site_")]
    assert kinds == ["site_added", "site_fell_silent", "site_came_back"]


def events_of(sites: Sites):
    with sites.central.unit_of_work.reading() as work:
        return work.events.after(0, limit=500)


@pytest.mark.security
def test_a_revoked_token_opens_nothing_and_another_one_goes_on(sites: Sites) -> None:
    site = sites.add()
    camera = site.web.add_camera()
    site.push()
    registry = sites.central.services.sites.registry
    registry.revoke_token(sites.id_of(), "root")
    incident_id = site.web.add_incident(camera).incident_id
    with pytest.raises(CentralFailed) as caught:
        site.push()
    assert caught.value.values["status"] == 401
    assert sites.kept() == []
    site.line.token = registry.renew_token(sites.id_of(), "root").token
    site.push()
    assert sites.kept() == [incident_id]


def test_no_site_writes_into_another_ones(sites: Sites) -> None:
    one, other = sites.add("One"), sites.add("Other", takes_pictures=True)
    incident_id = other.web.add_incident(other.web.add_camera(), jpeg=JPEG).incident_id
    other.push()
    before = incident_of(sites, incident_id, "Other")
    one.web.add_incident(one.web.add_camera("Elsewhere"), peak=0.99)
    one.push()
    assert incident_of(sites, incident_id, "Other") == before
    assert incident_of(sites, incident_id, "One").camera_name == "Elsewhere"


def test_all_kept_are_counted(sites: Sites) -> None:
    site: Site = sites.add()
    site.web.add_incident(site.web.add_camera())
    site.push()
    with sites.central.unit_of_work.reading() as work:
        assert work.site_log.counts(EVERY) == {sites.id_of(): 1}
