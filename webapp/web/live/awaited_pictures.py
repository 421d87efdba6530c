"""Waits for pictures that are drawn because somebody asks for them: nobody has looked for some seconds."""

from collections.abc import Callable, Collection

from webapp.services.dashboard.live_frames import LiveFrames, PictureUse

# Vision notices within a tenth of a second that it is asked, and draws in hundredths; a machine at its limit is slower.
DRAWN_WITHIN_S = 1.0
_LOOK_AGAIN_S = 0.02


def ask_for_pictures(
    live: LiveFrames, camera_ids: Collection[int], use: PictureUse, sleep: Callable[[float], None]
) -> None:
    """Ask for the pictures of some cameras, and wait a moment for those that are not drawn yet.

    Args:
        live: where they are.
        camera_ids: whose; of one that shows nothing at all none is waited for.
        use: what they are for.
        sleep: waits without holding up anyone else.
    """
    missing = [camera_id for camera_id in camera_ids if _is_missing(live, camera_id, use)]
    for _ in range(round(DRAWN_WITHIN_S / _LOOK_AGAIN_S)):
        if not missing:
            return
        sleep(_LOOK_AGAIN_S)
        missing = [camera_id for camera_id in missing if _is_missing(live, camera_id, use)]


def _is_missing(live: LiveFrames, camera_id: int, use: PictureUse) -> bool:
    return not live.picture_sequence(camera_id, use) and bool(live.sequence(camera_id))
