"""The pages of a central instance: its sites, and what happened there."""

from webapp.web.sites import access, registered, views
from webapp.web.sites.area import sites

__all__ = ["access", "registered", "sites", "views"]
