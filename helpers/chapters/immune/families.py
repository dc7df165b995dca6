"""Declared families of tests: adjusted P values, and how many stay below the study's level."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from helpers.chapters.immune.panel import count, in_words, result_id
from helpers.estimators import multiplicity
from helpers.ground.results import Estimate, not_estimable, row
from helpers.ground.study import CONTRAST, EVERYBODY, Study
from helpers.ground.study_parts import begin

# How P values are adjusted: the end of the statistic, its name, the procedure.
ADJUSTMENTS: dict[str, tuple[str, Callable]] = {
    "bh": ("Benjamini-Hochberg", multiplicity.benjamini_hochberg),
    "holm": ("Holm", multiplicity.holm),
}
VERSIONS = ("", "_exact")  # the end of the statistic of a test by its normal approximation, and exact
OF_ALL = "All populations of the panel"


@dataclass(frozen=True)
class Family:
    """Tests that are adjusted together: their statistic, what they are, the group of rows about them all."""

    statistic: str
    tests: str
    group: str = EVERYBODY

    @property
    def outcome(self) -> str:
        """The outcome in the ids of the rows about the family as a whole.

        Returns
        -------
        str
        """
        return f"{self.statistic}_family"


def families(study: Study) -> dict[str, Family]:
    """Declare the families of the chapter.

    Parameters
    ----------
    study : Study

    Returns
    -------
    dict of Family
        ``paired`` (within the arms), ``between`` (the arms) and ``outcomes`` (at the first visit).
    """
    first, _ = in_words(study)
    return {
        "paired": Family("signed_rank", "paired tests"),
        "between": Family("ratio_mann_whitney", "tests between the arms", CONTRAST),
        "outcomes": Family(f"{study.ends[0].id}_mann_whitney", f"tests of a {first} value by outcome"),
    }


def below(study: Study) -> str:
    """Name the statistic that counts the P values below the study's level: below_0_05.

    Parameters
    ----------
    study : Study

    Returns
    -------
    str
    """
    return f"below_{study.alpha:g}".replace(".", "_")


def family_rows(rows: list[dict[str, Any]], family: Family, study: Study) -> list[dict[str, Any]]:
    """Adjust the tests of one declared family, asymptotic and exact, and count what became of them.

    Parameters
    ----------
    rows : list of dict
        Result rows, among them the family's tests under its statistic and the exact ones under
        ``<statistic>_exact``.
    family : Family
    study : Study

    Returns
    -------
    list of dict
        ``<statistic>[_exact]_{bh,holm}`` for every test, then the rows of ``<statistic>_family``.
    """
    tests = {
        version: [entry for entry in rows if entry["statistic"] == f"{family.statistic}{version}"]
        for version in VERSIONS
    }
    adjusted = {
        (version, how): _adjusted_rows(found, how, family)
        for version, found in tests.items()
        for how in ADJUSTMENTS
    }
    return [
        *(entry for entries in adjusted.values() for entry in entries),
        *_count_rows(tests, adjusted, family, study),
        _smallest_row(adjusted["", "bh"], family),
    ]


def _adjusted_rows(tests: list[dict[str, Any]], how: str, family: Family) -> list[dict[str, Any]]:
    name, adjust = ADJUSTMENTS[how]
    raw = _p_values(tests)
    size = int(np.isfinite(raw).sum())
    method = f"{name} over the {size} estimable of the {len(tests)} {family.tests} of the declared family"
    return [_adjusted_row(test, how, p, method) for test, p in zip(tests, adjust(raw), strict=True)]


def _adjusted_row(test: dict[str, Any], how: str, p: float, method: str) -> dict[str, Any]:
    # A test that is not estimable keeps its reason.
    change = {"p_value": p, "method": method} if np.isfinite(p) else {}
    id = result_id(test["outcome"], f"{test['statistic']}_{how}", test["group"], test["stratum"])
    label = f"{test['label']}, {ADJUSTMENTS[how][0]} adjusted"
    return test | asdict(id) | change | {"id": str(id), "label": label}


def _count_rows(
    tests: dict[str, list[dict[str, Any]]],
    adjusted: dict[tuple[str, str], list[dict[str, Any]]],
    family: Family,
    study: Study,
) -> list[dict[str, Any]]:
    level = f"{study.alpha:g}"
    raw, exact = (_p_values(tests[version]) for version in VERSIONS)
    known = np.isfinite(raw) & np.isfinite(exact)
    differs = known & ((raw < study.alpha) != (exact < study.alpha))
    counts = [
        (below(study), f"P < {level}", raw < study.alpha, np.isfinite(raw)),
        (f"{below(study)}_exact", f"exact P < {level}", exact < study.alpha, np.isfinite(exact)),
        ("exact_differs", f"asymptotic and exact P on different sides of {level}", differs, known),
    ]
    for (version, how), rows in adjusted.items():
        p = _p_values(rows)
        words = f"{ADJUSTMENTS[how][0]} adjusted {'exact ' if version else ''}P < {level}"
        counts.append((f"{below(study)}{version}_{how}", words, p < study.alpha, np.isfinite(p)))
    return [_count_row(family, name, words, met.sum(), of.sum()) for name, words, met, of in counts]


def _count_row(family: Family, statistic: str, words: str, met: int, of: int) -> dict[str, Any]:
    value = count(met, of, f"{family.tests} of the declared family") if of else _none(family)
    label = f"{begin(family.tests)} with {words}"
    return row(result_id(family.outcome, statistic, family.group), label, OF_ALL, "count", value)


def _smallest_row(adjusted: list[dict[str, Any]], family: Family) -> dict[str, Any]:
    known = [entry for entry in adjusted if np.isfinite(entry["p_value"])]
    value = not_estimable(f"none of the {family.tests} is estimable", n=0)
    if known:
        smallest = min(known, key=lambda entry: entry["p_value"])
        value = Estimate(p_value=float(smallest["p_value"]), n=len(known), method=smallest["method"])
    id = result_id(family.outcome, "smallest_bh", family.group)
    return row(id, f"Smallest adjusted P value of the {family.tests}", OF_ALL, "p_value", value)


def _none(family: Family) -> Estimate:
    return not_estimable(f"none of the {family.tests} is estimable", n=0)


def _p_values(rows: list[dict[str, Any]]) -> np.ndarray:
    return np.array([entry["p_value"] for entry in rows], dtype=float)
