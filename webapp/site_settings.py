"""The settings of many sites: of a site that tells a central instance, and of that one."""

from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, Field, SecretStr, field_validator

from webapp.errors import SettingsInvalid

_LOCAL_HOSTS = ("127.0.0.1", "::1", "localhost")


class SiteSettings(BaseModel):
    """What `Settings` has for more than one site."""

    central: bool = Field(False, description="Whether this is a central instance, also before it knows a site.")
    sites_silent_minutes: int = Field(
        5, ge=1, le=1440, description="Minutes after which a central instance calls a site silent."
    )
    central_url: str = Field(
        "", description="Address of the central instance that this site tells what happens; empty means none."
    )
    central_token: SecretStr | None = Field(None, description="This site's token there.")
    central_token_file: Path | None = Field(None, description="File that holds that token instead.")
    central_pictures: Literal["no", "yes"] = Field(
        "no", description="Whether the central instance gets the pictures of alerts, if it takes them."
    )

    @field_validator("central_url")
    @classmethod
    def _safe(cls, address: str) -> str:
        parts = urlsplit(address)
        if address and (not is_safe_address(address) or "@" in parts.netloc or parts.query or parts.fragment):
            raise ValueError("expected https://SERVER, with a path or without, and without a name or a token in it")
        return address.rstrip("/")

    @field_validator("central_token")
    @classmethod
    def _one_line(cls, token: SecretStr | None) -> SecretStr | None:
        if token is not None and not is_token(token.get_secret_value()):
            raise ValueError("expected a token as the central instance shows it, on one line")
        return token

    def read_central_token(self) -> str:
        """Return this site's token at the central instance; most processes are not given it.

        Raises:
            SettingsInvalid: neither the token nor its file is set, or the file cannot be read or holds no token.
        """
        if self.central_token is not None:
            return self.central_token.get_secret_value()
        if self.central_token_file is None:
            raise SettingsInvalid(
                "AMENDS_CENTRAL_URL: expected AMENDS_CENTRAL_TOKEN or AMENDS_CENTRAL_TOKEN_FILE with it"
            )
        try:
            token = self.central_token_file.read_text("utf-8").strip()
        except (OSError, ValueError):
            token = ""
        if not is_token(token):
            raise SettingsInvalid("AMENDS_CENTRAL_TOKEN_FILE: expected a file that holds the token, and nothing else")
        return token


def is_token(text: str) -> bool:
    """Return whether something can be sent as a token."""
    return bool(text) and len(text) <= 200 and text.isascii() and text.isprintable() and " " not in text


def is_safe_address(url: str) -> bool:
    """Return whether nobody on the way can read or change what is sent: HTTPS, or this very machine."""
    parts = urlsplit(url)
    return (parts.scheme == "https" and bool(parts.hostname)) or (
        parts.scheme == "http" and parts.hostname in _LOCAL_HOSTS
    )
