"""Screens on walls: added with a group, paired by a link that is shown once, removed."""

from flask import Response, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response as AnyResponse
from wtforms import SelectField, StringField
from wtforms.validators import DataRequired, Length

from webapp.domain.cameras.groups import group_names
from webapp.domain.people.roles import Role
from webapp.domain.site.wall_screens import LINK_WORKS_FOR
from webapp.errors import InputInvalid
from webapp.services.cameras.wall_screens import MAX_NAME_LENGTH
from webapp.web.admin.area import admin
from webapp.web.core.access.outside_address import outside_address
from webapp.web.core.app_context import app_services
from webapp.web.core.form_errors import put_error
from webapp.web.core.guards import current_person, requires
from webapp.web.core.security import unstored
from webapp.web.core.template_filters import qr_code


class WallScreenEntry(FlaskForm):
    """A screen as the page asks for it."""

    name = StringField(
        lazy("Name"), validators=[DataRequired(lazy("Give the screen a name.")), Length(max=MAX_NAME_LENGTH)]
    )
    group = SelectField(lazy("Shows"), validate_choice=False)


@admin.route("/wall-screens", methods=["GET", "POST"])
@requires(Role.ADMIN)
def wall_screens() -> AnyResponse | str | tuple[str, int]:
    """All screens, and a form for another one."""
    services, entry = app_services(), WallScreenEntry()
    names = group_names(services.cameras.list())
    entry.group.choices = [("", _("All cameras")), *((name, name) for name in names)]
    if not entry.is_submitted():
        return _page(entry)
    if entry.validate():
        try:
            screen = services.wall_screens.add(entry.name.data or "", entry.group.data or "", current_person().name)
        except InputInvalid as error:
            put_error(entry, error)
        else:
            flash(_("%(name)s is added. Make its pairing link and open it there.", name=screen.name))
            return redirect(url_for("admin.wall_screens"))
    return _page(entry), 400


@admin.post("/wall-screens/<int:screen_id>/link")
@requires(Role.ADMIN)
def make_wall_screen_link(screen_id: int) -> Response:
    """Make a pairing link and show it, once."""
    screens = app_services().wall_screens
    code = screens.make_link(screen_id, current_person().name)
    # What stands behind the # is never sent to a server, so that the code gets into no log on its way.
    link = f"{outside_address('wall_screen.pair')}#{code}"
    shown = render_template(
        "admin/cameras/wall_screen_link.html",
        screen=screens.get(screen_id),
        link=link,
        code=qr_code(link),
        minutes=round(LINK_WORKS_FOR.total_seconds() / 60),
    )
    return unstored(shown)


@admin.post("/wall-screens/<int:screen_id>/remove")
@requires(Role.ADMIN)
def remove_wall_screen(screen_id: int) -> AnyResponse:
    """Remove a screen: it shows nothing from now on."""
    screen = app_services().wall_screens.remove(screen_id, current_person().name)
    flash(_("%(name)s is removed: it shows nothing any more.", name=screen.name))
    return redirect(url_for("admin.wall_screens"))


def _page(entry: WallScreenEntry) -> str:
    services = app_services()
    screens = services.wall_screens.list()
    return render_template("admin/cameras/wall_screens.html", form=entry, screens=screens, now=services.clock.now())
