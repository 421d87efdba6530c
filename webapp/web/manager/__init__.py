"""The manager's pages: the log and what can be learned from it."""

from webapp.web.manager import advice, exports, incident, insights, log, saved_views, with_managers
from webapp.web.manager.area import manager

__all__ = ["advice", "exports", "incident", "insights", "log", "manager", "saved_views", "with_managers"]
