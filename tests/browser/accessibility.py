"""What axe finds on a page."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

# Not the style sheets: the one rule that looks at them is experimental, and not run.
_OPTIONS = {"resultTypes": ["violations"], "preload": {"assets": ["media"]}}


def violations(page: Page) -> list[str]:
    """Return each violation with the beginning of the element that has it."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(Axe().axe_script)
    found = page.evaluate("options => axe.run(document, options).then((results) => results.violations)", _OPTIONS)
    return [f"{one['id']} at {node['html'][:150]}" for one in found for node in one["nodes"]]
