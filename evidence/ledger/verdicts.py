"""Evidence: each published claim beside its recomputed result, with a verdict that is never typed."""

import argparse
import math
import shutil
import sys
import textwrap
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal
from pathlib import Path

import pandas as pd

from evidence.claims import load as published_claims
from evidence.claims.load import DIRECTIONS, FIGURES, TESTS, ClaimsError
from evidence.forensics import examine
from evidence.forensics.finding import CANNOT_HOLD, CONTRADICTED, NOT_AS_WORDED, OUTCOMES, Finding
from evidence.ledger.conventions import MANY_TESTS, alternatives
from helpers.ground import cohort as cohorts
from helpers.ground.paths import ROOT
from helpers.ground.results import NOT_ESTIMABLE, SIGNIFICANT

COLUMNS = [
    "id",
    "statement",
    "published",
    "recomputed",
    "verdict",
    "reading",
    "depends_on",
    "changes_conclusion",
    "reason",
]
REPRODUCED = "reproduced"
UNDER_READING = "reproduced under a stated reading"
IMPOSSIBLE = "impossible as printed"
NOT_DETERMINED = "not determined"
DIFFERS = "differs"
UNEXPLAINED = "unexplained miss"
NO_VERDICT = ""
VERDICTS = (REPRODUCED, UNDER_READING, IMPOSSIBLE, NOT_DETERMINED, DIFFERS, UNEXPLAINED, NO_VERDICT)

# Room for every float: an odds ratio beside separation can have more digits than the default allows.
WIDE = Context(prec=400)
_DIFFERENCES = ("percent_points", "count", "days", "months", "years", "statistic")
# A claim's unit: the units of results that it can be compared with, and the factor between them.
FACTORS = {
    "percent": {"fraction": 100, "percent_points": 1},
    **{unit: {unit: 1} for unit in ("count", "odds_ratio", "hazard_ratio", "days", "months", "years")},
    # A direction has no unit. It can be read off differences only: the null of a ratio is not 0.
    "": {"fraction": 100} | dict.fromkeys(_DIFFERENCES, 1),
}
SUFFIXES = {"percent": " %", "microgram": " µg"} | {u: f" {u}" for u in ("days", "months", "years", "mg")}
SIGNS = {"equals": "", "at_least": "≥ ", "greater_than": "> ", "less_than": "< "}


def rounds_to(value: float, printed: float, decimals: int) -> bool:
    """Tell whether a value may have been printed as `printed`.

    Of two equally near figures both conventions count, the upper (away from 0) and the even one. Twelve
    significant digits of `value` are looked at, so that 100 × 0.575 is a tie and not just below it.
    """
    exact, unit = Decimal(f"{value:.12g}"), Decimal(1).scaleb(-decimals)
    wanted = Decimal(f"{printed:.{decimals}f}")
    return any(
        exact.quantize(unit, rounding, WIDE) == wanted for rounding in (ROUND_HALF_UP, ROUND_HALF_EVEN)
    )


# A relation: the value that it needs, in words, and the test of it.
RULES = {
    "equals": (
        "a value that rounds to the printed one",
        lambda value, claim: rounds_to(value, claim.value, int(claim.decimals)),
    ),
    "at_least": ("a value not below the printed one", lambda value, claim: value >= claim.value),
    "greater_than": ("a value above the printed one", lambda value, claim: value > claim.value),
    "less_than": ("a value below the printed one", lambda value, claim: value < claim.value),
    "increases": ("a value above 0", lambda value, _: value > 0),
    "decreases": ("a value below 0", lambda value, _: value < 0),
    "higher": ("a value above 0", lambda value, _: value > 0),
    "lower": ("a value below 0", lambda value, _: value < 0),
    "significant": (f"a P value below {SIGNIFICANT}", lambda value, _: value < SIGNIFICANT),
    "not_significant": (
        f"a P value of {SIGNIFICANT} or more",
        lambda value, _: value >= SIGNIFICANT,
    ),
}


def ledger(claims: pd.DataFrame, results: pd.DataFrame, provenance: str) -> pd.DataFrame:
    """Put each published claim beside its recomputed result.

    Parameters
    ----------
    claims : DataFrame
        As `evidence.claims.load.load` returns it.
    results : DataFrame
        The results table of one cohort (`helpers.ground.results.COLUMNS`).
    provenance : {"reconstructed", "patient-level"}
        What the cohort is. A claim that fails is an unexplained miss in a cohort that was rebuilt to agree
        with it; in real patients it differs.

    Returns
    -------
    DataFrame of str
        `COLUMNS`, one row per claim, in the order of the claims. The verdict is one of `VERDICTS`; it is
        empty where the claim names a row that the results lack, or one in a unit that cannot be compared.
    """
    by_id = results.set_index("id").to_dict("index")
    found = examine.of_claims(examine.examine(claims))
    miss = DIFFERS if provenance == "patient-level" else UNEXPLAINED
    entries = []
    for claim in claims.itertuples():
        searched = found.get(claim.id, [])
        recomputed, verdict, reason = _judge(claim, by_id.get(claim.result_id), searched, miss)
        # Where no row answers, the reading column of the claim says why: that is the reason, not a reading.
        reading = claim.reading if claim.result_id else ""
        depends_on, changes = _flags(claim, by_id, searched, verdict)
        shown = _published(claim), recomputed, verdict, reading, depends_on, changes, reason
        entries.append((claim.id, claim.statement, *shown))
    return pd.DataFrame(entries, columns=COLUMNS)


