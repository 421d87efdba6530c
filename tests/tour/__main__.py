"""Takes the pictures of the tour: `python -m tests.tour [NAME ...]`, all of them without a name."""

import sys
import tempfile
from io import BytesIO
from pathlib import Path

import click
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from tests.support.needs_browser import CHROMIUM_ARGUMENTS, CHROMIUM_PATH
from tests.support.running import PASSWORD, RunningAmends, running_amends
from tests.support.videos import film_a_portrait
from tests.tour.gallery import write_gallery
from tests.tour.pages import ALL_SHOTS, KIOSK, SHOTS, SIZES, THEMES, TOUR_DIR, Shot
from tests.tour.site import TourSite

WEBP_QUALITY = 80
WAIT_MS = 60_000
# Pages are longer than a screen; the tour shows what one sees without much scrolling.
_MOST_SCREENS = 1.6
_CAMERA = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
_IS_DRAWN = """() => document.fonts.status === "loaded"
  && [...document.images].every((image) => !image.checkVisibility() || image.naturalWidth > 0)"""


def main() -> None:
    """Start the product, let a week go by, and take the pictures."""
    wanted = [shot for shot in ALL_SHOTS if not sys.argv[1:] or shot.name in sys.argv[1:]]
    TOUR_DIR.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, running_amends(Path(folder)) as amends, sync_playwright() as player:
        site = TourSite(amends)
        site.furnish()
        film = film_a_portrait(Path(folder) / "portrait.mjpeg")
        browser = player.chromium.launch(
            executable_path=CHROMIUM_PATH,
            args=[*CHROMIUM_ARGUMENTS, *_CAMERA, f"--use-file-for-fake-video-capture={film}"],
        )
        for size in SIZES:
            for theme in THEMES:
                take_all(browser, site, wanted, size, theme)
        browser.close()
    write_gallery()


def take_all(browser: Browser, site: TourSite, wanted: list[Shot], size: str, theme: str) -> None:
    """Take the pictures of one size and theme."""
    admin, visitor = opened(browser, size, theme), opened(browser, size, theme)
    log_in(admin, site.amends)
    for shot in (one for one in wanted if one in SHOTS):
        take(visitor if shot.is_public else admin, site.amends, shot, size, theme)
    if KIOSK in wanted:
        kiosks = site.amends.installation.kiosks
        visitor.goto(f"{site.amends.url}/kiosk/pair#{kiosks.make_link(site.check_in.camera_id, 'admin')}")
        visitor.wait_for_url(f"{site.amends.url}/kiosk")
        take(visitor, site.amends, KIOSK, size, theme)
    admin.context.close()
    visitor.context.close()


def opened(browser: Browser, size: str, theme: str) -> Page:
    """Return a page of a browser of its own."""
    scale = 1.5 if size == "phone" else 1
    page = browser.new_context(viewport=SIZES[size], color_scheme=theme, device_scale_factor=scale).new_page()
    page.set_default_timeout(WAIT_MS)
    return page


def log_in(page: Page, amends: RunningAmends) -> None:
    """Log in as the first admin."""
    page.goto(f"{amends.url}/login")
    page.get_by_label("Name").fill("admin")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url(f"{amends.url}/")


def take(page: Page, amends: RunningAmends, shot: Shot, size: str, theme: str) -> None:
    """Take one picture."""
    page.goto(amends.url + shot.path, wait_until="commit")
    page.wait_for_load_state("domcontentloaded")
    shot.prepare(page)
    page.wait_for_function(_IS_DRAWN)
    page.wait_for_timeout(1000)  # Charts are drawn, and the first pushes have arrived.
    most_px = SIZES[size]["height"] * _MOST_SCREENS
    with Image.open(BytesIO(page.screenshot(full_page=True, animations="disabled"))) as image:
        scale = image.width / SIZES[size]["width"]
        shown = image.crop((0, 0, image.width, min(image.height, round(most_px * scale))))
        shown.convert("RGB").save(shot.file(size, theme), "WEBP", quality=WEBP_QUALITY, method=6)
    click.echo(shot.file(size, theme).name)


if __name__ == "__main__":
    main()
