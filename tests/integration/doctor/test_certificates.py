"""A real TLS server whose certificate is about to end, is another name's, or is signed by nobody who is known."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path
from threading import Thread

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.servers import free_port
from webapp.cli.doctor.findings import Level
from webapp.cli.doctor.network_checks import certificate_of, check_certificates
from webapp.services.use_cases import UseCases
from webapp.settings import Settings


def certificate(folder: Path, *, days: int) -> Path:
    """Write a certificate for 127.0.0.1 that signs itself, with its key."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "amends.example")])
    names = x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))])
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=days, hours=1))
    signed = builder.add_extension(names, critical=False).sign(key, hashes.SHA256())
    path = folder / f"{days}.pem"
    kept = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(signed.public_bytes(serialization.Encoding.PEM) + kept)
    return path


@pytest.fixture(params=[5, 90])
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[int, int, Path]]:
    """Yield the days that the certificate still holds, the port, and the certificate."""
    path, port = certificate(tmp_path, days=request.param), free_port()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    listening = socket.create_server(("127.0.0.1", port))
    Thread(target=greet, args=(listening, context), daemon=True).start()
    yield request.param, port, path
    listening.close()


def greet(listening: socket.socket, context: ssl.SSLContext) -> None:
    with suppress(OSError):
        while True:
            plain, _ = listening.accept()
            with plain, suppress(ssl.SSLError, OSError), context.wrap_socket(plain, server_side=True) as line:
                line.recv(1)


def test_how_long_it_holds_is_said(server: tuple[int, int, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    days, port, path = server
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(path))
    finding = certificate_of("127.0.0.1", port)
    assert finding.level is (Level.WARNING if days == 5 else Level.OK)
    assert f"{days} days" in finding.found
    named = certificate_of("localhost", port)
    assert named.level is Level.ERROR, "it is another name's"


def test_one_that_nobody_vouches_for_is_refused(server: tuple[int, int, Path]) -> None:
    assert certificate_of("127.0.0.1", server[1]).level is Level.ERROR


def test_only_addresses_that_are_set_and_encrypted_are_called(settings: Settings, use_cases: UseCases) -> None:
    assert list(check_certificates(settings)) == []
    port = free_port()
    there = settings.model_copy(update={"oidc_issuer": f"https://127.0.0.1:{port}/realms/house"})
    (finding,) = check_certificates(there)
    assert (finding.level, "does not answer" in finding.found) == (Level.WARNING, True)
