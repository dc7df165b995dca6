"""Quartiles: whether samples of whole numbers print the figures beside a median, and what they would need."""

from collections.abc import Mapping

import pandas as pd

from evidence.claims.printed import Figure, Figures
from evidence.forensics import quartiles
from evidence.forensics.finding import CAN_HOLD, CANNOT_HOLD, NOT_AS_WORDED, NOT_REACHED, Finding
from evidence.forensics.quartiles import Summary
from helpers.ground.endpoints import ARMS, HIGH_BURDEN_BLASTS

SEARCH = "quartiles"
SHARES = {0.25: "quartile_1", 0.5: "median", 0.75: "quartile_3"}
NAMES = {"quartile_1": "first quartile", "median": "median", "quartile_3": "third quartile"}
RULES_IN_PRINT = "quantile types 7, 6 and 2"
OLDEST = 120  # years; the range of a percentage is 0 to 100
AGE = {0.25: "minimum", 0.5: "median", 0.75: "maximum"}


def blasts(figures: Figures, arm: str, rule: int, above: int | None = None) -> Summary | None:
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
    printed = _blasts_figures(figures, arm)
    patients = figures.get(f"cohort.patients.count.{arm}.relapsed_refractory")
    if patients is None or not printed or patients.count < 1:
        return None
    cut = None if above is None else (HIGH_BURDEN_BLASTS, above)
    return Summary(patients.count, tuple(printed.items()), rule, above=cut)


def _blasts_figures(figures: Figures, arm: str) -> dict[float, Figure]:
    ids = {share: f"cohort.blasts.{name}.{arm}.relapsed_refractory" for share, name in SHARES.items()}
    found = {share: figures.get(id) for share, id in ids.items()}
    return {share: figure for share, figure in found.items() if figure is not None}


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
    rows = []
    for arm in ARMS:
        for rule in quartiles.RULES:
            known = (above or {}).get(arm)
            summary = blasts(figures, arm, rule, known)
            if summary is not None:
                low, high = quartiles.mean_bounds(summary) or (None, None)
                rows.append([arm, rule, summary.n, known, quartiles.count(summary), low, high])
    columns = ["arm", "rule", "n", "above", "samples", "mean_low", "mean_high"]
    return pd.DataFrame(rows, columns=columns).astype({"above": float, "mean_low": float, "mean_high": float})


def age(figures: Figures, rule: int = 7) -> Summary | None:
    """Read the two figures beside the median age as quartiles; None where one of the four is missing."""
    patients = figures.get("cohort.patients.count.all")
    found = {share: figures.get(f"cohort.age.{name}.all") for share, name in AGE.items()}
    if patients is None or None in found.values() or patients.count < 1:
        return None
    return Summary(patients.count, tuple(found.items()), rule, high=OLDEST)


def age_needs(summary: Summary) -> pd.DataFrame:
    """Say how many patients literal quartiles of age put at or beyond each of them.

    Parameters
    ----------
    summary : Summary
        From `age`.

    Returns
    -------
    DataFrame
        ``side`` (``younger``: at the first quartile as printed or below it; ``older``: at the third or
        above), ``age``, ``fewest``, ``most``, ``n``; empty where no sample prints the summary.
    """
    figures = dict(summary.quantiles)
    rows = []
    for side, age_, score in (
        ("younger", figures[0.25].value, lambda ages: ages <= figures[0.25].value),
        ("older", figures[0.75].value, lambda ages: ages >= figures[0.75].value),
    ):
        found = quartiles.bounds(summary, score)
        if found:
            rows.append([side, age_, *map(int, found), summary.n])
    return pd.DataFrame(rows, columns=["side", "age", "fewest", "most", "n"])


def findings(figures: Figures, above: Mapping[str, int] | None = None) -> list[Finding]:
    """Judge the printed quartiles of blasts and age, and the printed medians of percentages.

    Parameters
    ----------
    figures : Figures
    above : mapping of str to int, optional
        By arm, relapsed/refractory patients above the cut-off of a high burden.
    """
    found = [_blasts_finding(figures, arm, (above or {}).get(arm)) for arm in ARMS]
    return [*filter(None, found), *_age_findings(figures), *_median_findings(figures)]


def _blasts_finding(figures: Figures, arm: str, above: int | None) -> Finding | None:
    summaries = {rule: blasts(figures, arm, rule, above) for rule in quartiles.RULES}
    if None in summaries.values():
        return None
    printed = _blasts_figures(figures, arm)
    patients = figures.get(f"cohort.patients.count.{arm}.relapsed_refractory")
    claims = (*(figure.claim for figure in printed.values()), patients.claim)
    counts = {rule: quartiles.count(summary) for rule, summary in summaries.items()}
    holding = [rule for rule, samples in counts.items() if samples]
    cut = "" if above is None else f" with {above} above {HIGH_BURDEN_BLASTS}"
    if not holding:
        return Finding(
            SEARCH, claims, *_without_whole_numbers(summaries, f"{patients} patients{cut}", printed)
        )
    numbers = " / ".join(in_powers(counts[rule]) for rule in holding)
    types = " / ".join(map(str, holding))
    sample = f"{patients} whole percentages{cut}"
    reason = f"{numbers} samples of {sample} print these quartiles (quantile type {types})."
    depends = "" if len(holding) == len(counts) else f"quantile type {types}"
    return Finding(SEARCH, claims, CAN_HOLD, reason, depends)


