"""The book of one cohort, and the executed notebooks beside their sources: what runs, and in which order."""

import os
from functools import partial
from pathlib import Path

import nbformat

from building import notebooks, pages, stage, tables
from building.failures import BuildError
from building.inputs import Inputs
from building.notebooks import Notebook
from building.places import BUILD, Place, place_of
from building.processes import run_together, tell
from building.sections import is_anothers, lacking
from helpers.ground import cohort as cohorts
from helpers.ground.broken import BrokenRulesError
from helpers.ground.cohort import Cohort
from helpers.ground.edition import SERVED, edition
from helpers.ground.files import replacing
from helpers.ground.paths import REBUILT, ROOT

TABLES = "results and ledger"
KERNELS = ROOT / "helpers" / "estimators" / "compiled.py"


def build(path: Path) -> Path:
    """Build the book of one cohort.

    Parameters
    ----------
    path : Path
        The cohort's folder.

    Returns
    -------
    Path
        The landing page.

    Raises
    ------
    BuildError
        The book that stood there before still does.
    """
    cohort, told = _loaded(path)
    place = place_of(path)
    with place.only_here(waits=SERVED in os.environ):  # who edits would have to save once more
        place.claim(path)
        inputs = Inputs(ROOT, path.resolve())
        whole = inputs.everything(edition().source)
        if place.is_of(whole):  # as who waited may find
            return place.landing
        said = stage.settings(ROOT, cohort)
        chapters = _current(cohort, stage.chapters(said["_toc.yml"]), inputs, place, with_tables=True)
        tell("rendering the pages")
        executed = {one.name: notebooks.without_idle(notebooks.executed(one)) for one in chapters}
        told = stage.to_be_shown(told) if cohort.threshold else told
        stage.lay_out(ROOT, cohort, told, said, executed, place.tables / tables.RESULTS, place.stage)
        run_together({pages.NAME: partial(pages.render, inputs, place)}, place.logs, is_private(cohort))
        place.unmark()
        pages.publish(place, is_private(cohort))
        if whole == Inputs(ROOT, path.resolve()).everything(edition().source):  # else one changed meanwhile
            place.mark(whole)
    return place.landing


def refresh() -> None:
    """Bring every executed notebook beside its source up to date, on the rebuilt cohort.

    Raises
    ------
    BuildError
    """
    (cohort, _), place = _loaded(REBUILT), Place(BUILD)
    with place.only_here():
        names = stage.chapters(stage.settings(ROOT, cohort)["_toc.yml"])
        for notebook in _current(cohort, names, Inputs(ROOT, REBUILT), place, with_tables=False):
            with replacing(notebook.source.with_suffix(".ipynb")) as file:
                nbformat.write(notebooks.executed(notebook), file)


def is_private(cohort: Cohort) -> bool:
    """Say whether a cohort's rows are real patients'.

    Parameters
    ----------
    cohort : Cohort

    Returns
    -------
    bool
    """
    return cohort.provenance == "patient-level"


def _loaded(path: Path) -> tuple[Cohort, list[str]]:
    """Load a cohort, with how its files were read, and its claims; let all that runs load the same."""
    os.environ["COHORT"] = str(path.resolve())
    try:
        cohort, told = cohorts.understood(path)
    except BrokenRulesError as error:
        said = f"{error}\nNothing was built; `make check` lists these problems too."
        raise BuildError(said) from None
    if claims := cohort.study.claims:
        from evidence.claims import load as published  # which a book without claims does not need

        try:
            published.read(claims, cohort.study)
        except BrokenRulesError as error:
            said = f"the published claims in {claims.parent}:\n{error}\nNothing was built."
            raise BuildError(said) from None
    return cohort, told


def _current(
    cohort: Cohort, names: list[str], inputs: Inputs, place: Place, with_tables: bool
) -> list[Notebook]:
    """Run the notebooks, and make the tables, that are not current; return all notebooks."""
    sources = [ROOT / "notebooks" / f"{name}.py" for name in names]
    lacks, is_another = lacking(cohort), is_anothers(cohort)
    chapters = [notebooks.read(source, inputs, place.outputs, lacks, is_another) for source in sources]
    # The tables compile kernels first, which takes half a minute: who uses them begins when they are there.
    stale = sorted(
        (notebook for notebook in chapters if not notebook.is_current()), key=lambda one: KERNELS in one.files
    )
    private = is_private(cohort)
    tasks = {one.name: partial(notebooks.run, one, inputs, place.logs, private) for one in stale}
    if with_tables and not tables.is_current(place.tables, inputs):
        # They take longest.
        tasks = {TABLES: partial(tables.make, cohort, inputs, place.tables, place.private), **tasks}
    tell(
        f"{cohort.title}: {len(cohort.patients)} patients; running {len(stale)} of {len(chapters)} notebooks"
    )
    notebooks.load_for(stale)
    run_together(tasks, place.logs, private)
    return chapters
