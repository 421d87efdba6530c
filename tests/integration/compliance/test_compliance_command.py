"""`run.py compliance`: the file without a server, and a visitor's request from the command line."""

import json
from datetime import UTC, datetime, timedelta

import jsonschema
import pytest
from click.testing import CliRunner

from tests.integration.compliance.test_the_compliance_file import SCHEMA
from webapp.cli.main import main
from webapp.cli.processes.installation import open_installation
from webapp.domain.alerts.incidents import Incident
from webapp.domain.vision.emotions import Emotion
from webapp.services.cameras.camera_settings import CameraForm

AT = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1)
SPAN = ("--from", (AT - timedelta(minutes=1)).isoformat(), "--to", (AT + timedelta(minutes=1)).isoformat())


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.setenv("AMENDS_DATA_DIR", str(tmp_path / "var"))
    monkeypatch.setenv("AMENDS_RUNTIME_DIR", str(tmp_path / "slots"))
    monkeypatch.setenv("AMENDS_MODEL_DIR", str(tmp_path / "no model"))
    return lambda *arguments: CliRunner().invoke(main, ["compliance", *arguments])


@pytest.fixture
def resolved(run):
    installation = open_installation()
    camera = installation.cameras.add(CameraForm("Bar", "demo:"))
    with installation.adapters.unit_of_work() as work:
        stored = work.incidents.add(Incident(camera.camera_id, "Bar", 1, Emotion.ANGRY, AT, AT, 0.8, ended_at=AT), None)
        work.commit()
    installation.incidents.resolve(stored.incident_id, "alice", "recovered")
    return stored


@pytest.mark.parametrize(("language", "title"), [("en", "Compliance file"), ("de", "Compliance-Akte")])
def test_the_file_is_written_as_a_page_without_a_model(run, tmp_path, language, title):
    answer = run("export", str(tmp_path / "file.html"), "--language", language)
    assert answer.exit_code == 0, answer.output
    page = (tmp_path / "file.html").read_text()
    assert f"<h1>{title}</h1>" in page
    assert f'<html lang="{language}">' in page
    assert open_installation().compliance.file(None).changes == []


@pytest.mark.parametrize("arguments", [("file.json",), ("file.txt", "--json")])
def test_and_as_json_by_its_ending_or_when_asked(run, tmp_path, arguments):
    assert run("export", str(tmp_path / arguments[0]), *arguments[1:]).exit_code == 0
    jsonschema.validate(json.loads((tmp_path / arguments[0]).read_text()), json.loads(SCHEMA.read_text()))


def test_a_visit_is_found_and_deleted_with_proof(run, resolved):
    found = json.loads(run("find", "--camera", "Bar", *SPAN, "--json").output)
    assert (found["kept"]["incidents"], found["incidents"][0]["incident_id"]) == (1, resolved.incident_id)
    asked = CliRunner().invoke(main, ["compliance", "delete", "--camera", "Bar", *SPAN], input="n\n")
    assert asked.exit_code == 1
    assert "1 alerts" in run("find", "--camera", "Bar", *SPAN).output
    answer = run("delete", "--camera", "Bar", *SPAN, "--yes")
    assert answer.exit_code == 0, answer.output
    assert "Looked for again: 0 alerts" in answer.output
    (proof,) = open_installation().visits.proofs()
    assert (proof.by, proof.deleted.incidents) == ("command line", 1)


def test_a_wrong_camera_is_one_clear_line(run):
    answer = run("find", "--camera", "Nowhere", *SPAN)
    assert (answer.exit_code, "Choose a camera" in answer.output) == (2, True)
