"""How the audit trail reads."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy

from webapp.domain.alerts.incidents import IncidentState, Outcome
from webapp.domain.cameras.cameras import StateReason
from webapp.domain.events import Event, EventKind
from webapp.domain.people.audit import AuditTopic
from webapp.web.audit.record_words import BASIS_WORDS, CHOICE_WORDS, RECORD_WORDS
from webapp.web.audit.refused_requests import Refusal
from webapp.web.core.template_filters import device, error_words, word

TOPIC_WORDS = {
    AuditTopic.SIGNING_IN: lazy("Signing in and out"),
    AuditTopic.LOOKING: lazy("Viewing and exporting"),
    AuditTopic.ALERTS: lazy("Alerts"),
    AuditTopic.PEOPLE: lazy("People and tokens"),
    AuditTopic.CAMERAS: lazy("Cameras and rules"),
    AuditTopic.SYSTEM: lazy("Settings and system"),
}
_KIND_WORDS = {
    EventKind.INCIDENT_OPENED: lazy("Incident opened"),
    EventKind.INCIDENT_CONTINUED: lazy("Incident continued"),
    EventKind.INCIDENT_PEAKED: lazy("Incident peaked"),
    EventKind.INCIDENT_CLIPPED: lazy("Clip kept"),
    EventKind.INCIDENT_ENDED: lazy("Incident ended"),
    EventKind.INCIDENT_ACKNOWLEDGED: lazy("Incident acknowledged"),
    EventKind.INCIDENT_RESOLVED: lazy("Incident resolved"),
    EventKind.INCIDENT_UNACKNOWLEDGED: lazy("Incident unacknowledged"),
    EventKind.INCIDENT_REOPENED: lazy("Incident reopened"),
    EventKind.INCIDENT_CORRECTED: lazy("Incident corrected"),
    EventKind.INCIDENT_REPEATED: lazy("Incident reminder"),
    EventKind.INCIDENT_ESCALATED: lazy("Incident escalated"),
    EventKind.CAMERA_ADDED: lazy("Camera added"),
    EventKind.CAMERA_CHANGED: lazy("Camera changed"),
    EventKind.CAMERA_REMOVED: lazy("Camera removed"),
    EventKind.CAMERA_STATE_CHANGED: lazy("Camera state changed"),
    EventKind.CAMERA_SNOOZED: lazy("Camera snoozed"),
    EventKind.CAMERA_SNOOZE_ENDED: lazy("Camera snooze ended"),
    EventKind.USER_ADDED: lazy("User added"),
    EventKind.USER_CHANGED: lazy("User changed"),
    EventKind.USER_INVITED: lazy("User invited"),
    EventKind.USER_JOINED: lazy("User joined"),
    EventKind.INVITATION_REVOKED: lazy("Invitation revoked"),
    EventKind.PASSWORD_CHANGED: lazy("Password changed"),
    EventKind.PASSWORD_RESET_SENT: lazy("Link to reset a password sent"),
    EventKind.PASSWORD_RESET_BY_MAIL: lazy("Password reset by mail"),
    EventKind.SIGNED_IN: lazy("Signed in"),
    EventKind.SIGNED_OUT: lazy("Signed out"),
    EventKind.SIGN_IN_FAILED: lazy("Sign in failed"),
    EventKind.REQUEST_REFUSED: lazy("Request refused"),
    EventKind.SESSION_REVOKED: lazy("Session revoked"),
    EventKind.SECOND_FACTOR_ADDED: lazy("Second factor set up"),
    EventKind.SECOND_FACTOR_REMOVED: lazy("Second factor removed"),
    EventKind.SECOND_FACTOR_REFUSED: lazy("Second factor refused"),
    EventKind.PASSKEY_ADDED: lazy("Passkey added"),
    EventKind.PASSKEY_REMOVED: lazy("Passkey removed"),
    EventKind.PASSKEY_REFUSED: lazy("Passkey refused"),
    EventKind.RECOVERY_CODES_RENEWED: lazy("Recovery codes renewed"),
    EventKind.RECOVERY_CODE_USED: lazy("Recovery code used"),
    EventKind.SINGLE_SIGN_ON_CHANGED: lazy("Single sign-on changed"),
    EventKind.SINGLE_SIGN_ON_LINKED: lazy("Single sign-on linked"),
    EventKind.SINGLE_SIGN_ON_FAILED: lazy("Single sign-on failed"),
    EventKind.TOKEN_CREATED: lazy("Token created"),
    EventKind.TOKEN_REVOKED: lazy("Token revoked"),
    EventKind.KIOSK_LINK_MADE: lazy("Kiosk link made"),
    EventKind.KIOSK_PAIRED: lazy("Kiosk paired"),
    EventKind.KIOSK_UNPAIRED: lazy("Kiosk unpaired"),
    EventKind.KIOSK_CHANGED: lazy("Kiosk changed"),
    EventKind.WALL_SCREEN_ADDED: lazy("Wall screen added"),
    EventKind.WALL_SCREEN_LINK_MADE: lazy("Wall screen link made"),
    EventKind.WALL_SCREEN_PAIRED: lazy("Wall screen paired"),
    EventKind.WALL_SCREEN_REMOVED: lazy("Wall screen removed"),
    EventKind.RULE_CHANGED: lazy("Rule changed"),
    EventKind.PICTURE_VIEWED: lazy("Picture viewed"),
    EventKind.CLIP_VIEWED: lazy("Clip viewed"),
    EventKind.LIVE_VIEWED: lazy("Live view opened"),
    EventKind.PHOTO_TESTED: lazy("Photo tested"),
    EventKind.LOG_EXPORTED: lazy("Log exported"),
    EventKind.SETTINGS_CHANGED: lazy("Settings changed"),
    EventKind.SITE_RECORDED: lazy("Put on record"),
    EventKind.DATA_DELETED: lazy("Data deleted"),
    EventKind.VISITOR_DATA_EXPORTED: lazy("Handed over on a visitor's request"),
    EventKind.VISITOR_DATA_DELETED: lazy("Deleted on a visitor's request"),
    EventKind.COMPLIANCE_EXPORTED: lazy("Compliance file exported"),
    EventKind.BACKUP_MADE: lazy("Backup made"),
    EventKind.BACKUP_DOWNLOADED: lazy("Backup downloaded"),
    EventKind.BACKUP_REFUSED: lazy("Backup refused"),
    EventKind.BACKUP_REMOVED: lazy("Backup removed"),
    EventKind.BACKUP_RESTORED: lazy("Backup restored"),
    EventKind.NOTIFICATION_CHANNEL_ADDED: lazy("Notification channel added"),
    EventKind.NOTIFICATION_CHANNEL_CHANGED: lazy("Notification channel changed"),
    EventKind.NOTIFICATION_CHANNEL_REMOVED: lazy("Notification channel removed"),
    EventKind.NOTIFICATION_CHANNEL_TESTED: lazy("Notification channel tested"),
    EventKind.NOTIFICATION_CHANNEL_FAILED: lazy("Notification channel failed"),
    EventKind.NOTIFICATION_ROUTE_CHANGED: lazy("Notification route changed"),
    EventKind.ON_CALL_CHANGED: lazy("On-call schedule changed"),
    EventKind.DAILY_SUMMARY_PLANNED: lazy("Daily summary planned"),
    EventKind.ON_CALL_BEGAN: lazy("On call from now on"),
    EventKind.DELIVERY_RETRIED: lazy("Notification sent again"),
    EventKind.SITE_ADDED: lazy("Site added"),
    EventKind.SITE_CHANGED: lazy("Site changed"),
    EventKind.SITE_TOKEN_MADE: lazy("Token of a site made"),
    EventKind.SITE_TOKEN_REVOKED: lazy("Token of a site revoked"),
    EventKind.SITE_REMOVED: lazy("Site removed"),
    EventKind.SITE_ACCESS_CHANGED: lazy("Access to sites changed"),
    EventKind.SITE_FELL_SILENT: lazy("Site fell silent"),
    EventKind.SITE_CAME_BACK: lazy("Site came back"),
    EventKind.SITE_PICTURE_VIEWED: lazy("Picture of a site viewed"),
    EventKind.MACHINE_DRAINED: lazy("Machine drained"),
    EventKind.MACHINE_READMITTED: lazy("Machine takes cameras again"),
}
_LABELS = {
    "address": lazy("address"),
    "after": lazy("after"),
    "backup": lazy("backup"),
    "before": lazy("before"),
    "camera": lazy("camera"),
    "delivery": lazy("notification number"),
    "name": lazy("name"),
    "schedule": lazy("schedule"),
    "until": lazy("until"),
    "camera_id": lazy("camera number"),
    "cameras": lazy("cameras"),
    "cause": lazy("reason"),
    "channel": lazy("channel"),
    "channel_id": lazy("channel number"),
    "choice": lazy("where staff stand"),
    "contact": lazy("contact"),
    "config_changed": lazy("address or secret changed"),
    "connection_changed": lazy("address or credentials changed"),
    "days": lazy("days"),
    "deleted": lazy("deleted"),
    "device": lazy("device"),
    "enabled": lazy("enabled"),
    "expressions": lazy("counts of expressions"),
    "files": lazy("pictures without an alert"),
    "folder": lazy("folder"),
    "form": lazy("form"),
    "from": lazy("from"),
    "group": lazy("group"),
    "groups": lazy("groups"),
    "hours": lazy("hours"),
    "idle_minutes": lazy("minutes without use"),
    "incident": lazy("incident"),
    "incident_id": lazy("incident"),
    "incidents": lazy("incidents"),
    "invited_by": lazy("invited by"),
    "keep": lazy("number kept"),
    "machine": lazy("machine"),
    "mail": lazy("mail address"),
    "host": lazy("server"),
    "port": lazy("port"),
    "security": lazy("protection"),
    "sender": lazy("sender"),
    "username": lazy("user name"),
    "password_changed": lazy("password changed"),
    "kind": lazy("contents"),
    "left": lazy("found afterwards"),
    "more": lazy("more of the same"),
    "must_change_password": lazy("has to choose a password"),
    "note": lazy("note"),
    "on_request": lazy("on a visitor's request"),
    "opened_at": lazy("raised"),
    "hangs_since": lazy("the sign hangs since"),
    "hung_by": lazy("hung by"),
    "legal_basis": lazy("legal basis"),
    "operator": lazy("operator"),
    "purpose": lazy("purpose"),
    "record": lazy("what"),
    "removed": lazy("removed"),
    "route_id": lazy("route number"),
    "schedule_id": lazy("schedule number"),
    "shared": lazy("shared"),
    "staff_zones": lazy("staff zones"),
    "opens_at": lazy("opens at"),
    "outcome": lazy("outcome"),
    "page": lazy("page"),
    "passkey": lazy("passkey"),
    "password_reset": lazy("password reset"),
    "reason": lazy("reason"),
    "refused": lazy("reason"),
    "resolved_by": lazy("resolved by"),
    "rhythm": lazy("how often"),
    "role": lazy("role"),
    "scope": lazy("may"),
    "scores": lazy("scores"),
    "screen": lazy("wall screen"),
    "setting": lazy("setting"),
    "sign_in_name": lazy("sign-in name"),
    "since": lazy("since"),
    "site": lazy("site"),
    "site_id": lazy("site number"),
    "sites": lazy("sites"),
    "takes_pictures": lazy("takes pictures"),
    "snapshots": lazy("pictures"),
    "state": lazy("state"),
    "to": lazy("to"),
    "token": lazy("token"),
    "unsaved": lazy("a camera that is being set up"),
    "user": lazy("person"),
    "user_id": lazy("person number"),
    "weekday": lazy("day of the week"),
}
_SETTINGS = {
    "backup schedule": lazy("scheduled backups"),
    "compliance": lazy("entries of the compliance file"),
    "logo": lazy("logo"),
    "name and notice": lazy("name and notice"),
    "mail": lazy("mail server"),
    "reminders": lazy("reminders"),
    "retention": lazy("retention"),
    "session times": lazy("how long sessions last"),
}
_RECORD_VALUES: Mapping[str, Mapping[Any, object]] = {
    "choice": CHOICE_WORDS,
    "legal_basis": BASIS_WORDS,
    "record": RECORD_WORDS,
}
_CAUSES = {
    "deactivated": lazy("deactivation"),
    "lower_role": lazy("a lower role"),
    "password_reset": lazy("a password reset"),
}
_REFUSALS = {
    Refusal.ROLE: lazy("a role that does not include it"),
    Refusal.TOKEN: lazy("a token that is unknown, expired or revoked"),
    Refusal.FORM: lazy("a form that is too old or was forged"),
    Refusal.CODE: lazy("a code that is unknown or used"),
}
# Of an incident's events these say enough: the incident itself is one click away.
_OF_INCIDENT = ("camera", "outcome", "note", "before", "after")
# Which backups may hold it is on its own page.
_OF_DELETION = ("camera", "from", "to", "deleted", "left")
_MOST_VALUE = 120


def kind_words(kind: EventKind) -> str:
    """Return an event's name as people read it."""
    return str(_KIND_WORDS[kind])


