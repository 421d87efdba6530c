"""The queue: leases, tries, and what is said of a channel that fails."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import event

from tests.integration.notifications.conftest import WRITER
from webapp.domain.events import EventKind
from webapp.domain.notifications.outcomes import TAKEN, Outcome, SendFailure
from webapp.domain.notifications.routes import NoticeKind
from webapp.domain.site.retention import KeptKind
from webapp.errors import InputInvalid, NotFound, PermissionDenied
from webapp.runtime.notifications.delivery_process import NotificationTask

AWAY = Outcome(SendFailure.UNREACHABLE, detail="ConnectionRefusedError")


def claim(house):
    (one,) = house.told.deliveries.claim(WRITER, limit=10)
    return one


@pytest.fixture
def dana(house):
    return house.person("Dana")


@pytest.fixture
def phone(house, dana):
    channel_id = house.channel(dana, "phone")
    house.alert()
    house.plan()
    return channel_id


def test_what_is_claimed_is_nobody_elses_until_the_lease_runs_out_and_then_it_has_the_same_key(house, phone):
    first = claim(house)
    assert first.channel.config["url"] == "http://127.0.0.1:9/"
    assert house.told.deliveries.claim(WRITER, limit=10) == []
    house.clock.advance(59)
    assert house.told.deliveries.claim(WRITER, limit=10) == []
    house.clock.advance(2)
    second = claim(house)
    assert second.delivery.key == first.delivery.key == second.message.key
    assert second.delivery.attempts == 2
    # The first one comes back after all: that it failed says nothing any more, that it was taken does.
    house.told.deliveries.finish(first, AWAY)
    assert house.log() == [("phone", "sending", None)]
    house.told.deliveries.finish(first, TAKEN)
    assert house.log() == [("phone", "delivered", None)]
    house.told.deliveries.finish(second, AWAY)
    assert house.log() == [("phone", "delivered", None)]


def test_what_fails_is_tried_again_later_and_given_up_after_a_day(house, phone):
    assert house.send(AWAY) == ["phone"]
    assert house.send(AWAY) == []
    house.clock.advance(5)
    assert house.send(AWAY) == ["phone"]
    (delivery,) = house.deliveries()
    assert (delivery.attempts, delivery.failure, delivery.detail) == (2, "unreachable", "ConnectionRefusedError")
    house.clock.advance(25 * 3600)
    assert house.send(AWAY) == []
    assert house.log() == [("phone", "given_up", None)]


def test_a_test_alert_that_nobody_could_be_told_of_is_given_up_after_an_hour(house, dana):
    house.channel(dana, "phone")
    house.use_cases.alert_test.raise_alert("root")
    house.plan()
    house.send(AWAY)
    house.clock.advance(3601)
    assert house.send(AWAY) == []
    assert house.log() == [("phone", "given_up", None)]


def test_a_channel_that_is_busy_holds_up_its_own_messages_alone(house, dana, phone):
    house.channel(house.person("Eve"), "Eve's")
    for _ in range(2):
        house.alert()
    house.plan()
    claims = house.told.deliveries.claim(WRITER, limit=10)
    assert sorted(one.channel.name for one in claims) == ["Eve's", "phone"]
    rest = house.told.deliveries.claim(WRITER, limit=10, busy={phone})
    assert [one.channel.name for one in rest] == ["Eve's"]


def test_admins_are_told_of_a_channel_that_fails_by_other_ways_than_that_one(house, phone):
    house.channel(house.person("Root", "admin"), "root's")
    fails = {"phone": AWAY}
    for seconds in (0, 5, 30):
        house.clock.advance(seconds)
        house.plan()
        house.send(lambda name: fails.get(name, TAKEN))
    house.plan()
    assert house.send() == ["root's"]
    told = house.deliveries()[0]
    assert (told.notice.kind, told.notice.about) == (NoticeKind.CHANNEL_FAILED, "phone")
    with house.use_cases.adapters.unit_of_work.reading() as work:
        (event,) = [one for one in work.events.after(0, limit=500) if one.kind is EventKind.NOTIFICATION_CHANNEL_FAILED]
    assert event.payload == {"channel_id": phone, "channel": "phone", "cause": "unreachable"}
    (channel,) = house.told.channels.of(house.people["Dana"].user_id)
    assert (channel.failures, channel.last_failure) == (3, SendFailure.UNREACHABLE)


def test_a_channel_that_says_to_be_gone_is_switched_off(house, dana, phone):
    house.send(Outcome(SendFailure.GONE, is_final=True))
    assert house.log() == [("phone", "failed", None)]
    assert [one.enabled for one in house.told.channels.of(dana.user_id)] == [False]


def test_a_test_goes_to_one_channel_even_where_it_is_off(house, dana):
    channel_id = house.channel(dana, "phone")
    house.told.channels.change(channel_id, dana, enabled=False)
    key = house.told.channels.test(channel_id, dana)
    assert house.send() == ["phone"]
    (delivery,) = house.deliveries()
    assert (delivery.key, delivery.state, delivery.notice.is_test) == (key, "delivered", True)


@pytest.mark.security
def test_each_sees_to_the_own_channels_and_admins_to_the_shared_ones(house, dana):
    eve, root = house.person("Eve"), house.person("Root", "admin")
    own, shared = house.channel(dana, "phone"), house.channel(None, "chat", by=root)
    for channel_id, by in ((own, eve), (own, root), (shared, dana)):
        with pytest.raises(NotFound):
            house.told.channels.get(channel_id, by)
        with pytest.raises(NotFound):
            house.told.channels.test(channel_id, by)
    with pytest.raises(PermissionDenied):
        house.channel(None, "mine", by=dana)
    with pytest.raises(PermissionDenied):
        house.channel(dana, "hers", by=root)
    house.told.channels.remove(own, dana)
    assert [one.name for one in house.told.channels.shared()] == ["chat"]


def test_nobody_has_channels_without_end(house, dana):
    for number in range(10):
        house.channel(dana, f"phone {number}")
    with pytest.raises(InputInvalid):
        house.channel(dana, "one more")


@pytest.mark.security
def test_where_a_channel_leads_is_stored_encrypted(house, phone, engine, settings):
    engine.dispose()
    stored = b"".join(path.read_bytes() for path in settings.data_dir.glob("amends.sqlite3*"))
    assert b"phone" in stored
    assert b"0123456789abcdef" not in stored
    assert b"127.0.0.1:9" not in stored


def test_what_belongs_to_an_incident_goes_with_it_and_the_rest_when_it_is_old(house, dana, phone):
    house.send()
    house.told.channels.test(phone, dana)
    house.send()
    assert len(house.deliveries()) == 2
    assert house.told.deliveries.expire(house.clock.now() - timedelta(days=1)) == 0
    house.clock.advance(60)
    assert house.told.deliveries.expire(house.clock.now()) == 1
    (left,) = house.deliveries()
    with house.use_cases.adapters.unit_of_work() as work:
        work.incidents.update(replace(work.incidents.get(left.notice.incident_id), ended_at=house.clock.now()))
        work.retention.delete(KeptKind.INCIDENTS, house.clock.now() + timedelta(days=1), limit=10)
        work.commit()
    assert house.deliveries() == []


def test_whether_there_is_anything_to_do_is_one_statement_that_reads_no_table(house, phone, engine):
    statements = []
    event.listen(engine, "before_cursor_execute", lambda *seen: statements.append(seen[2:4]))
    house.told.deliveries.state()
    ((statement, values),) = statements
    with engine.connect() as connection:
        plan = [row[-1] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)]
    assert [line for line in plan if line.startswith("SCAN") and "INDEX" not in line and "CONSTANT" not in line] == []
    state = house.told.deliveries.state()
    assert state.has_channels
    assert state.has_due(house.clock.now())


def test_nothing_is_sent_to_somebody_who_was_disabled_meanwhile(house, dana, phone):
    house.use_cases.accounts.change(dana.user_id, role="staff", enabled=False)
    assert house.send() == []
    assert house.log() == [("phone", "cancelled", "channel_off")]


def test_a_process_that_cannot_start_is_not_started_again_and_again(house, phone, tmp_path):
    task = NotificationTask(house.told, "sqlite://", command=())
    marks = tmp_path / "starts"
    task.command = ("sh", "-c", f"echo >> {marks}")
    for _ in range(3):
        task.tend()
        task.join(10)
    assert marks.read_text() == "\n"
    assert house.log() == [("phone", "pending", None)]
