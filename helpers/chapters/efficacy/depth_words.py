"""Chapter 2, efficacy, in words: intervals, cut-offs, priors, weights and E-values."""

import pandas as pd

from helpers.chapters.efficacy.bayes import MAIN, PRIORS, STRIPS
from helpers.chapters.efficacy.burden import STRATUM
from helpers.chapters.efficacy.confounding import ADJUSTED, MODELS, SHOWN
from helpers.chapters.efficacy.groups import COMPARED, OUTCOMES, result_id
from helpers.ground.endpoints import ARMS, LABELS
from helpers.ground.results import get, is_estimable
from helpers.printing import prose

INTERVALS = {
    "risk_difference": "Newcombe",
    "miettinen_nurminen_difference": "Miettinen-Nurminen",
    "exact_difference": "Exact unconditional",
}
SHORT = {outcome: LABELS[outcome].partition(" (")[0] for outcome in OUTCOMES}
PRIOR_WORDS = {
    "uniform": "All rates alike",
    "jeffreys": "Jeffreys",
    "cautious": "Rates near a half",
    "for_combination": "For the combination",
    "for_monotherapy": "For monotherapy",
}


def intervals_table(rows: pd.DataFrame) -> pd.DataFrame:
    """Print three intervals of every risk difference beside each other."""
    return pd.DataFrame(
        {
            "Outcome": LABELS[outcome],
            "Patients": LABELS[stratum],
            "Difference": prose.number(get(rows, result_id(outcome, "risk_difference", "arm", stratum))),
            **{
                name: prose.interval(get(rows, result_id(outcome, statistic, "arm", stratum)))
                for statistic, name in INTERVALS.items()
            },
        }
        for outcome, stratum in COMPARED
    )


def e_values_table(rows: pd.DataFrame) -> pd.DataFrame:
    """Print the risk ratio of every outcome and stratum with its two E-values."""
    found = []
    for outcome, stratum in COMPARED:
        ratio, point, limit = (
            get(rows, result_id(outcome, statistic, "arm", stratum))
            for statistic in ("risk_ratio", "e_value", "e_value_limit")
        )
        interval = prose.interval(ratio)
        found.append(
            {
                "Outcome": LABELS[outcome],
                "Patients": LABELS[stratum],
                "Risk ratio": f"{prose.number(ratio)} ({interval})" if interval else prose.number(ratio),
                "E-value": prose.number(point) if is_estimable(point) else "",
                "E-value of the limit": prose.number(limit) if is_estimable(limit) else "",
            }
        )
    return pd.DataFrame(found)


def responders_in_words(rows: pd.DataFrame, stratum: str) -> str:
    """Say how often responders were MRD negative in either arm, as a part of a sentence."""
    rates = [prose.of(get(rows, f"efficacy.mrd_negativity.rate.{arm}.{stratum}")) for arm in ARMS]
    return " and ".join(f"{rate} with {_small(LABELS[arm])}" for rate, arm in zip(rates, ARMS, strict=True))


def search_in_words(rows: pd.DataFrame, outcome: str) -> str:
    """Say what a search over all cut-offs finds, and how often chance alone finds as much."""
    tested, clear, strongest, largest = (
        get(rows, result_id(outcome, f"cutoffs_{name}", "arm", STRATUM))
        for name in ("tested", "clear", "strongest", "largest_chi_square")
    )
    name = LABELS[outcome]
    if not is_estimable(largest):
        return f"{name}: {prose.reason(largest)}."
    return (
        f"{name}: of the {prose.number(tested)} cut-offs that can be tested, {prose.number(clear)} had an "
        f"interval without zero above them; the smallest P was found above {prose.number(strongest)} blasts "
        f"({prose.p_value(strongest['p_value'])}, Pearson, not adjusted for the search), and "
        f"{prose.p_value(largest['p_value'])} once the search is counted ({largest['method']})."
    )


def interactions_in_words(rows: pd.DataFrame, outcome: str) -> str:
    """Say by which factor the odds ratio of the arms changes with burden, cut and uncut."""
    burden, blasts = (
        get(rows, result_id(outcome, f"{name}_odds_ratio", "arm", STRATUM)) for name in ("burden", "blasts")
    )
    return (
        f"{LABELS[outcome]}: ratio of odds ratios, high over low burden, {_ratio(burden)}; for each ten "
        f"percentage points more blasts, {_ratio(blasts)}."
    )


def strip_rows(rows: pd.DataFrame, outcome: str, stratum: str) -> pd.DataFrame:
    """Select the posterior differences under every prior, labelled with prior and posterior probability.

    Returns
    -------
    DataFrame
        Rows of the results table for `helpers.plots.forest.plot_forest`.
    """
    found = []
    for prior, (combination, monotherapy) in PRIORS.items():
        result = get(rows, result_id(outcome, f"bayes_{prior}_difference", "arm", stratum))
        betas = " v ".join(f"Beta({a:g}, {b:g})" for a, b in dict.fromkeys((combination, monotherapy)))
        found.append({**result, "label": f"{PRIOR_WORDS[prior]}\n{betas}"})
    return pd.DataFrame(found)


