"""Which steps of the first day are done, and what an admin is reminded of."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.support.clocks import START
from webapp.domain.site.first_day import NEEDED_STEPS, FirstDay, FirstDayStep, SetUp, StepState, progress_of
from webapp.domain.site.site import Site
from webapp.domain.site.site_records import RecordKind

SITE, PEOPLE, PURPOSE, CAMERA, ZONES, NOTICE, ALERTS = FirstDayStep
NEW = SetUp(Site(), (RecordKind.PURPOSE, RecordKind.NOTICE), cameras=0, cameras_without_zones=0, people=1)
BEGUN = FirstDay(for_admin="admin")


def open_steps(first_day, set_up=NEW):
    return [step for step, state in progress_of(first_day, set_up).states.items() if state is StepState.OPEN]


def test_everything_is_open_on_a_new_installation():
    progress = progress_of(BEGUN, NEW)
    assert open_steps(BEGUN) == progress.checklist() == list(FirstDayStep)
    assert (progress.next_step, progress.after(ZONES), progress.after(ALERTS)) == (SITE, NOTICE, None)
    assert not progress.is_complete


@pytest.mark.parametrize(
    ("change", "done"),
    [
        ({"site": Site(product_name="Lind")}, SITE),
        ({"site": Site(time_zone="Europe/Berlin")}, SITE),
        ({"people": 2}, PEOPLE),
        ({"missing": (RecordKind.NOTICE,)}, PURPOSE),
        ({"missing": (RecordKind.PURPOSE,)}, NOTICE),
        ({"cameras": 1, "cameras_without_zones": 1}, CAMERA),
    ],
)
def test_what_the_installation_shows_needs_no_mark(change, done):
    assert open_steps(BEGUN, replace(NEW, **change)) == [step for step in FirstDayStep if step is not done]


def test_zones_are_said_when_each_camera_has_them_or_the_demonstration_does_for_now():
    assert ZONES in open_steps(BEGUN, replace(NEW, cameras=2, cameras_without_zones=1))
    assert ZONES not in open_steps(BEGUN, replace(NEW, cameras=2))
    without = BEGUN.with_step(CAMERA, StepState.SKIPPED)
    assert ZONES not in open_steps(without)
    assert ZONES in open_steps(without, replace(NEW, cameras=1, cameras_without_zones=1))


def test_marks_are_kept_and_the_last_one_counts():
    marked = BEGUN.with_step(ALERTS, StepState.SKIPPED).with_step(SITE, StepState.DONE)
    marked = marked.with_step(ALERTS, StepState.DONE).with_step(PEOPLE, StepState.SKIPPED)
    assert FirstDay.from_json(marked.as_json()) == marked
    assert FirstDay.from_json("") is None
    states = progress_of(marked, NEW).states
    assert (states[ALERTS], states[SITE], states[PEOPLE]) == (StepState.DONE, StepState.DONE, StepState.SKIPPED)


@pytest.mark.parametrize("step", sorted(NEEDED_STEPS))
def test_what_has_to_be_on_record_cannot_be_skipped(step):
    with pytest.raises(ValueError, match="cannot be skipped"):
        BEGUN.with_step(step, StepState.SKIPPED)


def test_what_has_to_be_on_record_cannot_be_dismissed_once_there_is_a_camera():
    dismissed = replace(BEGUN, is_dismissed=True)
    assert progress_of(dismissed, NEW).checklist() == []
    camera = replace(NEW, cameras=1, cameras_without_zones=1)
    assert progress_of(dismissed, camera).checklist() == [PURPOSE, ZONES, NOTICE]
    assert progress_of(None, camera).checklist() == [PURPOSE, ZONES, NOTICE]
    assert progress_of(None, NEW).checklist() == []


def test_the_guide_is_shown_to_the_first_admin_once():
    assert progress_of(BEGUN, NEW).is_due_for("admin")
    assert not progress_of(BEGUN, NEW).is_due_for("rita")
    assert not progress_of(replace(BEGUN, is_shown=True), NEW).is_due_for("admin")
    assert not progress_of(None, NEW).is_due_for("admin")


def test_after_an_upgrade_it_is_shown_once_while_the_cameras_go_on():
    until = START + timedelta(days=30)
    assert progress_of(None, replace(NEW, cameras=1), until).is_due_for("rita")
    assert not progress_of(FirstDay(is_shown=True), replace(NEW, cameras=1), until).is_due_for("rita")
