"""Seed one error at a time into made-up abstracts, and count what the engine, `grim` and `statcheck` find.

Run as ``python tests/seeded_claims.py``. The abstracts are those of ``tests/made_up_abstracts.py``. Whether
the altered print is still possible is found by brute force (``tests/counts_by_hand.py``) where patients are
counted; an order that is turned round, or a word against its own figure, is impossible by itself. `grim` gets
each percentage whose denominator is printed; `statcheck` each P value of a table, as an abstract prints it
and with a statistic that no abstract prints. R's `statcheck` gets the latter where it is installed (Debian's
``r-cran-statcheck``).
"""

import contextlib
import io
import os
import re
import shutil
import subprocess
import sys
import time
import warnings
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from decimal import ROUND_HALF_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP
from fractions import Fraction
from pathlib import Path

import numpy as np
import pandas as pd

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parent)]  # the engine beside these tests, whatever else is installed

from counts_by_hand import LENIENT, READINGS, can_print  # noqa: E402
from grim.mean_tester import consistency_check  # noqa: E402
from made_up_abstracts import Made, Printer, printed  # noqa: E402
from scipy import stats  # noqa: E402
from statcheck.st import statcheck  # noqa: E402

from evidence.ledger.of_abstract import ledger  # noqa: E402
from evidence.ledger.verdicts import CONFLICTS  # noqa: E402

FIRST_SEED, ABSTRACTS = 5000, 24
CHECKERS = ("engine", "grim", "statcheck_apa", "statcheck_as_printed")
OF_R = "statcheck_r"
IN_R = """lines <- readLines(file("stdin"), encoding = "UTF-8")
found <- suppressWarnings(statcheck::statcheck(lines, messages = FALSE))
writeLines(paste("error", found$source[found$error]))"""
Error = tuple[Made, str] | None  # the altered print, the id of the altered claim


def _pick(made: Made, rng: np.random.Generator, *quantities: str, **cells: str) -> dict[str, str] | None:
    rows = [row for row in made.rows if row["quantity"] in quantities and row["value"][0] not in "<>"]
    rows = [row for row in rows if all(row.get(name) == cell for name, cell in cells.items())]
    return rows[rng.integers(len(rows))] if rows else None


def _moved(made: Made, rng: np.random.Generator, most: float, *quantities: str) -> Error:
    row = _pick(made, rng, *quantities)
    if row is None:
        return None
    decimals = len(row["value"].partition(".")[2])
    values = [round(float(row["value"]) + step * 10.0**-decimals, decimals) for step in (-1, 1)]
    values = [value for value in values if 0 <= value <= most]
    return made.altered(row["id"], value=f"{values[rng.integers(len(values))]:.{decimals}f}"), row["id"]


def percentage(made: Made, rng: np.random.Generator) -> Error:
    """Move a percentage by one in its last digit."""
    return _moved(made, rng, 100, "percent")


def count(made: Made, rng: np.random.Generator) -> Error:
    """Move a count by one."""
    return _moved(made, rng, np.inf, "count")


def size(made: Made, rng: np.random.Generator) -> Error:
    """Move the size of a group by one: sums no longer give the whole where all are printed."""
    return _moved(made, rng, np.inf, "n")


def p_value(made: Made, rng: np.random.Generator) -> Error:
    """Change one digit of a P value."""
    row = _pick(made, rng, "p_value")
    if row is None:
        return None
    digits = list(row["value"])
    place = int(rng.integers(2, len(digits)))
    digits[place] = str((int(digits[place]) + rng.integers(1, 10)) % 10)
    if not 0 < float("".join(digits)) <= 1:
        return None
    return made.altered(row["id"], value="".join(digits)), row["id"]


