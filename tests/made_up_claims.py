"""Claims and result rows made by hand, for tests of the ledger."""

import csv
from math import nan

import pandas as pd

from evidence.claims.claim import COLUMNS
from helpers.ground import results
from helpers.ground import study as studies
from helpers.ground.results import ResultId

BLANK = {
    "chapter": "immune",
    "reading": "",
    "printed": "",
    "value": nan,
    "decimals": pd.NA,
    "unit": "",
    "source_sentence": 1,
    "unanswered": "",
}
CHANGE = "immune.treg.median_change.combination"
SIGNED_RANK = "immune.treg.signed_rank.combination"
RATE = "efficacy.response.rate.combination.relapsed_refractory"
DIFFERENCE = "efficacy.response.risk_difference.arm.high_burden"
AGE = "cohort.age.median.all"
BLASTS = "cohort.blasts.median.all.relapsed_refractory"
ODDS = "multivariable.complete_remission_mrd_negative.odds_ratio_blasts.all.relapsed_refractory"


def figure(id, result_id, value, decimals, unit, relation="equals", **more):
    figures = {"value": value, "decimals": decimals, "unit": unit}
    return BLANK | {"id": id, "statement": id, "result_id": result_id, "relation": relation} | figures | more


def wording(id, result_id, relation, **more):
    return BLANK | {"id": id, "statement": id, "result_id": result_id, "relation": relation} | more


def claims_of(*rows):
    frame = pd.DataFrame(rows)[COLUMNS]
    return frame.astype({"decimals": "Int64"})


def result(id, unit, estimate=nan, p_value=nan, method="Some test"):
    value = results.Estimate(estimate=estimate, p_value=p_value, method=method)
    return results.row(ResultId.parse(id), "label", "population", unit, value)


def entry(id, **more):
    """A row of the ledger."""
    columns = ("published", "recomputed", "reading", "depends_on", "reason", "conflict", "patients")
    blank = dict.fromkeys(columns, "") | {"verdict": "consistent", "changes_conclusion": "no"}
    return {"id": id, "sentence": "1", "statement": id} | blank | more


def published_rows():
    """The rows of the published claims as texts, by id."""
    with (studies.load().claims).open(encoding="utf-8", newline="") as file:
        return {row["id"]: row for row in csv.DictReader(file)}


def write_claims(path, rows):
    """Write rows of texts as a claims file."""
    rows = list(rows)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return path
