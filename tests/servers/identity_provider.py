"""A small OpenID Connect provider on loopback, which lies in whatever way a test wants."""

import base64
import hashlib
import hmac
import json
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask, jsonify, redirect, request
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from werkzeug.serving import make_server
from werkzeug.wrappers import Response

CLIENT_ID, CLIENT_SECRET = "amends", "the-client's-secret"
_Claims = dict[str, Any]


class FakeIdentityProvider:
    """Signs in whoever comes as `person`; `lie` changes the claims, `sign` how they are signed.

    Attributes:
        person: the claims about who signs in.
        asked: the arguments of all requests to the authorization endpoint.
    """

    def __init__(self, port: int) -> None:
        self.issuer = f"http://127.0.0.1:{port}"
        self.person: _Claims = {"sub": "dana-1", "email": "dana@house.example", "email_verified": True}
        self.asked: list[dict[str, str]] = []
        self.lie: Callable[[_Claims], _Claims] = lambda claims: claims
        self.key = RSAKey.generate_key(2048, {"kid": "one"}, private=True)
        self.sign: Callable[[_Claims], str] = self.signed
        self._codes: dict[str, dict[str, str]] = {}

    def signed(self, claims: _Claims, key: RSAKey | None = None) -> str:
        """Sign as one should."""
        return jwt.encode({"alg": "RS256", "kid": "one"}, claims, key or self.key, algorithms=["RS256"])

    def unsigned(self, claims: _Claims) -> str:
        """Sign with `none`."""
        header, body = ({"alg": "none", "kid": "one"}, claims)
        return ".".join(_base64(json.dumps(part).encode()) for part in (header, body)) + "."

    def signed_with_the_public_key(self, claims: _Claims) -> str:
        """Sign with HS256, and as its secret the key that everybody knows."""
        header, body = ({"alg": "HS256", "kid": "one"}, claims)
        signed = ".".join(_base64(json.dumps(part).encode()) for part in (header, body))
        return f"{signed}.{_base64(hmac.digest(self.key.as_pem(private=False), signed.encode(), 'sha256'))}"

    def authorize(self) -> Response:
        """Send whoever comes back at once, with a code."""
        asked = request.args.to_dict()
        self.asked.append(asked)
        code = secrets.token_urlsafe(16)
        self._codes[code] = asked
        return redirect(f"{asked['redirect_uri']}?code={code}&state={asked['state']}&iss={self.issuer}")

    def token(self) -> tuple[Response, int] | Response:
        """Redeem a code, once, for who asked for it."""
        asked = self._codes.pop(request.form["code"], None)
        verifier = _base64(hashlib.sha256(request.form["code_verifier"].encode()).digest())
        basic = base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
        is_right = (
            asked is not None
            and asked["code_challenge_method"] == "S256"
            and asked["code_challenge"] == verifier
            and asked["redirect_uri"] == request.form["redirect_uri"]
            and request.headers.get("Authorization") == f"Basic {basic}"
        )
        if not is_right or asked is None:
            return jsonify(error="invalid_grant"), 400
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": CLIENT_ID, "iat": now, "exp": now + 300, "nonce": asked["nonce"]}
        id_token = self.sign(self.lie(claims | self.person))
        return jsonify(access_token="unused", token_type="Bearer", id_token=id_token)

    def description(self) -> Response:
        """Say where what is."""
        places = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "jwks"}
        return jsonify({"issuer": self.issuer} | {name: f"{self.issuer}/{path}" for name, path in places.items()})

    def keys(self) -> Response:
        """Publish the public key."""
        return jsonify(KeySet([self.key]).as_dict(private=False))

    def app(self) -> Flask:
        """Return it as an application."""
        app = Flask("identity_provider")
        app.add_url_rule("/.well-known/openid-configuration", "description", self.description)
        app.add_url_rule("/authorize", "authorize", self.authorize)
        app.add_url_rule("/token", "token", self.token, methods=["POST"])
        app.add_url_rule("/jwks", "jwks", self.keys)
        return app


def settings_of(provider: FakeIdentityProvider, **others: object) -> dict[str, object]:
    """Return the settings by which Amends uses it."""
    return {
        "oidc_issuer": provider.issuer,
        "oidc_client_id": CLIENT_ID,
        "oidc_client_secret": CLIENT_SECRET,
        "oidc_name": "House account",
        **others,
    }


@contextmanager
def running_provider() -> Iterator[FakeIdentityProvider]:
    """Serve one until the block ends."""
    provider = FakeIdentityProvider(0)
    server = make_server("127.0.0.1", 0, provider.app(), threaded=True)
    provider.issuer = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield provider
    server.shutdown()
    thread.join()
    server.server_close()


def _base64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")
