"""Who sees which sites; admins see all of them."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from webapp.domain.people.roles import Role
from webapp.domain.sites.sites import SiteAccess
from webapp.web.core.app_context import app_services
from webapp.web.core.guards import current_person, requires
from webapp.web.sites.area import sites

_ALL = "all"


@sites.get("/admin/sites/access")
@requires(Role.ADMIN)
def access() -> str:
    """Everybody who is no admin, and the sites that they see."""
    services = app_services()
    people = [user for user in services.accounts.list() if user.enabled and not user.may(Role.ADMIN)]
    registry = services.sites.registry
    return render_template("sites/access.html", people=people, given=registry.given(), sites=registry.list())


@sites.post("/admin/sites/access/<int:user_id>")
@requires(Role.ADMIN)
def give_access(user_id: int) -> Response:
    """Let a person see all sites, some, or none."""
    texts = request.form.getlist("site")
    if not all(text == _ALL or (text.isascii() and text.isdigit() and len(text) < 10) for text in texts):
        raise BadRequest(_("Expected the numbers of sites. Go back, reload the page and mark them again."))
    ids = frozenset(int(text) for text in texts if text != _ALL)
    wanted = SiteAccess(all_sites=True) if _ALL in texts else SiteAccess(site_ids=ids)
    user = app_services().sites.registry.give_access(user_id, wanted, current_person().name)
    flash(_("%(name)s is saved.", name=user.name))
    return redirect(url_for("sites.access"))