def denominator(made: Made, rng: np.random.Generator) -> Error:
    """Divide a count by the size of the other arm."""
    for arm, other in (("a", "b"), ("b", "a")):
        row, events = _pick(made, rng, "percent", population=arm), _pick(made, rng, "count", population=arm)
        sizes = [each["value"] for each in made.rows if each["id"] == f"n_{other}"]
        if (
            row
            and events
            and sizes
            and row["variable"] == events["variable"]
            and int(sizes[0]) >= int(events["value"])
        ):
            decimals = len(row["value"].partition(".")[2])
            value = printed(Fraction(100 * int(events["value"]), int(sizes[0])), decimals)
            if value != row["value"]:
                return made.altered(row["id"], value=value), row["id"]
    return None


def word(made: Made, rng: np.random.Generator) -> Error:
    """Turn a word that is printed beside its figures."""
    opposite = {"significant": "not_significant", "not_significant": "significant"}
    opposite |= {"higher": "lower", "lower": "higher"}
    rows = [row for row in made.rows if row["value"] in opposite]
    if not rows:
        return None
    row = rows[rng.integers(len(rows))]
    return made.altered(row["id"], value=opposite[row["value"]]), row["id"]


def repeated(made: Made, rng: np.random.Generator) -> Error:
    """Print the second of two equal figures two higher or lower."""
    rows = [row for row in made.rows if row["id"].endswith("_again")]
    if not rows:
        return None
    row = rows[rng.integers(len(rows))]
    value = int(row["value"]) + (2 if int(row["value"]) < 50 else -2)
    return made.altered(row["id"], value=str(value)), row["id"]


def quartiles(made: Made, rng: np.random.Generator) -> Error:
    """Print a first quartile above the median."""
    row = _pick(made, rng, "q1")
    if row is None:
        return None
    median = int(made[row["id"].replace("q1", "median")]["value"])
    return made.altered(row["id"], value=str(median + int(rng.integers(2, 9)))), row["id"]


def interval(made: Made, rng: np.random.Generator) -> Error:
    """Print a lower limit above its hazard ratio."""
    rows = [row for row in made.rows if row["quantity"] == "hazard_ratio"]
    if not rows:
        return None
    return made.altered("hazard_low", value=f"{float(rows[0]['value']) * 1.2 + 0.02:.2f}"), "hazard_low"


def ratio_p(made: Made, rng: np.random.Generator) -> Error:
    """Print a P value above 0.2 beside an interval without 1, or below 0.01 beside one with 1 well inside."""
    rows = [row for row in made.rows if row["id"].startswith("hazard_")]
    if not rows:
        return None
    low, high = float(made["hazard_low"]["value"]), float(made["hazard_high"]["value"])
    if low > 1.02 or high < 0.98:
        return made.altered("hazard_test", value=f"{rng.uniform(0.2, 0.9):.3f}"), "hazard_test"
    if low < 0.9 and high > 1.1:
        return made.altered("hazard_test", value=f"{rng.uniform(0.001, 0.009):.3f}"), "hazard_test"
    return None


def date(made: Made, rng: np.random.Generator) -> Error:
    """Let the last patient be enrolled before the first."""
    rows = [row for row in made.rows if row["id"] == "last"]
    return (made.altered("last", value="2018-11"), "last") if rows else None


PLAIN: dict[str, Callable[[Made, np.random.Generator], Error]] = {
    "percentage off by one": percentage,
    "count off by one": count,
    "size off by one": size,
    "one digit of a P value": p_value,
    "denominator of the other arm": denominator,
}
BY_ITSELF: dict[str, Callable[[Made, np.random.Generator], Error]] = {
    "word turned": word,
    "figure printed twice, two apart": repeated,
    "quartiles out of order": quartiles,
    "lower limit above the ratio": interval,
    "P value against its interval": ratio_p,
    "dates out of order": date,
}


def possible(made: Made) -> bool | None:
    """Tell by brute force whether some patients print it; None where only a mixture of readings could."""
    if any(can_print(made, reading) for reading in READINGS):
        return True
    return None if any(can_print(made, reading) for reading in LENIENT) else False


