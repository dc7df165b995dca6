"""Chapter 3 in words: result rows in, the sentences that branch and the alternative texts out."""

import pandas as pd

from helpers.chapters.multivariable.model import COMPOSITE, outcomes, terms
from helpers.chapters.multivariable.selection import RULE_LABELS, set_label, set_name
from helpers.chapters.multivariable.shape import BLASTS_SHOWN, SHAPE_LABELS
from helpers.chapters.multivariable.words.of_print import SILENT, is_silent
from helpers.chapters.multivariable.words.of_print import edge_sentence as edge_sentence
from helpers.chapters.multivariable.words.of_print import primary as primary
from helpers.chapters.multivariable.words.of_print import printed_sentence as printed_sentence
from helpers.chapters.multivariable.words.of_print import silence_sentence as silence_sentence
from helpers.estimators.selection import RULES
from helpers.ground.cohort import Cohort
from helpers.ground.results import is_estimable
from helpers.ground.standing import OBSERVED, is_open
from helpers.ground.study import CONTRAST, Study
from helpers.printing import comparisons, prose
from helpers.printing.marks import mark, part, tally

RULE_OF_THUMB = 10  # events per variable
WALD, PENALISED = "Wald", "penalised likelihood-ratio"


def patients_sentence(rows: pd.DataFrame, study: Study) -> str:
    """Say whom the primary model is about."""
    model, left_out = primary(rows, study, "odds_ratio_blasts"), primary(rows, study, "left_out")
    name = study.assessed_name
    noun = outcomes(study)[COMPOSITE].noun
    if model.get("standing", OBSERVED) != OBSERVED:
        told = f"Read as a model of all {model['n']:.0f} {name} patients"
        return (
            f"{told}."
            if pd.isna(model["events"])
            else f"{told}, {part(model, format(model['events'], '.0f'))} of them with {noun}."
        )
    whom = "patients" if name == "all" else f"{name} patients"
    all_of_them = "" if pd.isna(left_out["n"]) else f"Of {left_out['n']:.0f} {whom} "
    whose = " " if all_of_them else f" {whom} "
    return prose.missing(model, f"The model of {whom} is") or (
        f"{all_of_them}{model['n']:.0f}{whose}have every value the model needs; "
        f"{model['events']:.0f} of these {model['n']:.0f} reached {noun} and "
        f"{model['n'] - model['events']:.0f} did not."
    )


def provenance_sentence(cohort: Cohort) -> str:
    """Say what the model's agreement with the abstract is worth in this cohort."""
    if cohort.is_ranged:
        return (
            "In each of the cohorts behind the ranges of this chapter blasts, ages and outcomes were drawn "
            "so that this model gives what the abstract prints: that they agree is no evidence about "
            "patients."
        )
    if cohort.note:
        return (
            "In this rebuilt cohort the blasts, the ages and the outcomes were chosen so that the model "
            "gives what the abstract prints: its agreement is a property of the reconstruction and no "
            "evidence about patients."
        )
    return "The model was fitted to the patients' own values, none of which was chosen to fit it."


def events_per_variable_sentence(rows: pd.DataFrame, study: Study) -> str:
    """Set the events per variable beside the customary ten."""
    result = primary(rows, study, "events_per_variable")
    if is_open(result) or pd.isna(result["events"]):
        about = f"{prose.number(result)} for {len(terms(study))} covariates"
        return f"Events per variable: {about}; the customary demand is {RULE_OF_THUMB}."
    fewer = min(result["events"], result["n"] - result["events"])
    side = "below" if result["estimate"] < RULE_OF_THUMB else "not below"
    if result.get("base") and abs(fewer - RULE_OF_THUMB * len(terms(study))) <= result["base"]:
        side = "about"  # both numbers of patients are rounded
    return prose.missing(result, "The number of events per variable is") or (
        f"The smaller outcome group has {part(result, f'{fewer:.0f}')} of {result['n']:.0f} patients for "
        f"{prose.spelled(len(terms(study)))} covariates: {part(result, format(result['estimate'], '.1f'))} "
        f"events per variable, {side} the customary {prose.spelled(RULE_OF_THUMB)}."
    )


def separation_sentence(rows: pd.DataFrame, study: Study) -> str:
    """Say whether maximum likelihood has finite estimates."""
    result = primary(rows, study, "separated_terms")
    if is_open(result):
        return f"Coefficients without a finite estimate: open, {prose.number(result)}."
    if result["estimate"] == 0:
        finite = f"every estimate is finite ({result['method']})"
        return f"The outcome is not separated by the covariates: {finite}."
    return prose.missing(result, "Separation cannot be checked:") or (
        f"The covariates separate the outcome: {result['estimate']:.0f} of {len(terms(study)) + 1} "
        f"coefficients, the intercept counted, have no finite estimate ({result['method']}), and only "
        "Firth's odds ratios exist."
    )


