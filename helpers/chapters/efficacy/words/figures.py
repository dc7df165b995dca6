"""Chapter 2, efficacy, in words: labelled rows for figures, and alternative texts."""

import pandas as pd

from helpers.chapters.efficacy.bayes import priors, varied
from helpers.chapters.efficacy.by_bands import STEP
from helpers.chapters.efficacy.confounding import balance_pair, models, weighted_places
from helpers.chapters.efficacy.words.said import ABOUT_BURDEN, by_arm, compared, short, title
from helpers.estimators.grouping import least
from helpers.ground.cohort import Cohort
from helpers.ground.endpoints import RESPONSES
from helpers.ground.results import is_recorded, pick
from helpers.ground.standing import reading
from helpers.ground.study import Study
from helpers.printing import comparisons, prose
from helpers.printing.marks import UNDER, plain

LABEL_WIDTH = 22  # letters


def labelled_by_burden(rows: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Label the rates of both arms on either side of the cut-off with outcome and side, for the figure."""
    sides = [side.id for side in study.burden or ()]
    rates = pick(rows, outcome=ABOUT_BURDEN, statistic="rate", group=study.arm_ids, stratum=sides)
    rates = rates[rates.apply(is_recorded, axis=1)].reset_index(drop=True) if len(rates) else rates
    whole = f"{study.label(study.assessed)}, "
    names = [
        f"{short(study, rate['outcome'])}, {study.label(rate['stratum']).removeprefix(whole)}"
        for _, rate in rates.iterrows()
    ]
    return rates.assign(label=names)


def by_burden_alt(rates: pd.DataFrame, study: Study) -> str:
    """Describe the figure of the rates on either side of the cut-off."""
    parts = [
        f"{label}: {comparisons.by_arm(mine, study, prose.of)}"
        for label, mine in rates.groupby("label", sort=False)
    ]
    return f"Rates of both arms by burden, {study.assessed_name}. {'. '.join(parts)}."


def labelled_differences(
    rows: pd.DataFrame, study: Study, outcome: str, strata: tuple[str, ...] = ()
) -> pd.DataFrame:
    """Label the risk differences of an outcome with population and counts, for the forest plot."""
    differences = pick(rows, outcome=outcome, statistic="risk_difference", stratum=strata or study.strata)
    rates = pick(rows, outcome=outcome, statistic="rate", group=study.arm_ids)
    counts = {stratum: _counts(arms) for stratum, arms in rates.groupby("stratum") if arms["n"].notna().all()}
    names = differences["stratum"].map(study.labels).str.wrap(LABEL_WIDTH)
    # In a row without counts stands why.
    under = differences["stratum"].map(lambda stratum: f"\n{counts[stratum]}" if stratum in counts else "")
    return differences.assign(label=names + under)


def _counts(rates: pd.DataFrame) -> str:
    return " v ".join(plain(prose.count(rate)) for _, rate in rates.iterrows())


def labelled_over(
    rows: pd.DataFrame,
    study: Study,
    statistic: str,
    blasts: tuple[int, ...],
    above: pd.DataFrame | None = None,
) -> dict[str, pd.DataFrame]:
    """Label differences over the blasts with the blasts, by outcome, for the forest plots.

    Parameters
    ----------
    rows : DataFrame
    study : Study
    statistic : str
        Without the blasts at its end.
    blasts : tuple of int
    above : DataFrame, optional
        As `helpers.chapters.efficacy.cut_offs.known` gives it: the patients of each arm stand in the label.

    Returns
    -------
    dict of DataFrame
        By the outcome's label.
    """
    names = {f"{statistic}_{at}": f"{at}%{_sizes(above, study, at)}" for at in blasts}
    found = {}
    for outcome in study.outcomes:
        part = pick(rows, outcome=outcome.id, statistic=names, stratum=study.assessed)
        if len(part) and not part.apply(is_recorded, axis=1).any():
            continue
        found[outcome.label] = part.assign(label=part["statistic"].map(names))
    return found


def _sizes(above: pd.DataFrame | None, study: Study, cutoff: int) -> str:
    """Print how many patients of each arm lie above a cut-off, as a range where that is open."""
    if above is None or above.empty:
        return ""
    at = above[above["cutoff"] == cutoff].drop_duplicates("group").set_index("group").loc[[*study.arm_ids]]
    ends = (at.get(f"n_{end}", at["n"]).fillna(at["n"]) for end in ("low", "high"))
    return f" ({' v '.join(prose.span(low, high) for low, high in zip(*ends, strict=True))})"


def labelled_posteriors(rows: pd.DataFrame, study: Study) -> dict[str, pd.DataFrame]:
    """Label the posterior differences with their priors, by comparison, for the forest plots."""
    names = ("Every rate equally likely", "Jeffreys", "Rates near a half")
    names += (f"For {study.arms[0].phrase}", f"For {study.arms[1].short}")
    labels, found = {}, {}
    for name, (prior, betas) in zip(names, priors(study).items(), strict=True):
        distributions = [f"Beta({a:g}, {b:g})" for a, b in dict.fromkeys(betas)]
        labels[f"bayes_{prior}_difference"] = f"{name}\n{' v '.join(distributions)}"
    for outcome, stratum in varied(study):
        part = pick(rows, outcome=outcome, statistic=labels, stratum=stratum)
        title = f"{study.label(outcome)}\n{study.label(stratum)}"
        found[title] = part.assign(label=part["statistic"].map(labels))
    return found


def labelled_weighted(rows: pd.DataFrame, study: Study) -> dict[str, pd.DataFrame]:
    """Label the differences without and with weights, by population, for the forest plots."""
    words = {"risk_difference": "as observed", "overlap_weighted_difference": "weighted"}
    found: dict[str, list[pd.DataFrame]] = {}
    for outcome, stratum in weighted_places(study):
        pair = pick(rows, outcome=outcome, statistic=words, stratum=stratum)
        labels = [f"{short(study, outcome)}\n{words[statistic]}" for statistic in pair["statistic"]]
        found.setdefault(study.label(stratum), []).append(pair.assign(label=labels))
    return {title: pd.concat(pairs) for title, pairs in found.items()}


def rates_alt(rows: pd.DataFrame, study: Study, outcome: str) -> str:
    """Describe the figure of rates by arm."""
    parts = [
        f"{study.label(stratum)}: {by_arm(rows, study, outcome, stratum)}."
        for stratum in study.outcome(outcome).populations
    ]
    return f"Rates by arm. {study.label(outcome)}. {' '.join(parts)}"


def differences_alt(rows: pd.DataFrame, study: Study) -> str:
    """Describe the forest plot."""
    found = pick(rows, statistic="risk_difference", stratum=study.strata)
    parts = [
        f"{title(study, result['outcome'], result['stratum'])}: {prose.with_interval(result)}."
        for _, result in found.iterrows()
    ]
    return f"Forest plot of risk differences, {comparisons.minus(study)}. {' '.join(parts)}"


def patients_alt(patients: pd.DataFrame, study: Study) -> str:
    """Describe the figure of response against blasts."""
    if patients.empty:
        return "Best response against marrow blasts: no patient to draw."
    parts = []
    for level, name in {**RESPONSES, "unknown": "Response not recorded"}.items():
        blasts = patients.loc[patients["response_level"] == level, "bm_blasts_pct"]
        span = f", blasts from {blasts.min():g}% to {blasts.max():g}%" if len(blasts) else ""
        parts.append(f"{name}: {len(blasts)}{span}")
    arms = ", ".join(f"{patients['arm'].eq(arm.id).sum()} {arm.label}" for arm in study.arms)
    return (
        f"Best response of {len(patients)} patients ({arms}) against marrow blasts; a filled mark is an "
        f"MRD-negative patient ({patients['mrd'].eq('negative').sum()} of them). {'; '.join(parts)}."
    )


def bands_alt(rates: pd.DataFrame, study: Study) -> str:
    """Describe the figure of rates in bands of the blasts by the lowest and the highest band."""
    parts = []
    for outcome in study.outcomes:
        own = rates[rates["outcome"] == outcome.id]
        for over in dict.fromkeys([own["over"].min(), own["over"].max()]) if len(own) else ():
            band = own[own["over"] == over]
            told = comparisons.by_arm(band, study, prose.share)
            parts.append(f"{outcome.label}, blasts over {over:g}% to {band['to'].iloc[0]:g}%: {told}.")
    return f"Rates by arm in bands of the marrow blasts. {' '.join(parts)}"


def bands_sentence(rates: pd.DataFrame, cohort: Cohort) -> str:
    """Say what a mark in the figure of rates in bands of the blasts is, or why there is none."""
    fewest = least(cohort.threshold)
    if rates.empty:
        return f"No band of blasts holds {fewest} patients of each arm with and without an outcome."
    return (
        "Each mark is the share of an arm's patients with the outcome in a band of the blasts; the thin line "
        f"is as long as the band. In each band at least {fewest} patients of each arm have the outcome, and "
        "at least as many have not."
    )


def which_cutoffs(panels: dict[str, pd.DataFrame], cohort: Cohort) -> str | None:
    """Say at which values of the blasts the arms are compared; None where at none."""
    if cohort.draws_patients:
        return "one for each value of the blasts that occurs"
    if not any(map(len, panels.values())):
        return None
    return (
        f"a multiple of {STEP}% with at least {least(cohort.threshold)} patients of each arm with and "
        "without the outcome between it and the next"
    )


def balance_alt(rows: pd.DataFrame, study: Study) -> str:
    """Describe the love plot."""
    parts = []
    for stratum in models(study):
        before, after = balance_pair(rows, study, stratum)
        one, two = (frame.apply(prose.number, axis=1) for frame in (before, after))
        each = before["label"] + " " + one + " and " + two
        parts.append(f"{study.label(stratum)}: {'; '.join(each)}.")
    return f"Standardised differences of the arms before and after weighting. {' '.join(parts)}"


def over_alt(rows: pd.DataFrame, study: Study, statistic: str, blasts: tuple[int, ...], what: str) -> str:
    """Describe a figure of differences over the blasts by those that have a row of their own."""
    parts = []
    for outcome in study.outcomes:
        found = compared(rows, outcome.id, study.assessed, *(f"{statistic}_{at}" for at in blasts))
        if not any(map(is_recorded, found)):
            continue
        each = [f"{at}% {prose.number(one)}" for at, one in zip(blasts, found, strict=True)]
        parts.append(f"{outcome.label}: {'; '.join(each)}.")
    return f"{what} {' '.join(parts)}"


def listed(parts: dict[str, pd.DataFrame], lines: int = 2) -> str:
    """List labelled rows with their intervals, part by part; of a label so many lines."""
    found = []
    for name, rows in parts.items():
        names = rows["label"].str.split("\n").str[:lines].str.join(" ")
        numbers, intervals = (rows.apply(printed, axis=1) for printed in (prose.number, prose.interval))
        under = rows.apply(lambda row: f", {UNDER}" if reading(row) else "", axis=1)
        each = (names + " " + numbers + " " + intervals).str.strip() + under
        first, *more = name.splitlines()
        found.append(f"{', '.join([first, *map(prose.inside, more)])}: {'; '.join(each)}.")
    return " ".join(found)
