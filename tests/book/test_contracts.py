"""The contracts on imports hold, and each of the imports that they are there for breaks one."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from helpers.ground.paths import ROOT

PACKAGES = ("helpers", "evidence", "data/attainable")
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
        "evidence/forensics/examine.py",
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
        "evidence/forensics/counts.py",
        "from helpers.plots import forest",
        "without drawing and printing",
    ),
    "a new chapter without a place": ("helpers/chapters/another.py", "", "Each chapter stands alone"),
    "a new floor of helpers": ("helpers/another.py", "", "The floors of helpers"),
    "a new floor of evidence": ("evidence/another.py", "", "The floors of evidence"),
}


def contracts(folder: Path) -> subprocess.CompletedProcess[str]:
    """Check the contracts on a copy of the packages, so that no test leaves a wrong import behind."""
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    return subprocess.run(
        command, cwd=folder, capture_output=True, text=True, env={"PYTHONPATH": str(folder)}
    )


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("contracts")
    shutil.copy(ROOT / "pyproject.toml", folder)
    for package in PACKAGES:
        shutil.copytree(ROOT / package, folder / package, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def test_the_contracts_hold(copied):
    checked = contracts(copied)
    assert checked.returncode == 0, checked.stdout


@pytest.mark.parametrize(("module", "line", "contract"), WRONG.values(), ids=WRONG)
def test_a_wrong_import_breaks_its_contract(copied, module, line, contract):
    path = copied / module
    text = path.read_text(encoding="utf-8") if path.exists() else None
    path.write_text(f"{text or ''}\n{line}\n", encoding="utf-8")
    try:
        checked = contracts(copied)
    finally:
        path.unlink() if text is None else path.write_text(text, encoding="utf-8")
    assert checked.returncode != 0
    broken = [line for line in checked.stdout.splitlines() if "BROKEN" in line]
    assert any(contract in line for line in broken), checked.stdout
