"""Ensemble: the standing of every result over the members, and the range of what is open."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from evidence.claims.claim import FIGURES, listed
from evidence.ensemble.assumed import is_assumed, is_ruled
from evidence.this_abstract.rates import EVERYONE
from helpers.ground.many import Many, joined
from helpers.ground.results import NULLS, TIME
from helpers.ground.standing import ASSUMED, FOLLOWS, OPEN, PRINTED
from helpers.printing import prose

INSIDE = (0.025, 0.975)  # of the members lie between the ends of a range
ROUNDING = 1e-9  # of a place among the members
NOISE, NOISE_AT_0 = 1e-7, 1e-12  # of a number that an iteration has found
CI = ("ci_low", "ci_high")
BRACKETS = tuple(f"{name}_{end}" for name in ("reached", "plausible", "proved") for end in ("low", "high"))
SHARES = ("share_below_null", "share_significant", "share_estimable")
# A count that two chapters give: printed for one result, it is printed for the other.
SAME = {"immune.patients.count": "cohort.immune_panel.count"}
COLUMNS = ["id", "standing", "range_low", "range_high", *BRACKETS, *SHARES, "varies"]


def printed_ids(claims: pd.DataFrame) -> set[str]:
    """Name the results whose number or P value is printed.

    Parameters
    ----------
    claims : DataFrame
        As `evidence.claims.load.load` returns it.

    Returns
    -------
    set of str
        Ids of results, and of those of `SAME`; a wording prints none, and a sentence of whose readings only
        one can be meant prints neither.
    """
    figures = (claim for claim in listed(claims) if claim.relation in FIGURES)
    found = {str(claim.result_id) for claim in figures if claim.result_id is not None}
    found -= {str(id) for id in EVERYONE}
    return found | {
        f"{also}{id.removeprefix(one)}"
        for one, also in SAME.items()
        for id in found
        if id.startswith(f"{one}.")
    }


def ranges(many: Many, printed: Collection[str], alpha: float, met: Many | None = None) -> pd.DataFrame:
    """Say what is known of every result, and how far it ranges over the members.

    Parameters
    ----------
    many : Many
        The numbers of the members.
    printed : collection of str
        As `printed_ids` names them.
    alpha : float
        The level below which a P value counts.
    met : Many, optional
        The numbers of further cohorts that agree with the print, however unlikely they are: with one that
        has a result otherwise, it does not follow. They count for nothing else.

    Returns
    -------
    DataFrame
        `COLUMNS`, one row a result in the order of `many`. A result that is one number in every cohort
        follows, or is assumed where the draws set it; so it is where none has it for one reason. Numbers that
        differ and only print alike are open: other cohorts may print them otherwise. Range and shares are
        over the members in which the result exists; a time that is not reached lies beyond every other.
        ``varies`` names what differs among interval, p_value, events and patients where the number itself is
        known. An open result that a rule of the draws decides has no range.
    """
    same = fixed(many if met is None else joined(many, met))
    found = [_known(many, place, row, printed, same, alpha) for place, row in enumerate(_records(many))]
    return pd.DataFrame(found, columns=COLUMNS)


def text(row: Mapping[str, Any], value: float) -> str:
    """Print a value as a row of results prints its number.

    Parameters
    ----------
    row : mapping
        Unit and kind of the row, at least.
    value : float

    Returns
    -------
    str
        Without the mark of a standing.
    """
    if row["unit"] == "p_value":
        return prose.p_figure(value)
    return prose.bare(pd.Series({"unit": row["unit"], "kind": row["kind"], "estimate": value, "method": ""}))


def _records(many: Many) -> list[dict]:
    return many.rows[["id", "unit", "kind", "ci_low", "ci_high"]].to_dict("records")


def fixed(many: Many) -> set[str]:
    """Name the results that are one number in every cohort.

    Parameters
    ----------
    many : Many

    Returns
    -------
    set of str
        Ids; among them those that no cohort has, for one reason.
    """
    found = set()
    for place, row in enumerate(_records(many)):
        number = _number(row, many.numbers["estimate"][place], many.numbers["p_value"][place])
        if _alike(number, many.reasons[place]):
            found.add(row["id"])
    return found


def _known(
    many: Many, place: int, row: dict, printed: Collection[str], same: Collection[str], alpha: float
) -> dict:
    """Make one row of the table."""
    exists = many.reasons[place] == ""
    numbers = {name: values[place] for name, values in many.numbers.items()}
    number = _number(row, numbers["estimate"], numbers["p_value"])
    standing = OPEN
    if row["id"] in printed:
        standing = PRINTED
    elif row["id"] in same:
        standing = ASSUMED if is_assumed(row["id"]) else FOLLOWS
    low, high = ends(number[exists])
    shares = _shares(row, number, numbers["p_value"], exists, alpha)
    if standing == OPEN and is_ruled(row["id"]):
        low = high = np.nan
        shares = (np.nan, np.nan, shares[2])
    varies = "" if standing == OPEN else " ".join(_varying(row, numbers, standing == PRINTED))
    if standing == PRINTED and row["id"] not in same:  # what is printed may be its P value alone
        varies = f"estimate {varies}".strip()
    return {
        **{"id": row["id"], "standing": standing, "range_low": low, "range_high": high, "varies": varies},
        **dict(zip(SHARES, shares, strict=True)),
    }


def _number(row: dict, estimate: np.ndarray, p_value: np.ndarray) -> np.ndarray:
    """Return what the row is about: its estimate, or its P value where it has no other number."""
    if row["unit"] == "p_value":
        return np.where(np.isnan(estimate), p_value, estimate)
    return np.where(np.isnan(estimate), np.inf, estimate) if row["kind"] == TIME else estimate


def _alike(number: np.ndarray, reasons: np.ndarray) -> bool:
    """Tell whether every member has the same."""
    if len(set(reasons)) > 1:
        return False
    return bool(reasons[0]) or not _differs(number)


def ends(number: np.ndarray) -> tuple[float, float]:
    """Return between which values the inner share of the members lies, both of them a member's own.

    Parameters
    ----------
    number : array
        One value a member; missing ones are left out.

    Returns
    -------
    tuple of float
    """
    known = np.sort(number[~np.isnan(number)])
    if len(known) == 0:
        return np.nan, np.nan
    low, high = (share * (len(known) - 1) for share in INSIDE)
    return known[int(np.floor(low + ROUNDING))], known[int(np.ceil(high - ROUNDING))]


def _shares(
    row: dict, number: np.ndarray, p_value: np.ndarray, exists: np.ndarray, alpha: float
) -> tuple[float, float, float]:
    """Return the shares of the members below the null value, with P below alpha, and with the result."""
    null, tested = NULLS.get(row["kind"]), exists & ~np.isnan(p_value)
    known = number[exists & ~np.isnan(number)]
    below = np.mean(known < null) if null is not None and len(known) else np.nan
    significant = np.mean(p_value[tested] < alpha) if tested.any() else np.nan
    return float(below), float(significant), float(exists.mean())


def _varying(row: dict, numbers: dict[str, np.ndarray], is_printed: bool) -> Iterator[str]:
    """Name what differs beside the number; a printed P value is one that prints alike."""
    # An interval that was left out of all members has its ends in the first.
    left_out = any(np.isnan(numbers[end]).all() and not np.isnan(row[end]) for end in CI)
    if left_out or any(_differs(numbers[end]) for end in CI):
        yield "interval"
    p_value = numbers["p_value"]
    if row["unit"] != "p_value" and (_prints_otherwise(p_value) if is_printed else _differs(p_value)):
        yield "p_value"
    for word, name in (("events", "events"), ("patients", "n")):
        if len(np.unique(numbers[name])) > 1:  # NaN is one value
            yield word


def _differs(values: np.ndarray) -> bool:
    return not np.isclose(values, values[0], rtol=NOISE, atol=NOISE_AT_0, equal_nan=True).all()


def _prints_otherwise(p_value: np.ndarray) -> bool:
    return _differs(p_value) and len({prose.p_figure(value) for value in p_value}) > 1
