"""The order of the files of tests names files that there are, and puts each at its place."""

import order

from helpers.ground.paths import ROOT


def test_every_file_that_is_named_exists():
    there = {path.relative_to(ROOT).as_posix() for path in (ROOT / "tests").rglob("test_*.py")}
    assert set(order.LONGEST) <= there
    of_ensemble = {path.rpartition("/")[2] for path in there if path.startswith(order.KERNELS)}
    assert set(order.WITHOUT) < of_ensemble


def test_kernels_come_first_and_short_files_last():
    files = ["tests/helpers/ground/test_files.py", *order.LONGEST, f"{order.KERNELS}reach/test_searches.py"]
    assert sorted(files, key=lambda file: order.place(f"{file}::test")) == [
        files[-1],
        *order.LONGEST,
        files[0],
    ]


def test_files_that_call_no_kernel_are_no_part_of_the_group():
    assert order.calls_kernels(f"{order.KERNELS}test_marrow.py")
    assert not order.calls_kernels(f"{order.KERNELS}test_default.py")
    assert not order.calls_kernels("tests/helpers/estimators/test_cox.py")
