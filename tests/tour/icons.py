"""Makes the app's icons from `static/img/amends.svg`: `python -m tests.tour.icons`, after that file was changed."""

from playwright.sync_api import sync_playwright

from tests.support.needs_browser import CHROMIUM_ARGUMENTS, CHROMIUM_PATH
from webapp.settings import REPOSITORY_DIR

IMAGES_DIR = REPOSITORY_DIR / "static" / "img"
# A phone cuts a maskable icon to its own shape: what counts lies in a circle of 80 % in the middle.
_ROUND_CORNERS = ' rx="12"'
_IN_THE_CIRCLE = 'transform="translate(6 6) scale(.75)"'


def main() -> None:
    """Draw them."""
    drawn = (IMAGES_DIR / "amends.svg").read_text(encoding="utf-8")
    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path=CHROMIUM_PATH, args=CHROMIUM_ARGUMENTS)
        for name, side_px, svg in (
            ("icon-192", 192, drawn),
            ("icon-512", 512, drawn),
            ("icon-maskable-512", 512, maskable(drawn)),
        ):
            page = browser.new_page(viewport={"width": side_px, "height": side_px})
            page.set_content(f'<body style="margin:0">{svg.replace("<svg ", "<svg style=display:block ", 1)}')
            page.screenshot(path=IMAGES_DIR / f"{name}.png", omit_background=True)
            page.close()
        browser.close()


def maskable(drawn: str) -> str:
    """Return the icon without its round corners, and what it shows further in."""
    ground, _, rest = drawn.partition("/>")
    sign = rest.removesuffix("</svg>\n").removesuffix("</svg>")
    return ground.replace(_ROUND_CORNERS, "") + f"/><g {_IN_THE_CIRCLE}>{sign}</g></svg>"


if __name__ == "__main__":
    main()
