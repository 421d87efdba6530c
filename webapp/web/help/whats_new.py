"""What is new: a page, and a line at the top of all pages until a person has read it."""

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from webapp.domain.people.releases import RELEASES, releases_since
from webapp.domain.people.roles import Role
from webapp.web.core.app_context import app_services
from webapp.web.core.guards import current_person, requires, signed_in_user
from webapp.web.core.safe_redirects import own_target
from webapp.web.help.release_notes import novelties, unread_release

whats_new = Blueprint("whats_new", __name__, url_prefix="/whats-new")


@whats_new.get("")
@requires(Role.STAFF)
def page() -> str:
    """What each version brought; who opens it has read it."""
    person = current_person()
    app_services().releases.note_read(person)
    shown = [(release, brought) for release in RELEASES[::-1] if (brought := novelties(release, person.role))]
    return render_template("help/whats_new.html", releases=shown, unread=releases_since(person.seen_release))


@whats_new.post("/dismiss")
@requires(Role.STAFF)
def dismiss() -> Response:
    """Take the line away, unread."""
    app_services().releases.note_read(current_person())
    return redirect(own_target(request.form.get("next", "")))


@whats_new.app_context_processor
def _for_every_page() -> dict[str, object]:
    return {"unread_release": _unread_release}


def _unread_release() -> str:
    """Return the version that the person of this request is to be notified of; empty on the page itself."""
    user = signed_in_user()
    if user is None or user.must_change_password or request.endpoint == "whats_new.page":
        return ""
    return unread_release(user.seen_release, user.role)
