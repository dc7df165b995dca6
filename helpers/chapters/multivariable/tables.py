"""Chapter 3: its longer tables, and the rows of its forest plots and of selection."""

import textwrap

import pandas as pd

from helpers.chapters.multivariable import model
from helpers.chapters.multivariable.influence import NOBODY, without_centre
from helpers.chapters.multivariable.prediction import KINDS, MEASURES
from helpers.chapters.multivariable.selection import RULE_LABELS, set_label, set_name
from helpers.chapters.multivariable.shape import BLASTS_SHOWN
from helpers.chapters.multivariable.words import SILENT, chosen, is_silent, minus, primary
from helpers.estimators.selection import RULES, covariate_sets
from helpers.ground.cohort import Cohort
from helpers.ground.results import get, is_estimable
from helpers.ground.standing import is_open
from helpers.ground.study import Study
from helpers.printing import prose
from helpers.printing.marks import mark
from helpers.printing.tables import printed

LABEL_WIDTH = 30  # letters of a line beside a forest plot
MOST_CENTRES = 20  # left out one by one in the figure


def odds_ratio_rows(rows: pd.DataFrame, study: Study, start: str = "") -> pd.DataFrame:
    """Return the odds ratios of the primary model (``firth_``: by Firth), labelled by their covariate."""
    names = {term: f"{start}odds_ratio_{term}" for term in model.term_labels(study)}
    if not start and is_open(primary(rows, study, names["blasts_per_10"])):
        names["blasts_per_10"] = "printed_odds_ratio_blasts_per_10"  # that of a cohort has digits of its own
    found = [
        primary(rows, study, names[term]).to_dict() | {"label": label}
        for term, label in model.term_labels(study).items()
    ]
    return pd.DataFrame(found)


def odds_ratio_table(rows: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Print the odds ratios of the primary model; of what the print is silent about, that."""
    found = odds_ratio_rows(rows, study)
    table = printed(found, ["Result", "Estimate", "Interval", "P"])
    silent = [mark(row, SILENT) if _is_silent(rows, study, row) else None for _, row in found.iterrows()]
    return table.assign(P=[words or p for words, p in zip(silent, table["P"], strict=True)])


def _is_silent(rows: pd.DataFrame, study: Study, row: pd.Series) -> bool:
    term = row["statistic"].removeprefix("odds_ratio_")
    return term in model.terms(study) and is_silent(rows, study, term)


def sensitivity_rows(rows: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return the odds ratio of 10 points of blasts under other choices; the primary model comes first."""
    found = [
        _blasts(rows, outcome, stratum, start)
        | {"label": f"{model.outcomes(study)[outcome].label}; blasts {words}"}
        for outcome, stratum in model.analyses(study)
        for start, (_, words) in model.covariate_choices(study).items()
    ]
    return pd.DataFrame(found)


def forest_rows(rows: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return the adjusted odds ratios of 10 points of blasts, in the short lines that a forest plot takes."""
    found = []
    for outcome, stratum in model.analyses(study):
        row = _blasts(rows, outcome, stratum)
        words = (model.outcomes(study)[outcome].label, study.label(stratum))
        lines = [textwrap.fill(text, LABEL_WIDTH, break_on_hyphens=False) for text in words]
        size = (
            f"{row['n']:.0f} patients" if pd.isna(row["events"]) else f"{row['events']:.0f} of {row['n']:.0f}"
        )
        size = "" if pd.isna(row["n"]) else size
        found.append(row | {"label": "\n".join(filter(None, [*lines, size]))})
    return pd.DataFrame(found)


def centre_rows(rows: pd.DataFrame, cohort: Cohort) -> pd.DataFrame:
    """Return the odds ratio of 10 points of blasts with all centres, then without each of the largest."""
    study = cohort.study
    whole = primary(rows, study, "odds_ratio_blasts_per_10")
    found = [whole.to_dict() | {"label": "all centres"}]
    for place in range(1, min(cohort.patients["centre"].nunique(), MOST_CENTRES) + 1):
        name = without_centre(place, "blasts_per_10")
        if name not in set(rows["statistic"]):  # of a centre of few patients nothing is told
            continue
        single = primary(rows, study, name)
        if not single["method"].endswith(NOBODY):
            label = f"without centre {place} ({whole['n'] - single['n']:.0f} left out)"
            found.append(single.to_dict() | {"label": label})
    return pd.DataFrame(found)


def probability_rows(rows: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return the fitted probabilities of both arms, under the blasts at which they are read."""
    found = [
        primary(rows, study, f"probability_blasts_{blasts}", arm).to_dict() | {"heading": f"{blasts}% blasts"}
        for blasts in BLASTS_SHOWN
        for arm in study.arm_ids
    ]
    return pd.DataFrame(found)


def performance_table(rows: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Print each measure as it looks and as it is after the correction for optimism."""
    lines = []
    for name, label in MEASURES.items():
        results = [primary(rows, study, f"{name}_{kind}") for kind in KINDS]
        printed = [minus(prose.number(result)) for result in results]
        lines.append([label, *printed, prose.interval(results[-1])])
    return pd.DataFrame(lines, columns=["Measure", "As it looks", "Corrected", "Interval"])


def performance_note(rows: pd.DataFrame, study: Study) -> str:
    """Name the model and the correction behind the table of measures."""
    corrected = primary(rows, study, "c_statistic_corrected")
    return f"{corrected['method'].split(', percentile')[0].capitalize()}." if is_estimable(corrected) else ""


def selection_note(rows: pd.DataFrame, study: Study) -> str:
    """Say of how many resamples the shares of the table are; empty where nothing can be selected."""
    everything = set_name(covariate_sets(model.terms(study))[0])
    share = primary(rows, study, f"selection_{next(iter(RULES))}_share_{everything}")
    return f"Each number is a {share['method']}." if is_estimable(share) else ""


def selection_frame(rows: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return how often each rule chooses each set of covariates.

    Returns
    -------
    DataFrame
        ``rule`` and ``set`` (in print), ``share`` (fraction), ``chosen`` (bool: in the patients themselves);
        no rows where nothing can be selected.
    """
    found = [
        (RULE_LABELS[rule], set_label(names, study), share["estimate"], names == chosen(rows, study, rule))
        for rule in RULES
        for names in covariate_sets(model.terms(study))
        if is_estimable(share := primary(rows, study, f"selection_{rule}_share_{set_name(names)}"))
    ]
    return pd.DataFrame(found, columns=["rule", "set", "share", "chosen"])


def selection_table(rows: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Print the share of resamples in which each rule keeps each set of covariates."""
    return pd.DataFrame(
        {
            "Covariates kept": set_label(names, study),
            **{
                RULE_LABELS[rule]: prose.number(
                    primary(rows, study, f"selection_{rule}_share_{set_name(names)}")
                )
                for rule in RULES
            },
        }
        for names in covariate_sets(model.terms(study))
    )


def _blasts(rows: pd.DataFrame, outcome: str, stratum: str, start: str = "") -> dict:
    return get(rows, model.result_id(outcome, f"{start}odds_ratio_blasts_per_10", stratum=stratum)).to_dict()
