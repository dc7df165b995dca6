"""Chapter 2, efficacy, in words: sentences that branch."""

import pandas as pd

from helpers.chapters.efficacy.bayes import MAIN, priors
from helpers.chapters.efficacy.confounding import models, weighted_places
from helpers.chapters.efficacy.groups import places, result_id
from helpers.chapters.efficacy.rows import DIFFERENCES, TESTS
from helpers.ground.results import get, is_estimable, is_recorded, pick, reason
from helpers.ground.standing import is_open
from helpers.ground.study import CONTRAST, Study
from helpers.printing import comparisons, prose
from helpers.printing.marks import tally

ABOUT_BURDEN = ("response", "mrd_negativity")  # outcomes of the figure that the landing page shows


def short(study: Study, outcome: str) -> str:
    """Name an outcome without what stands in brackets behind it."""
    return study.label(outcome).partition(" (")[0]


def title(study: Study, outcome: str, stratum: str) -> str:
    """Name an outcome and a population, as the beginning of a sentence."""
    return f"{study.label(outcome)}, {prose.inside(study.label(stratum))}"


def by_arm(rows: pd.DataFrame, study: Study, outcome: str, stratum: str) -> str | None:
    """Say the rate of each arm, with count and interval; None in a population that the study lacks."""
    rates = pick(rows, outcome=outcome, statistic="rate", group=study.arm_ids, stratum=stratum)
    return comparisons.by_arm(rates, study)


def at_burden(rows: pd.DataFrame, study: Study, outcome: str, stratum: str) -> str | None:
    """Say the rate of each arm on one side of the cut-off; None in a study without one."""
    rates = by_arm(rows, study, outcome, stratum)
    return f"{study.label(stratum)}: {rates}." if rates else None


def compared_sentence(rows: pd.DataFrame, study: Study, outcome: str, stratum: str) -> str | None:
    """Say how the rates of the arms of a population compare; None in one that the study lacks."""
    if (outcome, stratum) not in places(study):
        return None
    what = f"The rate of {study.outcome(outcome).noun} ({prose.inside(study.label(stratum))})"
    rates = {prose.bare(get(rows, result_id(outcome, "rate", arm, stratum))) for arm in study.arm_ids}
    (difference,) = compared(rows, outcome, stratum, "risk_difference")
    sentence = comparisons.comparison(difference, what, study, alike=len(rates) == 1)
    return sentence + _contradicted(rows, study, outcome, stratum)


def clear_sentence(rows: pd.DataFrame, study: Study) -> str:
    """Name the comparisons that are clear by their interval, and what judges them otherwise."""
    found = pick(rows, statistic="risk_difference", stratum=study.strata)
    known = [one for _, one in found.iterrows() if is_estimable(one) and not is_open(one)]
    parts = [
        f"{title(study, one['outcome'], one['stratum'])} ({prose.number(one)}; {prose.interval(one)})."
        f"{_contradicted(rows, study, one['outcome'], one['stratum'])}"
        for one in known
        if comparisons.clarity(one) == "a clear difference"
    ]
    if not known:
        return "Of no difference between the arms is the value known."
    told = f"Of the {tally(len(known))} differences whose value is known"
    if not parts:
        return f"{told} none is clear."
    return f"{told} {prose.spelled(len(parts))} {'is' if len(parts) == 1 else 'are'} clear. {' '.join(parts)}"


def _contradicted(rows: pd.DataFrame, study: Study, outcome: str, stratum: str) -> str:
    """Print the other intervals and tests of a comparison that judge it otherwise than Newcombe's."""
    judge, *others = compared(rows, outcome, stratum, *DIFFERENCES)
    tests = compared(rows, outcome, stratum, *TESTS)
    if any(is_open(one) or not is_estimable(one) for one in (judge, *others, *tests)):
        return ""
    clear = comparisons.clarity(judge)
    told = [
        f"{DIFFERENCES[one['statistic']][1]} {prose.interval(one)}"
        for one in others
        if comparisons.clarity(one) != clear
    ]
    told += [
        f"{TESTS[one['statistic']][1]} {prose.tested(one)}"
        for one in tests
        if (one["p_value"] < study.alpha) != (clear == "a clear difference")
    ]
    return f" By other methods it is judged otherwise: {'; '.join(told)}." if told else ""


