"""Ground: commands that end with a line, also where nobody takes what they print."""

import os
import signal
import sys
from collections.abc import Callable
from typing import NoReturn


def run(main: Callable[[], int]) -> NoReturn:
    """Run a command and end its process with the command's status.

    A reader such as ``head``, which closes before all is printed, ends it in silence.

    Parameters
    ----------
    main : callable
        Returns the exit status; what it writes to files it writes before it prints.
    """
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    try:
        status = main()
        sys.stdout.flush()
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        status = 130
    except OSError as error:
        why = error.strerror or str(error)
        print(f"{error.filename or 'what is printed here'}: cannot be written ({why})", file=sys.stderr)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # what is left over is not tried again
        status = 1
    sys.exit(status)
