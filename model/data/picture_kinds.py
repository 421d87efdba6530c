"""Kinds of files, by their first bytes: which kind of picture, and what else people hand over as one."""

from collections.abc import Mapping

READ_KINDS = ("JPEG", "PNG", "WebP", "BMP", "GIF", "TIFF", "PPM", "JPEG2000", "AVIF")
"""Pictures that are read, by Pillow's names but for the case."""

HEAD_BYTES = 64
_HEIC_ADVICE = "save it as JPEG (an iPhone takes JPEG after Settings > Camera > Formats > Most Compatible)"
_ADVICE: Mapping[str, str] = {
    "HEIC": _HEIC_ADVICE,
    "MP4 video": "take single pictures of it; `run.py analyse` reads videos",
    "ZIP archive": "unpack it",
    "gzip archive": "unpack it",
    "RAR archive": "unpack it",
    "7z archive": "unpack it",
    "PDF": "save its picture as JPEG or PNG",
    "SVG": "save it as PNG",
    "HTML page": "an address gave a page instead of the picture: fetch it again",
    "Git LFS pointer": "fetch the file itself with `git lfs pull`",
}
_STARTS: tuple[tuple[bytes, str], ...] = (
    (b"\xff\xd8\xff", "JPEG"), (b"\x89PNG\r\n\x1a\n", "PNG"), (b"BM", "BMP"), (b"GIF8", "GIF"),
    (b"II*\0", "TIFF"), (b"MM\0*", "TIFF"), (b"II+\0", "TIFF"), (b"MM\0+", "TIFF"),
    (b"\0\0\0\x0cjP  ", "JPEG2000"), (b"\xff\x4f\xff\x51", "JPEG2000"),
    (b"\0\0\0\x0cJXL ", "JPEG XL"), (b"\xff\x0a", "JPEG XL"),
    (b"8BPS", "Photoshop"), (b"\x76\x2f\x31\x01", "OpenEXR"), (b"#?RADIANCE", "HDR"), (b"PF\n", "PFM"),
    (b"Pf\n", "PFM"), (b"%PDF", "PDF"), (b"<svg", "SVG"), (b"<?xml", "SVG"), (b"<!doctype html", "HTML page"),
    (b"<html", "HTML page"),
    (b"PK\x03\x04", "ZIP archive"), (b"\x1f\x8b", "gzip archive"), (b"Rar!", "RAR archive"),
    (b"7z\xbc\xaf\x27\x1c", "7z archive"), (b"\x93NUMPY", "NumPy array"), (b"\x89HDF", "HDF5"),
    (b"version https://git-lfs", "Git LFS pointer"),
)  # fmt: skip
# After `ftyp`, four bytes into a file of the ISO family (ISO/IEC 14496-12).
_BRANDS: Mapping[bytes, str] = {
    b"avif": "AVIF", b"avis": "AVIF",
    **dict.fromkeys((b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"), "HEIC"),
}  # fmt: skip


def kind_of(head: bytes) -> str:
    """Return what a file is, as people call it; empty where its first bytes say nothing that is known.

    Args:
        head: Its first ``HEAD_BYTES`` bytes.
    """
    if head[4:8] == b"ftyp":
        return "AVIF" if b"avif" in head[8:40] else _BRANDS.get(head[8:12], "MP4 video")
    if head[:4] == b"RIFF":
        return {b"WEBP": "WebP", b"AVI ": "AVI video"}.get(head[8:12], "")
    if len(head) > 2 and head[:1] == b"P" and head[1:2] in b"123456" and head[2:3].isspace():
        return "PPM"
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    return next((name for start, name in _STARTS if head.startswith(start) or text.startswith(start)), "")


def advice_for(kind: str) -> str:
    """Return what to do with a file of a kind that is not read."""
    return _ADVICE.get(kind, "save it as JPEG or PNG")
