"""The log as a file for a spreadsheet: the separator, the decimal mark and the times that it reads."""

import csv
import io
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tests.support.web_app import WebApp
from webapp.domain.cameras.cameras import Camera
from webapp.services.insights.incident_exports import SpreadsheetForm

OPENED_AT = datetime(2026, 11, 28, 5, 15, 30, 123456, tzinfo=UTC)


@pytest.fixture
def log(web: WebApp) -> WebApp:
    web.services.site.change(replace(web.services.site.get(), time_zone="Europe/Berlin"), "root")
    camera = web.add_camera("Grüner Saal; links")
    incident = web.add_incident(camera, peak=0.8125, at=OPENED_AT)
    web.services.incidents.resolve(incident.incident_id, "bob", "recovered", '=1+1; "gut"\nund Tee, süß')
    return web


def file_of(web: WebApp, language: str = "", query: str = "") -> bytes:
    bob = web.browser("bob")
    if language:
        bob.client.set_cookie("amends_language", language)
    answer = bob.client.get(f"/incidents.csv{query}")
    assert answer.status_code == 200, answer.text
    assert answer.content_type == "text/csv; charset=utf-8"
    return answer.data


@pytest.mark.parametrize(
    ("language", "query", "separator", "score"),
    [
        ("de", "", ";", "0,8125"),
        ("en", "", ",", "0.8125"),
        ("", "", ",", "0.8125"),
        ("en", "?separator=semicolon", ";", "0,8125"),
        ("de", "?separator=comma&sort=score", ",", "0.8125"),
    ],
)
def test_a_spreadsheet_finds_its_columns(log: WebApp, language: str, query: str, separator: str, score: str) -> None:
    written = file_of(log, language, query)
    assert written.startswith(b"\xef\xbb\xbfincident_id" + separator.encode() + b"camera")
    (row,) = csv.DictReader(io.StringIO(written.decode("utf-8-sig"), newline=""), delimiter=separator)
    assert row["camera"] == "Grüner Saal; links"
    assert row["peak_score"] == score
    assert row["opened_at"] == row["started_at"] == "2026-11-28 06:15:30"
    assert row["ended_at"] == row["duration_s"] == ""
    assert row["note"] == '\'=1+1; "gut"\nund Tee, süß'


def test_the_language_of_the_site_decides_where_nobody_chose(log: WebApp) -> None:
    log.services.site.change(replace(log.services.site.get(), language="de"), "root")
    assert b";camera;" in file_of(log)


def test_another_separator_is_refused(log: WebApp) -> None:
    assert log.browser("bob").client.get("/incidents.csv?separator=tab").status_code == 400


@pytest.mark.parametrize(
    "text", ["=1", "+1", "-1", "@x", "\t=1", "\r=1", "\n=1", "  =1", "\uff1d1", "\uff0bx", "\uff20x"]
)
def test_what_a_spreadsheet_would_run_is_quoted(text: str) -> None:
    for form in (SpreadsheetForm(), SpreadsheetForm(separator=";", decimal_mark=",")):
        assert form.cell(text) == f"'{text}"


def test_the_time_is_that_of_the_season(camera: Camera, web: WebApp) -> None:
    web.services.site.change(replace(web.services.site.get(), time_zone="Europe/Berlin"), "root")
    web.add_incident(camera, at=datetime(2026, 7, 1, 22, 30, tzinfo=UTC))
    assert b"2026-07-02 00:30:00" in file_of(web)
