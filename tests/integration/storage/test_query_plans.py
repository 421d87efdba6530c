"""A log of a million incidents stays quick: what lists ask of it is found in indexes, not in the rows.

SQLite keeps no statistics here, so that it plans for a small database as for a large one.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, event

from tests.support.filled.long_log import add_long_log
from webapp.domain.alerts.incidents import IncidentState, Outcome
from webapp.domain.vision.emotions import Emotion
from webapp.services.alerts.incidents import OPEN_STATES
from webapp.services.cameras.camera_settings import CameraForm
from webapp.services.ports import IncidentFilter, IncidentKey, IncidentOrder, ReadUnitOfWork
from webapp.services.use_cases import UseCases
from webapp.storage.unit_of_work import SQLUnitOfWorkFactory

pytestmark = pytest.mark.sqlite


COUNT = 120
AGO = datetime.now(UTC) - timedelta(days=1)
SELECTIVE = {
    "camera": IncidentFilter(camera_id=1),
    "state": IncidentFilter(states=(IncidentState.NEW,)),
    "open": IncidentFilter(states=OPEN_STATES),
    "outcome": IncidentFilter(outcome=Outcome.FALSE_ALARM),
    "emotion": IncidentFilter(emotion=Emotion.SAD),
    "person": IncidentFilter(person="bob"),
    "days": IncidentFilter(opened_from=AGO, opened_before=AGO + timedelta(hours=1)),
    "camera and state": IncidentFilter(camera_id=1, states=(IncidentState.RESOLVED,)),
    "camera and emotion": IncidentFilter(camera_id=1, emotion=Emotion.ANGRY),
    "camera and outcome": IncidentFilter(camera_id=1, outcome=Outcome.RECOVERED),
    "camera and days": IncidentFilter(camera_id=1, opened_from=AGO),
    "state and emotion": IncidentFilter(states=(IncidentState.RESOLVED,), emotion=Emotion.ANGRY),
    "outcome and emotion": IncidentFilter(outcome=Outcome.RECOVERED, emotion=Emotion.ANGRY),
    "emotion and days": IncidentFilter(emotion=Emotion.SAD, opened_from=AGO),
    "words and days": IncidentFilter(words=("room",), opened_from=AGO),
}
OF_NOTES = {
    "words": IncidentFilter(words=("quieter", "room")),
    "words and camera": IncidentFilter(words=("room",), camera_id=1),
    "words and state": IncidentFilter(words=("room",), states=(IncidentState.RESOLVED,)),
}
LONG = {"all": IncidentFilter(), "resolved": IncidentFilter(states=(IncidentState.RESOLVED,)), **OF_NOTES} | {
    name: wanted for name, wanted in SELECTIVE.items() if name not in ("open", "person")
}
_TAKEN_BACK: dict[str, Any] = {
    "state": IncidentState.NEW,
    **dict.fromkeys(("outcome", "acknowledged_at", "acknowledged_by", "resolved_at", "resolved_by")),
}
Do = Callable[[ReadUnitOfWork], Any]


class Plans:
    """Asks the database how it does what the repositories ask it for."""

    def __init__(self, engine: Engine) -> None:
        """Listen."""
        self._engine = engine
        self._asked: list[tuple[str, Any]] = []
        event.listen(engine, "before_cursor_execute", self._take)

    def _take(self, _connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        self._asked.append((statement, parameters))

    def of(self, do: Do) -> list[str]:
        """Return the steps of a plan."""
        self._asked.clear()
        with SQLUnitOfWorkFactory(self._engine).reading() as work:
            do(work)
        asked = [(words, values) for words, values in self._asked if words.startswith(("SELECT", "WITH"))]
        with self._engine.connect() as connection:
            return [
                str(row[-1])
                for words, values in asked
                for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {words}", values)
            ]


@pytest.fixture
def plans(engine: Engine, use_cases: UseCases) -> Plans:
    cameras = [use_cases.cameras.add(CameraForm(f"Camera {number}", "demo:")) for number in range(3)]
    add_long_log(engine, cameras, COUNT)
    return Plans(engine)


def counted(wanted: IncidentFilter) -> Do:
    return lambda work: work.incidents.count(wanted)


def listed(wanted: IncidentFilter) -> Do:
    return lambda work: work.incidents.search(wanted, limit=25)


def scans(steps: Sequence[str]) -> list[str]:
    """Return the steps that read a whole table or index."""
    return [step for step in steps if step.startswith("SCAN incidents")]


@pytest.mark.parametrize("name", [name for name, one in SELECTIVE.items() if not one.words])
def test_what_matches_is_counted_without_reading_the_rest(plans: Plans, name: str) -> None:
    assert scans(plans.of(counted(SELECTIVE[name]))) == []


@pytest.mark.parametrize("wanted", SELECTIVE.values(), ids=SELECTIVE)
def test_a_list_reads_no_rows_but_those_of_its_page(plans: Plans, wanted: IncidentFilter) -> None:
    steps = plans.of(listed(wanted))
    assert [step for step in scans(steps) if "COVERING INDEX" not in step] == []
    assert "USE TEMP B-TREE FOR ORDER BY" not in steps or not scans(steps), "a walk ends with the page"


@pytest.mark.parametrize("wanted", OF_NOTES.values(), ids=OF_NOTES)
def test_words_are_searched_for_in_notes_and_nothing_else(plans: Plans, wanted: IncidentFilter) -> None:
    steps = plans.of(counted(wanted)) + plans.of(listed(wanted))
    assert set(scans(steps)) == {"SCAN incidents USING COVERING INDEX ix_incidents_notes"}


@pytest.mark.parametrize("key", IncidentKey)
@pytest.mark.parametrize("descending", [True, False])
def test_a_sorted_list_of_all_comes_out_of_an_index(plans: Plans, key: IncidentKey, descending: bool) -> None:
    order = IncidentOrder(key, descending)
    steps = plans.of(lambda work: work.incidents.search(IncidentFilter(), limit=25, order=order))
    assert all(" USING " in step for step in scans(steps))
    # A few facets are sorted, by what they say; of incidents equals, and those that were found without a walk.
    most = 0 if key in (IncidentKey.OPENED, IncidentKey.SCORE) else 1 if scans(steps) else 2
    assert steps.count("USE TEMP B-TREE FOR ORDER BY") <= most


@pytest.mark.parametrize("wanted", LONG.values(), ids=LONG)
def test_no_row_is_read_to_skip_the_pages_before(plans: Plans, wanted: IncidentFilter) -> None:
    steps = plans.of(lambda work: work.incidents.search(wanted, limit=25, offset=50))
    assert any("COVERING INDEX" in step for step in steps)
    assert "USE TEMP B-TREE FOR RIGHT PART OF ORDER BY" not in steps


@pytest.mark.parametrize(
    "do",
    [
        lambda work: work.incidents.people(),
        lambda work: work.incidents.recent_of(1, AGO),
        lambda work: work.incidents.figures(IncidentFilter(opened_from=AGO)),
        lambda work: work.incidents.get(1),
        lambda work: work.incidents.snapshot_name(1),
        lambda work: work.events.after(5, limit=500),
        lambda work: work.events.of_incident(1),
        lambda work: work.events.last_id(),
    ],
    ids=["people", "recent", "insights", "one", "picture", "tail", "timeline", "last event"],
)
def test_what_pages_ask_again_and_again_scans_nothing(plans: Plans, do: Do) -> None:
    steps = plans.of(do)
    assert steps
    assert not [step for step in steps if step.startswith(("SCAN incidents", "SCAN events"))]


def test_all_are_counted_in_an_index(plans: Plans) -> None:
    steps = plans.of(lambda work: work.incidents.count(IncidentFilter()))
    assert [step for step in steps if "COVERING INDEX" not in step] == []


@pytest.mark.parametrize("key", IncidentKey)
@pytest.mark.parametrize("descending", [True, False])
def test_pages_from_both_ends_make_the_whole_list(
    plans: Plans, unit_of_work: SQLUnitOfWorkFactory, key: IncidentKey, descending: bool
) -> None:
    order = IncidentOrder(key, descending)
    with unit_of_work() as work:
        for incident_id in (3, 40, 77):  # Nobody took these, and they have no outcome.
            incident = work.incidents.get(incident_id)
            assert incident is not None
            work.incidents.update(replace(incident, **_TAKEN_BACK))
        work.commit()
    with unit_of_work.reading() as work:
        whole = [one.incident_id for one in work.incidents.search(IncidentFilter(), limit=COUNT, order=order)]
        pages = [
            one.incident_id
            for offset in range(0, COUNT + 50, 25)
            for one in work.incidents.search(IncidentFilter(), limit=25, offset=offset, order=order, total=COUNT)
        ]
    assert sorted(whole) == list(range(1, COUNT + 1))
    assert pages == whole
    if key in (IncidentKey.PERSON, IncidentKey.OUTCOME):
        assert whole[-3:] == [77, 40, 3], "what is missing is last either way"


def test_those_of_each_state_are_counted(plans: Plans, unit_of_work: SQLUnitOfWorkFactory) -> None:
    with unit_of_work() as work:
        for incident_id, state in ((3, IncidentState.NEW), (40, IncidentState.NEW), (77, IncidentState.ACKNOWLEDGED)):
            incident = work.incidents.get(incident_id)
            assert incident is not None
            work.incidents.update(replace(incident, state=state))
        counts = [work.incidents.count(IncidentFilter(states=(state,))) for state in IncidentState]
        of_camera = work.incidents.count(IncidentFilter(states=(IncidentState.RESOLVED,), camera_id=1))
    assert counts == [2, 1, COUNT - 3]
    assert of_camera == COUNT // 3 - 1
    steps = plans.of(lambda work: work.incidents.count(IncidentFilter(states=(IncidentState.RESOLVED,))))
    assert steps == ["SEARCH incident_facets USING INDEX ix_incident_facets_key (state=?)"]


def test_nothing_is_read_where_nothing_matches(plans: Plans) -> None:
    steps = plans.of(lambda work: work.incidents.search(IncidentFilter(words=("zebra",)), limit=25, total=0))
    assert steps == []
