"""What axe finds on a page."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

# It would fetch each style sheet again, for a rule that is not among those that are run.
_OPTIONS = {"resultTypes": ["violations"], "preload": False}


def violations(page: Page) -> list[str]:
    """Return each violation with the beginning of the element that has it."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(Axe().axe_script)
    found = page.evaluate("options => axe.run(document, options).then((results) => results.violations)", _OPTIONS)
    return [f"{one['id']} at {node['html'][:150]}" for one in found for node in one["nodes"]]
