"""Time the build, the drawing of cohorts, their results and the searches; nothing here passes or fails.

Run as ``python benchmark.py``, or with the names of some of the `PARTS` only: ``python benchmark.py engine``.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import yaml

from building.places import BUILD, Place
from building.processes import WORKERS
from evidence.ensemble import store
from helpers.chapters.book import all_results
from helpers.chapters.many import results_of_many
from helpers.ground import cohort as cohorts
from helpers.ground.paths import ROOT

ROUNDS = 3
SEEDS, MEMBERS = range(1, 4), 200
TOGETHER, ALONE = 40, 5  # members whose results are computed
PROGRAMS = Path(sys.executable).parent


def seconds(*command: str | Path) -> float:
    """Run a command to its end and return how long it took."""
    begun = time.perf_counter()
    subprocess.run([str(word) for word in command], check=True, capture_output=True, cwd=ROOT)
    return time.perf_counter() - begun


def plain_scripts() -> float:
    """Run the notebooks' sources as plain scripts, as many at a time as the build runs notebooks."""
    begun = time.perf_counter()
    with ThreadPoolExecutor(WORKERS) as pool:
        sources = sorted((ROOT / "notebooks").glob("*.py"))
        list(pool.map(lambda source: seconds(sys.executable, source), sources))
    return time.perf_counter() - begun


@contextmanager
def copied_stage() -> Iterator[Path]:
    """Give a copy of the staged and executed book, which other programs may write to."""
    with tempfile.TemporaryDirectory() as folder:
        yield Path(shutil.copytree(Place(BUILD).stage, Path(folder) / "stage"))


def sphinx_alone() -> float:
    """Render the executed book with Sphinx and nothing around it."""
    with copied_stage() as staged:
        seconds(PROGRAMS / "jupyter-book", "config", "sphinx", staged)
        return seconds(PROGRAMS / "sphinx-build", "-q", "-E", "-b", "html", staged, staged / "_build")


def jupyter_book() -> float:
    """Let Jupyter Book run every notebook and render, one after the other."""
    with copied_stage() as staged:
        shutil.copytree(ROOT / "data", staged / "data", dirs_exist_ok=True)
        path = staged / "_config.yml"
        config = yaml.safe_load(path.read_text(encoding="utf-8"))
        config["execute"]["execute_notebooks"] = "force"
        config["sphinx"]["config"]["nb_execution_raise_on_error"] = True  # else a failed cell is passed over
        path.write_text(yaml.safe_dump(config, sort_keys=False), encoding="utf-8")
        return seconds(PROGRAMS / "jupyter-book", "build", staged, "--all", "-q")


def build_once() -> float:
    """Build the book with what is kept from earlier builds."""
    return seconds(sys.executable, "build.py", "book")


def from_nothing() -> float:
    """Build the book with nothing kept."""
    shutil.rmtree(Place(BUILD).folder / "work", ignore_errors=True)
    return build_once()


def after_edit(name: str, added: str) -> float:
    """Build the book with a line added to one of its sources, which is then taken away again."""
    path = ROOT / name
    text = path.read_bytes()
    path.write_bytes(text + added.encode())
    try:
        return build_once()
    finally:
        path.write_bytes(text)


def time_build() -> None:
    """Compare builds of the book with their irreducible parts, in turn, and print each round."""
    chapter = "notebooks/04_survival.py"
    print(f"builds, seconds; scripts are the notebooks as plain ones, {WORKERS} at a time")
    rounds = []
    for number in range(1, ROUNDS + 1):
        whole, nothing = from_nothing(), build_once()
        prose = after_edit("book/methods.md", f"\nRound {number}.\n")
        notebook = after_edit(chapter, f'\n# %% tags=["remove-cell"]\nround = {number}\n')
        scripts, script, sphinx = plain_scripts(), seconds(sys.executable, chapter), sphinx_alone()
        ratios = {
            "whole / (scripts + Sphinx)": whole / (scripts + sphinx),
            "prose / Sphinx": prose / sphinx,
            "notebook / (1.5 Sphinx + its script)": notebook / (1.5 * sphinx + script),
        }
        rounds.append(ratios)
        print(f"  {number}: whole {whole:.1f}, nothing changed {nothing:.2f}, prose {prose:.1f}, ", end="")
        print(f"one notebook {notebook:.1f}; scripts {scripts:.1f}, Sphinx {sphinx:.1f}", flush=True)
    for name in rounds[0]:
        print(f"  median of {name}: {statistics.median(each[name] for each in rounds):.2f}")


