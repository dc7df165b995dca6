"""The rates of the two arms at high burden: the counts behind them, and how many patients have one."""

import pandas as pd

from evidence.claims.printed import Figure, Figures
from evidence.forensics import two_by_two
from evidence.this_abstract import abstract
from evidence.this_abstract.abstract import ARMS, HIGH_BURDEN, OUTCOMES, REFRACTORY, efficacy, patients

# The print names the second of these; the claims answer it with the first, as a reading.
READ_AS, PRINTED_AS = abstract.MEASURABLE, abstract.POSITIVE
EVERYONE = (  # readings of "all patients" of the second arm "became MRD negative"
    efficacy("mrd_negativity", "rate", ARMS[1], abstract.NEGATIVE),
    efficacy("mrd_negativity", "rate", ARMS[0], abstract.POSITIVE),
)

Rates = tuple[Figure, Figure, Figure]  # of both arms, and the P value between them


def printed(figures: Figures, outcome: str, stratum: str) -> Rates | None:
    """Look up the rates of both arms and their P value in a stratum.

    Parameters
    ----------
    figures : Figures
    outcome, stratum : str

    Returns
    -------
    Rates or None
        None where one of the three is not printed.
    """
    shares = figures.every(efficacy(outcome, "rate", arm, stratum) for arm in ARMS)
    p_value = figures.p_value(efficacy(outcome, "pearson_chi_square", abstract.CONTRAST, stratum))
    return None if shares is None or p_value is None else (shares[0], shares[1], p_value)


def refractory_sizes(figures: Figures) -> tuple[int, int] | None:
    """Look up the relapsed/refractory patients of each arm.

    Parameters
    ----------
    figures : Figures

    Returns
    -------
    (int, int) or None
        None where they are not printed.
    """
    sizes = figures.every(patients(arm, REFRACTORY) for arm in ARMS)
    return None if sizes is None else (sizes[0].count, sizes[1].count)


def high_burden_tables(figures: Figures) -> dict[str, pd.DataFrame]:
    """Search the tables of each outcome at high burden, of which only a part of each arm has it.

    Parameters
    ----------
    figures : Figures

    Returns
    -------
    dict of str to DataFrame
        By outcome, for those that are printed: as `two_by_two.solutions` returns them. Kept are the tables
        that leave room for the outcome's printed total in relapsed/refractory disease.
    """
    sizes = refractory_sizes(figures)
    found = {}
    for outcome in OUTCOMES:
        rates = printed(figures, outcome, HIGH_BURDEN)
        if rates is None or sizes is None:
            continue
        totals = [figures.get(efficacy(outcome, "count", arm, REFRACTORY)) for arm in ARMS]
        staged = two_by_two.stages(*rates, sizes)
        found[outcome] = two_by_two.first_left(_with_room(tables, totals, sizes) for tables in staged)
    return found


def _with_room(tables: pd.DataFrame, totals: list[Figure | None], sizes: tuple[int, int]) -> pd.DataFrame:
    """Keep the tables that leave a possible number of events to whoever is not at high burden."""
    for place, total, size in zip(("first", "second"), totals, sizes, strict=True):
        if total is not None:
            outside = total.value - tables[f"events_{place}"]
            tables = tables[(outside >= 0) & (outside <= size - tables[f"patients_{place}"])]
    return tables.reset_index(drop=True)


def number_above_cut(figures: Figures) -> dict[str, int] | None:
    """Say how many patients of each arm have a high burden.

    Parameters
    ----------
    figures : Figures

    Returns
    -------
    dict of str to int, or None
        None where the tables of the outcomes do not leave exactly one possibility.
    """
    each = [_sizes(tables) for tables in high_burden_tables(figures).values()]
    shared = set.intersection(*each) if each else set()
    return dict(zip(ARMS, shared.pop(), strict=True)) if len(shared) == 1 else None


def _sizes(tables: pd.DataFrame) -> set[tuple[int, int]]:
    return set(map(tuple, tables[["patients_first", "patients_second"]].to_numpy().tolist()))
