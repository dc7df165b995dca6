"""Chapter 7: what moves with the prior and what with the reading, by a rule, in a table and in words."""

from dataclasses import fields

import numpy as np
import pandas as pd

from evidence.ensemble.people import People
from evidence.ensemble.prior import PRIORS
from evidence.ensemble.sensitivity import ALL_PATIENTS, NEUTRAL, NOT_REACHED
from evidence.this_abstract.abstract import STUDY, survival
from evidence.words.labels import labelled
from helpers.ground.results import RATIO, ResultId
from helpers.ground.standing import OPEN, PRINTED
from helpers.ground.study import CONTRAST
from helpers.printing import prose
from helpers.printing.marks import marked

MOVED = 0.25  # of the width of a band: an end that moves further has moved, and a width that changes by more
PROVISIONAL = 200  # draws, below which a band's ends are rough
MOST = 3  # results that are named
HALF, EDGE = {"fraction": 0.005, "months": 0.5}, 1e-9  # of the last printed digit
HAZARD = str(survival("os", "hazard_ratio", CONTRAST))
DEATHS = "no response is no MRD negativity"
BRIEF = ["Prior or reading", "Results that move", "Hazard ratio of death", "Below 1"]  # columns
READINGS = {
    DEATHS: "Deaths: no response means no MRD negativity",
    "non-response ends disease-free survival": "Disease-free survival: no response is an event",
    "disease-free survival of responders": "Disease-free survival: of those with a response alone",
    "odds ratio of response": "Odds ratio: of response",
    "odds ratio without the arm": "Odds ratio: the model has no arm",
    ALL_PATIENTS: "“All patients”: the combination's MRD-positive patients",
}


def compared(table: pd.DataFrame, ranges: pd.DataFrame) -> pd.DataFrame:
    """Set the bands of a table beside those of the cohorts.

    Parameters
    ----------
    table : DataFrame
        ``priors.csv`` or ``readings.csv``, as `evidence.ensemble.sensitivity` writes them.
    ranges : DataFrame
        The whole table of standing and ranges.

    Returns
    -------
    DataFrame
        The rows of both, with ``shift``: how far the end that moves most moves, or by how much the width
        changes if that is more, as a share of the band's width; of a ratio on the log scale. An end that goes
        beyond every number, and a number that ranges where it was fixed, has moved without limit. A printed
        number that prints as it did is left out.
    """
    words = ["id", "label", "population", "unit", "kind", "standing", "range_low", "range_high"]
    known = ranges[words].rename(columns={"standing": "before"})
    both = table.merge(known, on="id")
    both = both[[not _prints(row) for _, row in both.iterrows()]]
    return both.assign(shift=[_shift(row) for _, row in both.iterrows()])


def _prints(row: pd.Series) -> bool:
    """Tell whether a printed number prints in every draw as it is printed."""
    ends = abs(row[["low", "high"]].astype(float) - row["range_low"])
    return row["before"] == PRINTED and bool((ends <= HALF[row["unit"]] + EDGE).all())


def _shift(row: pd.Series) -> float:
    ends = np.array([row[name] for name in ("low", "high", "range_low", "range_high")], dtype=float)
    if row["kind"] == RATIO:
        with np.errstate(divide="ignore"):
            ends = np.log(ends)
    now, before = ends[:2], ends[2:]
    if np.array_equal(now, before):
        return 0.0
    with np.errstate(invalid="ignore"):
        moved = np.where(now == before, 0.0, np.abs(now - before))
    width = before[1] - before[0]
    most = max(moved.max(), abs(now[1] - now[0] - width))
    return round(float(most / width), 9) if 0 < width < np.inf else np.inf


def table(priors: pd.DataFrame, readings: pd.DataFrame, ranges: pd.DataFrame) -> pd.DataFrame:
    """Say of each prior and each reading what it moves.

    Parameters
    ----------
    priors, readings : DataFrame
        As `evidence.ensemble.sensitivity` writes them.
    ranges : DataFrame
        The whole table of standing and ranges.

    Returns
    -------
    DataFrame of str
        One row a prior or a reading.
    """
    rows = [_line(_prior(name), part, ranges) for name, part in priors.groupby("prior", sort=False)]
    rows += [_line(READINGS[name], part, ranges) for name, part in readings.groupby("reading", sort=False)]
    return pd.DataFrame(rows)


