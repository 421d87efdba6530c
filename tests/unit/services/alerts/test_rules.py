import pytest

from tests.fakes.storage import in_memory  # noqa: F401 - the `unit_of_work` of these tests.
from webapp.domain.alerts.rules import AlertRule
from webapp.domain.alerts.score import AlertReadout, ArtefactPolicy
from webapp.domain.vision.emotions import Emotion
from webapp.errors import InputInvalid
from webapp.services.alerts.default_rule import default_rule
from webapp.services.alerts.rules import RuleService
from webapp.services.cameras.camera_settings import CameraForm
from webapp.services.ports import RuleOverrides
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
    readout = AlertReadout(2.0, 0.1, ((Emotion.NEUTRAL, 0.3),))
    artefact = ArtefactPolicy(frozenset({Emotion.SAD}), 0.42, 0.3, dwell_s=2.0, smoothing_s=0.7, readout=readout)
    rule = default_rule(load_settings(), artefact)
    assert (rule.enter_threshold, rule.exit_threshold, rule.dwell_s) == (0.42, 0.3, 2.0)
    assert (rule.emotions, rule.readout) == ({Emotion.SAD}, readout)
    assert default_rule(load_settings(alert_dwell_s=0, alert_emotions="fear"), artefact).dwell_s == 0
    assert default_rule(load_settings(alert_trigger_threshold=0.25), artefact).exit_threshold == 0.25
    with pytest.raises(InputInvalid, match="angryy"):
        default_rule(load_settings(alert_emotions="angryy"), artefact)


def test_the_artefacts_policy_is_read_from_its_manifest():
    readout = {"gain": 2.0, "bias": -0.5, "against": {"neutral": 0.35, "sad": 0.2}}
    chosen = {"emotions": ["angry", "disgust"], "enter": 0.4, "exit": 0.28, "dwell_s": 1.5, "smoothing_s": 1.0}
    policy = ArtefactPolicy.read({**chosen, "readout": readout}, {})
    assert policy.emotions == {Emotion.ANGRY, Emotion.DISGUST}
    assert policy.readout == AlertReadout(2.0, -0.5, ((Emotion.NEUTRAL, 0.35), (Emotion.SAD, 0.2)))
    assert ArtefactPolicy.read({**chosen, "readout": None}, {}).readout is None


def test_an_artefact_without_a_policy_alerts_on_anger_alone():
    policy = ArtefactPolicy.read({}, {"angry": {"enter": 0.3, "exit": 0.2}})
    assert (policy.emotions, policy.enter_threshold, policy.readout) == ({Emotion.ANGRY}, 0.3, None)


@pytest.mark.parametrize("damage", [{"emotions": ["angri"]}, {"enter": None}, {"readout": {"gain": 1}}])
def test_a_policy_that_cannot_be_read_is_not_guessed(damage):
    chosen = {"emotions": ["angry"], "enter": 0.4, "exit": 0.28, "dwell_s": 1.5, "smoothing_s": 1.0}
    with pytest.raises((KeyError, TypeError, ValueError)):
        ArtefactPolicy.read({**chosen, **damage}, {})


@pytest.mark.parametrize("thresholds", [{}, {"happy": {"enter": 0.3, "exit": 0.2}}, {"angry": {"enter": 0.3}}])
def test_an_artefact_that_does_not_say_when_it_alerts_is_not_guessed(thresholds):
    with pytest.raises(KeyError):
        ArtefactPolicy.read({}, thresholds)
