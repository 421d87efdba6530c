"""Mails reach a real server, protected as an admin chose, or it is said why not; a password is never said in clear."""

import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.servers import free_port
from tests.servers.smtp_server import MailBox, mail_server
from webapp.domain.site.mail import Mail, MailFailure, MailSecurity, MailSettings
from webapp.errors import InputInvalid, MailFailed
from webapp.runtime.processes.smtp_mailer import SMTPMailer

MAIL = Mail("dana@example.org", "Grüße", "Ein Link:\n\nhttps://amends.example/reset#abc\n")
SECRET = "a password of the mail server"


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, ssl.SSLContext]:
    """A certificate that nobody trusts yet, and a server's context with it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail.example")])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path, key_path = tmp_path / "mail.pem", tmp_path / "mail.key"
    path.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    key_path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path, key_path)
    return path, context


def sent(box: MailBox, security: MailSecurity, username: str = "amends", password: str = SECRET) -> None:
    settings = MailSettings("127.0.0.1", box.port, security, username, "amends@example.org")
    SMTPMailer(timeout_s=2.0).send(settings, password, MAIL)


@pytest.mark.parametrize("security", list(MailSecurity))
def test_a_mail_arrives_whole(security: MailSecurity, certificate, monkeypatch) -> None:
    path, context = certificate
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    box = MailBox(password=SECRET, offers_starttls=security is MailSecurity.STARTTLS)
    with mail_server(box, context, tls_first=security is MailSecurity.TLS):
        sent(box, security)
    (mail,) = box.mails
    assert (mail["To"], mail["From"], mail["Subject"]) == ("dana@example.org", "amends@example.org", "Grüße")
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Message-ID"].endswith("@example.org>")
    assert mail.get_content().replace("\r\n", "\n") == MAIL.text
    assert box.log_ins == [("amends", SECRET)]
    if security is not MailSecurity.NONE:
        assert not any(line.startswith(("AUTH", "MAIL")) for line in box.lines)


@pytest.mark.security
@pytest.mark.parametrize("security", [MailSecurity.TLS, MailSecurity.STARTTLS])
def test_a_server_whose_certificate_nobody_vouches_for_learns_nothing(security: MailSecurity, certificate) -> None:
    box = MailBox(password=SECRET, offers_starttls=True)
    with mail_server(box, certificate[1], tls_first=security is MailSecurity.TLS):
        assert failure_of(box, security) is MailFailure.UNTRUSTED
    assert not box.log_ins
    assert not box.mails


@pytest.mark.security
def test_where_somebody_on_the_way_takes_starttls_out_nothing_is_said_in_clear(certificate) -> None:
    box = MailBox(password=SECRET, offers_starttls=False)
    with mail_server(box, certificate[1]):
        assert failure_of(box, MailSecurity.STARTTLS) is MailFailure.NO_STARTTLS
    assert {line.split()[0].upper() for line in box.lines} <= {"EHLO", "HELO", "QUIT"}


def test_what_the_server_refuses_is_told_apart() -> None:
    with mail_server(MailBox(password="another one")) as box:
        assert failure_of(box, MailSecurity.NONE) is MailFailure.LOGIN_REFUSED
    with mail_server(MailBox(refuses="dana@")) as box:
        assert failure_of(box, MailSecurity.NONE, username="") is MailFailure.RECIPIENT_REFUSED


def test_one_that_is_away_or_says_nothing_is_given_up() -> None:
    assert failure_of(MailBox(port=free_port()), MailSecurity.NONE) is MailFailure.UNREACHABLE
    with mail_server(MailBox(is_silent=True)) as box:
        assert failure_of(box, MailSecurity.NONE) is MailFailure.UNREACHABLE


@pytest.mark.security
@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"host": "smtp.example.org\r\nX"}, "host"),
        ({"host": "https://smtp.example.org"}, "host"),
        ({"port": 0}, "port"),
        ({"sender": "Amends <amends@example.org>"}, "sender"),
        ({"sender": "amends@example.org\nBcc: eve@example.org"}, "sender"),
        ({"username": "amends", "security": MailSecurity.NONE}, "security"),
        ({"username": "am\nends"}, "username"),
    ],
)
def test_settings_that_cannot_be_or_would_give_the_password_away_are_refused(wrong, field: str) -> None:
    right = {"host": "smtp.example.org", "sender": "amends@example.org"}
    with pytest.raises(InputInvalid) as refused:
        MailSettings(**{**right, **wrong})
    assert refused.value.field == field


def failure_of(box: MailBox, security: MailSecurity, username: str = "amends") -> MailFailure:
    with pytest.raises(MailFailed) as failed:
        sent(box, security, username)
    assert SECRET not in str(failed.value)
    return MailFailure(failed.value.values["cause"])
