"""Take the README's pictures anew, from the last run's pages: `python tests/take_pictures.py` inside the environment."""

from pathlib import Path

from chromium import CHROMIUM, FLAGS
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "src" / "analysis" / "report" / "picture"
PLAN = "thai_tan_2026_2030"


def main() -> None:
    """A leader's board, a clerk's page of data quality, an analyst's notebook; each the first screen."""
    run = next(path for path in (ROOT / "reports").iterdir() if len(path.name) == 12)
    pages = {
        "leader": (ROOT / "reports" / "index.html").as_uri(),
        "clerk": f"{(run / 'quality.html').as_uri()}#next-{PLAN}",
        "analyst": (run / "notebooks" / f"02_trend.{PLAN}.html").as_uri(),
    }
    FOLDER.mkdir(exist_ok=True)
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        for name, address in pages.items():
            page = browser.new_page(viewport={"width": 1280, "height": 900}, device_scale_factor=0.6)
            page.goto(address)
            page.wait_for_timeout(1500)
            page.screenshot(path=str(FOLDER / f"{name}.png"))
        browser.close()


if __name__ == "__main__":
    main()
