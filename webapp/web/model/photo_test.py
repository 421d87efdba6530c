"""Test a photo: faces, scores and why. Nothing of it is kept."""

import base64

from flask import Blueprint, Response, render_template, request
from flask_babel import gettext as _

from webapp.domain.people.roles import Role
from webapp.errors import AmendsError, InputInvalid, PictureFailed, TooBusy
from webapp.services.model.photo_test import MAX_PICTURE_BYTES, PhotoTestAnswer
from webapp.web.core.app_context import app_services, app_settings
from webapp.web.core.guards import requires, signed_in_user
from webapp.web.core.security import limiter, unstored
from webapp.web.core.template_filters import error_words

photo_test = Blueprint("photo_test", __name__)
_STATUS_BY_ERROR: dict[type[AmendsError], int] = {InputInvalid: 400, TooBusy: 503, PictureFailed: 500}


def _limit() -> str:
    return f"{app_settings().photo_test_per_minute} per minute"


def _person() -> str:
    user = signed_in_user()
    return f"user {user.user_id}" if user else "nobody"


@photo_test.get("/test-photo")
@requires(Role.STAFF)
def empty() -> Response:
    """The form."""
    return _page(200)


@photo_test.post("/test-photo")
@limiter.limit(_limit, key_func=_person)
@requires(Role.STAFF)
def run() -> Response:
    """The form, and under it what was seen in the picture."""
    try:
        return _page(200, seen=_seen())
    except tuple(_STATUS_BY_ERROR) as error:
        return _page(_STATUS_BY_ERROR[type(error)], problem=error_words(error))


def _seen() -> PhotoTestAnswer:
    """Analyse whatever was sent: a picture, a photo just taken, or an address.

    Raises:
        InputInvalid: nothing was sent, or what was sent cannot be used.
    """
    sent = [file for name in ("picture", "photo") for file in request.files.getlist(name) if file.filename]
    url = request.form.get("url", "").strip()
    if sent:
        return app_services().photo_test.of_upload(sent[0].stream.read(MAX_PICTURE_BYTES + 1))
    if url:
        return app_services().photo_test.of_address(url)
    raise InputInvalid(_("Choose a picture, or enter the address of one."))


def _page(status: int, *, seen: PhotoTestAnswer | None = None, problem: str = "") -> Response:
    shown = render_template(
        "model/photo_test.html",
        seen=seen,
        problem=problem,
        url=request.form.get("url", "") if problem else "",
        rule=app_services().rules.effective(None),
        data_url=_data_url,
        max_bytes=MAX_PICTURE_BYTES,
        private_addresses=app_settings().photo_test_private_addresses,
    )
    return unstored(shown, status)


def _data_url(jpeg: bytes) -> str:
    """Return a picture as part of the page: it has no address of its own at which it could be kept."""
    return f"data:image/jpeg;base64,{base64.b64encode(jpeg).decode()}"
