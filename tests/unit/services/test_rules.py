import pytest

from webapp.domain.alerting import AlertRule
from webapp.domain.emotions import Emotion
from webapp.errors import InputInvalid
from webapp.services.cameras import CameraForm
from webapp.services.ports import RuleOverrides
from webapp.services.rules import RuleService, default_rule
from webapp.settings import load_settings

DEFAULTS = AlertRule(enter_threshold=0.5, exit_threshold=0.4, dwell_s=1.5)


@pytest.fixture
def rules(unit_of_work, clock):
    return RuleService(unit_of_work, clock, DEFAULTS)


def test_a_cameras_rule_goes_before_that_for_all_and_that_before_the_defaults(rules, use_cases):
    camera_id = use_cases.cameras.add(CameraForm("Desk", "demo:")).camera_id
    assert rules.effective(camera_id) == DEFAULTS
    rules.change(None, RuleOverrides(dwell_s=3.0, cooldown_s=60.0))
    rules.change(camera_id, RuleOverrides(dwell_s=0.5, emotions=("angry", "disgust")))
    rule = rules.effective(camera_id)
    assert (rule.dwell_s, rule.cooldown_s) == (0.5, 60.0)
    assert rule.emotions == {Emotion.ANGRY, Emotion.DISGUST}
    assert rules.effective(None).dwell_s == 3.0


def test_lowering_the_entry_alone_takes_the_exit_along(rules):
    assert rules.change(None, RuleOverrides(enter_threshold=0.3)).exit_threshold == 0.3


@pytest.mark.parametrize(
    "overrides",
    [
        RuleOverrides(enter_threshold=1.5),
        RuleOverrides(dwell_s=-1),
        RuleOverrides(emotions=("furious",)),
        RuleOverrides(emotions=()),
        RuleOverrides(enter_threshold=0.2, exit_threshold=0.3),
    ],
)
def test_a_rule_that_cannot_be_used_is_refused_and_not_stored(rules, overrides):
    with pytest.raises(InputInvalid):
        rules.change(None, overrides)
    assert rules.overrides(None) == RuleOverrides()


def test_the_environment_goes_before_the_artefact():
    artefact = {"enter": 0.42, "exit": 0.3}
    assert default_rule(load_settings(), artefact).enter_threshold == 0.42
    assert default_rule(load_settings(alert_enter_threshold=0.25), artefact).exit_threshold == 0.25
    with pytest.raises(InputInvalid, match="angryy"):
        default_rule(load_settings(alert_emotions="angryy"), artefact)
