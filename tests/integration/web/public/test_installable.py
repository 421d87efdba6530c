"""Amends on a phone: what it is called there, and what a browser may keep of it."""

import io
import json
import re
from dataclasses import replace

import pytest
from PIL import Image

from tests.support.web_app import WebApp
from webapp.web.core.assets import STATIC_DIR


def shell_of(script: str) -> dict[str, object]:
    found = re.match(r"const SHELL = (.+);\n", script)
    assert found, script[:200]
    shell: dict[str, object] = json.loads(found.group(1))
    return shell


def test_the_app_is_called_as_the_house_calls_it(web: WebApp) -> None:
    site = web.services.site
    site.change(replace(site.get(), product_name="Hearth"), "root")
    answer = web.browser().client.get("/manifest.webmanifest")
    assert answer.mimetype == "application/manifest+json"
    manifest = answer.get_json(force=True)
    assert (manifest["name"], manifest["short_name"], manifest["display"]) == ("Hearth", "Hearth", "standalone")
    site.change(replace(site.get(), product_name="Guest care at the old harbour"), "root")
    manifest = web.browser().client.get("/manifest.webmanifest").get_json(force=True)
    assert (manifest["name"], manifest["short_name"]) == ("Guest care at the old harbour", "Amends")


def test_each_icon_is_as_large_as_it_says(web: WebApp) -> None:
    client = web.browser().client
    icons = client.get("/manifest.webmanifest").get_json(force=True)["icons"]
    drawn = [icon for icon in icons if icon["sizes"] != "any"]
    assert {(icon["sizes"], icon["purpose"]) for icon in drawn} == {
        ("192x192", "any"),
        ("512x512", "any"),
        ("512x512", "maskable"),
    }
    for icon in drawn:
        with Image.open(io.BytesIO(client.get(icon["src"]).data)) as image:
            assert "{}x{}".format(*image.size) == icon["sizes"]
            is_see_through = image.convert("RGBA").getpixel((0, 0))[3] == 0  # type: ignore[index]
            assert is_see_through == (icon["purpose"] == "any")


def test_the_worker_keeps_what_is_the_same_for_everybody(web: WebApp) -> None:
    client = web.browser().client
    shell = shell_of(client.get("/service-worker.js").text)
    assert shell["page"] == "/offline"
    for address in shell["assets"]:  # type: ignore[attr-defined]
        assert "immutable" in client.get(address).headers["Cache-Control"], address
    alone = client.get("/offline").text
    assert web.browser("root").client.get("/offline").text == alone
    assert "csrf" not in alone
    asked_for = set(re.findall(r'(?:src|href)="([^"#]+)', alone))
    assert asked_for - set(shell["assets"]) == set()  # type: ignore[call-overload]


def test_another_shell_is_another_version(web: WebApp) -> None:
    client, site = web.browser().client, web.services.site
    before = shell_of(client.get("/service-worker.js").text)
    assert shell_of(client.get("/service-worker.js").text) == before
    site.change(replace(site.get(), product_name="Hearth"), "root")
    assert shell_of(client.get("/service-worker.js").text)["version"] != before["version"]


@pytest.mark.parametrize("path", ["/service-worker.js", "/manifest.webmanifest", "/offline"])
def test_a_browser_asks_for_the_newest_one(web: WebApp, path: str) -> None:
    answer = web.browser().client.get(path)
    assert answer.headers["Cache-Control"] == "no-cache"
    assert "worker-src 'self'" in answer.headers["Content-Security-Policy"]


def test_the_worker_is_served_from_the_root_alone() -> None:
    """A worker below /static/ could stand before nothing but /static/."""
    assert "service-worker" in (STATIC_DIR / "js" / "shell.js").read_text()
    assert "/static/" not in re.findall(r"register\((.+?)\)", (STATIC_DIR / "js" / "shell.js").read_text())[0]