def association_sentence(rows: pd.DataFrame, study: Study, term: str) -> str:
    """Say in which direction a covariate of the primary model goes with the outcome, and how clearly."""
    first, second = study.arms
    subject = {
        "blasts_per_10": "Each further 10 percentage points of blasts",
        first.id: f"{first.label} rather than {prose.inside(second.label)}",
        "age": "Each further year of age",
    }[term]
    result, test, aside = primary(rows, study, f"odds_ratio_{term}"), WALD, ""
    if is_open(result):
        return (
            f"{subject}: the odds ratio is open, {prose.number(result)}; "
            f"{_in_the_cohorts(result, study, is_silent(rows, study, term))}."
        )
    if not is_estimable(result):
        aside = f" The odds ratio is Firth's; that of maximum likelihood is {prose.no_number(result)}."
        result, test = primary(rows, study, f"firth_odds_ratio_{term}"), PENALISED
    odds = "higher odds" if result["estimate"] > 1 else "lower odds"
    clear = comparisons.clarity(result) == "a clear difference"
    if comparisons.near_one(result["estimate"]) and not clear:
        odds = "neither higher nor lower odds"
    verdict = "a clear association" if clear else "no clear association"
    if clear != (result["p_value"] < study.alpha):
        verdict += " (the test says otherwise)"
    return prose.missing(result, f"{subject}: the odds ratio is") or (
        f"{subject} went with {odds} of {outcomes(study)[COMPOSITE].noun}: odds ratio "
        f"{_tested(result, test)}; by the interval, {verdict}.{aside}"
    )


def blasts_sentence(rows: pd.DataFrame, study: Study) -> str:
    """Say how blasts go with the outcome: by the print, where more than that is open."""
    is_print = is_open(primary(rows, study, "odds_ratio_blasts_per_10"))
    return printed_sentence(rows, study) if is_print else association_sentence(rows, study, "blasts_per_10")


def _in_the_cohorts(result: pd.Series, study: Study, silent: bool = False) -> str:
    """Say in which share of the cohorts a ratio is below 1, and in which its test is significant."""
    below, low = (result[name] for name in ("share_below_null", "share_significant"))
    parts = [f"below 1 in {part(result, prose.how_many(below))} of the cohorts"] if pd.notna(below) else []
    if silent:
        parts += [mark(result, SILENT)]
    elif pd.notna(low):
        parts += [comparisons.small(result, study)]
    return f"{', '.join(parts)}{comparisons.turned(result)}" or "nothing more is known"


def significant_sentence(rows: pd.DataFrame, study: Study) -> str:
    """Name the covariates whose Wald P value is below the level of the study, and print every one."""
    results = {set_label((term,), study): primary(rows, study, f"odds_ratio_{term}") for term in terms(study)}
    if any(is_estimable(result) and pd.isna(result["p_value"]) for result in results.values()):
        said = (
            mark(result, SILENT) if is_silent(rows, study, term) else prose.tested(result)
            for term, result in zip(terms(study), results.values(), strict=True)
        )
        told = ", ".join(f"{name} {words}" for name, words in zip(results, said, strict=True))
        return (
            f"By Wald tests, which is a reading: {told}. The abstract prints one P value, and not which "
            "other covariates there were."
        )
    below = [name for name, result in results.items() if result["p_value"] < study.alpha]
    printed = ", ".join(f"{name} {prose.p_value(result['p_value'])}" for name, result in results.items())
    names = f"{' and '.join(below)} only" if 0 < len(below) < len(results) else ("all" if below else "none")
    told = f"Wald tests: {printed}. Below {study.alpha}: {names}."
    return prose.missing(results["blasts"], "The P values of the covariates are") or told


def firth_sentence(rows: pd.DataFrame, study: Study) -> str:
    """Set Firth's odds ratio of blasts beside that of maximum likelihood."""
    plain, firth = (primary(rows, study, f"{start}odds_ratio_blasts_per_10") for start in ("", "firth_"))
    if is_open(firth) or is_open(plain):
        return (
            f"For 10 percentage points of blasts Firth's odds ratio is open, {prose.number(firth)}, and that "
            f"of maximum likelihood {prose.number(plain)}; by Firth's it is {_in_the_cohorts(firth, study)}."
        )
    found = f"Firth's odds ratio for 10 percentage points of blasts is {_tested(firth, PENALISED)}"
    agree = "agree" if comparisons.clarity(firth) == comparisons.clarity(plain) else "disagree"
    return (
        prose.missing(firth, "Firth's odds ratio of blasts is")
        or prose.missing(plain, f"{found}; that of maximum likelihood is")
        or f"{found}; that of maximum likelihood is {_tested(plain, WALD)}. The two intervals {agree} on "
        "whether the association is clear."
    )


