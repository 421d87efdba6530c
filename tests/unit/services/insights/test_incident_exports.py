import csv
import io

from tests.unit.services.alerts.alert_decisions import JPEG, OPENED
from webapp.domain.alerts.incidents import Outcome
from webapp.services.cameras.camera_settings import CameraForm
from webapp.services.insights.incident_exports import ReportService
from webapp.services.ports import IncidentFilter

ALL = IncidentFilter()


def rows(unit_of_work, wanted=ALL):
    return list(csv.DictReader(io.StringIO("".join(ReportService(unit_of_work).csv(wanted)))))


def test_the_csv_respects_the_filter_and_disarms_formulas(use_cases, unit_of_work):
    camera = use_cases.cameras.add(CameraForm("=Desk", "demo:"))
    use_cases.recorder.record(camera, [OPENED], JPEG)
    use_cases.recorder.flush()
    incident_id = use_cases.incidents.open_incidents()[0].incident_id
    use_cases.incidents.resolve(incident_id, "alice", "recovered", '=HYPERLINK("x")')
    (row,) = rows(unit_of_work)
    assert row["camera"] == "'=Desk"
    assert row["note"].startswith("'=")
    assert row["outcome"] == "recovered"
    assert rows(unit_of_work, IncidentFilter(outcome=Outcome.FALSE_ALARM)) == []
