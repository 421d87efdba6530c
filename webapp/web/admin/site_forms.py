"""What is asked of the site, in parts: the guide of the first day asks the same, a step at a time."""

from dataclasses import fields, replace
from zoneinfo import available_timezones

from flask_babel import lazy_gettext as lazy
from flask_wtf import FlaskForm
from wtforms import SelectField, StringField, TextAreaField
from wtforms.fields import SelectChoice

from webapp.domain.site.site import DEFAULT_PURPOSE, LANGUAGES, Site
from webapp.web.core.template_filters import purpose

# The other names are old ones for the same, or no place at all.
_WORLD = frozenset(("Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific"))
_NAMES = frozenset(field.name for field in fields(Site))


class SiteFields(FlaskForm):
    """Some of what an admin says of the site."""

    def site(self, before: Site) -> Site:
        """Return the site as it is with what was typed.

        Raises:
            InputInvalid: something of it cannot be used.
        """
        typed = {name: (field.data or "").strip() for name, field in self._fields.items() if name in _NAMES}
        if "purpose" in typed and typed["purpose"] == purpose(Site()):
            # Ours is kept as it is, so that each page says it in its own language.
            typed["purpose"] = DEFAULT_PURPOSE
        if "public_url" in typed:
            typed["public_url"] = typed["public_url"].rstrip("/")
        return replace(before, **typed)


class SiteNameEntry(SiteFields):
    """What the site is called, and whose clocks and language are meant."""

    product_name = StringField(lazy("Name of this product"))
    time_zone = SelectField(lazy("Time zone"), choices=lambda: time_zone_choices())
    language = SelectField(lazy("Language"), choices=lambda: language_choices())


class SitePurposeEntry(SiteFields):
    """Who answers for it, why it is used, and whom people may ask."""

    operator = StringField(lazy("Who uses it"))
    purpose = TextAreaField(lazy("Why"))
    contact = StringField(lazy("Whom people may ask"))


class SiteEntry(SiteNameEntry, SitePurposeEntry):
    """All that an admin says of the site."""

    public_url = StringField(lazy("Address of this server"))


def shown_site(held: Site) -> Site:
    """Return a site as a form shows it: its purpose in the page's language."""
    return replace(held, purpose=purpose(held))


def time_zone_choices() -> list[SelectChoice]:
    """Return the places of the world by their IANA names, as a form offers them."""
    places = (name for name in available_timezones() if name.split("/")[0] in _WORLD)
    named = [SelectChoice(name, name.replace("_", " ")) for name in sorted(places)]
    return [SelectChoice("", lazy("As this machine")), *named, SelectChoice("UTC", "UTC")]


def language_choices() -> list[SelectChoice]:
    """Return the languages of the pages, each by its own name."""
    return [
        SelectChoice("", lazy("As each browser asks")),
        *(SelectChoice(code, name) for code, name in LANGUAGES.items()),
    ]