def _without_whole_numbers(
    summaries: dict[int, Summary], sample: str, printed: dict[float, Figure]
) -> tuple[str, str, str]:
    """Return outcome, reason and convention where no whole percentages print the figures of an arm."""
    names = {share: f"{NAMES[SHARES[share]]} {figure}" for share, figure in printed.items()}
    values = [printed[share].value for share in sorted(printed)]
    # Quantiles never decrease, and one rule of rounding prints equal ones alike.
    if values == sorted(values):
        summaries = {rule: quartiles.in_tenths(summary) for rule, summary in summaries.items()}
        holding = [str(rule) for rule, summary in summaries.items() if quartiles.count(summary)]
        if holding:
            types = " / ".join(holding)
            some = f"some with a decimal do (type {types})"
            reason = f"No whole percentages of {sample} print these quartiles; {some}."
            return CAN_HOLD, reason, "percentages with a decimal"
        if any(figure.decimals > 1 for figure in printed.values()):
            reason = (
                f"No percentages of {sample} with one decimal print these figures; finer ones were not tried."
            )
            return NOT_REACHED, reason, RULES_IN_PRINT
    conflict = _conflict(summaries, names)
    reason = (
        f"No percentages of {sample}, whole or with a decimal, print these quartiles ({RULES_IN_PRINT}): "
        f"{conflict}."
    )
    return CANNOT_HOLD, reason, RULES_IN_PRINT


def _conflict(summaries: dict[int, Summary], names: dict[float, str]) -> str:
    """Name the smallest sets of figures that exclude each other under every rule, else under the first."""
    cut = f"the number above {HIGH_BURDEN_BLASTS}"
    each = [set(quartiles.conflicts(summary, names, cut)) for summary in summaries.values()]
    shared = sorted(set.intersection(*each) or each[0])
    return "; ".join(
        f"{' and '.join(parts)} exclude each other" if len(parts) > 1 else f"{parts[0]} is out of range"
        for parts in shared
    )


def _age_findings(figures: Figures) -> list[Finding]:
    found = {name: figures.get(f"cohort.age.{name}.all") for name in AGE.values()}
    known = {name: figure for name, figure in found.items() if figure is not None}
    claims = tuple(figure.claim for figure in known.values())
    values = [figure.value for figure in known.values()]
    if len(known) < 2:
        return []
    if values != sorted(values):
        reason = f"Read as minimum, median, maximum, {', '.join(map(str, known.values()))} are out of order."
        return [Finding(SEARCH, claims, CANNOT_HOLD, reason)]
    summary = age(figures)
    if summary is None:
        return []
    needs = age_needs(summary)
    if needs.empty:
        reason = f"No {summary.n} ages print {values[0]:g} and {values[-1]:g} as quartiles (quantile type 7)."
        return [Finding(SEARCH, claims, NOT_AS_WORDED, reason, "quantile type 7")]
    return [Finding(SEARCH, claims, CAN_HOLD, age_in_words(needs), "quantile type 7")]


def age_in_words(needs: pd.DataFrame) -> str:
    """Say what the printed figures of age would need as quartiles."""
    younger, older = (needs[needs["side"].eq(side)].iloc[0] for side in ("younger", "older"))
    return (
        f"As quartiles the figures would need at least {younger['fewest']} of {younger['n']} patients aged "
        f"{younger['age']:g} or younger and at least {older['fewest']} aged {older['age']:g} or older; "
        f"as a range, one of each."
    )


def _median_findings(figures: Figures) -> list[Finding]:
    return [
        Finding(SEARCH, (figure.claim,), CANNOT_HOLD, f"A share of {figure} % is outside 0 to 100 %.")
        for id, figure in figures.matching("immune.").items()
        if id.split(".")[2] in ("median_baseline", "median_day28") and not 0 <= figure.value <= 100
    ]


def in_powers(number: int) -> str:
    """Print a large count with its power of ten: 1.5 x 10^11; a small one in full."""
    if number < 10_000:
        return str(number)
    mantissa, power = f"{number:.1e}".split("e+")
    raised = "".join("⁰¹²³⁴⁵⁶⁷⁸⁹"[int(digit)] for digit in str(int(power)))
    return f"{mantissa} × 10{raised}"
