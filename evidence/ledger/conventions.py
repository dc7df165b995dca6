"""Evidence: what a published claim would read under another convention, on the same cohort."""

import re
from dataclasses import dataclass

import pandas as pd

from evidence.forensics import two_by_two
from helpers.estimators import quantiles
from helpers.ground.endpoints import ARMS

TEST, RULE, MODEL = "the test", "the quantile rule", "the model"
DEFINITION, CLOCK, POPULATION = "the definition", "time zero", "the population"
MANY_TESTS = "no adjustment for the number of tests"
# A result's id: the kind of convention, the other one's name, and the id of the result under it.
SIBLINGS = [
    (r"(cohort\.age)\.minimum\.(.*)", "the reading as a range", "first quartile", r"\1.quartile_1.\2"),
    (r"(cohort\.age)\.maximum\.(.*)", "the reading as a range", "third quartile", r"\1.quartile_3.\2"),
    *(
        (r"(.*\.quartile_[13])\.(.*)", RULE, f"type {kind}", rf"\1_type_{kind}.\2")
        for kind in quantiles.OTHERS
    ),
    (r"(survival\.followup)\.median\.(.*)", DEFINITION, "reverse Kaplan-Meier", r"\1.reverse_km_median.\2"),
    (r"(survival)\.dfs\.(km_24m\..*)", DEFINITION, "non-response as an event", r"\1.dfs_nonresponse.\2"),
    (r"(survival\.\w+\.km_24m)\.(.*)", CLOCK, "first day of venetoclax", r"\1_venetoclax_clock.\2"),
    (r"(.*\.\w+\.\w+)\.measurable_disease", POPULATION, "MRD-positive patients", r"\1.mrd_positive"),
    (r"(.*\.(?:signed_rank|mann_whitney|ratio_mann_whitney))\.(.*)", TEST, "exact", r"\1_exact.\2"),
    (r"(immune\..*(?:signed_rank|mann_whitney))\.(.*)", MANY_TESTS, "Benjamini-Hochberg", r"\1_bh.\2"),
    (r"(multivariable\..*)\.(odds_ratio_blasts\..*)", MODEL, "blasts alone", r"\1.univariate_\2"),
    (r"(multivariable\..*)\.(odds_ratio_blasts\..*)", MODEL, "blasts and arm", r"\1.without_age_\2"),
    (r"(multivariable\..*)\.(odds_ratio_blasts\..*)", MODEL, "Firth's penalty", r"\1.firth_\2"),
]  # fmt: skip


@dataclass(frozen=True)
class Alternative:
    """A result under another convention.

    Attributes
    ----------
    convention : str
        What would be chosen otherwise ("the test").
    name : str
        The other choice ("exact").
    result : dict
        The result's row under it, or what of a row the ledger needs: ``estimate``, ``p_value``, ``unit``.
    """

    convention: str
    name: str
    result: dict


def alternatives(result_id: str, by_id: dict[str, dict]) -> list[Alternative]:
    """List what a result would be under other conventions.

    Parameters
    ----------
    result_id : str
    by_id : dict of str to dict
        The rows of the results table of one cohort by id.

    Returns
    -------
    list of Alternative
        Those that the results hold, and for a two-by-two table the tests of `evidence.forensics.two_by_two` on
        its counts. Empty where nothing else can be chosen.
    """
    found = []
    for pattern, convention, name, other in SIBLINGS:
        match = re.fullmatch(pattern, result_id)
        row = by_id.get(match.expand(other)) if match else None
        if row is not None:
            found.append(Alternative(convention, name, row))
    return [*found, *_other_tests(result_id, by_id)]


def _other_tests(result_id: str, by_id: dict[str, dict]) -> list[Alternative]:
    match = re.fullmatch(r"(efficacy\.\w+)\.pearson_chi_square\.arm(.*)", result_id)
    if match is None:
        return []
    counts = [by_id.get(f"{match[1]}.count.{arm}{match[2]}") for arm in ARMS]
    if None in counts or not all(count["n"] > 0 for count in counts):
        return []
    cells = [number for count in counts for number in (count["events"], count["n"])]
    p_values = two_by_two.p_values(pd.DataFrame([cells], columns=two_by_two.COLUMNS)).iloc[0]
    return [
        Alternative(TEST, two_by_two.TESTS[test], {"p_value": p, "unit": "p_value", "estimate": p})
        for test, p in p_values.items()
        if test != "pearson"
    ]
