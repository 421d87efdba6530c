"""What a visitor is handed, as one file: data for programs, pictures, and a page of words."""

import io
import json
import zipfile
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from webapp.domain.site.compliance.visits import Visit
from webapp.domain.site.site import Site
from webapp.services.alerts.incidents import incident_payload
from webapp.services.compliance.visits import HandedOver
from webapp.web.core.template_filters import purpose

SCHEMA = "amends.visit/1"
# Who of the staff did what is theirs, and which alert of whom came before is not said of one visit alone.
_OF_THE_VISITOR = (
    "incident_id", "camera", "emotion", "started_at", "opened_at", "ended_at", "duration_s", "peak_score", "level",
    "outcome", "note", "snapshot_at",
)  # fmt: skip


def zipped(visit: Visit, handed: Sequence[HandedOver], site: Site, at: datetime) -> bytes:
    """Return a ZIP file of what is handed over."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in _files(visit, handed, site, at):
            archive.writestr(name, content)
    return packed.getvalue()


def _files(visit: Visit, handed: Sequence[HandedOver], site: Site, at: datetime) -> Iterator[tuple[str, str | bytes]]:
    payload = {"schema": SCHEMA, "made_at": at.isoformat(), **visit.as_json(), "alerts": list(map(_alert, handed))}
    yield "visit.json", json.dumps(payload, ensure_ascii=False, indent=2)
    yield _("READ ME") + ".txt", "\r\n\r\n".join(_words(site)) + "\r\n"
    for one in handed:
        if one.jpeg is not None:
            yield f"alert-{one.incident.incident_id}.jpg", one.jpeg
        if one.webm is not None:
            yield f"alert-{one.incident.incident_id}.webm", one.webm


def _alert(one: HandedOver) -> dict[str, Any]:
    payload = incident_payload(one.incident)
    scores = [{"at": moment.at.isoformat(), "score": round(moment.score, 4)} for moment in one.moments]
    picture = f"alert-{one.incident.incident_id}.jpg" if one.jpeg is not None else None
    clip = f"alert-{one.incident.incident_id}.webm" if one.webm is not None else None
    of_the_visitor = {name: payload[name] for name in _OF_THE_VISITOR}
    return {**of_the_visitor, "picture": picture, "clip": clip, "scores": scores}


def _words(site: Site) -> Iterator[str]:
    yield _("What %(operator)s keeps of a visit", operator=site.operator or site.product_name)
    yield _("Why emotion recognition is used: %(purpose)s", purpose=purpose(site))
    yield _(
        "Nobody is identified: no name and no features of a face are kept. These alerts were chosen by a person, by "
        "place and time; in pictures and clips all other faces are hidden as far as they were found."
    )
    yield _(
        "A score says how angry-looking a face was to a computer program, from 0 to 1. It is often wrong, and it is no "
        "statement about what someone felt."
    )
    yield _(
        "The file visit.json holds times (UTC), scores and notes. Questions: %(contact)s", contact=site.contact or "–"
    )
