"""The log as a file, as the filter shows it."""

from collections.abc import Callable, Iterator
from itertools import islice

from flask import Response, request
from werkzeug.exceptions import BadRequest

from webapp.domain.people.roles import Role
from webapp.services.insights.incident_exports import SpreadsheetForm
from webapp.web.core.app_context import app_services, app_socketio
from webapp.web.core.guards import requires
from webapp.web.core.languages import page_language
from webapp.web.manager.area import manager
from webapp.web.manager.incident_query import IncidentQuery

_LINES_AT_ONCE = 100
_BYTE_ORDER_MARK = "\ufeff"
# Where numbers have a comma, spreadsheets have another character between cells.
_MARKS = {"comma": (",", "."), "semicolon": (";", ",")}
_OF_LANGUAGES = {"de": "semicolon"}


@manager.get("/incidents.csv")
@requires(Role.MANAGER)
def incidents_file() -> Response:
    """The log for a spreadsheet, which the byte-order mark tells that this is UTF-8.

    Its form is that of the page's language, unless `?separator=` says `comma` or `semicolon`.
    """
    query = _usable_query()
    lines = app_services().reports.csv(query.wanted, query.order, _spreadsheet_form())
    return _attachment(lines, "incidents.csv", "text/csv; charset=utf-8", begin=_BYTE_ORDER_MARK)


@manager.get("/incidents.json")
@requires(Role.MANAGER)
def incidents_json_file() -> Response:
    """The log for another program."""
    query = _usable_query()
    lines = app_services().reports.json(query.wanted, query.order)
    return _attachment(lines, "incidents.json", "application/json")


def _spreadsheet_form() -> SpreadsheetForm:
    wanted = request.args.get("separator") or _OF_LANGUAGES.get(page_language(), "comma")
    if wanted not in _MARKS:
        raise BadRequest(f"Expected one of the separators {', '.join(_MARKS)}.")
    separator, decimal_mark = _MARKS[wanted]
    return SpreadsheetForm(app_services().site.zone(), separator, decimal_mark)


def _usable_query() -> IncidentQuery:
    query = IncidentQuery(request.args)
    if query.errors:
        raise BadRequest(" ".join(query.errors.values()))
    return query


def _attachment(lines: Iterator[str], name: str, content_type: str, begin: str = "") -> Response:
    response = Response(_in_pieces(lines, app_socketio().sleep, begin), content_type=content_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _in_pieces(lines: Iterator[str], sleep: Callable[[float], None], begin: str) -> Iterator[str]:
    """Join lines to larger pieces, and let alerts go out between them."""
    yield begin
    while piece := "".join(islice(lines, _LINES_AT_ONCE)):
        yield piece
        sleep(0)
