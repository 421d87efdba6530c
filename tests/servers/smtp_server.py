"""A small mail server: takes mails over SMTP, with TLS or without, or refuses them as a test wants."""

import base64
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import cast


@dataclass
class MailBox:
    """What the server got, and how it behaves.

    Attributes:
        port: where it listens.
        mails: what it took.
        lines: all that was said to it in clear.
        log_ins: user names and passwords.
        password: the right one; empty where it asks for none.
        offers_starttls: whether it does.
        refuses: an address that it takes nothing for.
        is_silent: whether it never says a word.
    """

    port: int = 0
    mails: list[EmailMessage] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    log_ins: list[tuple[str, str]] = field(default_factory=list)
    password: str = ""
    offers_starttls: bool = False
    refuses: str = ""
    is_silent: bool = False


@contextmanager
def mail_server(box: MailBox, context: ssl.SSLContext | None = None, *, tls_first: bool = False) -> Iterator[MailBox]:
    """Run the server on a free port of this machine.

    Args:
        box: takes the mails, and says how to behave.
        context: its certificate.
        tls_first: whether TLS begins with the connection.
    """
    handler = type("Handler", (_Handler,), {"box": box, "context": context, "tls_first": tls_first})
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        box.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield box
        finally:
            server.shutdown()


class _Handler(socketserver.BaseRequestHandler):
    box: MailBox
    context: ssl.SSLContext | None
    tls_first: bool

    def handle(self) -> None:
        self._is_secure = self.tls_first
        if self.tls_first:
            try:
                self._secure()
            except OSError:
                return
        with self.request:
            self._serve()

    def _serve(self) -> None:
        self._file = self.request.makefile("rb")
        if self.box.is_silent:
            threading.Event().wait(5)
        self._say("220 mail.example ready")
        try:
            while (line := self._file.readline()) and self._answer(line.decode().rstrip("\r\n")):
                pass
        except OSError:
            return
        finally:
            self._file.close()
            self.request.close()

    def _answer(self, line: str) -> bool:
        if not self._is_secure:
            self.box.lines.append(line)
        verb, _, rest = line.partition(" ")
        answer = getattr(self, f"_on_{verb.lower()}", None)
        if answer is None:
            self._say("502 unknown")
            return True
        return bool(answer(rest))

    def _on_ehlo(self, _rest: str) -> bool:
        offers = ["STARTTLS"] if self.box.offers_starttls and not self._is_secure else []
        offers += ["AUTH PLAIN"] if self.box.password else []
        lines = ["mail.example", *offers, "8BITMIME"]
        for line in lines[:-1]:
            self._say(f"250-{line}")
        return self._say(f"250 {lines[-1]}")

    def _on_starttls(self, _rest: str) -> bool:
        self._say("220 go on")
        self._secure()
        self._file = self.request.makefile("rb")
        self._is_secure = True
        return True

    def _on_auth(self, rest: str) -> bool:
        _method, _, said = rest.partition(" ")
        _, name, password = base64.b64decode(said).decode().split("\0")
        self.box.log_ins.append((name, password))
        return self._say("235 in" if password == self.box.password else "535 5.7.8 no")

    def _on_mail(self, _rest: str) -> bool:
        return self._say("250 ok")

    def _on_rcpt(self, rest: str) -> bool:
        is_refused = bool(self.box.refuses) and self.box.refuses in rest
        return self._say("550 5.1.1 nobody of that name" if is_refused else "250 ok")

    def _on_data(self, _rest: str) -> bool:
        self._say("354 go on")
        lines = []
        while (line := self._file.readline()) not in (b".\r\n", b""):
            lines.append(line[1:] if line.startswith(b"..") else line)
        self.box.mails.append(cast(EmailMessage, message_from_bytes(b"".join(lines), policy=policy.default)))
        return self._say("250 taken")

    def _on_rset(self, _rest: str) -> bool:
        return self._say("250 ok")

    def _on_quit(self, _rest: str) -> bool:
        self._say("221 bye")
        return False

    def _secure(self) -> None:
        assert self.context is not None
        self.request = self.context.wrap_socket(self.request, server_side=True)

    def _say(self, line: str) -> bool:
        self.request.sendall(f"{line}\r\n".encode())
        return True
