"""Which pages are shown, and how one gets to see them as a visitor would."""

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page
from skimage import data

from webapp.settings import REPOSITORY_DIR

TOUR_DIR = REPOSITORY_DIR / "docs" / "img" / "tour"
SIZES = {"desktop": {"width": 1440, "height": 900}, "phone": {"width": 390, "height": 844}}
THEMES = ("light", "dark")


def nothing(_: Page) -> None:
    """Leave the page as it comes."""


@dataclass(frozen=True)
class Shot:
    """One page of the tour.

    Attributes:
        name: what its pictures' files begin with.
        words: what the tour calls it.
        path: where it is.
        prepare: what is done before the picture is taken.
        is_public: whether it is shown to who is not signed in.
    """

    name: str
    words: str
    path: str
    prepare: Callable[[Page], None] = nothing
    is_public: bool = False

    def file(self, size: str, theme: str) -> Path:
        """Return where a picture of it is kept."""
        return TOUR_DIR / f"{self.name}-{size}-{theme}.webp"


def wait_for_fresh_pictures(page: Page) -> None:
    """Wait until no picture of a camera that is online is marked as old; on a busy machine one is, now and then."""
    page.wait_for_timeout(2000)
    page.wait_for_function(
        """() => ![...document.querySelectorAll('.tile[data-state="online"] .tile-frozen')]
          .some((mark) => mark.checkVisibility())"""
    )


def wait_for_the_wall(page: Page) -> None:
    """Wait until the screen shows a picture."""
    page.wait_for_function(
        "() => [...document.querySelectorAll('canvas, img')].some((one) => one.checkVisibility() && one.width > 100)"
    )
    page.wait_for_timeout(2000)


def try_the_portrait(page: Page) -> None:
    """Let the network look at the demo camera's portrait."""
    written = BytesIO()
    Image.fromarray(data.astronaut()).save(written, "JPEG", quality=90)
    page.get_by_label("A photo with a face").set_input_files(
        {"name": "portrait.jpg", "mimeType": "image/jpeg", "buffer": written.getvalue()}
    )
    page.get_by_role("button", name="Test it").click()
    page.get_by_role("heading", name="1 face found").wait_for()


def go_to_the_picture(page: Page) -> None:
    """Take the wizard's first step."""
    page.get_by_label("Demonstration").check()
    page.get_by_role("button", name="Next").click()
    page.get_by_role("heading", name="Is this the right picture?").wait_for()
    page.wait_for_function("() => [...document.images].some((image) => image.naturalWidth > 300)")


def switch_the_camera_on(page: Page) -> None:
    """Start the kiosk."""
    page.get_by_role("button", name="Start").click()
    page.get_by_text("The camera of this screen is on.").wait_for()


LOBBY_BAR = 2
INCIDENT = 2
SHOTS = (
    Shot("login", "Log in", "/login", is_public=True),
    Shot("dashboard", "Dashboard", "/", wait_for_fresh_pictures),
    Shot("camera", "A camera, large", f"/cameras/{LOBBY_BAR}", wait_for_fresh_pictures),
    Shot("incidents", "Incident log", "/incidents"),
    Shot("incident", "An incident", f"/incidents/{INCIDENT}"),
    Shot("insights", "Insights", "/insights"),
    Shot("summary", "Daily summary", "/summary"),
    Shot("advice", "Threshold advice", f"/advice/{LOBBY_BAR}"),
    Shot("photo-test", "Test a photo", "/test-photo", try_the_portrait),
    Shot("model", "AI model", "/model"),
    Shot("cameras", "Cameras", "/admin/cameras"),
    Shot("new-camera", "Adding a camera", "/admin/cameras/new", go_to_the_picture),
    Shot("zones", "Privacy and staff zones", f"/admin/cameras/{LOBBY_BAR}/zones"),
    Shot("rules", "Alert rules", "/admin/rules"),
    Shot("users", "Users", "/admin/users"),
    Shot("site", "Name and notice", "/admin/notice"),
    Shot("retention", "Retention", "/admin/retention"),
    Shot("system", "System", "/admin/system"),
    Shot("audit", "Audit trail", "/admin/audit"),
    Shot("sign", "The sign to print", "/admin/notice/sign"),
    Shot("notice", "The public notice", "/notice", is_public=True),
    Shot("first-day", "The first day", "/welcome/notice"),
    Shot("compliance", "Compliance file", "/admin/compliance"),
    Shot("wall", "A wall screen", "/wall", wait_for_the_wall),
    Shot("guide", "The guide", "/guide/alerts"),
    Shot("error", "A page that is not there", "/nothing/here"),
)
KIOSK = Shot("kiosk", "A kiosk", "/kiosk", switch_the_camera_on, is_public=True)
ALL_SHOTS = (*SHOTS, KIOSK)