def _judge(claim, result: dict | None, searched: list[Finding], miss: str) -> tuple[str, str, str]:
    """Return what was recomputed, the verdict, and the sentences that say how it came about."""
    if not claim.result_id:
        return "", NOT_DETERMINED, f"No row of the results can answer this. {claim.reading}"
    if result is None:
        return "", NO_VERDICT, f"The results have no row {claim.result_id}."
    value = _comparable(claim, result)
    if value is None:
        units = f"has the unit {result['unit']}, the claim {claim.unit or 'is about a difference'}"
        return "", NO_VERDICT, f"{claim.result_id} {units}: the two cannot be compared."
    exists = math.isfinite(value)
    shown = _recomputed(claim, result, value) if exists else "not estimable"
    contradictions = _reasons(searched, CONTRADICTED)
    if contradictions:
        return shown, IMPOSSIBLE, " ".join(contradictions)
    if not exists:
        verdict = NOT_DETERMINED if miss == DIFFERS else miss
        return shown, verdict, f"{claim.result_id} is {_why_missing(result['method'])}."
    needed, test = RULES[claim.relation]
    holds = test(value, claim)
    finer = f"P = {value:.5g}" if _uses_p_value(claim) else f"{value:.5g}{_suffix(claim.unit, value)}"
    gives = shown if claim.relation in DIRECTIONS else finer
    answer = f"{needed} was needed, and this is {'one' if holds else 'not one'}."
    said = f"{claim.result_id} gives {gives} ({result['method']}); {answer}"
    reason = f"As read here, {said}" if claim.reading else said
    refuted = _reasons(searched, NOT_AS_WORDED) if holds else _reasons(searched, CANNOT_HOLD)
    if holds and refuted:
        verdict = UNDER_READING if claim.reading else IMPOSSIBLE
    elif holds:
        verdict = UNDER_READING if claim.reading else REPRODUCED
    else:
        verdict = IMPOSSIBLE if refuted else miss
    return shown, verdict, " ".join([reason, *(refuted or _reasons(searched, *OUTCOMES))])


def _reasons(searched: list[Finding], *outcomes: str) -> list[str]:
    """Gather the reasons of the findings with these outcomes, each once."""
    return list(dict.fromkeys(finding.reason for finding in searched if finding.outcome in outcomes))


def _flags(claim, by_id: dict, searched: list[Finding], verdict: str) -> tuple[str, str]:
    """Return the convention that a claim depends on, and whether another one changes a conclusion.

    A conclusion is that a P value lies below `helpers.ground.results.SIGNIFICANT`, that a difference has its
    direction, or that a ratio is above or below 1.
    """
    others = [
        other
        for other in alternatives(claim.result_id, by_id)
        # A printed P value is what it is; only the word that it carries can depend on an adjustment.
        if other.convention != MANY_TESTS or claim.relation in TESTS
    ]
    value = _comparable(claim, by_id[claim.result_id]) if claim.result_id in by_id else None
    if value is None or not math.isfinite(value):
        others = []
    apart, changes = [], verdict == IMPOSSIBLE and claim.relation not in FIGURES
    for other in others:
        theirs = _comparable(claim, other.result)
        if theirs is None or not math.isfinite(theirs):
            continue
        if RULES[claim.relation][1](theirs, claim) != RULES[claim.relation][1](value, claim):
            apart.append((other.convention, f"{other.name}: {_recomputed(claim, other.result, theirs)}"))
        changes = changes or _side(claim, theirs) != _side(claim, value)
    texts = [
        f"{convention} ({'; '.join(text for kind, text in apart if kind == convention)})"
        for convention in dict.fromkeys(kind for kind, _ in apart)
    ]
    if not texts:
        texts = list(
            dict.fromkeys(
                each.depends_on for each in searched if each.depends_on and each.claims[0] == claim.id
            )
        )
    return "; ".join(texts), "yes" if changes else "no"


def _side(claim, value: float) -> bool:
    """Say on which side of its null or level a value lies; one side only where a claim has none."""
    if _uses_p_value(claim):
        return value < SIGNIFICANT
    if claim.relation in DIRECTIONS:
        return value > 0
    return claim.unit in ("odds_ratio", "hazard_ratio") and value < 1


