"""While the AI model cannot be loaded every page says so, and what does not need it works."""

from dataclasses import replace

import pytest

from tests.support.web_app import WebApp
from webapp.domain.insights.scores import IncidentScores, ScoreMoment
from webapp.errors import ModelUnavailable
from webapp.services.model.model_problem import ModelFault, ModelProblem

DETAIL = "AMENDS_MODEL_DIR: SHA-256 of /opt/amends/model.tflite: expected 12ab, came 34cd"
BANNER = "no alerts are raised"


@pytest.fixture
def broken(web: WebApp) -> WebApp:
    def refuse() -> None:
        raise ModelUnavailable("AMENDS_MODEL_DIR: %(reason)s", reason="no such file", fault="missing")

    web.model_cards.wrong, web.model_cards.shown = ModelProblem(ModelFault.DAMAGED, DETAIL), None
    object.__setattr__(web.services, "adapters", replace(web.services.adapters, default_rule=refuse))
    return web


def is_shown(page: str) -> bool:
    return BANNER in page and 'id="no-analysis" role="alert" hidden' not in page


@pytest.mark.parametrize(
    ("name", "path"),
    [("alice", "/"), ("alice", "/account"), ("bob", "/incidents"), ("bob", "/insights"), ("root", "/admin/cameras"),
     ("root", "/admin/users"), ("root", "/admin/system"), ("root", "/admin/audit")],
)  # fmt: skip
def test_every_page_says_that_nobody_is_analysed(broken: WebApp, name: str, path: str) -> None:
    answer = broken.browser(name).client.get(path)
    assert answer.status_code == 200
    assert is_shown(answer.text)


def test_with_a_model_no_page_says_so(web: WebApp) -> None:
    assert not is_shown(web.browser("root").client.get("/").text)


def test_only_an_admin_reads_what_exactly_is_wrong_and_what_to_do(broken: WebApp) -> None:
    assert DETAIL in broken.browser("root").client.get("/admin/system").text
    assert "damaged or incomplete" in broken.browser("root").client.get("/").text
    for name in ("alice", "bob"):
        page = broken.browser(name).client.get("/").text
        assert "34cd" not in page
        assert "Notify an admin" in page


def test_who_is_not_signed_in_reads_nothing_of_it(broken: WebApp) -> None:
    assert BANNER not in broken.app.test_client().get("/login").text


def test_an_incident_is_shown_without_the_thresholds_that_nobody_knows(broken: WebApp) -> None:
    incident = broken.add_incident(broken.add_camera())
    scores = IncidentScores(incident.incident_id, [ScoreMoment(incident.opened_at, 0.8)])
    with broken.unit_of_work() as work:
        work.scores.add_incident(scores)
        work.commit()
    page = broken.browser("bob").client.get(f"/incidents/{incident.incident_id}")
    assert page.status_code == 200
    assert "highest 80" in page.text
    assert "Trigger threshold" not in page.text


def test_a_camera_can_be_begun_to_be_added(broken: WebApp) -> None:
    assert broken.browser("root").client.get("/admin/cameras/new").status_code == 200


@pytest.mark.parametrize(
    ("name", "path", "status"),
    [("alice", "/test-photo", 503), ("root", "/admin/rules", 503), ("root", "/model", 404)],
)
def test_a_page_that_needs_the_model_says_so(broken: WebApp, name: str, path: str, status: int) -> None:
    answer = broken.browser(name).client.get(path)
    assert answer.status_code == status
    assert "no such file" not in answer.text
    assert is_shown(answer.text)


def test_the_monitor_reads_that_it_is_alive_and_not_ready(broken: WebApp) -> None:
    client = broken.app.test_client()
    assert client.get("/healthz").status_code == 200
    ready = client.get("/readyz")
    assert (ready.status_code, ready.get_json()["model"]) == (503, "damaged")
    assert "amends_model_loaded 0.0" in broken.browser("root").client.get("/metrics").text


def test_a_page_that_stays_open_is_told(broken: WebApp) -> None:
    socket = broken.browser("alice").socket()
    broken.faces.tell_analysis(())
    broken.model_cards.wrong = None
    broken.faces.tell_analysis(())
    told = [one["args"][0] for one in socket.get_received("/dashboard") if one["name"] == "analysis"]
    assert told == [{"analysing": False, "limit": None}, {"analysing": True, "limit": None}]
