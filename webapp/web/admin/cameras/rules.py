"""Alert rules: for all cameras, and for one that differs."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import FloatField, SelectMultipleField
from wtforms.fields import SelectChoice
from wtforms.validators import NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from webapp.domain.alerts.rules import AlertRule
from webapp.domain.people.roles import Role
from webapp.domain.vision.emotions import EMOTIONS
from webapp.errors import InputInvalid
from webapp.services.insights.backtest import RuleBacktest
from webapp.services.ports import RuleOverrides
from webapp.web.admin.area import admin
from webapp.web.core.app_context import app_services, app_settings
from webapp.web.core.form_errors import put_error
from webapp.web.core.guards import current_person, requires
from webapp.web.core.template_filters import EMOTION_LABELS

_PERCENT = [Optional(), NumberRange(1, 99, lazy("Expected a number from 1 to 99."))]


class RuleEntry(FlaskForm):
    """What is set apart; an empty field leaves the default. Thresholds in percent, times in seconds."""

    emotions = SelectMultipleField(
        lazy("Expressions that alert"),
        choices=[SelectChoice(emotion.value, EMOTION_LABELS[emotion]) for emotion in EMOTIONS],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    enter_threshold = FloatField(lazy("Trigger threshold"), validators=_PERCENT)
    exit_threshold = FloatField(lazy("Clear threshold"), validators=_PERCENT)
    dwell_s = FloatField(lazy("Dwell time"), validators=[Optional(), NumberRange(0, 600)])
    cooldown_s = FloatField(lazy("Cooldown"), validators=[Optional(), NumberRange(0, 86_400)])

    def overrides(self) -> RuleOverrides:
        """Return the entry for the service."""
        return RuleOverrides(
            emotions=tuple(self.emotions.data) or None,
            enter_threshold=_share(self.enter_threshold.data),
            exit_threshold=_share(self.exit_threshold.data),
            dwell_s=self.dwell_s.data,
            cooldown_s=self.cooldown_s.data,
        )


@admin.route("/rules", methods=["GET", "POST"])
@requires(Role.ADMIN)
def rule_for_all() -> Response | str | tuple[str, int]:
    """The rule for all cameras."""
    return _rule_page(None, _("All cameras"), url_for("admin.rule_for_all"))


@admin.route("/cameras/<int:camera_id>/rule", methods=["GET", "POST"])
@requires(Role.ADMIN)
def rule_of_camera(camera_id: int) -> Response | str | tuple[str, int]:
    """The rule of one camera."""
    camera = app_services().cameras.get(camera_id)
    return _rule_page(camera_id, camera.name, url_for("admin.rule_of_camera", camera_id=camera_id))


@admin.get("/cameras/<int:camera_id>/rule/advice")
@requires(Role.ADMIN)
def rule_advice(camera_id: int) -> Response | str | tuple[str, int]:
    """The threshold that would have spared false alarms, as a part of the rule's page; 204 where there is none."""
    camera = app_services().cameras.get(camera_id)
    advice = app_services().advice.for_camera(camera_id)
    if advice.better is None:
        return "", 204
    days = app_settings().score_track_days
    return render_template(
        "admin/cameras/threshold_tuning.html", camera=camera, now=advice.now, better=advice.better, days=days
    )


def _rule_page(camera_id: int | None, name: str, address: str) -> Response | str | tuple[str, int]:
    rules = app_services().rules
    entry = RuleEntry(data=entry_of_rule(rules.overrides(camera_id)))
    valid = not entry.is_submitted() or entry.validate()
    if entry.is_submitted() and valid and request.form.get("go") == "try":
        return _tried(entry, camera_id, name)
    if entry.is_submitted() and valid:
        try:
            rules.change(camera_id, entry.overrides(), current_person().name)
        except InputInvalid as error:
            put_error(entry, error)
            valid = False
        else:
            flash(_("The alert rule is saved: %(name)s.", name=name))
            return redirect(address)
    base = rules.defaults if camera_id is None else rules.effective(None)
    shown = _shown(entry, camera_id, name, base, rules.effective(camera_id))
    return shown if valid else (shown, 400)


def _tried(entry: RuleEntry, camera_id: int | None, name: str) -> str | tuple[str, int]:
    """Show what the rule as it is typed would have raised; nothing is saved."""
    rules = app_services().rules
    base = rules.defaults if camera_id is None else rules.effective(None)
    try:
        trial = app_services().backtests.last_hour(camera_id, entry.overrides())
    except InputInvalid as error:
        put_error(entry, error)
        return _shown(entry, camera_id, name, base, rules.effective(camera_id)), 400
    return _shown(entry, camera_id, name, base, rules.effective(camera_id), trial)


def _shown(
    entry: RuleEntry,
    camera_id: int | None,
    name: str,
    base: AlertRule,
    effective: AlertRule,
    trial: RuleBacktest | None = None,
) -> str:
    keeps_scores = app_settings().score_track_days > 0
    return render_template(
        "admin/cameras/rule.html", form=entry, camera_id=camera_id, name=name, base=base, effective=effective,
        cameras=app_services().cameras.list(), trial=trial, keeps_scores=keeps_scores,
        link_s=app_settings().track_link_s,
    )  # fmt: skip


def entry_of_rule(overrides: RuleOverrides) -> dict[str, object]:
    """Return a rule as the form shows it."""
    return {
        "emotions": list(overrides.emotions or ()),
        "enter_threshold": _percent(overrides.enter_threshold),
        "exit_threshold": _percent(overrides.exit_threshold),
        "dwell_s": overrides.dwell_s,
        "cooldown_s": overrides.cooldown_s,
    }


def _share(percent: float | None) -> float | None:
    return None if percent is None else percent / 100


def _percent(share: float | None) -> float | None:
    return None if share is None else round(share * 100, 1)
