"""The admin's desk: cameras, alert rules and users."""

from webapp.web.admin import (
    audit,
    backups,
    cameras,
    house,
    invitations,
    retention,
    rules,
    sessions,
    system,
    tokens,
    users,
)
from webapp.web.admin.area import admin

__all__ = [
    "admin",
    "audit",
    "backups",
    "cameras",
    "house",
    "invitations",
    "retention",
    "rules",
    "sessions",
    "system",
    "tokens",
    "users",
]
