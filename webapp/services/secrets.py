"""Secrets that are shown once and kept only as a hash: session cookies, tokens, invitations."""

import hashlib
import secrets
from datetime import datetime, timedelta

# A use is noted at most this often: a wall of cameras asks several times a second.
NOTED_EVERY = timedelta(minutes=1)


def new_secret(prefix: str = "") -> str:
    """Return a secret of 256 random bits, fit for an address or a header."""
    return prefix + secrets.token_urlsafe(32)


def secret_hash(secret: str) -> str:
    """Return what is stored: 256 random bits cannot be guessed back from a plain hash, which can be looked up."""
    return hashlib.sha256(secret.encode()).hexdigest()


def is_due(noted_at: datetime | None, now: datetime) -> bool:
    """Return whether a use is to be noted again."""
    return noted_at is None or now - noted_at >= NOTED_EVERY
