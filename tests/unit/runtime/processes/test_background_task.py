"""What waits for others does so beside the process, once at a time, and what fails is logged without what it said."""

import threading

import structlog

from webapp.runtime.processes.background_task import BackgroundTask


def test_it_is_done_once_at_a_time_and_never_waited_for() -> None:
    may_end, begun = threading.Event(), []

    def do() -> None:
        begun.append(1)
        may_end.wait(10)

    task = BackgroundTask("mails", lambda: True, do)
    for _ in range(3):
        assert task.tend() is False
    may_end.set()
    task.join(10)
    assert len(begun) == 1
    task.tend()
    task.join(10)
    assert len(begun) == 2


def test_nothing_begins_while_nothing_is_wanted() -> None:
    done: list[int] = []
    task = BackgroundTask("mails", lambda: False, lambda: done.append(1))
    task.tend()
    task.join(1)
    assert not done


def test_what_fails_is_logged_by_its_kind_alone_and_tried_again() -> None:
    def fail() -> None:
        raise ValueError("https://amends.example/reset#secret")

    task = BackgroundTask("mails", lambda: True, fail)
    with structlog.testing.capture_logs() as logs:
        for _ in range(2):
            task.tend()
            task.join(10)
    assert [line["error"] for line in logs] == ["ValueError", "ValueError"]
    assert "secret" not in str(logs)
