"""Chapter 2, efficacy, in words: the chapter's rows in, its tables, sentences and alternative texts out."""

import textwrap

import pandas as pd

from helpers.chapters.efficacy.groups import OUTCOMES, result_id
from helpers.chapters.efficacy.rows import TESTS, pick
from helpers.ground.endpoints import ARMS, LABELS, RESPONSES
from helpers.ground.results import SIGNIFICANT, get, is_estimable
from helpers.printing import prose

LABEL_WIDTH = 22  # letters
NOUNS = {
    "response": "response",
    "complete_remission": "complete remission",
    "mrd_negativity": "MRD negativity",
}


def best_response_table(rows: pd.DataFrame) -> pd.DataFrame:
    """Print the levels of best response of relapsed/refractory patients, one column per arm."""
    groups = (*ARMS, "all")
    return pd.DataFrame(
        {
            "Best response": LABELS[level],
            **{
                LABELS[group]: prose.of(
                    get(rows, f"efficacy.best_response_{level.lower()}.rate.{group}.relapsed_refractory")
                )
                for group in groups
            },
        }
        for level in RESPONSES
    )


def rates_table(rows: pd.DataFrame) -> pd.DataFrame:
    """Print every outcome in every stratum: the rate of each arm, and the difference."""
    return pd.DataFrame(
        {
            "Outcome": LABELS[outcome],
            "Patients": LABELS[stratum],
            **{LABELS[arm]: prose.of(get(rows, result_id(outcome, "rate", arm, stratum))) for arm in ARMS},
            "Difference": prose.with_interval(
                get(rows, result_id(outcome, "risk_difference", "arm", stratum))
            ),
        }
        for outcome, strata in OUTCOMES.items()
        for stratum in strata
    )


def tests_table(rows: pd.DataFrame) -> pd.DataFrame:
    """Print the P values of every comparison beside each other, with the smallest expected count."""
    names = dict(zip(TESTS, ("Pearson P", "Fisher P", "Suissa-Shuster P", "Boschloo P"), strict=True))
    return pd.DataFrame(
        {
            "Outcome": LABELS[outcome],
            "Patients": LABELS[stratum],
            "Smallest expected count": prose.number(
                get(rows, result_id(outcome, "smallest_expected_count", "arm", stratum))
            ),
            **{
                name: _p_value(get(rows, result_id(outcome, test, "arm", stratum)))
                for test, name in names.items()
            },
        }
        for outcome, strata in OUTCOMES.items()
        for stratum in strata
    )


def forest_rows(rows: pd.DataFrame, outcome: str) -> pd.DataFrame:
    """Select the risk differences of an outcome, each labelled with its stratum and the counts of both arms.

    Returns
    -------
    DataFrame
        Rows of the results table for `helpers.plots.forest.plot_forest`.
    """
    differences = pick(rows, outcome, "risk_difference")
    rates = [pick(rows, outcome, "rate", (arm,)) for arm in ARMS]
    counts = [
        " v ".join(f"{arm['events']:.0f} of {arm['n']:.0f}" for arm in pair)
        for pair in zip(*(rate.to_dict("records") for rate in rates), strict=True)
    ]
    names = [textwrap.fill(name, LABEL_WIDTH) for name in differences["population"]]
    return differences.assign(label=[f"{name}\n{count}" for name, count in zip(names, counts, strict=True)])


def arms_in_words(rows: pd.DataFrame, outcome: str, stratum: str) -> str:
    """Say the rate of each arm, with count, denominator and interval, as a part of a sentence."""
    rates = [prose.of(get(rows, result_id(outcome, "rate", arm, stratum))) for arm in ARMS]
    names = [f"with {_inside(LABELS[arm])}" for arm in ARMS]
    return " and ".join(f"{rate} {name}" for rate, name in zip(rates, names, strict=True))


def compared(rows: pd.DataFrame, outcome: str, stratum: str) -> str:
    """Say how the rates of the arms of a stratum compare, as a sentence."""
    what = f"The rate of {NOUNS[outcome]} ({_inside(LABELS[stratum])})"
    difference = get(rows, result_id(outcome, "risk_difference", "arm", stratum))
    exact = get(rows, result_id(outcome, "fisher_exact", "arm", stratum))
    return prose.comparison(difference, what) + prose.disagreement(difference, exact)


def tests_in_words(rows: pd.DataFrame, outcome: str, stratum: str) -> str:
    """Say the P values of the tests of a comparison, and whether they fall on one side of the limit."""
    tests = [get(rows, result_id(outcome, test, "arm", stratum)) for test in TESTS]
    if not all(is_estimable(test) for test in tests):
        missing = next(test for test in tests if not is_estimable(test))
        return f"The tests are {prose.reason(missing)}."
    below = {bool(test["p_value"] < SIGNIFICANT) for test in tests}
    verdict = {
        frozenset({True}): f"all lie below {SIGNIFICANT:g}",
        frozenset({False}): f"none lies below {SIGNIFICANT:g}",
    }.get(frozenset(below), f"they fall on different sides of {SIGNIFICANT:g}")
    return f"{'; '.join(prose.test(test) for test in tests)}: {verdict}."


