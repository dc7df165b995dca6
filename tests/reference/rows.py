"""The table of agreement: how each estimator's random sets are drawn, and who computes the same figures in R.

A row stands under the module and name of its estimator; the function of that name in ``estimators.R`` is its
counterpart. A new public function of ``helpers.estimators`` needs a row here (or, with its reason, a place in
`EXCEPTIONS`), and a test in ``tests/helpers/estimators``.
"""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module

import numpy as np
import pandas as pd

from helpers.estimators import weighting
from helpers.estimators.proportions import newcombe_difference
from helpers.estimators.resampled import fit
from helpers.ground.results import Estimate
from reference import draws

RATIO, NUMBER = 1e-6, 1.0  # what a difference is measured in, at least, where R's figure is smaller


@dataclass(frozen=True)
class Row:
    """How an estimator is compared with R.

    Attributes
    ----------
    draw : callable
        Gives a random set from a random generator.
    r : str
        What computes the figures in R.
    smallest : float
        `RATIO` where small figures count relatively, `NUMBER` else.
    arguments : callable, optional
        Turns a set into the arguments of the estimator, where they are not those of the set.
    read : callable, optional
        Turns what the estimator returns into figures that R has.
    unless : tuple of str
        `DEFINITIONS` that set us apart from R.
    sets : int
        Fewer than 300 where R takes long.
    """

    draw: Callable
    r: str
    smallest: float = NUMBER
    arguments: Callable = dict
    read: Callable = lambda result: result
    unless: tuple[str, ...] = ()
    sets: int = 300


def _weighted(found):
    """Give the arguments of what takes overlap weights."""
    weights = weighting.overlap_weights(found["treated"], pd.DataFrame(found["covariates"]))
    return {"weighted": weights}


def _treated(found):
    weights = _weighted(found)["weighted"]
    chosen = weights.weights[weights.treated == 1]
    return {"weights": chosen, "n": len(chosen), "problem": weights.problem}


def _fitted(found):
    """Give the arguments of a fit in one resample."""
    covariates = pd.DataFrame(found["covariates"])
    scaled = (covariates - covariates.mean()) / covariates.std(ddof=0).replace(0, 1)
    design = np.column_stack([np.ones(len(scaled)), scaled])
    counts = np.array(found["counts"], float)[None]
    return {"outcome": np.array(found["outcome"], float), "design": design, "counts": counts}


def _fits(fits):
    found = {"coefficient": fits.coefficients[0]} if fits.finite[0] else {}
    return found | {"deviance": float(fits.deviance[0])}


def _chosen(table):
    """Say of every rule and covariate whether it is chosen in the patients."""
    names = max(table["covariates"], key=len, default=())
    return {
        f"{row.rule}.{name}": float(name in row.covariates)
        for row in table[table["chosen"].astype(bool)].itertuples()
        for name in names
    }


def _margin_is_zero(drawn, r, key):
    return drawn["events_1"] + drawn["events_0"] in (0, drawn["n_1"] + drawn["n_0"])


def _limit(key):
    return key.partition(".")[0] in ("ci_low", "ci_high")


def _certain(drawn, r, key):
    """Say of a limit whether its estimate is 0 or 1."""
    at = "estimate" + key.removeprefix("ci_low").removeprefix("ci_high")
    return _limit(key) and min(abs(r[at]), abs(1 - r[at])) < 1e-9


def _several_summits(drawn, r, key):
    """Say whether searches from here and there come to summits of different height (Firth's likelihood)."""
    if "deviance" in r and not drawn["penalised"]:
        return False
    arguments = _fitted(drawn)
    width = arguments["design"].shape[1]
    starts = np.random.default_rng(1).normal(0, 4, (50, width))
    fits = [fit(**arguments, penalised=True, start=start) for start in (np.zeros(width), *starts)]
    return np.ptp([one.deviance[0] for one in fits if one.settled[0]]) > 1e-6


