"""Still pictures: read from a path or an http(s) address, and written."""

import base64
import urllib.error
import urllib.request
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from model.data.picture_decoding import opened_picture, rgb_on_white, upright_picture
from model.data.picture_kinds import READ_KINDS
from model.errors import PictureFault, PictureUnreadable
from webapp.domain.cameras.addresses.hidden_values import without_secrets
from webapp.domain.cameras.cameras import parse_camera_address
from webapp.domain.vision.frames import ImageBGR
from webapp.errors import InputInvalid

_MOST_BYTES = 64 * 1024 * 1024


def shown_name(image: str) -> str:
    """Return a picture's path or address as people may see it: without user name and password."""
    if "://" not in image:
        return image
    return parse_camera_address(image).url if _is_address(image) else without_secrets(image.strip())


def read_picture(image: str, timeout_s: float = 5.0) -> ImageBGR:
    """Read a picture.

    Args:
        image: a path, or an http(s) address.
        timeout_s: seconds to wait for a server.

    Returns:
        uint8, (height, width, 3), BGR, turned upright where the file says how.

    Raises:
        InputInvalid: it is missing, cannot be reached, or is no picture.
    """
    image = image.strip() if "://" in image else image
    image = image.removeprefix("snapshot+")
    name = shown_name(image)
    source = _download(image, timeout_s) if _is_address(image) else _file(image)
    try:
        with opened_picture(source) as opened:
            return _bgr(rgb_on_white(upright_picture(opened)))
    except PictureUnreadable as error:
        if error.fault is PictureFault.NO_PICTURE:
            raise InputInvalid(
                f"'{name}' is not a picture that can be read: expected {', '.join(READ_KINDS)}."
            ) from None
        raise InputInvalid(f"'{name}' cannot be read: {error}.") from None
    except OSError as error:
        raise InputInvalid(f"Cannot read '{name}': {error.strerror or 'the disk does not answer'}.") from None
    except MemoryError:
        raise InputInvalid(f"'{name}' cannot be read: it needs more memory than there is; reduce it.") from None


def write_picture(path: Path, image_bgr: ImageBGR) -> None:
    """Write a picture in the format that the file's ending names.

    Raises:
        InputInvalid: the ending is of no picture, or the file cannot be written.
    """
    try:
        is_encoded, encoded = cv2.imencode(path.suffix, image_bgr)
    except cv2.error:
        is_encoded = False
    if not is_encoded:
        raise InputInvalid(f"Cannot write '{path}': expected a name that ends in .jpg or .png.")
    try:
        path.write_bytes(encoded.tobytes())
    except OSError as error:
        raise InputInvalid(f"Cannot write '{path}': {error.strerror}.") from None


def _is_address(image: str) -> bool:
    return image.lower().startswith(("http://", "https://"))


def _file(image: str) -> Path:
    """Return the path of a file; a folder, or a pipe that might never end, is none.

    Raises:
        InputInvalid: there is no such file.
    """
    path, name = Path(image).expanduser(), shown_name(image)
    try:
        if path.is_dir():
            raise InputInvalid(f"Cannot read '{name}': it is a folder; give its pictures, such as {name}/*.jpg.")
        if path.exists() and not path.is_file():
            raise InputInvalid(f"Cannot read '{name}': it is no file.")
    except (OSError, ValueError):
        raise InputInvalid(f"Cannot read '{name}': no such file.") from None
    return path


def _bgr(rgb: Image.Image) -> ImageBGR:
    """Return the pixels in one piece, without a third copy of a large picture."""
    pixels = np.array(rgb, dtype=np.uint8)
    return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR, dst=pixels), dtype=np.uint8)


def _download(image: str, timeout_s: float) -> bytes:
    address = parse_camera_address(image)
    request = urllib.request.Request(address.full_url)  # noqa: S310 - the scheme is http or https, see _is_address.
    if address.username:
        credentials = base64.b64encode(f"{address.username}:{address.password}".encode()).decode()
        # Not to be sent on to where a redirect leads.
        request.add_unredirected_header("Authorization", f"Basic {credentials}")
    try:
        with urllib.request.urlopen(request, timeout=timeout_s) as answer:  # noqa: S310 - as above.
            encoded: bytes = answer.read(_MOST_BYTES + 1)
    except urllib.error.HTTPError as error:
        error.close()
        raise InputInvalid(f"Cannot fetch '{address.url}': the server answers {error.code}.") from None
    except (OSError, ValueError):
        raise InputInvalid(f"Cannot fetch '{address.url}': no answer; check host, port and network.") from None
    if len(encoded) > _MOST_BYTES:
        raise InputInvalid(f"'{address.url}' is too large: expected at most {_MOST_BYTES // 2**20} MiB.")
    return encoded
