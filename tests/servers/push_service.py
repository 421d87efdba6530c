"""A push service of tests: TLS on this machine, which checks who sends and reads what only the browser can read."""

import json
import os
import ssl
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import http_ece
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.x509.oid import NameOID

from webapp.domain.notifications.push_subscriptions import from_base64, to_base64

HOST = "push.example.test"


@dataclass(frozen=True)
class SubscribedBrowser:
    """What a browser has of its subscription: the key that nobody else has, and the secret."""

    private_key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    auth: bytes = field(default_factory=lambda: os.urandom(16))

    def subscription(self, endpoint: str, origin: str = "https://amends.example") -> dict[str, str]:
        """Return what it says of itself."""
        point = self.private_key.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )
        return {"endpoint": endpoint, "p256dh": to_base64(point), "auth": to_base64(self.auth), "origin": origin}

    def read(self, body: bytes) -> dict[str, Any]:
        """Decrypt a message as RFC 8291 says."""
        plain = http_ece.decrypt(body, private_key=self.private_key, auth_secret=self.auth, version="aes128gcm")
        said: dict[str, Any] = json.loads(plain)
        return said


@dataclass
class PushService:
    """What the service got, and how it behaves.

    Attributes:
        port: where it listens.
        certificate: the one that signs itself.
        got: path, headers and body of each request, in order.
        answer: returns status and headers for a path.
    """

    port: int
    certificate: Path
    got: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    answer: Callable[[str], tuple[int, dict[str, str]]] = lambda _path: (201, {})

    def endpoint(self, path: str) -> str:
        """Return the address of a browser."""
        return f"https://{HOST}:{self.port}{path}"

    def trust(self) -> ssl.SSLContext:
        """Return a context that trusts this service and nobody else."""
        return ssl.create_default_context(cafile=str(self.certificate))

    @staticmethod
    def resolve(_host: str, _port: int) -> list[str]:
        """Find every name on this machine."""
        return ["127.0.0.1"]


def checked_claims(authorization: str) -> tuple[dict[str, Any], str]:
    """Return what a signature says and the key that it is of; what is not signed by it raises `InvalidSignature`."""
    scheme, _, rest = authorization.partition(" ")
    assert scheme.lower() == "vapid"
    parts = dict(part.strip().split("=", 1) for part in rest.split(","))
    signed, _, signature = parts["t"].rpartition(".")
    raw = from_base64(signature)
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), from_base64(parts["k"]))
    dss = encode_dss_signature(int.from_bytes(raw[:32]), int.from_bytes(raw[32:]))
    key.verify(dss, signed.encode(), ec.ECDSA(hashes.SHA256()))
    claims: dict[str, Any] = json.loads(from_base64(signed.split(".")[1]))
    return claims, parts["k"]


@contextmanager
def push_service() -> Iterator[PushService]:
    """Serve on a free port of this machine."""
    with tempfile.TemporaryDirectory() as folder:
        certificate = _certificate(Path(folder))
        service = PushService(0, certificate)

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                service.got.append((self.path, {name.lower(): text for name, text in self.headers.items()}, body))
                status, headers = service.answer(self.path)
                self.send_response(status)
                for name, text in {"Content-Length": "0", **headers}.items():
                    self.send_header(name, text)
                self.end_headers()

            def log_message(self, *_args: object) -> None:
                """Keep quiet."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        service.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield service
        finally:
            server.shutdown()
            thread.join()
            server.server_close()


def _certificate(folder: Path) -> Path:
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
    builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    kept = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = folder / "push.pem"
    path.write_bytes(builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM) + kept)
    return path
