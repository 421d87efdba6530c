"""The few SOAP messages of ONVIF that are needed; answers come from anyone on the network and are read with care.

WS-Discovery is OASIS' Web Services Dynamic Discovery of April 2005, as the ONVIF core specification uses it; passwords
go as WS-UsernameToken digests (OASIS, 2004), never as they are.
"""

import base64
import hashlib
import secrets
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias
from urllib.parse import unquote
from xml.etree import ElementTree
from xml.sax.saxutils import escape

from webapp.errors import CameraHasNoVideo

# Makes a question out of what proves the password.
Request: TypeAlias = Callable[[str], bytes]
MAX_ANSWER_BYTES = 256 * 1024
_MAX_WORDS = 80
_MOST_DIGITS = 5
_PROBE = """<?xml version="1.0" encoding="UTF-8"?>
<e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope" xmlns:w="http://schemas.xmlsoap.org/ws/2004/08/addressing"
 xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery" xmlns:dn="http://www.onvif.org/ver10/network/wsdl">
<e:Header><w:MessageID>uuid:{message_id}</w:MessageID><w:To>urn:schemas-xmlsoap-org:ws:2005:04:discovery</w:To>
<w:Action>http://schemas.xmlsoap.org/ws/2005/04/discovery/Probe</w:Action></e:Header>
<e:Body><d:Probe><d:Types>dn:NetworkVideoTransmitter</d:Types></d:Probe></e:Body></e:Envelope>"""
_REQUEST = """<?xml version="1.0" encoding="UTF-8"?>
<e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope"><e:Header>{security}</e:Header><e:Body>{body}</e:Body></e:Envelope>"""
_SECURITY = """<s:Security e:mustUnderstand="1"
 xmlns:s="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
 xmlns:u="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"><s:UsernameToken>
<s:Username>{username}</s:Username><s:Password
 Type="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0#PasswordDigest">{digest}</s:Password>
<s:Nonce>{nonce}</s:Nonce><u:Created>{created}</u:Created></s:UsernameToken></s:Security>"""
_CAPABILITIES = (
    '<GetCapabilities xmlns="http://www.onvif.org/ver10/device/wsdl"><Category>Media</Category></GetCapabilities>'
)
_PROFILES = '<GetProfiles xmlns="http://www.onvif.org/ver10/media/wsdl"/>'
_STREAM_URI = """<GetStreamUri xmlns="http://www.onvif.org/ver10/media/wsdl"><StreamSetup>
<Stream xmlns="http://www.onvif.org/ver10/schema">RTP-Unicast</Stream>
<Transport xmlns="http://www.onvif.org/ver10/schema"><Protocol>RTSP</Protocol></Transport></StreamSetup>
<ProfileToken>{token}</ProfileToken></GetStreamUri>"""


@dataclass(frozen=True)
class Profile:
    """A stream: its name for the camera, and its pictures' sides, 0 where they are not said.

    Attributes:
        name: its name for people; may be empty.
        source: which of a recorder's cameras it is of; empty where that is not said.
    """

    token: str
    width_px: int
    height_px: int
    name: str = ""
    source: str = ""


def probe_message() -> bytes:
    """Return the question "who is a camera here?"."""
    return _PROBE.format(message_id=uuid.uuid4()).encode()


def capabilities_request(security: str) -> bytes:
    """Return the question where the media service is."""
    return _request(_CAPABILITIES, security)


def profiles_request(security: str) -> bytes:
    """Return the question which streams there are."""
    return _request(_PROFILES, security)


def stream_request(security: str, profile: str) -> bytes:
    """Return the question where one of them is."""
    return _request(_STREAM_URI.format(token=escape(profile)), security)


def security_header(username: str, password: str, now: datetime) -> str:
    """Return what proves the password without sending it; empty without a user name.

    Args:
        username: the camera's.
        password: likewise.
        now: the time (aware UTC); cameras refuse one that is minutes from their own.
    """
    if not username:
        return ""
    nonce, created = secrets.token_bytes(16), f"{now:%Y-%m-%dT%H:%M:%SZ}"
    # SHA-1 is what the specification wants.
    digest = hashlib.sha1(nonce + created.encode() + password.encode(), usedforsecurity=False).digest()
    return _SECURITY.format(
        username=escape(username),
        digest=base64.b64encode(digest).decode(),
        nonce=base64.b64encode(nonce).decode(),
        created=created,
    )


def parse_xml(answer: bytes) -> ElementTree.Element:
    """Read an answer of anyone.

    Raises:
        CameraHasNoVideo: it is too large, no XML, or declares entities, by which a few bytes can fill the memory.
    """
    text = answer.decode("utf-8", "replace")  # Read as text: no declaration in it can change how it is read.
    if len(answer) > MAX_ANSWER_BYTES or "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise _not_understood()
    try:
        return ElementTree.fromstring(text)  # noqa: S314 - without a document type there are no entities.
    except (ElementTree.ParseError, ValueError):
        raise _not_understood() from None


def texts(root: ElementTree.Element, name: str) -> list[str]:
    """Return the texts of all elements of a name, whatever their namespace."""
    return [(element.text or "").strip() for element in _named(root, name)]


def service_urls(root: ElementTree.Element) -> list[str]:
    """Return where a camera that was found says its service is."""
    return [url for text in texts(root, "XAddrs") for url in text.split()]


def scope_words(root: ElementTree.Element, kind: str) -> str:
    """Return what a camera says of itself: its `name`, its `hardware`."""
    prefix = f"onvif://www.onvif.org/{kind}/"
    scopes = [scope for text in texts(root, "Scopes") for scope in text.split()]
    words = next((scope[len(prefix) :] for scope in scopes if scope.lower().startswith(prefix)), "")
    return _words(unquote(words))


def _words(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:_MAX_WORDS]


def media_url(root: ElementTree.Element) -> str:
    """Return where the media service is; empty where it is not given."""
    found = (url for media in _named(root, "Media") for url in texts(media, "XAddr"))
    return next(found, "")


def profiles(root: ElementTree.Element) -> list[Profile]:
    """Return the streams, the best first as cameras put them."""
    found = []
    for element in _named(root, "Profiles"):
        resolution = next(iter(_named(element, "Resolution")), element)
        if token := element.get("token"):
            name = next((_words(child.text or "") for child in element if _is_named(child, "Name")), "")
            source = next(
                (text for of in _named(element, "VideoSourceConfiguration") for text in texts(of, "SourceToken")), ""
            )
            found.append(Profile(token, _pixels(resolution, "Width"), _pixels(resolution, "Height"), name, source))
    return found


def _pixels(resolution: ElementTree.Element, side: str) -> int:
    text = next(iter(texts(resolution, side)), "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS else 0


def _named(root: ElementTree.Element, name: str) -> Iterable[ElementTree.Element]:
    return (element for element in root.iter() if _is_named(element, name))


def _is_named(element: ElementTree.Element, name: str) -> bool:
    return str(element.tag).rpartition("}")[2] == name


def _request(body: str, security: str) -> bytes:
    return _REQUEST.format(security=security, body=body).encode()


def _not_understood() -> CameraHasNoVideo:
    return CameraHasNoVideo("Expected an ONVIF answer, got something else: enter the camera's address by hand.")