def brief(rows: pd.DataFrame, study: Study, outcome: str, stratum: str) -> str | None:
    """Set the counts of both arms side by side, and their difference; None where it is not asked."""
    if (outcome, stratum) not in places(study):
        return None
    rates = pick(rows, outcome=outcome, statistic="rate", group=study.arm_ids, stratum=stratum)
    (difference,) = compared(rows, outcome, stratum, "risk_difference")
    clear = f": {comparisons.clarity(difference)}" if is_estimable(difference) else ""
    return f"{' v '.join(rates.apply(prose.share, axis=1))}, {gap(rows, study, outcome, stratum)}{clear}"


def gap(rows: pd.DataFrame, study: Study, outcome: str, stratum: str) -> str | None:
    """Say the difference between the arms alone; None where it is not asked."""
    if (outcome, stratum) not in places(study):
        return None
    (difference,) = compared(rows, outcome, stratum, "risk_difference")
    if not is_estimable(difference):
        return f"no difference can be given ({reason(difference)})"
    return f"difference {prose.with_interval(difference)}"


def tests_sentence(rows: pd.DataFrame, study: Study, outcome: str, stratum: str) -> str | None:
    """Say the P values of the tests of a comparison, and whether they fall on one side of the limit."""
    if (outcome, stratum) not in places(study):
        return None
    tests = compared(rows, outcome, stratum, *TESTS)
    missing = [test for test in tests if not is_estimable(test)]
    if missing:
        return f"The tests are {prose.no_number(missing[0])}."
    told = "; ".join(map(prose.test, tests))
    if any(pd.isna(test["p_value"]) for test in tests):
        return f"{told}."
    verdicts = {0: "none lies below", len(tests): "all lie below"}
    below = sum(test["p_value"] < study.alpha for test in tests)
    verdict = verdicts.get(below, "they fall on different sides of")
    return f"{told}: {verdict} {study.alpha:g}."


def burden_sentence(rows: pd.DataFrame, study: Study, outcome: str) -> str | None:
    """Say how the difference between the arms changes from low to high burden; None without a cut-off."""
    if not study.burden:
        return None
    (contrast,) = compared(rows, outcome, study.assessed, "burden_difference")
    name = study.label(outcome)
    if not is_estimable(contrast):
        return f"{name}: high and low burden cannot be contrasted ({reason(contrast)})."
    sides = [compared(rows, outcome, side.id, "risk_difference") for side in study.burden]
    high, low = (prose.number(difference) for (difference,) in sides)
    if is_open(contrast):
        return (
            f"{name}: open, the difference between the arms from {high} at high and from {low} at low "
            f"burden, the first minus the second from {prose.number(contrast)}."
        )
    return (
        f"{name}: the difference between the arms was {high} at high and {low} at low burden; the first "
        f"minus the second is {prose.with_interval(contrast)} ({contrast['method']}); "
        f"{comparisons.clarity(contrast)}."
    )


def homogeneity_sentence(
    rows: pd.DataFrame, study: Study, outcomes: tuple[str, ...] | None = None
) -> str | None:
    """Say how well one odds ratio fits both sides of the cut-off; None in a study without one."""
    if not study.burden:
        return None
    parts = []
    for outcome in study.outcomes:
        if outcomes and outcome.id not in outcomes:
            continue
        (tested,) = compared(rows, outcome.id, study.assessed, "burden_homogeneity")
        if not is_recorded(tested):
            continue
        value = prose.tested(tested) if is_estimable(tested) else prose.no_number(tested)
        parts.append(f"{outcome.noun} {value}")
    return f"Zelen's exact test of one odds ratio for both sides: {'; '.join(parts)}."


def search_sentence(rows: pd.DataFrame, study: Study, outcome: str) -> str:
    """Say what a search over all cut-offs finds, and how often chance alone finds as much."""
    names = ("cutoffs_tested", "cutoffs_clear", "cutoffs_strongest", "cutoffs_largest_chi_square")
    tested, clear, strongest, largest = compared(rows, outcome, study.assessed, *names)
    if not is_estimable(largest):
        return f"{study.label(outcome)}: {prose.no_number(largest)}."
    if is_open(largest):
        return (
            f"{study.label(outcome)}: open. Of {prose.number(tested)} cut-offs that can be tested, "
            f"{prose.number(clear)} have a Newcombe interval without zero above them; "
            "the smallest P (Pearson, not adjusted) lies above "
            f"{prose.number(strongest)} blasts, and once the search is counted it is {prose.tested(largest)}."
        )
    if not is_estimable(strongest):
        counted = f"{prose.p_value(largest['p_value'])} ({largest['method']})"
        return f"{study.label(outcome)}: once the search is counted, {counted}."
    return (
        f"{study.label(outcome)}: of the {prose.number(tested)} cut-offs that can be tested, "
        f"{prose.number(clear)} had an interval without zero above them; the smallest P was found above "
        f"{prose.number(strongest)} blasts ({prose.p_value(strongest['p_value'])}, Pearson, not adjusted for "
        f"the search), and {prose.p_value(largest['p_value'])} once the search is counted "
        f"({largest['method']})."
    )


