"""What tests with a Redis have in common."""

from collections.abc import Iterator

import pytest

from tests.servers.cluster.killed_redis import sockets_collected


@pytest.fixture(autouse=True)
def _sockets_of_a_killed_redis() -> Iterator[None]:
    with sockets_collected():
        yield
