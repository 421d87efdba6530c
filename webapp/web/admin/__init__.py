"""The admin's desk: cameras, alert rules and users."""

from webapp.web.admin import (
    audit,
    backups,
    invitations,
    reminders,
    retention,
    sessions,
    sign_in,
    site,
    system,
    tokens,
    users,
)
from webapp.web.admin.area import admin
from webapp.web.admin.cameras import (
    cameras,
    find_cameras,
    image_settings,
    kiosks,
    new_camera,
    rules,
    wall_screens,
    zones,
)

__all__ = [
    "admin",
    "audit",
    "backups",
    "cameras",
    "find_cameras",
    "image_settings",
    "invitations",
    "kiosks",
    "new_camera",
    "reminders",
    "retention",
    "rules",
    "sessions",
    "sign_in",
    "site",
    "system",
    "tokens",
    "users",
    "wall_screens",
    "zones",
]
