from hypothesis import given
from hypothesis import strategies as st

from webapp.domain.cameras.cameras import CameraState, StateReason
from webapp.domain.cameras.steadiness import CameraNotice, CameraReport, Steadiness

ONLINE = CameraReport(CameraState.ONLINE)
SILENT = CameraReport(CameraState.OFFLINE, StateReason("no picture"))
BROKEN = CameraReport(CameraState.OFFLINE, StateReason("broken"))


def watched(moments: list[tuple[float, CameraReport]]) -> list[CameraNotice]:
    """Return the notices of a camera; each moment is how long something is seen, in seconds, and what."""
    steadiness, now_s, notices = Steadiness(), 0.0, []
    for lasts_s, seen in moments:
        step_s = 0.5 if lasts_s < 10 else 5.0
        for step in range(max(1, round(lasts_s / step_s))):
            notices.append(steadiness.observe(seen, now_s + step * step_s))
        now_s += lasts_s
    return [notice for notice in notices if notice]


def news(moments: list[tuple[float, CameraReport]]) -> list[CameraReport]:
    return [notice.report for notice in watched(moments) if notice.is_news]


def test_a_first_outage_is_told_at_once():
    assert news([(5, ONLINE), (0.5, SILENT)]) == [ONLINE, SILENT]
    assert news([(5, ONLINE), (5, SILENT), (0.5, ONLINE)]) == [ONLINE, SILENT, ONLINE]


def test_outages_that_are_far_apart_are_told_each():
    assert len(news([(400, ONLINE), (5, SILENT)] * 6)) == 12


def test_the_third_within_ten_minutes_is_told_as_unstable():
    *_, unstable = news([(5, ONLINE), (5, SILENT)] * 3)
    assert (unstable.state, unstable.reason and unstable.reason.code) == (CameraState.ONLINE, "camera_unstable")


def waiting_for(*records: str) -> CameraReport:
    values = {f"record_{number}": name for number, name in enumerate(records, start=1)}
    return CameraReport(CameraState.AWAITING_RECORDS, StateReason("Not on record.", values, "awaiting_records"))


def test_another_record_that_is_missing_is_news():
    reports = [waiting_for("purpose", "notice"), waiting_for("notice", "purpose"), waiting_for("notice"), ONLINE]
    assert news([(5, report) for report in reports]) == reports


def test_one_that_waits_for_records_says_which_also_while_it_flaps():
    assert news([(5, waiting_for("notice")), (5, SILENT)] * 9)[-1] == waiting_for("notice")


def test_one_that_is_outside_its_hours_stays_closed_while_it_flaps():
    closed = CameraReport(CameraState.CLOSED)
    assert [report.state for report in news([(5, closed), (5, SILENT)] * 9)][-1] is CameraState.CLOSED


def test_reasons_that_alternate_are_told_once_each():
    assert news([(5, ONLINE), *[(5, SILENT), (5, BROKEN)] * 50]) == [ONLINE, SILENT, BROKEN]


def test_what_is_kept_is_the_newest_reason():
    assert watched([(5, ONLINE), *[(5, SILENT), (5, BROKEN)] * 50])[-1].report == BROKEN


@given(st.lists(st.tuples(st.floats(0.5, 700), st.booleans()), max_size=40))
def test_however_a_camera_flaps_there_is_no_flood_and_the_truth_is_kept(stretches):
    moments = [(lasts_s, ONLINE if is_online else SILENT) for lasts_s, is_online in stretches]
    total_s = sum(lasts_s for lasts_s, _ in stretches)
    assert len(news(moments)) <= 12 + total_s / 40
    for settled, state in ((ONLINE, CameraState.ONLINE), (SILENT, CameraState.OFFLINE)):
        notices = watched([*moments, (1300, settled)])
        assert notices[-1].report == settled
        assert notices[-1].report.state is state


@given(st.integers(10, 100), st.floats(1, 8), st.floats(1, 8))
def test_many_flaps_are_one_notice_and_a_few_at_the_beginning(times, away_s, back_s):
    reports = news([(5, ONLINE), *[(away_s, SILENT), (back_s, ONLINE)] * times])
    assert len(reports) == 6
    assert sum(report.reason is not None and report.reason.is_unstable for report in reports) == 1
