"""The admin's desk: cameras, alert rules and users."""

from webapp.web.admin import cameras, invitations, rules, sessions, tokens, users
from webapp.web.admin.area import admin

__all__ = ["admin", "cameras", "invitations", "rules", "sessions", "tokens", "users"]
