"""Checkers of a claims file: the engine, `grim`, `statcheck`, and trying every two-by-two table."""

import contextlib
import io
import warnings
from decimal import ROUND_HALF_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP
from itertools import product

import pandas as pd
from grim.mean_tester import consistency_check
from scipy import stats
from statcheck.st import statcheck
from studies import Study, events, table_p

from evidence.forensics.finding import CANNOT_HOLD, CONTRADICTED
from evidence.this_abstract.abstract import ARMS
from evidence.this_abstract.examine import examine

TABLE_TESTS = ("pearson", "yates", "likelihood_ratio", "fisher", "mid_p")
GROUPS = {  # group of claims about two rates: outcome, stratum
    "high_burden_response": ("response", "high_burden"),
    "high_burden_mrd_negativity": ("mrd_negativity", "high_burden"),
    "mrd_negativity_both": ("mrd_negativity", "measurable_disease"),
}


def blamed(claims: pd.DataFrame) -> set[str]:
    """Name the claims that a finding of the engine calls impossible."""
    found = [each for each in examine(claims) if each.outcome in (CANNOT_HOLD, CONTRADICTED)]
    return {claim for each in found for claim in each.claims}


def inconsistent(claims: pd.DataFrame) -> set[str]:
    """Name the percentages that `grim` refuses, with the number of patients printed for arm and stratum."""
    printed = figures(claims)
    found = set()
    for arm, outcome in product(ARMS, ("response", "mrd_negativity")):
        id, patients = f"{outcome}_{arm}_rate", printed.get(f"relapsed_refractory_{arm}")
        if id not in printed or not patients:
            continue
        mean, n = f"{printed[id] / 100:.2f}", f"{patients:.0f}"
        rules = (ROUND_HALF_UP, ROUND_HALF_EVEN, ROUND_HALF_DOWN)
        if not any(consistency_check(mean, n, rounding_method=rule) for rule in rules):
            found.add(id)
    return found


def figures(claims: pd.DataFrame) -> dict[str, float]:
    """Return the printed figures by claim."""
    return claims[claims["relation"].eq("equals")].set_index("id")["value"].dropna().to_dict()


def misreported(study: Study, claims: pd.DataFrame, with_statistics: bool) -> set[str]:
    """Name the P values that `statcheck` calls errors, each in a sentence of its own."""
    texts, ids = [], []
    for row in claims[claims["unit"].eq("p_value")].itertuples():
        sign = {"equals": "=", "less_than": "<"}[row.relation]
        true = study.truth[row.result_id, True]
        # APA prints no zero before the point, and statcheck takes one for a decimal.
        p_value = f"p {sign} {row.value:.{row.decimals}f}".replace(" 0.", " .")
        if not with_statistics:
            text = f"({p_value})"
        elif "chi_square" in row.result_id:
            text = f"χ2(1, N = {_patients(study, row.result_id)}) = {stats.chi2.isf(true, 1):.3f}, {p_value}"
        else:
            text = f"z = {stats.norm.isf(true / 2):.3f}, {p_value}"
        texts.append(f"Result {len(ids)}: {text}.")
        ids.append(row.id)
    silent = io.StringIO()
    with contextlib.redirect_stdout(silent), contextlib.redirect_stderr(silent), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        read, _ = statcheck(texts, messages=False)
    return {ids[place] for place in read.loc[read["Error"].astype(bool), "Source"]} if len(read) else set()


def _patients(study: Study, result_id: str) -> int:
    _, outcome, _, _, stratum = result_id.split(".")
    return sum(events(study.patients, outcome, arm, stratum)[1] for arm in ARMS)


def a_table_prints(claims: pd.DataFrame, id: str) -> bool:
    """Try every two-by-two table with scipy: whether one prints the rates and the P value beside a claim.

    Percentages are rounded to the nearest or cut off, both alike, and tests are two-sided and one-sided.

    At high burden every denominator up to the printed relapsed/refractory patients of the arm is tried, and
    the printed totals must leave room; for measurable disease every split of the MRD-negative patients.
    """
    group = next(name for name in GROUPS if id.startswith(name))
    outcome, stratum = GROUPS[group]
    printed = figures(claims)
    rates, p_value = [printed[f"{group}_{arm}"] for arm in ARMS], printed[f"{group}_p"]
    refractory = [int(printed[f"relapsed_refractory_{arm}"]) for arm in ARMS]
    totals = [int(printed[f"{outcome}_{arm}_count"]) for arm in ARMS]
    if stratum == "high_burden":
        sizes = product(*(range(1, size + 1) for size in refractory))
    else:
        whole, negative = [int(printed[f"patients_{arm}"]) for arm in ARMS], printed["patients_mrd_negative"]
        sizes = ((whole[0] - k, whole[1] - (int(negative) - k)) for k in range(int(negative) + 1))
    for pair, printing in product(sizes, (_to_the_nearest, _cut_off)):
        fitting = [
            [a for a in range(n + 1) if printing(a, n, rate)]
            for n, rate in zip(pair, rates, strict=True)
            if n > 0
        ]
        for both in product(*fitting) if len(fitting) == 2 else ():
            room = all(
                0 <= total - a <= size - n if stratum == "high_burden" else a >= total
                for a, n, total, size in zip(both, pair, totals, refractory, strict=True)
            )
            counted = list(zip(both, pair, strict=True))
            if room and any(abs(p - p_value) <= 0.0005 + 1e-9 for p in _p_values(counted)):
                return True
    return False


def _to_the_nearest(a: int, n: int, rate: float) -> bool:
    return abs(100 * a / n - rate) <= 0.5 + 1e-9


def _cut_off(a: int, n: int, rate: float) -> bool:
    return 100 * a // n == rate


def _p_values(counted: list[tuple[int, int]]) -> list[float]:
    """Return the P values of seven tests, two-sided and against the side of the observed difference."""
    (a, n), (b, m) = counted
    if table_p(counted, "pearson") is None:
        return [1.0]
    table = [[a, n - a], [b, m - b]]
    smooth = [table_p(counted, test) for test in TABLE_TESTS if test not in ("fisher", "mid_p")]
    pooled = stats.chi2_contingency(table, correction=False).statistic
    smooth.append(stats.chi2.sf(pooled * (n + m - 1) / (n + m), 1))
    variance, apart = a * (n - a) / n**3 + b * (m - b) / m**3, abs(a / n - b / m)
    smooth.append(2 * stats.norm.sf(apart / variance**0.5) if variance else float(apart == 0))
    side = "greater" if a / n > b / m else "less"
    exact, chance = (
        stats.fisher_exact(table, alternative=side).pvalue,
        stats.hypergeom.pmf(a, n + m, n, a + b),
    )
    sided = [exact, exact - chance / 2]
    return [
        *smooth,
        *(p / 2 for p in smooth),
        *sided,
        *(table_p(counted, test) for test in ("fisher", "mid_p")),
    ]


def a_rounding_prints(claims: pd.DataFrame, id: str) -> bool:
    """Whether a percentage is that of its printed count under some rule of rounding to the nearest."""
    printed, arm = figures(claims), next(arm for arm in ARMS if arm in id)
    share = 100 * printed[id.replace("_rate", "_count")] / printed[f"relapsed_refractory_{arm}"]
    return abs(share - printed[id]) <= 0.5 + 1e-9
