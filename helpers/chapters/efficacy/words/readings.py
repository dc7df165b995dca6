"""Chapter 2 in words: populations whose numbers rest on a reading of the print, named so beside the numbers.

A number in words says so itself (`helpers.printing.prose`); a figure and a table of P values have no room for
it beside each.
"""

import pandas as pd

from helpers.ground.results import pick
from helpers.ground.standing import is_open, reading
from helpers.ground.study import Study
from helpers.printing import prose
from helpers.printing.marks import UNDER


def patients(result: pd.Series, study: Study) -> str:
    """Name the population of a row; with "under a reading" where the row rests on one."""
    return _named(study.label(result["stratum"]), bool(reading(result)))


def labelled(rows: pd.DataFrame) -> pd.DataFrame:
    """Name the population of each row so, where one of its rows rests on a reading, for a figure."""
    rests = rows.apply(reading, axis=1).ne("").groupby(rows["population"]).any()
    return rows.assign(population=[_named(name, rests[name]) for name in rows["population"]])


def known_sentence(rows: pd.DataFrame, study: Study, outcome: str) -> str:
    """Say which rates of an outcome that is nowhere printed are known all the same, and on what that rests.

    Parameters
    ----------
    rows : DataFrame
        The chapter's results with their standing.
    study : Study
    outcome : str

    Returns
    -------
    str
    """
    strata = study.outcome(outcome).populations
    rates = pick(rows, outcome=outcome, statistic="rate", group=study.arm_ids, stratum=strata)
    known = rates[[not is_open(rate) for _, rate in rates.iterrows()]]
    told = [
        f"{prose.of(one)} {study.arm(one['group']).named}, {prose.inside(one['population'])}"
        for _, one in known.iterrows()
    ]
    read = "; ".join(dict.fromkeys(filter(None, known.apply(reading, axis=1))))
    rests = f" This rests on a reading, as the bounds of the others do: {read}." if read else ""
    head = "One rate follows" if len(told) == 1 else "These rates follow"
    return f"{head}: {'; '.join(told)}. The others are open.{rests}" if told else "Every rate of it is open."


def _named(name: str, rests: bool) -> str:
    return f"{name} ({UNDER})" if rests else name
