"""Being the only process of its kind over a server's database, on whichever machine."""

from sqlalchemy import Connection, Engine

from webapp.errors import DatabaseFailed
from webapp.storage.db.transactions.options import reading

# "ame" in ASCII: a pair of numbers is never the lock of those who write, which is one number.
_OURS = 0x616D65
HOUSEKEEPING = 1


class SoleProcess:
    """Holds an advisory lock for as long as its session lasts: whoever dies, or is cut off, lets go of it.

    Attributes:
        engine: to PostgreSQL; one connection of it is kept.
        number: what the process is, such as `HOUSEKEEPING`.
    """

    def __init__(self, engine: Engine, number: int) -> None:
        self.engine, self.number = reading(engine), number
        self._session: Connection | None = None

    def is_another(self) -> bool:
        """Return whether another process is known to be at work; else this one is, or nobody can use the database."""
        if self._session is not None:
            try:
                _ask(self._session, "SELECT 1")
            except DatabaseFailed:
                self.let_go()  # With the session the lock is gone.
            else:
                return False
        try:
            return not self._takes_lock()
        except DatabaseFailed:
            self.let_go()
            return False

    def let_go(self) -> None:
        """Let another process have its turn."""
        if self._session is not None:
            self._session.invalidate()
            self._session.close()
        self._session = None

    def _takes_lock(self) -> bool:
        self._session = self.engine.connect()
        is_taken = _ask(self._session, f"SELECT pg_try_advisory_lock({_OURS}, {self.number})")
        if not is_taken:
            self._session.close()
            self._session = None
        return is_taken


def _ask(session: Connection, query: str) -> bool:
    try:
        return bool(session.exec_driver_sql(query).scalar())
    finally:
        session.rollback()  # A lock of the session outlives it, and no transaction is left open.
