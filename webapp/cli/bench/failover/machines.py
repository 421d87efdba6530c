"""Machines made of one: each has its own address, its own processes, and a line that can be cut."""

import os
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from shutil import which

import click

NETWORK = "10.251.77"
HOST = f"{NETWORK}.1"
_BRIDGE = "amends-bench"


@dataclass
class Machine:
    """One of the machines: a network namespace, and a process namespace that dies as a whole.

    Attributes:
        number: counts from 1.
        environment: of what runs there.
        log: file of what it says.
    """

    number: int
    environment: Mapping[str, str] = field(repr=False)
    log: Path
    _process: "subprocess.Popen[bytes] | None" = field(default=None, init=False)

    @property
    def address(self) -> str:
        """Where it is."""
        return f"{NETWORK}.{10 + self.number}"

    @property
    def name(self) -> str:
        """Its name in the cluster."""
        return f"machine-{self.number}"

    @property
    def is_running(self) -> bool:
        """Whether it is switched on."""
        return self._process is not None and self._process.poll() is None

    def switch_on(self, command: Sequence[str]) -> None:
        """Run a command there, with whatever that starts."""
        apart = ["unshare", "--pid", "--fork", "--mount-proc", "--kill-child=KILL"]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                ["ip", "netns", "exec", _namespace(self.number), *apart, *command],
                env=dict(self.environment), stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip

    def fail(self) -> None:
        """Kill all its processes at once, as a power failure does."""
        if self._process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None

    def cut_off(self) -> None:
        """Cut its line: it runs on, and reaches nobody."""
        _run("ip", "link", "set", _line(self.number), "down")

    def connect(self) -> None:
        """Mend its line."""
        _run("ip", "link", "set", _line(self.number), "up")


@contextmanager
def network(count: int) -> Iterator[None]:
    """Lay lines for so many machines, and take them away afterwards.

    Raises:
        click.ClickException: this user may not, or the tools are missing.
    """
    missing = [name for name in ("ip", "unshare") if which(name) is None]
    if missing or os.geteuid() != 0:
        raise click.ClickException(
            "Machines of their own are made by network and process namespaces of Linux: run it as root, with the "
            f"packages iproute2 and util-linux{' (missing: ' + ', '.join(missing) + ')' if missing else ''}."
        )
    _take_away(count)
    try:
        _run("ip", "link", "add", _BRIDGE, "type", "bridge")
        _run("ip", "address", "add", f"{HOST}/24", "dev", _BRIDGE)
        _run("ip", "link", "set", _BRIDGE, "up")
        for number in range(1, count + 1):
            _lay_line(number)
        yield
    finally:
        _take_away(count)


def _lay_line(number: int) -> None:
    inside, line = _namespace(number), _line(number)
    _run("ip", "netns", "add", inside)
    _run("ip", "link", "add", line, "type", "veth", "peer", "name", "eth0", "netns", inside)
    _run("ip", "link", "set", line, "master", _BRIDGE, "up")
    for words in (
        ("address", "add", f"{NETWORK}.{10 + number}/24", "dev", "eth0"),
        ("link", "set", "eth0", "up"),
        ("link", "set", "lo", "up"),
        ("route", "add", "default", "via", HOST),
    ):
        _run("ip", "-n", inside, *words)


def _take_away(count: int) -> None:
    for number in range(1, count + 1):
        subprocess.run(["ip", "netns", "delete", _namespace(number)], capture_output=True, check=False)
        subprocess.run(["ip", "link", "delete", _line(number)], capture_output=True, check=False)
    subprocess.run(["ip", "link", "delete", _BRIDGE], capture_output=True, check=False)


def _namespace(number: int) -> str:
    return f"{_BRIDGE}-{number}"


def _line(number: int) -> str:
    return f"amends-b{number}"


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise click.ClickException(f"Could not lay a line between the machines: {done.stderr.strip()[:200]}")