# What differs by definition, in words.
MARGIN = "no test where a margin of the table is zero; R gives P = 1"
NO_RATIO = "no ratio without an event in either arm, or where every patient has it"
ALIKE = "no test where all values are equal"
TOO_FEW = "no normal approximation from fewer than two differences"
WHOLLY = "no interval or P where the orders agree wholly, no interval from three pairs"
ENDS = "no limits where the curve is 0 or 1; R repeats the estimate"
FAILS = "cmprsk fails where both groups are followed to an event of the cause"
NO_DESIGN = "not separated where there is no design"
SUMMITS = "of several summits of Firth's likelihood the one that a search from 0 reaches, as in logistf"
# Whether it explains a figure: of the set, R's figures and the name of the figure.
DEFINITIONS = {
    MARGIN: _margin_is_zero,
    NO_RATIO: lambda drawn, r, key: (
        _margin_is_zero(drawn, r, key) or 0 in (drawn["events_1"], drawn["events_0"])
    ),
    ALIKE: lambda drawn, r, key: len({*drawn["x"], *drawn["y"]}) == 1,
    TOO_FEW: lambda drawn, r, key: (
        sum(one != other for one, other in zip(drawn["before"], drawn["after"], strict=True)) < 2
    ),
    WHOLLY: lambda drawn, r, key: abs(r["estimate"]) > 1 - 1e-9 or (len(drawn["x"]) == 3 and _limit(key)),
    ENDS: _certain,
    FAILS: lambda drawn, r, key: "foreign function" in r.get(".error", ""),
    NO_DESIGN: lambda drawn, r, key: ".error" in r,
    SUMMITS: _several_summits,
}

