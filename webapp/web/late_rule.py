"""An address whose builder is compiled when somebody first asks for it.

Werkzeug compiles two functions for each of some three hundred addresses when the application is put together, by way of
syntax trees: a third of the time that takes, for links of which a process builds a few dozen.
"""

from collections.abc import Callable
from typing import Any

from werkzeug.routing import Rule

_Build = Callable[..., tuple[str, str]]


class LateRule(Rule):
    """A rule of the URL map; set as the application's `url_rule_class`."""

    def _compile_builder(self, append_unknown: bool = True) -> _Build:
        compile_now = super()._compile_builder
        compiled: list[_Build] = []

        def build(rule: Rule, **values: Any) -> tuple[str, str]:
            if not compiled:
                compiled.append(compile_now(append_unknown))
            return compiled[0](rule, **values)

        return build
