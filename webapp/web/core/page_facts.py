"""What every page needs, asked of the database once a request."""

from flask import g

from webapp.services.dashboard.page_facts import PageFacts
from webapp.web.core.app_context import app_services


def page_facts() -> PageFacts:
    """Return how the site presents itself, and who is looking where their cookie was looked at."""
    if g.get("amends_failed"):  # After a failure nothing is asked of the database: that may be what failed.
        return PageFacts()
    if "amends_page" not in g:
        g.amends_page = app_services().pages.facts()
    facts: PageFacts = g.amends_page
    return facts


def page_facts_of(secret: str) -> PageFacts:
    """Return the same, with the session of a cookie that carries `secret`."""
    facts: PageFacts = app_services().pages.facts(secret)
    g.amends_page = facts
    return facts
