"""Quartiles: whether samples of whole numbers print the figures beside a median, and what they would need."""

from collections.abc import Mapping
from itertools import product

import pandas as pd

from evidence.claims.printed import Figures
from evidence.forensics import quartiles
from evidence.forensics.finding import CAN_HOLD, CANNOT_HOLD, NOT_AS_WORDED, NOT_REACHED, Findings, judge
from evidence.forensics.quartiles import RULES, Summary
from evidence.this_abstract.abstract import AGES, ARMS, CUT, REFRACTORY, age, blasts, patients
from helpers.estimators.quantiles import QUARTILES

SEARCH = "quartiles"
NAMES = {0.25: "first quartile", 0.5: "median", 0.75: "third quartile"}
USUAL = RULES[0]
TYPE = f"quantile type {USUAL}"
RULES_IN_PRINT = f"quantile types {', '.join(map(str, RULES[:-1]))} and {RULES[-1]}"
OLDEST = 120  # years; the range of a percentage is 0 to 100


def of_blasts(figures: Figures, arm: str, rule: int, above: int | None = None) -> Summary | None:
    """Gather what is printed of an arm's baseline blasts: relapsed/refractory patients, whole percentages.

    Parameters
    ----------
    figures : Figures
    arm : str
        One of `ARMS`.
    rule : int
        One of `quartiles.RULES`.
    above : int, optional
        Patients above the cut-off of a high burden, where they are known.

    Returns
    -------
    Summary, optional
        None where the number of patients or all quartiles are missing.
    """
    found = {share: figures.get(blasts(name, arm)) for name, share in QUARTILES.items()}
    printed = tuple((share, figure) for share, figure in found.items() if figure is not None)
    size = figures.get(patients(arm, REFRACTORY))
    if size is None or not printed or size.count < 1:
        return None
    return Summary(size.count, printed, rule, above=None if above is None else (CUT, above))


def spaces(figures: Figures, above: Mapping[str, int] | None = None) -> pd.DataFrame:
    """Count the blast samples of each arm under each rule, and bound their mean.

    Parameters
    ----------
    figures : Figures
    above : mapping of str to int, optional
        By arm, patients above the cut-off of a high burden.

    Returns
    -------
    DataFrame
        ``arm``, ``rule``, ``n``, ``above`` (NaN where not given), ``samples`` (Python's whole numbers),
        ``mean_low`` and ``mean_high`` (percent, exact; NaN where there is no sample).
    """
    known = above or {}
    rows = [
        [arm, rule, summary.n, known.get(arm), quartiles.count(summary)]
        + [*(quartiles.mean_bounds(summary) or (None, None))]
        for arm, rule in product(ARMS, RULES)
        if (summary := of_blasts(figures, arm, rule, known.get(arm))) is not None
    ]
    columns = ["arm", "rule", "n", "above", "samples", "mean_low", "mean_high"]
    return pd.DataFrame(rows, columns=columns).astype({"above": float, "mean_low": float, "mean_high": float})


def of_age(figures: Figures, rule: int = USUAL) -> Summary | None:
    """Read the two figures beside the median age as quartiles.

    Parameters
    ----------
    figures : Figures
    rule : int
        One of `quartiles.RULES`.

    Returns
    -------
    Summary, optional
        None where one of the four figures is missing.
    """
    found, size = figures.every(map(age, AGES)), figures.get(patients())
    if size is None or found is None or size.count < 1:
        return None
    return Summary(size.count, tuple(zip(QUARTILES.values(), found, strict=True)), rule, high=OLDEST)


def age_needs(summary: Summary) -> pd.DataFrame:
    """Say how many patients literal quartiles of age put at or beyond each of them.

    Parameters
    ----------
    summary : Summary
        From `of_age`.

    Returns
    -------
    DataFrame
        ``side`` (``younger``: at the first quartile as printed or below it; ``older``: at the third or
        above), ``age``, ``fewest``, ``most``, ``n``; empty where no sample prints the summary.
    """
    (_, first), _, (_, third) = summary.quantiles
    younger = quartiles.bounds(summary, lambda ages: ages <= first.value)
    older = quartiles.bounds(summary, lambda ages: ages >= third.value)
    rows = [
        [side, figure.value, *map(int, ends), summary.n]
        for side, figure, ends in (("younger", first, younger), ("older", third, older))
        if ends
    ]
    return pd.DataFrame(rows, columns=["side", "age", "fewest", "most", "n"])


def findings(figures: Figures, above: Mapping[str, int] | None = None) -> Findings:
    """Judge the printed quartiles of blasts and age.

    Parameters
    ----------
    figures : Figures
    above : mapping of str to int, optional
        By arm, relapsed/refractory patients above the cut-off of a high burden.

    Yields
    ------
    Finding
    """
    for arm in ARMS:
        yield from _blasts_findings(figures, arm, (above or {}).get(arm))
    yield from _age_findings(figures)


