"""Who runs this installation, and what people in front of the cameras read."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from webapp.errors import InputInvalid

PRODUCT_NAME = "Amends"
# The languages of the pages by their codes, each by its own name.
LANGUAGES: Mapping[str, str] = {"en": "English", "de": "Deutsch"}
DEFAULT_PURPOSE = (
    "So that our staff notice when somebody looks unhappy, and can help while the visit can still be put right."
)
_LIMITS = {
    "product_name": 40,
    "operator": 120,
    "purpose": 400,
    "contact": 200,
    "public_url": 200,
    "time_zone": 64,
    "language": 8,
}


@dataclass(frozen=True)
class Site:
    """What an admin says of the site.

    Attributes:
        product_name: what the pages call this product.
        operator: by whom emotion recognition is used: name and address of the site.
        purpose: why.
        contact: whom people may ask, such as the data protection officer.
        public_url: the address at which people outside reach this server, for the QR code; empty where there is none.
        time_zone: whose clocks the opening hours mean, by its IANA name; empty for those of this machine.
        language: of the pages for who has chosen none, by its code; empty for what each browser asks for.
    """

    product_name: str = PRODUCT_NAME
    operator: str = ""
    purpose: str = DEFAULT_PURPOSE
    contact: str = ""
    public_url: str = ""
    time_zone: str = ""
    language: str = ""

    def __post_init__(self) -> None:
        """Check lengths and address.

        Raises:
            InputInvalid: one of them cannot be used.
        """
        for field in fields(self):
            length, most = len(getattr(self, field.name)), _LIMITS[field.name]
            if length > most:
                raise InputInvalid(
                    "Expected at most %(most)s characters for %(entry)s, got %(length)s.",
                    most=most,
                    entry=_words(field.name),
                    field=field.name,
                    length=length,
                )
        if not self.product_name.strip() or not self.purpose.strip():
            raise InputInvalid("Expected a product name and a purpose: both are shown to people.")
        if self.public_url and not _is_web_address(self.public_url):
            raise InputInvalid(
                "Expected a public address such as https://amends.example, without a path.", field="public_url"
            )
        if self.time_zone and not _is_time_zone(self.time_zone):
            raise InputInvalid(
                "Expected a time zone by its IANA name, such as Europe/Berlin; choose one of the list.",
                field="time_zone",
            )
        if self.language and self.language not in LANGUAGES:
            raise InputInvalid(
                "Expected one of the languages %(choices)s, got '%(language)s'.",
                choices=", ".join(LANGUAGES),
                language=self.language,
                field="language",
            )

    @property
    def is_complete(self) -> bool:
        """Return whether the notice says by whom and whom to ask, as the law wants."""
        return not self.missing

    @property
    def missing(self) -> tuple[str, ...]:
        """Return the fields without which the notice does not say what it has to."""
        return tuple(name for name in ("operator", "purpose", "contact") if not getattr(self, name).strip())


def _is_web_address(address: str) -> bool:
    parts = urlsplit(address)
    return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.path in ("", "/") and not parts.query


def _is_time_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: it names a folder of the zones' files.
        return False
    return True


def _words(name: str) -> str:
    return name.replace("_", " ")
