"""Limits of requests while Redis is away: they count in memory, for all that waited for it together too."""

import threading
from collections import Counter
from pathlib import Path

from flask import Flask

from tests.servers import silent_server
from webapp.settings import load_settings
from webapp.web.core.security import RequestLimits, limits_storage

MANY = 8


def test_all_that_wait_together_for_a_redis_that_hangs_are_answered_and_counted(tmp_path: Path) -> None:
    with silent_server() as port:
        app = Flask(__name__)
        app.config.update(limits_storage(load_settings(data_dir=tmp_path, redis_url=f"redis://127.0.0.1:{port}/0")))
        limits = RequestLimits(key_func=lambda: "somebody", app=app)

        @app.get("/")
        @limits.limit(f"{MANY} per minute")
        def page() -> str:
            return "here"

        answered: list[int] = []

        def ask() -> None:
            answered.append(app.test_client().get("/").status_code)

        threads = [threading.Thread(target=ask) for _ in range(MANY)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        ask()
        assert Counter(answered) == {200: MANY, 429: 1}
