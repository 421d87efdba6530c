"""The brake on guessing: passwords are checked here only, and not at all while somebody has to wait."""

from collections.abc import Callable
from typing import TypeVar

from flask import request

from webapp.domain.people.accounts import User
from webapp.domain.people.guessing import Counted, of_person
from webapp.errors import TooManyTries, WrongPassword
from webapp.web.core.app_context import app_services

_Answer = TypeVar("_Answer")


def try_login(name: str, password: str) -> User | None:
    """Return who signs in; None where name or password is wrong.

    Raises:
        TooManyTries: after others that were wrong.
    """
    brake, now, address = app_services().guesses, app_services().clock.now(), request.remote_addr or ""
    tried = brake.of_login(name, address, now)
    user = _checked(tried, lambda: app_services().accounts.authenticate(name, password))
    if user is not None:
        brake.note_login(name, address, now)
    return user


def try_password(person: User, check: Callable[[], _Answer]) -> _Answer:
    """Return what a check of the person's own password answers: something false, or `WrongPassword`, counts as wrong.

    Raises:
        TooManyTries: after others that were wrong.
    """
    return _checked(of_person(person.user_id), check)


def is_own_password(person: User, password: str) -> bool:
    """Return whether a password that is asked for again is the person's.

    Raises:
        TooManyTries: after others that were wrong.
    """
    return try_password(person, lambda: app_services().accounts.is_password_of(person.user_id, password))


def _checked(tried: tuple[Counted, ...], check: Callable[[], _Answer]) -> _Answer:
    brake, now = app_services().guesses, app_services().clock.now()
    wait_s = brake.begin(tried, now)
    if wait_s:
        raise TooManyTries("Too many wrong passwords. Wait %(wait_s)s s, then try again.", wait_s=wait_s)
    try:
        answer = check()
    except WrongPassword:
        raise
    except Exception:
        brake.undo(tried, now)
        raise
    if answer:
        brake.undo(tried, now)
    return answer
