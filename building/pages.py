"""Pages made of staged sources by Jupyter Book, and put in place of the last ones once they are whole."""

import json
import re
import shutil
from difflib import SequenceMatcher
from pathlib import Path

import yaml
from jupyter_book.sphinx import build_sphinx

from building import stage, tables
from building.differences import likeness
from building.failures import COLOURS, BuildError
from building.inputs import Inputs
from building.places import Place
from building.processes import printed
from helpers.ground.files import replacing
from helpers.ground.imports import modules
from helpers.printing import numbered
from helpers.printing.pages import FILLED
from helpers.site import describe

NAME = "the pages"
# What a change of makes every page be read anew: the sources of a page are not all that it is made of.
RENDERING = ("building/extension.py", "building/pages.py")
REFERENCES = "book/references.bib"
SHARED = (*stage.SETTINGS, REFERENCES)
_WARNING = re.compile(r"^(.*: WARNING: .*\n)\1+", re.MULTILINE)  # several times
LEFT_OUT = (".buildinfo",)  # Sphinx's own, which names the folders of this machine


def render(inputs: Inputs, place: Place) -> None:
    """Render the staged book into `place.pages`; a warning is a failure.

    Read and written are those pages alone whose sources changed, and written also those that refer to what
    changed in another page, or all where the contents did (`building.extension`). All are read anew if the
    last build failed (what Sphinx warned of it does not say again) or something changed that they share.

    Parameters
    ----------
    inputs : Inputs
    place : Place

    Raises
    ------
    BuildError
    """
    key = _keys(inputs, place.stage)
    remembered = place.doctrees / "rendered.json"
    known = json.loads(remembered.read_text("utf-8")) if remembered.is_file() else {}
    remembered.unlink(missing_ok=True)
    for stale in _stale(place, known, key):
        shutil.rmtree(stale) if stale.is_dir() else stale.unlink(missing_ok=True)
    status = build_sphinx(
        place.stage,
        place.pages,
        doctreedir=place.doctrees,
        noconfig=True,
        path_config=place.stage / "_config.yml",
        confoverrides={
            "external_toc_path": (place.stage / "_toc.yml").as_posix(),
            "latex_individualpages": False,
            "nitpicky": True,
        },
        force_all=known != key,
        quiet=True,
        warningiserror=True,
        keep_going=True,
    )
    if status:
        said = printed(place.logs, NAME).read_text(encoding="utf-8", errors="replace")
        raise BuildError(f"could not be rendered\n{by_source(readable(said, place.stage), place)}")
    remembered.write_text(json.dumps(key), encoding="utf-8")


def readable(said: str, staged: Path) -> str:
    r"""Name the sources of pages, not their copies, in what Sphinx said.

    Parameters
    ----------
    said : str
    staged : Path
        The folder of the copies.

    Returns
    -------
    str

    Examples
    --------
    >>> readable("/s/book/a.md:3: odd\n/s/notebooks/b.ipynb:40002: odd", Path("/s"))
    'book/a.md:3: odd\nnotebooks/b.py: cell 4, line 2: odd'
    >>> readable("Handler <_f> for event 'e' threw an exception (exception: two (a, b))", Path("/"))
    'two (a, b)'
    >>> readable("Extension error (sphinxcontrib.bibtex):\nsyntax error in line 2", Path("/"))
    'book/references.bib:\nsyntax error in line 2'
    """
    said = COLOURS.sub("", said).replace(f"{staged}/", "")
    # What a step of the project's own raised is told without the event that Sphinx was at.
    said = re.sub(r"Handler .*? for event .*? threw an exception \(exception: (.*)\)", r"\1", said)
    said = said.replace("Extension error (sphinxcontrib.bibtex):", f"{REFERENCES}:")
    said = _WARNING.sub(r"\1", said)  # of a page that has no title each page warns that lists it
    # A place in a notebook counts ten thousand for each cell.
    return re.sub(
        r"\.ipynb:(\d+)(\d{4}):", lambda place: f".py: cell {place[1]}, line {int(place[2])}:", said
    )


