"""What a step of the build says when it fails, without a word of a patient's row."""

import errno
import re
import traceback
from pathlib import Path

from helpers.ground.broken import BrokenRulesError
from helpers.ground.command import unwritten

COLOURS = re.compile(r"\x1b\[[0-9;]*m")

OF_THE_DISK = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EACCES, errno.EPERM)


class BuildError(Exception):
    """A step of the build that failed, in words for its reader."""


TOLD = (BuildError, BrokenRulesError)  # what is in words for its reader already


def logged(text: str, log: Path, is_private: bool) -> str:
    """Write a text that may hold a patient's values to a file, and say where it is.

    Parameters
    ----------
    text : str
    log : Path
    is_private : bool
        Whether the rows are real patients'; of these nothing but the file's place is said.

    Returns
    -------
    str
        The end of a sentence, with the text itself where no patient's row can be in it.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    text = COLOURS.sub("", text).rstrip()
    log.write_text(f"{text}\n", encoding="utf-8")
    return f"the text is in {log}" if is_private else f"also in {log}:\n{text}"


def unforeseen(name: str, error: BaseException, log: Path, is_private: bool) -> BuildError:
    """Put an error that no step foresaw into words.

    Parameters
    ----------
    name : str
        Of the step.
    error : BaseException
    log : Path
    is_private : bool
        As in `logged`.

    Returns
    -------
    BuildError
    """
    if isinstance(error, OSError) and error.errno in OF_THE_DISK:
        return BuildError(f"{name}: {unwritten(error)}")
    text = "".join(traceback.format_exception(error))
    return BuildError(f"{name} ended in {type(error).__name__}; {logged(text, log, is_private)}")
