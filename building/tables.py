"""The tables at the site's root: results, ledger, the ranges of what is open, and what the search asks."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pandas as pd

from building.failures import BuildError
from building.inputs import Inputs
from building.sections import is_anothers
from helpers.ground import standing
from helpers.ground.cohort import Cohort
from helpers.ground.files import replacing, write_table
from helpers.ground.results import UNRECORDED, write
from helpers.ground.study_parts import ANSWERS
from helpers.site import rows

KEY, RESULTS = "key.json", "results.csv"


def is_current(folder: Path, inputs: Inputs) -> bool:
    """Say whether the tables in a folder are those of the code and the data at hand.

    Parameters
    ----------
    folder : Path
    inputs : Inputs

    Returns
    -------
    bool
    """
    try:
        return json.loads((folder / KEY).read_text(encoding="utf-8")) == _key(inputs)
    except (OSError, ValueError):
        return False


def put(folder: Path, site: Path) -> None:
    """Copy the tables to a site.

    Parameters
    ----------
    folder : Path
        As `make` wrote it.
    site : Path
    """
    for path in folder.iterdir():
        if path.name != KEY:
            shutil.copyfile(path, site / path.name)


def make(cohort: Cohort, inputs: Inputs, folder: Path, private: Path) -> None:
    """Write the tables of a cohort.

    What is open has no value in ``results.csv``, since that of the cohort at hand would be one of many; nor
    has what may not be shown, which stands in a table of its own.

    Parameters
    ----------
    cohort : Cohort
    inputs : Inputs
    folder : Path
        Replaced once all are written.
    private : Path
        For the results as they are, where not all of them may be shown; else there is no such folder.

    Raises
    ------
    BuildError
        If what was read has changed meanwhile.
    """
    # All analyses, which a build whose tables are current need not load.
    from evidence.claims import load as claims
    from evidence.ledger.entries import ledger
    from evidence.this_abstract.examine import examine
    from helpers.chapters.book import all_results

    key = _key(inputs)
    results = all_results(cohort)
    with replacing(folder) as partial:
        partial.mkdir()
        told = of_what_is_recorded(cohort.told(results), cohort)
        write(told, partial / RESULTS)
        (partial / rows.SEARCHED).write_text(rows.script(told), encoding="utf-8")
        if cohort.is_ranged:
            shutil.copyfile(inputs.cohort / standing.FILE, partial / standing.FILE)
        if cohort.study.claims is not None:
            abstract = claims.read(cohort.study.claims, cohort.study)
            published, findings = claims.table(abstract), examine(abstract)
            shown = cohort.protected(results)
            entries = ledger(published, findings, shown, cohort.study, cohort.provenance, cohort.ranges)
            write_table(entries, partial / "ledger.csv")
        if not inputs.unchanged(_files(inputs)):
            raise BuildError("a file that the tables are made from was changed meanwhile; build again")
        whole = all_results(replace(cohort, threshold=0)) if cohort.threshold else None
        keep(whole if whole is None else of_what_is_recorded(whole, cohort), private)
        (partial / KEY).write_text(json.dumps(key), encoding="utf-8")


def of_what_is_recorded(results: pd.DataFrame, cohort: Cohort) -> pd.DataFrame:
    """Leave out of the results of another study those for which the cohort has no column.

    Parameters
    ----------
    results : DataFrame
    cohort : Cohort

    Returns
    -------
    DataFrame
        All rows in a study of the default arms, where they are looked for.
    """
    if not is_anothers(cohort):
        return results
    # Where no outcome is recorded, nothing is left to count and to compare in the chapter of outcomes.
    is_asked = results["chapter"].ne("efficacy") | bool({*ANSWERS} - {*cohort.absent})
    return results[is_asked & ~results["method"].str.match(UNRECORDED)]


def keep(results: pd.DataFrame | None, folder: Path) -> None:
    """Keep the results as they are, for the owner of the data alone.

    Parameters
    ----------
    results : DataFrame or None
        None where nothing is to be kept: what an earlier build kept goes.
    folder : Path
    """
    shutil.rmtree(folder, ignore_errors=True)
    if results is not None:
        folder.mkdir(parents=True)
        folder.chmod(0o700)
        write(results, folder / RESULTS)


def _files(inputs: Inputs) -> set[Path]:
    return inputs.of_code(Path(__file__))


def _key(inputs: Inputs) -> str:
    return inputs.key(_files(inputs))
