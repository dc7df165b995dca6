"""Reach: the table of what was reached, its cohorts in one file, and how both enter the table of ranges."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from evidence.ensemble import origin, store
from helpers.ground.files import write_table
from helpers.ground.many import Many, joined
from helpers.ground.results import TIME
from helpers.ground.standing import OPEN, REACHED

FOLDER = store.DEFAULT.parent
TABLE, COHORTS = FOLDER / "reached.csv", FOLDER / "reached.parquet"
COLUMNS = ["id", "limits", "end", "value", "member"]
PREFIXES = {"arithmetic": "reached", "plausible": "plausible"}  # of columns of ranges, by the limits
MONOTONE = "monotone likelihood"  # in the reason why a hazard ratio has no estimate


def values(many: Many, patients: pd.DataFrame) -> pd.DataFrame:
    """Return the number of every result in every cohort, with the limits that it may run to.

    Parameters
    ----------
    many : Many
        The results of the cohorts.
    patients : DataFrame
        As `evidence.ensemble.assembly.assemble` returns them, of the same cohorts.

    Returns
    -------
    DataFrame
        One column a result, one row a cohort. A time that is not reached is infinite; a hazard ratio without
        estimate, because every event of one arm comes when the other is gone, is the 0 or the infinity that
        its likelihood rises to.
    """
    found = pd.DataFrame(many.numbers["estimate"].T, columns=many.rows["id"])
    for place, row in enumerate(many.rows[["id", "unit", "kind", "method"]].itertuples(index=False)):
        if row.kind == TIME:
            found[row.id] = found[row.id].where(found[row.id].notna() | (many.reasons[place] != ""), np.inf)
        elif row.unit == "hazard_ratio" and row.id.count(".") == 3:
            monotone = pd.Series(many.reasons[place]).str.startswith(MONOTONE).to_numpy()
            for member in np.flatnonzero(monotone):
                own = patients[patients["member"] == member]
                found.loc[member, row.id] = limit_of_ratio(own, free=row.id.split(".")[1] != "os")
    return found


def limit_of_ratio(patients: pd.DataFrame, free: bool) -> float:
    """Say whether a hazard ratio without an estimate runs to 0 or to infinity.

    Parameters
    ----------
    patients : DataFrame
        Of one cohort.
    free : bool
        Whether of disease-free survival.

    Returns
    -------
    float
        0 where nobody of the first arm has an event while the other is at risk, else infinity.
    """
    days = patients["followup_days"]
    if free:
        days = patients["relapse_days"].fillna(days)
    first = patients["arm"].eq("combination")
    event = patients["death"] | (patients["relapse"] & free)
    last = days[~first].max()
    return 0.0 if not (event & first & (days <= last)).any() else np.inf


def table(values: pd.DataFrame, kept: Mapping[str, np.ndarray]) -> pd.DataFrame:
    """Choose for each result, limits and end the cohort that is furthest out.

    Parameters
    ----------
    values : DataFrame
        As `values` returns them.
    kept : mapping of str to array of bool
        By the name of the limits, which cohorts lie within.

    Returns
    -------
    DataFrame
        `COLUMNS`.
    """
    rows = []
    for id, (name, inside) in ((id, item) for id in values for item in kept.items()):
        known = values[id].where(inside).dropna()
        if len(known):
            ends = {"low": known.idxmin(), "high": known.idxmax()}
            rows += [(id, name, end, known[member], member) for end, member in ends.items()]
    return pd.DataFrame(rows, columns=COLUMNS)


def write(
    found: pd.DataFrame, patients: pd.DataFrame, immune: pd.DataFrame, seed: int, claims: pd.DataFrame
) -> None:
    """Write the table and its cohorts.

    Parameters
    ----------
    found : DataFrame
        As `table` returns it.
    patients, immune : DataFrame
        The cohorts that it names, in the columns of an ensemble.
    seed : int
    claims : DataFrame
        As `evidence.claims.load.load` returns it.
    """
    manifest = {"seed": seed, "members": int(patients["member"].nunique())}
    store.write(patients, immune, manifest | origin.origin(claims), COHORTS)
    write_table(found, TABLE, float_format="%.12g")


def read(path: Path = TABLE) -> pd.DataFrame:
    """Read the table.

    Parameters
    ----------
    path : Path, optional

    Returns
    -------
    DataFrame
        `COLUMNS`; no rows where nothing was searched yet.
    """
    return pd.read_csv(path) if path.exists() else pd.DataFrame(columns=COLUMNS)


def brackets(
    found: pd.DataFrame, drawn: pd.DataFrame, inside: Mapping[str, np.ndarray], proofs: pd.DataFrame
) -> pd.DataFrame:
    """Say how far each result was reached, by the search or by a drawn member, and what is proved.

    Parameters
    ----------
    found : DataFrame
        As `read` returns it.
    drawn : DataFrame
        Values of the drawn members, as `values` returns them.
    inside : mapping of str to array of bool
        By the name of the limits, which drawn members lie within.
    proofs : DataFrame
        As `evidence.ensemble.reach.proved.proofs` returns it.

    Returns
    -------
    DataFrame
        By id, the columns of `evidence.ensemble.standing.BRACKETS`. A drawn member is a cohort that agrees
        with the print, so whichever is wider counts.
    """
    met = pd.concat([found, table(drawn[list(proofs["id"])], inside)])
    columns = {
        f"{column}_{end}": getattr(of_end[of_end["limits"] == name].groupby("id")["value"], least)()
        for name, column in PREFIXES.items()
        for end, least in (("low", "min"), ("high", "max"))
        for of_end in [met[met["end"] == end]]
    }
    return proofs.set_index("id").drop(columns="argument").join(pd.DataFrame(columns), how="left")


def pointing_one_way(ranges: pd.DataFrame, many: Many, met: Many, inside: np.ndarray) -> pd.DataFrame:
    """Say how far cohorts go that a search met, in results whose drawn members all point one way.

    The search was for the ends of other results, so that nothing is said of how far these could go; but a
    cohort that points the other way shows that the direction is not fixed.

    Parameters
    ----------
    ranges : DataFrame
        As `evidence.ensemble.standing.ranges` returns it.
    many, met : Many
        The results of the members and of the cohorts met.
    inside : array of bool
        Which cohorts met lie within the stated limits.

    Returns
    -------
    DataFrame
        By id, the ends of both, in the columns of `helpers.ground.standing.REACHED`; the results of which no
        search for the ends was made.
    """
    asked = ranges["standing"].eq(OPEN) & ranges["share_below_null"].isin([0, 1]) & ranges[REACHED[0]].isna()
    values = joined(many, met).numbers["estimate"]
    counted = values[:, np.concatenate([np.ones(many.numbers["estimate"].shape[1], bool), inside])]
    ids = ranges.loc[asked, "id"]
    own = counted[pd.Index(many.rows["id"]).get_indexer(pd.Index(ids))]
    return pd.DataFrame({REACHED[0]: np.nanmin(own, axis=1), REACHED[1]: np.nanmax(own, axis=1)}, index=ids)
