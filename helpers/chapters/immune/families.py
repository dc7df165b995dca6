"""Declared families of tests: adjusted P values, and how many stay below the study's level."""

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd

from helpers.chapters.immune.panel import count, in_words, result_id
from helpers.estimators import multiplicity
from helpers.ground.results import Estimate, Row, Rows, not_estimable, pick, row
from helpers.ground.standing import PRINTED
from helpers.ground.study import CONTRAST, EVERYBODY, Study
from helpers.ground.study_parts import begin

# How P values are adjusted: the end of the statistic, its name, the procedure.
ADJUSTMENTS: dict[str, tuple[str, Callable]] = {
    "bh": ("Benjamini-Hochberg", multiplicity.benjamini_hochberg),
    "holm": ("Holm", multiplicity.holm),
}
VERSIONS = ("", "_exact")  # the end of the statistic of a test by its normal approximation, and exact
PRINTED_DECIMALS = 3  # of a P value
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


def printed_family(results: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Adjust the P values that the abstract prints, as a family that its choice has made.

    Parameters
    ----------
    results : DataFrame
        The chapter's results with their standing, as `helpers.ground.standing.told` returns them.
    study : Study

    Returns
    -------
    DataFrame
        The approximate tests of a change or between the arms whose P value is printed, with that value as it
        is printed (p_value), and after Benjamini-Hochberg's adjustment over all of them (together) and over
        those of one statistic (by_kind). None where nothing is printed, as of real rows.
    """
    declared = families(study)
    tests = pick(results, statistic=[declared[name].statistic for name in ("paired", "between")])
    found = tests[tests["standing"].eq(PRINTED) & tests["p_value"].notna()].reset_index(drop=True)
    found["p_value"] = found["p_value"].round(PRINTED_DECIMALS)
    found["together"] = multiplicity.benjamini_hochberg(found["p_value"])
    kinds = found.groupby("statistic", sort=False)["p_value"]
    return found.assign(by_kind=kinds.transform(multiplicity.benjamini_hochberg))


def family_rows(rows: Iterable[Row], family: Family, study: Study) -> Rows:
    """Adjust the tests of one declared family, asymptotic and exact, and count what became of them.

    Parameters
    ----------
    rows : iterable of dict
        Result rows, among them the family's tests under its statistic and the exact ones under
        ``<statistic>_exact``.
    family : Family
    study : Study

    Yields
    ------
    dict
        ``<statistic>[_exact]_{bh,holm}`` for every test, then the rows of ``<statistic>_family``.
    """
    p_values, kept = {}, {}
    for version in VERSIONS:
        tests = [entry for entry in rows if entry["statistic"] == f"{family.statistic}{version}"]
        p_values[version, ""] = _p_values(tests)
        for how in ADJUSTMENTS:
            kept[version, how] = _adjusted_rows(tests, how, family)
            p_values[version, how] = _p_values(kept[version, how])
            yield from kept[version, how]
    yield from _count_rows(p_values, family, study)
    yield _smallest_row(kept["", "bh"], family)


def _adjusted_rows(tests: list[Row], how: str, family: Family) -> list[Row]:
    name, adjust = ADJUSTMENTS[how]
    raw = _p_values(tests)
    size = int(np.isfinite(raw).sum())
    method = f"{name} over the {size} estimable of the {len(tests)} {family.tests} of the declared family"
    return [_adjusted_row(test, how, p, method) for test, p in zip(tests, adjust(raw), strict=True)]


def _adjusted_row(test: Row, how: str, p: float, method: str) -> Row:
    # A test that is not estimable keeps its reason.
    change = {"p_value": p, "method": method} if np.isfinite(p) else {}
    id = result_id(test["outcome"], f"{test['statistic']}_{how}", test["group"], test["stratum"])
    label = f"{test['label']}, {ADJUSTMENTS[how][0]} adjusted"
    return test | asdict(id) | change | {"id": str(id), "label": label}


def _count_rows(p_values: dict[tuple[str, str], np.ndarray], family: Family, study: Study) -> Rows:
    level, name = f"P < {study.alpha:g}", below(study)
    raw, exact = p_values["", ""], p_values["_exact", ""]
    differs = (raw < study.alpha) != (exact < study.alpha)
    apart = f"asymptotic and exact P on different sides of {study.alpha:g}"
    yield _count_row(family, name, level, raw < study.alpha, raw)
    yield _count_row(family, f"{name}_exact", f"exact {level}", exact < study.alpha, exact)
    yield _count_row(family, "exact_differs", apart, differs, raw + exact)
    for (version, how), p in p_values.items():
        if how:
            words = f"{ADJUSTMENTS[how][0]} adjusted {'exact ' if version else ''}{level}"
            yield _count_row(family, f"{name}{version}_{how}", words, p < study.alpha, p)


def _count_row(family: Family, statistic: str, words: str, met: np.ndarray, of: np.ndarray) -> Row:
    """Count the tests that meet a condition, of those whose number is known."""
    known = np.isfinite(of)
    method = f"{family.tests} of the declared family"
    value = count((met & known).sum(), known.sum(), method) if known.any() else _none(family)
    label = f"{begin(family.tests)} with {words}"
    return row(result_id(family.outcome, statistic, family.group), label, OF_ALL, "count", value)


def _smallest_row(adjusted: list[Row], family: Family) -> Row:
    known = [entry for entry in adjusted if np.isfinite(entry["p_value"])]
    value = _none(family)
    if known:
        smallest = min(known, key=lambda entry: entry["p_value"])
        value = Estimate(p_value=float(smallest["p_value"]), n=len(known), method=smallest["method"])
    id = result_id(family.outcome, "smallest_bh", family.group)
    return row(id, f"Smallest adjusted P value of the {family.tests}", OF_ALL, "p_value", value)


def _none(family: Family) -> Estimate:
    return not_estimable(f"none of the {family.tests} is estimable", n=0)


def _p_values(rows: list[Row]) -> np.ndarray:
    return np.array([entry["p_value"] for entry in rows], dtype=float)
