"""Alert rules: the defaults, what an admin set for all cameras, and what for one."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass

from webapp.domain.alerts.rules import AlertRule
from webapp.domain.events import Event, EventKind
from webapp.services.alerts.default_rule import parse_emotions
from webapp.services.ports import Clock, RuleOverrides, UnitOfWorkFactory


@dataclass(frozen=True)
class RuleService:
    """The use cases around alert rules; `defaults` come from the settings and the artefact."""

    unit_of_work: UnitOfWorkFactory
    clock: Clock
    defaults: AlertRule

    def overrides(self, camera_id: int | None) -> RuleOverrides:
        """Return what is set apart for one camera, or with None for all."""
        with self.unit_of_work.reading() as work:
            return work.rules.get(camera_id)

    def effective(self, camera_id: int | None) -> AlertRule:
        """Return the rule that a camera is watched by: defaults, then those for all, then its own."""
        with self.unit_of_work.reading() as work:
            for_all = apply_overrides(self.defaults, work.rules.get(None))
            return for_all if camera_id is None else apply_overrides(for_all, work.rules.get(camera_id))

    def as_typed(self, camera_id: int | None, overrides: RuleOverrides) -> AlertRule:
        """Return what would hold if a rule was set apart so, without setting it.

        Raises:
            InputInvalid: a value is out of range, or exit is above enter once everything is put together.
        """
        return apply_overrides(self.defaults if camera_id is None else self.effective(None), overrides)

    def change(self, camera_id: int | None, overrides: RuleOverrides, actor: str | None = None) -> AlertRule:
        """Set a rule apart.

        Raises:
            InputInvalid: a value is out of range, or exit is above enter once everything is put together.
        """
        with self.unit_of_work() as work:
            base = self.defaults if camera_id is None else apply_overrides(self.defaults, work.rules.get(None))
            rule = apply_overrides(base, overrides)
            before = _set_apart(work.rules.get(camera_id))
            work.rules.put(camera_id, overrides)
            payload = {"camera_id": camera_id, **_set_apart(overrides), "before": before}
            work.events.append(Event(EventKind.RULE_CHANGED, self.clock.now(), payload, actor))
            work.commit()
        return rule


def _set_apart(overrides: RuleOverrides) -> dict[str, object]:
    return {name: value for name, value in asdict(overrides).items() if value is not None}


def apply_overrides(rule: AlertRule, overrides: RuleOverrides) -> AlertRule:
    """Return the rule with what is set apart.

    Raises:
        InputInvalid: the values do not make a rule.
    """
    values = {name: value for name, value in asdict(overrides).items() if value is not None}
    if "emotions" in values:
        values["emotions"] = parse_emotions(values["emotions"])
    enter = values.get("enter_threshold", rule.enter_threshold)
    # Anyone who lowers only the entry expects the exit to follow.
    values.setdefault("exit_threshold", min(rule.exit_threshold, enter))
    return AlertRule(**{**_fields(rule), **values})


def effective_rules(
    default: AlertRule, overrides: Mapping[int | None, RuleOverrides], camera_ids: Iterable[int]
) -> Mapping[int, AlertRule]:
    """Return the rule that each camera is watched by: the default, then what is set for all, then its own.

    Raises:
        InputInvalid: the values do not make a rule.
    """
    for_all = apply_overrides(default, overrides.get(None, RuleOverrides()))
    return {camera_id: apply_overrides(for_all, overrides.get(camera_id, RuleOverrides())) for camera_id in camera_ids}


def _fields(rule: AlertRule) -> dict[str, object]:
    return {name: getattr(rule, name) for name in AlertRule.__dataclass_fields__}
