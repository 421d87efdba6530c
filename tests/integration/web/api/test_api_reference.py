"""The page of the API's reference says all that the document says, and its examples are taken."""

import json
import re
import shlex

import pytest

from tests.support.web_app import WebApp
from webapp.domain.cameras.cameras import Camera
from webapp.web.api.late_api import openapi_document
from webapp.web.api.reference.document import METHODS, Operation, operations
from webapp.web.api.reference.examples import curl

REFUSED = (400, 422)


@pytest.fixture
def page(web: WebApp) -> str:
    return web.browser("alice").client.get("/api-reference").text


def calls(web: WebApp) -> list[Operation]:
    return list(operations(openapi_document(web.app)))


def test_every_call_and_every_schema_is_there(web: WebApp, page: str) -> None:
    document = openapi_document(web.app)
    named = {(method.upper(), path) for path, item in document["paths"].items() for method in item if method in METHODS}
    assert {(one.method, one.path) for one in calls(web)} == named
    assert len(named) > 15
    assert [one.anchor for one in calls(web) if f'id="{one.anchor}"' not in page] == []
    assert [name for name in document["components"]["schemas"] if f'id="schema-{name}"' not in page] == []


def test_every_field_and_parameter_is_there(web: WebApp, page: str) -> None:
    schemas = openapi_document(web.app)["components"]["schemas"]
    names = {name for schema in schemas.values() for name in schema.get("properties", {})}
    names |= {one.name for call in calls(web) for one in call.parameters}
    assert [name for name in names if f"<code>{name}</code>" not in page] == []


def test_links_on_the_page_lead_somewhere_and_ids_occur_once(page: str) -> None:
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(set(ids)) == len(ids)
    assert set(re.findall(r'href="#([^"]+)"', page)) - set(ids) == set()


def test_what_is_sent_in_an_example_is_taken(web: WebApp, camera: Camera) -> None:
    api, incident = web.api("root"), web.add_incident(camera)
    assert (camera.camera_id, incident.incident_id) == (1, 1)
    document = openapi_document(web.app)
    refused = []
    for one in sorted(calls(web), key=lambda call: call.method == "DELETE"):
        words = shlex.split(curl(document, one, "https://amends.example"))
        address = next(word for word in words if word.startswith("https://"))
        sent = json.loads(words[words.index("-d") + 1]) if "-d" in words else None
        answer = api.call(one.method, address.removeprefix("https://amends.example/api/v1"), sent)
        if answer.status_code in REFUSED or answer.status_code >= 500:
            refused.append(f"{one.method} {one.path}: {answer.status_code} {answer.text}")
    assert refused == []


def test_it_names_the_lowest_role_of_a_call(page: str) -> None:
    def role_of(anchor: str) -> str:
        found = re.search(r"Role: (\w+)", page.split(f'<h3 id="{anchor}">')[1])
        assert found
        return found[1]

    assert role_of("GET-api-v1-cameras") == "staff"
    assert role_of("POST-api-v1-cameras") == "admin"
    assert role_of("GET-api-v1-incidents") == "manager"


def test_the_examples_name_this_server_beneath_its_path(web: WebApp) -> None:
    alice = web.browser("alice")
    page = alice.client.get("/api-reference", environ_overrides={"SCRIPT_NAME": "/amends"}).text
    assert "curl &#39;http://localhost/amends/api/v1/incidents/open&#39;" in page
    assert "/amends/api/v1/openapi.json" in page


def test_it_speaks_german_but_for_the_words_of_the_document(web: WebApp) -> None:
    alice = web.browser("alice")
    alice.client.set_cookie("amends_language", "de")
    page = alice.client.get("/api-reference").text
    assert "API-Referenz" in page
    assert '<span lang="en">Add a camera.</span>' in page


def test_only_an_admin_is_led_to_the_tokens(web: WebApp, page: str) -> None:
    assert "/admin/tokens" not in page
    assert "/admin/tokens" in web.browser("root").client.get("/api-reference").text.split("guide-text")[1]