def details(event: Event) -> str:
    """Return what else is known of an event, in one line."""
    shown = event.payload
    if event.kind.value.startswith("incident_"):
        shown = {name: event.payload.get(name) for name in _OF_INCIDENT}
    elif event.kind is EventKind.DATA_DELETED:  # Which incidents they were is for the central instance alone.
        shown = {name: value for name, value in event.payload.items() if name != "incident_ids"}
    elif event.kind is EventKind.VISITOR_DATA_DELETED:
        shown = {name: event.payload.get(name) for name in _OF_DELETION}
    return ", ".join(
        f"{_LABELS.get(name, name)}: {_said(name, value)}" for name, value in shown.items() if _says(value)
    )


def _says(value: object) -> bool:
    return value not in (None, "", False, {}, [])


def _said(name: str, value: Any) -> str:
    if value is None or value == "":  # Of a change: there was nothing before, or there is nothing now.
        return "–"
    if name == "outcome":
        return word(Outcome(value)).lower() if value in set(Outcome) else str(value)
    if name == "state" and value in set(IncidentState):
        return word(IncidentState(value)).lower()
    if name == "setting":
        return str(_SETTINGS.get(str(value), value))
    if name == "refused":
        return str(_REFUSALS.get(value, value))
    if name == "cause":
        return str(_CAUSES.get(value, value))
    if name in _RECORD_VALUES:
        return str(_RECORD_VALUES[name].get(value, value))
    if name == "device":
        return device(str(value))
    if name == "reason" and (reason := StateReason.from_stored(value)):
        return error_words(reason)[:_MOST_VALUE]
    return _value(value)


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        return "; ".join(f"{_LABELS.get(name, name)} {_said(name, inner)}" for name, inner in value.items())
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(value)[:_MOST_VALUE]
