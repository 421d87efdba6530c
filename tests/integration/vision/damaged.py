"""Pictures and streams that are damaged on purpose, the same for the same seed; and a process that decodes them all.

Usage: python -m tests.integration.vision.damaged SEED FOLDER; it prints one JSON line for each case and decoder, under
the limits of a capture process.
"""

import io
import json
import random
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from webapp.services.cameras.kiosk_frames import KioskPicture

Damage = Callable[[random.Random, bytearray], bytes]
PICTURES = ("JPEG", "PNG", "WEBP", "GIF")
STREAMS = (("mp4", "libx264"), ("ts", "libx264"), ("mkv", "libx264"), ("mkv", "mjpeg"), ("avi", "mjpeg"))
EACH_PICTURE, EACH_STREAM = 40, 28
_SIDE_PX = (96, 64)


@dataclass(frozen=True)
class Case:
    """One damaged file: what it was, and what it is now."""

    kind: str
    content: bytes


def cut_off(chance: random.Random, whole: bytearray) -> bytes:
    return bytes(whole[: chance.randrange(len(whole))])


def flip_bits(chance: random.Random, whole: bytearray) -> bytes:
    for _ in range(chance.choice((1, 8, 64, 512))):
        whole[chance.randrange(len(whole))] ^= 1 << chance.randrange(8)
    return bytes(whole)


def lie_of_lengths(chance: random.Random, whole: bytearray) -> bytes:
    """Write numbers that are far too large, or none, where lengths and sizes may stand: mostly at the front."""
    for _ in range(chance.choice((1, 3, 9))):
        at = chance.randrange(min(len(whole) - 8, chance.choice((64, 512, len(whole)))))
        size = chance.choice((2, 4, 8))
        whole[at : at + size] = chance.choice((b"\xff", b"\x7f", b"\x00")) * size
    return bytes(whole)


def lie_of_the_head(chance: random.Random, whole: bytearray) -> bytes:
    """Write noise over the front."""
    length = chance.choice((8, 32, 128))
    start = chance.choice((0, 4, 12))
    whole[start : start + length] = chance.randbytes(length)
    return bytes(whole)


def repeat_a_part(chance: random.Random, whole: bytearray) -> bytes:
    start = chance.randrange(len(whole))
    part = whole[start : start + chance.randrange(1, 2000)]
    return bytes(whole[:start] + part * chance.choice((2, 50)) + whole[start:])


def leave_out_a_part(chance: random.Random, whole: bytearray) -> bytes:
    start = chance.randrange(len(whole))
    return bytes(whole[:start] + whole[start + chance.randrange(1, 2000) :])


DAMAGES: tuple[Damage, ...] = (cut_off, flip_bits, lie_of_lengths, lie_of_the_head, repeat_a_part, leave_out_a_part)


def cases(seed: int, folder: Path) -> Iterator[Case]:
    """Yield the damaged files: every damage to every kind."""
    chance = random.Random(seed)  # noqa: S311 - to be the same again, not a secret.
    pictures = {kind: _picture(kind) for kind in PICTURES}
    streams = {f"{codec} in {ending}": _stream(folder, ending, codec) for ending, codec in STREAMS}
    for wholes, count in ((pictures, EACH_PICTURE), (streams, EACH_STREAM)):
        for kind, whole in wholes.items():
            for number in range(count):
                yield Case(kind, DAMAGES[number % len(DAMAGES)](chance, bytearray(whole)))


def _picture(kind: str) -> bytes:
    from PIL import Image

    written, (width_px, height_px) = io.BytesIO(), _SIDE_PX
    noise = random.Random(0).randbytes(3 * width_px * height_px)  # noqa: S311 - likewise.
    Image.frombytes("RGB", _SIDE_PX, noise).convert("P" if kind == "GIF" else "RGB").save(written, kind)
    return written.getvalue()


def _stream(folder: Path, ending: str, codec: str) -> bytes:
    from tests.support.videos import demo_pictures, write_video

    pixels = "yuvj420p" if codec == "mjpeg" else "yuv420p"
    return write_video(
        folder / f"whole.{ending}", demo_pictures(6, width_px=_SIDE_PX[0]), codec=codec, pix_fmt=pixels
    ).read_bytes()


def _decoders(folder: Path) -> dict[str, Callable[[bytes], object]]:
    """Return how the product decodes: pictures in jobs and from kiosks, and what a capture process reads."""
    from webapp.domain.cameras.image_settings import ImageSettings
    from webapp.runtime.capture.adjusted_frames import AdjustedFrameWriter
    from webapp.runtime.slots.frame_slots import SlotWriter
    from webapp.vision.images.logos import draw_logo
    from webapp.vision.images.safe_decode import decode_untrusted
    from webapp.vision.sources import SourceLimits
    from webapp.vision.sources.decoding import CONTAINERS, VideoDecoder
    from webapp.vision.sources.file import open_recording
    from webapp.vision.sources.kiosk import KioskSource

    limits = SourceLimits(open_timeout_s=2.0, read_timeout_s=2.0)
    slot = AdjustedFrameWriter(SlotWriter(folder / "raw-1"), ImageSettings(90, True))
    path = folder / "case"

    def play(decoder: VideoDecoder) -> None:
        with closing(decoder):
            for _ in range(3):
                slot.write(decoder.read().image_bgr, time.monotonic())

    def recording(content: bytes) -> None:
        path.write_bytes(content)
        play(open_recording(path, limits))

    def live(content: bytes) -> None:
        path.write_bytes(content)
        options = {"protocol_whitelist": "file", "format_whitelist": CONTAINERS, "fflags": "nobuffer"}
        play(VideoDecoder(f"file:{path}", options=options, limits=limits, is_live=True))

    def kiosk(content: bytes) -> object:
        return KioskSource(_Sent(content), 0.01).open()

    return {"photo": decode_untrusted, "logo": draw_logo, "kiosk": kiosk, "recording": recording, "live": live}


class _Sent:
    """What one kiosk has sent."""

    def __init__(self, jpeg: bytes) -> None:
        self._picture = KioskPicture(1, jpeg)

    def newest_number(self) -> int:
        return 1

    def newest(self) -> KioskPicture:
        return self._picture


def main(seed: str, folder: str) -> None:
    """Decode every case with every decoder, as confined as a capture process."""
    from webapp.cli.processes.decoding_limits import confine_decoding
    from webapp.domain.cameras.source_limits import SourceLimits

    made = list(cases(int(seed), Path(folder)))
    decoders = _decoders(Path(folder))
    confine_decoding(SourceLimits(), Path(folder))
    for number, case in enumerate(made):
        for name, decode in decoders.items():
            began_s = time.monotonic()
            outcome = _outcome(decode, case.content)
            said = {"case": number, "kind": case.kind, "decoder": name, "outcome": outcome}
            _say(**said, seconds=time.monotonic() - began_s)
    # Not `ru_maxrss`, which begins with what the process was that started this one.
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    _say(peak_mib=int(status.partition("VmHWM:")[2].split()[0]) // 1024)


def _say(**fields: object) -> None:
    sys.stdout.write(json.dumps(fields) + "\n")
    sys.stdout.flush()


def _outcome(decode: Callable[[bytes], object], content: bytes) -> str:
    """Return `frame`, `refused` for an error of ours, or the name of another one."""
    from webapp.errors import AmendsError

    try:
        decode(content)
    except AmendsError:
        return "refused"
    except Exception as error:  # noqa: BLE001 - that one comes through is what is looked for.
        return type(error).__name__
    return "frame"


if __name__ == "__main__":
    main(*sys.argv[1:])
