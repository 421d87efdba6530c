"""Who is notified: shared channels, routes, people on call, and the log of what was sent."""

from webapp.web.notifications import channels, deliveries, on_call, overrides, routes
from webapp.web.notifications.area import notifications

__all__ = ["channels", "deliveries", "notifications", "on_call", "overrides", "routes"]
