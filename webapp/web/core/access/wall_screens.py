"""Which wall screen asks: its cookie opens what is marked for screens, and nothing else."""

from flask import g, request

from webapp.domain.site.wall_screens import WallScreen
from webapp.web.core.app_context import app_services

WALL_COOKIE = "amends_wall"


def paired_screen() -> WallScreen | None:
    """Return the paired screen behind this request; None where there is none. It is looked up once."""
    if "amends_wall_screen" not in g:
        secret = request.cookies.get(WALL_COOKIE, "")
        g.amends_wall_screen = app_services().wall_screens.find(secret) if secret else None
    screen: WallScreen | None = g.amends_wall_screen
    return screen
