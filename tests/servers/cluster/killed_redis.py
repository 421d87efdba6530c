"""What the Redis library leaves open when its server is killed."""

import gc
import warnings
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def sockets_collected() -> Iterator[None]:
    """Collect its sockets in the end: no later test is to be blamed for them."""
    yield
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()
