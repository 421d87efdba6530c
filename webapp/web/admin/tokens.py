"""API tokens: made, shown once, looked after and revoked."""

from flask import Response, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response as AnyResponse
from wtforms import SelectField, StringField
from wtforms.fields import SelectChoice
from wtforms.validators import DataRequired, Length

from webapp.domain.people.accounts import DEFAULT_TOKEN_DAYS, TOKEN_DAYS, TokenScope
from webapp.domain.people.roles import Role
from webapp.services.people.tokens import MAX_TOKEN_NAME
from webapp.web.admin.area import admin
from webapp.web.core.app_context import app_services
from webapp.web.core.guards import current_person, requires
from webapp.web.core.security import unstored
from webapp.web.core.template_filters import word

SCOPE_WORDS = {TokenScope.READ: lazy("Read only"), TokenScope.ACT: lazy("Read and act")}


class TokenEntry(FlaskForm):
    """A new token."""

    name = StringField(
        lazy("What it is for"), validators=[DataRequired(lazy("Say what it is for.")), Length(max=MAX_TOKEN_NAME)]
    )
    user_id = SelectField(lazy("It may do what this person may do"), coerce=int)
    scope = SelectField(
        lazy("Scope"), choices=[SelectChoice(scope.value, words) for scope, words in SCOPE_WORDS.items()]
    )

    days = SelectField(
        lazy("Valid for"),
        coerce=int,
        default=DEFAULT_TOKEN_DAYS,
        choices=[SelectChoice(days, lazy("%(days)s days", days=days)) for days in TOKEN_DAYS],
    )

    def offer_people(self) -> None:
        """Offer everybody who is enabled, oneself first chosen."""
        people = [user for user in app_services().accounts.list() if user.enabled]
        self.user_id.choices = [SelectChoice(user.user_id, f"{user.name} ({word(user.role)})") for user in people]
        if self.user_id.data is None:
            self.user_id.data = current_person().user_id


@admin.get("/tokens")
@requires(Role.ADMIN)
def tokens() -> str:
    """All tokens: whose, what for, last used when."""
    return _page(TokenEntry(formdata=None))


@admin.post("/tokens")
@requires(Role.ADMIN)
def create_token() -> Response | tuple[str, int]:
    """Make a token and show it, once."""
    entry = TokenEntry()
    entry.offer_people()
    if not entry.validate():
        return _page(entry), 400
    token = app_services().tokens.create(
        entry.user_id.data,
        name=entry.name.data,
        scope=entry.scope.data,
        days=entry.days.data,
        actor=current_person().name,
    )
    return unstored(render_template("admin/token.html", token=token, name=entry.name.data))


@admin.post("/tokens/<int:token_id>/revoke")
@requires(Role.ADMIN)
def revoke_token(token_id: int) -> AnyResponse:
    """Take a token back."""
    token = app_services().tokens.revoke(token_id, current_person().name)
    flash(_("The token '%(name)s' is revoked.", name=token.name))
    return redirect(url_for("admin.tokens"))


def _page(entry: TokenEntry) -> str:
    entry.offer_people()
    services = app_services()
    return render_template(
        "admin/tokens.html",
        form=entry,
        holders=services.tokens.list(),
        scope_words=SCOPE_WORDS,
        now=services.clock.now(),
    )
