"""Change numbers and comparisons in the source, one at a time, and count the changes that no test notices.

Run as ``make mutate MODULE=evidence.ensemble`` (a module or a package). A whole number
becomes the next one, a fraction is doubled, ``<`` becomes ``<=``, ``==`` becomes ``!=``, and so on. For each
change the tests that mirror the module run in a process of their own until one fails; the module is compiled
from the changed source there, and no file is written but the report, ``_build/mutation/<module>.txt``.
"""

import argparse
import ast
import contextlib
import importlib.machinery
import importlib.util
import os
import re
import signal
import sys
import time
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
REPORTS = ROOT / "_build" / "mutation"
PACKAGES = (
    *(f"helpers.{floor}" for floor in ("ground", "estimators", "printing", "plots")),
    *("evidence", "data.attainable"),
)
OTHER = {
    **{
        ast.Lt: ast.LtE,
        ast.LtE: ast.Lt,
        ast.Gt: ast.GtE,
        ast.GtE: ast.Gt,
        ast.Eq: ast.NotEq,
        ast.NotEq: ast.Eq,
    },
    **{ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is},
}
PATIENCE = 5  # times as long as the tests take without a change, and as many seconds more


def other_number(value: float) -> float:
    """Give the number that stands in for another: the next whole one, or the double."""
    return value + 1 if isinstance(value, int) else (value * 2 or 1.0)


def mutants(tree: ast.Module) -> Iterator[tuple[ast.Module, int, str]]:
    """Yield every changed tree, with the line and the words of its change."""
    for place, node in enumerate(ast.walk(tree)):
        if isinstance(node, ast.Constant) and type(node.value) in (int, float):
            changes = [("value", other_number(node.value))]
        elif isinstance(node, ast.Compare):
            kinds = enumerate(node.ops)
            changes = [("ops", [*node.ops[:i], OTHER[type(op)](), *node.ops[i + 1 :]]) for i, op in kinds]
        else:
            continue
        for field, changed in changes:
            copy = deepcopy(tree)
            there = next(other for i, other in enumerate(ast.walk(copy)) if i == place)
            setattr(there, field, changed)
            yield copy, node.lineno, f"{ast.unparse(node)} -> {ast.unparse(there)}"


class Loader(importlib.machinery.SourceFileLoader):
    """Load one module from a changed tree."""

    def __init__(self, name: str, path: str, tree: ast.Module) -> None:
        super().__init__(name, path)
        self.tree = tree

    def get_code(self, fullname: str):  # noqa: ANN201 (of the class above)
        """Compile the tree, whatever is cached."""
        return compile(self.tree, self.path, "exec", dont_inherit=True)

    def find_spec(self, name: str, path: object = None, target: object = None):  # noqa: ANN201
        """Find this module, and no other."""
        return (
            importlib.util.spec_from_file_location(name, self.path, loader=self)
            if name == self.name
            else None
        )


class FirstFailure:
    """A plugin of pytest that remembers the first test (or file) that failed."""

    name = ""

    def pytest_runtest_logreport(self, report: object) -> None:
        """Remember a failing test."""
        if report.failed:
            self.name = self.name or report.nodeid.rpartition("::")[2]

    def pytest_collectreport(self, report: object) -> None:
        """Remember a file that could not be read."""
        if report.failed:
            self.name = self.name or f"{report.nodeid} (not collected)"


def noticed(loader: Loader | None, tests: list[str], seconds: float | None = None) -> str:
    """Run tests in a process of their own, and name the first that failed; empty when all pass."""
    reading, writing = os.pipe()
    if child := os.fork():
        os.close(writing)
        with open(reading, encoding="utf-8") as answer:
            name = answer.read()
        _, status = os.waitpid(child, 0)
        return name if os.WIFEXITED(status) else "(too long)"
    signal.alarm(int(seconds or 0))
    if loader:
        sys.meta_path.insert(0, loader)
    import pytest

    first = FirstFailure()
    with (
        open(os.devnull, "w") as nowhere,
        contextlib.redirect_stdout(nowhere),
        contextlib.redirect_stderr(nowhere),
    ):
        code = pytest.main(["-x", "-q", "-p", "no:cacheprovider", *tests], plugins=[first])
    os.write(writing, (first.name or ("" if code == 0 else f"({code!r})")).encode())
    os._exit(0)


def modules(chosen: list[str]) -> dict[str, Path]:
    """Find the modules of the chosen packages that have a number or a comparison, by name."""
    paths = [
        path for package in PACKAGES for path in sorted((ROOT / package.replace(".", "/")).rglob("*.py"))
    ]
    names = {".".join(path.relative_to(ROOT).with_suffix("").parts): path for path in paths}
    return {
        name: path
        for name, path in names.items()
        if any(name == one or name.startswith(f"{one}.") for one in chosen)
    }


def tests_of(name: str) -> list[str]:
    """Name the tests that mirror a module: its own, or without them those beside it that import it."""
    package, _, module = name.rpartition(".")
    folder = ROOT / "tests" / package.replace(".", "/")
    if (own := folder / f"test_{module}.py").exists():
        return [str(own)]
    imports = re.compile(rf"from {name} import|from {package} import [^\n]*\b{module}\b|import {name}\b")
    found = [
        path for path in sorted(folder.glob("test_*.py")) if imports.search(path.read_text(encoding="utf-8"))
    ]
    return [str(path) for path in found]


def mutate(name: str, path: Path) -> list[str]:
    """Try every change of a module, print and write what became of each, and return those that survive."""
    tests = tests_of(name)
    if not tests:
        print(f"{name}: no tests mirror it")
        return [name]
    started = time.monotonic()
    if failure := noticed(None, tests):
        raise SystemExit(f"{failure} fails without any change")
    seconds = PATIENCE * (1 + time.monotonic() - started)
    lines = []
    for tree, line, change in mutants(ast.parse(path.read_text(encoding="utf-8"))):
        by = noticed(Loader(name, str(path), ast.fix_missing_locations(tree)), tests, seconds)
        lines.append(f"{name}:{line}: {change}: {by or 'SURVIVES'}")
        print(lines[-1], flush=True)
    survivors = [line for line in lines if line.endswith("SURVIVES")]
    REPORTS.mkdir(parents=True, exist_ok=True)
    summary = f"{name}: {len(lines)} changes, {len(survivors)} survive"
    print(summary, flush=True)
    (REPORTS / f"{name}.txt").write_text("\n".join([summary, *lines]) + "\n", encoding="utf-8")
    return survivors


def main() -> int:
    """Mutate the modules that are named, and return 1 when a change survives."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("module", nargs="+", help=f"a module or package, as {', '.join(PACKAGES)}")
    found = modules(parser.parse_args().module)
    if not found:
        parser.error("there is no such module")
    sys.path[:0] = [str(ROOT)]
    import matplotlib.pyplot  # noqa: F401 (with pandas, what takes long to import is shared by all processes)
    import pandas  # noqa: F401
    import pytest  # noqa: F401
    import scipy.stats  # noqa: F401

    survivors = [line for name, path in found.items() for line in mutate(name, path)]
    print(f"{len(found)} modules, {len(survivors)} changes survive", *survivors, sep="\n  ")
    return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(main())
