"""Who runs this installation, and what people in front of the cameras are told."""

from dataclasses import dataclass, fields
from urllib.parse import urlsplit

from webapp.errors import InputInvalid

PRODUCT_NAME = "Amends"
_DEFAULT_PURPOSE = (
    "So that our staff notice when somebody looks unhappy, and can help while the visit can still be put right."
)
_LIMITS = {"product_name": 40, "operator": 120, "purpose": 400, "contact": 200, "public_url": 200}


@dataclass(frozen=True)
class House:
    """What an admin says of the house.

    Attributes:
        product_name: what the pages call this product.
        operator: by whom emotion recognition is used: name and address of the house.
        purpose: why.
        contact: whom people may ask, such as the data protection officer.
        public_url: the address at which people outside reach this server, for the QR code; empty where there is none.
    """

    product_name: str = PRODUCT_NAME
    operator: str = ""
    purpose: str = _DEFAULT_PURPOSE
    contact: str = ""
    public_url: str = ""

    def __post_init__(self) -> None:
        """Check lengths and address.

        Raises:
            InputInvalid: one of them cannot be used.
        """
        for field in fields(self):
            length, most = len(getattr(self, field.name)), _LIMITS[field.name]
            if length > most:
                raise InputInvalid(f"Expected at most {most} characters for {_words(field.name)}, got {length}.")
        if not self.product_name.strip() or not self.purpose.strip():
            raise InputInvalid("Expected a product name and a purpose: both are shown to people.")
        if self.public_url and not _is_web_address(self.public_url):
            raise InputInvalid("Expected a public address such as https://amends.example, without a path.")

    @property
    def is_complete(self) -> bool:
        """Tell whether the notice says by whom and whom to ask, as the law wants."""
        return bool(self.operator.strip() and self.contact.strip())


def _is_web_address(address: str) -> bool:
    parts = urlsplit(address)
    return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.path in ("", "/") and not parts.query


def _words(name: str) -> str:
    return name.replace("_", " ")
