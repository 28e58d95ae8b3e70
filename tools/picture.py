"""Make the README's picture: the report of an output folder without any of its footage.

Run ``python -m tools.picture FOLDER docs/images/demo.webp`` with the folder that
``make demo-report`` wrote. The still and the thumbnails are left out, so the page draws lines,
zones, heat map and ways over a plain ground, as it does whenever it has no picture; then a headless
Chromium photographs it. No pixel of anybody's footage gets into the repository.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

from curtilage.app.report import write_report

WIDTH, HEIGHT = 1280, 1240  # CSS px: header, figures, scene and the first charts
SCALE = 1.5  # sharp on dense screens, still small
FOOTAGE = ("still.jpg", "thumbnails", "annotated.mp4", "heatmap.png")
TIMEOUT_S = 120


def main(folder: Path, picture: Path) -> None:
    """Write ``picture``, in the format of its name, of the report of ``folder``."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        raise SystemExit("needs a browser (apt-get install chromium)")
    with tempfile.TemporaryDirectory() as name:
        plain, profile, shot = Path(name, "plain"), Path(name, "profile"), Path(name, "shot.png")
        shutil.copytree(folder, plain, ignore=shutil.ignore_patterns(*FOOTAGE))
        page = write_report(plain)
        subprocess.run(  # noqa: S603 - the browser that was found, on our own page
            [
                chromium, "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run",
                "--disable-background-networking", "--disable-component-update", "--disable-sync",
                "--hide-scrollbars", f"--user-data-dir={profile}",
                f"--window-size={WIDTH},{HEIGHT}", f"--force-device-scale-factor={SCALE}",
                f"--screenshot={shot}", page.as_uri(),
            ],
            check=True, timeout=TIMEOUT_S, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        picture.parent.mkdir(parents=True, exist_ok=True)
        with Image.open(shot) as image:
            image.convert("RGB").save(picture, quality=85, method=6)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
