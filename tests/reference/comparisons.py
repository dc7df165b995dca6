"""Each estimator beside R: results of ours with the figures that R gives for the same data.

A comparison is a function that yields ``data set, our Estimate, R's figures by name``, in the names of
:class:`helpers.ground.results.Estimate`. None of the data are the study's.
"""

from math import exp

import numpy as np

from helpers.estimators import (
    balance,
    competing,
    confounding,
    correlation,
    cox,
    log_rank,
    log_ratios,
    logistic,
    multiplicity,
    proportions,
    quantiles,
    ranks,
    restricted_mean,
    score_intervals,
    survival,
)
from helpers.ground.results import Estimate
from reference import MORE, data

COMPARISONS = {}
FORMULAS = {
    "endometrial79": ("HG", ["PI", "EH"]),
    "birthwt189": ("low", ["age", "lwt", "smoke"]),
    "mtcars32": ("am", ["mpg", "qsec"]),
}


def against(source):
    """Register a comparison under the name of its estimator, with what computed the figures."""

    def register(function):
        COMPARISONS[function.__name__] = (source, function)
        return function

    return register


def survival_sets():
    """Yield name, time, event and group of each data set with two groups."""
    bmt, gehan, veteran, pbc = map(data, ("bmt35", "gehan42", "veteran137", "pbc312"))
    yield "bmt35", bmt["ftime"], bmt["status"] > 0, bmt["dis"]
    yield "gehan42", gehan["time"], gehan["cens"], gehan["mp6"]
    yield "veteran137", veteran["time"], veteran["status"], veteran["trt"] - 1
    yield "pbc312", pbc["time"], pbc["status"] == 2, pbc["trt"] - 1


def with_interval(r):
    """Name the estimate and its limits as ours are named."""
    return {"estimate": r["estimate"], "ci_low": r["low"], "ci_high": r["high"]}


def ratio(r):
    """Turn coefficient, limits and P value of a log ratio into those of the ratio."""
    found = {
        "estimate": exp(r["coef"]),
        "ci_low": exp(r["low"]),
        "ci_high": exp(r["high"]),
        "p_value": r["p"],
    }
    return found


@against("survival")
def kaplan_meier_at():
    for name, time, event, _ in survival_sets():
        r = MORE["kaplan_meier"][name]
        yield name, survival.kaplan_meier_at(time, event, MORE["tau"][name]), with_interval(r)


@against("survival")
def median_time():
    for name, time, event, _ in survival_sets():
        yield name, survival.median_time(time, event), with_interval(MORE["median"][name])


@against("survival")
def reverse_kaplan_meier_median():
    for name, time, event, _ in survival_sets():
        result = survival.reverse_kaplan_meier_median(time, np.asarray(event, int))
        yield name, result, with_interval(MORE["reverse_median"][name])


def chi_square(r):
    return {"estimate": r["chisq"], "p_value": r["p"]}


@against("survival")
def logrank():
    for name, *columns in survival_sets():
        yield name, log_rank.log_rank(*columns), chi_square(MORE["log_rank"][name])


@against("survival")
def weighted_log_rank():
    for name, *columns in survival_sets():
        result = log_rank.weighted_log_rank(*columns, early=1, late=0)
        yield name, result, chi_square(MORE["survdiff_rho1"][name])


@against("survival")
def restricted_mean_difference():
    for name, *columns in survival_sets():
        r = MORE["rmst"][name]
        result = restricted_mean.restricted_mean_difference(*columns, horizon=r["tau"])
        yield name, result, {"estimate": r["difference"]["estimate"], "p_value": r["difference"]["p"]}


@against("survival")
def cox_hazard_ratio():
    for name, *columns in survival_sets():
        yield name, cox.cox_hazard_ratio(*columns), ratio(MORE["cox"][name])


@against("survival")
def proportional_hazards():
    for name, *columns in survival_sets():
        yield name, cox.proportional_hazards(*columns), chi_square(MORE["proportional_hazards"][name])


@against("survival")
def time_dependent_hazard_ratio():
    for name, covariate in [("jasa1", "transplant"), ("cgd203", "treated"), ("bladder178", "number")]:
        frame = data(name)
        rows = (frame[column] for column in ("start", "stop", "event", covariate))
        yield name, cox.time_dependent_hazard_ratio(*rows), ratio(MORE["time_dependent"][name])