def time_jupyter_book() -> None:
    """Compare the whole build with Jupyter Book's own on the same sources."""
    ours, theirs = from_nothing(), jupyter_book()
    print(
        f"whole build {ours:.1f} s, Jupyter Book forced to execute {theirs:.1f} s: {theirs / ours:.2f} times"
    )


def time_ensemble() -> None:
    """Draw and verify the smallest ensemble for each seed, as whole processes, and print the times."""
    print(f"drawing and verifying {MEMBERS} cohorts, seeds {SEEDS[0]} to {SEEDS[-1]}, seconds")
    taken = []
    for seed in SEEDS:
        with tempfile.TemporaryDirectory() as folder:
            options = ["--members", str(MEMBERS), "--seed", str(seed), "--out", Path(folder) / "members"]
            taken.append(seconds(sys.executable, "-m", "evidence.ensemble", *options))
    print("  " + " ".join(f"{each:.1f}" for each in taken))
    print(f"  median {statistics.median(taken):.1f}, longest {max(taken):.1f}")


def time_ranges() -> None:
    """Compute every result of some members together, and of a few of them one by one, and print both."""
    patients, immune, _ = store.read(store.DEFAULT)
    chosen = (rows[rows["member"].lt(TOGETHER)] for rows in (patients, immune))
    members = cohorts.split(*chosen, cohorts.load(cohorts.DEFAULT))
    results_of_many(members[:2], workers=2)  # starts the workers
    begun = time.perf_counter()
    results_of_many(members)
    together = time.perf_counter() - begun
    for member in members[:ALONE]:
        all_results(member)
    alone = time.perf_counter() - begun - together
    speed, plain = len(members) / together, ALONE / alone
    print(f"members a second: {speed:.2f} together, {plain:.2f} one by one, {speed / plain:.1f} times")


def time_engine() -> None:
    """Time each search against plain brute force, as a process of its own."""
    subprocess.run([sys.executable, "tests/search_times.py"], check=True, cwd=ROOT)


def time_abstracts() -> None:
    """Time the ledgers of abstracts, as a process of its own."""
    subprocess.run([sys.executable, "tests/abstract_times.py"], check=True, cwd=ROOT)


def seed_claims() -> None:
    """Seed errors into made-up abstracts and count what is found, as a process of its own."""
    subprocess.run([sys.executable, "tests/seeded_claims.py"], check=True, cwd=ROOT)


def time_growth() -> None:
    """Time the book of ever more patients, as a process of its own."""
    subprocess.run([sys.executable, "tests/growth_times.py"], check=True, cwd=ROOT)


PARTS = {
    "build": time_build,
    "jupyter-book": time_jupyter_book,
    "ensemble": time_ensemble,
    "ranges": time_ranges,
    "engine": time_engine,
    "abstracts": time_abstracts,
    "claims": seed_claims,
    "growth": time_growth,
}

if __name__ == "__main__":
    os.environ.pop("COHORT", None)
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("parts", nargs="*", metavar="part", help=f"of {', '.join(PARTS)}; all without any")
    names = parser.parse_args().parts or [*PARTS]
    if unknown := sorted({*names} - {*PARTS}):
        parser.error(f"unknown part {', '.join(unknown)}; there are {', '.join(PARTS)}")
    for name in names:
        PARTS[name]()
