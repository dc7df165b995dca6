"""The tables at the site's root: results, ledger, the ranges of what is open, and what the search asks."""

import json
import shutil
from pathlib import Path

from building.failures import BuildError
from building.inputs import Inputs
from helpers.ground import standing
from helpers.ground.cohort import Cohort
from helpers.ground.files import replacing, write_table
from helpers.ground.results import write
from helpers.site import rows

KEY = "key.json"


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


def make(cohort: Cohort, inputs: Inputs, folder: Path) -> None:
    """Write the tables of a cohort.

    What is open has no value in ``results.csv``, since that of the cohort at hand would be one of many.

    Parameters
    ----------
    cohort : Cohort
    inputs : Inputs
    folder : Path
        Replaced once all are written.

    Raises
    ------
    BuildError
        If what was read has changed meanwhile.
    """
    # All analyses, which a build whose tables are current need not load.
    from evidence.claims import load as claims
    from evidence.ledger.entries import ledger
    from helpers.chapters.book import all_results

    key = _key(inputs)
    results = all_results(cohort)
    with replacing(folder) as partial:
        partial.mkdir()
        told = cohort.told(results)
        write(told, partial / "results.csv")
        (partial / rows.SEARCHED).write_text(rows.script(told), encoding="utf-8")
        if cohort.is_ranged:
            shutil.copyfile(inputs.cohort / standing.FILE, partial / standing.FILE)
        if cohort.study.claims is not None:
            published = claims.load(cohort.study.claims, cohort.study)
            entries = ledger(published, results, cohort.study, cohort.provenance, cohort.ranges)
            write_table(entries, partial / "ledger.csv")
        if not inputs.unchanged(_files(inputs)):
            raise BuildError("a file that the tables are made from was changed meanwhile; build again")
        (partial / KEY).write_text(json.dumps(key), encoding="utf-8")


def _files(inputs: Inputs) -> set[Path]:
    return inputs.of_code(Path(__file__))


def _key(inputs: Inputs) -> str:
    return inputs.key(_files(inputs))
