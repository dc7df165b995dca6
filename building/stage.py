"""A copy of the book's sources for one cohort, in which only what differs is written anew.

Sphinx reads a page again where its file is newer than what it remembers, so a file that stays the same must
not be touched.
"""

import json
import re
from pathlib import Path

import nbformat
import pandas as pd
import yaml
from nbformat import NotebookNode

from building.failures import BuildError
from building.sections import as_shown, lacking, left_out
from helpers.ground import dictionary, disclosure
from helpers.ground.broken import read_settings
from helpers.ground.cohort import Cohort, about
from helpers.ground.edition import NO_AUTHORS, edition
from helpers.ground.results import NOT_RECORDED
from helpers.printing.pages import UNDERSTOOD

# Pages about what was published of the default study; a study without published claims has none of them.
ABOUT_THE_ABSTRACT = (
    "notebooks/06_does_it_add_up",
    "notebooks/06a_ledger_and_searches",
    "notebooks/07_what_is_open",
    "notebooks/07a_open_details",
)
ABOUT_DISCLOSURE = ("book/disclosure",)  # of a book that hides nothing there is nothing to say
EDITION = "edition.txt"  # by which the pages that name it know that it changed
NEEDED = ("book/index.md", "book/references.bib")
TEXTS = (".md", ".bib", ".css", ".js")
SETTINGS = ("_config.yml", "_toc.yml")
# What is told of a cohort's files: the line of a table, its numbers of patients, and other whole numbers.
_OF_TABLE = re.compile(r"\S+: [\d,]+ rows?\b")
_ROWS = re.compile(r"\brows? \d[\d-]*(, \d[\d-]*)*( and [\d,]+ more)?")
_COUNTED = re.compile(r"\b(\d[\d,]*) (row|value|cell|line)s?\b")
_NUMBER = re.compile(r"(?<![\w.,%-])\d[\d,]*(?![\w.,%]| columns?\b)")


def settings(root: Path, cohort: Cohort) -> dict[str, dict]:
    """Return the book's configuration and contents for one cohort.

    Parameters
    ----------
    root : Path
        Of the project.
    cohort : Cohort
        Patient-level data take the banner away and keep the executed notebooks out of the site.

    Returns
    -------
    dict of str to dict
        By the name of the file.
    """
    config, contents = read_settings(root / SETTINGS[0], ("sphinx",)), _contents(root)
    pages = config.setdefault("html", {})
    options = config["sphinx"].get("config") if isinstance(config["sphinx"], dict) else None
    if not (isinstance(pages, dict) and isinstance(options, dict) and "html_theme_options" in options):
        said = "html and sphinx must hold keys and values, sphinx: config with html_theme_options among them"
        raise BuildError(f"{SETTINGS[0]}: {said}")
    address = pages["baseurl"] = str(pages.get("baseurl") or "")
    if address and not re.fullmatch(r"https?://[\w.:-]+(/[\w.~%@-]+)*/?", address):
        raise BuildError(
            f"{SETTINGS[0]}: html: baseurl must be empty or the site's address, as https://example.org/book/"
        )
    for name in chapters(contents):
        if not (root / "notebooks" / f"{name}.py").is_file():
            raise BuildError(f"_toc.yml: names notebooks/{name}, and there is no notebooks/{name}.py")
    config["title"] = cohort.study.short_title
    if cohort.study.claims is None:
        _leave_out(contents, ABOUT_THE_ABSTRACT)
    if not cohort.threshold:
        _leave_out(contents, ABOUT_DISCLOSURE)
    _leave_out(contents, tuple(f"notebooks/{name}" for name in left_out(root, chapters(contents), cohort)))
    if cohort.provenance == "patient-level":
        config["title"], config["author"] = cohort.title, cohort.authors or NO_AUTHORS
        pages["baseurl"] = ""  # the compendium's address is not this book's
        options["html_copy_source"] = False
        options["html_theme_options"]["use_download_button"] = False
        del options["html_theme_options"]["announcement"]
    return dict(zip(SETTINGS, (config, contents), strict=True))


def _contents(root: Path) -> dict:
    return read_settings(root / SETTINGS[1], ("parts",))


def chapters(contents: dict) -> list[str]:
    """Return the names of the notebooks in a table of contents, in the book's order.

    Parameters
    ----------
    contents : dict

    Returns
    -------
    list of str

    Raises
    ------
    BuildError
        If it is made in another way.
    """
    try:
        pages = [chapter["file"] for part in contents["parts"] for chapter in part["chapters"]]
        return [Path(page).name for page in pages if page.startswith("notebooks/")]
    except (AttributeError, KeyError, TypeError):
        said = f"{SETTINGS[1]}: each of its parts must have chapters, and each chapter a file"
        raise BuildError(said) from None


