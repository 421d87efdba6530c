"""Addresses are as Werkzeug's, and nothing is compiled for them before somebody asks for one."""

import pytest
from werkzeug.routing import Map, Rule

from webapp.web.late_rule import LateRule

RULES = [("/", "home"), ("/cameras/<int:camera_id>/rule", "rule"), ("/guide/<path:page>", "guide")]


def links(kind: type[Rule]) -> list[str]:
    bound = Map([kind(path, endpoint=endpoint) for path, endpoint in RULES]).bind("amends.example", "/amends")
    return [
        bound.build("home"),
        bound.build("rule", {"camera_id": 7, "of": "a b&c"}),
        bound.build("rule", {"camera_id": 7}, append_unknown=False),
        bound.build("guide", {"page": "alerts/how ä"}),
    ]


def test_addresses_are_as_werkzeugs() -> None:
    assert links(LateRule) == links(Rule)


def test_an_address_is_compiled_once_when_it_is_first_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    compiled: list[str] = []
    compile_now = Rule._compile_builder

    def counted(rule: Rule, append_unknown: bool = True) -> object:
        compiled.append(rule.rule)
        return compile_now(rule, append_unknown)

    monkeypatch.setattr(Rule, "_compile_builder", counted)
    bound = Map([LateRule(path, endpoint=endpoint) for path, endpoint in RULES]).bind("amends.example")
    assert compiled == []
    assert [bound.build("guide", {"page": page}) for page in ("alerts", "rules")] == ["/guide/alerts", "/guide/rules"]
    assert compiled == ["/guide/<path:page>"]
