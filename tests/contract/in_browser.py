"""Runs beside Playwright: open pages in Chromium, and say what somebody would see.

    python in_browser.py CHROMIUM FILE...

Every page is opened narrow and wide, light and dark, and as it is printed. Prints a JSON object by
file and view. Whatever a page asks for besides itself is not given to it, and told.
"""

import json
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

VIEWS = {
    "400-light": (400, "light", "screen"),
    "400-dark": (400, "dark", "screen"),
    "1280-light": (1280, "light", "screen"),
    "1280-dark": (1280, "dark", "screen"),
    "print": (688, "light", "print"),  # A4 between its margins
}
LOOK = (Path(__file__).parent / "in_browser.js").read_text("utf-8")


def look(browser, address, width, scheme, medium):
    """Return what a page is like in one view."""
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page, said, asked = context.new_page(), [], []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address)
    page.emulate_media(media=medium)
    told = page.evaluate(LOOK)
    asked.remove(address)
    context.close()
    return {**told, "said": said, "asked": asked}


chromium, *files = sys.argv[1:]
with sync_playwright() as playwright:
    running = playwright.chromium.launch(
        executable_path=chromium, args=["--no-sandbox", "--disable-dev-shm-usage"]
    )
    seen = {
        file: {
            name: look(running, Path(file).resolve().as_uri(), *view)
            for name, view in VIEWS.items()
        }
        for file in files
    }
    running.close()
sys.stdout.write(json.dumps(seen))
