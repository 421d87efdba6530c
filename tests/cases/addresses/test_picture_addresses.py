"""What a command says of a picture's address that holds a password."""

import pytest

from webapp.errors import InputInvalid
from webapp.vision.images.image_io import read_picture, shown_name


@pytest.mark.parametrize(
    "address",
    [
        "snapshot+http://admin:geheim@127.0.0.1:9/s.jpg",
        "rtsp://admin:geheim@127.0.0.1:9/s",
        " http://a:geheim@127.0.0.1:9/s",
    ],
)
def test_neither_a_pictures_name_nor_its_error_holds_the_password(address: str) -> None:
    assert "geheim" not in shown_name(address)
    with pytest.raises(InputInvalid) as refused:
        read_picture(address, timeout_s=1)
    assert "geheim" not in str(refused.value)
