"""Chapter 3: its result rows in, the sentences and the rows of its notebook's tables out."""

import textwrap

import pandas as pd

from helpers.chapters.multivariable.rows import ANALYSES, COVARIATE_SETS, MODEL, OUTCOMES, PRIMARY, TERMS
from helpers.ground.cohort import Cohort
from helpers.ground.endpoints import LABELS
from helpers.ground.results import SIGNIFICANT, get, is_estimable
from helpers.printing import prose

RULE_OF_THUMB = 10  # events per variable
_LABEL_WIDTH = 30  # letters
_SUBJECTS = {
    "blasts_per_10": "Each further 10 percentage points of blasts",
    "combination": f"{LABELS['combination']} rather than {LABELS['monotherapy'].lower()}",
    "age": "Each further year of age",
}
_SHORT = {"blasts": "blasts", "combination": "arm", "age": "age"}


def primary(rows: pd.DataFrame, statistic: str, group: str = "all") -> pd.Series:
    """Return a result row of the primary model."""
    return _row(rows, *PRIMARY, statistic, group)


def model_rows(rows: pd.DataFrame, start: str = "") -> pd.DataFrame:
    """Return the odds ratios of the primary model, labelled by their covariate.

    Parameters
    ----------
    rows : DataFrame
        The chapter's results.
    start : {"", "firth_"}
        Maximum likelihood or Firth.
    """
    found = pd.DataFrame([primary(rows, f"{start}odds_ratio_{term}") for term in TERMS])
    return found.assign(label=list(TERMS.values()))


def sensitivity_rows(rows: pd.DataFrame, starts: tuple[str, ...] = tuple(COVARIATE_SETS)) -> pd.DataFrame:
    """Return the odds ratio of 10 points of blasts under other choices; the primary model comes first.

    Parameters
    ----------
    rows : DataFrame
        The chapter's results.
    starts : tuple of str
        Which of `helpers.chapters.multivariable.rows.COVARIATE_SETS`.
    """
    choices = [(outcome, stratum, start) for outcome, stratum in ANALYSES for start in starts]
    found = [
        _row(rows, outcome, stratum, f"{start}odds_ratio_blasts_per_10")
        for outcome, stratum, start in choices
    ]
    labels = [f"{OUTCOMES[outcome][1]}; blasts {COVARIATE_SETS[start][1]}" for outcome, _, start in choices]
    return pd.DataFrame(found).assign(label=labels)


