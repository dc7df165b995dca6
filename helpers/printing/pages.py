"""Printing: a Sphinx extension by which the prose pages ask the study too.

``book/*.md`` is a template: what a page says of an arm, a cut-off, a month or the published abstract is
filled from the study of the cohort that the book is built for, before Sphinx reads the page.
"""

import csv
import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from importlib.metadata import version
from pathlib import Path
from traceback import walk_tb
from types import MappingProxyType
from typing import Any

import jinja2
from jinja2 import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.errors import SphinxError

from helpers.ground import cohort, dictionary, edition
from helpers.ground.study import Study, as_recorded
from helpers.printing import marks, numbered, prose
from helpers.printing.exhibits import EXHIBIT

PAGES = "book/"
TOOLS = ("jupyter-book", "sphinx", "sphinx-book-theme", "myst-nb", "matplotlib", "pandas", "numpy", "scipy")
TOOLS += ("statsmodels", "lifelines", "firthmodels", "great-tables")
QUOTES = "application/vnd.quotes+json"  # the output by which a notebook hands sentences to the pages
UNDERSTOOD = "understood.json"  # beside the pages: which columns a cohort lacks, and how it was read
FILLED = "filled"  # folder of the texts that Sphinx counts the lines of
SAID = "said"  # by a page, in what Sphinx remembers of it
Page = Callable[..., str]  # fills a page by its name, with the study and what is told of the cohort's files
ABSENT = "not asked in this study"  # what a page is told where the study has no such sentence


_NO_KEY = re.compile(r"'dict object' has no attribute '(\w+)'")


class PageError(SphinxError):
    """A page's template that cannot be filled."""

    category = "a page cannot be filled"


@dataclass(frozen=True, repr=False)  # an error of Sphinx's shows what its functions are given
class Handed:
    """What the executed notebooks hand to the pages.

    Attributes
    ----------
    sentences : dict of str to str
        By name.
    figures : dict of str to dict
        By name the output, by kind.
    """

    sentences: dict[str, str]
    figures: dict[str, dict]

    @cached_property
    def marked(self) -> dict[str, str]:
        """The sentences, and a digest of each figure.

        Returns
        -------
        dict of str to str
            By name.
        """
        return self.sentences | {name: _digest(json.dumps(data)) for name, data in self.figures.items()}


def handed(folder: Path) -> Handed:
    """Gather what the executed notebooks hand to the pages.

    Parameters
    ----------
    folder : Path
        Of the notebooks.

    Returns
    -------
    Handed
    """
    found = Handed({}, {})
    for path in sorted(folder.glob("*.ipynb")):
        for cell in json.loads(path.read_text("utf-8"))["cells"]:
            for data in (output.get("data", {}) for output in cell.get("outputs", [])):
                found.sentences.update(data.get(QUOTES, {}))
                if "quoted" in data.get(EXHIBIT, {}):
                    found.figures[data[EXHIBIT]["quoted"]] = data
    return found


def quoted_figures(given: Handed, page: str, text: str, site: numbered.Site) -> dict[str, str]:
    """Lay out the figures that a page names, in the order in which it names them.

    Parameters
    ----------
    given : Handed
    page : str
        Its name, with its folder.
    text : str
        Its template.
    site : Site
        To which the files of the figures are written.

    Returns
    -------
    dict of str to str
        By name the element of the page; none of figures that this page does not name.
    """
    named = [name for name in dict.fromkeys(re.findall(r"\bquoted\.(\w+)", text)) if name in given.figures]
    places = (numbered.place_of(page, number) for number in range(1, len(named) + 1))
    return {
        name: numbered.drawn(given.figures[name], place, page, site)
        for name, place in zip(named, places, strict=True)
    }