def blamed(made: Made) -> set[str]:
    """Name the claims that the engine finds in a conflict."""
    found = ledger(made.read())
    found = found[found["verdict"].isin(CONFLICTS)]
    named = {
        row["id"] for row in made.rows if found["conflict"].str.contains(f"({row['id']})", regex=False).any()
    }
    return named | {*found["id"]}


def said(made: Made, id: str) -> str:
    """Return the verdict of the engine on a claim, with its reason."""
    claim = ledger(made.read()).set_index("id").loc[id]
    return f"{claim['verdict']}: {claim['reason']}"


def inconsistent(made: Made) -> set[str]:
    """Name the percentages that `grim` refuses beside the printed size of their group."""
    sizes = {row["population"]: row["value"] for row in made.rows if row["quantity"] == "n"}
    found = set()
    for row in made.rows:
        if row["quantity"] == "percent" and int(sizes.get(row["population"], 0)):
            decimals = len(row["value"].partition(".")[2])
            mean = printed(Fraction(row["value"]) / 100, decimals + 2)
            rules = (ROUND_HALF_UP, ROUND_HALF_EVEN, ROUND_HALF_DOWN)
            if not any(
                consistency_check(mean, sizes[row["population"]], rounding_method=rule) for rule in rules
            ):
                found.add(row["id"])
    return found


def reported(made: Made, with_statistics: bool) -> dict[str, str]:
    """Write each P value of a table, by its id, in a sentence of its own."""
    texts = {}
    for id, table in made.how["tables"].items():
        row = next((row for row in made.rows if row["id"] == id), None)
        events, patients = zip(*table, strict=True)
        if row is None or sum(events) in (0, sum(patients)):
            continue
        sign = "" if row["value"][0] in "<>" else "= "
        text = f"p {sign}{row['value']}".replace("<", "< ").replace(">", "> ").replace(" 0.", " .")
        if with_statistics:
            rows = [[yes, all_ - yes] for yes, all_ in table]
            value = stats.chi2_contingency(rows, correction=False).statistic
            text = f"χ2(1, N = {sum(patients)}) = {value:.3f}, {text}"
        texts[id] = f"Result {len(texts)}: ({text})."
    return texts


def misreported(made: Made, with_statistics: bool) -> set[str]:
    """Name the P values that `statcheck` calls errors."""
    texts = reported(made, with_statistics)
    ids = [*texts]
    silent = io.StringIO()
    with contextlib.redirect_stdout(silent), contextlib.redirect_stderr(silent), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        read, _ = statcheck([*texts.values()], messages=False)
    return {ids[place] for place in read.loc[read["Error"].astype(bool), "Source"]} if len(read) else set()


def misreported_by_r(every: list[Made]) -> list[set[str]]:
    """Name the P values that R's `statcheck` calls errors, of all abstracts at once."""
    written = [
        (place, id, text) for place, made in enumerate(every) for id, text in reported(made, True).items()
    ]
    lines = "\n".join(text for *_, text in written)
    settings = os.environ | {"LC_ALL": "C.UTF-8"}  # else it reads no χ
    run = subprocess.run(
        ["Rscript", "-e", IN_R], input=lines, capture_output=True, text=True, check=True, env=settings
    )
    found: list[set[str]] = [set() for _ in every]
    for number in re.findall(r"^error (\d+)$", run.stdout, re.MULTILINE):
        place, id, _ = written[int(number) - 1]
        found[place].add(id)
    return found


def has_r() -> bool:
    """Tell whether R's `statcheck` is installed."""
    asked = ["Rscript", "-e", "loadNamespace('statcheck')"]
    return shutil.which("Rscript") is not None and not subprocess.run(asked, capture_output=True).returncode


def checked(made: Made) -> dict[str, set[str]]:
    """Name the claims that each checker refuses."""
    answers = (blamed(made), inconsistent(made), misreported(made, True), misreported(made, False))
    return dict(zip(CHECKERS, answers, strict=True))


