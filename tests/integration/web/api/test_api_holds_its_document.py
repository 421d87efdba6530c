"""Schemathesis over the OpenAPI document: whatever is sent, the API answers as the document says, and never fails.

Sent in process, with an admin's token, the same each time. `FUZZ_EXAMPLES=500` sends more for each call.
"""

import os

import pytest
import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema

from tests.support.web_app import WebApp
from webapp.domain.cameras.cameras import Camera

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "8"))
SEED = 20261128


def config(token: str) -> SchemathesisConfig:
    return SchemathesisConfig.from_dict(
        {
            "seed": SEED,
            "headers": {"Authorization": f"Bearer {token}"},
            "continue-on-failure": True,
            "cache": {"enabled": False},
            "generation": {"max-examples": EXAMPLES, "deterministic": True, "no-shrink": True, "database": "none"},
            # Who may call what has tests of its own; in process Schemathesis cannot ask for it.
            # No schema says that a zone's sides must not cross: what the product itself refuses is no accident.
            "checks": {
                "ignored_auth": {"enabled": False},
                # Nor that a camera is not checked twice within seconds.
                "positive_data_acceptance": {"expected-statuses": ["2xx", 400, 401, 403, 404, 409, 429]},
            },
            "phases": {"stateful": {"enabled": False}},
        }
    )


def failures(schema: schemathesis.schemas.BaseSchema) -> tuple[list[str], int]:
    found, cases = {}, 0
    for event in from_schema(schema).execute():
        if isinstance(event, events.NonFatalError | events.FatalError):
            found[str(getattr(event, "label", "engine"))] = str(getattr(event, "exception", event))
        if isinstance(event, events.ScenarioFinished):
            cases += len(event.recorder.cases)
            for case_id, checks in event.recorder.checks.items():
                for one in checks:
                    if one.failure_info is not None:
                        failure, case = one.failure_info.failure, event.recorder.cases[case_id].value
                        key = f"{event.label}: {one.name}: {failure.title}"
                        found.setdefault(key, f"{failure.message[:300]} {case.as_curl_command()[:600]}")
    return [f"{key}\n    {said}" for key, said in found.items()], cases


@pytest.mark.security
def test_the_api_answers_as_its_document_says(web: WebApp, camera: Camera) -> None:
    web.add_incident(camera)
    token = web.api("root").token
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", web.app, config=config(token))
    found, cases = failures(schema)
    assert not found, "\n".join(found)
    assert cases > 100