def filled(
    text: str,
    study: Study,
    quoted: dict[str, str],
    told: Sequence[str] = (),
    lacks: Sequence[str] = (),
    left_out: Mapping[str, Sequence[str]] = MappingProxyType({}),
    columns: Sequence[Mapping[str, str]] = (),
) -> str:
    """Fill a page's template.

    Parameters
    ----------
    text : str
        Markdown with Jinja's ``{{ … }}`` and ``{% … %}``, in which ``study`` is the study, ``quoted`` has the
        notebooks' sentences by name, and ``months``, ``inside`` and ``spelled`` are those of
        `helpers.printing.prose`, ``legend`` that of `helpers.printing.marks`; ``absent`` is `ABSENT`,
        ``said`` returns a sentence by name or an empty text, ``about`` has the texts of ``cohort.toml``, and
        ``edition`` what `helpers.ground.edition` says, with ``day`` to print a
        date, ``data_date`` of the data and the versions of the ``tools`` by name. ``threshold`` says how many
        patients must stand behind a number.
    study : Study
    quoted : dict of str to str
        Sentences and figures.
    told : sequence of str
        How the cohort's files were read, for the page that asks for it.
    lacks : sequence of str
        What the cohort does not have, by the names that stand in the tags of headings.
    left_out : mapping of str to sequence of str
        By the names of the chapters that are not in the book the title, and in words what the cohort lacks.
    columns : sequence of mapping
        The rows of the data dictionary.

    Returns
    -------
    str

    Raises
    ------
    PageError
        With the line at which the template asks for what there is not, or is written wrongly.
    """
    pages = jinja2.Environment(undefined=jinja2.StrictUndefined, keep_trailing_newline=True, trim_blocks=True)
    words: dict[str, Any] = {
        "months": prose.months,
        "inside": prose.inside,
        "spelled": prose.spelled,
        "legend": marks.legend,
    }
    words |= {"told": told, "lacks": lacks, "left_out": left_out, "columns": columns}
    words |= {"absent": ABSENT, "said": partial(_sentence, quoted)}
    if "about." in text:
        words |= {"about": {name: inert(text) for name, text in cohort.about().items()}}
    if "checklist.get" in text:
        words |= {"checklist": {item: inert(text) for item, text in cohort.checklist().items()}}
    if "day(" in text:
        words |= {"day": edition.day}
    if "edition." in text:
        words |= {"edition": edition.edition(), "tools": tools()}
        words |= {"data_date": cohort.about()["date"]}
    pages.filters["inert"] = inert
    if "threshold" in text:
        words |= {"threshold": cohort.threshold()}
    try:
        return pages.from_string(text).render(study=study, quoted=quoted, **words)
    except Exception as error:
        raise PageError(_told(error, text)) from None


def unquoted(text: str, quoted: Mapping[str, str]) -> list[str]:
    """List what a page asks for and no notebook hands to it.

    Parameters
    ----------
    text : str
        Its template.
    quoted : mapping of str to str
        As in `filled`.

    Returns
    -------
    list of str
        Names.

    Examples
    --------
    >>> unquoted("{{ quoted.a }} {{ quoted.get('b', '') }} {{ said('c') }} {# quoted.d #}", {"a": "A"})
    ['b', 'c']
    """
    expressions = jinja2.Environment().parse(text).find_all(nodes.Expr)
    names = dict.fromkeys(name for expression in expressions for name in _asked(expression))
    return [name for name in names if name not in quoted and not hasattr(quoted, name)]


def _asked(expression: nodes.Expr) -> Iterator[str]:
    """Name what is asked of the notebooks: quoted.x, quoted["x"], quoted.get("x"), said("x")."""
    match expression:
        case nodes.Getattr(node=nodes.Name(name="quoted"), attr=name):
            yield name
        case nodes.Getitem(node=nodes.Name(name="quoted"), arg=nodes.Const(value=str(name))):
            yield name
        case nodes.Call(node=nodes.Name(name="said"), args=[nodes.Const(value=str(name)), *_]):
            yield name
        case nodes.Call(
            node=nodes.Getattr(node=nodes.Name(name="quoted"), attr="get"),
            args=[nodes.Const(value=str(name)), *_],
        ):
            yield name


def _told(error: Exception, text: str) -> str:
    """Say at which line of a template an error came, and what stands there."""
    frames = walk_tb(error.__traceback__)
    lines = [number for frame, number in frames if frame.f_code.co_filename == "<template>"]
    number = error.lineno if isinstance(error, jinja2.TemplateSyntaxError) else lines[-1]
    line = text.splitlines()[number - 1].strip()
    said = str(error) if isinstance(error, jinja2.TemplateError) else f"{type(error).__name__}: {error}"
    if (missing := _NO_KEY.fullmatch(said)) and re.search(rf"\bquoted\W+{missing[1]}\b", line):
        said = f"no notebook quotes {missing[1]}"
    return f"line {number}: {said}; the line is: {line}"


