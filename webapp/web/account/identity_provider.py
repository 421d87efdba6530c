"""Speaks with the identity provider: OpenID Connect's authorization code flow with PKCE.

Everything is asked anew for each sign-in: nothing is kept that could be out of date, and nothing is asked before
someone wants to sign in. Under eventlet's monkey patching `requests` lets other pages be served while it waits.
"""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any

import requests
import structlog
from authlib.common.errors import AuthlibBaseError
from authlib.common.security import generate_token
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from webapp.errors import SingleSignOnFailed
from webapp.settings import Settings
from webapp.site_settings import is_safe_address

# Signatures with a key that only the provider has: never `none`, and no HS256, for which a public key could be taken.
_ALGORITHMS = ["RS256", "PS256", "ES256"]
_DISCOVERY = "/.well-known/openid-configuration"
_CLOCK_SKEW_S = 60
_CONNECT_S, _READ_S, _ALTOGETHER_S = 3, 4, 8
_WRONG = (
    requests.RequestException, AuthlibBaseError, JoseError,
    ValueError, KeyError, TypeError, AttributeError,
)  # fmt: skip
_log = structlog.get_logger("webapp.web")


@dataclass(frozen=True)
class SignInRequest:
    """What is remembered of one sign-in until the provider sends its answer.

    Attributes:
        state: comes back with the answer: it belongs to this browser.
        nonce: comes back within the ID token: it was made for this sign-in.
        verifier: shows that the code is redeemed by who asked for it (PKCE).
    """

    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True)
class IdentityProvider:
    """The provider of this installation's settings.

    Attributes:
        settings: issuer, client and secret.
        redirect_uri: where the provider sends people back, exactly as it is registered there.
    """

    settings: Settings
    redirect_uri: str

    def begin(self) -> tuple[str, SignInRequest]:
        """Return the provider's page for a sign-in, and what to remember of it.

        Raises:
            SingleSignOnFailed: the provider is away, or its answer cannot be used.
        """
        with _within_time(self.settings.async_mode):
            endpoint = self._metadata()["authorization_endpoint"]
        asked = SignInRequest(generate_token(32), generate_token(32), generate_token(64))
        address, _state = self._client().create_authorization_url(
            endpoint, state=asked.state, nonce=asked.nonce, code_verifier=asked.verifier
        )
        return address, asked

    def claims(self, code: str, asked: SignInRequest) -> Mapping[str, Any]:
        """Redeem a code and return the claims of its ID token, checked.

        Raises:
            SingleSignOnFailed: the provider is away, refuses the code, or its token is not what was asked for.
        """
        with _within_time(self.settings.async_mode):
            metadata = self._metadata()
            token = self._client(metadata).fetch_token(
                metadata["token_endpoint"], code=code, code_verifier=asked.verifier, allow_redirects=False
            )
            keys = KeySet.import_key_set(_get_json(metadata["jwks_uri"]))
            return self._checked(token["id_token"], keys, asked.nonce)

    def _metadata(self) -> Mapping[str, Any]:
        issuer = self.settings.oidc_issuer
        metadata = _get_json(issuer.rstrip("/") + _DISCOVERY)
        endpoints = ("authorization_endpoint", "token_endpoint", "jwks_uri")
        if metadata["issuer"] != issuer or not all(is_trusted_endpoint(issuer, metadata[name]) for name in endpoints):
            raise ValueError("the provider's own description names another issuer, or an address without HTTPS")
        return metadata

    def _client(self, metadata: Mapping[str, Any] | None = None) -> Any:
        secret = client_secret(self.settings)
        methods = (metadata or {}).get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        sends_in_form = "client_secret_basic" not in methods and "client_secret_post" in methods
        return OAuth2Session(
            self.settings.oidc_client_id,
            secret,
            scope=self.settings.oidc_scopes,
            redirect_uri=self.redirect_uri,
            code_challenge_method="S256",
            token_endpoint_auth_method=(
                "none" if not secret else "client_secret_post" if sends_in_form else "client_secret_basic"
            ),
            default_timeout=(_CONNECT_S, _READ_S),
        )

    def _checked(self, id_token: str, keys: KeySet, nonce: str) -> Mapping[str, Any]:
        token = jwt.decode(id_token, keys, algorithms=_ALGORITHMS)
        options = {
            "iss": {"essential": True, "value": self.settings.oidc_issuer},
            "aud": {"essential": True, "value": self.settings.oidc_client_id},
        }
        params = {"nonce": nonce, "client_id": self.settings.oidc_client_id}
        claims = CodeIDToken(token.claims, token.header, options, params)
        claims.validate(leeway=_CLOCK_SKEW_S)
        return claims


def is_trusted_endpoint(issuer: str, address: str) -> bool:
    """Return whether secrets may go where the provider says: by HTTPS, or to this machine where the provider is it."""
    return is_safe_address(address) and (address.startswith("https://") or not issuer.startswith("https://"))


def client_secret(settings: Settings) -> str | None:
    """Return what this installation proves itself with at the provider; None where it has nothing.

    Raises:
        SingleSignOnFailed: the file that holds it cannot be read.
    """
    path = settings.oidc_client_secret_file
    try:
        if path is not None:
            return path.read_text(encoding="utf-8").strip()
    except OSError:
        raise SingleSignOnFailed("The secret for the identity provider cannot be read. Tell your admin.") from None
    return settings.oidc_client_secret.get_secret_value() if settings.oidc_client_secret else None


@contextmanager
def _within_time(async_mode: str) -> Iterator[None]:
    """Turn all that can go wrong with a provider into one error, after some seconds at most; log what kind it was."""
    try:
        with _limit_altogether(async_mode):
            yield
    except _WRONG as error:
        is_away = isinstance(error, requests.RequestException) and not isinstance(error, ValueError)
        # The kind alone: what a library says of it may repeat a code or a token.
        _log.warning("single_sign_on_failed", error=type(error).__name__, is_away=is_away)
        if is_away:
            raise SingleSignOnFailed(
                "The identity provider does not answer. Log in with name and password, or try again later."
            ) from None
        raise SingleSignOnFailed(
            "The identity provider's answer cannot be trusted. Begin again; if it happens again, tell your admin."
        ) from None


def _limit_altogether(async_mode: str) -> AbstractContextManager[object]:
    """Return what ends all questions together; a thread cannot be interrupted, so that there each has its own limit."""
    if async_mode != "eventlet":
        return nullcontext()
    from eventlet import Timeout  # Nothing else of the pages loads it.

    limit: AbstractContextManager[object] = Timeout(_ALTOGETHER_S, requests.Timeout)
    return limit


def _get_json(address: str) -> Any:
    answer = requests.get(address, timeout=(_CONNECT_S, _READ_S), allow_redirects=False)
    answer.raise_for_status()
    return answer.json()
