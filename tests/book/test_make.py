"""A folder's name reaches a command whole, whatever a shell would make of it."""

import os
import subprocess

import pytest

from helpers.ground.paths import ROOT


def make(
    command: str, named: dict[str, str], environment: dict[str, str] | None = None
) -> subprocess.CompletedProcess:
    given = [f"{variable}={name}" for variable, name in named.items()]
    unset = ("COHORT", "CLAIMS", "OUT", "MAKEFLAGS", "MAKELEVEL")
    kept = {key: value for key, value in os.environ.items() if key not in unset}
    return subprocess.run(
        # A lock file that is newer than the environment would have make clear it, and all that runs from it.
        ["make", "--no-print-directory", "--old-file=.venv/.ready", command, *given],
        cwd=ROOT,
        env=kept | (environment or {}),
        capture_output=True,
        text=True,
    )


def check(name: str | None, environment: dict[str, str] | None = None) -> subprocess.CompletedProcess:
    return make("check", {} if name is None else {"COHORT": name}, environment)


@pytest.mark.parametrize(
    "name", ["a`touch {mark}`b", "$(touch {mark})", '"; touch {mark}; "', "-dash", "it's", "a b"]
)
def test_no_name_of_a_folder_is_a_command_or_an_option(tmp_path, name):
    mark = tmp_path / "mark"
    name = name.format(mark=mark)
    run = check(name)
    assert f"{name}: there is no such folder" in run.stderr
    assert run.returncode and not mark.exists()


@pytest.mark.parametrize("name", ["", " "])
def test_an_empty_name_is_not_the_default_cohort(name):
    run = check(name)
    assert "is empty; name the folder of a cohort" in run.stderr and not run.stdout


def test_without_a_name_the_default_cohort_is_checked_and_the_environment_may_name_one():
    assert "No problems." in check(None).stdout
    assert "/nowhere: there is no such folder" in check(None, {"COHORT": "/nowhere"}).stderr


def test_a_claims_folder_of_any_name_is_made_and_judged_and_is_no_command_or_option(tmp_path):
    name = '-it\'s `touch mark` $(touch mark) "; touch mark; " a b'
    folder, out = tmp_path / name, tmp_path / f"{name} judged"
    run = make("new", {"CLAIMS": str(folder)})
    assert not run.returncode and f"{folder / 'claims.csv'}: " in run.stdout, run.stderr
    run = make("ledger", {"CLAIMS": str(folder), "OUT": str(out)})
    assert not run.returncode and (out / "report.html").is_file(), run.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == [folder.name, out.name]
    assert not (ROOT / "mark").exists()


@pytest.mark.parametrize("named", [{}, {"COHORT": "a", "CLAIMS": "b"}, {"LIKE": "c"}])
def test_a_new_folder_is_one_of_two_kinds(tmp_path, named):
    run = make("new", {variable: str(tmp_path / name) for variable, name in named.items()})
    assert run.returncode == 2 and run.stderr.startswith("usage: make new COHORT=folder") and not run.stdout
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("command", ["new", "ledger"])
def test_an_empty_name_is_no_claims_folder(command):
    run = make(command, {"CLAIMS": ""})
    assert run.returncode and "is empty; name a claims folder" in run.stderr and not run.stdout


@pytest.fixture
def bare(tmp_path):
    """Give a folder with the recipe, and a Python that sets up nothing."""
    for name in ("Makefile", "requirements.txt"):
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    python = tmp_path / "python"
    python.write_text('#!/bin/sh\ncase "$*" in *venv*) exit 3 ;; esac\n')
    python.chmod(0o755)
    return tmp_path


def set_up(folder) -> subprocess.CompletedProcess:
    command = ["make", ".venv/.ready", f"PYTHON={folder / 'python'}"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True)


def test_an_environment_is_set_up_by_one_make_at_a_time(bare):
    (bare / ".venv-setup").mkdir()
    run = set_up(bare)
    assert run.returncode and "Another make sets up .venv: wait for its end." in run.stderr
    assert (bare / ".venv-setup").is_dir() and not (bare / ".venv").exists()


def test_a_set_up_that_fails_lets_the_next_one_try(bare):
    for _ in range(2):
        run = set_up(bare)
        assert run.returncode and "Setting up .venv" in run.stdout and "Another" not in run.stderr
    assert not (bare / ".venv-setup").exists() and not (bare / ".venv" / ".ready").exists()
