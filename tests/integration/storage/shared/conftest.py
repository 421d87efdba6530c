"""What tests with a Redis have in common."""

import gc
import warnings
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def _sockets_of_a_killed_redis() -> Iterator[None]:
    """Collect what the library leaves open when its server is killed: no later test is to be blamed for it."""
    yield
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()
