"""Evidence: the models that the printed odds ratio of blasts may come from, and the figures they rest on.

The abstract prints an odds ratio per percentage point of marrow blasts and its P value from a multivariate
analysis, and names neither patients, outcome precisely, nor covariates. `MODELS` lists the candidates. What
each can give is searched by `data.attainable`, once and for all, and stored; here and in
`odds_ratio_findings` is what a reader of the stored map needs.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from evidence.claims.printed import Figures
from evidence.forensics.quartiles import RULES
from evidence.this_abstract import abstract
from evidence.this_abstract.abstract import ARMS, HIGH_BURDEN, MEASURABLE, REFRACTORY, efficacy, patients
from helpers.estimators.quantiles import QUARTILES
from helpers.ground.paths import ROOT

FOLDER = ROOT / "data" / "attainable"  # the stored map
HIGHEST_IN_REMISSION = 5  # percent of marrow cells; more would be relapsed or refractory disease


@dataclass(frozen=True)
class Model:
    """A candidate for the printed analysis.

    Attributes
    ----------
    population : str
        A key of `margins.POPULATIONS`.
    outcome : str
        ``mrd_negativity``; ``composite``, complete remission with MRD negativity where fewer patients reach
        it than MRD negativity; ``complete_remission``, which all MRD-negative and some other responders
        reach; ``response``.
    covariates : tuple of str
        Beside blasts: none, arm, or arm and age.
    rule : int
        Which of Hyndman and Fan's rules the printed quartiles follow: 2, 6 or 7.
    distinct : bool
        Whether no two relapsed or refractory patients have the same blasts.
    """

    population: str
    outcome: str
    covariates: tuple[str, ...]
    rule: int = RULES[0]
    distinct: bool = False

    @property
    def name(self) -> str:
        """A key for files: all attributes, the last two where they are not the usual.

        Returns
        -------
        str
        """
        parts = [self.population, self.outcome, "+".join(("blasts", *self.covariates))]
        parts += [f"type{self.rule}"] * (self.rule != RULES[0]) + ["distinct"] * self.distinct
        return ".".join(parts)

    @property
    def is_usual(self) -> bool:
        """Whether it is a model of its own, not another under other quartiles or without equal values.

        Returns
        -------
        bool
        """
        return not self.distinct and self.rule == RULES[0]


BLASTS, ARM, ARM_AGE = (), ("arm",), ("arm", "age")
MODELS = (
    *(
        Model(population, outcome, covariates)
        for population, outcome, several in (
            (REFRACTORY, "mrd_negativity", (BLASTS, ARM, ARM_AGE)),
            (REFRACTORY, "composite", (BLASTS,)),
            (REFRACTORY, "response", (BLASTS, ARM_AGE)),
            (REFRACTORY, "complete_remission", (BLASTS, ARM_AGE)),
            (MEASURABLE, "mrd_negativity", (BLASTS, ARM, ARM_AGE)),
            ("all", "mrd_negativity", (BLASTS, ARM, ARM_AGE)),
        )
        for covariates in several
    ),
    *(Model(REFRACTORY, "mrd_negativity", BLASTS, rule, distinct=True) for rule in (7, 2, 6)),
)

# The figures that the patients of a model have to print, and the P values.
CONSTRAINTS = (
    *(patients(group) for group in abstract.STUDY.groups),
    *(patients(group, REFRACTORY) for group in abstract.STUDY.groups),
    *(patients(stratum=status) for status in (abstract.POSITIVE, abstract.NEGATIVE)),
    *(
        efficacy(outcome, statistic, arm, stratum)
        for outcome in abstract.OUTCOMES
        for statistic, stratum in (("count", REFRACTORY), ("rate", HIGH_BURDEN))
        for arm in ARMS
    ),
    *(efficacy("mrd_negativity", "rate", arm, MEASURABLE) for arm in ARMS),
    *(abstract.blasts(name, arm) for arm in ARMS for name in QUARTILES),
    *map(abstract.age, abstract.AGES),
)
CONSTRAINTS_P = (
    *(
        efficacy(outcome, "pearson_chi_square", abstract.CONTRAST, HIGH_BURDEN)
        for outcome in abstract.OUTCOMES
    ),
    efficacy("mrd_negativity", "pearson_chi_square", abstract.CONTRAST, MEASURABLE),
    abstract.RANK_TEST,
)


def constraints(figures: Figures) -> pd.DataFrame:
    """List the figures that a map of attainable odds ratios rests on.

    Parameters
    ----------
    figures : Figures

    Returns
    -------
    DataFrame
        ``result_id`` (as it prints), ``is_p_value, value, decimals``; values missing where nothing is
        printed. Two equal lists have the same map.
    """
    found = [(id, False, figures.get(id)) for id in CONSTRAINTS]
    found += [(id, True, figures.p_value(id)) for id in CONSTRAINTS_P]
    rows = [(str(id), is_p, *((f.value, f.decimals) if f else (np.nan, np.nan))) for id, is_p, f in found]
    return pd.DataFrame(rows, columns=["result_id", "is_p_value", "value", "decimals"])
