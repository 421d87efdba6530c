"""Where a form shows an error that came from behind it."""

from collections.abc import Mapping
from types import MappingProxyType

from flask_wtf import FlaskForm

from webapp.errors import AmendsError
from webapp.web.core.template_filters import error_words

_AS_NAMED: Mapping[str, str] = MappingProxyType({})


def put_error(form: FlaskForm, error: AmendsError, names: Mapping[str, str] = _AS_NAMED) -> None:
    """Put an error beside the field that it names, or above the form where it names none of its fields.

    Args:
        form: the form that was sent.
        error: what came of it.
        names: the error's field → what the form calls it, where it has another name.
    """
    name = names.get(error.field, error.field)
    if name in form:
        form[name].errors = [*form[name].errors, error_words(error)]
    else:
        form.form_errors.append(error_words(error))
