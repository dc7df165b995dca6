"""Chapter 3: the rows of the model's checks in, their sentences, tables and figures' frames out."""

import pandas as pd

from helpers.chapters.multivariable.checks import MEASURE_LABELS, NOBODY, RULE_LABELS, set_label, set_name
from helpers.chapters.multivariable.rows import MODEL, SIGNIFICANT
from helpers.chapters.multivariable.words import primary
from helpers.estimators.nonlinearity import BENDS
from helpers.estimators.selection import RULES, covariate_sets
from helpers.ground.results import is_estimable
from helpers.printing import prose

_TERM_WORDS = {"blasts": "blasts", "combination": "arm", "age": "age"}


def shape_sentence(rows: pd.DataFrame) -> str:
    """Print both tests of the straight line over blasts, and whether one of them finds a bend."""
    tests = {shape: primary(rows, f"nonlinearity_blasts_{shape}") for shape in BENDS}
    found = {shape: test for shape, test in tests.items() if is_estimable(test)}
    if not found:
        return f"The straight line cannot be tested: {prose.reason(tests['spline'])}."
    names = {"spline": "restricted cubic spline", "quadratic": "square"}
    printed = [
        f"{names[shape]}: chi-square {prose.number(test)}, {prose.p_value(test['p_value'])}"
        for shape, test in found.items()
    ]
    below = sum(test["p_value"] < SIGNIFICANT for test in found.values())
    verdict = f"{below} of {len(found)} tests finds a bend" if below else "no test finds a bend"
    return f"Likelihood-ratio tests against the line, 1 degree of freedom ({'; '.join(printed)}): {verdict}."


def performance_table(rows: pd.DataFrame) -> pd.DataFrame:
    """Print each measure as it looks and as it is after the correction for optimism."""
    lines = []
    for name, label in MEASURE_LABELS.items():
        apparent, corrected = (primary(rows, f"{name}_{kind}") for kind in ("apparent", "corrected"))
        printed = [_signed(prose.number(one)) for one in (apparent, corrected)]
        lines.append([label, *printed, prose.interval(corrected)])
    return pd.DataFrame(lines, columns=["Measure", "As it looks", "Corrected", "Interval"])


def performance_sentence(rows: pd.DataFrame) -> str:
    """Say what is left of discrimination and calibration after the correction for optimism."""
    apparent, corrected = (primary(rows, f"c_statistic_{kind}") for kind in ("apparent", "corrected"))
    if not is_estimable(corrected):
        return f"How well the model would predict is {prose.reason(corrected)}."
    brier = primary(rows, "brier_corrected")
    without, slope = primary(rows, "brier_without_covariates"), primary(rows, "calibration_slope_corrected")
    side = "below" if brier["estimate"] < without["estimate"] else "not below"
    first = (
        f"The c-statistic is {prose.number(apparent)} in the model's own patients and "
        f"{prose.number(corrected)} ({prose.interval(corrected)}) after the correction. The corrected Brier "
        f"score, {prose.number(brier)}, is {side} the {prose.number(without)} of a guess that "
        "gives everybody the overall share."
    )
    if not is_estimable(slope):
        return f"{first} The calibration slope is {prose.reason(slope)}."
    return f"{first} The corrected calibration slope is {_signed(prose.number(slope))}."


def performance_method(rows: pd.DataFrame) -> str:
    """Name the model and the correction behind the table of measures."""
    corrected = primary(rows, "c_statistic_corrected")
    return f"{corrected['method'].split(', percentile')[0].capitalize()}." if is_estimable(corrected) else ""


def centre_rows(rows: pd.DataFrame, term: str = "blasts_per_10") -> pd.DataFrame:
    """Return the odds ratio of a covariate with all centres, then without each centre that has patients.

    Returns
    -------
    DataFrame
        Rows of the results table, labelled for a forest plot.
    """
    whole = primary(rows, f"odds_ratio_{term}")
    single = rows[rows["statistic"].str.fullmatch(rf"without_centre_\d+_odds_ratio_{term}")]
    single = single[~single["method"].str.endswith(NOBODY)]
    names = single["label"].str.split(" without ").str[-1]
    sizes = [
        f"without {name} ({whole['n'] - n:.0f} left out)" for name, n in zip(names, single["n"], strict=True)
    ]
    return pd.concat([whole.to_frame().T, single]).assign(label=["all centres", *sizes])


def centre_sentence(rows: pd.DataFrame) -> str:
    """Say how far one centre can move the odds ratio of blasts."""
    lowest, highest = (
        primary(rows, f"leave_one_centre_out_{end}_odds_ratio_blasts_per_10") for end in ("lowest", "highest")
    )
    if not is_estimable(lowest):
        return f"The influence of single centres is {prose.reason(lowest)}."
    largest = primary(rows, "leave_one_centre_out_largest_p_blasts_per_10")
    return (
        "With one centre left out at a time, the odds ratio for 10 percentage points of blasts lies between "
        f"{prose.number(lowest)} and {prose.number(highest)}, and the largest Wald P value reads "
        f"{prose.p_value(largest['p_value'])} ({lowest['method'].removeprefix('lowest of ')})."
    )


def selection_frame(rows: pd.DataFrame) -> pd.DataFrame:
    """Return how often each rule chooses each set of covariates.

    Returns
    -------
    DataFrame
        ``rule`` and ``set`` (in print), ``share`` (fraction), ``chosen`` (bool: in the patients themselves);
        no rows where nothing can be selected.
    """
    found = [
        (RULE_LABELS[rule], set_label(names), share["estimate"], names == _chosen(rows, rule))
        for rule in RULES
        for names in covariate_sets(MODEL)
        if is_estimable(share := primary(rows, f"selection_{rule}_share_{set_name(names)}"))
    ]
    return pd.DataFrame(found, columns=["rule", "set", "share", "chosen"])


def selection_sentence(rows: pd.DataFrame) -> str:
    """Say what each rule keeps in the patients, and how often resamples of them lead to the same."""
    first = primary(rows, f"selection_{RULES[0]}_share_none")
    if not is_estimable(first):
        return f"What selection would keep is {prose.reason(first)}."
    parts = []
    for rule in RULES:
        names = _chosen(rows, rule)
        share = primary(rows, f"selection_{rule}_share_{set_name(names)}")
        parts.append(f"{RULE_LABELS[rule]}: {set_label(names)} ({prose.number(share)})")
    return (
        f"Kept in the patients themselves, and in brackets the {first['method'].split(' (')[0]} in which the "
        f"same rule keeps exactly the same: {'; '.join(parts)}."
    )


def inclusion_sentence(rows: pd.DataFrame) -> str:
    """Print how often each covariate is kept, by the strictest and the widest rule."""
    first = primary(rows, f"selection_{RULES[0]}_inclusion_{MODEL[0]}")
    if not is_estimable(first):
        return ""
    parts = []
    for term in MODEL:
        shares = [primary(rows, f"selection_{rule}_inclusion_{term}") for rule in ("p_value", "aic")]
        strict, wide = (prose.number(share) for share in shares)
        parts.append(f"{_TERM_WORDS[term]} in {strict} and {wide}")
    return f"Kept at all, backward by P and by AIC: {', '.join(parts)} of the resamples."


def _chosen(rows: pd.DataFrame, rule: str) -> tuple[str, ...]:
    """Return the covariates that a rule keeps in the patients themselves."""
    return tuple(term for term in MODEL if primary(rows, f"selection_{rule}_keeps_{term}")["estimate"] == 1)


def _signed(text: str) -> str:
    return text.replace("-", "\N{MINUS SIGN}", 1) if text.startswith("-") else text
