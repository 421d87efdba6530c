"""Who is told of what and when: from the event log to deliveries, whatever is killed in between."""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import event

from tests.integration.notifications.conftest import person, role
from webapp.domain.alerts.rules import AlertLevel
from webapp.domain.cameras.cameras import CameraState
from webapp.domain.cameras.schedule import OpeningHours, OpeningSpan
from webapp.domain.notifications.on_call import OnCallOverride, OnCallSchedule, OnCallSlot
from webapp.domain.notifications.quiet_hours import NotificationPreferences
from webapp.domain.notifications.routes import NoticeKind, Recipient, RecipientKind, Route, Step
from webapp.services.use_cases import UseCases


def test_nothing_is_planned_before_somebody_has_a_channel_and_nothing_of_before_is_told_then(house):
    house.alert()
    house.plan()
    house.channel(house.person("Dana"), "phone")
    house.plan()
    assert house.log() == []
    house.alert()
    house.plan()
    assert house.log() == [("phone", "pending", None)]


def test_without_a_route_everybody_with_a_channel_is_told_at_once(house):
    house.channel(house.person("Dana"), "Dana's")
    house.channel(house.person("Mo", "manager"), "Mo's")
    incident_id = house.alert(AlertLevel.LOW)
    house.plan()
    assert house.send() == ["Dana's", "Mo's"]
    house.plan()
    assert house.send() == []
    overview = house.told.deliveries.of_incident(incident_id)
    assert {one.state for one in overview.deliveries} == {"delivered"}
    assert [step.state for step in overview.steps] == ["done"]


def test_who_is_told_next_is_told_only_if_nobody_comes(house):
    dana, mo = house.person("Dana"), house.person("Mo", "manager")
    house.channel(dana, "Dana's"), house.channel(mo, "Mo's")
    steps = (Step(0, (person(dana),)), Step(5, (person(mo),)), Step(10, (person(mo), person(dana))))
    house.told.routes.put(Route("all", steps), "root")
    taken, left = house.alert(), house.alert()
    house.plan()
    assert house.send() == ["Dana's", "Dana's"]
    house.after(4.9)
    house.use_cases.incidents.acknowledge(taken, "Dana")
    assert house.send() == []
    house.after(0.2)
    assert house.send() == ["Mo's"]
    house.after(5)
    assert house.send() == ["Dana's", "Mo's"]
    steps = house.told.deliveries.of_incident(taken).steps
    assert [(step.state, step.reason) for step in steps] == [("done", None)] + [("cancelled", "acknowledged")] * 2
    assert all(one.notice.incident_id == left for one in house.deliveries()[:3])


def test_taking_back_that_somebody_came_lets_the_steps_wait_again(house):
    dana, mo = house.person("Dana"), house.person("Mo", "manager")
    house.channel(dana, "Dana's"), house.channel(mo, "Mo's")
    house.told.routes.put(Route("all", (Step(0, (person(dana),)), Step(5, (person(mo),)))), "root")
    incident_id = house.alert()
    house.plan()
    assert house.send() == ["Dana's"]
    house.use_cases.incidents.acknowledge(incident_id, "Dana")
    house.plan()
    house.clock.advance(5)
    house.use_cases.incidents.undo(incident_id, "Dana")
    house.plan()
    assert house.send() == []
    house.after(5)
    assert house.send() == ["Mo's"]


def test_a_message_that_waits_is_not_sent_once_somebody_has_come(house):
    house.channel(house.person("Dana"), "phone")
    incident_id = house.alert()
    house.plan()
    house.use_cases.incidents.resolve(incident_id, "Mo", "recovered")
    assert house.send() == []
    assert house.log() == [("phone", "cancelled", "acknowledged")]


def test_nobody_is_told_of_a_camera_that_is_snoozed_meanwhile(house):
    house.channel(house.person("Dana"), "phone")
    house.alert()
    house.plan()
    house.use_cases.snoozes.snooze(house.camera.camera_id, 15, "Mo")
    assert house.send() == []
    assert house.log() == [("phone", "cancelled", "snoozed")]


