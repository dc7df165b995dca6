"""The last commit is built twice, at two places and under two sets of settings, and every byte compared.

Run as ``make reproduce``. Both builds start from nothing; they share the installed packages alone.
"""

import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from helpers.ground import command
from helpers.ground.paths import ROOT

SITE = Path("_build") / "html"
# Two machines: what programs take from their surroundings, and what a new file is for others.
SETTINGS = (
    {"LC_ALL": "C", "TZ": "Pacific/Kiritimati", "PYTHONHASHSEED": "1"},
    {"LC_ALL": "de_DE.UTF-8", "TZ": "America/St_Johns", "PYTHONHASHSEED": "4242"},
)
FOLDERS = ("here", "somewhere/quite a bit deeper")
UMASKS = (0o022, 0o077)
MOST = 20  # differences that are listed


def main() -> int:
    """Build twice and compare.

    Returns
    -------
    int
        The exit status.
    """
    if not (ROOT / ".git").exists():
        print("there is no repository here, and so no last commit to build", file=sys.stderr)
        return 1
    with TemporaryDirectory() as folder:
        sites = []
        for place, settings, umask in zip(FOLDERS, SETTINGS, UMASKS, strict=True):
            print(
                f"building in {place!r} with {' '.join(f'{k}={v}' for k, v in settings.items())}", flush=True
            )
            sites.append(built(ROOT, Path(folder) / place, settings, umask))
        found = differences(*sites)
        count = len(contents(sites[0]))
    print(*found[:MOST], sep="\n")
    print(f"{len(found)} of {count} files differ" if found else f"the same {count} files, byte for byte")
    return 1 if found else 0


def built(source: Path, folder: Path, settings: dict[str, str], umask: int) -> Path:
    """Clone a repository and build its book.

    Parameters
    ----------
    source : Path
        The repository.
    folder : Path
        Where to.
    settings : dict of str to str
        Of the environment.
    umask : int

    Returns
    -------
    Path
        The built site.
    """
    subprocess.run(["git", "clone", "--quiet", "--no-hardlinks", str(source), str(folder)], check=True)
    environment = {name: value for name, value in os.environ.items() if name not in ("COHORT", "PYTHONPATH")}
    command = [sys.executable, str(folder / "build.py"), "book"]
    subprocess.run(command, cwd=folder, env=environment | settings, umask=umask, check=True)
    return folder / SITE


def contents(site: Path) -> dict[str, tuple[int, bytes]]:
    """Return what a site consists of.

    Parameters
    ----------
    site : Path

    Returns
    -------
    dict of str to tuple
        Permissions and bytes of each file, by its place.
    """
    files = (path for path in sorted(site.rglob("*")) if path.is_file())
    return {str(path.relative_to(site)): (path.stat().st_mode & 0o777, path.read_bytes()) for path in files}


def differences(first: Path, second: Path) -> list[str]:
    """Say which files of two sites differ, and where they begin to.

    Parameters
    ----------
    first, second : Path

    Returns
    -------
    list of str
        A line for each.
    """
    one, other = contents(first), contents(second)
    alone = [f"{name}: in one of them alone" for name in sorted(one.keys() ^ other.keys())]
    return alone + [
        f"{name}: {_told(one[name], other[name])}"
        for name in sorted(one.keys() & other.keys())
        if one[name] != other[name]
    ]


def _told(one: tuple[int, bytes], other: tuple[int, bytes]) -> str:
    if one[1] == other[1]:
        return f"permissions {one[0]:o} and {other[0]:o}"
    pairs = enumerate(zip(one[1], other[1], strict=False))
    place = next((number for number, (a, b) in pairs if a != b), min(len(one[1]), len(other[1])))
    texts = (each[1][max(place - 30, 0) : place + 30] for each in (one, other))
    return f"from byte {place}: {' and '.join(map(repr, texts))}"


if __name__ == "__main__":
    command.run(main)
