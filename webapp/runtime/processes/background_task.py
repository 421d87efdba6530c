"""Something that may have to wait for others, beside a process that must not."""

import threading
from collections.abc import Callable

import structlog

log = structlog.get_logger()


class BackgroundTask:
    """Does it in a thread of its own, once at a time, while there is something to do."""

    def __init__(self, name: str, is_wanted: Callable[[], bool], do: Callable[[], None]) -> None:
        """Begin nothing yet.

        Args:
            name: for the log.
            is_wanted: tells, at once, whether there is something to do.
            do: does it, and may take long; what fails is logged.
        """
        self._name, self._is_wanted, self._do = name, is_wanted, do
        self._thread: threading.Thread | None = None

    def tend(self) -> bool:
        """Begin if there is something to do and nothing is being done; it is never waited for."""
        is_busy = self._thread is not None and self._thread.is_alive()
        if not is_busy and self._is_wanted():
            # Daemonic: a server that does not answer must not hold up the end of the process.
            self._thread = threading.Thread(target=self._run, name=self._name, daemon=True)
            self._thread.start()
        return False

    def join(self, timeout_s: float) -> None:
        """Wait until what is being done is done."""
        if self._thread is not None:
            self._thread.join(timeout_s)

    def _run(self) -> None:
        try:
            self._do()
        except Exception as error:  # noqa: BLE001 - the thread's boundary.
            # The kind alone: what a library says of it may repeat an address or a link.
            log.error("task_failed", task=self._name, error=type(error).__name__)
