"""Ensemble: the results that every member shares because the draws set them, and not because of the print."""

from fnmatch import fnmatchcase

ASSUMED = {  # patterns of ids, with what the draws set
    "cohort.centre_*": "the size of the hospital whose patients have an immune panel",
    "cohort.missing_*": "no value is missing",
    "efficacy.*.missing.*": "no value is missing",
    "multivariable.*.left_out.*": "no value is missing",
    "immune.*.samples_*": "each patient of the panel has both samples",
    "immune.*.pairs.*": "each patient of the panel has both samples",
    "immune.cd45_split.pairs_used.*": "each patient of the panel has both samples, and no share is 0",
    "immune.*.zero_baseline.*": "no share is 0",
    "immune.*.without_logarithm.*": "no share is 0",
}


def is_assumed(id: str) -> bool:
    """Tell whether a result that all members share is one that the draws set.

    Parameters
    ----------
    id : str
        Of the results table.

    Returns
    -------
    bool
    """
    return any(fnmatchcase(id, pattern) for pattern in ASSUMED)
