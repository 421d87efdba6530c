"""What axe finds on a page."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page


def violations(page: Page) -> list[str]:
    """Return each violation with the beginning of the element that has it."""
    found = Axe().run(page).response["violations"]
    return [f"{one['id']} at {node['html'][:150]}" for one in found for node in one["nodes"]]