def test_who_is_on_call_is_asked_when_the_step_falls_due(house):
    dana, eve = house.person("Dana"), house.person("Eve")
    house.channel(dana, "Dana's"), house.channel(eve, "Eve's")
    # It is Monday, nine o'clock; Eve comes at five past.
    week = (OnCallSlot(OpeningSpan(0, 8 * 60, 545), dana.user_id), OnCallSlot(OpeningSpan(0, 545, 600), eve.user_id))
    schedule = house.told.routes.put_schedule(OnCallSchedule("desk", week), "root")
    on_call = (Recipient(RecipientKind.ON_CALL, schedule.schedule_id),)
    house.told.routes.put(Route("all", (Step(0, on_call), Step(10, on_call))), "root")
    (now,) = house.told.routes.on_call_now()
    assert (now.user_ids, now.next_hand_over.coming) == ({dana.user_id}, {eve.user_id})
    house.alert()
    house.plan()
    assert house.send() == ["Dana's"]
    house.after(10)
    assert house.send() == ["Eve's"]
    house.after(60)
    house.alert()
    house.plan()
    assert house.log()[-1] == ("", "cancelled", "nobody_on_call")
    at = house.clock.now()
    over = OnCallOverride(at, at + timedelta(hours=1), dana.user_id)
    house.told.routes.put_schedule(replace(schedule, overrides=(over,)), "root")
    house.alert()
    house.plan()
    assert house.send() == ["Dana's"]


def test_one_channel_is_told_once_of_a_minute_however_many_routes_lead_there(house):
    dana = house.person("Dana")
    house.channel(dana, "phone")
    for name in ("one", "two"):
        house.told.routes.put(Route(name, (Step(0, (person(dana), role("staff"))), Step(3, (role("staff"),)))), "root")
    house.alert()
    house.plan()
    assert house.send() == ["phone"]
    house.after(3)
    assert house.send() == ["phone"]


def test_a_route_of_higher_levels_begins_when_the_level_is_reached(house):
    dana, mo = house.person("Dana"), house.person("Mo", "manager")
    house.channel(dana, "Dana's"), house.channel(mo, "Mo's")
    house.told.routes.put(Route("all", (Step(0, (person(dana),)),)), "root")
    house.told.routes.put(Route("high", (Step(0, (person(mo), person(dana))),), least_level=AlertLevel.HIGH), "root")
    incident_id = house.alert(AlertLevel.LOW)
    house.plan()
    assert house.send() == ["Dana's"]
    for _ in range(2):
        rises(house, incident_id, AlertLevel.HIGH)
        house.plan()
    assert house.send() == ["Mo's"]


def rises(house, incident_id, level):
    from webapp.domain.events import Event, EventKind
    from webapp.services.alerts.incidents import incident_payload

    with house.use_cases.adapters.unit_of_work() as work:
        risen = replace(work.incidents.get(incident_id), level=level)
        work.incidents.update(risen)
        payload = incident_payload(risen)
        work.events.append(Event(EventKind.INCIDENT_PEAKED, house.clock.now(), payload, incident_id=incident_id))
        work.commit()


def test_quiet_hours_are_kept_but_for_what_is_urgent(house):
    dana, eve = house.person("Dana"), house.person("Eve")
    house.channel(dana, "Dana's"), house.channel(eve, "Eve's")
    mornings = OpeningHours((OpeningSpan(0, 8 * 60, 12 * 60),))
    house.told.routes.set_preferences(dana.user_id, NotificationPreferences(mornings))
    house.told.routes.set_preferences(eve.user_id, NotificationPreferences(mornings, urgent_goes_through=False))
    house.alert(AlertLevel.MEDIUM)
    house.plan()
    assert house.log() == [("Dana's", "cancelled", "quiet_hours"), ("Eve's", "cancelled", "quiet_hours")]
    house.alert(AlertLevel.HIGH)
    house.plan()
    assert house.send() == ["Dana's"]


