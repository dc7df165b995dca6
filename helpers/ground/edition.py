"""Ground: which edition of the compendium this is: its version, its commit, and how to cite it.

The dates come from the commit and from the data, never from the clock, so that the same sources build the
same bytes on any day.
"""

import os
import subprocess
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from helpers.ground.broken import BrokenRulesError, read_settings
from helpers.ground.paths import ROOT

NO_AUTHORS = "The holders of the data"  # of a book of patients whose cohort.toml names nobody
CITATION = ROOT / "CITATION.cff"
NEEDED = ("title", "version", "date-released", "authors")
# Set where an author watches the site, so that its pages do not say anew whether something is committed.
SERVED = "SERVED_TO_AUTHOR"


@dataclass(frozen=True)
class Edition:
    """One state of the compendium.

    Attributes
    ----------
    title, version, released, authors : str
        From ``CITATION.cff``.
    commit : str
        The first letters of its hash; empty outside a repository.
    date : str
        Of the commit, or of ``SOURCE_DATE_EPOCH``; empty where neither is known.
    since : str
        What became of the commit's files: empty where they are as committed.
    """

    title: str
    version: str
    released: str
    authors: str
    commit: str
    date: str
    since: str

    @property
    def year(self) -> str:
        """The year of the release.

        Returns
        -------
        str
        """
        return self.released[:4]

    @property
    def cited(self) -> str:
        """How the compendium is cited in a text.

        Returns
        -------
        str
        """
        return f"{self.authors} ({self.year}). {self.title} (version {self.version})."

    @property
    def bibtex(self) -> str:
        """How the compendium is cited in a bibliography.

        Returns
        -------
        str
            An entry of BibTeX.
        """
        fields = {
            "author": f"{{{self.authors}}}",
            "title": f"{{{self.title}}}",
            "year": self.year,
            "version": self.version,
        }
        lines = "".join(f"  {name} = {{{text}}},\n" for name, text in fields.items())
        return f"@software{{compendium{self.year},\n{lines}}}"

    @property
    def source(self) -> str:
        """The commit in words.

        Returns
        -------
        str
            Empty where no commit is known.
        """
        since = f", {self.since}" if self.since else ""
        return f"commit {self.commit} of {day(self.date)}{since}" if self.commit else day(self.date)


def day(text: str) -> str:
    """Print a date in words.

    Parameters
    ----------
    text : str
        As 2026-11-27; empty for none.

    Returns
    -------
    str

    Examples
    --------
    >>> day("2026-11-07")
    '7 November 2026'
    """
    if not text:
        return ""
    found = date.fromisoformat(text)
    return f"{found.day} {found:%B} {found.year}"


def edition(root: Path = ROOT) -> Edition:
    """Say which edition of the compendium a folder holds.

    Parameters
    ----------
    root : Path
        Of the repository, or of its files without one.

    Returns
    -------
    Edition
    """
    about = citation(root / CITATION.name)
    # Files without a repository of their own may lie in somebody else's.
    is_own = Path(_git(root, "rev-parse", "--show-toplevel")).resolve() == root.resolve()
    said = _git(root, "log", "-1", "--format=%h %cs", "--abbrev=10").split() if is_own else []
    commit, committed = said if len(said) == 2 else ("", "")
    if SERVED in os.environ:
        since = "being edited"
    else:
        changed = commit and _git(root, "status", "--porcelain", "--untracked-files=no")
        since = "with changes that are not committed" if changed else ""
    return Edition(
        title=about["title"],
        version=str(about["version"]),
        released=str(about["date-released"]),
        authors=", ".join(name_of(author) for author in about["authors"]),
        commit=commit,
        date=_epoch() or committed,
        since=since,
    )


def citation(path: Path = CITATION) -> dict[str, Any]:
    """Read ``CITATION.cff``.

    Parameters
    ----------
    path : Path

    Returns
    -------
    dict

    Raises
    ------
    BrokenRulesError
        If it cannot be read, lacks one of `NEEDED`, or has authors or the day in another form.
    """
    about = read_settings(path, NEEDED)
    authors = about["authors"]
    if not isinstance(authors, list) or not all(isinstance(author, dict) for author in authors):
        raise BrokenRulesError([f"{path.name}: authors must be a list, of each the keys that name somebody"])
    released = str(about["date-released"])
    try:
        is_day = date.fromisoformat(released).isoformat() == released
    except ValueError:
        is_day = False
    if not is_day:
        raise BrokenRulesError([f"{path.name}: date-released must be a day, as 2026-11-27"])
    return about


def name_of(author: dict[str, str]) -> str:
    """Print the name of an author.

    Parameters
    ----------
    author : dict
        A person or a body, as ``CITATION.cff`` has them.

    Returns
    -------
    str

    Examples
    --------
    >>> name_of({"given-names": "Ada", "family-names": "Example"}), name_of({"name": "A group"})
    ('Ada Example', 'A group')
    """
    return author.get("name") or " ".join(
        filter(None, (author.get("given-names"), author.get("family-names")))
    )


def _git(root: Path, *arguments: str) -> str:
    """Ask the repository; an empty text where there is none, or no git."""
    command = ["git", "-c", f"safe.directory={root}", "-C", str(root), *arguments]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""


def _epoch() -> str:
    """Return the day of ``SOURCE_DATE_EPOCH``, by which packagers say when a source was last changed."""
    seconds = os.environ.get("SOURCE_DATE_EPOCH", "")
    return datetime.fromtimestamp(int(seconds), UTC).date().isoformat() if seconds.isdigit() else ""
