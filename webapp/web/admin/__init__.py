"""The admin's desk: cameras, alert rules and users."""

from webapp.web.admin import (
    audit,
    backups,
    cameras,
    find_cameras,
    house,
    invitations,
    kiosks,
    looks,
    new_camera,
    reminders,
    retention,
    rules,
    sessions,
    system,
    tokens,
    users,
    zones,
)
from webapp.web.admin.area import admin

__all__ = [
    "admin",
    "audit",
    "backups",
    "cameras",
    "find_cameras",
    "house",
    "invitations",
    "kiosks",
    "looks",
    "new_camera",
    "reminders",
    "retention",
    "rules",
    "sessions",
    "system",
    "tokens",
    "users",
    "zones",
]