def posterior_in_words(rows: pd.DataFrame, outcome: str, stratum: str) -> str:
    """Say the posterior difference, the probability that the combination's rate is higher, and its range."""
    names = [result_id(outcome, f"bayes_{prior}_probability", "arm", stratum) for prior in PRIORS]
    chances = [get(rows, name) for name in names]
    title = f"{LABELS[outcome]}, {_small(LABELS[stratum])}"
    main = get(rows, result_id(outcome, f"bayes_{MAIN}_difference", "arm", stratum))
    if not is_estimable(main):
        return f"{title}: {prose.reason(main)}."
    least, most = (prose.number(f(chances, key=lambda one: one["estimate"])) for f in (min, max))
    chance = prose.number(chances[list(PRIORS).index(MAIN)])
    interval = prose.interval(main).replace("CI", "credible interval")
    return (
        f"{title}: {prose.number(main)} ({interval}); posterior probability that the rate is higher with the "
        f"combination {chance}, and from {least} to {most} over the priors."
    )


def strips_alt(rows: pd.DataFrame) -> str:
    """Describe the strips of posterior differences for a reader who cannot see them."""
    parts = []
    for outcome, stratum in STRIPS:
        each = "; ".join(
            f"{PRIOR_WORDS[prior]} {prose.number(result)} {prose.interval(result)}".strip()
            for prior, (_, result) in zip(PRIORS, strip_rows(rows, outcome, stratum).iterrows(), strict=True)
        )
        parts.append(f"{LABELS[outcome]}, {_small(LABELS[stratum])}: {each}.")
    return f"Posterior risk differences under five priors. {' '.join(parts)}"


def balance_pair(rows: pd.DataFrame, stratum: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Select the standardised differences of a stratum before and after weighting, for the love plot."""
    statistics = "standardised_difference", "weighted_standardised_difference"
    return tuple(
        pd.DataFrame([get(rows, result_id(name, statistic, "arm", stratum)) for name in SHOWN[stratum]])
        for statistic in statistics
    )


def balance_alt(rows: pd.DataFrame) -> str:
    """Describe the love plot for a reader who cannot see it."""
    parts = []
    for stratum in MODELS:
        pairs = zip(*(frame.iterrows() for frame in balance_pair(rows, stratum)), strict=True)
        each = [f"{one['label']} {prose.number(one)} and {prose.number(two)}" for (_, one), (_, two) in pairs]
        parts.append(f"{LABELS[stratum]}: {'; '.join(each)}.")
    return f"Standardised differences of the arms before and after weighting. {' '.join(parts)}"


def weighted_rows(rows: pd.DataFrame) -> pd.DataFrame:
    """Select the differences without and with weights, one pair for each outcome, for the forest plot."""
    found = []
    for outcome, stratum in _adjusted():
        plain = get(rows, result_id(outcome, "risk_difference", "arm", stratum))
        weighted = get(rows, result_id(outcome, "overlap_weighted_difference", "arm", stratum))
        where = "R/R" if stratum == STRATUM else "R/R or MRD+"
        found += [
            {**plain, "label": f"{SHORT[outcome]}, {where}\nas observed"},
            {**weighted, "label": "weighted"},
        ]
    return pd.DataFrame(found)


def weighted_alt(rows: pd.DataFrame) -> str:
    """Describe the figure of observed and weighted differences for a reader who cannot see it."""
    parts = [
        f"{result['label'].replace(chr(10), ', ')}: {prose.number(result)} {prose.interval(result)}".strip()
        for _, result in weighted_rows(rows).iterrows()
    ]
    return f"Risk differences as observed and with overlap weights. {'; '.join(parts)}."


def weights_in_words(rows: pd.DataFrame, stratum: str) -> str:
    """Say how many patients the weighted arms are worth."""
    sizes = [get(rows, result_id("weights", "effective_sample_size", arm, stratum)) for arm in ARMS]
    if not all(is_estimable(size) for size in sizes):
        missing = next(size for size in sizes if not is_estimable(size))
        return f"{LABELS[stratum]}: weights are {prose.reason(missing)}."
    parts = [
        f"{prose.number(size)} ({size['n']:.0f} patients) with {_small(LABELS[arm])}"
        for size, arm in zip(sizes, ARMS, strict=True)
    ]
    return f"{LABELS[stratum]}: effective sample size {' and '.join(parts)}."


def weighted_in_words(rows: pd.DataFrame, outcome: str, stratum: str) -> str:
    """Say how the arms compare once weighted, as a sentence."""
    what = f"{SHORT[outcome]}, {_small(LABELS[stratum])}: the weighted rate"
    return prose.comparison(
        get(rows, result_id(outcome, "overlap_weighted_difference", "arm", stratum)), what
    )


def over_alt(rows: pd.DataFrame, statistic: str, places: tuple[int, ...], what: str) -> str:
    """Describe a figure of differences over the blasts by those that have a row of their own."""
    parts = []
    for outcome in OUTCOMES:
        each = [
            f"{place}% {prose.number(get(rows, result_id(outcome, f'{statistic}_{place}', 'arm', STRATUM)))}"
            for place in places
        ]
        parts.append(f"{LABELS[outcome]}: {'; '.join(each)}.")
    return f"{what} {' '.join(parts)}"


def _adjusted() -> list[tuple[str, str]]:
    return [(outcome, stratum) for stratum in MODELS for outcome in ADJUSTED[stratum]]


def _ratio(result: pd.Series) -> str:
    if not is_estimable(result):
        return prose.reason(result)
    inside = f"{prose.interval(result)}; {prose.p_value(result['p_value'])}"
    return f"{prose.number(result)} ({inside}; {prose.clarity(result)})"


def _small(label: str) -> str:
    """Begin a label with a small letter, unless it begins with an abbreviation."""
    return label if label[:2].isupper() else label[0].lower() + label[1:]
