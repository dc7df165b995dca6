"""Evidence: each published claim beside its recomputed result, with a verdict that is never typed."""

import argparse
import itertools
import math
import shutil
import sys
import textwrap
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal
from pathlib import Path

import pandas as pd

from helpers import claims as published_claims
from helpers import cohort as cohorts
from helpers.claims import DIRECTIONS, TESTS, ClaimsError
from helpers.dictionary import ROOT
from helpers.results import CHAPTERS, NOT_ESTIMABLE, SIGNIFICANT

COLUMNS = ["id", "statement", "published", "recomputed", "verdict", "reading", "reason"]
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
        As `helpers.claims.load` returns it.
    results : DataFrame
        The results table of one cohort (`helpers.results.COLUMNS`).
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
    printed = claims[(claims["unit"] == "p_value") & (claims["relation"] == "equals")]
    printed_p = {
        row.result_id: (row.value, int(row.decimals)) for row in printed.itertuples() if row.result_id
    }
    miss = DIFFERS if provenance == "patient-level" else UNEXPLAINED
    entries = []
    for claim in claims.itertuples():
        recomputed, verdict, reason = _judge(claim, by_id.get(claim.result_id), printed_p, miss)
        # Where no row answers, the reading column of the claim says why: that is the reason, not a reading.
        reading = claim.reading if claim.result_id else ""
        entries.append((claim.id, claim.statement, _published(claim), recomputed, verdict, reading, reason))
    return pd.DataFrame(entries, columns=COLUMNS)


def _judge(claim, result: dict | None, printed_p: dict, miss: str) -> tuple[str, str, str]:
    """Return what was recomputed, the verdict, and the sentence that says how it came about."""
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
    contradiction = _contradiction(claim, printed_p)
    if contradiction:
        return shown, IMPOSSIBLE, contradiction
    if not exists:
        verdict = NOT_DETERMINED if miss == DIFFERS else miss
        return shown, verdict, f"{claim.result_id} is {_why_missing(result['method'])}."
    needed, test = RULES[claim.relation]
    holds = test(value, claim)
    verdict = miss if not holds else UNDER_READING if claim.reading else REPRODUCED
    finer = f"P = {value:.5g}" if _uses_p_value(claim) else f"{value:.5g}{_suffix(claim.unit, value)}"
    gives = shown if claim.relation in DIRECTIONS else finer
    answer = f"{needed} was needed, and this is {'one' if holds else 'not one'}."
    reason = f"{claim.result_id} gives {gives} ({result['method']}); {answer}"
    return shown, verdict, f"As read here, {reason}" if claim.reading else reason


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


def _contradiction(claim, printed_p: dict) -> str:
    """Say that the P value printed for the same result excludes the claim's wording, whatever was rounded."""
    if claim.relation not in TESTS or claim.result_id not in printed_p:
        return ""
    value, decimals = printed_p[claim.result_id]
    half = Decimal(1).scaleb(-decimals) / 2
    low, high = Decimal(f"{value:.{decimals}f}") - half, Decimal(f"{value:.{decimals}f}") + half
    level = Decimal(str(SIGNIFICANT))
    excluded = low >= level if claim.relation == "significant" else high < level
    if not excluded:
        return ""
    said, side = (
        ("significant", "below") if claim.relation == "significant" else ("not significant", "not below")
    )
    return (
        f"The result is called {said} beside P = {value:.{decimals}f} in the same source "
        f"({claim.result_id}): no value that rounds to it is {side} {SIGNIFICANT}, the usual level "
        "(the source states none)."
    )


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
    printed = Decimal(f"{value:.12g}").quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP, WIDE)
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


def as_text(entries: pd.DataFrame, chapters: pd.Series, width: int) -> str:
    """Lay a ledger out for a terminal.

    Parameters
    ----------
    entries : DataFrame
        As `ledger` returns it.
    chapters : Series of str
        The chapter of each entry, on the same index; entries are grouped by it.
    width : int
        Columns of the terminal. Texts are wrapped to it.

    Returns
    -------
    str
        A block of lines per claim, and the count of verdicts at the end. A verdict that is not plainly
        ``reproduced`` is followed by the claim's id and its reading, or else the reason.
    """
    side = min(14, max(9, width // 6))
    widths = (max(12, width - 3 * side - 8), side, side, side + 2)
    lines = _cells(("claim", "published", "recomputed", "verdict"), widths)
    for chapter in filter(set(chapters).__contains__, CHAPTERS):
        lines += ["", chapter.upper(), "-" * len(chapter)]
        for entry in entries[chapters == chapter].itertuples():
            verdict = entry.verdict or "NO VERDICT"
            lines += _cells((entry.statement, entry.published, entry.recomputed, verdict), widths)
            if entry.verdict == UNDER_READING:
                lines += _note(f"[{entry.id}] {entry.reading}", width)
            elif entry.verdict != REPRODUCED:
                lines += _note(f"[{entry.id}] {entry.reason}", width)
    size = f"{len(entries)} claim{'s' * (len(entries) != 1)}"
    total = ", ".join(
        f"{count} {verdict or 'without a verdict'}" for verdict, count in counts(entries).items()
    )
    return "\n".join([*lines, "", *textwrap.wrap(f"{size}: {total}.", width)])


def _cells(texts: tuple[str, ...], widths: tuple[int, ...]) -> list[str]:
    wrapped = [textwrap.wrap(text, width) for text, width in zip(texts, widths, strict=True)]
    return [
        "  ".join(f"{part:<{width}}" for part, width in zip(parts, widths, strict=True)).rstrip()
        for parts in itertools.zip_longest(*wrapped, fillvalue="")
    ]


def _note(text: str, width: int) -> list[str]:
    return textwrap.wrap(text, width, initial_indent="    ", subsequent_indent="    ", break_on_hyphens=False)


def write(entries: pd.DataFrame, path: Path) -> None:
    """Write a ledger as CSV, in one step: a reader finds the old file or the new one, never a part."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.partial")
    entries.to_csv(partial, index=False, lineterminator="\n")
    partial.replace(path)


def main(arguments: list[str] | None = None) -> int:
    """Print the ledger of a cohort and write it as CSV; return the exit status."""
    # The study stands above this layer: only the command needs it.
    from helpers.study import all_results

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
