"""Time the build against its parts, and the rebuilding of cohorts; nothing here passes or fails."""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import build

ROUNDS = 3
SEEDS = range(1, 11)
PROGRAMS = Path(sys.executable).parent


def seconds(*command: str | Path) -> float:
    """Run a command to its end and return how long it took."""
    begun = time.perf_counter()
    subprocess.run([str(word) for word in command], check=True, capture_output=True, cwd=build.ROOT)
    return time.perf_counter() - begun


def plain_scripts() -> float:
    """Run the notebooks' sources as plain scripts, as many at a time as the build runs kernels."""
    begun = time.perf_counter()
    with ThreadPoolExecutor(build.WORKERS) as pool:
        sources = sorted((build.ROOT / "notebooks").glob("*.py"))
        list(pool.map(lambda source: seconds(sys.executable, source), sources))
    return time.perf_counter() - begun


def sphinx_alone(staged: Path, pages: Path) -> float:
    """Render an executed book with Sphinx and nothing around it."""
    return seconds(PROGRAMS / "sphinx-build", "-q", "-E", "-b", "html", staged, pages)


def time_build() -> None:
    """Compare the whole build with its two irreducible parts, in turn, and print each round."""
    staged = build.BUILD / "work" / "stage"
    print(f"build against plain scripts ({build.WORKERS} at a time) plus Sphinx alone, seconds")
    ratios = []
    for number in range(1, ROUNDS + 1):
        whole = seconds(sys.executable, "build.py", "book")
        subprocess.run(
            [PROGRAMS / "jupyter-book", "config", "sphinx", staged], check=True, capture_output=True
        )
        scripts = plain_scripts()
        with tempfile.TemporaryDirectory() as pages:
            sphinx = sphinx_alone(staged, Path(pages))
        ratios.append(whole / (scripts + sphinx))
        print(
            f"  round {number}: {whole:.1f} / ({scripts:.1f} + {sphinx:.1f}) = {ratios[-1]:.2f}", flush=True
        )
    print(f"  median ratio {statistics.median(ratios):.2f}")


def time_rebuilding() -> None:
    """Rebuild and verify one cohort for each seed, as whole processes, and print the times."""
    print(f"rebuilding and verifying one cohort, seeds {SEEDS[0]} to {SEEDS[-1]}, seconds")
    taken = []
    for seed in SEEDS:
        with tempfile.TemporaryDirectory() as folder:
            command = ["-m", "helpers.reconstruction", "--seed", str(seed), "--out", Path(folder) / "cohort"]
            taken.append(seconds(sys.executable, *command))
    print("  " + " ".join(f"{each:.1f}" for each in taken))
    print(f"  median {statistics.median(taken):.1f}, longest {max(taken):.1f}")


if __name__ == "__main__":
    os.environ.pop("COHORT", None)
    time_build()
    time_rebuilding()
