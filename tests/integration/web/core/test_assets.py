"""Static files: compressed, revalidated, and nothing beside them."""

import json
import re
from pathlib import Path
from urllib.parse import urljoin

import pytest

from tests.support.web_app import WebApp
from webapp.web.core.assets import STATIC_DIR

FIRST_PAGE_LIMIT_BYTES = 200_000
VENDOR = STATIC_DIR / "vendor" / "tabler.min.css"


def test_an_asset_is_kept_as_long_as_its_address_names_its_version(web: WebApp) -> None:
    client = web.app.test_client()
    address = re.search(r'src="(/static/js/shell\.js\?v=\w+)"', client.get("/login").text)
    assert address
    assert "immutable" in client.get(address.group(1)).headers["Cache-Control"]
    plain = client.get("/static/js/shell.js")
    assert "no-cache" in plain.headers["Cache-Control"]
    assert "immutable" not in plain.headers["Cache-Control"]
    again = client.get("/static/js/shell.js", headers={"If-None-Match": plain.headers["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize(
    "path",
    [
        "package.json",
        "node_modules/x",
        "../pyproject.toml",
        "js/../package.json",
        "js",
        "js/%00",
        ".npmrc",
        "tools/types.d.ts",
    ],
)
def test_nothing_beside_the_assets_is_served(web: WebApp, path: str) -> None:
    assert web.app.test_client().get(f"/static/{path}").status_code == 404


@pytest.mark.parametrize("script", ["dashboard.js", "lib/dom.js", "theme.js"])
def test_a_script_is_served_without_its_comments_and_otherwise_as_it_is(web: WebApp, script: str) -> None:
    source = (STATIC_DIR / "js" / script).read_text().splitlines()
    served = web.app.test_client().get(f"/static/js/{script}").text.splitlines()
    is_comment = [line.lstrip().startswith(("//", "/**", "* ", "*/")) for line in source]
    assert any(is_comment)
    assert served == ["" if comment else line for line, comment in zip(source, is_comment, strict=True)]


def test_the_licences_in_what_others_wrote_stay(web: WebApp) -> None:
    assert "Licensed to the Apache" in web.app.test_client().get("/static/vendor/echarts.min.js").text[:1000]


@pytest.mark.skipif(not VENDOR.is_file(), reason="needs `npm ci && npm run vendor` in static/")
def test_the_first_page_is_small(web: WebApp) -> None:
    client, gzip = web.browser("alice").client, {"Accept-Encoding": "gzip"}
    page = client.get("/").text
    wanted = set(re.findall(r'(?:src|href)="(/static/[^"#]+)', page))
    size, loaded = len(page), set()
    while wanted - loaded:  # A browser loads each once, however many name it.
        address = (wanted - loaded).pop()
        loaded.add(address)
        answer = client.get(address, headers=gzip)
        assert answer.status_code == 200, address
        size += len(answer.data)
        if ".js" in address and "vendor" not in address:
            script = client.get(address).text
            wanted |= {urljoin(address, name) for name in re.findall(r'(?:from|import) "(\.[^"]+)"', script)}
    assert 60_000 < size < FIRST_PAGE_LIMIT_BYTES


@pytest.mark.parametrize("path", ["/", "/incidents", "/summary", "/advice", "/model"])
def test_only_pages_with_charts_load_what_draws_them(web: WebApp, path: str) -> None:
    web.add_incident(web.add_camera())
    bob = web.browser("bob").client
    assert "echarts" not in bob.get(path).text
    assert "vendor/echarts.min.js" in bob.get("/insights").text


@pytest.mark.parametrize("folder", [STATIC_DIR, STATIC_DIR / "tools"], ids=lambda folder: folder.name)
def test_no_lock_file_names_a_registry(folder: Path) -> None:
    assert '"resolved"' not in (folder / "package-lock.json").read_text()


def test_what_checks_the_scripts_is_not_installed_to_serve() -> None:
    served = json.loads((STATIC_DIR / "package-lock.json").read_text())["packages"]
    assert not {name for name in served if "eslint" in name or "typescript" in name}


def test_a_file_that_a_cache_may_keep_for_everybody_carries_nobodys_cookie(web: WebApp) -> None:
    client = web.browser("alice").client

    assert "Set-Cookie" in client.get("/").headers
    assert "Set-Cookie" not in client.get("/static/js/lib/i18n.js").headers