def curves_sentence(rows: pd.DataFrame, study: Study) -> str:
    """Print the fitted probabilities of both arms with their intervals."""
    found = {
        arm.label: [primary(rows, study, f"probability_blasts_{blasts}", arm.id) for blasts in BLASTS_SHOWN]
        for arm in study.arms
    }
    if not any(is_estimable(result) for own in found.values() for result in own):
        return prose.missing(found[study.arms[0].label][0], "There is no fitted curve: the probability is")
    age = prose.number(primary(rows, study, "median_age"))
    parts = [f"Fitted probability at the median age, {age}"]
    for label, own in found.items():
        points = zip(map(prose.with_interval, own), BLASTS_SHOWN, strict=True)
        parts.append(f"{label}: {', '.join(f'{read} at {blasts}% blasts' for read, blasts in points)}")
    return f"{'. '.join(parts)}."


def shape_sentence(rows: pd.DataFrame, study: Study) -> str:
    """Print both tests of the straight line over blasts, and whether one of them finds a bend."""
    tests = {
        name: primary(rows, study, f"nonlinearity_blasts_{shape}") for shape, name in SHAPE_LABELS.items()
    }
    found = {name: test for name, test in tests.items() if is_estimable(test)}
    if not found:
        return prose.missing(next(iter(tests.values())), "The straight line cannot be tested:")
    printed = [
        f"{name}: chi-square {prose.number(test)}, {prose.p_value(test['p_value'])}"
        for name, test in found.items()
    ]
    if any(pd.isna(test["p_value"]) for test in found.values()):
        told = "; ".join(f"{name}: {prose.tested(test)}" for name, test in found.items())
        return f"Likelihood-ratio tests against the line, 1 degree of freedom: open ({told})."
    below = sum(test["p_value"] < study.alpha for test in found.values())
    verdict = f"{below} of {len(found)} tests finds a bend" if below else "no test finds a bend"
    return f"Likelihood-ratio tests against the line, 1 degree of freedom ({'; '.join(printed)}): {verdict}."


def interaction_sentence(rows: pd.DataFrame, study: Study) -> str:
    """Say whether the odds ratio of blasts differs between the arms (Firth's model with a product term)."""
    result = primary(rows, study, "ratio_of_odds_ratios_blasts_per_10", CONTRAST)
    first, second = study.arms
    if is_open(result):
        return (
            f"The odds ratio for 10 percentage points of blasts, {first.short} divided by {second.short}, is "
            f"open, {prose.number(result)}; {_in_the_cohorts(result, study)}."
        )
    return prose.missing(result, "Whether the odds ratio of blasts differs between the arms is") or (
        f"The odds ratio for 10 percentage points of blasts, {first.short} divided by {second.short}, is "
        f"{_tested(result, PENALISED)}: {comparisons.clarity(result)} between the arms."
    )


def influence_sentence(rows: pd.DataFrame, study: Study, one: str) -> str:
    """Say how far one patient, or one centre, can move the odds ratio of blasts."""
    start, end = {"patient": ("leave_one_out", "blasts")}.get(one, ("leave_one_centre_out", "blasts_per_10"))
    lowest, highest = (
        primary(rows, study, f"{start}_{side}_odds_ratio_blasts_per_10") for side in ("lowest", "highest")
    )
    largest = primary(rows, study, f"{start}_largest_p_{end}")
    if not is_open(lowest) and not is_estimable(lowest):
        return prose.missing(lowest, f"The influence of single {one}s is")
    if is_open(lowest) or is_open(highest) or pd.isna(largest["p_value"]):
        return (
            f"With one {one} left out at a time, the lowest odds ratio for 10 percentage points of blasts is "
            f"open, {prose.number(lowest)}, and so is the highest, {prose.number(highest)}; the largest Wald "
            f"P value is {prose.tested(largest)}."
        )
    fits = lowest["method"].removeprefix("lowest ").removeprefix("of ")
    return (
        f"With one {one} left out at a time, the odds ratio for 10 percentage points of blasts lies between "
        f"{prose.number(lowest)} and {prose.number(highest)}, and the largest Wald P value reads "
        f"{prose.p_value(largest['p_value'])} ({fits})."
    )