def _prior(name: str) -> str:
    """Name a prior with what it changes."""
    if name == NEUTRAL:
        return "Prior: neutral, drawn anew"
    words = {"effect_sd": "standard deviation", "shape": "Weibull shape"}
    words["immune_shift"] = words["effect_sd"]
    changed = {field.name: getattr(PRIORS[name], field.name) for field in fields(PRIORS[name])}
    told = [
        f"{words[part]} {value:g}"
        for part, value in changed.items()
        if part in words and value != getattr(PRIORS[NEUTRAL], part)
    ]
    return f"Prior: {name}" + (f" ({', '.join(told)})" if told else "")


def _line(name: str, part: pd.DataFrame, ranges: pd.DataFrame) -> dict[str, str]:
    first = {"Prior or reading": name, "Draws": _drawn(int(part["draws"].max()))}
    empty = {"Results that move": NOT_REACHED, "Most": "", "Hazard ratio of death": "", "Below 1": ""}
    if part["standing"].eq(NOT_REACHED).all():
        return {**first, **empty, "No longer fixed": ""}
    both = compared(part, ranges)
    moved = both[both["shift"] > MOVED].sort_values("shift", ascending=False, kind="stable")
    was_open = moved["before"].eq(OPEN)
    hazard = both[both["id"] == HAZARD]
    return {
        **first,
        "Results that move": f"{len(moved)} of {len(both)}{_rough(int(part['draws'].max()))}",
        "Most": "; ".join(_named(row) for _, row in moved[was_open].head(MOST).iterrows()),
        "Hazard ratio of death": "".join(_band(row) for _, row in hazard.iterrows()),
        "Below 1": "".join(prose.percentage(share) for share in hazard["share_below_null"]),
        "No longer fixed": "; ".join(_named(row) for _, row in moved[~was_open].iterrows()),
    }


def _drawn(draws: int) -> str:
    if not draws:
        return "counted"
    return f"{draws}{_rough(draws)}"


def _rough(draws: int) -> str:
    """Say that so few draws give rough ends; what is counted has none."""
    return " (provisional)" if 0 < draws < PROVISIONAL else ""


def _named(row: pd.Series) -> str:
    arms = {arm.id: arm.label for arm in STUDY.arms}
    arm = arms.get(ResultId.parse(row["id"]).group, "")
    whom = row["population"] if arm in row["population"] else f"{row['population']}, {arm}"
    return f"{labelled(row)}, {whom} ({_band(row)})"


def _band(row: pd.Series) -> str:
    ends = {"range_low": row["low"], "range_high": row["high"], "standing": "open", "method": ""}
    return prose.bare(pd.Series({**row, **ends}))


def rule(priors: pd.DataFrame, ranges: pd.DataFrame) -> str:
    """Say when a result has moved, and what chance alone moves.

    Parameters
    ----------
    priors : DataFrame
        With the neutral one, drawn anew.
    ranges : DataFrame

    Returns
    -------
    str
    """
    anew = compared(priors[priors["prior"] == NEUTRAL], ranges)
    chance = int((anew["shift"] > MOVED).sum())
    return (
        f"A result has moved where an end of its band lies more than {prose.percentage(MOVED)} of the band's "
        f"width away, or where the width changes by more; for a ratio on the log scale. "
        f"Drawn anew under the neutral prior, {chance} of "
        f"{len(anew)} results do so by chance. Provisional: fewer than {PROVISIONAL} draws were had."
    )


