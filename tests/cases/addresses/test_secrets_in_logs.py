"""The last net below our own care: no line of a log has a password, in whatever form it stands there."""

import pytest

from webapp.runtime.processes.logs import without_credentials

pytestmark = pytest.mark.security
SECRET = "Geh3imX"
ADDRESS = f"rtsp://admin:{SECRET}@192.0.2.10/s"


def logged(value: object) -> str:
    return str(without_credentials(None, "info", {"event": "x", "said": value}))


@pytest.mark.parametrize(
    "text",
    [
        f"open {ADDRESS} failed",
        f"url='{ADDRESS}'",
        f'{{"url":"rtsp:\\/\\/admin:{SECRET}@192.0.2.10\\/s"}}',
        f"src=rtsp%3A%2F%2Fadmin%3A{SECRET}%40192.0.2.10%2Fs",
        f"rtsp://admin:{SECRET} x@192.0.2.10/s",
        f"GET /v.cgi?usr=me&pwd={SECRET} HTTP/1.1",
        f"Authorization: Basic {SECRET}",
        f"'authorization': 'Digest username=\"a\", response=\"{SECRET}\"'",
        f"password={SECRET}",
        f"see http://c/v?pwd={SECRET}, and http://c/w?token={SECRET}",
        f"snapshot+http://a:{SECRET}@c/v",
    ],
)
def test_no_form_of_it_is_logged(text: str) -> None:
    assert SECRET not in logged(text)


@pytest.mark.parametrize(
    "value", [[ADDRESS], (ADDRESS,), {"url": {"inner": ADDRESS}}, ValueError(ADDRESS), ADDRESS.encode(), [[ADDRESS]]]
)
def test_nor_inside_of_other_values(value: object) -> None:
    assert SECRET not in logged(value)


@pytest.mark.parametrize(
    "value",
    [
        "http://192.0.2.10:8080/video", "rtsp://[::1]:554/s", "/cameras/1", "GET /insights?days=7", 5, None, 1.5, True,
        ["a", 1], "a question? yes/no?", "12/34?56",
    ],
)  # fmt: skip
def test_what_is_none_stays_as_it_is(value: object) -> None:
    assert without_credentials(None, "info", {"said": value}) == {"said": value}