@against("survival")
def cumulative_incidence_at():
    columns = {"bmt35": ("ftime", "status"), "mgus241": ("time", "cause"), "pbc312": ("time", "status")}
    for name, (time, cause) in columns.items():
        frame = data(name)
        causes = frame[cause].map({0: competing.CENSORED, 1: "cause_1", 2: "cause_2"})
        for of, r in MORE["cumulative_incidence"][name].items():
            result = competing.cumulative_incidence_at(frame[time], causes, MORE["tau"][name], of)
            yield name, result, with_interval(r)


@against("stats::glm, limits by uniroot")
def logistic_regression():
    for name, (outcome, covariates) in FORMULAS.items():
        frame = data(name)
        for covariate, result in logistic.logistic(frame[outcome], frame[covariates]).items():
            yield name, result, ratio(MORE["logistic"][name][covariate])


@against("brglm2, limits by uniroot")
def firth_logistic():
    for name, (outcome, covariates) in FORMULAS.items():
        frame = data(name)
        for covariate, result in logistic.firth_logistic(frame[outcome], frame[covariates]).items():
            yield name, result, ratio(MORE["firth"][name][covariate])


@against("stats::glm")
def predicted_probability():
    for name, (outcome, covariates) in FORMULAS.items():
        frame, r = data(name), MORE["curve"][name]
        curve = logistic.predicted_probability(
            frame[outcome], frame[covariates], r["over"], r["values"], r["held"]
        )
        for place, point in enumerate(curve.itertuples()):
            result = Estimate(point.estimate, point.ci_low, point.ci_high)
            yield name, result, {name: r[key][place] for name, key in LIMITS}


LIMITS = [("estimate", "estimate"), ("ci_low", "low"), ("ci_high", "high")]


def tables(function, **names):
    for name, r in MORE["two_by_two"].items():
        yield name, function(*r["v"]), {field: r[key] for field, key in names.items()}


@against("stats::prop.test")
def wilson():
    for name, r in MORE["two_by_two"].items():
        low, high = r["wilson"]
        result = proportions.wilson(*r["v"][:2])
        yield name, result, {"estimate": r["rate"], "ci_low": low, "ci_high": high}


@against("stats::prop.test, Newcombe's formula")
def newcombe_difference():
    for name, r in MORE["two_by_two"].items():
        low, high = r["newcombe"]
        result = proportions.newcombe_difference(*r["v"])
        yield name, result, {"estimate": r["difference"], "ci_low": low, "ci_high": high}


@against("stats")
def pearson_chi_square():
    yield from tables(proportions.pearson_chi_square, estimate="chi2", p_value="chi2_p")


@against("stats")
def fisher_exact():
    yield from tables(proportions.fisher_exact, p_value="fisher_p")


def differences(function, key):
    for name, r in MORE["efficacy"]["tables"].items():
        if r[key] is not None:
            yield name, function(*r["v"]), r[key]


@against("the score, written out")
def miettinen_nurminen():
    for name, result, (low, high) in differences(score_intervals.miettinen_nurminen, "mn"):
        yield name, result, {"ci_low": low, "ci_high": high}


@against("enumeration on a grid")
def exact_difference():
    for name, result, limits in differences(score_intervals.exact_difference, "uncond_score"):
        yield name, result, dict(zip(("ci_low", "ci_high"), limits, strict=True))


@against("enumeration on a grid")
def suissa_shuster():
    for name, result, p_value in differences(score_intervals.suissa_shuster, "zpooled"):
        if p_value < 1:
            yield name, result, {"p_value": p_value}


@against("the formula")
def e_value():
    for r in MORE["efficacy"]["e_values"]:
        one, limit = confounding.e_values(Estimate(r["ratio"], r["low"], r["high"], 0.95))
        yield f"ratio {r['ratio']:g}", one, {"estimate": r["e_value"]}
        yield f"ratio {r['ratio']:g}", limit, {"estimate": r["e_value_limit"]}


def two_samples():
    """Yield name, both samples and R's figures."""
    pairs, gehan, mtcars, birthwt, endometrial = map(
        data, ("gehan_pairs21", "gehan42", "mtcars32", "birthwt189", "endometrial79")
    )
    samples = {"gehan_11v10": (pairs["mp6"][:11], pairs["control"][11:])}
    for name, frame, value, group in [
        ("gehan42", gehan, "time", "mp6"),
        ("mtcars32", mtcars, "mpg", "am"),
        ("birthwt189", birthwt, "lwt", "smoke"),
        ("endometrial79", endometrial, "EH", "HG"),
    ]:
        samples[name] = frame.loc[frame[group] == 1, value], frame.loc[frame[group] == 0, value]
    for name, (x, y) in samples.items():
        yield name, x, y, MORE["two_samples"][name]