def forest_rows(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the adjusted odds ratios of 10 points of blasts, in the short lines that a forest plot takes."""
    found = sensitivity_rows(rows, ("",))
    names = [
        textwrap.fill(OUTCOMES[outcome][1], _LABEL_WIDTH, break_on_hyphens=False) for outcome, _ in ANALYSES
    ]
    places = [textwrap.fill(LABELS[stratum], _LABEL_WIDTH, break_on_hyphens=False) for _, stratum in ANALYSES]
    sizes = [f"{events:.0f} of {n:.0f}" for events, n in zip(found["events"], found["n"], strict=True)]
    lines = zip(names, places, sizes, strict=True)
    return found.assign(label=["\n".join(parts) for parts in lines])


def forest_alt(rows: pd.DataFrame) -> str:
    """Describe that forest plot: every line with its estimate and interval."""
    found = forest_rows(rows)
    lines = [
        f"{' '.join(result['label'].split())}: {prose.estimate(result)}" for _, result in found.iterrows()
    ]
    return f"{'; '.join(lines)}."


def probability_rows(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the fitted probabilities, labelled by blasts, with the arm's name as population."""
    found = rows[rows["statistic"].str.startswith("probability_blasts_")]
    labels = found["label"].str.split(": ").str[-1]
    return found.assign(label=labels, population=found["group"].map(LABELS)).sort_values(
        "group", kind="stable"
    )


def patients_sentence(rows: pd.DataFrame) -> str:
    """Say whom the primary model is about."""
    model, left_out = primary(rows, "odds_ratio_blasts"), primary(rows, "left_out")
    return (
        f"Of {left_out['n']:.0f} relapsed/refractory patients {model['n']:.0f} have every value the model "
        f"needs; {model['events']:.0f} of these {model['n']:.0f} reached complete remission with MRD "
        f"negativity and {model['n'] - model['events']:.0f} did not."
    )


def events_per_variable_sentence(rows: pd.DataFrame) -> str:
    """Set the events per variable beside the customary ten."""
    result = primary(rows, "events_per_variable")
    if not is_estimable(result):
        return f"The number of events per variable is {prose.reason(result)}."
    side = "below" if result["estimate"] < RULE_OF_THUMB else "not below"
    fewer = min(result["events"], result["n"] - result["events"])
    return (
        f"The smaller outcome group has {fewer:.0f} of {result['n']:.0f} patients for {len(MODEL)} "
        f"covariates: {result['estimate']:.1f} events per variable, {side} the customary {RULE_OF_THUMB}."
    )


def separation_sentence(rows: pd.DataFrame) -> str:
    """Say whether maximum likelihood has finite estimates."""
    result = primary(rows, "separated_terms")
    if not is_estimable(result):
        return f"Separation cannot be checked: {prose.reason(result)}."
    if result["estimate"] == 0:
        return (
            f"The outcome is not separated by the covariates: every estimate is finite ({result['method']})."
        )
    return (
        f"The covariates separate the outcome: {result['estimate']:.0f} of {len(MODEL) + 1} coefficients, "
        f"the intercept counted, have no finite estimate ({result['method']}), and only Firth's odds ratios "
        "exist."
    )


def association_sentence(rows: pd.DataFrame, term: str) -> str:
    """Say in which direction a covariate of the primary model goes with the outcome, and how clearly.

    Parameters
    ----------
    rows : DataFrame
        The chapter's results.
    term : {"blasts_per_10", "combination", "age"}
    """
    result = primary(rows, f"odds_ratio_{term}")
    test = "Wald"
    aside = ""
    if not is_estimable(result):
        aside = f" The odds ratio is Firth's; that of maximum likelihood is {prose.reason(result)}."
        result = primary(rows, f"firth_odds_ratio_{term}")
        test = "penalised likelihood-ratio"
    if not is_estimable(result):
        return f"{_SUBJECTS[term]}: the odds ratio is {prose.reason(result)}."
    odds = "higher odds" if result["estimate"] > 1 else "lower odds"
    verdict = prose.clarity(result).replace("difference", "association")
    if verdict.startswith("a ") != (result["p_value"] < SIGNIFICANT):
        verdict += " (the test says otherwise)"
    return (
        f"{_SUBJECTS[term]} went with {odds} of complete remission with MRD negativity: odds ratio "
        f"{_numbers(result, test)}; by the interval, {verdict}.{aside}"
    )


def significant_sentence(rows: pd.DataFrame) -> str:
    """Name the covariates whose Wald P value is below the usual level, and print every one."""
    results = {term: primary(rows, f"odds_ratio_{term}") for term in MODEL}
    if not is_estimable(results["blasts"]):
        return f"The P values of the covariates are {prose.reason(results['blasts'])}."
    below = [_SHORT[term] for term in MODEL if results[term]["p_value"] < SIGNIFICANT]
    printed = ", ".join(f"{_SHORT[term]} {prose.p_value(results[term]['p_value'])}" for term in MODEL)
    names = f"{' and '.join(below)} only" if 0 < len(below) < len(MODEL) else ("all" if below else "none")
    return f"Wald tests: {printed}. Below {SIGNIFICANT}: {names}."


def firth_sentence(rows: pd.DataFrame) -> str:
    """Set Firth's odds ratio of blasts beside that of maximum likelihood."""
    plain, firth = primary(rows, "odds_ratio_blasts_per_10"), primary(rows, "firth_odds_ratio_blasts_per_10")
    if not is_estimable(firth):
        return f"Firth's odds ratio of blasts is {prose.reason(firth)}."
    size = _numbers(firth, "penalised likelihood-ratio")
    found = f"Firth's odds ratio for 10 percentage points of blasts is {size}"
    if not is_estimable(plain):
        return f"{found}; that of maximum likelihood is {prose.reason(plain)}."
    same = prose.clarity(firth) == prose.clarity(plain)
    return (
        f"{found}; that of maximum likelihood is {_numbers(plain, 'Wald')}. "
        f"The two intervals {'agree' if same else 'disagree'} on whether the association is clear."
    )


def curves_sentence(rows: pd.DataFrame) -> str:
    """Print the fitted probabilities of both arms with their intervals."""
    age = primary(rows, "median_age")
    found = probability_rows(rows)
    if not found.apply(is_estimable, axis=1).any():
        return f"There is no fitted curve: the probability is {prose.reason(found.iloc[0])}."
    arms = [
        f"{arm}: "
        + ", ".join(f"{prose.with_interval(result)} at {result['label']}" for _, result in own.iterrows())
        for arm, own in found.groupby("population", sort=False)
    ]
    return (
        f"Fitted probability at the median age, {prose.number(age)}. {'. '.join(arms)}. The two "
        "curves have the "
        "same shape by construction: the model has one odds ratio of blasts for both arms, and "
        "takes the log odds "
        "to be a straight line over blasts."
    )


def interaction_sentence(rows: pd.DataFrame) -> str:
    """Say whether the odds ratio of blasts differs between the arms (Firth's model with a product term)."""
    result = primary(rows, "ratio_of_odds_ratios_blasts_per_10", "arm")
    if not is_estimable(result):
        return f"Whether the odds ratio of blasts differs between the arms is {prose.reason(result)}."
    return (
        "The odds ratio for 10 percentage points of blasts, combination divided by monotherapy, is "
        f"{_numbers(result, 'penalised likelihood-ratio')}: {prose.clarity(result)} between the arms."
    )


def leave_one_out_sentence(rows: pd.DataFrame) -> str:
    """Say how far one patient can move the odds ratio of blasts."""
    lowest, highest = (
        primary(rows, f"leave_one_out_{end}_odds_ratio_blasts_per_10") for end in ("lowest", "highest")
    )
    if not is_estimable(lowest):
        return f"The influence of single patients is {prose.reason(lowest)}."
    largest = primary(rows, "leave_one_out_largest_p_blasts")
    return (
        "With one patient left out at a time, the odds ratio for 10 percentage points of blasts lies between "
        f"{prose.number(lowest)} and {prose.number(highest)}, and the largest Wald P value reads "
        f"{prose.p_value(largest['p_value'])} ({lowest['method'].removeprefix('lowest ')}). "
        "These are ends of a "
        "range and no interval: they show the pull of a single patient, not the play of chance."
    )


def sensitivity_sentence(rows: pd.DataFrame) -> str:
    """Say how much of the blasts' odds ratio rests on the choice of outcome, patients and covariates."""
    others = sensitivity_rows(rows).iloc[1:]
    existing = others[others.apply(is_estimable, axis=1)]
    if existing.empty:
        return f"None of the {len(others)} other models is estimable."
    clear = sum(prose.clarity(result) == "a clear difference" for _, result in existing.iterrows())
    below = sum(existing["estimate"] < 1)
    ordered = existing.sort_values("estimate")
    low, high = prose.number(ordered.iloc[0]), prose.number(ordered.iloc[-1])
    return (
        f"Of the {len(others)} other models {len(existing)} are estimable. Their odds ratios for 10 "
        f"percentage points of blasts run from {low} to {high}; {below} of {len(existing)} are below 1, and "
        f"{clear} of {len(existing)} have an interval that leaves out 1."
    )


def provenance_sentence(study: Cohort) -> str:
    """Say what the model's agreement with the abstract is worth in this cohort."""
    if study.note:
        return (
            "In this rebuilt cohort the blasts, the ages and the outcomes were chosen so that the model "
            "gives what the abstract prints: its agreement is a property of the reconstruction and no "
            "evidence about patients."
        )
    return "The model was fitted to the patients' own values, none of which was chosen to fit it."


def unprinted(study: Cohort) -> str:
    """Say, of a rebuilt cohort, that a result was free to come out otherwise; nothing of any other cohort."""
    if study.note:
        return "The abstract prints nothing of this; another cohort rebuilt from it could show otherwise."
    return ""


def _row(rows: pd.DataFrame, outcome: str, stratum: str, statistic: str, group: str = "all") -> pd.Series:
    end = "" if stratum == "all" else f".{stratum}"
    return get(rows, f"multivariable.{outcome}.{statistic}.{group}{end}")


def _numbers(result: pd.Series, test: str) -> str:
    inside = [prose.interval(result), f"{test} {prose.p_value(result['p_value'])}"]
    return f"{prose.number(result)} ({', '.join(filter(None, inside))})"
