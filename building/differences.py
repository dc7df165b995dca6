"""What of a notebook's outputs is not what was committed: which cell, the old and the new, and pictures."""

import base64
import difflib
import json
import re
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

PICTURES = {"image/svg+xml": "svg", "image/png": "png"}
METADATA = "metadata (alternative texts and the like)"
OLD, NEW = "committed", "now"
ALIKE = 0.6  # of two cells, as `difflib` measures it: the one is the other, edited
CONTEXT = 1  # lines around a change
MISSING = object()


def differences(committed: NotebookNode, executed: NotebookNode, folder: Path) -> list[str]:
    """Compare the outputs of a notebook, cell by cell.

    Parameters
    ----------
    committed, executed : NotebookNode
    folder : Path
        For pictures of figures that differ.

    Returns
    -------
    list of str
        A text for each difference, none where there is none.
    """
    old, new = (_code(notebook) for notebook in (committed, executed))
    paired = _paired([cell.source for cell in old], [cell.source for cell in new])
    gone = [place for place in range(len(old)) if place not in paired.values()]
    found = [f"committed {_named(old[place], place)} is gone" for place in gone]
    for place, cell in enumerate(new):
        where = _named(cell, place)
        if place in paired:
            said = _of_cell(old[paired[place]], cell, folder / f"cell-{place + 1:02d}")
            found += [f"{where}, {each}" for each in said]
        else:
            found.append(f"{where} is new, with {len(cell.outputs)} outputs")
    return found


def _code(notebook: NotebookNode) -> list[NotebookNode]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def _named(cell: NotebookNode, place: int) -> str:
    return f"code cell {place + 1} ({' '.join(cell.source.split())[:70]})"


def _paired(old: list[str], new: list[str]) -> dict[int, int]:
    """Pair the places of new cells with those of old ones of the same text, between these of a like one."""
    paired: dict[int, int] = {}
    for tag, begin, end, start, stop in difflib.SequenceMatcher(None, old, new, False).get_opcodes():
        if tag == "equal":
            paired |= dict(zip(range(start, stop), range(begin, end), strict=True))
        elif tag == "replace":
            both = product(range(start, stop), range(begin, end))
            alike = {(place, before): likeness(old[before], new[place]) for place, before in both}
            for place, before in sorted(alike, key=lambda pair: -alike[pair]):
                is_free = place not in paired and before not in paired.values()
                if is_free and alike[place, before] >= ALIKE:
                    paired[place] = before
    return paired


def likeness(one: str, other: str) -> float:
    """Measure how alike two texts are.

    Parameters
    ----------
    one, other : str

    Returns
    -------
    float
        From 0 to 1, of two that are the same.

    Examples
    --------
    >>> likeness("abcd", "abxx"), likeness("", "")
    (0.5, 1.0)
    """
    return difflib.SequenceMatcher(None, one, other, False).ratio()


def _of_cell(old: NotebookNode, new: NotebookNode, folder: Path) -> Iterator[str]:
    if old.source != new.source:
        yield "its code: the pair is behind its source"
    if len(old.outputs) != len(new.outputs):
        yield f"it had {len(old.outputs)} outputs and has {len(new.outputs)}"
    for number, outputs in enumerate(zip(old.outputs, new.outputs, strict=False), start=1):
        before, after = _parts(outputs[0]), _parts(outputs[1])
        for kind in [*before, *(kind for kind in after if kind not in before)]:
            values = before.get(kind, MISSING), after.get(kind, MISSING)
            if values[0] != values[1]:
                yield f"output {number}, {_told(kind, *values, folder / f'output-{number}')}"


def _parts(output: NotebookNode) -> dict[str, Any]:
    """Return what an output consists of, by its kind."""
    data = {kind: _joined(value) for kind, value in output.get("data", {}).items()}
    rest = {key: value for key, value in output.items() if key not in ("data", "metadata", "execution_count")}
    return {"kind of output": rest, **data, METADATA: output.get("metadata", {})}


def _joined(value: Any) -> Any:
    is_lines = isinstance(value, list) and all(isinstance(line, str) for line in value)
    return "".join(value) if is_lines else value


def _told(kind: str, old: Any, new: Any, folder: Path) -> str:
    """Say what differs in one part of an output."""
    if old is MISSING or new is MISSING:
        return f"{kind}: {'is new' if old is MISSING else 'is gone'}"
    if kind in PICTURES:
        return f"{kind}: a figure differs; see {_drawn(kind, old, new, folder)}"
    before, after = _lines(kind, old), _lines(kind, new)
    changes = [*difflib.unified_diff(before, after, OLD, NEW, n=CONTEXT, lineterm="")]
    return "\n".join([f"{kind}:", *(f"    {line}" for line in changes if not line.startswith("@@"))])


def _lines(kind: str, value: Any) -> list[str]:
    """Cut a text so that a change stands on a short line: tables by cell, sentences by sentence."""
    text = (
        value if isinstance(value, str) else json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False)
    )
    if kind == "text/html":
        return re.sub(r"(</(?:td|th|tr|p|caption|div|li)>)", r"\1\n", text).splitlines()
    return re.sub(r"(?<=[.;]) ", "\n", text).splitlines()


def _drawn(kind: str, old: str, new: str, folder: Path) -> Path:
    """Write both pictures and, black where they agree, their difference; return the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    pictures = {}
    for name, content in ((OLD, old), (NEW, new)):
        binary = base64.b64decode(content) if kind == "image/png" else content.encode()
        (folder / f"{name}.{PICTURES[kind]}").write_bytes(binary)
        pictures[name] = f"data:{kind};base64,{base64.b64encode(binary).decode()}"
    (folder / "difference.svg").write_text(over(pictures[OLD], pictures[NEW]), encoding="utf-8")
    return folder


def over(old: str, new: str) -> str:
    """Lay one picture over the other so that a browser shows where they differ.

    Parameters
    ----------
    old, new : str
        Addresses of the pictures.

    Returns
    -------
    str
        An SVG file that holds both.
    """
    image = '<image width="100%" height="100%" preserveAspectRatio="xMinYMin" href="{}" style="{}"/>'
    both = image.format(old, "") + image.format(new, "mix-blend-mode: difference")
    ground = '<rect width="100%" height="100%" fill="white"/>'
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="1200" height="900">'
        f'{ground}<g style="isolation: isolate">{both}</g></svg>\n'
    )
