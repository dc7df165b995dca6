"""Evidence: `make new CLAIMS=folder` writes a claims folder to fill in, around an invented example."""

import argparse
import sys
from functools import partial
from pathlib import Path

from evidence.claims import folder as folders
from helpers.ground import command
from helpers.ground.files import replacing
from helpers.ground.paths import named

EXAMPLE = Path(__file__).with_name("example")
FILES = {
    folders.STUDY: "what the study is, and its groups",
    folders.CLAIMS: "a row for each printed figure or word",
    folders.TIES: "ties between them that do not follow from the groups; it may be left out",
    "README.md": "what each column holds",
}


def write(folder: Path) -> list[str]:
    """Write a claims folder with an example of every kind of claim.

    Parameters
    ----------
    folder : Path
        New, or without files of these names.

    Returns
    -------
    list of str
        What was written, and what to do next.

    Raises
    ------
    FileExistsError
        If a file would be overwritten; nothing is written then.
    """
    there = [folder / name for name in FILES if (folder / name).exists()]
    if there:
        raise FileExistsError(there[0])
    for name in FILES:
        with replacing(folder / name) as partial_file:
            partial_file.write_bytes((EXAMPLE / name).read_bytes())
    told = [f"{folder / name}: {what}" for name, what in FILES.items()]
    return [*told, "Put your abstract in place of the example; `make ledger CLAIMS=folder` then judges it."]


def main(arguments: list[str] | None = None) -> int:
    """Write a new claims folder from the command line.

    Parameters
    ----------
    arguments : list of str, optional
        Without them those of the command line.

    Returns
    -------
    int
        The exit status.
    """
    parser = argparse.ArgumentParser(prog="make new", description=__doc__.partition("\n")[0])
    kind = partial(named, what="a claims folder")
    parser.add_argument("--claims", type=kind, required=True, help="folder to make")
    folder = parser.parse_args(arguments).claims
    try:
        told = write(folder)
    except FileExistsError as error:
        print(f"{error}: is there already, and stays; name a new folder", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"{folder}: cannot be written ({error.strerror})", file=sys.stderr)
        return 1
    print(*told, sep="\n")
    return 0


if __name__ == "__main__":
    command.run(main)
