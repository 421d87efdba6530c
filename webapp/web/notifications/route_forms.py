"""The form of a route: of what, when, and whom, step by step."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from wtforms import (
    BooleanField,
    FieldList,
    Form,
    FormField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
)
from wtforms.fields import SelectChoice
from wtforms.validators import DataRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from webapp.domain.alerts.rules import AlertLevel
from webapp.domain.cameras.schedule import OpeningHours
from webapp.domain.notifications.routes import (
    MAX_ROUTE_NAME,
    MAX_STEPS,
    ROUTED_KINDS,
    NoticeKind,
    Recipient,
    RecipientKind,
    Route,
    Step,
)
from webapp.errors import InputInvalid
from webapp.web.core.input.week_hours import WeekHoursFields, days_of
from webapp.web.core.template_filters import LEVEL_WORDS
from webapp.web.notifications.names import ROLE_WORDS, Names

_KIND_WORDS = {NoticeKind.ALERT: lazy("Alerts"), NoticeKind.CAMERA_OFFLINE: lazy("Cameras that are offline")}
_HOURS_CHOICES = [
    SelectChoice("always", lazy("At any time")),
    SelectChoice("hours", lazy("Only within the hours below")),
]


class CheckboxesField(SelectMultipleField):
    """Some of several, each with a box to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class StepEntry(Form):
    """Whom a step notifies, and after how many minutes; one without anybody is none."""

    after_min = IntegerField(lazy("Minutes after the alert"), validators=[Optional()])
    recipients = CheckboxesField(lazy("Who is notified"))

    def step(self) -> Step | None:
        """Return it; None where nobody is chosen.

        Raises:
            InputInvalid: it cannot be used.
        """
        if not self.recipients.data:
            return None
        return Step(self.after_min.data or 0, tuple(map(_recipient, self.recipients.data)))


class RouteEntry(WeekHoursFields):
    """One route."""

    name = StringField(lazy("Name"), validators=[DataRequired(lazy("Enter a name.")), Length(max=MAX_ROUTE_NAME)])
    kind = SelectField(lazy("Of what"), choices=[SelectChoice(one.value, _KIND_WORDS[one]) for one in ROUTED_KINDS])
    least_level = SelectField(
        lazy("Least level of an alert"), choices=[SelectChoice(level.value, LEVEL_WORDS[level]) for level in AlertLevel]
    )
    camera_ids = CheckboxesField(lazy("Cameras"), coerce=int)
    groups = CheckboxesField(lazy("Groups of cameras"))
    hours = SelectField(lazy("When"), choices=_HOURS_CHOICES)
    enabled = BooleanField(lazy("Switched on"), default=True)
    steps = FieldList(FormField(StepEntry), min_entries=MAX_STEPS, max_entries=MAX_STEPS)

    def offer(self, names: Names) -> None:
        """Offer what there is."""
        self.camera_ids.choices = [SelectChoice(camera_id, name) for camera_id, name in names.cameras.items()]
        self.groups.choices = [SelectChoice(group, group) for group in names.groups]
        choices = list(_recipient_choices(names))
        for step in self.steps:
            step.form.recipients.choices = choices

    def route(self, route_id: int) -> Route:
        """Return the entry as a route.

        Raises:
            InputInvalid: it cannot be used.
        """
        steps = tuple(step for entry in self.steps if (step := entry.form.step()) is not None)
        if not steps:
            raise InputInvalid(_("Choose who is notified in at least one step."))
        return Route(
            self.name.data.strip(),
            steps,
            NoticeKind(self.kind.data),
            tuple(self.camera_ids.data or ()),
            tuple(self.groups.data or ()),
            self._hours(),
            AlertLevel(self.least_level.data),
            self.enabled.data,
            route_id,
        )

    def _hours(self) -> OpeningHours:
        if self.hours.data == "always":
            return OpeningHours()
        spans = self.spans()
        if not spans and not self.has_wrong_day:
            raise InputInvalid(_("Expected hours on at least one day. To notify nobody at all, switch the route off."))
        return OpeningHours(spans)


def entry_of(route: Route | None, names: Names) -> RouteEntry:
    """Return the form of a route; of a new one where there is none."""
    entry = RouteEntry(data=_values_of(route) if route else {"steps": [{"after_min": 0}]})
    entry.offer(names)
    return entry


def _values_of(route: Route) -> dict[str, object]:
    return {
        "name": route.name,
        "kind": route.kind.value,
        "least_level": route.least_level.value,
        "camera_ids": list(route.camera_ids),
        "groups": list(route.groups),
        "hours": "always" if route.hours.is_always else "hours",
        "enabled": route.enabled,
        "steps": [
            {"after_min": step.after_min, "recipients": [_value(one) for one in step.recipients]}
            for step in route.steps
        ],
        **days_of(route.hours),
    }


def _value(recipient: Recipient) -> str:
    return f"{recipient.kind.value}:{recipient.target}"


def _recipient(value: str) -> Recipient:
    kind, _between, target = value.partition(":")
    return Recipient(RecipientKind(kind), target if kind == RecipientKind.ROLE else int(target))


def _recipient_choices(names: Names) -> list[SelectChoice]:
    on_call = [Recipient(RecipientKind.ON_CALL, one) for one in names.schedules]
    roles = [Recipient(RecipientKind.ROLE, role.value) for role in ROLE_WORDS]
    people = [Recipient(RecipientKind.PERSON, one) for one in names.people]
    channels = [Recipient(RecipientKind.CHANNEL, one) for one in names.channels]
    return [SelectChoice(_value(one), _label(one, names)) for one in (*on_call, *roles, *people, *channels)]


def _label(recipient: Recipient, names: Names) -> str:
    words = names.recipient(recipient)
    return words if recipient.kind is RecipientKind.PERSON else words[:1].upper() + words[1:]
