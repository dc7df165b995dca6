"""Chapter 7: how an open result is named, with whom it is about."""

from collections.abc import Mapping
from typing import Any

from helpers.ground.results import ResultId
from helpers.printing import prose

SHIFT = "Hodges-Lehmann shift"
# By the statistic: how the label of its row ends, and how that is told where no method stands beside it.
ENDINGS = {
    "hodges_lehmann": (": shift", f": {SHIFT}"),
    "ratio_hodges_lehmann": (": difference of ratios", f": {SHIFT} of the ratios"),
}


def named(row: Mapping[str, Any]) -> str:
    """Name a result and its patients; a shift by its full name, as it is not the difference of two medians.

    Parameters
    ----------
    row : mapping
        id, label and population, at least.

    Returns
    -------
    str

    Examples
    --------
    >>> named({"id": "cohort.blasts.hodges_lehmann.arm", "label": "Blasts", "population": "all"})
    'Blasts: Hodges-Lehmann shift, all'
    """
    return f"{labelled(row)}, {prose.inside(row['population'])}"


def labelled(row: Mapping[str, Any]) -> str:
    """Name a result without its patients.

    Parameters
    ----------
    row : mapping
        id and label, at least.

    Returns
    -------
    str
    """
    ending, told = ENDINGS.get(ResultId.parse(row["id"]).statistic, ("", ""))
    return f"{row['label'].removesuffix(ending)}{told}" if told else row["label"]
