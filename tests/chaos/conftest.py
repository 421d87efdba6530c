"""Collects a line of every fault and prints the table at the end."""

from collections.abc import Iterator

import pytest

from tests.chaos.faults import Fault, table

_FAULTS = pytest.StashKey[dict[Fault, bool]]()
_PASSED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    report = yield
    if call.when == "call":
        item.stash[_PASSED] = report.passed
    return report


@pytest.fixture
def fault(request: pytest.FixtureRequest) -> Iterator[Fault]:
    """The test's line in the table."""
    told = Fault(done=request.node.name)
    yield told
    request.config.stash.setdefault(_FAULTS, {})[told] = request.node.stash.get(_PASSED, False)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    faults = config.stash.get(_FAULTS, {})
    if faults:
        terminalreporter.section("chaos")
        for line in table(faults):
            terminalreporter.write_line(line)
