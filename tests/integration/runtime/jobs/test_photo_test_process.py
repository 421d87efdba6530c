"""Looking at a picture in a process of its own: the real one, and stand-ins that hang, die or eat."""

import io
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from PIL import Image

from tests.servers.web_server import sends, web_server
from webapp.domain.vision.emotions import Emotion
from webapp.errors import InputInvalid, PictureFailed, TooBusy
from webapp.runtime.jobs.photo_test_process import ProcessPhotoTest
from webapp.settings import REPOSITORY_DIR, Settings, load_settings

LIMITED = "from webapp.runtime.jobs.image_jobs import limit_this_process as limit; limit({timeout_s}); {then}"


def photo_test_of(code: str, timeout_s: float = 20.0, wait_s: float = 10.0) -> ProcessPhotoTest:
    settings = load_settings(photo_test_timeout_s=timeout_s)
    return ProcessPhotoTest(settings, (sys.executable, "-c", code), wait_s)


def ended(code: str) -> subprocess.CompletedProcess[str]:
    """Run code under the limits of the process and return how it ended."""
    command = (sys.executable, "-c", code)
    return subprocess.run(command, cwd=REPOSITORY_DIR, capture_output=True, text=True, check=False, timeout=20)


@pytest.fixture(scope="module")
def astronaut() -> bytes:
    from skimage.data import astronaut

    buffer = io.BytesIO()
    Image.fromarray(astronaut()).save(buffer, "JPEG", quality=95)
    return buffer.getvalue()


@pytest.fixture
def settings(monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.delenv("AMENDS_PHOTO_TEST_PRIVATE_ADDRESSES", raising=False)
    return load_settings()


def test_the_face_of_a_picture_is_found_read_and_explained(settings: Settings, astronaut: bytes) -> None:
    seen = ProcessPhotoTest(settings).of_upload(astronaut)
    (face,) = seen.faces
    assert face.letter == "A"
    assert face.scores is not None
    assert face.scores.top is Emotion.HAPPY
    assert seen.is_explained
    assert set(face.heat_jpegs) <= {Emotion.HAPPY, Emotion.ANGRY}
    assert Image.open(io.BytesIO(face.heat_jpegs[Emotion.HAPPY])).size == (240, 240)
    assert Image.open(io.BytesIO(seen.jpeg)).size == (seen.width_px, seen.height_px) == (512, 512)


def test_an_address_is_fetched_where_that_is_allowed(monkeypatch: pytest.MonkeyPatch, astronaut: bytes) -> None:
    with web_server({"/face.jpg": sends(astronaut)}) as port:
        url = f"http://127.0.0.1:{port}/face.jpg"
        with pytest.raises(InputInvalid, match="not on the public internet"):
            ProcessPhotoTest(load_settings()).of_address(url)
        monkeypatch.setenv("AMENDS_PHOTO_TEST_PRIVATE_ADDRESSES", "true")
        assert len(ProcessPhotoTest(load_settings()).of_address(url).faces) == 1


def test_rubbish_is_refused_in_words(settings: Settings) -> None:
    with pytest.raises(InputInvalid, match="not a picture"):
        ProcessPhotoTest(settings).of_upload(b"rubbish" * 100)


def test_an_artefact_that_cannot_be_loaded_is_said_in_words(monkeypatch: pytest.MonkeyPatch, astronaut: bytes) -> None:
    monkeypatch.setenv("AMENDS_MODEL_DIR", "/nowhere")
    with pytest.raises(PictureFailed, match="model cannot be loaded"):
        ProcessPhotoTest(load_settings()).of_upload(astronaut)


def test_a_process_that_hangs_is_given_up() -> None:
    with pytest.raises(PictureFailed, match="longer than 2 s"):
        photo_test_of("import time; time.sleep(30)", timeout_s=2).of_upload(b"x")


def test_a_process_that_dies_is_said_in_words() -> None:
    with pytest.raises(PictureFailed, match="without an answer"):
        photo_test_of("import os; os.kill(os.getpid(), 9)").of_upload(b"x")


def test_a_third_picture_waits_and_then_is_told_so() -> None:
    trial = photo_test_of("import sys; sys.stdin.read(); import time; time.sleep(1.5)", wait_s=0.1)
    failures: list[Exception] = []

    def look() -> None:
        try:
            trial.of_upload(b"x")
        except PictureFailed as failure:
            failures.append(failure)

    threads = [threading.Thread(target=look) for _ in range(2)]
    for thread in threads:
        thread.start()
    threading.Event().wait(0.3)
    with pytest.raises(TooBusy):
        trial.of_upload(b"x")
    for thread in threads:
        thread.join()
    assert len(failures) == 2
    with pytest.raises(PictureFailed):  # The places are free again.
        trial.of_upload(b"x")


def test_secrets_are_not_handed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AMENDS_ADMIN_PASSWORD", "correct horse battery")
    told = "str([name for name in os.environ if 'PASSWORD' in name])"
    code = f"import json, os; print(json.dumps({{'error': 'InputInvalid', 'text': {told}, 'values': {{}}}}))"
    with pytest.raises(InputInvalid, match=r"^\[\]$"):
        photo_test_of(code).of_upload(b"x")


def test_a_process_without_a_parent_ends_by_itself() -> None:
    assert ended(LIMITED.format(timeout_s=0.3, then="import time; time.sleep(15)")).returncode == -14


def test_a_process_that_eats_memory_is_stopped() -> None:
    outcome = ended(LIMITED.format(timeout_s=15, then="x = bytearray(4 * 2**30)"))
    assert "MemoryError" in outcome.stderr


def test_a_process_cannot_leave_a_file(tmp_path: Path) -> None:
    path = tmp_path / "kept.jpg"
    outcome = ended(LIMITED.format(timeout_s=15, then=f"open({str(path)!r}, 'wb', 0).write(b'x' * 100)"))
    # Where the kernel has no Landlock the file may be made, and stays empty.
    assert "Permission denied" in outcome.stderr or "File too large" in outcome.stderr
    assert not path.exists() or path.stat().st_size == 0
