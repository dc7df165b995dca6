"""A command ends with a line and a status, whatever becomes of what it prints."""

import os
import signal
import subprocess
import sys

import pytest

from helpers.ground.paths import ROOT

COMMANDS = {
    "check": ["-m", "helpers.ground.check"],
    "claims": ["-m", "evidence.claims.template", "--claims"],
    "new": ["-m", "helpers.ground.template", "--cohort"],
}


def started(name: str, folder, **pipes) -> subprocess.Popen:
    asked = [*COMMANDS[name], *([str(folder / "new")] if name in ("claims", "new") else [])]
    return subprocess.Popen([sys.executable, *asked], cwd=ROOT, text=True, stderr=subprocess.PIPE, **pipes)


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full")
@pytest.mark.parametrize("name", COMMANDS)
def test_a_full_disk_is_told_in_a_line(name, tmp_path):
    with open("/dev/full", "w") as full, started(name, tmp_path, stdout=full) as run:
        _, said = run.communicate()
    assert run.returncode == 1 and len(said.splitlines()) == 1 and "o space left" in said, said


@pytest.mark.parametrize("name", ["check", "claims"])
def test_a_reader_that_closes_ends_it_in_silence(name, tmp_path):
    reader, writer = os.pipe()
    os.close(reader)
    with started(name, tmp_path, stdout=writer) as run:
        os.close(writer)
        _, said = run.communicate()
    assert run.returncode == 141 and said == ""


def test_whoever_stops_it_gets_a_line():
    program = "import time; from helpers.ground.command import run; "
    program += "run(lambda: print(1, flush=True) or time.sleep(60))"
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, start_new_session=True, **pipes) as run:
        run.stdout.readline()
        run.send_signal(signal.SIGINT)
        _, said = run.communicate()
    assert run.returncode == 130 and said == "stopped\n"


def test_broken_rules_are_told_without_a_traceback():
    program = "from helpers.ground.command import run; from helpers.ground.edition import citation; "
    program += "from pathlib import Path; run(lambda: citation(Path('nowhere.cff')))"
    run = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 1 and run.stderr == "nowhere.cff: the file is missing\n"
