from tests.support.web_app import WebApp


def test_static_files_carry_what_protects_and_not_what_only_pages_need(web: WebApp) -> None:
    client = web.app.test_client()
    of_file, of_page = client.get("/static/js/lib/dom.js").headers, client.get("/login").headers
    for name in ("X-Content-Type-Options", "Referrer-Policy"):
        assert of_file[name] == of_page[name]
    assert of_file["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert "script-src 'self'" in of_page["Content-Security-Policy"]
    for name in ("Permissions-Policy", "X-Frame-Options"):
        assert name in of_page
        assert name not in of_file
