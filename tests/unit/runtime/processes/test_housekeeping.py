import signal

import pytest

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


def test_the_first_heartbeat_comes_when_something_is_done(tmp_path):
    heartbeat, ages = Heartbeat(tmp_path, "housekeeping"), []
    task = PeriodicTask("looks", 60, lambda: bool(ages.append(heartbeat.age_s())))
    Housekeeping([task], heartbeat).tick(0.0)
    assert ages == [None]
    assert heartbeat.age_s() is not None


def test_a_long_task_is_left_in_the_midst_when_the_end_has_come(tmp_path):
    done: list[str] = []

    def copies_for_long() -> bool:
        process.go_on()
        done.append("half of it")
        signal.raise_signal(signal.SIGTERM)
        process.go_on()
        done.append("all of it")
        return False

    process = Housekeeping([PeriodicTask("backup", 60, copies_for_long)], Heartbeat(tmp_path, "housekeeping"))
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        with pytest.raises(SystemExit) as ended:
            process.run()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    assert (ended.value.code, done) == (0, ["half of it"])


def test_what_is_urgent_is_done_in_the_midst_of_a_long_task_and_nothing_else_is(tmp_path):
    done = []

    def copies_for_long() -> bool:
        done.append("copy begins")
        process.go_on()
        process.go_on()
        done.append("copy ends")
        return False

    tasks = [
        PeriodicTask("backup", 60, copies_for_long),
        PeriodicTask("reminders", 1000, lambda: bool(done.append("reminded")), is_urgent=True),
        PeriodicTask("sweep", 60, lambda: bool(done.append("swept"))),
    ]
    process = Housekeeping(tasks, Heartbeat(tmp_path, "housekeeping"))
    process.tick(0.0)
    assert done[:3] == ["copy begins", "reminded", "copy ends"]
    assert "swept" in done


def test_while_another_machine_does_it_only_what_is_this_machines_own_is_done(tmp_path):
    done: list[str] = []
    others = [True, True, False]
    tasks = [
        PeriodicTask("reminders", 0, lambda: bool(done.append("reminders"))),
        PeriodicTask("storage", 0, lambda: bool(done.append("storage")), is_of_machine=True),
    ]
    process = Housekeeping(tasks, Heartbeat(tmp_path, "housekeeping"), lambda: others.pop(0))
    for now_s in (0.0, 1.0, 2.0):
        process.tick(now_s)
    assert done == ["storage", "storage", "reminders", "storage"]
    assert process.heartbeat.age_s() is not None
