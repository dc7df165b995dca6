"""Ensemble: what members were drawn from, so that a change of the claims or the code can be told."""

import ast
import hashlib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from evidence.claims.printed import Figures
from evidence.this_abstract import cells
from helpers.ground.imports import imports, modules, reached
from helpers.ground.paths import ROOT

DRAWING = ("drawing", "assembly", "people")  # modules of this package that draw, with all they import
# Searches of which the solved counts alone are drawn from.
SOLVING = {ROOT / "evidence" / "forensics", ROOT / "evidence" / "this_abstract"}
FIGURES = ["id", "result_id", "relation", "printed", "value", "decimals", "unit"]  # of a claim, as drawn from
DIGITS = 16


def origin(claims: pd.DataFrame) -> dict[str, str]:
    """Return what members that are drawn now are drawn from.

    Parameters
    ----------
    claims : DataFrame
        As `evidence.claims.load.load` returns it.

    Returns
    -------
    dict of str
        "claims", "counts" (solved from them) and "code", each the first digits of a SHA-256. Of the code only
        what runs counts: neither comments and docstrings nor modules that no draw depends on.

    Raises
    ------
    ValueError
        As `evidence.this_abstract.cells.solve`.
    """
    counts = cells.solve(Figures(claims))
    figures, solved = claims[FIGURES].to_csv(index=False), counts.to_csv(index=False)
    parts = {"claims": [figures], "counts": [solved], "code": code()}
    return {name: _digest(texts) for name, texts in parts.items()}


def changed(manifest: Mapping[str, Any], claims: pd.DataFrame) -> list[str]:
    """Say what members were drawn from that is another now.

    Parameters
    ----------
    manifest : mapping
        As `evidence.ensemble.store.manifest` returns it.
    claims : DataFrame

    Returns
    -------
    list of str
        Of the names in `origin`.
    """
    return [name for name, digest in origin(claims).items() if manifest.get(name) != digest]


@cache
def code() -> tuple[str, ...]:
    """Return the code of the project that draws.

    Returns
    -------
    tuple of str
        A source each, without comments and docstrings.
    """
    sources = [ROOT / "evidence" / "ensemble" / f"{name}.py" for name in DRAWING]
    found = reached(sources, _run_by)
    return tuple(without_words(path.read_text(encoding="utf-8")) for path in sorted(found))


def _run_by(path: Path) -> list[Path]:
    run = (each for name in imports(path.read_bytes()) for each in modules(name, ROOT))
    return [
        each for each in run if each.is_relative_to(ROOT / "evidence") and SOLVING.isdisjoint(each.parents)
    ]


def without_words(source: str) -> str:
    r"""Write a source anew without comments and docstrings.

    Parameters
    ----------
    source : str

    Returns
    -------
    str

    Examples
    --------
    >>> without_words('def double(x):\n    "Twice."\n    return 2 * x  # not x * x')
    'def double(x):\n    return 2 * x'
    """
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node):
            node.body = node.body[1:] or [ast.Pass()]
    return ast.unparse(tree)


def _digest(texts: Iterable[str]) -> str:
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()[:DIGITS]
