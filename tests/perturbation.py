"""Perturb what each estimator returns, number by number, and count the changes that no test notices.

Run as ``make perturb MODULE="survival cox"``, of all modules without. A number is an attribute of an
:class:`helpers.ground.results.Estimate`, a numeric column of a curve, or a whole array. For each, the
tests of the module run once with that number larger by ``RELATIVE``. The estimators know nothing of it: they
are wrapped from here, before the tests are collected.
"""

import argparse
import contextlib
import dataclasses
import importlib
import inspect
import io
import math
import numbers
import pkgutil
import re
import sys
from collections import defaultdict
from functools import wraps
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parent)]  # the helpers beside these tests, whatever else is installed

import helpers.estimators  # noqa: E402
from helpers.ground.results import Estimate  # noqa: E402

RELATIVE = 1e-3
FIELDS = ("estimate", "ci_low", "ci_high", "p_value")


def numbers_in(value):
    """Name the numbers of a result that a perturbation would change."""
    if isinstance(value, Estimate):
        return {name for name in FIELDS if _counts(getattr(value, name))}
    if isinstance(value, pd.DataFrame):
        numeric = value.select_dtypes("number")
        return {str(name) for name in numeric if any(map(_counts, numeric[name]))}
    if isinstance(value, np.ndarray | pd.Series):
        array = np.asarray(value)
        return {"values"} if array.dtype.kind in "fiu" and any(map(_counts, array.ravel())) else set()
    if dataclasses.is_dataclass(value):
        return numbers_in(vars(value))
    if isinstance(value, dict):
        return set().union(*map(numbers_in, value.values()))
    if isinstance(value, list | tuple):
        return set().union(*map(numbers_in, value))
    return {"value"} if _counts(value) else set()


def perturbed(value, name):
    """Return the result with one of its numbers larger by ``RELATIVE``."""
    if isinstance(value, Estimate):
        return dataclasses.replace(value, **{name: getattr(value, name) * (1 + RELATIVE)})
    if isinstance(value, pd.DataFrame):
        return value.assign(**{name: value[name] * (1 + RELATIVE)}) if name in value else value
    if isinstance(value, np.ndarray | pd.Series):
        return value * (1 + RELATIVE) if name == "values" else value
    if dataclasses.is_dataclass(value):
        return dataclasses.replace(value, **perturbed(vars(value), name))
    if isinstance(value, dict):
        return {key: perturbed(part, name) for key, part in value.items()}
    if isinstance(value, list | tuple):
        parts = [perturbed(part, name) for part in value]
        return type(value)(*parts) if hasattr(value, "_fields") else type(value)(parts)
    return value * (1 + RELATIVE) if name == "value" and _counts(value) else value


def _counts(value):
    """Say whether a value is a number that changes when it is multiplied."""
    number = isinstance(value, numbers.Real) and not isinstance(value, bool | np.bool_)
    return number and math.isfinite(value) and value != 0


def estimators(module):
    """Return the public functions that a module defines, by name."""
    return {
        name: function
        for name, function in inspect.getmembers(module, inspect.isroutine)
        if not name.startswith("_") and getattr(function, "__module__", "") == module.__name__
    }


def tests_of(module):
    """Return the files of estimator tests that import a module."""
    name = module.__name__.rpartition(".")[2]
    imported = re.compile(
        rf"from helpers\.estimators\.{name} import|from helpers\.estimators import .*\b{name}\b"
    )
    folder = HERE / "helpers" / "estimators"
    return sorted(str(path) for path in folder.glob("test_*.py") if imported.search(path.read_text()))


@contextlib.contextmanager
def changed(function, change):
    """Let every helper see ``function`` with its result changed."""

    @wraps(function)
    def other(*arguments, **options):
        return change(function(*arguments, **options))

    places = [
        (module, name)
        for key, module in list(sys.modules.items())
        if key.split(".")[0] == "helpers"
        for name, found in list(vars(module).items())
        if found is function
    ]
    for place in places:
        setattr(*place, other)
    try:
        yield
    finally:
        for place in places:
            setattr(*place, function)


class FirstFailure:
    """A plugin of pytest that remembers the first test (or file) that failed."""

    name = ""

    def pytest_runtest_logreport(self, report):
        """Remember a failing test."""
        if report.failed:
            self.name = self.name or report.nodeid.rpartition("::")[2]

    def pytest_collectreport(self, report):
        """Remember a file that could not be read."""
        if report.failed:
            self.name = self.name or f"{report.nodeid} (not collected)"


def run(files):
    """Run test files in this process, imported anew, and name the first failure (empty when all pass)."""
    for name in list(sys.modules):
        if name.rpartition(".")[2].startswith("test_") or name.endswith("conftest"):
            sys.modules.pop(name)
    first = FirstFailure()
    options = ["-x", "-q", "-p", "no:cacheprovider", *files]
    with contextlib.redirect_stdout(io.StringIO()):
        code = pytest.main(options, plugins=[first])
    if code not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.INTERRUPTED):
        raise SystemExit(f"pytest ended with {code!r} on {files}")
    return first.name


def numbers_seen(functions, files):
    """Run the tests unchanged, and name the numbers that each function returned in them."""
    seen = defaultdict(set)

    def record(name, value):
        seen[name] |= numbers_in(value)
        return value

    with contextlib.ExitStack() as stack:
        for name, function in functions.items():
            stack.enter_context(changed(function, lambda value, name=name: record(name, value)))
        failure = run(files)
    if failure:
        raise SystemExit(f"{failure} fails without any change")
    return seen


def mutants(module):
    """Yield for each number of each function of a module: function, number, the test that noticed."""
    functions, files = estimators(module), tests_of(module)
    if not files:
        yield from ((name, "(no tests)", "") for name in functions)
        return
    seen = numbers_seen(functions, files)
    for name, function in functions.items():
        for number in sorted(seen[name]):
            with changed(function, lambda value, number=number: perturbed(value, number)):
                yield name, number, run(files)


def main():
    """Print the table of perturbations, and return 1 when a test noticed nothing."""
    found = {module.name for module in pkgutil.iter_modules(helpers.estimators.__path__)}
    names = sorted(found - {"common"})  # which estimates nothing
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("module", nargs="*", help="of helpers.estimators; all without")
    chosen = parser.parse_args().module or names
    if unknown := set(chosen) - set(names):
        parser.error(f"no module {', '.join(sorted(unknown))}; there are {', '.join(names)}")
    # All are imported first, so that a function is found wherever another module uses it.
    modules = {name: importlib.import_module(f"helpers.estimators.{name}") for name in names}
    counted, survivors = 0, []
    for name in chosen:
        for function, number, noticed_by in mutants(modules[name]):
            counted += 1
            survivors += [] if noticed_by else [f"{name}.{function}: {number}"]
            print(f"{name:<14} {function:<36} {number:<14} {noticed_by or 'SURVIVES'}", flush=True)
    print(f"{counted} perturbations by {RELATIVE:g}, {len(survivors)} survive", *survivors, sep="\n  ")
    return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(main())
