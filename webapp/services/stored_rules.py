"""Rules of the whole installation that an admin sets: each a dataclass, stored as one setting."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Generic, TypeVar

from webapp.domain.events import Event, EventKind, changed
from webapp.services.ports import ReadUnitOfWork, UnitOfWork

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

_Rule = TypeVar("_Rule", bound="DataclassInstance")


@dataclass(frozen=True)
class StoredRule(Generic[_Rule]):
    """One such rule.

    Attributes:
        setting: the setting's key, and its name in the audit trail.
        default: what holds until somebody sets something else.
    """

    setting: str
    default: _Rule

    def read(self, work: ReadUnitOfWork) -> _Rule:
        """Return what holds."""
        stored = work.settings.get(self.setting)
        return type(self.default)(**json.loads(stored)) if stored else self.default

    def change(self, work: UnitOfWork, rule: _Rule, at: datetime, actor: str) -> None:
        """Let another rule hold from now on; the caller commits."""
        payload = {"setting": self.setting, **changed(asdict(self.read(work)), asdict(rule))}
        work.settings.put(self.setting, json.dumps(asdict(rule)))
        work.events.append(Event(EventKind.SETTINGS_CHANGED, at, payload, actor))