def moves(priors: pd.DataFrame, readings: pd.DataFrame, ranges: pd.DataFrame) -> str:
    """Say how many results a prior and a reading move at most by the rule, and what that does not show.

    Readings of which few draws were had are left out.

    Parameters
    ----------
    priors, readings : DataFrame
        As `evidence.ensemble.sensitivity` writes them.
    ranges : DataFrame

    Returns
    -------
    str
    """
    parts = (priors[priors["prior"] != NEUTRAL], "prior"), (settled(readings), "reading")
    by_prior, by_reading = (
        max(int((compared(part, ranges)["shift"] > MOVED).sum()) for _, part in table.groupby(column))
        for table, column in parts
    )
    aside = " (provisional ones aside)" if len(settled(readings)) < len(readings) else ""
    return (
        f"By the rule below the table another prior moves {_at_most(by_prior)}, and another "
        f"reading{aside} {_at_most(by_reading)}. The rule is ours, and "
        "coarse: with so few draws the ends of a band are uncertain themselves (Monte Carlo error), so that "
        "a smaller shift is neither shown nor excluded. Varied were the priors of event times and of ages, "
        "and how far immune cells may change; not, how many immune cells there are at baseline, nor the "
        "limits of the blasts."
    )


def _at_most(results: int) -> str:
    return {0: "none", 1: "up to 1 result"}.get(results, f"up to {results} results")


def settled(table: pd.DataFrame) -> pd.DataFrame:
    """Leave out what was ranged over so few draws that the ends are rough; what is counted needs none.

    Parameters
    ----------
    table : DataFrame
        As `evidence.ensemble.sensitivity` writes it.

    Returns
    -------
    DataFrame
    """
    return table[table["draws"].eq(0) | table["draws"].ge(PROVISIONAL)]


def other_deaths(readings: pd.DataFrame) -> str | None:
    """Say what the hazard ratio of death ranges over where the deaths are read another way.

    Parameters
    ----------
    readings : DataFrame
        As `evidence.ensemble.sensitivity` writes it.

    Returns
    -------
    str or None
        None where that reading was not drawn.
    """
    found = readings[readings["reading"].eq(DEATHS) & readings["id"].eq(HAZARD)]
    if found.empty:
        return None
    row = found.iloc[0]
    words = f"hazard ratio of death if no response means no MRD negativity, over {row['draws']} cohorts"
    ends, below = f"{prose.fixed(row['low'], 2)} to {prose.fixed(row['high'], 2)}", row["share_below_null"]
    return (
        "If “no response” means no MRD negativity instead, the hazard ratio is "
        f"{marked(ends, OPEN, words)}, below 1 in {marked(prose.percentage(below), OPEN, words)} of the "
        "cohorts drawn so"
    )


def lean(priors: pd.DataFrame, readings: pd.DataFrame, ranges: pd.DataFrame, people: People) -> str:
    """Say whether the lean of the hazard ratio of death comes from the prior or from the reading.

    Parameters
    ----------
    priors, readings : DataFrame
        As `evidence.ensemble.sensitivity` writes them.
    ranges : DataFrame
    people : People

    Returns
    -------
    str
    """
    here = float(ranges.set_index("id").loc[HAZARD, "share_below_null"])
    shares = {
        "prior": priors[(priors["id"] == HAZARD) & (priors["prior"] != NEUTRAL)],
        "reading": settled(readings)[settled(readings)["id"] == HAZARD],
    }
    spans = {name: rows["share_below_null"] for name, rows in shares.items()}
    source = max(spans, key=lambda name: (spans[name] - here).abs().max())
    other = next(name for name in spans if name != source)
    failed, first = ~people.responded, people.combination
    return (
        f"The hazard ratio of death lies below 1 in {prose.percentage(here)} of the cohorts, in "
        f"{_from_to(spans['prior'])} under the other priors and in {_from_to(spans['reading'])} under the "
        f"other readings. The lean comes from the {source} more than from the {other}: of {failed.sum()} "
        f"patients without response, all of whom died as the deaths are read here, {(failed & first).sum()} "
        f"had the combination, {prose.percentage(failed[first].mean())} of its patients against "
        f"{prose.percentage(failed[~first].mean())} of the others."
    )


def _from_to(shares: pd.Series) -> str:
    ends = [prose.percentage(share) for share in (shares.min(), shares.max())]
    return ends[0] if ends[0] == ends[1] else " to ".join(ends)
