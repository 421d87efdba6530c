"""What a person or a program reads when something went wrong: what happened, what to do, never a stack."""

from dataclasses import dataclass

import structlog
from flask import Flask, Response, g, jsonify, make_response, redirect, render_template, request, url_for
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from webapp.errors import (
    AlreadyExists,
    AmendsError,
    IncidentConflict,
    InputInvalid,
    LastAdminRequired,
    NotFound,
    PermissionDenied,
    PictureFailed,
    TooBusy,
)
from webapp.web.guards import PasswordChangeRequired, signed_in_user
from webapp.web.logins import had_session

_SESSION_ENDED = "Your session has ended. Please log in again."
_log = structlog.get_logger("webapp.web")
_STATUS_BY_ERROR: dict[type[AmendsError], int] = {
    InputInvalid: 400,
    PermissionDenied: 403,
    NotFound: 404,
    AlreadyExists: 409,
    IncidentConflict: 409,
    LastAdminRequired: 409,
    PictureFailed: 500,
    TooBusy: 503,
}


@dataclass(frozen=True)
class ErrorText:
    """The words of one error page."""

    title: str
    advice: str


_TEXTS = {
    401: ErrorText("You are not logged in", "Log in and try again."),
    400: ErrorText("That request could not be read", "Go back, reload the page and try again."),
    403: ErrorText("This is not open to you", "Ask an admin for the role, or go back to the dashboard."),
    404: ErrorText("There is nothing here", "It may have been removed. Look for it from the dashboard."),
    405: ErrorText("That cannot be done here", "Go back to the dashboard and start from there."),
    409: ErrorText("Somebody else was first", "Reload the page to see how things stand now."),
    413: ErrorText("That was too much at once", "Send less: a shorter text, or a picture of at most 8 MB."),
    429: ErrorText("Too many attempts", "Wait a minute, then try again."),
    500: ErrorText("Something went wrong on our side", "Try again in a moment. If it happens again, tell your admin."),
    503: ErrorText("Not right now", "Too much is going on. Try again in a moment."),
}


def init_app(app: Flask) -> None:
    """Answer every error in the product's own words."""
    app.register_error_handler(HTTPException, show_http_error)
    app.register_error_handler(AmendsError, show_amends_error)
    app.register_error_handler(Exception, show_unexpected_error)


def wants_json() -> bool:
    """Tell whether a program is asking: the API, or a page's own script."""
    accepted = request.accept_mimetypes
    return request.path.startswith("/api/") or accepted["application/json"] > accepted["text/html"]


def show_http_error(error: HTTPException) -> AnyResponse:
    """Show an error that Flask, a library or a guard raised."""
    if error.response is not None:  # A redirect in the guise of an error.
        return make_response(error.get_response())
    status = error.code or 500
    if isinstance(error, PasswordChangeRequired) and not wants_json():
        return redirect(url_for("account.first_password"))
    if isinstance(error, CSRFError):
        if signed_in_user() is not None:
            return _shown(400, "The form was too old or came from elsewhere. Reload the page and send it again.")
        status = 401
    if status == 401 and not wants_json():
        return _to_login()
    message = _SESSION_ENDED if status == 401 and had_session() else error.description or ""
    return _shown(status, message, details=_validation_messages(error))


def show_amends_error(error: AmendsError) -> AnyResponse:
    """Show an error that Amends raised on purpose: its text is fit for the person concerned."""
    return _shown(_STATUS_BY_ERROR.get(type(error), 500), str(error))


def show_unexpected_error(error: Exception) -> AnyResponse:
    """Show that something failed, and keep the reason to the log."""
    _log.error("request_failed", path=request.path, exc_info=error)
    g.amends_failed = True  # The page is drawn without asking who is signed in: that may be what failed.
    return _shown(500, "")


def _to_login() -> AnyResponse:
    wanted = request.full_path.rstrip("?") if request.method == "GET" else ""
    # What is None stays out of the address.
    return redirect(
        url_for("auth.login", next=wanted if wanted.strip("/") else None, ended="1" if had_session() else None)
    )


def _validation_messages(error: HTTPException) -> object:
    sent = getattr(error, "data", None) or {}
    return sent.get("errors") or sent.get("messages")


def _shown(status: int, message: str, details: object = None) -> Response:
    text = _TEXTS.get(status, _TEXTS[500 if status >= 500 else 400])
    # The words of an unexpected failure and of a body too large were written for programmers.
    message = "" if status in (413, 500) else message
    if not wants_json():
        return make_response(render_template("error.html", status=status, text=text, message=message), status)
    body: dict[str, object] = {"code": status, "status": text.title, "message": message or text.advice}
    if details:
        body["errors"] = details
    answer = jsonify(body)
    if status == 401:
        answer.headers["WWW-Authenticate"] = "Bearer"
    return make_response(answer, status)
