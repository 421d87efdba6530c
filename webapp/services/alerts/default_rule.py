"""What alerts where nothing is set apart; asked at each start, and therefore light to load."""

from webapp.domain.alerts.rules import AlertRule
from webapp.domain.alerts.score import ArtefactPolicy
from webapp.domain.vision.emotions import EMOTIONS, Emotion
from webapp.errors import InputInvalid
from webapp.settings import Settings


def default_rule(settings: Settings, policy: ArtefactPolicy) -> AlertRule:
    """Return the rule where nothing is set apart.

    Args:
        settings: what the environment says.
        policy: the artefact's, for what the environment leaves open.

    Raises:
        InputInvalid: an emotion is unknown, or the values do not make a rule.
    """
    enter = settings.alert_trigger_threshold or policy.enter_threshold
    return AlertRule(
        emotions=parse_emotions(settings.alert_emotions) or policy.emotions,
        enter_threshold=enter,
        exit_threshold=settings.alert_clear_threshold or min(enter, policy.exit_threshold),
        dwell_s=policy.dwell_s if settings.alert_dwell_s is None else settings.alert_dwell_s,
        cooldown_s=settings.alert_cooldown_s,
        readout=policy.readout,
    )


def parse_emotions(names: str | tuple[str, ...]) -> frozenset[Emotion]:
    """Read emotion names, as one text with commas or apart.

    Raises:
        InputInvalid: a name is not one of the seven emotions.
    """
    parts = names.split(",") if isinstance(names, str) else names
    wanted = {part.strip().lower() for part in parts if part.strip()}
    unknown = wanted - {emotion.value for emotion in EMOTIONS}
    if unknown:
        raise InputInvalid(
            "Expected emotions out of %(choices)s; got %(unknown)s.",
            choices=", ".join(EMOTIONS),
            unknown=", ".join(sorted(unknown)),
            field="emotions",
        )
    return frozenset(Emotion(name) for name in wanted)