def _uses_p_value(claim) -> bool:
    return claim.relation in TESTS or claim.unit == "p_value"


def _comparable(claim, result: dict) -> float | None:
    """Return the result on the claim's scale without floating noise, or None where the units do not fit."""
    if _uses_p_value(claim):
        value = result["p_value"]
    elif result["unit"] in FACTORS.get(claim.unit, {}):
        value = result["estimate"] * FACTORS[claim.unit][result["unit"]]
    else:
        return None
    return float(f"{value:.12g}")


def _why_missing(method: str) -> str:
    return method if method.startswith(NOT_ESTIMABLE) else f"{NOT_ESTIMABLE}the row holds no value ({method})"


def _published(claim) -> str:
    if claim.relation in SIGNS:
        printed = f"{claim.value:.{int(claim.decimals)}f}"
        return f"{SIGNS[claim.relation]}{printed}{_suffix(claim.unit, claim.value)}"
    return {"increases": "increase", "decreases": "decrease", "states": "wording"}.get(
        claim.relation, claim.relation.replace("_", " ")
    )


def _recomputed(claim, result: dict, value: float) -> str:
    if claim.relation in TESTS:
        return f"P = {value:.4f}" if value >= 0.0001 else "P < 0.0001"
    if claim.relation in DIRECTIONS:
        points = " points" if result["unit"] in ("fraction", "percent_points") else ""
        # A sign of its own keeps spreadsheets from taking the cell for a formula.
        return f"{value:.3g}{points}".replace("-", "\N{MINUS SIGN}")
    if claim.relation != "equals":
        return f"{value:.4g}{_suffix(claim.unit, value)}"
    decimals = int(claim.decimals)
    if rounds_to(value, claim.value, decimals):
        value = claim.value
    unit = Decimal(1).scaleb(-decimals)
    printed = Decimal(f"{value:.12g}").quantize(unit, ROUND_HALF_UP, WIDE)
    if claim.unit == "p_value" and not printed and value != claim.value:
        return f"< {unit}"
    return f"{printed}{_suffix(claim.unit, value)}"


def _suffix(unit: str, value: float) -> str:
    suffix = SUFFIXES.get(unit, "")
    return suffix.removesuffix("s") if value == 1 else suffix


def is_settled(entries: pd.DataFrame) -> bool:
    """Tell whether every claim of a ledger has a verdict, and none is an unexplained miss."""
    return not entries["verdict"].isin((UNEXPLAINED, NO_VERDICT)).any()


def counts(entries: pd.DataFrame) -> pd.Series:
    """Count the claims of a ledger by verdict, in the order of `VERDICTS`, leaving out those not given."""
    found = entries["verdict"].value_counts().reindex(VERDICTS, fill_value=0)
    return found[found > 0]


def write(entries: pd.DataFrame, path: Path) -> None:
    """Write a ledger as CSV, in one step: a reader finds the old file or the new one, never a part."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.partial")
    entries.to_csv(partial, index=False, lineterminator="\n")
    partial.replace(path)


def main(arguments: list[str] | None = None) -> int:
    """Print the ledger of a cohort and write it as CSV; return the exit status."""
    # The study stands above this layer, and the layout beside it: only the command needs them.
    from evidence.ledger.terminal import as_text
    from helpers.chapters.book import all_results

    parser = argparse.ArgumentParser(prog="make ledger", description=main.__doc__)
    parser.add_argument("--claims", type=Path, help="claims file (default: the published claims)")
    parser.add_argument("--cohort", type=Path, help="folder of the cohort (default: as for the book)")
    parser.add_argument(
        "--out", type=Path, help="file to write (default: ledger.csv in _build, or by --claims)"
    )
    chosen = parser.parse_args(arguments)
    try:
        claims = published_claims.load(chosen.claims)
        cohort = cohorts.load(chosen.cohort)
    except (ClaimsError, cohorts.CohortError) as error:
        print(error, file=sys.stderr)
        count = len(error.problems)
        print(f"{count} problem{'s' * (count > 1)}; no ledger was written.", file=sys.stderr)
        return 1
    entries = ledger(claims, all_results(cohort), cohort.provenance)
    path = chosen.out or (chosen.claims.parent if chosen.claims else ROOT / "_build") / "ledger.csv"
    try:
        write(entries, path)
    except OSError as error:
        print(f"{path}: cannot be written ({error.strerror}); name another with --out", file=sys.stderr)
        return 1
    width = shutil.get_terminal_size().columns
    print(*textwrap.wrap(f"{cohort.title}. {cohort.note}", width), "", sep="\n")
    print(as_text(entries, claims["chapter"], width))
    print(f"Written to {path}.")
    return 0 if is_settled(entries) else 1


if __name__ == "__main__":
    sys.exit(main())
