"""A server that speaks as Amazon S3 does (moto), in a process and an environment of its own."""

import os
import re
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import requests

from tests.servers import free_port
from webapp.settings import REPOSITORY_DIR

KEY_ID, SECRET, BUCKET, PREFIX = "AKIAOFTHETESTS", "s3cret-of-the-tests", "pictures", "hotel/one"
_PYTHON = REPOSITORY_DIR / ".setup" / "s3-server" / "bin" / "python"
_STARTS_S = 30.0


@dataclass
class S3Server:
    """One server; what it holds is gone with its process."""

    port: int
    folder: Path
    process: subprocess.Popen[bytes] | None = field(default=None)

    @property
    def endpoint(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def variables(self) -> dict[str, str]:
        """The environment of an installation that keeps its pictures there."""
        return {
            "AMENDS_SNAPSHOT_STORE": f"s3://{BUCKET}/{PREFIX}",
            "AMENDS_SNAPSHOT_STORE_ENDPOINT": self.endpoint,
            "AMENDS_SNAPSHOT_STORE_KEY_ID": KEY_ID,
            "AMENDS_SNAPSHOT_STORE_SECRET": SECRET,
            "AMENDS_SNAPSHOT_STORE_TIMEOUT_S": "2",
        }

    def start(self, bucket: str = BUCKET) -> None:
        """Start it with an empty bucket."""
        with (self.folder / "s3-server.log").open("ab") as log:
            command = (_PYTHON, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(self.port))
            self.process = subprocess.Popen(command, stdout=log, stderr=log, env={**os.environ, "PYTHONPATH": ""})
        deadline_s = time.monotonic() + _STARTS_S
        while True:
            try:
                requests.put(f"{self.endpoint}/{bucket}", timeout=5).raise_for_status()
                return
            except requests.ConnectionError:
                assert time.monotonic() < deadline_s, (self.folder / "s3-server.log").read_text()
                time.sleep(0.1)

    def kill(self) -> None:
        """End it as a power cut does."""
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process = None

    def names(self, bucket: str = BUCKET) -> list[str]:
        """Return what is in a bucket, asked for without the product's library."""
        listing = requests.get(f"{self.endpoint}/{bucket}?list-type=2", timeout=5).text
        return sorted(re.findall(r"<Key>([^<]+)</Key>", listing))

    def content(self, name: str, bucket: str = BUCKET) -> bytes:
        """Return one object, likewise."""
        answer = requests.get(f"{self.endpoint}/{bucket}/{name}", headers=_as_service("s3"), timeout=5)
        answer.raise_for_status()
        return answer.content

    def put(self, name: str, content: bytes, bucket: str = BUCKET) -> None:
        """Put an object there, likewise."""
        requests.put(f"{self.endpoint}/{bucket}/{name}", data=content, timeout=5).raise_for_status()

    def ask_for_keys(self) -> tuple[str, str]:
        """Take no request any more without a known access key; return the id and the secret of one."""
        policy = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}'
        steps = [
            {"Action": "CreateUser", "UserName": "amends"},
            {"Action": "PutUserPolicy", "UserName": "amends", "PolicyName": "all", "PolicyDocument": policy},
            {"Action": "CreateAccessKey", "UserName": "amends"},
        ]
        for step in steps:
            answer = requests.post(
                f"{self.endpoint}/", {**step, "Version": "2010-05-08"}, headers=_as_service("iam"), timeout=5
            )
            answer.raise_for_status()
        requests.post(f"{self.endpoint}/moto-api/reset-auth", data="0", timeout=5).raise_for_status()
        found = [re.search(f"<{one}>([^<]+)<", answer.text) for one in ("AccessKeyId", "SecretAccessKey")]
        assert found[0]
        assert found[1]
        return found[0][1], found[1][1]


def _as_service(name: str) -> dict[str, str]:
    """Return by what the server knows which of Amazon's services is meant, and that somebody asks."""
    scope = f"Credential=x/20260101/us-east-1/{name}/aws4_request"
    return {"Authorization": f"AWS4-HMAC-SHA256 {scope}, SignedHeaders=host, Signature=x"}


@contextmanager
def s3_server(folder: Path) -> Iterator[S3Server]:
    """Run a server with an empty bucket; skip where it is not installed, but fail in CI."""
    if not _PYTHON.exists():
        reason = "the S3 server of the tests is missing: make setup-dev"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    server = S3Server(free_port(), folder)
    try:
        server.start()
        yield server
    finally:
        server.kill()
