"""Where books are built, and the mark by which a book is known to be of today's sources.

As `building.inputs`, this loads little, so that a build in which nothing changed ends at once.
"""

import fcntl
import hashlib
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from building.failures import BuildError
from helpers.ground.paths import REBUILT, ROOT

BUILD = ROOT / "_build"


@dataclass(frozen=True)
class Place:
    """The folder of one book.

    Attributes
    ----------
    folder : Path
    """

    folder: Path

    @property
    def site(self) -> Path:
        """The finished pages.

        Returns
        -------
        Path
        """
        return self.folder / "html"

    @property
    def landing(self) -> Path:
        """The page to open.

        Returns
        -------
        Path
        """
        return self.site / "index.html"

    @property
    def kept(self) -> str:
        """What is said of the last book when a build does not end.

        Returns
        -------
        str
            Empty where there is none.
        """
        return "; the last book stays as it was" if self.landing.is_file() else ""

    @property
    def outputs(self) -> Path:
        """What the notebooks gave when they last ran.

        Returns
        -------
        Path
        """
        return self.folder / "work" / "outputs"

    @property
    def tables(self) -> Path:
        """Results, ledger and ranges.

        Returns
        -------
        Path
        """
        return self.folder / "work" / "tables"

    @property
    def private(self) -> Path:
        """What nobody but the owner of the data is to read.

        Returns
        -------
        Path
        """
        return self.folder / "private"

    @property
    def logs(self) -> Path:
        """What steps printed, and their errors.

        Returns
        -------
        Path
        """
        return self.folder / "work" / "logs"

    @property
    def stage(self) -> Path:
        """The sources that Sphinx reads.

        Returns
        -------
        Path
        """
        return self.folder / "work" / "stage"

    @property
    def pages(self) -> Path:
        """Pages that are not finished.

        Returns
        -------
        Path
        """
        return self.folder / "work" / "html"

    @property
    def doctrees(self) -> Path:
        """What Sphinx remembers of the pages that it read.

        Returns
        -------
        Path
        """
        return self.folder / "work" / "doctrees"

    @property
    def _mark(self) -> Path:
        return self.folder / "work" / "built"

    def is_of(self, key: str) -> bool:
        """Say whether the finished book is the one of these sources, and every file as it was left.

        Parameters
        ----------
        key : str
            As `building.inputs.Inputs.everything` gives it.

        Returns
        -------
        bool
        """
        return self._mark.is_file() and self._mark.read_text() == self._marked(key)

    def mark(self, key: str) -> None:
        """Remember which sources the finished book is of.

        Parameters
        ----------
        key : str
        """
        self._mark.parent.mkdir(parents=True, exist_ok=True)
        self._mark.write_text(self._marked(key))

    def _marked(self, key: str) -> str:
        """Add to a key which files the finished book has, their lengths, and when they were written."""
        files = sorted((path, path.stat()) for path in self.site.rglob("*") if path.is_file())
        told = [f"{path} {about.st_size} {about.st_mtime_ns}" for path, about in files]
        digest = hashlib.sha256("\n".join(told).encode()).hexdigest()
        return f"{key} {digest}"

    def unmark(self) -> None:
        """Forget it, before the finished book is touched."""
        self._mark.unlink(missing_ok=True)

    @contextmanager
    def only_here(self, waits: bool = False) -> Iterator[None]:
        """Hold the folder; a second build of the same book at the same time waits or is refused.

        Parameters
        ----------
        waits : bool

        Yields
        ------
        None

        Raises
        ------
        BuildError
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / ".lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                said = f"another build is running in {self.folder}"
                if not waits:
                    raise BuildError(f"{said}; wait for its end") from None
                print(f"  {said}; waiting for its end", flush=True)
                fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def claim(self, cohort: Path) -> None:
        """Let the book of a cohort stand here; that of another one by the same name is not overwritten.

        Parameters
        ----------
        cohort : Path
            The cohort's folder.

        Raises
        ------
        BuildError
        """
        owner = self.folder / ".cohort"
        before = Path(owner.read_text(encoding="utf-8")) if owner.is_file() else cohort.resolve()
        if before != cohort.resolve() and (before / "cohort.toml").is_file():
            raise BuildError(
                f"{self.folder} holds the book of another cohort of this name, {before}; give one of the two "
                "another name in cohort.toml"
            )
        owner.write_text(str(cohort.resolve()), encoding="utf-8")


def place_of(cohort: Path) -> Place:
    """Return the folder of a cohort's book.

    Parameters
    ----------
    cohort : Path
        The cohort's folder.

    Returns
    -------
    Place
        That of the rebuilt cohort, or one that is named as the cohort.
    """
    if cohort.resolve() == REBUILT.resolve():
        return Place(BUILD)
    try:
        name = tomllib.loads((cohort / "cohort.toml").read_text(encoding="utf-8-sig")).get("name")
    except (OSError, ValueError):  # the loader says what is wrong with it
        name = None
    return Place(BUILD / "cohorts" / (Path(str(name)).name.strip(".") or "unnamed"))