def _blasts_findings(figures: Figures, arm: str, above: int | None) -> Findings:
    each = {rule: of_blasts(figures, arm, rule, above) for rule in RULES}
    summaries = {rule: summary for rule, summary in each.items() if summary is not None}
    size = figures.get(patients(arm, REFRACTORY))
    if not summaries or size is None:
        return
    judged = [*(figure for _, figure in summaries[USUAL].quantiles), size]
    counts = {rule: quartiles.count(summary) for rule, summary in summaries.items()}
    holding = [rule for rule, samples in counts.items() if samples]
    cut = "" if above is None else f" with {above} above {CUT}"
    if not holding:
        yield judge(SEARCH, judged, *_without_whole_numbers(summaries, f"{size} patients{cut}"))
        return
    numbers = " / ".join(in_powers(counts[rule]) for rule in holding)
    types = f"quantile type {' / '.join(map(str, holding))}"
    reason = f"{numbers} samples of {size} whole percentages{cut} print these quartiles ({types})."
    yield judge(SEARCH, judged, CAN_HOLD, reason, "" if len(holding) == len(counts) else types)


def _without_whole_numbers(summaries: dict[int, Summary], sample: str) -> tuple[str, str, str]:
    """Return outcome, reason and convention where no whole percentages print the figures of an arm."""
    printed = [figure for _, figure in summaries[USUAL].quantiles]
    names = {share: f"{NAMES[share]} {figure}" for share, figure in summaries[USUAL].quantiles}
    values = [figure.value for figure in printed]
    # Quantiles never decrease, and one rule of rounding prints equal ones alike.
    if values == sorted(values):
        summaries = {rule: quartiles.in_tenths(summary) for rule, summary in summaries.items()}
        holding = [str(rule) for rule, summary in summaries.items() if quartiles.can_print(summary)]
        if holding:
            types = " / ".join(holding)
            some = f"some with a decimal do (type {types})"
            reason = f"No whole percentages of {sample} print these quartiles; {some}."
            return CAN_HOLD, reason, "percentages with a decimal"
        if any(figure.decimals > 1 for figure in printed):
            reason = f"No percentages of {sample} with one decimal print these figures"
            return NOT_REACHED, f"{reason}; finer ones were not tried.", RULES_IN_PRINT
    reason = f"No percentages of {sample}, whole or with a decimal, print these quartiles ({RULES_IN_PRINT})"
    return CANNOT_HOLD, f"{reason}: {_conflict(summaries, names)}.", RULES_IN_PRINT


def _conflict(summaries: dict[int, Summary], names: dict[float, str]) -> str:
    """Name the smallest sets of figures that exclude each other under every rule, else under the first."""
    cut = f"the number above {CUT}"
    each = [set(quartiles.conflicts(summary, names, cut)) for summary in summaries.values()]
    shared = sorted(set.intersection(*each) or each[0])
    return "; ".join(
        f"{' and '.join(parts)} exclude each other" if len(parts) > 1 else f"{parts[0]} is out of range"
        for parts in shared
    )


def _age_findings(figures: Figures) -> Findings:
    judged = [figure for statistic in AGES if (figure := figures.get(age(statistic)))]
    values = [figure.value for figure in judged]
    if values != sorted(values):
        reason = f"Read as minimum, median, maximum, {', '.join(map(str, judged))} are out of order."
        yield judge(SEARCH, judged, CANNOT_HOLD, reason)
    elif summary := of_age(figures):
        needs = age_needs(summary)
        if needs.empty:
            reason = f"No {summary.n} ages print {values[0]:g} and {values[-1]:g} as quartiles ({TYPE})."
            yield judge(SEARCH, judged, NOT_AS_WORDED, reason, TYPE)
        else:
            yield judge(SEARCH, judged, CAN_HOLD, age_in_words(needs), TYPE)


def age_in_words(needs: pd.DataFrame) -> str:
    """Say what the printed figures of age would need as quartiles.

    Parameters
    ----------
    needs : DataFrame
        From `age_needs`, not empty.

    Returns
    -------
    str
    """
    younger, older = (needs[needs["side"].eq(side)].iloc[0] for side in ("younger", "older"))
    return (
        f"As quartiles the figures would need at least {younger['fewest']} of {younger['n']} patients aged "
        f"{younger['age']:g} or younger and at least {older['fewest']} aged {older['age']:g} or older; "
        f"as a range, one of each."
    )


def in_powers(number: int) -> str:
    """Print a large count with its power of ten: 1.5 x 10^11; a small one in full.

    Parameters
    ----------
    number : int

    Returns
    -------
    str
    """
    if number < 10_000:
        return str(number)
    mantissa, power = f"{number:.1e}".split("e+")
    raised = "".join("⁰¹²³⁴⁵⁶⁷⁸⁹"[int(digit)] for digit in str(int(power)))
    return f"{mantissa} × 10{raised}"