def pairs():
    """Yield name, values before and after, and R's figures."""
    first = data("endometrial79").head(12)
    for name, frame, before, after in [
        ("gehan_pairs21", data("gehan_pairs21"), "control", "mp6"),
        ("sim_treg11", data("sim_treg11"), "base", "d28"),
        ("sleep10", data("sleep10"), "drug_1", "drug_2"),
        ("endometrial79_first12", first, "PI", "EH"),
    ]:
        yield name, frame[before], frame[after], MORE["paired"][name]


def shift(r):
    low, high = r["ci"]
    return {"estimate": r["estimate"], "ci_low": low, "ci_high": high}


@against("stats::wilcox.test")
def mann_whitney():
    for name, x, y, r in two_samples():
        yield name, ranks.mann_whitney(x, y), {"estimate": r["U"], "p_value": r["p"]}


@against("exactRankTests")
def mann_whitney_exact():
    for name, x, y, r in two_samples():
        yield name, ranks.mann_whitney_exact(x, y), {"estimate": r["U"], "p_value": r["p_exact"]}


@against("order statistics, stats::qwilcox")
def hodges_lehmann_two_sample():
    for name, x, y, r in two_samples():
        yield name, ranks.hodges_lehmann_two_sample(x, y), shift(r)


@against("stats::wilcox.test")
def signed_rank():
    for name, before, after, r in pairs():
        yield name, ranks.signed_rank(before, after), {"estimate": r["V"], "p_value": r["p"]}


@against("exactRankTests")
def signed_rank_exact():
    for name, before, after, r in pairs():
        yield name, ranks.signed_rank_exact(before, after), {"estimate": r["V"], "p_value": r["p_exact"]}


@against("order statistics, stats::qsignrank")
def hodges_lehmann_paired():
    for name, before, after, r in pairs():
        yield name, ranks.hodges_lehmann_paired(before, after), shift(r)


@against("stats::cor.test, Bonett and Wright's formula")
def spearman():
    for name, x, y, _ in pairs():
        r = MORE["immune"]["spearman"][name]
        low, high = r["ci"]
        found = {"estimate": r["rho"], "p_value": r["p"], "ci_low": low, "ci_high": high}
        yield name, correlation.spearman(x, y), found


@against("exactRankTests")
def fold_change():
    for name, before, after, _ in pairs():
        if r := MORE["immune"]["fold_change"].get(name):
            low, high = r["ci"]
            yield name, log_ratios.fold_change(before, after), {"ci_low": low, "ci_high": high}


@against("stats::quantile")
def quantile():
    for name, x, _, r in two_samples():
        for q, value in zip((0, 0.25, 0.5, 0.75, 1), r["quartiles"], strict=True):
            yield name, quantiles.quantile(x, q), {"estimate": value}


@against("the formula")
def standardised_difference():
    for name, x, y, r in two_samples():
        yield name, balance.standardised_difference(x, y), {"estimate": r["standardised"]}


@against("the formula")
def standardised_difference_of_shares():
    mtcars, pbc, birthwt = map(data, ("mtcars32", "pbc312", "birthwt189"))
    slow = mtcars["qsec"] > 18
    samples = {
        "mtcars32": (mtcars.loc[slow, "am"], mtcars.loc[~slow, "am"]),
        "pbc312": (pbc.loc[pbc["trt"] == 1, "status"], pbc.loc[pbc["trt"] == 2, "status"]),
        "birthwt189": (birthwt.loc[birthwt["low"] == 1, "smoke"], birthwt.loc[birthwt["low"] == 0, "smoke"]),
    }
    for name, (x, y) in samples.items():
        result = balance.standardised_difference_of_shares(x, y)
        yield name, result, {"estimate": MORE["shares"][name]}


def families(function, key):
    for name, r in MORE["immune"]["p_adjust"].items():
        ours = function(np.array(r["p"], float))
        for adjusted, expected in zip(ours, np.array(r[key], float), strict=True):
            if not np.isnan(expected):
                yield f"family {name}", Estimate(p_value=float(adjusted)), {"p_value": expected}


@against("stats::p.adjust")
def benjamini_hochberg():
    yield from families(multiplicity.benjamini_hochberg, "BH")


@against("stats::p.adjust")
def holm():
    yield from families(multiplicity.holm, "holm")
