"""Screenshots of every page, light and dark, wide and narrow: ``python -m docs.screenshots.make [PAGE ...]``.

The store is made in a temporary folder by quick searches. Chromium is needed.
"""

from __future__ import annotations

import io
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from PIL import Image

from benchmarks.browser import chromium, opened, served, settle
from discovery.jobs.runs import add_run
from discovery.jobs.worker import StopRequest, work
from discovery.settings import ROOT, Settings, use_numba_cache
from discovery.store.annotations import Change
from discovery.store.filters import FindingFilters
from discovery.store.listing import Sort
from discovery.store.store import Store, open_store

FOLDER = ROOT / "docs" / "screenshots"
WIDTHS = (1400, 800)
THEMES = ("light", "dark")
COLORS = 128
RUNS = (
    ("approximation", "sin", {"seconds": 12}),
    ("matrix_fields", "zeta(3), directions", {}),
    ("factorial_reduction", "quick, degree (2,4)", {}),
    ("esma", "e, quick", {}),
)


def addresses(store: Store) -> dict[str, str]:
    """Return the address of each page, with something on it."""
    apery = store.findings(FindingFilters(subject="zeta(3)", kind="polynomial_continued_fraction"), Sort.DELTA, limit=1)
    zeta = store.findings(FindingFilters(kind="trajectory"), Sort.DELTA, limit=2)
    shown = (apery or zeta)[0].id
    return {
        "live": "/",
        "results": "/results?fold=false&sort=Delta",
        "conjecture": f"/conjecture?id={shown}",
        "compare": f"/compare?ids={','.join(finding.id for finding in [*apery, *zeta])}",
        "matrix_field": "/matrix_field?field=zeta3",
        "approximation_lab": "/approximation_lab?target=sin(x)",
        "identify": "/identify?number=2.16395341373865284877000401021802",
        "library": "/library",
        "about": "/about",
    }


def fill(store: Store, settings: Settings) -> None:
    """Run the searches, and put a star and a tag on some of what they find."""
    for name, preset, changes in RUNS:
        work(store, settings, add_run(store, name, {**_preset(name, preset), **changes}), StopRequest())
    best = store.findings(FindingFilters(), Sort.DELTA, limit=3)
    store.annotations.change([finding.id for finding in best], Change(favourite=True, add_tags=("for the talk",)))


def _preset(name: str, preset: str) -> Mapping[str, object]:
    from discovery.jobs.registry import get_search

    return get_search(name).presets[preset].values


def save(picture: bytes, path: Path) -> int:
    """Store a picture with few colors and return its size in bytes."""
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    image.quantize(COLORS, dither=Image.Dither.NONE).save(path, optimize=True)
    return path.stat().st_size


def main(names: list[str]) -> int:
    """Make the screenshots of the named pages, or of all; print each with its size."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        use_numba_cache(Settings.from_environment())
        settings = Settings.from_environment({}, data=folder)
        with open_store(settings) as store:
            if not store.runs():
                fill(store, settings)
            pages = {name: path for name, path in addresses(store).items() if name in names or not names}
        with served(settings) as address, chromium() as browser:
            for name, path in pages.items():
                for theme in THEMES:
                    for width in WIDTHS:
                        page = opened(browser, address + path, width=width, theme=theme)
                        settle(page, 2500)
                        target = FOLDER / f"{name}-{theme}-{width}.png"
                        print(f"{target.relative_to(ROOT)}: {save(page.screenshot(), target):,} bytes", flush=True)
                        page.context.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
