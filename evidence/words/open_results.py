"""Chapter 7: the words and tables about what the abstract leaves open."""

from collections.abc import Iterable
from math import isinf

import pandas as pd

from evidence.ensemble.assembly import REMISSION
from evidence.ensemble.reach import proved
from evidence.ensemble.reach.limits import LAST_DAY, PLAUSIBLE, Limits
from evidence.this_abstract.abstract import ALPHA, AT
from evidence.words.labels import named
from helpers.ground.endpoints import DAYS_PER_MONTH
from helpers.ground.results import ResultId
from helpers.ground.standing import ASSUMED, FOLLOWS, OPEN, PRINTED
from helpers.ground.study import Study
from helpers.printing import comparisons, prose

ARM_RATIO = "multivariable.complete_remission_mrd_negative.odds_ratio_combination.all.relapsed_refractory"


BELOW, SMALL = "Below no difference", f"P < {ALPHA:g}"
# The tests behind the P values of the declared results, by the start of the statistic, as in their methods.
TESTS = {
    "hazard_ratio": "hazard ratio, Wald test of the Cox model",
    "rmst_difference": "mean time, Wald test",
    "odds_ratio": "odds ratio, Wald test of the logistic model",
    "ratio_of_odds_ratios": "ratio of odds ratios, penalised likelihood-ratio test (Firth)",
}
NONE = {"range": "", "plausible": "not met", "reached": "not met", "proved": proved.NOT_PROVED}
NO_BOUND = "no bound"  # on either side


def family(ranges: pd.DataFrame, ids: Iterable[ResultId]) -> pd.DataFrame:
    """Return the open results of a family, in its order, each under a label that says whom it is about.

    Parameters
    ----------
    ranges : DataFrame
        The whole table of standing and ranges.
    ids : iterable of ResultId
        As those of `evidence.ensemble.families.FAMILIES`.

    Returns
    -------
    DataFrame
    """
    rows = ranges.set_index("id").loc[[str(id) for id in ids]].reset_index()
    return rows.assign(label=[named(row) for _, row in rows.iterrows()])


def panels(rows: pd.DataFrame) -> dict[tuple[str, str], pd.DataFrame]:
    """Divide the results of a family into those that share an axis.

    Parameters
    ----------
    rows : DataFrame
        As `family` returns it.

    Returns
    -------
    dict of (str, str) to DataFrame
        By kind and unit, in the order in which they come.
    """
    return dict(list(rows.groupby(["kind", "unit"], sort=False)))


def table(rows: pd.DataFrame) -> pd.DataFrame:
    """Print a family: the range of the cohorts, what a search reached, twice, and what is proved.

    Parameters
    ----------
    rows : DataFrame
        As `family` returns it.

    Returns
    -------
    DataFrame of str
    """
    spans = {
        name: [_span(row, start) for _, row in rows.iterrows()]
        for name, start in {
            "95% of the cohorts": "range",
            "Reached within limits": "plausible",
            "Reached by arithmetic": "reached",
            "Proved": "proved",
        }.items()
    }
    named = rows.assign(method="")
    spans["95% of the cohorts"] = [prose.number(row) for _, row in named.iterrows()]
    shares = {
        head: rows[share].map(_percentage)
        for head, share in {BELOW: "share_below_null", SMALL: "share_significant"}.items()
        if rows[share].notna().any()
    }
    return pd.DataFrame({"Result": rows["label"], **spans, **shares})


def table_note(rows: pd.DataFrame) -> str:
    """Say what the last columns of a family's table count, by which tests, and what a shift is.

    Parameters
    ----------
    rows : DataFrame
        As `family` returns it.

    Returns
    -------
    str
        Empty text for a family of counts, shares and times.
    """
    ids = [ResultId.parse(id) for id in rows["id"]]
    parts = []
    if rows["share_below_null"].notna().any():
        parts.append(f"{BELOW}: in which share of the cohorts.")
    if rows["share_significant"].notna().any():
        names = dict.fromkeys(test for id in ids if (test := test_of(id)))
        parts.append(f"{SMALL}: likewise, two-sided, not adjusted; {'; '.join(names)}.")
    if any("hodges_lehmann" in id.statistic for id in ids):
        parts.append(
            "Hodges-Lehmann shift: the median of all differences, not the difference of the medians; "
            "of ratios it is their difference too, so that no difference lies at 0."
        )
    return " ".join(parts)


def test_of(id: ResultId) -> str:
    """Name the test behind the P value of a declared result, with what it is a test of.

    Parameters
    ----------
    id : ResultId

    Returns
    -------
    str
        Empty text for a result without a P value.
    """
    return next((told for start, told in TESTS.items() if id.statistic.startswith(start)), "")


