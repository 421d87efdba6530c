"""Which versions there were, and what a person has read of them."""

# In the order of their release. The newest one is this one, or the one that is being made.
RELEASES = ("0.1.0", "0.2.0")
FIRST_RELEASE, NEWEST_RELEASE = RELEASES[0], RELEASES[-1]


def releases_since(seen: str) -> tuple[str, ...]:
    """Return the versions that came after one, newest first.

    Args:
        seen: a version; after one that is not known, such as a later one before the way back, nothing is new.
    """
    return RELEASES[RELEASES.index(seen) + 1 :][::-1] if seen in RELEASES else ()
