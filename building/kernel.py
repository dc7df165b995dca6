"""Code cells run in this process, as a Jupyter kernel runs them, without the second that starting one takes.

The shell is the kernel's own, so that what asks which front end it draws for gets the same answer; only what
the kernel would send to a client is kept instead.
"""

import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ipykernel.zmqshell import ZMQInteractiveShell
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import ExecutionResult
from nbformat import NotebookNode
from nbformat.v4 import new_output
from traitlets import Type
from traitlets.config import Config

# What a kernel tells a client of its language; pages and JupyterLab colour code by it.
LANGUAGE = {
    "codemirror_mode": {"name": "ipython", "version": sys.version_info.major},
    "file_extension": ".py",
    "mimetype": "text/x-python",
    "name": "python",
    "nbconvert_exporter": "python",
    "pygments_lexer": f"ipython{sys.version_info.major}",
    "version": sys.version.partition(" ")[0],
}


class CellError(Exception):
    """A cell that failed.

    Parameters
    ----------
    number : int
        Of the cell among the code cells, from 1.
    what : str
        Words that hold no value.
    text : str
        What may hold values: the traceback, or what was printed.
    """

    def __init__(self, number: int, what: str, text: str) -> None:
        super().__init__(f"code cell {number} {what}")
        self.number, self.what, self.text = number, what, text


class _Results(DisplayHook):
    """Keeps the result of a cell's last line."""

    shell: Any

    def write_output_prompt(self) -> None:
        """Print no number before a result."""

    def write_format_data(self, format_dict: dict, md_dict: dict | None = None) -> None:
        self.shell.outputs.append(
            new_output(
                "execute_result", format_dict, metadata=md_dict or {}, execution_count=self.prompt_count
            )
        )

    def finish_displayhook(self) -> None:
        """End no line."""


class _Displays(DisplayPublisher):
    """Keeps what a cell displays."""

    shell: Any

    def publish(self, data: dict, metadata: dict | None = None, source: Any = None, **_: Any) -> None:
        self.shell.outputs.append(new_output("display_data", data, metadata=metadata or {}))


class _Shell(ZMQInteractiveShell):
    displayhook_class: Any = Type(_Results)
    display_pub_class: Any = Type(_Displays)

    def __init__(self, **options: Any) -> None:
        self.outputs: list[NotebookNode] = []
        self.failure = ""
        super().__init__(**options)

    def _showtraceback(self, etype: type, evalue: BaseException, stb: list[str]) -> None:
        self.failure = "\n".join(stb)


def run(cells: list[str], folder: Path, printed: Callable[[], str]) -> list[list[NotebookNode]]:
    """Run code cells one after the other.

    Parameters
    ----------
    cells : list of str
    folder : Path
        Where the code runs.
    printed : callable
        Returns what this process has printed so far.

    Returns
    -------
    list of list of NotebookNode
        The outputs of each cell.

    Raises
    ------
    CellError
        If a cell raises an error, or prints a warning or a text: a page shows what is displayed alone.
    """
    os.chdir(folder)
    with tempfile.TemporaryDirectory() as profile:
        settings = Config()
        settings.HistoryManager.enabled = False
        shell = _Shell.instance(config=settings, ipython_dir=profile)
        return [_outputs(shell, number, cell, printed) for number, cell in enumerate(cells, start=1)]


def _outputs(shell: _Shell, number: int, cell: str, printed: Callable[[], str]) -> list[NotebookNode]:
    shell.outputs = []
    before = printed()
    result = shell.run_cell(cell, store_history=True)
    if not result.success:
        raise CellError(number, f"ended in {_error(result)}", shell.failure or printed())
    said = printed().removeprefix(before)
    if said:
        raise CellError(number, "printed a warning or a text", said)
    return shell.outputs


def _error(result: ExecutionResult) -> str:
    return type(result.error_before_exec or result.error_in_exec).__name__
