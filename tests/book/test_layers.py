"""The layers of the helpers: imports point one way."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
GROUND = ("cohort", "validation", "endpoints", "dictionary", "results")
CRAFT = ("estimators", "plots", "tables", "prose", "notebook", "chains")
# A drawing of two-by-two tables takes the names of their columns and tests from the search that lists them.
EXCEPTIONS = {
    ("evidence.plots.candidate_tables", "evidence.claims.printed"),
    ("evidence.plots.candidate_tables", "evidence.forensics.two_by_two"),
}


def _name(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


MODULES = {_name(path): path for path in sorted((ROOT / "helpers").rglob("*.py"))}


def _imports(path: Path) -> set[str]:
    """Name the modules of the helpers that a file imports, inside functions too."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path.name} imports by a relative name"
            inner = {f"{node.module}.{alias.name}" for alias in node.names} & set(MODULES)
            found |= inner or {node.module}
    return found & set(MODULES)


IMPORTS = {name: _imports(path) for name, path in MODULES.items()}


def _part(module: str) -> str:
    return (module.split(".") + [""])[1]


def _outside(parts: tuple[str, ...], allowed: tuple[str, ...]) -> set[tuple[str, str]]:
    return {
        (module, imported)
        for module in MODULES
        if _part(module) in parts
        for imported in IMPORTS[module]
        if _part(imported) not in allowed
    }


def test_imports_are_found():
    assert "evidence.annealing.statistics" in IMPORTS["evidence.annealing.anneal"]
    assert "evidence.forensics.cells" in IMPORTS["evidence.reconstruction.rebuild"]
    assert "helpers.chapters.book" in IMPORTS["evidence.ledger.verdicts"]  # inside a function


@pytest.mark.parametrize(
    ("parts", "allowed"),
    [
        (GROUND, GROUND),
        (CRAFT, (*GROUND, *CRAFT)),
        (("forensics",), (*GROUND, *CRAFT, "claims", "forensics")),
    ],
    ids=["ground", "craft", "forensics"],
)
def test_nothing_is_imported_from_above(parts, allowed):
    assert {_part(module) for module in MODULES} >= set(parts)
    assert _outside(parts, allowed) == {pair for pair in EXCEPTIONS if _part(pair[0]) in parts}


def test_reconstruction_rests_on_the_searches_and_on_no_chapter():
    allowed = (*GROUND, *CRAFT, "claims", "forensics", "reconstruction")
    assert _outside(("reconstruction",), allowed) == set()
