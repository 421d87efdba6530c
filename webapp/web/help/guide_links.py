"""Where the links of the guide lead: `page:admin.cameras` is a page, `guide:zones#staff` a place in the guide."""

import re

from flask import current_app, url_for
from markupsafe import Markup

from webapp.web.core.guards import access_of, signed_in_user

_LINK = re.compile(r'<a href="(?P<kind>page|guide):(?P<target>[^"#]+)(?:#(?P<anchor>[^"]+))?">(?P<words>.*?)</a>')


def linked_text(html: str) -> Markup:
    """Return a text of the guide with real addresses; a page that the reader may not open is named without a link.

    Args:
        html: made from our own Markdown, in which no HTML is allowed.
    """
    return Markup(_LINK.sub(_address, html))  # noqa: S704


def targets(html: str) -> list[tuple[str, str, str | None]]:
    """Return kind, target and anchor of each link of a text."""
    return [(found["kind"], found["target"], found["anchor"]) for found in _LINK.finditer(html)]


def _address(found: re.Match[str]) -> str:
    if found["kind"] == "guide":
        address = url_for("guide.chapter", slug=found["target"], _anchor=found["anchor"])
    elif _may_open(found["target"]):
        address = url_for(found["target"])
    else:
        return found["words"]
    return f'<a href="{address}">{found["words"]}</a>'


def _may_open(endpoint: str) -> bool:
    access, person = access_of(current_app.view_functions[endpoint]), signed_in_user()
    return access is not None and (access.role is None or (person is not None and person.may(access.role)))
