"""Chapter 5, its reading: result rows in; sentences, alternative texts and printed tables out."""

from collections.abc import Callable, Sequence

import pandas as pd

from helpers.chapters.immune.panel import POPULATIONS, population_label
from helpers.chapters.immune.rows import NO_PANEL
from helpers.ground.endpoints import ARMS, LABELS, PARENTS, STATUSES
from helpers.ground.results import NOT_ESTIMABLE, SIGNIFICANT, get, is_estimable
from helpers.printing import prose


def panel_sentence(results: pd.DataFrame) -> str:
    """Say who is in the panel, or that the cohort has none."""
    everyone, *arms = (get(results, f"immune.patients.count.{group}") for group in ("all", *ARMS))
    if not is_estimable(everyone):
        return f"Nothing in this chapter is estimable: {NO_PANEL} (no immune.csv)."
    parts = [
        f"{_of(count)} treated with {LABELS[arm].lower()}" for count, arm in zip(arms, ARMS, strict=True)
    ]
    size = f"{everyone['estimate']:.0f} of the cohort's {everyone['n']:.0f} patients"
    return f"The panel holds {size}: {' and '.join(parts)}."


def panel_centres(results: pd.DataFrame) -> str:
    """Say from how many of the cohort's centres the panel comes; empty text where there is no panel."""
    centres = get(results, "immune.centres.count.all")
    if not is_estimable(centres):
        return ""
    return f"Its patients come from {_of(centres)} centres of the cohort."


def paired_sentence(results: pd.DataFrame, population: str, arm: str) -> str:
    """Say how one population changed in one arm: pairs, medians, shift with interval, both tests."""
    found = {
        name: get(results, f"immune.{population}.{name}.{arm}")
        for name in (
            "pairs",
            "median_baseline",
            "median_day28",
            "hodges_lehmann",
            "signed_rank",
            "signed_rank_exact",
        )
    }
    subject = f"{population_label(population)}, {LABELS[arm].lower()}"
    if not is_estimable(found["hodges_lehmann"]):
        return f"{subject}: {prose.reason(found['hodges_lehmann'])}."
    number = int(found["pairs"]["estimate"])
    pairs = f"{number} pair" if number == 1 else f"{number} pairs"
    medians = (
        f"median {prose.number(found['median_baseline'])} at baseline, "
        f"{prose.number(found['median_day28'])} on day 28"
    )
    tests = _both(found["signed_rank"], found["signed_rank_exact"], "signed-rank")
    aside = prose.disagreement(found["hodges_lehmann"], found["signed_rank_exact"])
    return f"{subject} ({pairs}): {medians}; shift {_shift(found['hodges_lehmann'])}; {tests}.{aside}"


def ratio_sentence(results: pd.DataFrame, population: str) -> str:
    """Say how the ratios of one population, day 28 to baseline, compare between the arms."""
    shift = get(results, f"immune.{population}.ratio_hodges_lehmann.arm")
    name = LABELS[population]
    if not is_estimable(shift):
        return f"{name}: the arms cannot be compared ({shift['method'].removeprefix(NOT_ESTIMABLE)})."
    tests = [
        get(results, f"immune.{population}.ratio_mann_whitney{version}.arm") for version in ("", "_exact")
    ]
    combination, monotherapy = (get(results, f"immune.{population}.median_ratio.{arm}") for arm in ARMS)
    medians = f"median ratio {prose.number(combination)} against {prose.number(monotherapy)}"
    counts = f"{combination['n']:.0f} and {monotherapy['n']:.0f} patients"
    aside = prose.disagreement(shift, tests[1])
    return (
        f"{name} ({counts}): {medians}; difference {_shift(shift)}; {_both(*tests, 'Mann-Whitney')}.{aside}"
    )


