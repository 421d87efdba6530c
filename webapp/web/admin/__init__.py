"""The admin's desk: cameras, alert rules and users."""

from webapp.web.admin import cameras, rules, users
from webapp.web.admin.area import admin

__all__ = ["admin", "cameras", "rules", "users"]
