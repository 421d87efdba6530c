"""What `make chaos` does to the product, and the table that it prints: one line per fault."""

import os
import random
from dataclasses import dataclass

# The long form is for an evening by hand; the short one is part of `make test`.
LONG = os.environ.get("CHAOS_LONG", "") not in ("", "0")
SEED = int(os.environ.get("CHAOS_SEED", "16"))


def chance() -> random.Random:
    """Return chances that are the same for the same `CHAOS_SEED`."""
    return random.Random(SEED)  # noqa: S311 - what is killed when is no secret.


@dataclass(eq=False)
class Fault:
    """One line of the table; a test fills it in as it goes.

    Attributes:
        done: what was done to the product, such as `12 kills at random within 60 s (seed 16)`.
        lost: what was lost by it; `?` until the test has looked.
        took: how long it took to be well again, such as `2.1 s at most, median 1.4`.
    """

    done: str
    lost: str = "?"
    took: str = "?"


def table(faults: dict[Fault, bool]) -> list[str]:
    """Return the lines of the table.

    Args:
        faults: each with whether its test passed.
    """
    rows = [("", "what was done", "what was lost", "how long it took")]
    rows += [("ok" if passed else "FAILED", fault.done, fault.lost, fault.took) for fault, passed in faults.items()]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
