"""How oneself is notified: own channels, quiet hours, and why one is notified at all."""

from webapp.web.account.notifications import channels, views
from webapp.web.account.notifications.area import my_notifications

__all__ = ["channels", "my_notifications", "views"]