def exact_sentence(results: pd.DataFrame) -> str:
    """Say in how many paired tests the exact P value falls on the other side of 0.05."""
    differs = get(results, "immune.signed_rank_family.exact_differs.all")
    if not is_estimable(differs):
        return f"The asymptotic and exact tests cannot be compared: {prose.reason(differs)}."
    below, exact = (
        get(results, f"immune.signed_rank_family.{name}.all") for name in ("below_0_05", "below_0_05_exact")
    )
    return (
        f"P is below 0.05 in {_of(below)} asymptotic paired tests and in {_of(exact)} exact ones; "
        f"the two fall on different sides of 0.05 in {_of(differs)}."
    )


def family_sentence(results: pd.DataFrame, statistic: str) -> str:
    """Say what the false-discovery-rate adjustment leaves of one family.

    Parameters
    ----------
    results : DataFrame
        The chapter's results table.
    statistic : {"signed_rank", "ratio_mann_whitney"}
        The test of the family.
    """
    group = {"signed_rank": "all", "ratio_mann_whitney": "arm"}[statistic]
    raw, adjusted, smallest = (
        get(results, f"immune.{statistic}_family.{name}.{group}")
        for name in ("below_0_05", "below_0_05_bh", "smallest_bh")
    )
    name = {"signed_rank": "Paired tests", "ratio_mann_whitney": "Tests between the arms"}[statistic]
    if not is_estimable(raw):
        return f"{name}: {prose.reason(raw)}."
    return (
        f"{name}: P is below 0.05 in {_of(raw)} before and in {adjusted['estimate']:.0f} after "
        f"Benjamini-Hochberg adjustment; the smallest adjusted P value is "
        f"{prose.p_figure(smallest['p_value'])}."
    )


def zero_sentence(results: pd.DataFrame) -> str:
    """Say how many pairs have no ratio because the baseline value is 0."""
    zero = get(results, "immune.pairs.zero_baseline.all")
    if not is_estimable(zero):
        return f"Pairs without a ratio: {prose.reason(zero)}."
    verb = "has" if zero["estimate"] == 1 else "have"
    return f"{_of(zero)} pairs of values {verb} a baseline of 0, and therefore no ratio."


def composition_sentence(results: pd.DataFrame) -> str:
    """Say how far the CD45RA+ and CD45RO+ shares move against each other."""
    opposite = get(results, "immune.cd8_cd45_sum.opposite_changes.all")
    if not is_estimable(opposite) or opposite["n"] == 0:
        why = prose.reason(opposite) if not is_estimable(opposite) else "no patient has both changes"
        return f"The two shares of CD8+ T cells cannot be set against each other: {why}."
    sums = [get(results, f"immune.cd8_cd45_sum.median_{visit}.all") for visit in ("baseline", "day28")]
    return (
        f"The two shares moved in opposite directions in {_of(opposite)} patients; together they make up "
        f"{prose.number(sums[0])} of CD8+ T cells at baseline and {prose.number(sums[1])} on day 28 "
        f"(medians of the patients' sums)."
    )


def clear_changes_sentence(results: pd.DataFrame) -> str:
    """Name the changes and differences whose intervals leave out 0, and say how many have an interval."""
    shifts = results[results["statistic"].isin(["hodges_lehmann", "ratio_hodges_lehmann"])]
    if not any(is_estimable(shift) for _, shift in shifts.iterrows()):
        return f"No change and no difference can be judged: {prose.reason(shifts.iloc[0])}."
    paired = {
        f"{LABELS[population]} with {LABELS[arm].lower()}": f"immune.{population}.hodges_lehmann.{arm}"
        for arm in ARMS
        for population in POPULATIONS
    }
    between = {
        LABELS[population]: f"immune.{population}.ratio_hodges_lehmann.arm" for population in POPULATIONS
    }
    adjusted = {
        "paired tests": get(results, "immune.signed_rank_family.below_0_05_bh.all"),
        "tests between the arms": get(results, "immune.ratio_mann_whitney_family.below_0_05_bh.arm"),
    }
    left = [f"{_of(count)} {tests}" for tests, count in adjusted.items() if is_estimable(count)]
    return (
        f"From baseline to day 28, {_clear_of_those_with_interval(results, paired)} shifts have an "
        "unadjusted 95% interval that leaves out 0; of the differences of ratios between the arms, "
        f"{_clear_of_those_with_interval(results, between)} have one. After Benjamini-Hochberg adjustment "
        f"for the number of tests P is below {SIGNIFICANT} in {' and in '.join(left) or 'none'}."
    )


