"""Seed one error at a time into true studies, and count what the engine, `grim` and `statcheck` find.

Run as ``python tests/seeded_errors.py``. The studies are those of ``tests/studies.py``. An error counts as
found where a checker names the altered claim and did not name it before. `grim` gets each percentage whose
denominator is printed; `statcheck` gets every P value in a sentence that it can read, with a statistic that
no abstract prints, and the same P values as an abstract prints them.
"""

import os
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parent)]  # the helpers beside these tests, whatever else is installed

import studies  # noqa: E402
from checkers import (  # noqa: E402
    GROUPS,
    a_rounding_prints,
    a_table_prints,
    blamed,
    figures,
    inconsistent,
    misreported,
)
from studies import Study  # noqa: E402

from evidence.claims.claim import DIRECTIONS, TESTS  # noqa: E402
from evidence.this_abstract.abstract import ARMS, STATUSES  # noqa: E402

STUDIES = 40
SEEDED = 12  # of them; each is judged once more for every kind of error
FIRST_SEED = 1000
CHECKERS = ("engine", "grim", "statcheck_apa", "statcheck_as_printed")
Error = tuple[pd.DataFrame, str]  # altered claims, the id of the altered claim


# The errors: each takes a study and gives its claims with one of them altered, or None where it cannot.


def _altered(study: Study, id: str, **columns) -> Error:
    claims = study.claims.copy()
    for column, value in columns.items():
        claims.loc[claims["id"].eq(id), column] = value
    return claims, id


def _pick(study: Study, rng: np.random.Generator, ids: list[str]) -> str | None:
    printed = figures(study.claims)
    there = [id for id in ids if id in printed]
    return there[rng.integers(len(there))] if there else None


def _moved(study: Study, rng: np.random.Generator, ids: list[str], highest: float) -> Error | None:
    id = _pick(study, rng, ids)
    if id is None:
        return None
    value = figures(study.claims)[id]
    steps = [step for step in (-1, 1) if 0 <= value + step <= highest]
    return _altered(study, id, value=value + steps[rng.integers(len(steps))])


def percentage_with_denominator(study: Study, rng: np.random.Generator) -> Error | None:
    """Move a percentage of a printed count by one."""
    return _moved(study, rng, [f"{outcome}_{arm}_rate" for outcome, arm in _outcomes()], 100)


def _outcomes() -> Iterator[tuple[str, str]]:
    return product(("response", "mrd_negativity"), ARMS)


def percentage_without_denominator(study: Study, rng: np.random.Generator) -> Error | None:
    """Move a percentage by one of which only the other arm's percentage and the P value are printed."""
    printed = figures(study.claims)
    groups = [group for group in GROUPS if f"{group}_p" in printed]
    return _moved(study, rng, [f"{group}_{arm}" for group in groups for arm in ARMS], 100)


def wrong_denominator(study: Study, rng: np.random.Generator) -> Error | None:
    """Divide the relapsed/refractory patients with an outcome by the whole arm."""
    printed = figures(study.claims)
    outcome, arm = list(_outcomes())[rng.integers(4)]
    share = round(100 * printed[f"{outcome}_{arm}_count"] / printed[f"patients_{arm}"])
    id = f"{outcome}_{arm}_rate"
    return None if share == printed[id] else _altered(study, id, value=float(share))


def count(study: Study, rng: np.random.Generator) -> Error | None:
    """Move a printed count by one."""
    ids = [f"{outcome}_{arm}_count" for outcome, arm in _outcomes()]
    ids += ["patients", *(f"patients_{name}" for name in (*STATUSES, *ARMS)), "immune_patients"]
    return _moved(study, rng, ids, np.inf)


def sum_of_parts(study: Study, rng: np.random.Generator) -> Error | None:
    """Add up to three patients to a number of cycles, so that the numbers no longer add up."""
    id = _pick(study, rng, [f"cycles_{number}" for number in range(1, 5)])
    return _altered(study, id, value=figures(study.claims)[id] + rng.integers(1, 4))


