"""What automatic selection of covariates would choose, in the patients and in bootstrap resamples of them."""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import combinations, compress

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.special import chdtri

from helpers.estimators.compiled import Floats
from helpers.estimators.resampled import Fits, can_be_modelled, draw, fit, standardised_design, why_no_model
from helpers.ground.study_parts import ALPHA

Covariates = tuple[str, ...]

# Rule: what a covariate's likelihood-ratio chi-square must exceed to stay.
THRESHOLDS = {"p_value": float(chdtri(1, ALPHA)), "aic": 2.0}
DECIMALS = 9  # of a chi-square: rounding error must not say who leaves
RULES = ("full_model", *THRESHOLDS)


def covariate_sets(names: Iterable[str]) -> list[Covariates]:
    """List every set of covariates, the largest first.

    Parameters
    ----------
    names : iterable of str

    Returns
    -------
    list of tuple of str
        Each in the order of ``names``.

    Examples
    --------
    >>> covariate_sets(["age", "arm"])
    [('age', 'arm'), ('age',), ('arm',), ()]
    """
    names = tuple(names)
    return [chosen for size in range(len(names), -1, -1) for chosen in combinations(names, size)]


def selection(outcome: ArrayLike, covariates: pd.DataFrame, resamples: int, seed: int) -> pd.DataFrame:
    """Select covariates of a logistic model by three rules, in the patients and in bootstrap resamples.

    Every set of covariates is fitted by maximum likelihood. ``full_model`` keeps the covariates with a
    likelihood-ratio P value below 0.05 in the model of all. ``p_value`` and ``aic`` go backward from it: the
    covariate with the least likelihood-ratio chi-square leaves, until each that is left has P below 0.05 or
    (``aic``) none can leave without raising Akaike's criterion, which is a chi-square of 2. The likelihood
    has a limit under separation, where Wald P values have none, so no resample is lost to it.

    Parameters
    ----------
    outcome : array-like of shape (n,)
        Yes/no.
    covariates : DataFrame of shape (n, k)
        Numbers or yes/no. Rows with a missing value are left out.
    resamples, seed : int

    Returns
    -------
    DataFrame
        ``rule`` (of `RULES`), ``covariates`` (tuple, every set of `covariate_sets` in each rule), ``chosen``
        (bool, the set chosen in the patients), ``share`` (of the usable resamples that choose the set),
        ``resamples`` (usable: the outcome varies, no covariate hangs on the others, and the likelihood of
        every set has come to its maximum or limit). No rows when the patients themselves have no model.

    References
    ----------
    Sauerbrei W, Schumacher M (1992). Statistics in Medicine 11, 2093-2109. Heinze G, Wallisch C, Dunkler D
    (2018). Biometrical Journal 60, 431-449.

    Examples
    --------
    >>> known = pd.DataFrame({"age": [30, 60, 40, 50, 20, 70], "arm": [0, 1, 1, 0, 1, 0]})
    >>> found = selection([1, 0, 1, 0, 0, 1], known, resamples=20, seed=1)
    >>> found.loc[found["chosen"], ["rule", "covariates"]].to_numpy().tolist()
    [['full_model', ()], ['p_value', ()], ['aic', ()]]
    """
    numbers, design = standardised_design(outcome, covariates)
    sets = covariate_sets(covariates.columns)
    columns = ["rule", "covariates", "chosen", "share", "resamples"]
    if why_no_model(numbers, design, covariates.columns):
        return pd.DataFrame(columns=columns)
    counts = draw(len(numbers), resamples, seed)
    counts = np.vstack([np.ones(len(numbers)), counts[can_be_modelled(numbers, design, counts)]])
    fits = {chosen: _fitted(numbers, design[:, _places(covariates, chosen)], counts) for chosen in sets}
    settled = np.all([one.settled for one in fits.values()], axis=0)
    if not settled[0]:
        return pd.DataFrame(columns=columns)
    deviances = {names: one.deviance[settled] for names, one in fits.items()}
    return pd.DataFrame([row for rule in RULES for row in _rule_rows(rule, deviances, sets)], columns=columns)


def _places(covariates: pd.DataFrame, chosen: Covariates) -> list[int]:
    """Return the columns of the design that hold the intercept and the chosen covariates."""
    names = list(covariates)
    return [0, *(1 + names.index(name) for name in chosen)]


def _fitted(outcome: Floats, design: Floats, counts: Floats) -> Fits:
    """Fit every resample, from where the patients themselves, who come first, have their summit."""
    first = fit(outcome, design, counts[:1])
    return fit(outcome, design, counts, start=first.coefficients if first.finite[0] else 0.0)


def _rule_rows(
    rule: str, deviances: dict[Covariates, Floats], sets: list[Covariates]
) -> Iterator[tuple[str, Covariates, bool, float, int]]:
    """Give what one rule chooses: a tuple for each set of covariates; the patients come first."""
    first, *resampled = _kept(rule, deviances, sets)
    usable, counts = len(resampled), Counter(resampled)
    for names in sets:
        yield rule, names, first == names, counts[names] / usable if usable else np.nan, usable


def _kept(rule: str, deviances: dict[Covariates, Floats], sets: list[Covariates]) -> list[Covariates]:
    """Return what a rule keeps of the covariates in each resample, given the deviance of every set."""
    if rule == "full_model":
        stays = _costs(sets[0], deviances) > THRESHOLDS["p_value"]
        return [tuple(compress(sets[0], which)) for which in stays.T]
    kept = np.zeros(len(deviances[sets[0]]), dtype=int)  # places in the sets, of which the largest come first
    for place, names in enumerate(sets[:-1]):
        costs = _costs(names, deviances)
        # Where two cost the same (nothing, in a separated resample), the one named later leaves.
        least = len(names) - 1 - costs[::-1].argmin(axis=0)
        leaves = (kept == place) & (costs.min(axis=0) <= THRESHOLDS[rule])
        kept[leaves] = np.array([sets.index(rest) for rest in _without_each(names)])[least[leaves]]
    return [sets[place] for place in kept]


def _costs(names: Covariates, deviances: dict[Covariates, Floats]) -> Floats:
    """Return what leaving each covariate out costs: one row a covariate, one column a resample."""
    costs = [deviances[rest] - deviances[names] for rest in _without_each(names)]
    return np.round(costs, DECIMALS)


def _without_each(names: Covariates) -> list[Covariates]:
    return [names[:place] + names[place + 1 :] for place in range(len(names))]
