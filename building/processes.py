"""Tasks side by side, each in a process forked from this one, so that all share what it has loaded."""

import contextlib
import gc
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Mapping
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path

from building.environment import UNSEARCHED
from building.failures import TOLD, BuildError, unforeseen

WORKERS = 2
Running = tuple[BaseProcess, Connection, float]
_FORKS = multiprocessing.get_context("fork")


def tell(line: str) -> None:
    """Print a line of progress at once.

    Parameters
    ----------
    line : str
    """
    print(f"  {line}", flush=True)


def run_together(tasks: Mapping[str, Callable[[], None]], logs: Path, is_private: bool) -> None:
    """Run named tasks, `WORKERS` at a time, telling each as it ends.

    Parameters
    ----------
    tasks : mapping of str to callable
        In the order in which they begin.
    logs : Path
        Folder for what a task prints and for errors.
    is_private : bool
        As in `building.failures.logged`.

    Raises
    ------
    BuildError
        Of the first task that fails. The others are then ended, as they are by Ctrl-C.
    """
    logs.mkdir(parents=True, exist_ok=True)
    gc.set_threshold(UNSEARCHED)
    gc.freeze()  # no task searches for garbage in what all share, nor gets pages of its own by it
    waiting = list(tasks.items())
    running: dict[str, Running] = {}
    try:
        while waiting or running:
            while waiting and len(running) < WORKERS:
                name, task = waiting.pop(0)
                running[name] = _begin(name, task, logs, is_private)
            ended = wait([process.sentinel for process, _, _ in running.values()])
            for name in [name for name, one in running.items() if one[0].sentinel in ended]:
                _end(name, *running.pop(name))
    finally:
        for process, _, _ in running.values():
            process.kill()
            process.join()


def printed(logs: Path, name: str) -> Path:
    """Return the file that a task prints to.

    Parameters
    ----------
    logs : Path
        Folder.
    name : str
        Of the task.

    Returns
    -------
    Path
    """
    return logs / f"{name}.printed"


def _begin(name: str, task: Callable[[], None], logs: Path, is_private: bool) -> Running:
    receiver, sender = _FORKS.Pipe(duplex=False)
    process = _FORKS.Process(target=_child, args=(name, task, logs, is_private, sender), daemon=True)
    process.start()
    sender.close()
    return process, receiver, time.perf_counter()


def _end(name: str, process: BaseProcess, receiver: Connection, begun: float) -> None:
    """Tell of a task that ended, or raise what it failed with."""
    process.join()
    said = None
    with contextlib.suppress(EOFError):
        said = receiver.recv()
    if said is not None:
        raise BuildError(said)
    if process.exitcode:
        raise BuildError(f"{name} was ended from outside (status {process.exitcode})")
    tell(f"{name} ({time.perf_counter() - begun:.1f} s)")


def _child(name: str, task: Callable[[], None], logs: Path, is_private: bool, sender: Connection) -> None:
    """Run a task in the new process, all that it prints going to a file, and send what it failed with."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent ends its children
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    with printed(logs, name).open("wb") as file:
        for stream in (1, 2):  # of the process, since compiled code prints too
            os.dup2(file.fileno(), stream)
    try:
        task()
    except TOLD as error:
        sender.send(f"{name}: {error}")
    except Exception as error:
        sender.send(str(unforeseen(name, error, logs / f"{name}.log", is_private)))


def _end_with_parent() -> None:
    """End this process once its parent has ended, be it killed: a task would write beside the next build."""
    if parent := multiprocessing.parent_process():
        parent.join()
        os._exit(1)