def p_value_of_rates(study: Study, rng: np.random.Generator) -> Error | None:
    """Change one digit of the P value of two rates."""
    return _other_digit(study, rng, [f"{group}_p" for group in GROUPS])


def p_value_of_ranks(study: Study, rng: np.random.Generator) -> Error | None:
    """Change one digit of the P value of a rank test."""
    ids = study.claims.loc[study.claims["result_id"].str.contains("signed_rank|mann_whitney"), "id"]
    return _other_digit(study, rng, [id for id in ids if id.endswith("_p")])


def _other_digit(study: Study, rng: np.random.Generator, ids: list[str]) -> Error | None:
    id = _pick(study, rng, ids)
    if id is None:
        return None
    row = study.claims.set_index("id").loc[id]
    places = int(row["decimals"])
    digits = round(row["value"] * 10**places)
    unit = 10 ** int(rng.integers(places))
    others = [digit for digit in range(10) if digit != digits // unit % 10]
    changed = digits + (others[rng.integers(9)] - digits // unit % 10) * unit
    changed = changed or digits % 10 + 1  # a P value of 0 is no figure
    return _altered(study, id, value=changed / 10**places)


def quartiles_out_of_order(study: Study, rng: np.random.Generator) -> Error | None:
    """Print a first quartile above the median, or a median above the third quartile."""
    groups = ["followup", *(f"blasts_{arm}" for arm in ARMS)]
    group = groups[rng.integers(len(groups))]
    lower, upper = [("quartile_1", "median"), ("median", "quartile_3")][rng.integers(2)]
    printed = figures(study.claims)
    above = printed[f"{group}_{upper}"] + rng.integers(2, 10)
    return _altered(study, f"{group}_{lower}", value=above) if above <= 100 else None


def median_out_of_range(study: Study, rng: np.random.Generator) -> Error | None:
    """Print a median age below the smallest or above the largest age."""
    printed, by = figures(study.claims), rng.integers(1, 10)
    values = [printed["age_lower"] - by, printed["age_upper"] + by]
    return _altered(study, "age_median", value=values[rng.integers(2)])


def direction(study: Study, rng: np.random.Generator) -> Error | None:
    """Turn the word for a direction whose two figures are printed and differ."""
    printed, found = figures(study.claims), []
    for row in study.claims[study.claims["relation"].isin(DIRECTIONS)].itertuples():
        stem = row.id.removesuffix("_direction")
        pairs = [(f"{stem}_baseline", f"{stem}_day28"), tuple(f"{stem}_{arm}" for arm in ARMS)]
        found += [row for pair in pairs if printed.get(pair[0]) != printed.get(pair[1])]
    if not found:
        return None
    row = found[rng.integers(len(found))]
    opposite = {"higher": "lower", "lower": "higher", "increases": "decreases", "decreases": "increases"}
    return _altered(study, row.id, relation=opposite[row.relation])


def significance(study: Study, rng: np.random.Generator) -> Error | None:
    """Call a result significant beside its printed P value above 0.05."""
    claims = study.claims
    cited = claims[claims["unit"].eq("p_value") & claims["value"].gt(0.05)]["result_id"]
    rows = claims[claims["relation"].eq(TESTS[1]) & claims["result_id"].isin(cited)]
    return _altered(study, rows["id"].iloc[rng.integers(len(rows))], relation=TESTS[0]) if len(rows) else None


def overall_survival_far_off(study: Study, rng: np.random.Generator) -> Error | None:
    """Print an overall survival at least 25 points from the true one."""
    id = "overall_survival_2_years"
    value = figures(study.claims)[id]
    others = [other for other in range(101) if abs(other - value) >= 25]
    return _altered(study, id, value=float(others[rng.integers(len(others))]))


KINDS: dict[str, Callable[[Study, np.random.Generator], Error | None]] = {
    "percentage off by one, count and denominator printed": percentage_with_denominator,
    "percentage off by one, neither printed": percentage_without_denominator,
    "percentage of the wrong denominator": wrong_denominator,
    "count off by one": count,
    "sum that does not add up": sum_of_parts,
    "one digit of the P value of two rates": p_value_of_rates,
    "one digit of the P value of a rank test": p_value_of_ranks,
    "quartiles out of order": quartiles_out_of_order,
    "median age outside its range": median_out_of_range,
    "direction turned": direction,
    "significant beside P above 0.05": significance,
    "overall survival 25 points off or more": overall_survival_far_off,
}
TRIED = {  # where trying everything can tell whether the altered print is still possible
    percentage_with_denominator: a_rounding_prints,
    wrong_denominator: a_rounding_prints,
    percentage_without_denominator: a_table_prints,
    p_value_of_rates: a_table_prints,
}


def one_study(seed: int) -> pd.DataFrame:
    """Check one study unaltered and, if it is one of the first `SEEDED`, with each kind of error.

    Returns
    -------
    DataFrame
        One row per kind, and one for the unaltered study (kind empty): ``claims`` that are judged,
        ``possible`` (True, False, or None where nobody can tell), and for each of `CHECKERS` the number of
        claims it names in the unaltered study, or whether it found the error.
    """
    study = studies.study(seed)
    before = _checked(study, study.claims)
    rows = [{"kind": "", "claims": len(study.claims)} | {name: len(ids) for name, ids in before.items()}]
    for place, (kind, seeded) in enumerate(KINDS.items() if seed < FIRST_SEED + SEEDED else ()):
        error = seeded(study, np.random.default_rng([seed, place]))
        if error is None:
            continue
        claims, id = error
        after = _checked(study, claims)
        found = {name: id in after[name] - before[name] for name in CHECKERS}
        possible = TRIED[seeded](claims, id) if seeded in TRIED else None
        rows.append({"kind": kind, "possible": possible} | found)
    return pd.DataFrame(rows)


def _checked(study: Study, claims: pd.DataFrame) -> dict[str, set[str]]:
    answers = (
        blamed(claims),
        inconsistent(claims),
        misreported(study, claims, with_statistics=True),
        misreported(study, claims, with_statistics=False),
    )
    return dict(zip(CHECKERS, answers, strict=True))


def summarised(rows: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Give the recall of each kind of error, and the false alarms over the unaltered studies."""
    errors, unaltered = rows[rows["kind"].ne("")], rows[rows["kind"].eq("")]
    recall = []
    for kind, each in errors.groupby("kind", sort=False):
        found = each[list(CHECKERS)].astype(bool)
        row = {"error": kind, "seeded": len(each)} | found.sum().to_dict()
        row |= {"still possible": "not tried", "found of the others": ""}
        if each["possible"].notna().all():
            possible = each["possible"].astype(bool)
            row["still possible"] = int(possible.sum())
            row["found of the others"] = f"{found.loc[~possible, 'engine'].sum()}/{(~possible).sum()}"
        recall.append(row)
    alarms = pd.DataFrame(
        {
            "checker": CHECKERS,
            "studies": len(unaltered),
            "with an alarm": [int(unaltered[name].gt(0).sum()) for name in CHECKERS],
            "claims": int(unaltered["claims"].sum()),
            "named wrongly": [int(unaltered[name].sum()) for name in CHECKERS],
        }
    )
    return pd.DataFrame(recall), alarms


def main() -> None:
    """Run the experiment and print its two tables."""
    begun = time.perf_counter()
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        rows = pd.concat(pool.map(one_study, range(FIRST_SEED, FIRST_SEED + STUDIES)), ignore_index=True)
    recall, alarms = summarised(rows)
    print(f"errors seeded one at a time into {SEEDED} true studies, and how many each checker found")
    print(recall.to_string(index=False))
    print("\nalarms over true studies, unaltered")
    print(alarms.to_string(index=False))
    print(f"\n{time.perf_counter() - begun:.0f} seconds")


if __name__ == "__main__":
    main()
