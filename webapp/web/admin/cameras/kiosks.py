"""The screen of a kiosk: paired by a link that is shown once, looked after, revoked."""

from urllib.parse import urlsplit

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from webapp.domain.cameras.kiosks import LINK_WORKS_FOR
from webapp.domain.people.roles import Role
from webapp.domain.site.reach import Reach, reach_of
from webapp.web.admin.area import admin
from webapp.web.core.access.outside_address import outside_address
from webapp.web.core.app_context import app_services
from webapp.web.core.guards import current_person, requires
from webapp.web.core.security import unstored
from webapp.web.core.template_filters import qr_code
from webapp.web.kiosk.kiosk_socket import end_screens_of

_ON_THIS_MACHINE = ("localhost", "127.0.0.1", "::1")


@admin.get("/cameras/<int:camera_id>/kiosk")
@requires(Role.ADMIN)
def kiosk(camera_id: int) -> str:
    """Whether a screen is paired, and which."""
    services = app_services()
    found, now = services.kiosks.get(camera_id), services.clock.now()
    return render_template(
        "admin/cameras/kiosk.html",
        camera=found.camera,
        kiosk=found.kiosk,
        is_paired=found.kiosk.is_paired(now),
        has_link=found.kiosk.has_link(now),
        may_use_camera=_may_use_camera(),
    )


@admin.post("/cameras/<int:camera_id>/kiosk/link")
@requires(Role.ADMIN)
def make_kiosk_link(camera_id: int) -> Response:
    """Make a pairing link and show it, once."""
    kiosks = app_services().kiosks
    code = kiosks.make_link(camera_id, current_person().name)
    # What stands behind the # is never sent to a server, so that the code gets into no log on its way.
    link = f"{outside_address('kiosk.pair')}#{code}"
    shown = render_template(
        "admin/cameras/kiosk_link.html",
        camera=kiosks.get(camera_id).camera,
        link=link,
        code=qr_code(link),
        minutes=round(LINK_WORKS_FOR.total_seconds() / 60),
        may_use_camera=_may_use_camera(),
        is_for_this_machine=reach_of(link) is Reach.THIS_MACHINE,
    )
    return unstored(shown)


@admin.post("/cameras/<int:camera_id>/kiosk/unpair")
@requires(Role.ADMIN)
def unpair_kiosk(camera_id: int) -> AnyResponse:
    """Take the pairing back: the screen sends nothing from now on."""
    app_services().kiosks.unpair(camera_id, current_person().name)
    end_screens_of(camera_id, "unpaired")
    flash(_("The pairing is revoked: the screen sends nothing any more."))
    return redirect(url_for("admin.kiosk", camera_id=camera_id))


@admin.post("/cameras/<int:camera_id>/kiosk/self")
@requires(Role.ADMIN)
def change_kiosk(camera_id: int) -> AnyResponse:
    """Let people in front of the screen see themselves, or not."""
    shows_self = request.form.get("shows_self") == "yes"
    app_services().kiosks.show_self(camera_id, shows_self, current_person().name)
    flash(_("Saved. It applies when the screen's page is reloaded."))
    return redirect(url_for("admin.kiosk", camera_id=camera_id))


def _may_use_camera() -> bool:
    """Return whether a browser would give its camera to the page at the address that the link names."""
    address = urlsplit(outside_address("kiosk.pair"))
    return address.scheme == "https" or address.hostname in _ON_THIS_MACHINE
