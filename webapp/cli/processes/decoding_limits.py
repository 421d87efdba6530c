"""What a process may do that decodes one camera; kept free of what loads a library with threads of its own."""

import resource
from pathlib import Path

from webapp.domain.cameras.source_limits import SourceLimits
from webapp.runtime.processes.confinement import forbid_writing_and_starting, limit_resources

# A slot holds two pictures of three bytes a pixel, each with a quarter of room to grow.
_SLOT_BYTES_PER_PIXEL = 8


def confine_decoding(limits: SourceLimits, slots_dir: Path | None = None) -> None:
    """Give this process the memory of one camera, and no right to write or start anything but what is named here.

    Memory is what is its own (RLIMIT_DATA): the slots, which it shares with others, have a limit as files. Called
    before anything of vision is imported, since what starts a thread keeps that thread's rights.

    Args:
        limits: what one camera may take.
        slots_dir: where its frames go; None where they go nowhere.
    """
    slot_bytes = _SLOT_BYTES_PER_PIXEL * limits.max_pixels if slots_dir else 0
    limit_resources(((resource.RLIMIT_DATA, limits.memory_mib * 2**20), (resource.RLIMIT_FSIZE, slot_bytes)))
    forbid_writing_and_starting(files=Path("/dev").glob("video*"), folder=slots_dir)
