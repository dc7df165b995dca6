"""Compiled kernels are kept apart for each text of them, and the tests use those of the build."""

import os

import pytest

from building.environment import SETTINGS, kernels
from helpers.estimators import compiled

OURS = SETTINGS["NUMBA_CACHE_DIR"]
KERNEL = "from numba import njit\n\n@njit(cache=True)\ndef one():\n    return 1\n"


@pytest.fixture
def root(tmp_path):
    for name in ("helpers/estimators", "evidence/ensemble/reach"):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "kernel.py").write_text(KERNEL)
    (tmp_path / "helpers" / "plain.py").write_text("one = 1\n")
    return tmp_path


@pytest.mark.parametrize("name", ["helpers/estimators/kernel.py", "evidence/ensemble/reach/kernel.py"])
def test_a_change_of_one_kernel_has_all_compiled_anew(root, name):
    before = kernels(root)
    (root / name).write_text(KERNEL.replace("return 1", "return 2"))
    assert kernels(root) != before


def test_what_is_not_compiled_has_no_part_in_it(root):
    before = kernels(root)
    (root / "helpers" / "plain.py").write_text("one = 2\n")
    assert kernels(root) == before


@pytest.mark.skipif(os.environ["NUMBA_CACHE_DIR"] != OURS, reason="they were told to keep kernels elsewhere")
def test_the_tests_use_the_kernels_of_the_build():
    assert compiled.climb.stats.cache_path.startswith(OURS)
