"""The units of work in memory do what the real ones do: the same cases, over both."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.fakes.storage import FakeUnitOfWorkFactory
from tests.support.clocks import START
from webapp.domain.alerts.incidents import Incident, IncidentState
from webapp.domain.cameras.cameras import Camera, CameraState
from webapp.domain.cameras.detectors import Detector
from webapp.domain.cameras.image_settings import ImageSettings
from webapp.domain.cameras.snoozes import Snooze
from webapp.domain.events import Event, EventKind
from webapp.domain.people.accounts import APIToken, Invitation, TokenScope, User, UserSession
from webapp.domain.people.roles import Role
from webapp.domain.vision.emotions import Emotion
from webapp.services.ports import IncidentFilter, RuleOverrides
from webapp.storage.unit_of_work import SQLUnitOfWorkFactory


@pytest.fixture(params=["in memory", "SQLite"])
def units(request):
    if request.param == "in memory":
        return FakeUnitOfWorkFactory()
    return SQLUnitOfWorkFactory(request.getfixturevalue("engine"))


@pytest.fixture
def stored(units):
    """Write within a transaction that is kept, and return what that gave."""

    def write(change):
        with units() as work:
            result = change(work)
            work.commit()
        return result

    return write


def camera(name):
    return Camera(name, "demo:", state=CameraState.CONNECTING, state_since=START)


def test_what_is_not_committed_is_not_kept(units):
    with units() as work:
        work.settings.put("language", "de")
        assert work.settings.get("language") == "de"
    with units.reading() as work:
        assert work.settings.get("language") is None


def test_a_unit_of_work_that_reads_does_not_write(units):
    with pytest.raises(Exception, match=r"readonly|that reads|read-only"), units.reading() as work:
        work.settings.put("language", "de")
    with units.reading() as work:
        assert work.settings.get("language") is None


def test_a_unit_of_work_that_reads_sees_one_state(units, stored):
    with units.reading() as work:
        assert work.settings.get("language") is None
        stored(lambda other: other.settings.put("language", "de"))
        assert work.events.last_id() == 0
        assert work.settings.get("language") is None


def test_cameras(units, stored):
    desk = stored(lambda work: work.cameras.add(camera("Front Desk"), b"encrypted"))
    bar = stored(lambda work: work.cameras.add(camera("bar"), None))
    stored(lambda work: work.cameras.update(replace(desk, place="Hall", state=CameraState.ONLINE)))
    stored(lambda work: work.cameras.set_password(bar.camera_id, b"another"))
    stored(lambda work: work.cameras.set_state(replace(bar, state=CameraState.ONLINE, state_since=START)))
    stored(lambda work: work.cameras.set_snooze(bar.camera_id, Snooze(START, "alice")))
    stored(
        lambda work: work.cameras.set_settings(
            replace(bar, name="other", image_settings=ImageSettings(90), analysis_fps=2.0, detector=Detector.HAAR)
        )
    )
    changed = replace(desk, place="Hall", revision=desk.revision + 1)
    other = replace(
        bar,
        has_password=True,
        state=CameraState.ONLINE,
        state_since=START,
        snooze=Snooze(START, "alice"),
        image_settings=ImageSettings(90),
        analysis_fps=2.0,
        detector=Detector.HAAR,
    )
    with units.reading() as work:
        assert list(work.cameras.list()) == [other, changed]
        assert work.cameras.find(" front  DESK ") == work.cameras.get(desk.camera_id) == changed
        assert work.cameras.encrypted_password(bar.camera_id) == b"another"
        assert work.cameras.get(99) is work.cameras.find("nobody") is None


def test_groups_are_set_without_calling_the_camera_anew(units, stored):
    desk = stored(lambda work: work.cameras.add(replace(camera("Desk"), groups=("Bar", "Entrances")), None))
    bar = stored(lambda work: work.cameras.add(camera("Bar"), None))
    stored(lambda work: work.cameras.update(replace(bar, place="Hall")))
    stored(lambda work: work.cameras.set_groups(replace(bar, groups=("Drinks",))))
    with units.reading() as work:
        assert [one.groups for one in work.cameras.list()] == [("Drinks",), ("Bar", "Entrances")]
        assert work.cameras.get(bar.camera_id).revision == bar.revision + 1
    stored(lambda work: work.cameras.set_groups(replace(desk, groups=())))
    with units.reading() as work:
        assert work.cameras.find("Desk").groups == ()


def test_rules_go_with_their_camera(units, stored):
    desk = stored(lambda work: work.cameras.add(camera("Desk"), None))
    own, for_all = RuleOverrides(emotions=("angry",), dwell_s=1.0), RuleOverrides(cooldown_s=30.0)
    stored(lambda work: work.rules.put(desk.camera_id, own))
    stored(lambda work: work.rules.put(None, for_all))
    with units.reading() as work:
        assert work.rules.all() == {desk.camera_id: own, None: for_all}
        assert (work.rules.get(None), work.rules.get(99)) == (for_all, RuleOverrides())
    stored(lambda work: work.cameras.remove(desk.camera_id))
    with units.reading() as work:
        assert work.rules.all() == {None: for_all}


def test_people(units, stored):
    alice = stored(lambda work: work.users.add(User("Alice", Role.STAFF, created_at=START), "hash"))
    stored(lambda work: work.users.update(replace(alice, name="other", role=Role.ADMIN, session_epoch=7)))
    stored(lambda work: work.users.set_password_hash(alice.user_id, "another"))
    with units.reading() as work:
        assert work.users.find("ALICE") == replace(alice, role=Role.ADMIN, session_epoch=7)
        assert [user.name for user in work.users.list()] == ["Alice"]
        assert (work.users.password_hash(alice.user_id), work.users.password_hash(99)) == ("another", None)


def test_sessions_tokens_and_invitations_are_found_by_their_hash(units, stored):
    user_id = stored(lambda work: work.users.add(User("Alice", Role.STAFF, created_at=START), "hash")).user_id
    later, hour = START + timedelta(hours=1), timedelta(hours=1)
    first, second = (UserSession(user_id, 0, "", "", START, at, START + 9 * hour) for at in (later, START))
    first, second = (
        stored(lambda work, one=one, i=i: work.sessions.add(one, f"s{i}")) for i, one in enumerate((first, second))
    )
    token = stored(lambda work: work.tokens.add(APIToken(user_id, "wall", TokenScope.READ, START, later), "t"))
    invitation = stored(lambda work: work.invitations.add(Invitation(Role.STAFF, "", "root", START, later), "i"))
    stored(lambda work: work.sessions.note_seen(second.session_id, later + hour))
    stored(lambda work: work.tokens.note_used(token.token_id, later))
    stored(lambda work: (work.sessions.note_seen(99, later), work.tokens.note_used(99, later)))
    with units.reading() as work:
        assert work.sessions.find("s0") == work.sessions.get(first.session_id) == first
        assert [one.session_id for one in work.sessions.list(user_id)] == [second.session_id, first.session_id]
        assert work.sessions.list(99) == []
        assert work.tokens.find("t") == work.tokens.list()[0] == replace(token, used_at=later)
        assert work.invitations.find("i") == work.invitations.get(invitation.invitation_id) == invitation
        assert work.sessions.find("t") is work.tokens.find("s0") is work.invitations.find("") is None
    stored(lambda work: work.invitations.remove(invitation.invitation_id))
    with units.reading() as work:
        assert work.invitations.list() == []


def test_incidents_that_wait(units, stored):
    desk = stored(lambda work: work.cameras.add(camera("Desk"), None))
    early, late = (
        stored(
            lambda work, at=at: work.incidents.add(
                Incident(desk.camera_id, "Desk", 1, Emotion.ANGRY, at, at, 0.8), None
            )
        )
        for at in (START, START + timedelta(hours=1))
    )
    taken = late.acknowledge("alice", START + timedelta(hours=2))
    stored(lambda work: work.incidents.update(taken))
    with units.reading() as work:
        assert list(work.incidents.search(IncidentFilter(), limit=9)) == [taken, early]
        assert list(work.incidents.search(IncidentFilter(states=(IncidentState.NEW,)), limit=9)) == [early]
        assert list(work.incidents.search(IncidentFilter(opened_from=taken.opened_at), limit=9)) == [taken]
        assert list(work.incidents.search(IncidentFilter(camera_id=99), limit=9)) == []
        assert list(work.incidents.search(IncidentFilter(), limit=1, offset=1)) == [early]


def test_events(units, stored):
    kinds = (EventKind.CAMERA_ADDED, EventKind.RULE_CHANGED, EventKind.CAMERA_ADDED)
    first, second, third = (stored(lambda work, kind=kind: work.events.append(Event(kind, START))) for kind in kinds)
    with units.reading() as work:
        assert list(work.events.after(first.event_id, limit=9)) == [second, third]
        assert list(work.events.after(0, limit=1)) == [first]
        assert (work.events.last_id(), work.events.last_id([EventKind.RULE_CHANGED])) == (
            third.event_id,
            second.event_id,
        )
        assert work.events.last_id([EventKind.SIGNED_IN]) == 0
        assert list(work.events.of_incident(99)) == []
