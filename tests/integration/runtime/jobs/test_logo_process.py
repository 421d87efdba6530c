"""Drawing a logo in a process of its own: the real one, and stand-ins that hang or die."""

import io
import sys

import pytest
from PIL import Image

from webapp.errors import InputInvalid, PictureFailed
from webapp.runtime.jobs.logo_process import ProcessLogoStudio
from webapp.services.site.logos import LogoGround


def test_a_logo_is_drawn_and_comes_back() -> None:
    sent = io.BytesIO()
    Image.new("RGB", (900, 300), "navy").save(sent, "PNG")

    drawn = ProcessLogoStudio().draw(sent.getvalue())

    assert Image.open(io.BytesIO(drawn.webp)).size == (drawn.width_px, drawn.height_px) == (512, 171)
    assert drawn.ground is LogoGround.ANY


def test_what_is_no_picture_is_refused_in_words_that_can_be_translated() -> None:
    with pytest.raises(InputInvalid, match="not a picture") as raised:
        ProcessLogoStudio().draw(b"no picture")
    assert raised.value.text.endswith("expected %(kinds)s.")


def test_a_process_that_hangs_is_given_up() -> None:
    studio = ProcessLogoStudio((sys.executable, "-c", "import time; time.sleep(60)"), timeout_s=0.5)
    for _ in range(2):  # Its place is free again.
        with pytest.raises(PictureFailed, match=r"longer than 0\.5 s"):
            studio.draw(b"picture")


def test_a_process_that_dies_is_said_in_words() -> None:
    with pytest.raises(PictureFailed, match="without an answer"):
        ProcessLogoStudio((sys.executable, "-c", "raise SystemExit(1)")).draw(b"picture")
