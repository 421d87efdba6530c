"""Addresses of our own pages as people outside reach them."""

from flask import url_for

from webapp.web.core.app_context import app_services


def outside_address(endpoint: str) -> str:
    """Return a page's whole address: at the site's public address where one is set, else at the one asked for now."""
    public_url = app_services().site.get().public_url
    return f"{public_url}{url_for(endpoint)}" if public_url else url_for(endpoint, _external=True)