def lay_out(
    root: Path,
    cohort: Cohort,
    told: list[str],
    said: dict[str, dict],
    executed: dict[str, NotebookNode],
    results: Path,
    folder: Path,
) -> None:
    """Make a folder hold the sources of one book, and nothing else.

    Parameters
    ----------
    root : Path
        Of the project.
    cohort : Cohort
    told : list of str
        How its files were read.
    said : dict of str to dict
        As `settings` returns it.
    executed : dict of str to NotebookNode
        By name.
    results : Path
        The table of results as it is shown.
    folder : Path
    """
    files = {path.relative_to(root): _read(path, root) for path in _sources(root / "book")}
    if missing := [name for name in NEEDED if Path(name) not in files]:
        raise BuildError(f"{', '.join(missing)}: the file is missing")
    for name, content in said.items():
        files[Path(name)] = yaml.safe_dump(content, sort_keys=False).encode()
    for name, notebook in executed.items():
        shown = nbformat.writes(as_shown(notebook, cohort))
        files[Path("notebooks") / f"{name}.ipynb"] = f"{shown}\n".encode()
    files[Path(EDITION)] = f"{edition()}\n{about()}\n".encode()
    if cohort.provenance == "patient-level":
        gone = left_out(root, chapters(_contents(root)), cohort)
        known = {"absent": cohort.absent, "lacks": [*lacking(cohort)], "left_out": gone, "told": told}
        files[Path(UNDERSTOOD)] = json.dumps(known, ensure_ascii=False).encode()
    table = described(cohort).to_csv(index=False, lineterminator="\n")
    files[Path("data") / "dictionary.csv"] = table.encode()
    if cohort.threshold:
        counts = hidden(pd.read_csv(results)).to_csv(lineterminator="\n")
        files[Path("data") / "hidden.csv"] = counts.encode()
    fill(folder, files)


def described(cohort: Cohort) -> pd.DataFrame:
    """Return the data dictionary as far as the cohort has its columns.

    Parameters
    ----------
    cohort : Cohort

    Returns
    -------
    DataFrame of str
    """
    table = dictionary.printed(cohort.study)
    is_lacking = (table["file"] == "patients") & table["column"].isin(cohort.absent)
    is_lacking |= (table["file"] == "immune") & cohort.immune.empty
    return table[~is_lacking]


def hidden(rows: pd.DataFrame) -> pd.DataFrame:
    """Count how many results are hidden, and why, with one line for all whose column the cohort lacks.

    Parameters
    ----------
    rows : DataFrame
        As `helpers.ground.disclosure.counted` takes it.

    Returns
    -------
    DataFrame
        A row a reason; a column a chapter.
    """
    counts = disclosure.counted(rows)
    reasons = [NOT_RECORDED if reason.startswith(NOT_RECORDED) else reason for reason in counts.index]
    return counts.groupby(reasons, sort=False).sum().rename_axis(counts.index.name)


def to_be_shown(told: list[str]) -> list[str]:
    """Take the numbers of patients out of what is told of a cohort's files, since they are exact.

    Parameters
    ----------
    told : list of str

    Returns
    -------
    list of str
        Without the parts of a table's line, and the remarks, in which another whole number stands.

    Examples
    --------
    >>> to_be_shown(["patients.csv: 1,686 rows; 2 rows left out by consent; 3 columns not used: a, b, c"])
    ['patients.csv: some rows; some rows left out by consent; 3 columns not used: a, b, c']
    >>> to_be_shown(["patients.csv: 1 row; UTF-8", "patients.csv: arm: of 7 patients", "x: empty in row 7"])
    ['patients.csv: some rows; UTF-8', 'x: empty in some rows']
    """
    shown = []
    for line in told:
        parts = line.split("; ") if _OF_TABLE.match(line) else [line]
        without = [_COUNTED.sub(r"some \2s", _ROWS.sub("some rows", part)) for part in parts]
        if kept := "; ".join(part for part in without if not _NUMBER.search(part)):
            shown.append(kept)
    return shown


def fill(folder: Path, files: dict[Path, bytes]) -> None:
    """Make a folder hold these files and no other, touching only those that differ.

    Parameters
    ----------
    folder : Path
    files : dict of Path to bytes
        By the path inside the folder.
    """
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_file() and path.relative_to(folder) not in files:
            path.unlink()
        elif path.is_dir() and not any(path.iterdir()):
            path.rmdir()
    for name, content in files.items():
        path = folder / name
        if not path.is_file() or path.read_bytes() != content:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)


def _leave_out(contents: dict, pages: tuple[str, ...]) -> None:
    """Take pages out of a table of contents."""
    for part in contents["parts"]:
        part["chapters"] = [chapter for chapter in part["chapters"] if chapter["file"] not in pages]


def _read(path: Path, root: Path) -> bytes:
    """Read a source of the pages; what is read as text must be text."""
    content = path.read_bytes()
    try:
        if path.suffix in TEXTS:
            content.decode()
    except UnicodeDecodeError:
        raise BuildError(f"{path.relative_to(root)}: the text is not UTF-8") from None
    return content


def _sources(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and path.name[0] not in ".~#"]