SURVIVAL, BY_HAND, ORDER = "survival::survfit", "the formula, written out", "order statistics, stats::q"
GLM, ENUMERATED = "stats::glm", "enumeration, written out"
CLIMBED = "stats::optim, uniroot"
ROWS = {
    "balance.standardised_difference": Row(draws.two_samples, "stats::var"),
    "balance.standardised_difference_of_shares": Row(draws.two_samples_of_categories, BY_HAND),
    "bayes.posterior_difference": Row(draws.posterior, "stats::integrate, uniroot"),
    "competing.cumulative_incidence_at": Row(draws.competing_at, SURVIVAL, unless=(ENDS,)),
    "competing.cumulative_incidence_curve": Row(draws.competing, SURVIVAL, unless=(ENDS,)),
    "confounding.e_values": Row(
        draws.ratio, BY_HAND, arguments=lambda found: {"ratio": Estimate(**_numbers(found["ratio"]))}
    ),
    "confounding.risk_ratio": Row(
        draws.two_by_two,
        "epitools::riskratio.wald",
        RATIO,
        unless=(NO_RATIO,),
    ),
    "contrasts.difference": Row(
        draws.two_tables,
        BY_HAND,
        arguments=lambda found: {key: newcombe_difference(**found[key]) for key in ("first", "second")},
    ),
    "correlation.spearman": Row(
        draws.measurements,
        "stats::cor.test, Bonett and Wright's formula",
        unless=(WHOLLY,),
    ),
    "cox.cox_hazard_ratio": Row(draws.hazard, "survival::coxph", RATIO),
    "cox.proportional_hazards": Row(draws.hazard, "survival::cox.zph"),
    "cox.time_dependent_hazard_ratio": Row(draws.time_dependent, "survival::coxph", RATIO),
    "cutoffs.largest_chi_square": Row(
        draws.cut,
        "stats::chisq.test",
        arguments=lambda found: found | {"resamples": 9},
        read=lambda found: {"estimate": found.estimate},
    ),
    "survival.delayed_entry_at": Row(draws.entries_at, SURVIVAL),
    "survival.delayed_entry_curve": Row(draws.entries, SURVIVAL),
    "survival.number_at_risk_after_entry": Row(draws.entries_and_times, "counted"),
    "competing.gray_test": Row(
        draws.competing_groups,
        "cmprsk::cuminc",
        unless=(FAILS,),
    ),
    "log_rank.mantel_byar": Row(draws.courses, "survival::coxph, exact ties, score test"),
    "log_rank.weighted_log_rank": Row(
        draws.two_groups_weighted, "survival::survdiff; late weights written out"
    ),
    "log_ratios.fold_change": Row(draws.positive_pairs, f"{ORDER}signrank", RATIO),
    "log_ratios.ratio_of_ratios": Row(draws.positive_samples, f"{ORDER}wilcox", RATIO),
    "logistic.firth_logistic": Row(draws.regression, CLIMBED, RATIO, sets=150),
    "logistic.logistic": Row(draws.regression, CLIMBED, RATIO, sets=150),
    "logistic.predicted_probability": Row(draws.weighted_curve, CLIMBED),
    "separation.separated": Row(
        draws.regression,
        "lpSolve::lp",
        read=lambda names: [bool(names)],
        unless=(NO_DESIGN,),
    ),
    "multiplicity.holm": Row(draws.p_values, "stats::p.adjust"),
    "nonlinearity.knots_of": Row(draws.sample, "stats::quantile"),
    "nonlinearity.nonlinearity": Row(draws.bent_regression, "Hmisc::rcspline.eval, stats::glm"),
    "nonlinearity.shaped_curve": Row(draws.bent_curve, "Hmisc::rcspline.eval, stats::glm"),
    "nonlinearity.spline_term": Row(draws.spline, "Hmisc::rcspline.eval"),
    "prediction.performance": Row(
        draws.regression,
        "scoring steps, Hmisc::somers2, stats::glm",
        arguments=lambda found: found | {"resamples": 2, "seed": 1},
        read=lambda found: {key: value for key, value in found.items() if key.endswith("_apparent")},
    ),
    "homogeneity.zelen": Row(draws.strata_of_two_by_two, ENUMERATED),
    "proportions.boschloo": Row(draws.two_by_two, ENUMERATED, unless=(MARGIN,)),
    "proportions.fisher_exact": Row(
        draws.two_by_two,
        "stats::fisher.test",
        unless=(MARGIN,),
    ),
    "proportions.newcombe_difference": Row(draws.two_by_two, "stats::prop.test, Newcombe's formula"),
    "proportions.pearson_chi_square": Row(draws.two_by_two, "stats::chisq.test"),
    "proportions.wilson": Row(draws.share, "stats::prop.test"),
    "quantiles.median": Row(draws.sample, "stats::median"),
    "quantiles.quantile": Row(draws.sample_quantile, "stats::quantile"),
    "multiplicity.benjamini_hochberg": Row(draws.p_values, "stats::p.adjust"),
    "ranks.hodges_lehmann_paired": Row(draws.pairs, f"{ORDER}signrank"),
    "ranks.hodges_lehmann_two_sample": Row(draws.two_samples, f"{ORDER}wilcox"),
    "ranks.mann_whitney": Row(draws.two_samples, "stats::wilcox.test", unless=(ALIKE,)),
    "ranks.mann_whitney_exact": Row(draws.two_samples, "coin::wilcox_test", unless=(ALIKE,)),
    "ranks.signed_rank": Row(draws.pairs, "stats::wilcox.test", unless=(TOO_FEW,)),
    "ranks.signed_rank_exact": Row(draws.pairs, "exactRankTests::wilcox.exact"),
    "resampled.firth_with_exact_mean": Row(
        draws.modelled,
        CLIMBED,
        arguments=_fitted,
        read=lambda fits: _fits(fits).get("coefficient", []),
        unless=(SUMMITS,),
    ),
    "resampled.fit": Row(
        draws.modelled,
        CLIMBED,
        arguments=lambda found: _fitted(found) | {"penalised": found["penalised"]},
        read=_fits,
        unless=(SUMMITS,),
    ),
    "restricted_mean.restricted_mean": Row(draws.survival_horizon, SURVIVAL),
    "restricted_mean.restricted_mean_difference": Row(draws.two_groups_horizon, SURVIVAL),
    "score_intervals.suissa_shuster": Row(draws.two_by_two, ENUMERATED, unless=(MARGIN,)),
    "score_intervals.exact_difference": Row(draws.small_two_by_two, ENUMERATED, sets=100),
    "score_intervals.miettinen_nurminen": Row(draws.two_by_two, "stats::uniroot"),
    "score_intervals.score": Row(
        draws.score, "the score equation, by halving", read=lambda score: [float(score)]
    ),
    "selection.selection": Row(
        draws.regression,
        GLM,
        arguments=lambda found: found | {"resamples": 2, "seed": 1},
        read=_chosen,
    ),
    "survival.kaplan_meier_at": Row(draws.survival_at, SURVIVAL, unless=(ENDS,)),
    "survival.kaplan_meier_curve": Row(draws.survival, SURVIVAL, unless=(ENDS,)),
    "log_rank.log_rank": Row(draws.two_groups, "survival::survdiff"),
    "survival.median_time": Row(draws.survival, SURVIVAL),
    "survival.number_at_risk": Row(draws.months_and_times, "counted"),
    "survival.reverse_kaplan_meier_median": Row(draws.survival, SURVIVAL),
    "restricted_mean.fisher_limits": Row(draws.with_error, "base::atanh"),
    "curves.log_log_limits": Row(
        draws.with_errors,
        BY_HAND,
        arguments=lambda found: {key: np.array(values) for key, values in found.items()},
    ),
    "restricted_mean.logit_limits": Row(draws.share_with_error, "stats::qlogis"),
    "weighting.balance": Row(
        draws.treatment,
        "stats::glm, weighted.mean",
        arguments=lambda found: _weighted(found) | {"values": found["covariates"]["x0"]},
    ),
    "weighting.effective_size": Row(draws.treatment, GLM, arguments=_treated),
    "weighting.overlap_weights": Row(
        draws.treatment,
        GLM,
        arguments=lambda found: {key: found[key] for key in ("treated", "covariates")},
        read=lambda found: found.weights,
    ),
    "weighting.weighted_difference": Row(
        draws.treatment,
        "stats::glm, numDeriv::jacobian",
        arguments=lambda found: _weighted(found) | {"outcome": found["outcome"]},
    ),
}

