"""The first day: a guide through what an installation needs, step by step, on the forms of the real pages."""

from webapp.web.welcome import alerts, cameras, guide, notice, people, purpose, site
from webapp.web.welcome.area import welcome

__all__ = ["alerts", "cameras", "guide", "notice", "people", "purpose", "site", "welcome"]