def test_people_without_a_channel_and_those_who_are_gone_are_said_so(house):
    dana, eve = house.person("Dana"), house.person("Eve")
    house.channel(dana, "phone")
    house.told.routes.put(Route("all", (Step(0, (person(eve), role("admin"))),)), "root")
    house.use_cases.accounts.change(dana.user_id, role="staff", enabled=False)
    house.alert()
    house.plan()
    assert house.log() == [("", "cancelled", "no_channel")] * 2


def test_a_shared_channel_that_is_off_or_removed_is_said_so(house):
    root = house.person("Root", "admin")
    shared = house.channel(None, "chat", by=root)
    route = Route("all", (Step(0, (Recipient(RecipientKind.CHANNEL, shared),)),))
    house.told.routes.put(route, "root")
    house.alert()
    house.plan()
    house.told.channels.change(shared, root, enabled=False)
    assert house.send() == []
    house.alert()
    house.plan()
    assert house.log() == [("chat", "cancelled", "channel_off")] * 2


def test_a_camera_that_stays_away_is_told_to_admins_and_one_that_comes_back_is_not(house):
    house.channel(house.person("Dana"), "Dana's")
    house.channel(house.person("Root", "admin"), "root's")
    house.goes(CameraState.OFFLINE)
    house.plan()
    house.after(1)
    house.goes(CameraState.ONLINE)
    house.after(2)
    assert house.send() == []
    house.goes(CameraState.OFFLINE)
    house.plan()
    house.after(2)
    assert house.send() == ["root's"]
    assert house.deliveries()[0].notice.kind is NoticeKind.CAMERA_OFFLINE


def test_a_test_alert_is_sent_and_marked(house):
    house.channel(house.person("Dana"), "phone")
    house.use_cases.alert_test.raise_alert("root")
    house.plan()
    assert house.send() == ["phone"]
    assert house.deliveries()[0].notice.is_test


def test_an_alert_that_is_reopened_is_told_again(house):
    house.channel(house.person("Dana"), "phone")
    incident_id = house.alert()
    house.plan()
    house.send()
    house.use_cases.incidents.resolve(incident_id, "Dana", "recovered")
    house.after(30)
    house.use_cases.corrections.reopen(incident_id, house.people["Dana"])
    house.plan()
    assert house.send() == ["phone"]


def test_what_nobody_saw_to_for_hours_is_no_news(house):
    house.channel(house.person("Dana"), "phone")
    house.alert()
    house.told.planner.plan()
    house.after(61)
    assert house.log() == []


class Killed(BaseException):
    """The process is gone."""


class Killer:
    """Ends the process at one of its statements."""

    def __init__(self, kill_at: int) -> None:
        self.kill_at, self.count = kill_at, 0

    def __call__(self, *_arguments: object) -> None:
        self.count += 1
        if self.count == self.kill_at:
            raise Killed


def test_a_planner_that_is_killed_at_any_statement_neither_leaves_out_nor_doubles_a_step(house, engine):
    house.channel(house.person("Dana"), "phone")
    kill_at, was_killed, alerts = 0, True, []
    while was_killed:
        kill_at += 1
        alerts.append(house.alert())
        killer = Killer(kill_at)
        restarted = UseCases(house.use_cases.settings, house.use_cases.adapters).notifications
        event.listen(engine, "before_cursor_execute", killer)
        try:
            restarted.planner.plan()
            restarted.fan_out.fan_out()
        except Killed:
            pass
        finally:
            event.remove(engine, "before_cursor_execute", killer)
        was_killed = killer.count >= kill_at
        house.plan()
        assert house.send() == ["phone"]
    assert kill_at > 20
    assert sorted(one.notice.incident_id for one in house.deliveries()) == alerts


def test_two_planners_at_once_plan_each_step_once(house):
    house.channel(house.person("Dana"), "phone")
    other = UseCases(house.use_cases.settings, house.use_cases.adapters)
    house.alert()
    assert other.notifications.planner.plan() is False
    house.plan()
    other.notifications.fan_out.fan_out()
    assert house.send() == ["phone"]
