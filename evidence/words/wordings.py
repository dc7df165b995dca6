"""Chapter 6: the words that the print gives its P values, and what the P values carry."""

import pandas as pd

from evidence.claims.claim import TESTS
from evidence.claims.printed import Figures, needed
from evidence.forensics.word_findings import suits
from evidence.this_abstract import rank_findings
from evidence.this_abstract.abstract import ALPHA, STUDY
from helpers.ground.results import ResultId


def words(claims: pd.DataFrame) -> pd.DataFrame:
    """List every printed P value with the word that the print gives it.

    Parameters
    ----------
    claims : DataFrame
        As `evidence.claims.load.load` returns it.

    Returns
    -------
    DataFrame
        One row per result with a printed P value: result_id, label, word (significant, not significant or
        empty), p_value, printed (text), suits (some number that prints so lies on the word's side of
        the level), and adjusted: Benjamini and Hochberg's P value in the family of the
        printed immune ones, NaN outside it.
    """
    figures = Figures(claims)
    printed = claims[claims["unit"].eq("p_value") & claims["relation"].eq("equals")]["result_id"]
    said = (
        claims[claims["relation"].isin(TESTS)].drop_duplicates("result_id").set_index("result_id")["relation"]
    )
    rows = []
    for spelled in printed:
        result_id, relation = ResultId.parse(spelled), said.get(spelled, "")
        figure = needed(figures.p_value(result_id), "this P value")
        is_fit = not relation or suits(relation, figure, ALPHA)
        word = relation.replace("_", " ")
        rows.append((result_id, _label(result_id), word, figure.value, str(figure), is_fit))
    table = pd.DataFrame(rows, columns=["result_id", "label", "word", "p_value", "printed", "suits"])
    family = rank_findings.adjusted(figures).set_index("result_id")["benjamini_hochberg"]
    return table.assign(adjusted=table["result_id"].map(family))


def _label(id: ResultId) -> str:
    if id.chapter == "multivariable":
        return "Odds ratio of blasts"
    name = STUDY.labels.get(id.outcome, id.outcome.capitalize()).split(" (")[0]
    if id.statistic == "signed_rank":
        return f"{name}, change, {id.group}"
    if id.statistic == "ratio_mann_whitney":
        return f"{name}, ratio, arms"
    where = {"high_burden": "> 60% blasts", "measurable_disease": "“both groups”"}.get(id.stratum, "arms")
    return f"{name}, {where}"


def sentence(table: pd.DataFrame) -> str:
    """Name the P values that do not carry their word."""
    odd = table[table["word"].ne("") & ~table["suits"]]
    if odd.empty:
        return f"Each P value carries its word at the level of {ALPHA}."
    named = "; ".join(f"{row.label}, called {row.word} beside P = {row.printed}" for row in odd.itertuples())
    count = "One does" if len(odd) == 1 else f"{len(odd)} do"
    return f"{count} not carry it at the level of {ALPHA}: {named}."


def alt(table: pd.DataFrame) -> str:
    """Describe the figure of P values and words."""
    odd = table[~table["suits"]]
    named = "; ".join(f"{row.label}, {row.printed}" for row in odd.itertuples()) or "none"
    return (
        f"{len(table)} printed P values on a log axis with a line at {ALPHA}; the marker tells the "
        f"word that the print gives each. Ringed, because word and P value disagree: {named}. Bars mark the "
        "immune P values adjusted by Benjamini and Hochberg's procedure."
    )
