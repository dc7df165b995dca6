"""A notebook's text, what running it gave, and whether that still holds."""

import ast
import importlib
import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import jupytext
import nbformat
from nbformat import NotebookNode

from building import kernel
from building.failures import BuildError, logged
from building.inputs import Inputs
from building.processes import printed
from building.sections import given_way
from helpers.ground.files import replacing
from helpers.ground.imports import imports

RUNS = Path(kernel.__file__)


@dataclass(frozen=True)
class Notebook:
    """A notebook, its key, and where its outputs are kept.

    Attributes
    ----------
    source : Path
    content : NotebookNode
        Unexecuted, with cell ids that do not change from run to run.
    files : frozenset of Path
        What it reads, but for its own text.
    key : str
        Of these files and of its code; its prose has no part in it.
    store : Path
        A file: the key and the outputs of the last run.
    """

    source: Path
    content: NotebookNode
    files: frozenset[Path]
    key: str
    store: Path

    @property
    def name(self) -> str:
        """The name of its page.

        Returns
        -------
        str
        """
        return self.source.stem

    @property
    def code(self) -> list[str]:
        """The sources of its code cells.

        Returns
        -------
        list of str
        """
        return [cell.source for cell in self.content.cells if cell.cell_type == "code"]

    def is_current(self) -> bool:
        """Say whether the outputs that are kept are those of its code and of what it reads.

        Returns
        -------
        bool
        """
        return _stored(self.store)["key"] == self.key


def read(
    source: Path, inputs: Inputs, folder: Path, lacks: Mapping[str, str], is_another: bool = False
) -> Notebook:
    """Read a text notebook.

    Parameters
    ----------
    source : Path
    inputs : Inputs
    folder : Path
        Where outputs are kept, and texts as they were read.
    lacks : mapping of str to str
        As `building.sections.lacking` returns it: what asks for it is no part of the notebook.
    is_another : bool
        As `building.sections.is_anothers` tells it.

    Returns
    -------
    Notebook
    """
    content = _parsed(source, inputs, folder / f"{source.stem}.text.json")
    for number, cell in enumerate(content.cells, start=1):
        cell["id"] = f"cell-{number:02d}"
    content = given_way(content, lacks, is_another)
    code = [cell.source for cell in content.cells if cell.cell_type == "code"]
    files = frozenset((inputs.of_code(source) | inputs.imported(RUNS)) - {source})
    return Notebook(source, content, files, inputs.key(files, *code), folder / f"{source.stem}.json")


def _parsed(source: Path, inputs: Inputs, store: Path) -> NotebookNode:
    """Read a text notebook, or take what was read of the same text before, which is there in no time."""
    key = inputs.key([source])
    kept = _stored(store)
    if kept["key"] != key:
        try:
            kept = {"key": key, "content": jupytext.read(source)}
        except UnicodeDecodeError:
            raise BuildError(f"notebooks/{source.name}: the text is not UTF-8") from None
        except Exception as error:  # of its text alone, as nothing has run
            raise BuildError(f"notebooks/{source.name} cannot be read: {error}") from None
        with replacing(store) as partial:
            partial.write_text(json.dumps(kept), encoding="utf-8")
    return nbformat.from_dict(kept["content"])


def load_for(notebooks: list[Notebook]) -> None:
    """Import what notebooks import, so that the processes forked for them have it already.

    Parameters
    ----------
    notebooks : list of Notebook
    """
    for name in {name: None for one in notebooks for name in imports(one.source.read_bytes())}:
        try:
            importlib.import_module(name)
        except Exception:  # not a module, or a wrong one: the cell that imports it says so
            continue


def run(notebook: Notebook, inputs: Inputs, logs: Path, is_private: bool) -> None:
    """Run a notebook and keep its outputs.

    Parameters
    ----------
    notebook : Notebook
    inputs : Inputs
        From which its key was made.
    logs : Path
        Folder of the file that this process prints to, and for errors.
    is_private : bool
        As in `building.failures.logged`.

    Raises
    ------
    BuildError
        If a cell fails, or if a file that was read has changed since its key was made.
    """
    try:
        outputs = kernel.run(notebook.code, notebook.source.parent, _reader(printed(logs, notebook.name)))
    except kernel.CellError as error:
        said = logged(error.text, logs / f"{notebook.name}.log", is_private)
        raise BuildError(f"{error} (it begins: {_beginning(notebook, error)}); {said}") from None
    if not inputs.unchanged(notebook.files):
        raise BuildError("a file that it reads was changed while it ran; build again")
    with replacing(notebook.store) as partial:
        partial.write_text(json.dumps({"key": notebook.key, "outputs": outputs}), encoding="utf-8")


def executed(notebook: Notebook) -> NotebookNode:
    """Return a notebook with the outputs that are kept.

    Parameters
    ----------
    notebook : Notebook

    Returns
    -------
    NotebookNode
    """
    content = nbformat.from_dict(notebook.content)
    outputs = _stored(notebook.store)["outputs"]
    code = [cell for cell in content.cells if cell.cell_type == "code"]
    for number, (cell, shown) in enumerate(zip(code, outputs, strict=True), start=1):
        cell.execution_count, cell.outputs = number, [nbformat.from_dict(output) for output in shown]
        _describe_figures(cell)
    content.metadata["language_info"] = kernel.LANGUAGE
    return content


def without_idle(content: NotebookNode) -> NotebookNode:
    """Take the cells out of a page that show and define nothing, as those that only real rows fill.

    Parameters
    ----------
    content : NotebookNode
        Executed; changed in place.

    Returns
    -------
    NotebookNode
    """
    for cell in content.cells:
        if cell.cell_type == "code" and not cell.outputs and is_idle(cell.source):
            cell.metadata["tags"] = ["remove-cell"]
    return content


def is_idle(source: str) -> bool:
    r"""Tell whether a cell without output defines nothing that a later one may use.

    Parameters
    ----------
    source : str

    Returns
    -------
    bool

    Examples
    --------
    >>> is_idle("if shown:\n    fig = draw()"), is_idle("cohort = load()"), is_idle("%time")
    (True, False, False)
    """
    try:
        body = ast.parse(source).body
    except SyntaxError:  # IPython's own, such as %time
        return False
    return all(isinstance(node, ast.If | ast.Expr) for node in body)


def _describe_figures(cell: NotebookNode) -> None:
    """Copy the alternative text of a figure from its output to its cell, where the pages take it from."""
    for output in cell.outputs:
        alt = output.get("metadata", {}).get("image/svg+xml", {}).get("alt")
        if alt:
            cell.metadata["mystnb"] = {"image": {"alt": alt}}


def _stored(path: Path) -> dict:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {"key": "", "outputs": []}


def _reader(path: Path) -> Callable[[], str]:
    """Return a function that says what this process has printed to its file."""

    def said() -> str:
        sys.stdout.flush()
        sys.stderr.flush()
        return path.read_text(encoding="utf-8", errors="replace")

    return said


def _beginning(notebook: Notebook, error: kernel.CellError) -> str:
    return notebook.code[error.number - 1].strip().partition("\n")[0]
