"""The manager's pages: the log and what can be learned from it."""

from webapp.web.manager import exports, incident, log, saved_views
from webapp.web.manager.area import manager

__all__ = ["exports", "incident", "log", "manager", "saved_views"]
