"""Ground: commands that end with a line, also where nobody takes what they print."""

import errno
import os
import sys
from collections.abc import Callable
from typing import NoReturn

from helpers.ground.broken import BrokenRulesError

STOPPED, UNREAD = 130, 141  # statuses of a command that somebody stopped, or whose reader closed


def run(main: Callable[[], int]) -> NoReturn:
    """Run a command and end its process with the command's status.

    A reader such as ``head``, which closes before all is printed, ends it in silence.

    Parameters
    ----------
    main : callable
        Returns the exit status.
    """
    try:
        status = main()
        sys.stdout.flush()
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        status = STOPPED
    except BrokenRulesError as error:
        print(error, file=sys.stderr)
        status = 1
    except OSError as error:
        is_unread = isinstance(error, BrokenPipeError)
        if not is_unread:
            print(unwritten(error), file=sys.stderr)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # what is left over is not tried again
        status = UNREAD if is_unread else 1
    sys.exit(status)


def unwritten(error: OSError) -> str:
    """Say which file could not be read or written, and why.

    Parameters
    ----------
    error : OSError

    Returns
    -------
    str
    """
    why = error.strerror or os.strerror(error.errno or errno.EIO)
    return f"{error.filename or 'output'}: {why[0].lower()}{why[1:]}"
