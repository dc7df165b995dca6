"""No estimator without a test and without a row in the table of agreement."""

import inspect
import pkgutil
import re
from importlib import import_module

import pytest

import helpers.estimators
from reference import HERE
from reference.rows import EXCEPTIONS, ROWS

TESTS = HERE.parent / "helpers" / "estimators"
MODULES = {
    module.name: import_module(f"helpers.estimators.{module.name}")
    for module in pkgutil.iter_modules(helpers.estimators.__path__)
}
PUBLIC = [
    f"{name}.{function}"
    for name, module in MODULES.items()
    for function, found in inspect.getmembers(module, inspect.isfunction)
    if not function.startswith("_") and found.__module__ == module.__name__
]


@pytest.mark.parametrize("name", [name for name in PUBLIC if name not in EXCEPTIONS])
def test_an_estimator_is_named_by_the_tests_of_its_module(name):
    module, function = name.split(".")
    tests = TESTS / f"test_{module}.py"
    assert tests.exists(), f"{name} needs a test in {tests}"
    assert re.search(rf"\b{function}\b", tests.read_text(encoding="utf-8")), (
        f"{tests} does not test {function}"
    )


@pytest.mark.parametrize("name", PUBLIC)
def test_an_estimator_has_a_row_in_the_table_of_agreement(name):
    assert (name in ROWS) != (name in EXCEPTIONS), (
        f"{name} needs a row in rows.py, or there a reason for none"
    )


def test_every_row_is_of_an_estimator_and_has_its_counterpart_in_r():
    assert {*ROWS, *EXCEPTIONS} == set(PUBLIC)
    script = (HERE / "estimators.R").read_text(encoding="utf-8")
    assert set(ROWS) <= set(re.findall(r"^(\w+\.\w+) <- function", script, re.M))
