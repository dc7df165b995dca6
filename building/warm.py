"""Builds on request, each in a process forked from this one, which has loaded what others wrote.

`building.serve` runs it: a line in is a build, and the line back says in JSON what the build failed with.
Nothing of our own is loaded here, as it may be edited between two builds.
"""

import contextlib
import gc
import importlib
import json
import os
import signal
import sys
import traceback
from pathlib import Path

HEAVY = (
    "pandas",
    "scipy.stats",
    "matplotlib.pyplot",
    "statsmodels.api",
    "lifelines",
    "IPython",
    "ipykernel.zmqshell",
    "jupytext",
    "jupyter_book.sphinx",
    "sphinx_book_theme",
    "myst_nb.sphinx_ext",
    "pydata_sphinx_theme",
    "sphinx_design.extension",
    "great_tables",
    "surpyval",
    "sphinxcontrib.bibtex",
)


def load() -> None:
    """Import what is slow to import; what is missing is said by the build that needs it."""
    with contextlib.suppress(ImportError):
        import numba
        from sphinx.application import builtin_extensions

        for name in (*HEAVY, *builtin_extensions):
            importlib.import_module(name)
        numba.njit(lambda: 0)()  # its compiler begins slowly, also where it only reads what is compiled
    gc.freeze()  # so that no build looks through all of it for garbage


def build(cohort: Path) -> str:
    """Build the book in a forked process.

    Parameters
    ----------
    cohort : Path
        The cohort's folder.

    Returns
    -------
    str
        What the build failed with; empty where the book stands.
    """
    receiver, sender = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(receiver)
        # Nobody listens where somebody ended the server meanwhile.
        with contextlib.suppress(BrokenPipeError), os.fdopen(sender, "w", encoding="utf-8") as pipe:
            pipe.write(_failure(cohort))
        sys.stdout.flush()
        os._exit(0)
    os.close(sender)
    with os.fdopen(receiver, encoding="utf-8") as pipe:
        said = pipe.read()
    _, status = os.waitpid(child, 0)
    return said or ("the build was ended from outside" if status else "")


def _failure(cohort: Path) -> str:
    """Build in this process, with today's modules; an unforeseen error is told without its values."""
    try:
        import build as command
        from building.failures import TOLD
        from building.places import place_of
        from helpers.ground.command import unwritten
    except Exception as error:
        return _told(error)
    try:
        command.do("book", cohort)
    except TOLD as error:
        return str(error)
    except OSError as error:
        return f"{unwritten(error)}{place_of(cohort).kept}"
    except KeyboardInterrupt:  # which ends the server too, and says so
        return "stopped"
    except Exception as error:
        return _told(error)
    return ""


def _told(error: Exception) -> str:
    places = "".join(traceback.format_tb(error.__traceback__))
    where = f" in {error.filename}, line {error.lineno}" if isinstance(error, SyntaxError) else ""
    return f"the build ended in {type(error).__name__}{where}\n{places}"


def main() -> None:
    """Answer each line with a build, until there is none or somebody ends the server."""
    signal.signal(signal.SIGINT, signal.default_int_handler)  # which a shell's background ignores
    with contextlib.suppress(KeyboardInterrupt):
        _answer()


def _answer() -> None:
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what a build tells goes to the terminal
    load()
    for _ in sys.stdin:
        said = build(Path(sys.argv[1]))
        if said:
            print(said, file=sys.stderr, flush=True)
        answers.write(f"{json.dumps(said)}\n")
        answers.flush()


if __name__ == "__main__":
    main()