def by_source(said: str, place: Place) -> str:
    """Count the lines of prose pages in their sources, not in what Sphinx read once these were filled.

    Parameters
    ----------
    said : str
    place : Place

    Returns
    -------
    str
    """

    def _line(found: re.Match[str]) -> str:
        source, filled = place.stage / found[1], place.doctrees / FILLED / found[1]
        if not (source.is_file() and filled.is_file()):
            return found[0]
        before, after = (path.read_text(encoding="utf-8").splitlines() for path in (source, filled))
        return f"{found[1]}:{line_in(before, after, int(found[2]))}:"

    return re.sub(r"^(book/\S+?\.md):(\d+):", _line, said, flags=re.MULTILINE)


def line_in(source: list[str], filled: list[str], number: int) -> int:
    """Find the line of a template from which a line of the filled text came.

    Parameters
    ----------
    source, filled : list of str
        Lines.
    number : int
        Of the filled text, from 1.

    Returns
    -------
    int
        The likest one of those that were filled.

    Examples
    --------
    >>> source = ["a", "{% if b %}", "b", "{% endif %}", "{{ c }}", "d"]
    >>> [line_in(source, ["a", "b", "c is 1", "d"], number) for number in (1, 2, 3, 4)]
    [1, 3, 4, 6]
    """
    for tag, begin, end, start, stop in SequenceMatcher(None, source, filled, False).get_opcodes():
        if start < number <= stop and tag == "equal":
            return begin + number - start
        if start < number <= stop:  # some lines were filled: the one that is most like it
            places = range(begin, max(end, begin + 1))
            like = {at: likeness(source[at], filled[number - 1]) for at in places if at < len(source)}
            return max(like, key=lambda at: like[at], default=len(source) - 1) + 1
    return min(number, len(source))


def publish(place: Place, is_private: bool) -> None:
    """Put the finished site in place of the last one; until that move the last one stays.

    Parameters
    ----------
    place : Place
    is_private : bool
        Whether nobody but its owner is to read it here.
    """
    with replacing(place.site) as site:
        shutil.copytree(place.pages, site, ignore=shutil.ignore_patterns(*LEFT_OUT))
        tables.put(place.tables, site)
        describe.site(site)
        for path in [site, *site.rglob("*")]:  # whatever this machine gives to new files
            path.chmod(0o755 if path.is_dir() else 0o644)
        if is_private:
            site.chmod(0o700)


def _stale(place: Place, known: dict[str, str], key: dict[str, str]) -> list[Path]:
    """Name what may not stay of an earlier rendering."""
    if known.get("read") != key["read"]:
        return [place.doctrees, place.pages]
    if known["written"] != key["written"]:
        return [place.pages]
    # Put there once the pages are written; a page would tell that the style sheet was there before.
    folders = [place.pages / name for name in numbered.FOLDERS.values()]
    return [*folders, *place.pages.glob("_static/mystnb.*.css")]


def _keys(inputs: Inputs, staged: Path) -> dict[str, str]:
    """Digest what all pages are read with, and what is written into all of them."""
    texts = [(staged / name).read_text(encoding="utf-8") for name in SHARED]
    config = yaml.safe_load((staged / "_config.yml").read_text(encoding="utf-8"))
    named = [name for name in config["sphinx"].get("extra_extensions", []) if name.startswith("helpers.")]
    sources = [path for name in named for path in modules(name, inputs.root)]
    code = inputs.imported(*sources) | {inputs.root / name for name in RENDERING}
    studies = {inputs.cohort / "study.toml", inputs.root / "data" / "study.toml"}
    read = inputs.key(code | {path for path in studies if path.exists()}, *texts)
    beside = [path for path in (inputs.root / "book" / "_static").rglob("*") if path.is_file()]
    return {"read": read, "written": inputs.key(beside, (staged / stage.EDITION).read_text("utf-8"))}
