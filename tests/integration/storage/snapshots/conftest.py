"""A bucket of each test's own, on one server for all tests of a file."""

import secrets
from collections.abc import Iterator

import pytest
import requests

from tests.servers.cluster.s3_server import KEY_ID, SECRET, S3Server, s3_server
from webapp.storage.alerts.snapshot_access import BucketAccess
from webapp.storage.alerts.snapshot_bucket import SnapshotBucket


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
    with s3_server(tmp_path_factory.mktemp("s3")) as server:
        yield server


@pytest.fixture
def access(server: S3Server) -> BucketAccess:
    name = f"test-{secrets.token_hex(4)}"
    requests.put(f"{server.endpoint}/{name}", timeout=5).raise_for_status()
    return BucketAccess(name, "hotel/one", server.endpoint, "us-east-1", 2.0, KEY_ID, SECRET, None)


@pytest.fixture
def bucket(access: BucketAccess) -> SnapshotBucket:
    return SnapshotBucket(access, rest_s=0.0)
