from webapp.runtime.processes.heartbeat import Heartbeat
from webapp.runtime.processes.housekeeping import Housekeeping, PeriodicTask


def test_a_chore_is_done_again_after_its_time(tmp_path):
    times: list[float] = []
    now_s = 0.0
    task = PeriodicTask("count", 60, lambda: times.append(now_s) or False)
    site = Housekeeping([task], Heartbeat(tmp_path, "housekeeping"))
    for now_s in (0.0, 1.0, 59.0, 60.0, 61.0):
        site.tick(now_s)
    assert times == [0.0, 60.0]


def test_a_chore_with_more_to_do_goes_on_at_once(tmp_path):
    left = [True, True, False]
    task = PeriodicTask("delete", 60, lambda: left.pop(0))
    site = Housekeeping([task], Heartbeat(tmp_path, "housekeeping"))
    for now_s in (0.0, 0.5, 1.0, 1.5):
        site.tick(now_s)
    assert left == []


def test_a_chore_that_fails_keeps_no_other_from_being_done(tmp_path):
    done: list[str] = []

    def fail() -> bool:
        raise OSError("the disk is full")

    tasks = [PeriodicTask("fails", 60, fail), PeriodicTask("works", 60, lambda: bool(done.append("works")))]
    Housekeeping(tasks, Heartbeat(tmp_path, "housekeeping")).tick(0.0)
    assert done == ["works"]
