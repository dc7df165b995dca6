"""Chapter 6, the reading of the odds ratio of blasts: the stored map in, words, tables and panels out."""

from typing import Any

import pandas as pd

from evidence.claims.printed import Figure, Figures, needed
from evidence.this_abstract import odds_ratio_findings
from evidence.this_abstract.odds_ratio_findings import OPEN, PROVED, REACHED, Attainable
from helpers.printing import prose

ROWS = {
    ("relapsed_refractory", "mrd_negativity"): "R/R,\nMRD neg.",
    ("relapsed_refractory", "composite"): "R/R, CR and\nMRD neg.",
    ("relapsed_refractory", "complete_remission"): "R/R,\nCR",
    ("relapsed_refractory", "response"): "R/R,\nresponse",
    ("measurable_disease", "mrd_negativity"): "R/R or MRD+,\nMRD neg.",
    ("all", "mrd_negativity"): "Everyone,\nMRD neg.",
}
COLUMNS = {(): "Blasts alone", ("arm",): "Blasts and arm", ("arm", "age"): "Blasts, arm, age"}
OUTCOMES = {
    "mrd_negativity": "MRD negativity",
    "composite": "CR with MRD negativity, in some of the MRD-negative",
    "complete_remission": "CR, in the MRD-negative and others",
    "response": "response",
}
_DISTINCT = {True: ", no equal values", False: ""}
POPULATIONS = {"relapsed_refractory": "R/R", "measurable_disease": "R/R or MRD-positive", "all": "everyone"}


def judged(figures: Figures) -> pd.DataFrame | None:
    """Judge every model as `odds_ratio_findings.verdicts` does; None where no map applies."""
    printed, attainable = odds_ratio_findings.pair(figures), odds_ratio_findings.load()
    if printed is None or odds_ratio_findings.changed(figures, attainable):
        return None
    return odds_ratio_findings.verdicts(*printed, attainable)


def table(verdicts: pd.DataFrame) -> pd.DataFrame:
    """Print one row per model: what it is, whether it reaches the pair, the nearest point and the bound."""
    columns = {
        "Patients": verdicts["population"].map(POPULATIONS),
        "Outcome": verdicts["outcome"].map(OUTCOMES),
        "Covariates": verdicts["covariates"].map(lambda names: ", ".join(("blasts", *names))),
        "Quartiles": "type " + verdicts["rule"].astype(str) + verdicts["distinct"].map(_DISTINCT),
        "Printed pair": verdicts["verdict"],
        "Nearest point found": [_point(verdict) for verdict in verdicts.itertuples()],
        "Proved": [_bound(verdict) for verdict in verdicts.itertuples()],
    }
    return pd.DataFrame(columns)


def _point(verdict: Any) -> str:
    if pd.isna(verdict.p_value):
        return "no such odds ratio found"
    return f"{prose.fixed(verdict.odds_ratio, 4)}, P = {prose.fixed(verdict.p_value, 5)}"


def _bound(verdict: Any) -> str:
    if not verdict.bound_end:
        return ""
    if pd.isna(verdict.bound):
        return "no such odds ratio"
    sign = "\N{GREATER-THAN OR EQUAL TO}" if verdict.bound_end == "smallest" else "\N{LESS-THAN OR EQUAL TO}"
    return f"P {sign} {prose.fixed(verdict.bound, 5)}"


def counts(verdicts: pd.DataFrame) -> dict[str, int]:
    """Count the candidate models, and those that reach the pair, are proved unable, or were not reached."""
    # What differs from another row in the quartile rule or in equal values alone is no model of its own.
    usual = verdicts.loc[verdicts["is_usual"], "verdict"]
    return {"tried": len(usual)} | {verdict: usual.eq(verdict).sum() for verdict in (REACHED, PROVED, OPEN)}


def variants_words(verdicts: pd.DataFrame) -> str:
    """Say which rows of the table are no candidate models of their own; empty without any."""
    tried = counts(verdicts)["tried"]
    return (
        f"Rows that differ from another in the quartile rule or in equal values alone are not counted as "
        f"models: {len(verdicts)} rows, {tried} models."
        if tried < len(verdicts)
        else ""
    )


def open_words(verdicts: pd.DataFrame) -> str:
    """Say how many candidate models were neither reached nor proved unable; empty without any."""
    left = counts(verdicts)[OPEN]
    return f"; for {left} it was not reached, which is a search result and not a proof" if left else ""


def found_words(verdicts: pd.DataFrame, ends: str) -> tuple[str, str]:
    """Name the quartile rules of models of blasts alone, and the P values that patients were found with.

    Parameters
    ----------
    verdicts : DataFrame
        From `judged`.
    ends : str
        Regular expression of what follows ``blasts`` in the name of a model.
    """
    rows = verdicts[verdicts["model"].str.fullmatch(rf"relapsed_refractory\.mrd_negativity\.blasts{ends}")]
    prints = rows["verdict"].eq(REACHED).map({True: " (prints)", False: ""})
    found = "P = " + rows["p_value"].map(lambda value: prose.fixed(value, 6)) + prints
    return " and ".join(rows["rule"].astype(str)), " and ".join(found)


def panels(verdicts: pd.DataFrame) -> pd.DataFrame:
    """Arrange the models of the usual quartile rule for `evidence.plots.attainable.attainable_figure`."""
    usual = verdicts[verdicts["is_usual"]]
    rows = [ROWS[key] for key in zip(usual["population"], usual["outcome"], strict=True)]
    columns = [COLUMNS[covariates] for covariates in usual["covariates"]]
    shown = usual[["model", "verdict"]].assign(row=rows, column=columns)
    return shown.assign(reached=shown["verdict"].eq(REACHED)).reset_index(drop=True)


def bars(attainable: Attainable) -> pd.DataFrame:
    """Lay the smallest and the largest P value of each model and odds ratio side by side."""
    ends = attainable.points[attainable.points["end"] != "nearest"]
    wide = ends.pivot_table(index=["model", "goal"], columns="end", values="p_value").reset_index()
    return wide.astype({"goal": float})


def box(figures: Figures) -> tuple[float, float, float, float]:
    """Return the odds ratios and P values that round to the printed pair: low, high, low, high."""
    ratio, p_value = pair(figures)
    return (*ratio.window, *p_value.window)


def pair(figures: Figures) -> tuple[Figure, Figure]:
    """Return the printed odds ratio and its P value."""
    return needed(odds_ratio_findings.pair(figures), "the odds ratio with its P value")


def alt(verdicts: pd.DataFrame) -> str:
    """Describe the figure of attainable P values."""
    shown = panels(verdicts)
    parts = [
        f"{row.row} on {row.column.lower()}: {row.verdict}".replace("\n", " ") for row in shown.itertuples()
    ]
    return (
        "Small panels, one a model: for each printed odds ratio a bar from the smallest to the largest P "
        "value reached, on a log axis; a box marks what prints as the published pair, black lines bounds. "
        f"Bars are hatched where the box is not reached. {'; '.join(parts)}."
    )