def paired_alt(results: pd.DataFrame, populations: Sequence[str]) -> str:
    """Describe a figure of paired panels for a reader who cannot see it."""
    sentences = [paired_sentence(results, population, arm) for population in populations for arm in ARMS]
    return " ".join(["One panel per population and arm, each patient a line.", *sentences])


def shift_alt(results: pd.DataFrame) -> str:
    """Describe the forest plot of shifts."""
    lines = [
        f"{population_label(population)}, {LABELS[arm].lower()}: "
        f"{_shift(get(results, f'immune.{population}.hodges_lehmann.{arm}'))}."
        for population in POPULATIONS
        for arm in ARMS
    ]
    return " ".join(["Hodges-Lehmann shifts from baseline to day 28 with intervals.", *lines])


def ratio_alt(results: pd.DataFrame) -> str:
    """Describe the figure of ratios."""
    sentences = [ratio_sentence(results, population) for population in POPULATIONS]
    return " ".join(["Each patient's ratio of day 28 to baseline by arm, on a log axis.", *sentences])


def heatmap_alt(results: pd.DataFrame) -> str:
    """Describe the heat map of changes."""
    counts = []
    for population in POPULATIONS:
        for arm in ARMS:
            rose, fell = (
                get(results, f"immune.{population}.{name}.{arm}") for name in ("increased", "decreased")
            )
            if is_estimable(rose):
                counts.append(
                    f"{LABELS[population]}, {LABELS[arm].lower()}: rose in {rose['estimate']:.0f} and fell "
                    f"in {fell['estimate']:.0f} of {rose['n']:.0f} patients."
                )
    return " ".join(["Changes from baseline to day 28, patients by populations, one map per arm.", *counts])


def panel_table(results: pd.DataFrame) -> pd.DataFrame:
    """Print who was sampled, by arm and disease status: panel patients of the cohort's patients."""
    lines = {LABELS["all"]: "", **{LABELS[status]: f".{status}" for status in STATUSES}}
    counts = {
        LABELS[arm]: [
            _printed(get(results, f"immune.patients.count.{arm}{suffix}"), _of) for suffix in lines.values()
        ]
        for arm in ARMS
    }
    return pd.DataFrame({"Disease status at entry": list(lines), **counts})


def samples_table(results: pd.DataFrame) -> pd.DataFrame:
    """Print how many values the panel holds, by population and arm."""
    columns = {
        "Baseline": "samples_baseline",
        "Day 28": "samples_day28",
        "Both": "pairs",
        "Both, baseline 0": "zero_baseline",
    }
    lines = [(arm, population) for arm in ARMS for population in POPULATIONS]
    printed = {
        title: [
            _printed(get(results, f"immune.{population}.{name}.{arm}"), prose.number)
            for arm, population in lines
        ]
        for title, name in columns.items()
    }
    return pd.DataFrame(
        {
            "Arm": [LABELS[arm] for arm, _ in lines],
            "Population": [LABELS[population] for _, population in lines],
            "Percent of": [LABELS[PARENTS[population]] for _, population in lines],
            **printed,
        }
    )


def paired_table(results: pd.DataFrame) -> pd.DataFrame:
    """Print the paired tests of one declared family: asymptotic, exact, and two adjustments."""
    lines = [(population, arm) for arm in ARMS for population in POPULATIONS]
    frame = _tests_table(results, "signed_rank", lines)
    frame.insert(0, "Arm", [LABELS[arm] for _, arm in lines])
    return frame


