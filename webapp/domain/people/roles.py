"""Who may do what. A role includes everything that the roles before it may do."""

from enum import StrEnum


class Role(StrEnum):
    """The three people who use Amends."""

    STAFF = "staff"
    MANAGER = "manager"
    ADMIN = "admin"

    def includes(self, other: "Role") -> bool:
        """Return whether this role may do what `other` may do."""
        ranks = list(Role)
        return ranks.index(self) >= ranks.index(other)
