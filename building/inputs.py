"""What each step of the build reads, and the keys by which it knows that none of it changed.

A key is a digest of contents, never of times. Nothing that is imported here needs more than the standard
library, so that a build in which nothing changed ends before anything else is loaded.
"""

import hashlib
import json
import os
import sys
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from helpers.ground.imports import imports, modules, reached

LOCK = "requirements.txt"
# Of the project: what may stand in a page or decide what one says.
FOLDERS = ("book", "building", "data", "evidence", "helpers", "notebooks")
FILES = ("CITATION.cff", "build.py", "_config.yml", "_toc.yml", LOCK)
# Of a cohort's folder, which may hold more.
OF_COHORT = (".csv", ".toml", ".xlsx", ".parquet")
GROUND = (
    "study.toml",
    "dictionary.csv",
)  # that every chapter reads; the rest `evidence` alone
PUBLISHED = "evidence"
MEMORY = "_build/imports.json"
BESIDE = (".mplstyle", ".toml")
UNREAD = (".ipynb", ".log", ".md", ".py", ".pyc")  # beside the data, or made by running


@dataclass
class Inputs:
    """The files behind one book, each read at most once.

    Attributes
    ----------
    root : Path
        Of the project.
    cohort : Path
        The cohort's folder.
    """

    root: Path
    cohort: Path
    _digests: dict[Path, bytes] = field(default_factory=dict, repr=False)
    _imports: dict[str, list[str]] = field(default_factory=dict, repr=False)
    _modules: dict[str, list[Path]] = field(default_factory=dict, repr=False)

    def key(self, files: Iterable[Path], *more: str) -> str:
        """Digest the names and contents of files, the lock file and the version of Python.

        Parameters
        ----------
        files : iterable of Path
        *more : str
            What else decides.

        Returns
        -------
        str
        """
        parts = [sys.version, *more]
        for path in sorted({*files, self.root / LOCK}):
            parts += [self._name(path), self._digest(path).hex()]
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()

    def everything(self, *more: str) -> str:
        """Digest all that a book may depend on.

        Parameters
        ----------
        *more : str
            What no file says, such as the commit.

        Returns
        -------
        str
        """
        files = {self.root / name for name in FILES} | self._of_cohort() | self._claims()
        for folder in FOLDERS:
            files |= {path for path in _below(self.root / folder) if path.suffix not in (".ipynb", ".pyc")}
        return self.key(files, *more)

    def of_code(self, *sources: Path) -> set[Path]:
        """Return code and the data that it may read.

        Parameters
        ----------
        *sources : Path
            Python files.

        Returns
        -------
        set of Path
            The files and the project's own modules that they import, one through the other; the cohort; and
            the claims and all other data where one of them belongs to `evidence`.
        """
        code = self.imported(*sources)
        data = self._of_cohort() | {self.root / "data" / name for name in GROUND}
        # What lies beside a module is read by it: a style of figures, the titles of sections.
        folders = {path.parent for path in code}
        data |= {path for folder in folders for end in BESIDE for path in folder.glob(f"*{end}")}
        if any(path.is_relative_to(self.root / PUBLISHED) for path in code):
            data |= self._claims()
            data |= {path for path in _below(self.root / "data") if path.suffix not in UNREAD}
        return code | data

    def imported(self, *sources: Path) -> set[Path]:
        """Return files with the project's own modules that they import, one through the other.

        Parameters
        ----------
        *sources : Path

        Returns
        -------
        set of Path
        """
        if not self._imports:
            self._imports |= _remembered(self.root / MEMORY)
        known = len(self._imports)
        found = reached(sources, self._run_by)
        if len(self._imports) > known:
            _remember(self._imports, self.root / MEMORY)
        return found

    def _run_by(self, path: Path) -> list[Path]:
        return [each for name in self._names(path) for each in self._files(name)]

    def unchanged(self, files: Iterable[Path]) -> bool:
        """Say whether files still are what they were when they were first read here.

        Parameters
        ----------
        files : iterable of Path

        Returns
        -------
        bool
        """
        return all(digest(path) == self._digest(path) for path in files)

    def _digest(self, path: Path) -> bytes:
        if path not in self._digests:
            self._digests[path] = digest(path)
        return self._digests[path]

    def _names(self, path: Path) -> list[str]:
        package = path.parent.relative_to(self.root).parts if path.is_relative_to(self.root) else ()
        known = f"{'.'.join(package)} {self._digest(path).hex()}"
        if known not in self._imports:
            self._imports[known] = sorted({*imports(path.read_bytes(), package)})
        return self._imports[known]

    def _files(self, name: str) -> list[Path]:
        if name not in self._modules:
            self._modules[name] = modules(name, self.root)
        return self._modules[name]

    def _name(self, path: Path) -> str:
        return str(path.relative_to(self.root)) if path.is_relative_to(self.root) else str(path)

    def _of_cohort(self) -> set[Path]:
        return {path for path in _files(self.cohort) if path.suffix in OF_COHORT}

    def _claims(self) -> set[Path]:
        """Return the file of claims that the cohort's study names."""
        own = self.cohort / "study.toml"
        study = own if own.exists() else self.root / "data" / "study.toml"
        said, folder = _read(study), study.parent
        if told := _read(self.cohort / "cohort.toml").get("study"):
            said, folder = told if isinstance(told, dict) else {}, self.cohort
        claims = said.get("claims")
        return {folder / claims} if isinstance(claims, str) else set()


def digest(path: Path) -> bytes:
    """Digest the contents of a file.

    Parameters
    ----------
    path : Path

    Returns
    -------
    bytes
        Empty where there is no such file.
    """
    try:
        return hashlib.sha256(path.read_bytes()).digest()
    except OSError:
        return b""


def _remembered(path: Path) -> dict[str, list[str]]:
    """Return what sources import, by their digest, as an earlier build found it; parsing takes seconds."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def _remember(found: dict[str, list[str]], path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(f".{os.getpid()}.partial")
    partial.write_text(json.dumps(found), encoding="utf-8")
    partial.replace(path)


def _read(path: Path) -> dict:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError):  # the loader says what is wrong with it
        return {}


def _files(folder: Path) -> Iterator[Path]:
    """List the files of a folder; editors' and the system's own begin with a dot."""
    if folder.is_dir():
        yield from (path for path in folder.iterdir() if path.is_file() and path.name[0] not in ".~#")


def _below(folder: Path) -> Iterator[Path]:
    """List the files of a folder and of those inside it."""
    yield from _files(folder)
    for inside in sorted(folder.iterdir()) if folder.is_dir() else []:
        if inside.is_dir() and inside.name[0] != "." and inside.name != "__pycache__":
            yield from _below(inside)
