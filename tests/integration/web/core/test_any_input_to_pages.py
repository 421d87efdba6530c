"""Whatever stands in an address, a header or a message, a page answers it or says what is wrong with it.

`FUZZ_EXAMPLES=5000` tries more of everything.
"""

import os
from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.exceptions import BadRequest

from tests.support.web_app import WebApp
from webapp.domain.cameras.cameras import Camera
from webapp.web.audit.address_query import AddressQuery
from webapp.web.audit.audit_query import AuditQuery
from webapp.web.core.safe_redirects import own_target
from webapp.web.manager.incident_query import IncidentQuery
from webapp.web.staff.picture_sheet import read_wanted

pytestmark = pytest.mark.security
EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "60"))
tried = settings(max_examples=EXAMPLES, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
ELSEWHERE = ["//[", "/\\[", "/\\", "/\\/evil.example", "///evil.example", "javascript:1", "/\t/evil.example"]
few = settings(tried, max_examples=max(10, EXAMPLES // 5))
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=40) | st.text("0123456789-:/.,[]\\%\0", max_size=40)
days = texts | st.dates().map(str) | st.sampled_from(["2026-W01-1", "20260301", "9000-12-31", "2000-01-01"])
zones = texts | st.sampled_from(
    ["UTC", "Pacific/Kiritimati", "Etc/GMT+12", "America", "../../etc/passwd", "posixrules"]
)
fields = {
    "from": days, "to": days, "tz": zones, "q": texts, "text": texts, "person": texts, "actor": texts,
    "camera": texts | st.integers().map(str), "page": texts | st.integers().map(str),
    "state": texts | st.just("new"), "outcome": texts, "emotion": texts | st.just("angry"),
    "sort": texts | st.sampled_from(["-score", "opened", "--opened"]), "topic": texts | st.just("alerts"),
}  # fmt: skip
queries = st.fixed_dictionaries({}, optional=fields)
numbers = st.integers() | st.sampled_from([2**63 - 1, 2**63, -1, 10**60]) | st.floats(allow_nan=False)
messages = st.recursive(
    st.none() | st.booleans() | numbers | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)


@tried
@given(queries)
def test_a_filter_is_read_and_searched_or_says_what_is_wrong(web: WebApp, arguments: dict[str, str]) -> None:
    searches: list[tuple[type[AddressQuery], Callable[[AddressQuery], object]]] = [
        (IncidentQuery, lambda query: web.services.incidents.search(query.wanted, page=query.page)),
        (AuditQuery, lambda query: web.services.audit.search(query.wanted, page=query.page)),
    ]
    with web.app.test_request_context():
        for kind, search in searches:
            query = kind(arguments)
            assert all(str(words) for words in query.errors.values())
            if not query.errors:
                search(query)
            assert isinstance(kind.from_address(query.arguments()), kind)


@tried
@given(texts | st.builds("/{}".format, texts) | st.sampled_from(ELSEWHERE))
def test_nobody_is_sent_to_another_site(web: WebApp, wanted: str) -> None:
    with web.app.test_request_context():
        target = own_target(wanted)
    assert target.startswith("/")
    assert not target.startswith(("//", "/\\"))


@tried
@given(texts | st.text("0123456789,-", max_size=60))
def test_what_a_wall_asks_for_is_read_or_refused(text: str) -> None:
    with suppress(BadRequest):
        assert all(one.camera_id >= 0 for one in read_wanted(text))


def test_the_dashboards_socket_answers_every_message(web: WebApp, camera: Camera) -> None:
    socket = web.browser("alice").socket(catch_up=True)

    @few
    @given(messages | st.binary(max_size=20) | st.fixed_dictionaries({"last_event_id": messages}))
    def told(message: object) -> None:
        socket.emit("catch_up", message, namespace="/dashboard")
        assert socket.is_connected("/dashboard")

    told()
    web.add_incident(camera)
    web.tail.push_new()
    assert "incident_opened" in str(socket.get_received("/dashboard"))


@few
@given(st.text(st.characters(codec="latin-1", exclude_characters="\r\n"), max_size=60), texts)
def test_a_cookie_a_header_and_an_address_that_nobody_made_open_nothing(web: WebApp, header: str, path: str) -> None:
    client = web.app.test_client()
    made_up = {"Cookie": f"amends_session={header}; amends_kiosk={header}", "Accept": header, "User-Agent": header}
    for name, value in {**made_up, "Authorization": header, "Accept-Language": header, "If-None-Match": header}.items():
        assert client.get("/", headers={name: value}).status_code in (302, 401)
    answer = client.get("/api/v1/cameras", headers={"Authorization": f"Bearer {header}"})
    assert answer.status_code == 401
    assert client.get("/", query_string={"next": path}).status_code == 302
