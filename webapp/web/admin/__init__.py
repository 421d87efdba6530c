"""The admin's desk: cameras, alert rules and users."""

from webapp.web.admin import audit, cameras, invitations, retention, rules, sessions, tokens, users
from webapp.web.admin.area import admin

__all__ = ["admin", "audit", "cameras", "invitations", "retention", "rules", "sessions", "tokens", "users"]