def one_abstract(seed: int, with_r: bool) -> list[dict[str, object]]:
    """Check one true abstract of each kind, and with every error that it can be given."""
    rows: list[dict[str, object]] = []
    for kinds, made in (
        (PLAIN, Printer(np.random.default_rng(seed), 4, 10, plain=True).made()),
        (BY_ITSELF, Printer(np.random.default_rng(seed), 10, 120).made()),
    ):
        errors = {
            kind: error
            for place, (kind, seeded) in enumerate(kinds.items())
            if (error := seeded(made, np.random.default_rng([seed, place])))
        }
        every = [made, *(altered for altered, _ in errors.values())]
        of_r = misreported_by_r(every) if with_r else []
        before, *after = [checked(each) for each in every]
        for found, named in zip([before, *after], of_r, strict=bool(of_r)):
            found[OF_R] = named
        alarms = {name: len(ids) for name, ids in before.items()}
        rows.append({"kind": "", "seed": seed, "claims": len(made.rows)} | alarms)
        for (kind, (altered, id)), found in zip(errors.items(), after, strict=True):
            row = {
                "kind": kind,
                "seed": seed,
                "id": id,
                "value": f"{made[id]['value']} to {altered[id]['value']}",
            }
            row["possible"] = possible(altered) if kinds is PLAIN else False
            row |= {name: id in found[name] - before[name] for name in found}
            row |= {"any": bool(found["engine"]), "said": "" if row["engine"] else said(altered, id)}
            rows.append(row)
    return rows


def summarised(rows: pd.DataFrame, checkers: list[str]) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Give the recall of each kind of error, the alarms over true abstracts, and every miss."""
    errors, unaltered = rows[rows["kind"].ne("")], rows[rows["kind"].eq("")]
    recall = []
    for kind, each in errors.groupby("kind", sort=False):
        impossible, could = each[each["possible"].eq(False)], each[each["possible"].eq(True)]
        row = {"error": kind, "seeded": len(each), "impossible": len(impossible)}
        row |= {name: int(impossible[name].sum()) for name in checkers}
        recall.append(row | {"possible": len(could), "alarms": int(could["any"].sum())})
    recall.append({"error": "all"} | pd.DataFrame(recall).drop(columns="error").sum().to_dict())
    alarms = pd.DataFrame(
        {
            "checker": checkers,
            "abstracts": len(unaltered),
            "with an alarm": [int(unaltered[name].gt(0).sum()) for name in checkers],
            "claims": int(unaltered["claims"].sum()),
            "named wrongly": [int(unaltered[name].sum()) for name in checkers],
        }
    )
    wrong = errors["possible"].eq(False) & ~errors["engine"].astype(bool)
    wrong |= errors["possible"].eq(True) & errors["any"].astype(bool)
    return (
        pd.DataFrame(recall),
        alarms,
        errors.loc[wrong, ["kind", "seed", "id", "value", "possible", "any", "said"]],
    )


def main() -> None:
    """Run the experiment and print its tables."""
    begun, with_r = time.perf_counter(), has_r()
    seeds = range(FIRST_SEED, FIRST_SEED + ABSTRACTS)
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        found = list(pool.map(one_abstract, seeds, [with_r] * ABSTRACTS))
    checkers = [*CHECKERS, *[OF_R] * with_r]
    recall, alarms, misses = summarised(pd.DataFrame([row for rows in found for row in rows]), checkers)
    print(
        "errors seeded one at a time: how many of those that brute force proves impossible each checker found"
    )
    print(recall.to_string(index=False))
    print("\nalarms over true abstracts, unaltered")
    print(alarms.to_string(index=False))
    print("\nimpossible and not found, or possible and blamed")
    print(misses.to_string(index=False) if len(misses) else "none")
    print(f"\n{time.perf_counter() - begun:.0f} seconds" + "; R's statcheck is not installed" * (not with_r))


if __name__ == "__main__":
    main()
