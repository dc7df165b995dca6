"""A folder's name reaches a command whole, whatever a shell would make of it."""

import os
import subprocess

import pytest

from helpers.ground.paths import ROOT


def check(name: str | None, environment: dict[str, str] | None = None) -> subprocess.CompletedProcess:
    given = [] if name is None else [f"COHORT={name.replace('$', '$$')}"]
    kept = {
        key: value for key, value in os.environ.items() if key not in ("COHORT", "MAKEFLAGS", "MAKELEVEL")
    }
    return subprocess.run(
        ["make", "--no-print-directory", "check", *given],
        cwd=ROOT,
        env=kept | (environment or {}),
        capture_output=True,
        text=True,
    )


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
