"""Tasks run side by side in forked processes; one that fails ends the others, and no value leaves its log."""

import multiprocessing
import os
import signal
import subprocess
import sys
import time

import pytest

from building.failures import BuildError, logged
from building.processes import printed, run_together


def test_tasks_run_in_order_and_side_by_side(tmp_path, capfd):
    def task(name):
        return lambda: (tmp_path / name).write_text(str(time.monotonic_ns()))

    names = ["a", "b", "c"]
    run_together({name: task(name) for name in names}, tmp_path / "logs", is_private=False)
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_file()) == names
    assert {line.split(" (")[0].strip() for line in capfd.readouterr().out.splitlines()} == set(names)


def test_what_a_task_prints_goes_to_its_file_from_compiled_code_too(tmp_path, capfd):
    run_together({"a": lambda: os.system("echo aged 41; echo 42 >&2")}, tmp_path, is_private=True)
    assert printed(tmp_path, "a").read_text().split() == ["aged", "41", "42"]
    said = capfd.readouterr()
    assert "41" not in said.out and "42" not in said.err


def test_a_failure_ends_what_still_runs(tmp_path):
    def fails():
        raise BuildError("that did not work")

    others = set(multiprocessing.active_children())  # another test's pool may still be there
    with pytest.raises(BuildError, match="^a: that did not work$"):
        run_together({"a": fails, "b": lambda: time.sleep(60)}, tmp_path, is_private=False)
    assert not set(multiprocessing.active_children()) - others


@pytest.mark.parametrize("is_private", [True, False])
def test_an_error_that_nobody_foresaw_shows_no_patients_value(tmp_path, is_private):
    with pytest.raises(BuildError, match=r"^a ended in ValueError; .*a\.log") as error:
        run_together({"a": lambda: int("aged 41")}, tmp_path, is_private)
    assert ("aged 41" in str(error.value)) != is_private
    assert "aged 41" in (tmp_path / "a.log").read_text()


def test_a_process_that_is_killed_is_said(tmp_path):
    with pytest.raises(BuildError, match="a was ended from outside"):
        run_together({"a": lambda: os.kill(os.getpid(), 9)}, tmp_path, is_private=False)


def test_colours_are_left_out_of_a_log(tmp_path):
    assert logged("\x1b[31mred\x1b[0m", tmp_path / "a.log", is_private=False).endswith("red")
    assert (tmp_path / "a.log").read_text() == "red\n"


def test_an_interrupt_ends_the_tasks(tmp_path):
    program = f"""
import os, signal, time
from pathlib import Path
from building.processes import run_together
def task():
    Path({str(tmp_path)!r}, "begun").write_text(str(os.getpid()))
    time.sleep(60)
signal.signal(signal.SIGALRM, signal.default_int_handler)
signal.setitimer(signal.ITIMER_REAL, 0.5, 0.5)
try:
    run_together({{"a": task}}, Path({str(tmp_path)!r}), is_private=False)
except KeyboardInterrupt:
    print("stopped")
"""
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=50)
    assert run.stdout == "stopped\n", run.stderr
    if (tmp_path / "begun").exists():
        with pytest.raises(ProcessLookupError):
            os.kill(int((tmp_path / "begun").read_text()), 0)


def test_tasks_end_with_the_build_that_began_them(tmp_path):
    program = f"""
import os, time
from pathlib import Path
from building.processes import run_together
def task(name):
    Path({str(tmp_path)!r}, name).write_text(str(os.getpid()))
    time.sleep(60)
run_together({{"a": lambda: task("a"), "b": lambda: task("b")}}, Path({str(tmp_path)!r}), is_private=False)
"""
    build = subprocess.Popen([sys.executable, "-c", program])
    begun = [tmp_path / name for name in "ab"]
    while not all(path.is_file() and path.read_text() for path in begun):
        assert build.poll() is None
        time.sleep(0.05)
    build.kill()
    build.wait()
    tasks = [int(path.read_text()) for path in begun]
    for _ in range(100):
        if not (left := [task for task in tasks if runs(task)]):
            break
        time.sleep(0.1)
    for task in left:
        os.kill(task, signal.SIGKILL)
    assert not left


def runs(process: int) -> bool:
    """Tell whether a process still runs; Z has ended but is not collected yet."""
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(process)], capture_output=True, text=True).stdout
    return bool(state) and not state.startswith("Z")
