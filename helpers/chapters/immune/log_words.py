"""Chapter 5, the reading of what is computed on logarithms and of the adjusted tests: rows in, words out."""

import pandas as pd

from helpers.chapters.immune.composition import REPLACEMENT
from helpers.chapters.immune.panel import POPULATIONS
from helpers.ground.endpoints import ARMS, LABELS
from helpers.ground.results import NOT_ESTIMABLE, get, is_estimable
from helpers.printing import prose


def split_sentence(results: pd.DataFrame, arm: str) -> str:
    """Say how the ratio of CD45RA+ to CD45RO+ cells changed in one arm."""
    used, before, after, change = (
        get(results, f"immune.cd45_split.{name}.{arm}")
        for name in ("pairs_used", "ratio_baseline", "ratio_day28", "fold_change")
    )
    if not is_estimable(change):
        return f"{LABELS[arm]}: {prose.reason(change)}."
    medians = f"median ratio {prose.number(before)} at baseline, {prose.number(after)} on day 28"
    patients = f"{used['estimate']:.0f} of {used['n']:.0f} patients"
    tests = _tests(results, "immune.cd45_split.log_change_signed_rank", arm, "signed-rank")
    return f"{LABELS[arm]} ({patients}): {medians}; change by a factor of {_factor(change)}; {tests}."


def split_between_sentence(results: pd.DataFrame) -> str:
    """Say how the two arms' changes of the ratio of CD45RA+ to CD45RO+ cells compare."""
    change = get(results, "immune.cd45_split.fold_change.arm")
    if not is_estimable(change):
        return f"The arms cannot be compared ({change['method'].removeprefix(NOT_ESTIMABLE)})."
    arms = [LABELS[arm].lower() for arm in ARMS]
    tests = _tests(results, "immune.cd45_split.log_change_mann_whitney", "arm", "Mann-Whitney")
    limits = prose.interval(change) or "too few patients for a 95% interval"
    return (
        f"The factor with {arms[0]} is {prose.number(change)} times that with {arms[1]} "
        f"({limits}), {prose.clarity(change)}; {tests}."
    )


def split_zero_sentence(results: pd.DataFrame) -> str:
    """Say how many patients a share of 0 leaves without a log ratio, and what replacing it would give."""
    used = [get(results, f"immune.cd45_split.pairs_used.{arm}") for arm in ARMS]
    if not all(is_estimable(count) for count in used):
        return f"Shares of 0: {prose.reason(next(count for count in used if not is_estimable(count)))}."
    everyone = sum(count["n"] for count in used)
    without = everyone - sum(count["estimate"] for count in used)
    if not without:
        return f"No share is 0 in these {everyone:.0f} patients, so none is left out."
    replaced = get(results, "immune.cd45_split.fold_change_zeros_replaced.arm")
    size = prose.reason(replaced) if not is_estimable(replaced) else _factor(replaced)
    return (
        f"A share of 0 leaves {without:.0f} of {everyone:.0f} patients out; with 0 replaced by "
        f"{REPLACEMENT}% the factors' ratio between the arms is {size}."
    )


def split_alt(results: pd.DataFrame) -> str:
    """Describe the figure of the CD45RA+ to CD45RO+ ratios."""
    sentences = [split_sentence(results, arm) for arm in ARMS]
    first = "Ratio of CD45RA+ to CD45RO+ cells at both visits on a log axis, each patient a line."
    return " ".join([first, *sentences])


def folds_table(results: pd.DataFrame) -> pd.DataFrame:
    """Print the fold change of every population by arm, and the ratio of the two."""
    columns = {LABELS[arm]: f"fold_change.{arm}" for arm in ARMS}
    columns["Ratio of ratios"] = "ratio_of_ratios.arm"
    printed = {
        title: [_cell(get(results, f"immune.{population}.{name}")) for population in POPULATIONS]
        for title, name in columns.items()
    }
    return pd.DataFrame({"Population": [LABELS[population] for population in POPULATIONS], **printed})


def folds_sentence(results: pd.DataFrame) -> str:
    """Name the ratios of ratios whose intervals leave out 1, and say how many values have no logarithm."""
    found = {LABELS[name]: get(results, f"immune.{name}.ratio_of_ratios.arm") for name in POPULATIONS}
    known = {name: ratio for name, ratio in found.items() if prose.interval(ratio)}
    if not known:
        why = [prose.reason(ratio) for ratio in found.values() if not is_estimable(ratio)]
        return f"No ratio of ratios can be judged: {why[0] if why else 'too few patients for an interval'}."
    clear = [name for name, ratio in known.items() if prose.clarity(ratio) == "a clear difference"]
    counts = [get(results, f"immune.{name}.without_logarithm.{arm}") for name in POPULATIONS for arm in ARMS]
    zeros, pairs = (sum(count[column] for count in counts) for column in ("estimate", "n"))
    return (
        f"Ratios of ratios whose unadjusted 95% interval leaves out 1, of {len(known)} with an interval: "
        f"{', '.join(clear) or 'none'}. {zeros:.0f} of {pairs:.0f} pairs of values hold a 0, which has no "
        f"logarithm, and are left out."
    )


def holm_sentence(results: pd.DataFrame, statistic: str) -> str:
    """Say how many tests of a family stay below 0.05 after each adjustment, asymptotic and exact.

    Parameters
    ----------
    results : DataFrame
        The chapter's results table.
    statistic : str
        A key of `helpers.chapters.immune.multiplicity.FAMILIES`.
    """
    group = "arm" if statistic == "ratio_mann_whitney" else "all"
    family = f"immune.{statistic}_family.below_0_05"
    names = ("", "_exact", "_holm", "_exact_holm", "_bh", "_exact_bh")
    counts = [get(results, f"{family}{name}.{group}") for name in names]
    if not all(is_estimable(count) for count in counts):
        return f"The family cannot be adjusted: {prose.reason(counts[0])}."
    raw, exact, holm, exact_holm, bh, exact_bh = (f"{count['estimate']:.0f}" for count in counts)
    return (
        f"Of {counts[0]['n']:.0f} tests, P is below 0.05 in {raw} (exact: {exact}) unadjusted, in {bh} "
        f"(exact: {exact_bh}) after Benjamini-Hochberg and in {holm} (exact: {exact_holm}) after Holm."
    )


def _tests(results: pd.DataFrame, id: str, group: str, name: str) -> str:
    asymptotic, exact = (get(results, f"{id}{version}.{group}") for version in ("", "_exact"))
    if not is_estimable(asymptotic):
        return f"{name} test {prose.reason(asymptotic)}"
    second = prose.p_value(exact["p_value"]) if is_estimable(exact) else prose.reason(exact)
    return f"{name} {prose.p_value(asymptotic['p_value'])} asymptotic, {second} exact"


def _factor(ratio: pd.Series) -> str:
    limits = prose.interval(ratio)
    if not limits:
        return f"{prose.number(ratio)} (too few patients for a 95% interval)"
    return f"{prose.number(ratio)} ({limits}), {prose.clarity(ratio)}"


def _cell(ratio: pd.Series) -> str:
    if not is_estimable(ratio):
        return "not estimable"
    limits = prose.interval(ratio).removeprefix("95% CI ")
    patients = f"n\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}{ratio['n']:.0f}"
    return f"{prose.number(ratio)} ({limits or 'no interval'}; {patients})"
