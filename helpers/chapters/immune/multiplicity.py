"""Chapter 5, declared families of tests: adjusted P values, and how many stay below 0.05."""

import numpy as np

from helpers.chapters.immune.panel import count
from helpers.estimators import multiplicity
from helpers.ground.results import SIGNIFICANT, Estimate, not_estimable, row

FAMILIES = {
    "signed_rank": "paired tests",
    "ratio_mann_whitney": "tests between the arms",
    "baseline_mann_whitney": "tests of a baseline value by outcome",
}
ADJUSTMENTS = {
    "bh": ("Benjamini-Hochberg", multiplicity.benjamini_hochberg),
    "holm": ("Holm", multiplicity.holm),
}


def family_rows(rows: list[dict], statistic: str, group: str) -> list[dict]:
    """Adjust the tests of one declared family, asymptotic and exact, and count what became of them.

    Parameters
    ----------
    rows : list of dict
        Result rows, among them the family's tests under `statistic` and the exact ones under
        ``<statistic>_exact``, in the same order.
    statistic : str
        A key of `FAMILIES`.
    group : str
        Group of the rows about the family as a whole.

    Returns
    -------
    list of dict
        ``<statistic>[_exact]_{bh,holm}`` for every test, then the rows of ``<statistic>_family``.
    """
    tests = {
        version: [entry for entry in rows if entry["statistic"] == f"{statistic}{version}"]
        for version in ("", "_exact")
    }
    adjusted = {
        (version, how): _adjusted_rows(found, how, FAMILIES[statistic])
        for version, found in tests.items()
        for how in ADJUSTMENTS
    }
    return [
        *(entry for entries in adjusted.values() for entry in entries),
        *_count_rows(tests, adjusted, statistic, group),
        _smallest_row(adjusted["", "bh"], statistic, group),
    ]


def _adjusted_rows(tests: list[dict], how: str, family: str) -> list[dict]:
    name, adjust = ADJUSTMENTS[how]
    raw = np.array([test["p_value"] for test in tests])
    size = int(np.isfinite(raw).sum())
    method = f"{name} over the {size} estimable of the {len(tests)} {family} of the declared family"
    return [_adjusted_row(test, how, p, method) for test, p in zip(tests, adjust(raw), strict=True)]


def _adjusted_row(test: dict, how: str, p: float, method: str) -> dict:
    change = {"p_value": p, "method": method} if np.isfinite(p) else {}
    statistic = f"{test['statistic']}_{how}"
    id = test["id"].replace(f".{test['statistic']}.", f".{statistic}.")
    label = f"{test['label']}, {ADJUSTMENTS[how][0]} adjusted"
    return test | change | {"id": id, "label": label, "statistic": statistic}


def _count_rows(tests: dict, adjusted: dict, statistic: str, group: str) -> list[dict]:
    raw, exact = (_p_values(tests[version]) for version in ("", "_exact"))
    known = np.isfinite(raw) & np.isfinite(exact)
    differs = known & ((raw < SIGNIFICANT) != (exact < SIGNIFICANT))
    counts = [
        ("below_0_05", "P < 0.05", (raw < SIGNIFICANT).sum(), np.isfinite(raw).sum()),
        ("below_0_05_exact", "exact P < 0.05", (exact < SIGNIFICANT).sum(), np.isfinite(exact).sum()),
        (
            "exact_differs",
            "asymptotic and exact P on different sides of 0.05",
            differs.sum(),
            known.sum(),
        ),
    ]
    for (version, how), rows in adjusted.items():
        p = _p_values(rows)
        words = f"{ADJUSTMENTS[how][0]} adjusted {'exact ' if version else ''}P < 0.05"
        counts.append((f"below_0_05{version}_{how}", words, (p < SIGNIFICANT).sum(), np.isfinite(p).sum()))
    family = f"{FAMILIES[statistic]} of the declared family"
    return [
        row(
            f"immune.{statistic}_family.{name}.{group}",
            f"{FAMILIES[statistic].capitalize()} with {words}",
            "All populations of the panel",
            "count",
            count(found, of, family) if of else not_estimable(f"none of the {family} is estimable", n=0),
        )
        for name, words, found, of in counts
    ]


def _smallest_row(adjusted: list[dict], statistic: str, group: str) -> dict:
    known = [entry for entry in adjusted if np.isfinite(entry["p_value"])]
    value = not_estimable(f"none of the {FAMILIES[statistic]} is estimable", n=0)
    if known:
        smallest = min(known, key=lambda entry: entry["p_value"])
        value = Estimate(p_value=float(smallest["p_value"]), n=len(known), method=smallest["method"])
    label = f"Smallest adjusted P value of the {FAMILIES[statistic]}"
    id = f"immune.{statistic}_family.smallest_bh.{group}"
    return row(id, label, "All populations of the panel", "p_value", value)


def _p_values(rows: list[dict]) -> np.ndarray:
    return np.array([entry["p_value"] for entry in rows], dtype=float)
