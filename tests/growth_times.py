"""Time check, results and whole book of ever more patients, beside those of the default cohort."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import odd_cohorts

from building.environment import settle
from building.places import place_of
from helpers.ground.paths import REBUILT, ROOT

SIZES = (64, 1_000, 10_000, 100_000)
RESULTS = (
    "import sys; from helpers.chapters.book import all_results; from helpers.ground.cohort import load; "
    "all_results(load(sys.argv[1]))"
)


def child(*command: str) -> tuple[float, float]:
    """Run a command; return its seconds, and the MB of the largest of its processes, of which three run."""
    begun = time.perf_counter()
    process = subprocess.Popen([sys.executable, *command], stdout=subprocess.DEVNULL, cwd=ROOT)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}")
    return time.perf_counter() - begun, used.ru_maxrss / 1024


def of_default(folder: Path) -> Path:
    """Copy the default cohort under a name of its own, so that its book too is built from nothing."""
    shutil.copytree(REBUILT, folder)
    about = folder / "cohort.toml"
    text = re.sub(r"(?m)^name = .*$", 'name = "growth-default"', about.read_text(encoding="utf-8"))
    about.write_text(text, encoding="utf-8")
    return folder


def taken(cohort: Path) -> list[tuple[float, float]]:
    """Time the three commands on one cohort, and leave no book behind."""
    place = place_of(cohort).folder
    shutil.rmtree(place, ignore_errors=True)
    try:
        return [
            child("-m", "helpers.ground.check", "--cohort", str(cohort)),
            child("-c", RESULTS, str(cohort)),
            child("build.py", "book", "--cohort", str(cohort)),
        ]
    finally:
        shutil.rmtree(place, ignore_errors=True)


def tell(
    name: str, cohort: Path, first: list[tuple[float, float]] | None = None
) -> list[tuple[float, float]]:
    """Print the times of one cohort beside those of the first, and return them."""
    found = taken(cohort)
    beside = zip(found, first or found, strict=True)
    told = (f"{took:.1f} ({took / least:.1f}), {memory:,.0f}" for (took, memory), (least, _) in beside)
    print(f"  {name}: {'; '.join(told)}", flush=True)
    return found


def main() -> None:
    print("check, all results, whole book: seconds (times those of the default cohort), MB", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        default = of_default(Path(folder) / "default")
        child("-c", RESULTS, str(default))  # compiles, where that has not been done
        first = tell("default cohort", default)
        for size in SIZES:
            cohort = odd_cohorts.many(Path(folder) / str(size), size, f"growth-{size}")
            tell(f"{size:,} patients", cohort, first)


if __name__ == "__main__":
    settle()
    main()