def performance_sentence(rows: pd.DataFrame, study: Study) -> str:
    """Say what is left of discrimination and calibration after the correction for optimism."""
    apparent, corrected = (primary(rows, study, f"c_statistic_{kind}") for kind in ("apparent", "corrected"))
    brier, without = (primary(rows, study, f"brier_{kind}") for kind in ("corrected", "without_covariates"))
    slope = primary(rows, study, "calibration_slope_corrected")
    if is_open(corrected) or is_open(brier):
        return (
            f"The c-statistic is open, {prose.number(apparent)} in the model's own patients and "
            f"{prose.number(corrected)} after the correction; so are the corrected Brier score, "
            f"{prose.number(brier)} beside the {prose.number(without)} of a guess that gives everybody the "
            f"overall share, and the corrected calibration slope, {prose.number(slope)}."
        )
    side = "below" if brier["estimate"] < without["estimate"] else "not below"
    last = f"The corrected calibration slope is {minus(prose.number(slope))}."
    last = prose.missing(slope, "The calibration slope is") or last
    return prose.missing(corrected, "How well the model would predict is") or (
        f"The c-statistic is {prose.number(apparent)} in the model's own patients and "
        f"{prose.with_interval(corrected)} after the correction. The corrected Brier score, "
        f"{prose.number(brier)}, is {side} the {prose.number(without)} of a guess that gives everybody the "
        f"overall share. {last}"
    )


def selection_sentence(rows: pd.DataFrame, study: Study) -> str:
    """Say what each rule keeps in the patients, and how often resamples of them lead to the same."""
    first = primary(rows, study, f"selection_{RULES[0]}_share_none")
    if any(
        is_open(primary(rows, study, f"selection_{rule}_keeps_{term}"))
        for rule in RULES
        for term in terms(study)
    ):
        return "What each rule keeps in the patients themselves is open."
    parts = []
    for rule in RULES:
        names = chosen(rows, study, rule)
        share = primary(rows, study, f"selection_{rule}_share_{set_name(names)}")
        parts.append(f"{RULE_LABELS[rule]}: {set_label(names, study)} ({prose.number(share)})")
    return prose.missing(first, "What selection would keep is") or (
        f"Kept in the patients themselves, and in brackets the {first['method'].split(' (')[0]} in which the "
        f"same rule keeps exactly the same: {'; '.join(parts)}."
    )


def inclusion_sentence(rows: pd.DataFrame, study: Study) -> str:
    """Print how often each covariate is kept, by the strictest and the widest rule."""
    kept = {
        term: [primary(rows, study, f"selection_{rule}_inclusion_{term}") for rule in ("p_value", "aic")]
        for term in terms(study)
    }
    if not is_estimable(kept["blasts"][0]):
        return ""
    parts = [f"{set_label((term,), study)} in {' and '.join(map(prose.number, kept[term]))}" for term in kept]
    return f"Kept at all, backward by P and by AIC: {', '.join(parts)} of the resamples."


def chosen(rows: pd.DataFrame, study: Study, rule: str) -> tuple[str, ...]:
    """Return the covariates that a rule keeps in the patients themselves."""
    kept = {term: primary(rows, study, f"selection_{rule}_keeps_{term}") for term in terms(study)}
    return tuple(term for term, result in kept.items() if result["estimate"] == 1)


def sensitivity_sentence(found: pd.DataFrame) -> str:
    """Say how much of the blasts' odds ratio rests on the choices; the first row is the primary model's."""
    others = found.iloc[1:]
    existing = others[others.apply(is_estimable, axis=1)]
    if existing.empty:
        return f"None of the {len(others)} other models is estimable."
    if existing.apply(is_open, axis=1).any():
        return (
            f"Of the {tally(len(others))} other models {tally(len(existing))} are estimable. Their odds "
            "ratios for 10 percentage points of blasts are open; those of "
            f"{tally(sum(existing['range_high'] < 1))} lie below 1 over their whole range."
        )
    clear = sum(comparisons.clarity(result) == "a clear difference" for _, result in existing.iterrows())
    ordered = existing.sort_values("estimate")
    low, high = prose.number(ordered.iloc[0]), prose.number(ordered.iloc[-1])
    return (
        f"Of the {len(others)} other models {len(existing)} are estimable. Their odds ratios for 10 "
        f"percentage points of blasts run from {low} to {high}; {sum(existing['estimate'] < 1)} of "
        f"{len(existing)} are below 1, and {clear} of {len(existing)} have an interval that leaves out 1."
    )


def forest_alt(found: pd.DataFrame) -> str:
    """Describe the lines of a forest plot: each with its estimate and interval."""
    lines = [f"{' '.join(row['label'].split())}: {prose.estimate(row)}" for _, row in found.iterrows()]
    return f"{'; '.join(lines)}."


def minus(text: str) -> str:
    """Print a number below 0 with a minus sign in place of the hyphen."""
    return text.replace("-", "\N{MINUS SIGN}", 1) if text.startswith("-") else text


def _tested(result: pd.Series, test: str) -> str:
    inside = [prose.interval(result), f"{test} {prose.p_value(result['p_value'])}"]
    return f"{prose.number(result)} ({', '.join(filter(None, inside))})"
