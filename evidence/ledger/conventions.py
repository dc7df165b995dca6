"""Evidence: what a published claim would read under another convention, on the same cohort."""

import itertools
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

import pandas as pd

from evidence.claims.claim import Claim
from evidence.forensics import two_by_two
from evidence.ledger.comparison import Row
from helpers.estimators import quantiles
from helpers.ground.results import ResultId
from helpers.ground.study import CONTRAST, Study

TEST, RULE, MODEL, RANGE = "the test", "the quantile rule", "the model", "the reading as a range"
DEFINITION, CLOCK, POPULATION = "the definition", "time zero", "the population"
MANY_TESTS = "whether P values are adjusted for the number of tests"
AGE = {"chapter": "cohort", "outcome": "age"}
FOLLOWUP = {"chapter": "survival", "outcome": "followup", "statistic": "median"}
QUARTILES = {"statistic": ("quartile_1", "quartile_3")}
RANK_TESTS = {"statistic": ("signed_rank", "mann_whitney", "ratio_mann_whitney")}
BLASTS = {"chapter": "multivariable", "statistic": "odds_ratio_blasts"}


@dataclass(frozen=True)
class Convention:
    """A choice that could have been another one.

    Attributes
    ----------
    kind, name : str
        What is chosen ("the test"), and the other choice ("exact").
    about : mapping
        The parts of the ids of the results that rest on it, as `ResultId.fits` takes them.
    form : str
        The part under the other choice; braces stand for what it is now.
    part : str
        Which part of the id that is.
    """

    kind: str
    name: str
    about: Mapping[str, Collection[str]]
    form: str
    part: str = "statistic"

    def other(self, id: ResultId) -> ResultId:
        """Return the id of the same result under the other choice.

        Parameters
        ----------
        id : ResultId

        Returns
        -------
        ResultId
        """
        return replace(id, **{self.part: self.form.format(getattr(id, self.part))})


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
    result: Row


def conventions(study: Study, claims: list[Claim]) -> list[Convention]:
    """List the conventions that results of a study rest on.

    Parameters
    ----------
    study : Study
    claims : list of Claim
        All that is published: it says which populations cannot be meant.

    Returns
    -------
    list of Convention
        In the order in which the ledger names them.
    """
    months = {"chapter": "survival", "statistic": [f"km_{month}m" for month in study.horizons]}
    disease_free = {**months, "outcome": "dfs"}
    return [
        Convention(RANGE, "first quartile", {**AGE, "statistic": "minimum"}, "quartile_1"),
        Convention(RANGE, "third quartile", {**AGE, "statistic": "maximum"}, "quartile_3"),
        *(Convention(RULE, f"type {kind}", QUARTILES, f"{{}}_type_{kind}") for kind in quantiles.OTHERS),
        Convention(DEFINITION, "reverse Kaplan-Meier", FOLLOWUP, "reverse_km_median"),
        Convention(DEFINITION, "non-response as an event", disease_free, "{}_nonresponse", "outcome"),
        *(
            Convention(CLOCK, f"first day of {lead_in.label}", months, f"{{}}_{lead_in.id}_clock")
            for lead_in in filter(None, [study.lead_in])
        ),
        *_populations(study, claims),
        Convention(TEST, "exact", RANK_TESTS, "{}_exact"),
        Convention(MANY_TESTS, "Benjamini-Hochberg", {"chapter": "immune", **RANK_TESTS}, "{}_bh"),
        Convention(MODEL, "blasts alone", BLASTS, "univariate_{}"),
        Convention(MODEL, "blasts and arm", BLASTS, "without_age_{}"),
        Convention(MODEL, "Firth's penalty", BLASTS, "firth_{}"),
    ]


def _populations(study: Study, claims: list[Claim]) -> Iterator[Convention]:
    """Give a part of the levels of a population instead of all of them.

    A part for which the outcome is printed apart, as worded, is not the one that was meant.
    """
    worded = [claim.result_id for claim in claims if claim.result_id and not claim.reading]
    for whole, part in itertools.permutations(study.populations, 2):
        if part.column == whole.column and set(part.levels) < set(whole.levels):
            apart = {id.outcome for id in worded if id.stratum == part.id}
            outcomes = {outcome.id for outcome in study.outcomes} - apart
            about = {"stratum": whole.id, "outcome": outcomes}
            yield Convention(POPULATION, f"{part.label} patients", about, part.id, "stratum")


def alternatives(
    id: ResultId | None, rows: dict[str, Row], listed: list[Convention], study: Study
) -> list[Alternative]:
    """List what a result would be under other conventions.

    Parameters
    ----------
    id : ResultId, optional
    rows : dict of str to dict
        The rows of the results table of one cohort by id.
    listed : list of Convention
        As `conventions` returns them.
    study : Study

    Returns
    -------
    list of Alternative
        Those that the results hold, and for a two-by-two table the tests of
        `evidence.forensics.two_by_two` on its counts. Empty where nothing else can be chosen.
    """
    if id is None:
        return []
    found = [
        Alternative(each.kind, each.name, rows[other])
        for each in listed
        if id.fits(**each.about) and (other := str(each.other(id))) in rows
    ]
    return [*found, *_other_tests(id, rows, study)]


def _other_tests(id: ResultId, rows: dict[str, Row], study: Study) -> list[Alternative]:
    if not id.fits(chapter="efficacy", statistic="pearson_chi_square", group=CONTRAST):
        return []
    ids = [str(replace(id, statistic="count", group=arm)) for arm in study.arm_ids]
    if not all(each in rows and rows[each]["n"] > 0 for each in ids):
        return []
    return [
        Alternative(TEST, two_by_two.TESTS[test], {"p_value": p, "unit": "p_value", "estimate": p})
        for test, p in _p_values(*(rows[each][part] for each in ids for part in ("events", "n"))).items()
        if test != "pearson"
    ]


@lru_cache(maxsize=64)  # a table is asked of by each of its claims
def _p_values(*cells: float) -> pd.Series:
    table = pd.DataFrame([cells], columns=two_by_two.COLUMNS)
    return two_by_two.p_values(table).iloc[0][list(two_by_two.TESTS)]
