"""What a person or a program reads when something went wrong: what happened, what to do, never a stack."""

from dataclasses import dataclass, replace

import structlog
from flask import Flask, Response, g, jsonify, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.wrappers import Response as AnyResponse

from webapp.errors import (
    AlreadyExists,
    AmendsError,
    AnalysisWouldStop,
    DatabaseBusy,
    DatabaseFailed,
    IncidentConflict,
    InputInvalid,
    LastAdminRequired,
    ModelUnavailable,
    NotFound,
    PermissionDenied,
    PictureFailed,
    SnapshotStoreFailed,
    TooBusy,
    TooManyTries,
    WrongPassword,
)
from webapp.web.core.guards import FirstStepRequired, signed_in_user
from webapp.web.core.logins import had_session
from webapp.web.core.safe_redirects import this_address
from webapp.web.core.template_filters import error_words

_SESSION_ENDED = lazy("Your session has ended. Please log in again.")
_RETRY_AFTER_S = {429: 60, 503: 5}
_log = structlog.get_logger("webapp.web")
_STATUS_BY_ERROR: dict[type[AmendsError], int] = {
    InputInvalid: 400,
    WrongPassword: 400,
    PermissionDenied: 403,
    NotFound: 404,
    AlreadyExists: 409,
    IncidentConflict: 409,
    AnalysisWouldStop: 409,
    LastAdminRequired: 409,
    ModelUnavailable: 503,
    PictureFailed: 500,
    SnapshotStoreFailed: 503,
    TooBusy: 503,
    DatabaseBusy: 503,
    DatabaseFailed: 503,
    TooManyTries: 429,
}


@dataclass(frozen=True)
class ErrorText:
    """The words of one error page."""

    title: str
    advice: str


_TEXTS = {
    401: ErrorText(lazy("You are not logged in"), lazy("Log in and try again.")),
    400: ErrorText(lazy("That request could not be read"), lazy("Go back, reload the page and try again.")),
    403: ErrorText(lazy("This is not open to you"), lazy("Ask an admin for the role, or go back to the dashboard.")),
    404: ErrorText(lazy("There is nothing here"), lazy("It may have been removed. Look for it from the dashboard.")),
    405: ErrorText(lazy("That cannot be done here"), lazy("Go back to the dashboard and start from there.")),
    409: ErrorText(lazy("Someone else was first"), lazy("Reload the page to see the current state.")),
    413: ErrorText(lazy("That was too much at once"), lazy("Send less: a shorter text, or a picture of at most 8 MB.")),
    429: ErrorText(lazy("Too many attempts"), lazy("Wait a minute, then try again.")),
    500: ErrorText(
        lazy("Something went wrong on our side"), lazy("Try again in a moment. If it happens again, tell your admin.")
    ),
    503: ErrorText(lazy("Not right now"), lazy("Too much is going on. Try again in a moment.")),
}


_NO_MODEL = ErrorText(
    lazy("This page needs the AI model"),
    lazy("It cannot be loaded at the moment. An admin sees the reason under System."),
)


def init_app(app: Flask) -> None:
    """Answer every error in the product's own words."""
    app.register_error_handler(HTTPException, show_http_error)
    app.register_error_handler(AmendsError, show_amends_error)
    app.register_error_handler(Exception, show_unexpected_error)


def wants_json() -> bool:
    """Return whether a program is asking: the API, or a page's own script."""
    accepted = request.accept_mimetypes
    return request.path.startswith("/api/") or accepted["application/json"] > accepted["text/html"]


def show_http_error(error: HTTPException) -> AnyResponse:
    """Show an error that Flask, a library or a guard raised."""
    g.amends_http_error = error
    if error.response is not None:  # A redirect in the guise of an error.
        return make_response(error.get_response())
    status = error.code or 500
    if isinstance(error, FirstStepRequired) and not wants_json():
        return redirect(url_for(error.endpoint))
    if isinstance(error, CSRFError):
        if signed_in_user() is not None:
            return _shown(400, _("The form was too old or came from elsewhere. Reload the page and send it again."))
        status = 401
    if status == 401 and not wants_json():
        return _to_login()
    message = str(_SESSION_ENDED) if status == 401 and had_session() else _own_words(error)
    shown = _shown(status, message, details=_validation_messages(error))
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        shown.headers["Allow"] = ", ".join(sorted(error.valid_methods))
    return shown


def show_amends_error(error: AmendsError) -> AnyResponse:
    """Show an error that Amends raised on purpose: its text is fit for the person concerned."""
    if isinstance(error, DatabaseFailed):
        _log.warning("database_failed", path=request.path, fault=error.fault)
        g.amends_failed = not isinstance(error, DatabaseBusy)
    if isinstance(error, SnapshotStoreFailed):
        _log.warning("snapshot_store_failed", path=request.path, fault=error.fault)
    return _shown(_STATUS_BY_ERROR.get(type(error), 500), error_words(error), error=error)


def show_unexpected_error(error: Exception) -> AnyResponse:
    """Show that something failed, and keep the reason to the log."""
    _log.error("request_failed", path=request.path, exc_info=error)
    g.amends_failed = True  # The page is drawn without asking who is signed in: that may be what failed.
    return _shown(500, "")


def _own_words(error: HTTPException) -> str:
    """Return what one of us says of an error; what Werkzeug says of it was written for programmers, in English."""
    return "" if error.description == type(error).description else error.description or ""


def _to_login() -> AnyResponse:
    is_worth_it = request.method == "GET" and (request.path != "/" or request.query_string)
    # What is None stays out of the address.
    return redirect(
        url_for("auth.login", next=this_address() if is_worth_it else None, ended="1" if had_session() else None)
    )


def _validation_messages(error: HTTPException) -> object:
    sent = getattr(error, "data", None) or {}
    return sent.get("errors") or sent.get("messages")


def _shown(status: int, message: str, details: object = None, error: AmendsError | None = None) -> Response:
    text = _TEXTS.get(status, _TEXTS[500 if status >= 500 else 400])
    # The words of an unexpected failure and of a body too large were written for programmers.
    message = "" if status in (413, 500) else message
    if isinstance(error, TooManyTries | DatabaseFailed | SnapshotStoreFailed):  # It says itself what to do.
        text, message = replace(text, advice=message), ""
    if isinstance(error, ModelUnavailable):  # What exactly is for admins.
        text, message = _NO_MODEL, ""
    answer = _page_or_json(status, text, message, details, error)
    if status in _RETRY_AFTER_S:
        wait_s = error.values.get("wait_s") if error else None
        answer.headers["Retry-After"] = str(wait_s or _RETRY_AFTER_S[status])
    return answer


def _page_or_json(status: int, text: ErrorText, message: str, details: object, error: AmendsError | None) -> Response:
    if not wants_json():
        return make_response(render_template("error.html", status=status, text=text, message=message), status)
    body: dict[str, object] = {"code": status, "status": str(text.title), "message": message or str(text.advice)}
    if error:
        body |= {"error": error.code, "field": error.field or None}
    if details:
        body["errors"] = details
    answer = jsonify(body)
    if status == 401:
        answer.headers["WWW-Authenticate"] = "Bearer"
    return make_response(answer, status)
