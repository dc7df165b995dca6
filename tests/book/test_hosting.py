"""The files for a hosted repository call make targets that exist, and name no version of a package."""

import json
import os
import re
import subprocess

import pytest
import yaml

from helpers.ground.paths import ROOT

WORKFLOW = ROOT / ".github" / "workflows" / "book.yml"
TARGETS = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE))


def called(text: str) -> set[str]:
    """Return the targets that a text asks make for."""
    return {name for line in re.findall(r"\bmake ((?:[a-z]+ ?)+)", text) for name in line.split()}


def steps() -> list[dict]:
    jobs = yaml.safe_load(WORKFLOW.read_text(encoding="utf-8"))["jobs"]
    return [step for job in jobs.values() for step in job["steps"]]


def test_the_workflow_tests_builds_and_publishes_by_make_alone():
    commands = [step["run"] for step in steps() if "run" in step]
    assert all(re.fullmatch(r"make( [a-z]+)+", command) for command in commands), commands
    assert called("\n".join(commands)) >= {"lint", "test", "kernels", "reproduce"}
    assert called("\n".join(commands)) <= TARGETS
    used = {step["uses"].partition("@")[0] for step in steps() if "uses" in step}
    assert {"actions/upload-pages-artifact", "actions/deploy-pages"} <= used


def test_once_a_week_nothing_is_kept():
    schedule = yaml.safe_load(WORKFLOW.read_text(encoding="utf-8"))[True]["schedule"]
    assert len(schedule[0]["cron"].split()) == 5 and schedule[0]["cron"].split()[2:4] == ["*", "*"]
    (cache,) = [step for step in steps() if step.get("uses", "").startswith("actions/cache")]
    assert cache["if"] == "github.event_name != 'schedule'"


def test_containers_are_set_up_by_make():
    container = json.loads((ROOT / ".devcontainer" / "devcontainer.json").read_text(encoding="utf-8"))
    binder = ROOT / "binder" / "postBuild"
    assert binder.stat().st_mode & 0o111
    assert called(container["postCreateCommand"]) == {"book"} <= TARGETS
    assert called(binder.read_text(encoding="utf-8").partition("set -eu")[2]) == {"kernel"} <= TARGETS


@pytest.mark.parametrize("binder", [True, False], ids=["Binder", "a container"])
def test_a_jupyter_that_is_there_gets_the_kernel_of_the_lock_file(tmp_path, binder):
    kept = {name for name in os.environ if not name.startswith(("JUPYTER", "NB_", "XDG"))}
    own = {name: os.environ[name] for name in kept} | {"HOME": str(tmp_path / "home")}
    own |= {"NB_PYTHON_PREFIX": str(tmp_path / "server")} if binder else {}
    subprocess.run(["make", "kernel"], cwd=ROOT, env=own, check=True, capture_output=True)
    place = "server/share/jupyter" if binder else "home/.local/share/jupyter"
    (kernel,) = tmp_path.rglob("kernel.json")
    assert kernel == tmp_path / place / "kernels" / "python3" / "kernel.json"
    assert json.loads(kernel.read_text(encoding="utf-8"))["argv"][0] == str(ROOT / ".venv" / "bin" / "python")


def test_one_version_of_python_is_named_everywhere():
    container = json.loads((ROOT / ".devcontainer" / "devcontainer.json").read_text(encoding="utf-8"))
    named = {container["image"].rpartition(":")[2]}
    named.add((ROOT / "binder" / "runtime.txt").read_text().strip().removeprefix("python-"))
    named |= {step["with"]["python-version"] for step in steps() if "setup-python" in step.get("uses", "")}
    lock = re.search(r"--python-version (\S+)", (ROOT / "Makefile").read_text(encoding="utf-8"))[1]
    assert named == {lock}