def between_table(results: pd.DataFrame) -> pd.DataFrame:
    """Print the tests between the arms, as `paired_table` does."""
    return _tests_table(results, "ratio_mann_whitney", [(population, "arm") for population in POPULATIONS])


def reasons(results: pd.DataFrame, statistics: Sequence[str]) -> str:
    """List why rows of these statistics are not estimable, for the note below a table that says only that.

    Returns
    -------
    str
        Empty where all are estimable.
    """
    rows = results[results["statistic"].isin(statistics)]
    methods = [result["method"] for _, result in rows.iterrows() if not is_estimable(result)]
    found = sorted({method.removeprefix(NOT_ESTIMABLE) for method in methods})
    return f" Not estimable: {'; '.join(found)}." if found else ""


def no_change_reason(results: pd.DataFrame) -> str:
    """Say why an arm has no change to draw."""
    everyone = get(results, "immune.patients.count.all")
    return "no patient with both values" if is_estimable(everyone) else prose.reason(everyone)


def shift_rows(results: pd.DataFrame) -> pd.DataFrame:
    """Select the ten Hodges-Lehmann shifts, labelled for a forest plot by population and arm."""
    labels = {
        f"immune.{population}.hodges_lehmann.{arm}": f"{LABELS[population]}\n{LABELS[arm]}"
        for population in POPULATIONS
        for arm in ARMS
    }
    chosen = results.set_index("id").loc[list(labels)].reset_index()
    return chosen.assign(label=list(labels.values()))


def _tests_table(results: pd.DataFrame, statistic: str, lines: list[tuple[str, str]]) -> pd.DataFrame:
    versions = {
        "P, asymptotic": "",
        "P, exact": "_exact",
        "Benjamini-Hochberg": "_bh",
        "Holm": "_holm",
    }
    tests = {
        title: [
            _printed(get(results, f"immune.{population}.{statistic}{version}.{group}"), _p)
            for population, group in lines
        ]
        for title, version in versions.items()
    }
    patients = [
        _printed(get(results, f"immune.{name}.{statistic}.{group}"), _patients) for name, group in lines
    ]
    return pd.DataFrame({"Population": [LABELS[name] for name, _ in lines], "Patients": patients, **tests})


def _printed(result: pd.Series, how: Callable[[pd.Series], str]) -> str:
    return how(result) if is_estimable(result) else "not estimable"


def _p(result: pd.Series) -> str:
    return prose.p_figure(result["p_value"])


def _patients(result: pd.Series) -> str:
    return f"{result['n']:.0f}"


def _of(count: pd.Series) -> str:
    return f"{count['estimate']:.0f} of {count['n']:.0f}"


def _shift(shift: pd.Series) -> str:
    """Print a Hodges-Lehmann shift, its interval and whether it is clear."""
    if not is_estimable(shift):
        return prose.reason(shift)
    if not prose.interval(shift):
        return f"{prose.number(shift)} (too few patients for a 95% interval)"
    return f"{prose.number(shift)} ({prose.interval(shift)}), {prose.clarity(shift)}"


def _both(asymptotic: pd.Series, exact: pd.Series, name: str) -> str:
    if not is_estimable(asymptotic):
        return f"{name} test {prose.reason(asymptotic)}"
    second = prose.p_value(exact["p_value"]) if is_estimable(exact) else prose.reason(exact)
    return f"{name} {prose.p_value(asymptotic['p_value'])} asymptotic, {second} exact"


def _clear_of_those_with_interval(results: pd.DataFrame, ids: dict[str, str]) -> str:
    """Print ``1 of 10 (T cells)``: clear ones of those with an interval, by the keys of `ids`."""
    known = {name: get(results, id) for name, id in ids.items()}
    known = {name: shift for name, shift in known.items() if prose.interval(shift)}
    clear = [name for name, shift in known.items() if prose.clarity(shift) == "a clear difference"]
    names = f" ({', '.join(clear)})" if clear else ""
    return f"{len(clear)} of {len(known)}{names}"
