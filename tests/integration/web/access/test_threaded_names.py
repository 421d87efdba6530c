"""In a process of its own: eventlet patches the standard library."""

import subprocess
import sys

from webapp.settings import REPOSITORY_DIR

WEB = """
import os
os.environ["EVENTLET_NO_GREENDNS"] = "yes"
import warnings
warnings.simplefilter("ignore")
import eventlet
eventlet.monkey_patch()
import socket, time
from eventlet import patcher, tpool
from webapp.web.core.access.threaded_names import look_up_in_threads

def look_up(host, *args, **kwargs):
    patcher.original("time").sleep(0.5 if host == "slow.example" else 0)
    return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 9))]

socket.getaddrinfo = look_up
look_up_in_threads()
steps = 0

def others():
    global steps
    while True:
        steps += 1
        eventlet.sleep(0.01)

eventlet.spawn(others)
"""


def said_by(code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", WEB + code], cwd=REPOSITORY_DIR, capture_output=True, text=True, check=True
    )
    return done.stdout


def test_others_go_on_while_a_name_is_looked_up():
    tried = "try:\n    socket.create_connection(('slow.example', 9), timeout=1)\nexcept OSError:\n    pass\n"
    assert int(said_by(tried + "print(steps)")) > 10


def test_an_address_needs_no_thread():
    assert said_by("print(socket.getaddrinfo('127.0.0.1', 9)[0][4], len(tpool._threads))") == "('127.0.0.1', 9) 0\n"
