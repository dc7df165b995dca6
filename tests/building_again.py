"""Builds a project once a line that comes in, each time in a process forked from this one.

The forked process runs the project's own `build.py` with today's modules; libraries alone are loaded before,
which takes longer than building a small book.
"""

import json
import os
import runpy
import sys

OWN = {"building", "helpers", "evidence"}


def main() -> None:
    """Answer each line, which names the files for what is printed and the arguments, with an exit status."""
    sys.path[0] = os.getcwd()  # as of `build.py`
    from building import environment, warm

    environment.settle()
    warm.load()
    for name in [name for name in sys.modules if name.partition(".")[0] in OWN]:
        del sys.modules[name]
    for line in sys.stdin:
        *printed, arguments = json.loads(line)
        child = os.fork()
        if child == 0:
            for stream, name in enumerate(printed, start=1):
                os.dup2(os.open(name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), stream)
            sys.argv = ["build.py", *arguments]
            runpy.run_path(sys.argv[0], run_name="__main__")
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


if __name__ == "__main__":
    main()