def inert(text: str) -> str:
    r"""Write a text of a cohort's folder so that a page shows it as it stands, and nothing of it acts.

    Parameters
    ----------
    text : str

    Returns
    -------
    str
        On one line, with the signs of Markdown and HTML escaped.

    Examples
    --------
    >>> inert("A *new* <b>drug</b> | 2")
    'A \\*new\\* \\<b\\>drug\\</b\\> \\| 2'
    """
    return re.sub(r"([\\`*_{}\[\]<>()#|$!~&])", r"\\\1", " ".join(text.split()))


def _sentence(quoted: dict[str, str], name: str) -> str:
    """Return a sentence of a notebook, empty where the cohort or the study has none."""
    sentence = quoted.get(name, ABSENT)
    return "" if sentence == ABSENT else sentence


def tools() -> dict[str, str]:
    """Give the versions of the packages that the colophon names.

    Returns
    -------
    dict of str to str
        By the package's name.
    """
    return {name: version(name) for name in TOOLS}


def _begin(app: Sphinx) -> None:
    """Read the notebooks, and what is known of the cohort's files, once for all pages."""
    given, known = handed(Path(app.srcdir) / "notebooks"), understood(Path(app.srcdir))
    study = as_recorded(cohort.study_of(), known["absent"])
    asked = {name: known[name] for name in ("told", "lacks", "left_out")}
    with (Path(app.srcdir) / dictionary.NAME).open(encoding="utf-8", newline="") as file:
        asked["columns"] = [*csv.DictReader(file)]
    page = partial(_filled, study=study, **asked)
    app.connect("env-get-outdated", partial(_outdated, given=given, page=page))
    app.connect("source-read", partial(_fill, given=given, page=page))


def _outdated(app: Sphinx, env: BuildEnvironment, *_: set[str], given: Handed, page: Page) -> list[str]:
    """Name the pages that would say other things now than when they were read."""
    pages = [name for name in sorted(env.found_docs) if name.startswith(PAGES)]
    texts = {name: Path(env.doc2path(name)).read_text(encoding="utf-8") for name in pages}
    return [
        name for name, text in texts.items() if env.metadata[name].get(SAID) != _said(name, text, given, page)
    ]


def _said(name: str, text: str, given: Handed, page: Page) -> str:
    """Digest what a page says, and the figures that it may show."""
    return _digest(page(name, text, quoted=given.marked))


def _filled(name: str, text: str, **known: Any) -> str:
    """Fill the template of a page, naming it where that fails."""
    if cohort.is_default() and (missing := unquoted(text, known["quoted"])):
        raise PageError(f"{name}.md asks for what no notebook quotes: {', '.join(missing)}")
    try:
        return filled(text, **known)
    except PageError as error:
        raise PageError(f"{name}.md, {error}") from None


def understood(folder: Path) -> dict[str, Any]:
    """Read what is staged beside the pages about a cohort's files.

    Parameters
    ----------
    folder : Path

    Returns
    -------
    dict of str
        Its ``absent`` columns, what else it ``lacks``, which chapters are ``left_out``, and what was ``told``
        of its files; all empty where nothing is staged.
    """
    path = folder / UNDERSTOOD
    nothing: dict[str, Any] = {"absent": [], "lacks": [], "left_out": {}, "told": []}
    return json.loads(path.read_text("utf-8")) if path.is_file() else nothing


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _fill(app: Sphinx, name: str, source: list[str], given: Handed, page: Page) -> None:
    """Fill a page as Sphinx reads it; the notebooks have filled their own text."""
    if name.startswith(PAGES):
        app.env.metadata[name][SAID] = _said(name, source[0], given, page)
        figures = quoted_figures(given, name, source[0], numbered.site_of(app, name))
        source[0] = page(name, source[0], quoted=given.sentences | figures)
        kept = Path(app.doctreedir) / FILLED / f"{name}.md"
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(source[0], encoding="utf-8")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx.

    Parameters
    ----------
    app : Sphinx

    Returns
    -------
    dict
        What Sphinx wants to know of an extension.
    """
    app.connect("builder-inited", _begin)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
