"""Texts of forms and addresses as databases can store them."""

from flask import Flask, request

from webapp.errors import InputInvalid


def init_app(app: Flask) -> None:
    """Refuse the zero that ends a text in C, wherever a request has a text; `bounded_json` does so in JSON."""
    app.before_request(_refuse_nul)


def _refuse_nul() -> None:
    named = (*request.args.items(multi=True), *request.form.items(multi=True), *(request.view_args or {}).items())
    if any("\0" in str(text) for pair in named for text in pair):
        raise InputInvalid("Expected a text without NUL characters.")
