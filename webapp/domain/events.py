"""What can happen, each name in the past tense and defined once: the words of the event log and of Socket.IO."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class EventKind(StrEnum):
    """All events of the append-only log. The first group is sent to browsers, the second only audited."""

    INCIDENT_OPENED = "incident_opened"
    INCIDENT_CONTINUED = "incident_continued"
    INCIDENT_PEAKED = "incident_peaked"
    INCIDENT_CLIPPED = "incident_clipped"
    INCIDENT_ENDED = "incident_ended"
    INCIDENT_ACKNOWLEDGED = "incident_acknowledged"
    INCIDENT_RESOLVED = "incident_resolved"
    INCIDENT_UNACKNOWLEDGED = "incident_unacknowledged"
    INCIDENT_REOPENED = "incident_reopened"
    INCIDENT_CORRECTED = "incident_corrected"
    INCIDENT_REPEATED = "incident_repeated"
    INCIDENT_ESCALATED = "incident_escalated"
    CAMERA_ADDED = "camera_added"
    CAMERA_CHANGED = "camera_changed"
    CAMERA_REMOVED = "camera_removed"
    CAMERA_STATE_CHANGED = "camera_state_changed"
    CAMERA_SNOOZED = "camera_snoozed"
    CAMERA_SNOOZE_ENDED = "camera_snooze_ended"

    USER_ADDED = "user_added"
    USER_CHANGED = "user_changed"
    USER_INVITED = "user_invited"
    USER_JOINED = "user_joined"
    INVITATION_REVOKED = "invitation_revoked"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - the event's name, not a password.
    PASSWORD_RESET_SENT = "password_reset_sent"  # noqa: S105 - likewise.
    PASSWORD_RESET_BY_MAIL = "password_reset_by_mail"  # noqa: S105 - likewise.
    SIGNED_IN = "signed_in"
    SIGNED_OUT = "signed_out"
    SIGN_IN_FAILED = "sign_in_failed"
    REQUEST_REFUSED = "request_refused"
    SESSION_REVOKED = "session_revoked"
    SECOND_FACTOR_ADDED = "second_factor_added"
    SECOND_FACTOR_REMOVED = "second_factor_removed"
    SECOND_FACTOR_REFUSED = "second_factor_refused"
    PASSKEY_ADDED = "passkey_added"
    PASSKEY_REMOVED = "passkey_removed"
    PASSKEY_REFUSED = "passkey_refused"
    RECOVERY_CODES_RENEWED = "recovery_codes_renewed"
    RECOVERY_CODE_USED = "recovery_code_used"
    SINGLE_SIGN_ON_CHANGED = "single_sign_on_changed"
    SINGLE_SIGN_ON_LINKED = "single_sign_on_linked"
    SINGLE_SIGN_ON_FAILED = "single_sign_on_failed"
    TOKEN_CREATED = "token_created"  # noqa: S105 - the event's name, not a token.
    TOKEN_REVOKED = "token_revoked"  # noqa: S105 - the event's name, not a token.
    KIOSK_LINK_MADE = "kiosk_link_made"
    KIOSK_PAIRED = "kiosk_paired"
    KIOSK_UNPAIRED = "kiosk_unpaired"
    KIOSK_CHANGED = "kiosk_changed"
    WALL_SCREEN_ADDED = "wall_screen_added"
    WALL_SCREEN_LINK_MADE = "wall_screen_link_made"
    WALL_SCREEN_PAIRED = "wall_screen_paired"
    WALL_SCREEN_REMOVED = "wall_screen_removed"
    RULE_CHANGED = "rule_changed"
    PICTURE_VIEWED = "picture_viewed"
    CLIP_VIEWED = "clip_viewed"
    LIVE_VIEWED = "live_viewed"
    PHOTO_TESTED = "picture_tried"
    LOG_EXPORTED = "log_exported"
    SETTINGS_CHANGED = "settings_changed"
    SITE_RECORDED = "site_recorded"
    DATA_DELETED = "data_deleted"
    VISITOR_DATA_EXPORTED = "visitor_data_exported"
    VISITOR_DATA_DELETED = "visitor_data_deleted"
    COMPLIANCE_EXPORTED = "compliance_exported"
    BACKUP_MADE = "backup_made"
    BACKUP_DOWNLOADED = "backup_downloaded"
    BACKUP_REFUSED = "backup_refused"
    BACKUP_REMOVED = "backup_removed"
    BACKUP_RESTORED = "backup_restored"
    NOTIFICATION_CHANNEL_ADDED = "notification_channel_added"
    NOTIFICATION_CHANNEL_CHANGED = "notification_channel_changed"
    NOTIFICATION_CHANNEL_REMOVED = "notification_channel_removed"
    NOTIFICATION_CHANNEL_TESTED = "notification_channel_tested"
    NOTIFICATION_CHANNEL_FAILED = "notification_channel_failed"
    NOTIFICATION_ROUTE_CHANGED = "notification_route_changed"
    ON_CALL_CHANGED = "on_call_changed"
    DAILY_SUMMARY_PLANNED = "daily_summary_planned"
    ON_CALL_BEGAN = "on_call_began"
    DELIVERY_RETRIED = "delivery_retried"
    SITE_ADDED = "site_added"
    SITE_CHANGED = "site_changed"
    SITE_TOKEN_MADE = "site_token_made"  # noqa: S105 - the event's name, not a token.
    SITE_TOKEN_REVOKED = "site_token_revoked"  # noqa: S105 - likewise.
    SITE_REMOVED = "site_removed"
    SITE_ACCESS_CHANGED = "site_access_changed"
    SITE_FELL_SILENT = "site_fell_silent"
    SITE_CAME_BACK = "site_came_back"
    SITE_PICTURE_VIEWED = "site_picture_viewed"
    MACHINE_DRAINED = "machine_drained"
    MACHINE_READMITTED = "machine_readmitted"


PUSHED_KINDS = frozenset(kind for kind in EventKind if kind.value.startswith(("incident_", "camera_")))


@dataclass(frozen=True)
class Event:
    """One row of the event log.

    Attributes:
        kind: what happened.
        at: when (aware UTC).
        payload: JSON-ready; never a secret.
        actor: the person who did it; None for the system.
        incident_id: the incident it belongs to, for its timeline.
        event_id: row id, strictly increasing; 0 until stored.
    """

    kind: EventKind
    at: datetime
    payload: Mapping[str, Any] = field(default_factory=dict)
    actor: str | None = None
    incident_id: int | None = None
    event_id: int = 0


def changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return what the audit trail says of a change: the fields that differ, as they were and as they are."""
    names = [name for name in after if before.get(name) != after[name]]
    was, now = {name: before.get(name) for name in names}, {name: after[name] for name in names}
    return {"before": was, "after": now} if names else {}
