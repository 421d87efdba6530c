"""The sites of a central instance, for admins: registered, given a token that is shown once, and taken off again."""

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response as AnyResponse
from wtforms import BooleanField, StringField
from wtforms.validators import DataRequired, Length

from webapp.domain.people.roles import Role
from webapp.domain.sites.sites import MAX_SITE_NAME
from webapp.errors import AlreadyExists, InputInvalid
from webapp.services.sites.registry import NewSiteToken
from webapp.web.core.app_context import app_services
from webapp.web.core.form_errors import put_error
from webapp.web.core.guards import current_person, requires
from webapp.web.core.security import unstored
from webapp.web.sites.area import sites


class SiteEntry(FlaskForm):
    """A new site."""

    name = StringField(lazy("Name"), validators=[DataRequired(lazy("Enter a name.")), Length(max=MAX_SITE_NAME)])
    takes_pictures = BooleanField(lazy("Take the pictures of its alerts, if the site sends them"))


@sites.get("/admin/sites")
@requires(Role.ADMIN)
def registered() -> str:
    """All sites: which there are, and how each is doing."""
    return _page(SiteEntry(formdata=None))


@sites.post("/admin/sites")
@requires(Role.ADMIN)
def add_site() -> Response | tuple[str, int]:
    """Register a site and show its token, once."""
    entry = SiteEntry()
    if not entry.validate():
        return _page(entry), 400
    registry = app_services().sites.registry
    try:
        made = registry.add(entry.name.data, takes_pictures=entry.takes_pictures.data, actor=current_person().name)
    except (InputInvalid, AlreadyExists) as error:
        put_error(entry, error)
        return _page(entry), 400
    return _token_page(made)


@sites.post("/admin/sites/<int:site_id>/token")
@requires(Role.ADMIN)
def renew_token(site_id: int) -> Response:
    """Make another token and show it, once; the one before is worth nothing from now on."""
    return _token_page(app_services().sites.registry.renew_token(site_id, current_person().name))


@sites.post("/admin/sites/<int:site_id>/revoke")
@requires(Role.ADMIN)
def revoke_token(site_id: int) -> AnyResponse:
    """Take a site's token back."""
    site = app_services().sites.registry.revoke_token(site_id, current_person().name)
    flash(_("The token of %(name)s is revoked. What it sent stays.", name=site.name))
    return redirect(url_for("sites.registered"))


@sites.post("/admin/sites/<int:site_id>/pictures")
@requires(Role.ADMIN)
def take_pictures(site_id: int) -> AnyResponse:
    """Take a site's pictures from now on, or delete those that are here and take none."""
    wanted = request.form.get("takes_pictures") == "yes"
    site = app_services().sites.registry.take_pictures(site_id, wanted, current_person().name)
    said = (
        _("Pictures of %(name)s are taken, if it sends them.") if wanted else _("%(name)s: all pictures are deleted.")
    )
    flash(said % {"name": site.name})
    return redirect(url_for("sites.registered"))


@sites.post("/admin/sites/<int:site_id>/remove")
@requires(Role.ADMIN)
def remove_site(site_id: int) -> AnyResponse:
    """Take a site off, with all that it sent."""
    site = app_services().sites.registry.remove(site_id, current_person().name)
    flash(_("%(name)s is removed, with all that it sent.", name=site.name))
    return redirect(url_for("sites.registered"))


def _page(entry: SiteEntry) -> str:
    summaries = app_services().sites.overview.summaries(current_person())
    return render_template("sites/registered.html", form=entry, summaries=summaries)


def _token_page(made: NewSiteToken) -> Response:
    # As the site's own settings have it: this server's address as the admin's browser knows it.
    address = request.url_root.rstrip("/")
    return unstored(render_template("sites/token.html", made=made, address=address))
