"""Routes: who is notified of what, who next if nobody comes, and who it would be now."""

from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from webapp.domain.alerts.rules import AlertLevel
from webapp.domain.notifications.routes import Route
from webapp.domain.people.roles import Role
from webapp.errors import InputInvalid, NotFound
from webapp.services.notifications.preview import StepPreview
from webapp.web.core.app_context import app_services
from webapp.web.core.form_errors import put_error
from webapp.web.core.guards import current_person, requires
from webapp.web.core.template_filters import LEVEL_WORDS
from webapp.web.notifications import words
from webapp.web.notifications.area import notifications
from webapp.web.notifications.names import Names, read_names
from webapp.web.notifications.route_forms import RouteEntry, entry_of
from webapp.web.notifications.route_words import route_name, route_sentence


@dataclass(frozen=True)
class Question:
    """Of which camera and level the preview is.

    Attributes:
        camera_id: where; None where nobody has asked.
        level: of the alert.
    """

    camera_id: int | None
    level: AlertLevel


@notifications.get("")
@requires(Role.ADMIN)
def routes() -> str:
    """Who is notified, each route as a sentence; and who it would be now."""
    services, names = app_services(), read_names()
    question = _question(names)
    zone = services.site.zone()
    return render_template(
        "notifications/routes.html",
        routes=[(one, route_name(one), route_sentence(one, names)) for one in services.notifications.routes.in_force()],
        names=names,
        question=question,
        preview=_preview(question),
        has_channels=services.notifications.deliveries.state().has_channels,
        levels=LEVEL_WORDS,
        route_name=route_name,
        words=words,
        zone=zone,
        now=services.clock.now().astimezone(zone),
    )


@notifications.route("/routes/new", methods=["GET", "POST"])
@requires(Role.ADMIN)
def add_route() -> Response | str | tuple[str, int]:
    """Add a route."""
    return _edited(None)


@notifications.route("/routes/<int:route_id>", methods=["GET", "POST"])
@requires(Role.ADMIN)
def change_route(route_id: int) -> Response | str | tuple[str, int]:
    """Change one route."""
    return _edited(_route(route_id))


@notifications.post("/routes/<int:route_id>/remove")
@requires(Role.ADMIN)
def remove_route(route_id: int) -> Response:
    """Remove one route."""
    route = _route(route_id)
    app_services().notifications.routes.remove(route_id, current_person().name)
    flash(_("The route %(name)s is removed.", name=route.name))
    return redirect(url_for("notifications.routes"))


def _edited(route: Route | None) -> Response | str | tuple[str, int]:
    names = read_names()
    entry = entry_of(route, names)
    if not entry.is_submitted():
        return _form(entry, route, names)
    try:
        if entry.validate():
            wanted = entry.route(route.route_id if route else 0)
            if not entry.has_wrong_day:
                app_services().notifications.routes.put(wanted, current_person().name)
                flash(_("Saved. It applies to what happens from now on."))
                return redirect(url_for("notifications.routes"))
    except InputInvalid as error:
        put_error(entry, error, {"steps": "", "recipients": ""})
    return _form(entry, route, names), 400


def _form(entry: RouteEntry, route: Route | None, names: Names) -> str:
    services = app_services()
    zone = services.site.zone()
    return render_template(
        "notifications/route.html",
        form=entry,
        route=route,
        sentence=route_sentence(route, names) if route else "",
        zone_name=str(zone),
        now=services.clock.now().astimezone(zone),
    )


def _route(route_id: int) -> Route:
    found = [one for one in app_services().notifications.routes.routes() if one.route_id == route_id]
    if not found:
        raise NotFound("There is no route %(route)s.", route=route_id)
    return found[0]


def _question(names: Names) -> Question:
    camera_id = request.args.get("camera", 0, type=int)
    level = request.args.get("level", AlertLevel.HIGH.value)
    known = level if level in tuple(AlertLevel) else AlertLevel.HIGH
    return Question(camera_id if camera_id in names.cameras else None, AlertLevel(known))


def _preview(question: Question) -> list[StepPreview]:
    if question.camera_id is None:
        return []
    return list(app_services().notifications.preview.would_tell(question.camera_id, question.level))
