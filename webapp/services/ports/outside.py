"""What the use cases need of the world beside the database."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Protocol


class Clock(Protocol):
    """The time of day."""

    def now(self) -> datetime:
        """Return the present, aware UTC."""


class SecretCipher(Protocol):
    """Encrypts what must not be readable in the database."""

    def encrypt(self, secret: str) -> bytes:
        """Return the secret encrypted."""

    def decrypt(self, encrypted: bytes) -> str:
        """Return the secret.

        Raises:
            AmendsError: it was encrypted with another key.
        """


class PasswordHasher(Protocol):
    """Hashes passwords so that they can be checked but not read."""

    def hash(self, password: str) -> str:
        """Return a salted hash."""

    def verify(self, password_hash: str | None, password: str) -> bool:
        """Tell whether the password is the hashed one; for None the answer is no, after the same time."""


class SnapshotStore(Protocol):
    """Keeps the incidents' pictures and clips.

    Each method raises `OSError` where the folder cannot be used, and `SnapshotStoreFailed`, which is one, where a store
    on another machine cannot.
    """

    def save(self, content: bytes, at: datetime, ending: str = "jpg") -> str:
        """Keep one picture, or with the ending `webm` one clip, and return its name.

        Raises:
            OSError: there is no room, or the folder cannot be written.
        """

    def read(self, name: str) -> bytes | None:
        """Return a picture, or None when it is gone."""

    def remove(self, name: str) -> None:
        """Delete a picture; one that is gone already is no error."""

    def remove_all(self, names: Sequence[str]) -> None:
        """Delete pictures, with as few questions to a store on another machine as it can; see `remove`."""

    def taken_between(self, begin: datetime, end: datetime) -> Sequence[str]:
        """Return the names of the pictures there that were taken in a time, to the second, without its end."""

    def remove_days_before(self, day: date) -> int:
        """Delete all pictures of earlier days and return how many there were.

        A store on another machine may leave some for the next time.
        """

    def size_bytes(self) -> int:
        """Return the size of all pictures and clips; it asks for each of them."""
