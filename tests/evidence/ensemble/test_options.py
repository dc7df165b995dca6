"""A mistake on the line of a command ends in one line that says what is asked, and in the status of usage."""

import importlib.util
from argparse import ArgumentTypeError

import pytest

from evidence.ensemble import __main__ as ensemble
from evidence.ensemble import options
from helpers.ground.paths import ROOT


@pytest.fixture(scope="module")
def reach():
    spec = importlib.util.spec_from_file_location("reach", ROOT / "reach.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("text", ["0", "-1", "1.5", "", "nine", "8"])
def test_a_whole_number_outside_its_bounds_is_refused(text):
    with pytest.raises(ArgumentTypeError, match="must be a whole number from 1 to 7, not"):
        options.whole(1, 7)(text)
    assert options.whole(1, 7)("7") == 7


@pytest.mark.parametrize("text", ["0", "-0.5", "nan", "inf", "much", ""])
def test_a_share_of_nothing_or_of_no_size_is_refused(text):
    with pytest.raises(ArgumentTypeError, match="must be a number from 0.001 to 1000, not"):
        options.share(text)
    assert options.share("0.5") == 0.5


@pytest.mark.parametrize("command", ["ensemble", "reach"])
@pytest.mark.parametrize("line", [["--seed", "-1"], ["--seed", "one"], ["--share", "0"], ["--members", "0"]])
def test_a_command_says_in_one_line_what_it_does_not_take(command, line, reach, capsys):
    main = reach.main if command == "reach" else ensemble.main
    with pytest.raises(SystemExit) as stopped:
        main(line)
    said = capsys.readouterr().err.splitlines()[-1]
    assert stopped.value.code == 2 and said.startswith(f"make {command}: error: ") and line[0] in said


def test_a_search_without_members_writes_nothing_and_says_why(reach, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(reach.store.read, "__defaults__", (tmp_path / "members.parquet",))
    assert reach.main(["--family", "Immune cells"]) == 1
    said = capsys.readouterr().err.splitlines()
    assert len(said) == 1 and said[0].startswith("Nothing was written: ") and "members.parquet" in said[0]
