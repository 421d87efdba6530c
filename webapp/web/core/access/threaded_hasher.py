"""Hashes passwords a few at a time, under eventlet in real threads: its one thread goes on answering."""

from webapp.errors import TooBusy
from webapp.services.ports import PasswordHasher
from webapp.web.core.access.thread_places import ThreadPlaces

# Argon2 takes 64 MiB and four threads for each: two at once leave a small box no core to answer with.
MOST_AT_ONCE = 1
MOST_WAITING = 8
LONGEST_WAIT_S = 5.0


class ThreadedHasher:
    """`PasswordHasher` around another one; it hands over strings only, never a connection or a request."""

    def __init__(
        self, hasher: PasswordHasher, *, longest_wait_s: float = LONGEST_WAIT_S, is_one_thread: bool = True
    ) -> None:
        """Wrap a hasher whose methods may be called in threads.

        Args:
            hasher: does the work.
            longest_wait_s: seconds until who waits is told to try again.
            is_one_thread: whether all requests are served in one thread, by eventlet.
        """
        self._hasher = hasher
        self._places = ThreadPlaces(
            lambda: TooBusy("Too many people are logging in at the moment. Try again in a few seconds."),
            most_at_once=MOST_AT_ONCE,
            most_waiting=MOST_WAITING,
            longest_wait_s=longest_wait_s,
            is_one_thread=is_one_thread,
        )

    def hash(self, password: str) -> str:
        """Return a salted hash.

        Raises:
            TooBusy: too many are being hashed now.
        """
        return self._places.run(self._hasher.hash, password)

    def verify(self, password_hash: str | None, password: str) -> bool:
        """Return whether the password is the hashed one.

        Raises:
            TooBusy: too many are being hashed now.
        """
        return self._places.run(self._hasher.verify, password_hash, password)