def _span(row: pd.Series, start: str) -> str:
    """Print one of the four ranges of a row as an open row prints its own."""
    low, high = row[f"{start}_low"], row[f"{start}_high"]
    if pd.isna(low) and pd.isna(high):
        return NONE[start]
    if start == "proved" and isinf(low) and isinf(high):
        return NO_BOUND
    return prose.bare(_with(row, low, high))


def _with(row: pd.Series, low: float, high: float) -> pd.Series:
    changed = row.copy()
    changed["range_low"], changed["range_high"] = low, high
    return changed


def _percentage(share: float) -> str:
    return "" if pd.isna(share) else prose.percentage(share)


def counts(ranges: pd.DataFrame) -> dict[str, int]:
    """Count the results by standing, without those that no cohort has, as their group is empty.

    Parameters
    ----------
    ranges : DataFrame

    Returns
    -------
    dict of str to int
    """
    return ranges.loc[~_absent(ranges), "standing"].value_counts().to_dict()


def absent(ranges: pd.DataFrame) -> int:
    """Count the results that no cohort has, as their group is empty.

    Parameters
    ----------
    ranges : DataFrame

    Returns
    -------
    int
    """
    return int(_absent(ranges).sum())


def _absent(ranges: pd.DataFrame) -> pd.Series:
    return ranges["standing"].isin([FOLLOWS, ASSUMED]) & ranges["range_low"].isna()


def alt(rows: pd.DataFrame) -> str:
    """Describe a figure of bands and brackets.

    Parameters
    ----------
    rows : DataFrame
        As `family` returns it.

    Returns
    -------
    str
    """
    named = "; ".join(
        f"{row['label']}: {_span(row, 'range')}, reached within limits {_span(row, 'plausible')}"
        for _, row in rows.iterrows()
    )
    return (
        "Bands of 95% of the cohorts inside brackets of what a search reached, within limits and by "
        f"arithmetic alone, and of what is proved. {named}."
    )


def limits_sentence(limits: Limits = PLAUSIBLE) -> str:
    """State the limits within which a search counts as plausible.

    Parameters
    ----------
    limits : Limits

    Returns
    -------
    str
    """
    least, most = limits.blasts
    months = limits.survivors / DAYS_PER_MONTH
    parts = [
        f"in each arm at least {prose.percentage(limits.at_risk)} of the patients are followed free of "
        f"events beyond {AT} months",
        f"the arms' median follow-up differs at most {limits.medians:g}-fold",
        f"their median age differs by at most {limits.years:.0f} years",
        "whoever does not respond, or relapses, dies within "
        f"{months:.0f} months of the first blinatumomab, or of the relapse",
        "only responders who have not relapsed are transplanted",
        f"relapsed or refractory marrows hold {least} to {most}% blasts, those in remission "
        f"{REMISSION[0]:g} to {REMISSION[-1]:g}%",
        "in the immune panel two populations of one parent fit into 100%, a patient's share changes at most "
        f"{limits.fold:g}-fold, and the arms' medians at baseline differ at most {limits.centre:g}-fold",
    ]
    return "; ".join(parts)


def cap_sentence() -> str:
    """Say how long anybody can be followed, and that this is our limit.

    Returns
    -------
    str
    """
    return (
        f"Nobody is followed for longer than {LAST_DAY / DAYS_PER_MONTH:.0f} months. That is a limit of this "
        "book, from the opening of enrolment to the summer in which the figures were handed in: the abstract "
        "prints neither the longest follow-up nor the day on which the data were cut"
    )


def arguments(claims: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """Print how the bounds of a family are proved.

    Parameters
    ----------
    claims : DataFrame
        As `evidence.claims.load.load` returns it.
    rows : DataFrame
        As `family` returns it.

    Returns
    -------
    DataFrame of str
        Results, one after the other where they share an argument, and Argument.
    """
    known = proved.proofs(claims).set_index("id").loc[rows["id"], "argument"]
    labels = rows["label"].groupby(known.to_numpy(), sort=False).agg("; ".join)
    return pd.DataFrame({"Results": labels.to_numpy(), "Argument": labels.index})


def sentence(ranges: pd.DataFrame, id: ResultId, study: Study) -> str:
    """Say what is known of one open comparison.

    Parameters
    ----------
    ranges : DataFrame
        The whole table of standing and ranges.
    id : ResultId
    study : Study

    Returns
    -------
    str
    """
    row = ranges.assign(method=test_of(id)).set_index("id", drop=False).loc[str(id)]
    return comparisons.open_comparison(row, study)


def counts_sentence(ranges: pd.DataFrame, members: int) -> str:
    """Say how many results are printed, follow and are open.

    Parameters
    ----------
    ranges : DataFrame
    members : int

    Returns
    -------
    str
    """
    number = counts(ranges)
    return (
        f"Of {sum(number.values()):,} results {number[PRINTED]} are printed, {number[FOLLOWS]} follow, "
        f"{number[ASSUMED]} are set by this book and {number[OPEN]} are open over {members:,} cohorts that "
        "agree with the abstract"
    )
