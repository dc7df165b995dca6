"""Chapter 6: the words, tables and frames for the searches on printed quartiles."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from evidence.claims.printed import Figures, needed
from evidence.forensics import quartiles
from evidence.forensics.quartiles import Summary
from evidence.this_abstract import quartile_findings
from evidence.this_abstract.abstract import ARMS, CUT, STUDY
from evidence.this_abstract.quartile_findings import in_powers
from helpers.printing.prose import fixed

SEED = 20
DRAWS = 100_000
RULE = quartiles.RULES[0]  # the project's own


def draws(figures: Figures, above: Mapping[str, int]) -> dict[str, np.ndarray]:
    """Draw `DRAWS` blast samples of each arm, each multiset that prints the quartiles alike.

    Parameters
    ----------
    figures : Figures
    above : mapping of str to int
        By arm, patients above the cut-off of a high burden.

    Returns
    -------
    dict of str to array of int, (draws, patients)
        Without an arm whose figures are not printed, or cannot be printed together.
    """
    rng = np.random.default_rng(SEED)
    summaries = {arm: quartile_findings.of_blasts(figures, arm, RULE, above.get(arm)) for arm in ARMS}
    return {
        arm: quartiles.draw(summary, DRAWS, rng)
        for arm, summary in summaries.items()
        if summary is not None and quartiles.can_print(summary)
    }


def order_statistics(
    figures: Figures, above: Mapping[str, int], drawn: dict[str, np.ndarray]
) -> pd.DataFrame:
    """Give the exact range of each order statistic, and where the draws have it.

    Returns
    -------
    DataFrame
        ``arm``, ``place`` (from 1), ``low``, ``high``, ``p05``, ``p50``, ``p95``, in percent of marrow cells.
    """
    frames = []
    for arm, samples in drawn.items():
        ends = quartiles.ranges(_blasts(figures, arm, above.get(arm)))
        columns = [range(1, len(ends) + 1), *ends.T, *np.quantile(samples, [0.05, 0.5, 0.95], axis=0)]
        names = ["place", "low", "high", "p05", "p50", "p95"]
        frames.append(pd.DataFrame({"arm": arm} | dict(zip(names, columns, strict=True))))
    return pd.concat(frames, ignore_index=True)


def printed(figures: Figures, arm: str) -> pd.DataFrame:
    """Give the place and value of each quantile printed for an arm's blasts."""
    summary = _blasts(figures, arm)
    positions = [quartiles.position(summary.n, share, RULE) for share, _ in summary.quantiles]
    values = [figure.value for _, figure in summary.quantiles]
    return pd.DataFrame({"place": [1 + whole + part for whole, part in positions], "value": values})


def panels(
    figures: Figures, above: Mapping[str, int], drawn: dict[str, np.ndarray]
) -> dict[str, tuple[pd.DataFrame, pd.DataFrame, str]]:
    """Lay out for `evidence.plots.quartiles.samples_figure` the samples, print and title of each arm."""
    orders = order_statistics(figures, above, drawn)
    return {arm: (orders[orders["arm"].eq(arm)], printed(figures, arm), title(figures, arm)) for arm in drawn}


def title(figures: Figures, arm: str) -> str:
    """Name an arm with its patients, short enough to stand beside the other."""
    short = STUDY.arm(arm).short
    return f"{short[0].upper()}{short[1:]}, n = {_blasts(figures, arm).n}"


def _blasts(figures: Figures, arm: str, above: int | None = None) -> Summary:
    return needed(quartile_findings.of_blasts(figures, arm, RULE, above), "the quartiles of the blasts")


def samples_words(spaces: pd.DataFrame) -> str:
    """Count the samples that print each arm's quartiles, over the quantile rules."""
    parts = []
    for arm, rows in spaces.groupby("arm", sort=False):
        least, most = (in_powers(end) for end in (min(rows["samples"]), max(rows["samples"])))
        above = rows["above"].iloc[0]
        cut = "" if pd.isna(above) else f" with {above:.0f} above {CUT}%"
        parts.append(f"{least} to {most} samples of {rows['n'].iloc[0]} whole percentages{cut} ({arm})")
    return " and of ".join(parts)


def mean_sentence(spaces: pd.DataFrame, drawn: dict[str, np.ndarray]) -> str:
    """Set the exact bounds of each arm's mean beside the middle of uniform draws."""
    parts = []
    for arm, samples in drawn.items():
        row = spaces[spaces["arm"].eq(arm) & spaces["rule"].eq(RULE)].iloc[0]
        low, high = (fixed(end, 1) for end in np.quantile(samples.mean(axis=1), [0.025, 0.975]))
        ends = f"between {fixed(row['mean_low'], 1)}% and {fixed(row['mean_high'], 1)}%"
        parts.append(f"{ends} ({arm}; 95% of the draws: {low}% to {high}%)")
    return (
        f"The mean of the blasts is not printed; it lies {' and '.join(parts)}, for whole percentages "
        f"under quantile type {RULE}. "
        f"The draws, {DRAWS:,} an arm, are uniform: they take every sorted sample alike, and another measure "
        "would weigh them otherwise. The bounds are proved, the middle rests on that choice."
    )


def age_sentence(figures: Figures) -> str:
    """Say what the figures beside the median age would need as quartiles; empty where one is not printed."""
    summary = quartile_findings.of_age(figures)
    if summary is None:
        return ""
    needs = quartile_findings.age_needs(summary)
    if needs.empty:
        return "No ages print these figures as quartiles."
    return f"{quartile_findings.age_in_words(needs)} Nothing rules the quartiles out by arithmetic."


def alt(figures: Figures, spaces: pd.DataFrame, drawn: dict[str, np.ndarray]) -> str:
    """Describe the figure of the order statistics."""
    panels = " and ".join(title(figures, arm).replace("\n", " ") for arm in drawn)
    return (
        f"Blasts of the relapsed/refractory patients in ascending order, a panel for each arm ({panels}): "
        "for each patient the exact range and nine tenths of the uniform draws, wide between the printed "
        "quartiles "
        f"and narrow at them. {mean_sentence(spaces, drawn)}"
    )
