"""Which files of tests passed before on the very code, data and lock file of today.

The tests of the ensemble simulate, enumerate and compile for minutes, and their code seldom changes.
`make simulations` runs them and records a digest of all that each file depends on; `make test` runs again
those whose digest is another.
"""

import hashlib
import json
import sys
from functools import cache
from pathlib import Path

from building.inputs import LOCK
from helpers.ground.imports import imports, modules, reached
from helpers.ground.paths import ROOT

FOLDER = "tests/evidence/ensemble"
RECORD = ROOT / FOLDER / "passed.json"
BY_PATH = "test_options.py"  # loads a command by its path, which no import tells
# By what a test of that text is given, which it does not import itself.
GIVEN = {b"rebuilt_results": "helpers/chapters/book.py", b"committed": "evidence/ensemble/store.py"}
SETTINGS = (LOCK, "pyproject.toml", "tests/conftest.py")
DATA = (".csv", ".parquet", ".toml")


def all_files() -> set[str]:
    """List the files of tests that may be recorded, as their paths below the project.

    Returns
    -------
    set of str
    """
    return {
        str(path.relative_to(ROOT)) for path in (ROOT / FOLDER).rglob("test_*.py") if path.name != BY_PATH
    }


def keys(files: set[str], root: Path = ROOT) -> dict[str, str]:
    """Digest, for each file of tests, the modules that it imports, the data of the project and the lock file.

    Parameters
    ----------
    files : set of str
    root : Path

    Returns
    -------
    dict of str to str
    """

    @cache
    def files_of(name: str) -> list[Path]:
        return [*modules(name, root), *modules(name, root / "tests")]

    @cache
    def follow(path: Path) -> set[Path]:
        names = {*imports(path.read_bytes(), path.parent.relative_to(root).parts)}
        return {each for name in names for each in files_of(name)}

    @cache
    def digest(path: Path) -> str:
        return f"{path.relative_to(root)} {hashlib.sha256(path.read_bytes()).hexdigest()}"

    data = {path for path in (root / "data").rglob("*") if path.suffix in DATA and _is_own(path, root)}
    shared = data.union(root / name for name in SETTINGS)
    found = {}
    for file in sorted(files):
        own = root / file
        given = [root / source for word, source in GIVEN.items() if word in own.read_bytes()]
        read = [
            f"Python {sys.version_info.major}.{sys.version_info.minor}",
            *sorted(map(digest, reached([own, *given], follow) | shared)),
        ]
        found[file] = hashlib.sha256("\n".join(read).encode()).hexdigest()
    return found


def _is_own(path: Path, root: Path) -> bool:
    """Tell whether a file is no editor's."""
    return not any(part[0] in ".~#" for part in path.relative_to(root).parts)


def unchanged(files: set[str]) -> set[str]:
    """Tell which of some files of tests passed before on what they depend on today.

    Parameters
    ----------
    files : set of str

    Returns
    -------
    set of str
    """
    before = recorded()
    return {file for file, key in keys(files & {*before}).items() if before[file] == key}


def recorded() -> dict[str, str]:
    """Read the digests with which files passed.

    Returns
    -------
    dict of str to str
    """
    return json.loads(RECORD.read_text(encoding="utf-8")) if RECORD.exists() else {}


def record(passed: dict[str, str], failed: set[str]) -> None:
    """Write the digests of the files that passed now, and drop those of the files that failed or are gone.

    Parameters
    ----------
    passed : dict of str to str
    failed : set of str
    """
    kept = {file: key for file, key in {**recorded(), **passed}.items() if file in all_files() - failed}
    RECORD.write_text(json.dumps(kept, indent=1, sort_keys=True) + "\n", encoding="utf-8")