EXCEPTIONS = {
    "curves.at_risk": "a count; the curves and tests that rest on it have rows",
    "curves.tally": "a count; the curves and tests that rest on it have rows",
    "logistic.changes_without_each": "compared with statsmodels in its own test",
    "common.chi_square": "the distribution that scipy gives",
    "common.complete": "leaves rows out; computes nothing",
    "curves.curve_at": "reads a curve; the three that use it have rows",
    "common.doubled_ranks": "part of every rank test, which have rows",
    "common.interval": "puts figures into an Estimate",
    "common.intervals_wanted": "a yes or no",
    "curves.no_rows": "an empty table",
    "common.numbers": "turns a column into floats",
    "common.remembered": "keeps answers; computes nothing",
    "common.without_events": "a reason in words",
    "common.without_intervals": "leaves intervals out; computes nothing",
    "common.with_intervals": "keeps intervals; computes nothing",
    "common.yes_or_no": "refuses what is no yes or no",
    "grouping.counted": "a count",
    "grouping.least": "the larger of two numbers",
    "grouping.round_edges": "the bands are our choice: tested by brute force",
    "grouping.round_ends": "the ends are our choice: tested by counting",
    "log_ratios.exponentiated": "part of fold_change and ratio_of_ratios, which have rows",
    "logistic.logistic_in_parts": "logistic in several parts of the patients at once: tested equal to it",
    "prediction.calibration_groups": "the groups are our choice; their shares are wilson's",
    "prediction.measures": "part of performance, which has a row",
    "proportions.no_difference": "a reason in words",
    "rank_distributions.normal_limit": "part of hodges_lehmann_paired and _two_sample, which have rows",
    "rank_distributions.rank_sum_distribution": "part of mann_whitney_exact, which has a row",
    "rank_distributions.two_sided": "part of the exact rank tests, which have rows",
    "proportions.no_test": "a reason in words",
    "proportions.too_many": "a reason in words",
    "resampled.can_be_modelled": "a yes or no that fit, performance and selection go by",
    "resampled.draw": "random resamples: tested by their distribution",
    "resampled.known_columns": "leaves rows out; computes nothing",
    "resampled.known_rows": "leaves rows out; computes nothing",
    "resampled.standardised": "part of performance and selection, which have rows",
    "resampled.standardised_design": "part of performance and selection, which have rows",
    "resampled.why_no_model": "a reason in words",
    "score_intervals.largest_chance": "part of suissa_shuster and exact_difference, which have rows",
    "survival.kaplan_meier_columns": "the columns of kaplan_meier_curve, which has a row",
    "selection.covariate_sets": "lists of names",
}


def _numbers(found):
    """Give NaN for what JSON has as null."""
    return {key: float("nan") if value is None else value for key, value in found.items()}


def ours(name, found):
    """Give our figures for a set: a flat dict of numbers, NaN for what is not estimable."""
    module, function = name.split(".")
    row = ROWS[name]
    arguments = row.arguments(found)
    if isinstance(arguments.get("covariates"), dict):
        arguments["covariates"] = pd.DataFrame(arguments["covariates"])
    result = getattr(import_module(f"helpers.estimators.{module}"), function)(**arguments)
    return dict(_flat(row.read(result)))


def _flat(result, prefix=""):
    """Yield the numbers of a result under the names that ``estimators.R`` gives them."""
    if isinstance(result, Estimate):
        result = {name: getattr(result, name) for name in ("estimate", "ci_low", "ci_high", "p_value")}
    if isinstance(result, pd.DataFrame):
        result = result.to_dict("list")
    if isinstance(result, list | tuple | np.ndarray):
        result = dict(enumerate(result))
    if not isinstance(result, dict):
        yield prefix, float(result)
        return
    for key, part in result.items():
        yield from _flat(part, f"{prefix}.{key}" if prefix else str(key))
