"""Time reading, results and the whole book of ever more patients, beside those of the fewest."""

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import odd_cohorts

from helpers.ground.paths import ROOT

SIZES = (64, 1_000, 10_000, 100_000)
RESULTS = (
    "import sys; from helpers.chapters.book import all_results; from helpers.ground.cohort import load; "
    "all_results(load(sys.argv[1]))"
)


def child(*command: str) -> tuple[float, float]:
    """Run a command; return its seconds, and the most memory in MB that a child has used so far."""
    begun = time.perf_counter()
    subprocess.run([sys.executable, *command], check=True, capture_output=True, cwd=ROOT)
    return time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


def main() -> None:
    print(
        "patients: check, all results, whole book in seconds (times those of the fewest), most memory so far"
    )
    first: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        for size in SIZES:
            cohort = str(odd_cohorts.many(Path(folder) / str(size), size, f"growth-{size}"))
            taken = []
            for command in (
                ("-m", "helpers.ground.check", "--cohort", cohort),
                ("-c", RESULTS, cohort),
                ("build.py", "book", "--cohort", cohort),
            ):
                seconds, memory = child(*command)
                taken.append(seconds)
            first = first or taken
            told = ", ".join(
                f"{each:.1f} ({each / least:.1f})" for each, least in zip(taken, first, strict=True)
            )
            print(f"  {size:,}: {told}; {memory:,.0f} MB", flush=True)


if __name__ == "__main__":
    main()
