"""The contracts on imports hold, and each of the imports that they are there for breaks one."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from helpers.ground.paths import ROOT

PACKAGES = ("helpers", "evidence", "data/attainable", "building")
# A module, old or new, an import that must not stand in it, and the contract that says so.
WRONG = {
    "computing imports words": (
        "helpers/chapters/survival/arms.py",
        "from helpers.chapters.survival import words",
        "knows neither words nor drawing",
    ),
    "computing imports drawing": (
        "helpers/chapters/immune/panel.py",
        "from helpers.plots import forest",
        "knows neither words nor drawing",
    ),
    "an estimator imports printing": (
        "helpers/estimators/cox.py",
        "from helpers.printing import prose",
        "The floors of helpers",
    ),
    "a chapter imports the ledger's page": (
        "helpers/chapters/cohort/words.py",
        "from evidence.ledger import page",
        "Helpers never import evidence",
    ),
    "claims import a chapter": (
        "evidence/claims/load.py",
        "from helpers.chapters import book",
        "only through the results table",
    ),
    "a chapter imports another's words": (
        "helpers/chapters/efficacy/words/said.py",
        "from helpers.chapters.survival import words",
        "Each chapter stands alone",
    ),
    "a search imports the ledger": (
        "evidence/this_abstract/examine.py",
        "from evidence.ledger import verdicts",
        "The floors of evidence",
    ),
    "a page runs the search behind a stored map": (
        "evidence/words/odds_ratio.py",
        "from data.attainable import search",
        "reads the stored map",
    ),
    "the book of chapters imports drawing": (
        "helpers/chapters/book.py",
        "from helpers.plots import forest",
        "knows neither words nor drawing",
    ),
    "the front of a chapter imports printing": (
        "helpers/chapters/survival/__init__.py",
        "from helpers.printing import prose",
        "knows neither words nor drawing",
    ),
    "a chapter imports the book of chapters": (
        "helpers/chapters/survival/arms.py",
        "from helpers.chapters import book",
        "Each chapter stands alone",
    ),
    "a search imports drawing": (
        "evidence/this_abstract/counts.py",
        "from helpers.plots import forest",
        "without drawing and printing",
    ),
    "a helper imports the build": (
        "helpers/printing/pages.py",
        "from building import places",
        "knows nothing of the build",
    ),
    "a new chapter without a place": ("helpers/chapters/another.py", "", "Each chapter stands alone"),
    "a new floor of helpers": ("helpers/another.py", "", "The floors of helpers"),
    "a new floor of evidence": ("evidence/another.py", "", "The floors of evidence"),
}


def contracts(folder: Path) -> subprocess.CompletedProcess[str]:
    """Check the contracts on a copy of the packages, so that no test leaves a wrong import behind."""
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    wide = {"PYTHONPATH": str(folder), "COLUMNS": "500"}  # so that no line is broken in two
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, env=wide)


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for package in PACKAGES:
        shutil.copytree(
            ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__", "*.parquet")
        )
    return tmp_path


def sections(checked: str) -> dict[str, list[str]]:
    """Give the paragraphs that stand below each broken contract."""
    heading = r"^([^\n]+)\n(-+)$"
    parts = re.split(heading, checked.partition("Broken contracts")[2], flags=re.MULTILINE)
    found = zip(parts[1::3], parts[2::3], parts[3::3], strict=True)
    return {name: below.split("\n\n") for name, _, below in found}


def broken_by(module: str, line: str) -> str:
    """Say how an import, or a module without a place, is listed: alone, not as a link of a chain."""
    name = module.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    if not line:
        return rf"- {name}"
    return rf"-\s+{name} -> {line.removeprefix('from ').replace(' import ', '.')} \(l\.\d+\)"


def test_the_contracts_hold(copied):
    checked = contracts(copied)
    assert checked.returncode == 0, checked.stdout
    assert sections(checked.stdout) == {}


def test_each_wrong_import_breaks_its_contract(copied):
    """All at once, as each is listed by itself below the contract that it breaks."""
    for module, line, _ in WRONG.values():
        with (copied / module).open("a", encoding="utf-8") as file:
            file.write(f"\n{line}\n")
    checked = contracts(copied)
    assert checked.returncode != 0
    below = sections(checked.stdout)
    for wrong, (module, line, contract) in WRONG.items():
        (listed,) = (paragraphs for name, paragraphs in below.items() if contract in name)
        assert any(re.fullmatch(broken_by(module, line), each.strip()) for each in listed), wrong
