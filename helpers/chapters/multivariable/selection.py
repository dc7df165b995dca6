"""Chapter 3: what rules of automatic selection would have kept of the covariates."""

import pandas as pd

from helpers.chapters.multivariable.model import primary, terms
from helpers.chapters.multivariable.prediction import SEED, resamples
from helpers.estimators.selection import RULES, covariate_sets, selection
from helpers.ground.results import Estimate, Row, Rows, not_estimable
from helpers.ground.study import Study
from helpers.ground.study_parts import ALPHA

RULE_LABELS = {
    "full_model": f"P < {ALPHA} in the full model",
    "p_value": f"Backward by P < {ALPHA}",
    "aic": "Backward by AIC",
}


def rows(study: Study, data: pd.DataFrame) -> Rows:
    """Give, by rule, the shares of resamples that choose each set and keep each covariate.

    Parameters
    ----------
    study : Study
    data : DataFrame
        Of the primary model, complete.

    Yields
    ------
    dict
        As `helpers.ground.results.row` makes it.
    """
    found = selection(data["event"], data[terms(study)], resamples(len(data)), SEED)
    by_rule = [
        found[name].to_numpy(object) for name in ("rule", "covariates", "share", "chosen", "resamples")
    ]
    for rule in RULES:
        own = [tuple(entry) for of, *entry in zip(*by_rule, strict=True) if of == rule]
        yield from _rule_rows(study, data, own, rule)


def set_name(names: tuple[str, ...]) -> str:
    """Name a set of covariates as the ids do.

    Parameters
    ----------
    names : tuple of str

    Returns
    -------
    str
    """
    return "_".join(names) or "none"


def set_label(names: tuple[str, ...], study: Study) -> str:
    """Name a set of covariates in print.

    Parameters
    ----------
    names : tuple of str
        Of `helpers.chapters.multivariable.model.terms`.
    study : Study

    Returns
    -------
    str
    """
    words = ["arm" if name == study.arms[0].id else name for name in names]
    return ", ".join(words) if words else "none of the three"


def _rule_rows(study: Study, data: pd.DataFrame, found: list[tuple], rule: str) -> Rows:
    """Give the shares of one rule's sets and covariates, and what it keeps in the patients themselves.

    Found of each set are its covariates, its share, whether the patients choose it, and the usable resamples.
    """
    size, label = {"n": len(data), "events": int(data["event"].sum())}, RULE_LABELS[rule]
    usable = max((usable for *_, usable in found), default=0)

    def made(end: str, words: str, unit: str, number: float, method: str) -> Row:
        value = not_estimable("the patients have no model with every covariate", **size)
        if usable:
            value = Estimate(float(number), method=method, **size)
        return primary(study, f"selection_{rule}_{end}", f"{label}: {words}", unit, value)

    drawn = f"share of {usable} bootstrap resamples ({resamples(len(data))} drawn, seed {SEED})"
    shares = {names: share for names, share, *_ in found}
    chosen = [names for names, _, is_chosen, _ in found if is_chosen]
    for names in covariate_sets(terms(study)):
        share = shares.get(names, 0)
        yield made(f"share_{set_name(names)}", set_label(names, study), "fraction", share, drawn)
    for term in terms(study):
        name = set_label((term,), study)
        share = sum(share for names, share in shares.items() if term in names)
        kept = any(term in names for names in chosen)
        yield made(f"inclusion_{term}", f"{name} kept", "fraction", share, drawn)
        yield made(f"keeps_{term}", f"{name} kept in all patients", "count", kept, label)
