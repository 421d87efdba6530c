"""What all repositories over SQLAlchemy have in common."""

from sqlalchemy.orm import Session


class SQLRepository:
    """One kind of rows within a transaction. What its methods promise is said at the port that it fulfils."""

    def __init__(self, session: Session) -> None:
        self._session = session