def interaction_sentence(rows: pd.DataFrame, study: Study, outcome: str) -> str:
    """Say by which factor the odds ratio of the arms changes with burden, cut and uncut."""
    asked = {
        "burden_odds_ratio": "ratio of odds ratios, high over low burden, ",
        "blasts_odds_ratio": "for each ten percentage points more blasts, ",
    }
    found = pick(rows, outcome=outcome, statistic=asked, stratum=study.assessed)
    parts = [
        asked[ratio["statistic"]]
        + (
            f"open, {prose.number(ratio)}, {prose.tested(ratio)}{_by_test(ratio)}"
            if is_open(ratio)
            else prose.with_interval(ratio, prose.tested(ratio), _clear(ratio))
        )
        for _, ratio in found.iterrows()
    ]
    return f"{study.label(outcome)}: {'; '.join(parts)}."


def _by_test(ratio: pd.Series) -> str:
    test = comparisons.test_of(ratio)
    return f" ({test})" if test else ""


def _clear(ratio: pd.Series) -> str:
    """Judge a ratio by its interval; empty text where none is known, which judges nothing."""
    return comparisons.clarity(ratio) if prose.interval(ratio) or not is_estimable(ratio) else ""


def posterior_sentence(rows: pd.DataFrame, study: Study, outcome: str, stratum: str) -> str:
    """Say the posterior difference, the probability that the first arm's rate is higher, and its range."""
    (main,) = compared(rows, outcome, stratum, f"bayes_{MAIN}_difference")
    about = title(study, outcome, stratum)
    if not is_estimable(main):
        return f"{about}: {prose.no_number(main)}."
    chances = compared(rows, outcome, stratum, *(f"bayes_{prior}_probability" for prior in priors(study)))
    if is_open(main):
        return f"{about}: open, {prose.number(main)}."
    chances = [chance for chance in chances if not is_open(chance)]
    least, most = (prose.number(f(chances, key=lambda one: one["estimate"])) for f in (min, max))
    interval = prose.interval(main).replace("CrI", "credible interval")
    return (
        f"{about}: {prose.number(main)} ({interval}); probability that the rate is higher with "
        f"{study.arms[0].phrase} {prose.number(chances[0])}, and from {least} to {most} over the priors."
    )


def weights_sentence(rows: pd.DataFrame, study: Study, stratum: str) -> str | None:
    """Say how many patients the weighted arms are worth; None in a population without a model."""
    if stratum not in models(study):
        return None
    sizes = pick(rows, statistic="effective_sample_size", group=study.arm_ids, stratum=stratum)
    if not is_estimable(sizes.iloc[0]):  # both arms have weights, or neither
        return f"{study.label(stratum)}: weights are {prose.no_number(sizes.iloc[0])}."
    each = comparisons.by_arm(sizes, study, lambda size: f"{prose.number(size)} ({size['n']:.0f} patients)")
    return f"{study.label(stratum)}: effective sample size {each}."


def weighted_sentence(rows: pd.DataFrame, study: Study, outcome: str, stratum: str) -> str | None:
    """Say how the arms compare once weighted; None in a population without a model."""
    if (outcome, stratum) not in weighted_places(study):
        return None
    what = f"{short(study, outcome)}, {prose.inside(study.label(stratum))}: the weighted rate"
    (weighted,) = compared(rows, outcome, stratum, "overlap_weighted_difference")
    return comparisons.comparison(weighted, what, study)


def compared(rows: pd.DataFrame, outcome: str, stratum: str, *statistics: str) -> list[pd.Series]:
    """Fetch rows that compare the arms."""
    return [get(rows, result_id(outcome, statistic, CONTRAST, stratum)) for statistic in statistics]
