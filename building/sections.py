"""Sections of a notebook that ask for what a cohort does not have: they do not run, and one line says why.

In the book of another study than the default one they leave nothing, as nobody expects them there; chapters
that ask for it as a whole are left out, and named on one page.
"""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

import jupytext
import nbformat
from nbformat import NotebookNode

from helpers.ground import study as studies
from helpers.ground.cohort import Cohort

NEEDS, OR = "needs-", "-or-"  # begin the tag of a heading, and part what it may have instead
# What else than a column a section may need.
IMMUNE, BURDEN, STATUSES, AFTERWARDS = "immune", "burden", "statuses", "after_transplant"


def lacking(cohort: Cohort) -> dict[str, str]:
    """Say what a cohort does not have that a section may need.

    Parameters
    ----------
    cohort : Cohort

    Returns
    -------
    dict of str to str
        In words, by the name that stands in a tag.
    """
    found = {name: f"column `{name}`" for name in cohort.absent}
    if cohort.immune.empty:
        found[IMMUNE] = "immune panel (`immune.csv`)"
    if cohort.study.burden is None:
        found[BURDEN] = "cut-off of the marrow blasts in the description of the study"
    if not cohort.study.statuses:
        found[STATUSES] = "disease statuses in the description of the study"
    if cohort.ends_with("transplant"):
        found[AFTERWARDS] = "patient who is followed beyond a transplant"
    return found


def is_anothers(cohort: Cohort) -> bool:
    """Tell whether a cohort's study compares other arms than the default one.

    Parameters
    ----------
    cohort : Cohort

    Returns
    -------
    bool
    """
    return cohort.study.arm_ids != studies.load().arm_ids


def left_out(root: Path, names: Iterable[str], cohort: Cohort) -> dict[str, tuple[str, str]]:
    """Say which chapters the book of another study has no use for.

    Parameters
    ----------
    root : Path
        Of the project.
    names : iterable of str
        Of notebooks.
    cohort : Cohort

    Returns
    -------
    dict of str to tuple of str
        By name the title, and in words what the cohort lacks of what the whole chapter asks for.
    """
    if not is_anothers(cohort):
        return {}
    lacks = lacking(cohort)
    heads = {name: jupytext.read(root / "notebooks" / f"{name}.py").cells[0] for name in names}
    return {
        name: (head.source.partition("\n")[0].lstrip("# "), words)
        for name, head in heads.items()
        if (words := _missed(head, lacks))
    }


def given_way(notebook: NotebookNode, lacks: Mapping[str, str], is_another: bool = False) -> NotebookNode:
    """Put one line in place of each section that needs what a cohort lacks.

    Parameters
    ----------
    notebook : NotebookNode
        Unexecuted. A heading's tag ``needs-relapse`` names a column; several tags are all needed, and of
        ``needs-best_response-or-mrd_negative`` one is enough.
    lacks : mapping of str to str
        As `lacking` returns it.
    is_another : bool
        As `is_anothers` tells it.

    Returns
    -------
    NotebookNode
        A section runs from its heading to the next one that is as high; the heading stays, but in another
        study that of a chapter alone. A paragraph with such a tag just goes.
    """
    cells, gone = [], 0  # the level of the section that is given way, 0 outside of one
    for cell in notebook.cells:
        level = _level(cell)
        if gone and (not level or level > gone) or not level and _missed(cell, lacks):
            continue
        gone = 0
        if level and (words := _missed(cell, lacks)):
            gone = level
            if is_another and level > 1:
                continue
            heading = cell.source.partition("\n")[0]
            line = f"Not in this book, as the cohort has no {words}."
            cell = nbformat.from_dict({**cell, "source": f"{heading}\n\n{line}"})
        cells.append(cell)
    return nbformat.from_dict({**notebook, "cells": cells})


def as_shown(notebook: NotebookNode, cohort: Cohort) -> NotebookNode:
    """Take from the code of an executed notebook the lines of text that its book leaves out.

    Parameters
    ----------
    notebook : NotebookNode
    cohort : Cohort

    Returns
    -------
    NotebookNode
        Without the lines whose slot stands for ranges, or for a rebuilt cohort, where the book has neither.
    """
    stands = {"ranged": cohort.is_ranged, "rebuilt": bool(cohort.note)}
    empty = [name for name in stands if not stands[name]]
    if not empty:
        return notebook
    names = "|".join(empty)
    left_out = re.compile(rf"^ *(\{{({names})\}}.*|({names})=.*,)\n", re.MULTILINE)
    cells = [
        nbformat.from_dict({**cell, "source": left_out.sub("", cell.source)})
        if cell.cell_type == "code"
        else cell
        for cell in notebook.cells
    ]
    return nbformat.from_dict({**notebook, "cells": cells})


def _level(cell: NotebookNode) -> int:
    """Return the level of the heading that a cell begins with, 0 for any other cell."""
    heading = re.match(r"(#+) ", cell.source) if cell.cell_type == "markdown" else None
    return len(heading[1]) if heading else 0


def _missed(cell: NotebookNode, lacks: Mapping[str, str]) -> str:
    """Say in words what a section needs and the cohort lacks; empty where it lacks nothing."""
    tags = [tag for tag in cell.metadata.get("tags", []) if tag.startswith(NEEDS)]
    needed = [tag.removeprefix(NEEDS).split(OR) for tag in tags]
    missed = [names for names in needed if all(name in lacks for name in names)]
    *first, last = [" or ".join(lacks[name] for name in names) for names in missed] or [""]
    return ", no ".join([*first, last])
