"""The admin's desk: cameras, alert rules and users."""

from webapp.web.admin import (
    audit,
    invitations,
    machines,
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
from webapp.web.admin.compliance import pages, visitor_requests
from webapp.web.admin.maintenance import backup_schedule, backups, mail, restore

__all__ = [
    "admin",
    "audit",
    "backup_schedule",
    "backups",
    "cameras",
    "find_cameras",
    "image_settings",
    "invitations",
    "kiosks",
    "machines",
    "mail",
    "new_camera",
    "pages",
    "reminders",
    "restore",
    "retention",
    "rules",
    "sessions",
    "sign_in",
    "site",
    "system",
    "tokens",
    "users",
    "visitor_requests",
    "wall_screens",
    "zones",
]
