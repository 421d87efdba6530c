"""What a backup holds, and how long it may be kept."""

from datetime import datetime, timedelta
from enum import StrEnum

from webapp.domain.site.retention import RetentionRule


class BackupKind(StrEnum):
    """What a backup holds, and whether it can be read without a passphrase."""

    ENCRYPTED = "encrypted"
    REDUCED = "reduced"
    CLEAR = "clear"

    @property
    def is_whole(self) -> bool:
        """Whether it holds pictures and keys beside the database."""
        return self is not BackupKind.REDUCED

    def days_kept(self, rule: RetentionRule) -> int:
        """Return for how many days it is kept: with pictures as long as pictures, without as long as alerts."""
        return rule.snapshots if self.is_whole else rule.incidents

    def expires_at(self, made_at: datetime, rule: RetentionRule) -> datetime:
        """Return when one that was made at a time is deleted."""
        return made_at + timedelta(days=self.days_kept(rule))