def burden_in_words(rows: pd.DataFrame, outcome: str) -> str:
    """Say how the difference between the arms changes from low to high burden."""
    contrast = get(rows, result_id(outcome, "burden_difference", "arm", "relapsed_refractory"))
    name = LABELS[outcome]
    if not is_estimable(contrast):
        why = prose.reason(contrast).removeprefix("not estimable ")
        return f"{name}: high and low burden cannot be contrasted {why}."
    parts = [
        prose.number(get(rows, result_id(outcome, "risk_difference", "arm", stratum)))
        for stratum in ("high_burden", "low_burden")
    ]
    return (
        f"{name}: the difference between the arms was {parts[0]} at high and {parts[1]} at low burden, "
        f"a contrast of {prose.estimate(contrast)}; {prose.clarity(contrast)}."
    )


def caution(rows: pd.DataFrame) -> str:
    """Say how many comparisons there are, how many have a low P value, and how small the groups are."""
    made = get(rows, "efficacy.comparisons.count.arm")
    low = get(rows, "efficacy.comparisons.low_p_count.arm")
    smallest = get(rows, "efficacy.smallest_group.count.all")
    return (
        f"Comparisons of the arms that could be tested: {prose.number(made)}, of which "
        f"{prose.number(low)} had a Pearson P below {SIGNIFICANT:g}, not adjusted for their number. "
        f"Patients in the smallest group: {prose.number(smallest)}."
    )


def missing_in_words(rows: pd.DataFrame) -> str:
    """Say in how many patients each thing that the chapter needs is not recorded."""
    ids = (
        "efficacy.response.missing.all.relapsed_refractory",
        "efficacy.mrd_negativity.missing.all",
        "efficacy.blasts.missing.all.relapsed_refractory",
    )
    names = ("best response", "MRD after treatment", "marrow blasts at baseline")
    found = [get(rows, id) for id in ids]
    parts = [
        f"{name}, {value['estimate']:.0f} of {value['n']:.0f} ({_inside(value['population'])})"
        for name, value in zip(names, found, strict=True)
    ]
    return f"Not recorded: {'; '.join(parts)}."


def readings(rows: pd.DataFrame, provenance: str) -> str:
    """Say what the two outermost disease statuses show, and why it matters in a rebuilt cohort."""
    stayed = prose.of(get(rows, "efficacy.mrd_negativity.rate.monotherapy.mrd_negative"))
    became = prose.of(get(rows, "efficacy.mrd_negativity.rate.combination.mrd_positive"))
    found = (
        f"MRD negativity after treatment, among patients who entered MRD negative and were given "
        f"{_inside(LABELS['monotherapy'])}: {stayed}; among MRD-positive patients given "
        f"{_inside(LABELS['combination'])}: {became}."
    )
    if provenance != "reconstructed":
        return found
    return f"{found} A sentence of the abstract can be read as either of these two; the ledger sets out both."


def remission_origin(provenance: str) -> str:
    """Say where the line between complete and partial remission comes from."""
    if provenance != "reconstructed":
        return "Complete and partial remission stand as the hospitals recorded them."
    return (
        "The abstract gives response, not complete remission alone: how the responses of this rebuilt cohort "
        "divide into complete and partial remissions was chosen in rebuilding, and with it every rate of "
        "complete remission and every comparison of such rates."
    )


def rates_alt(rows: pd.DataFrame, outcome: str) -> str:
    """Describe the figure of rates by arm for a reader who cannot see it."""
    parts = [f"{LABELS[stratum]}: {arms_in_words(rows, outcome, stratum)}." for stratum in OUTCOMES[outcome]]
    return f"Rates by arm. {LABELS[outcome]}. {' '.join(parts)}"


def differences_alt(rows: pd.DataFrame) -> str:
    """Describe the forest plot for a reader who cannot see it."""
    parts = [
        f"{LABELS[outcome]}, {_inside(result['population'])}: {prose.with_interval(result)}."
        for outcome in OUTCOMES
        for _, result in pick(rows, outcome, "risk_difference").iterrows()
    ]
    return f"Forest plot of risk differences, combination minus monotherapy. {' '.join(parts)}"


def patients_alt(patients: pd.DataFrame) -> str:
    """Describe the figure of response against blasts for a reader who cannot see it."""
    if patients.empty:
        return "Best response against marrow blasts: no patient to draw."
    parts = []
    for level in (*RESPONSES, "unknown"):
        blasts = patients.loc[patients["response_level"] == level, "bm_blasts_pct"]
        name = LABELS.get(level, "Response not recorded")
        span = f", blasts from {blasts.min():g}% to {blasts.max():g}%" if len(blasts) else ""
        parts.append(f"{name}: {len(blasts)}{span}")
    arms = ", ".join(f"{patients['arm'].eq(arm).sum()} {LABELS[arm]}" for arm in ARMS)
    negative = int(patients["mrd"].eq("negative").sum())
    return (
        f"Best response of {len(patients)} patients ({arms}) against marrow blasts; a filled "
        "mark is an MRD-negative "
        f"patient ({negative} of them). {'; '.join(parts)}."
    )


def _inside(label: str) -> str:
    """Begin a label with a small letter, unless it begins with an abbreviation."""
    return label if label[:2].isupper() else label[0].lower() + label[1:]


def _p_value(result: pd.Series) -> str:
    return (
        prose.p_value(result["p_value"]).removeprefix("P = ")
        if is_estimable(result)
        else prose.reason(result)
    )
