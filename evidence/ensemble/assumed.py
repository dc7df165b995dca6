"""Ensemble: the results that the draws set, and not the print."""

from fnmatch import fnmatchcase

ASSUMED = {  # patterns of ids, with what the draws set
    "cohort.centre_*": "the size of the hospital whose patients have an immune panel",
    "cohort.missing_*": "no value is missing",
    "efficacy.*.missing.*": "no value is missing",
    "multivariable.*.left_out.*": "no value is missing",
    "immune.*.samples_*": "each sample of the panel has a value of each population",
    "immune.*.pairs.*": "each sample of the panel has a value of each population",
    "immune.cd45_split.pairs_used.*": "each sample of the panel has a value of each population, none 0",
    "immune.*.zero_baseline.*": "no share is 0",
    "immune.*.without_logarithm.*": "no share is 0",
}
# Of these the printed counts add up to all patients, or the abstract says that all were assessed.
COMPLETE = {
    *(f"cohort.missing_{column}.count.all" for column in ("arm", "disease_status", "cycles")),
    "efficacy.mrd_negativity.missing.all",
}
# Rules of the draws alone decide these, so that a range over the members would show the rule.
RULED = (
    "cohort.centre_*",
    "cohort.centres_with_both_arms.*",
    "multivariable.*.without_centre_*",
    "multivariable.*.leave_one_centre_out_*",
    *(
        f"survival.os.{how}_*"
        for how in ("transplant", "followed_after_transplant", "simon_makuch", "landmark")
    ),
    "survival.os.naive_*",
)


def is_ruled(id: str) -> bool:
    """Tell whether an open result rests on hospitals or on days of transplants, which the draws make up.

    Parameters
    ----------
    id : str
        Of the results table.

    Returns
    -------
    bool
        Nothing is printed of either but how many there are.
    """
    return any(fnmatchcase(id, pattern) for pattern in RULED)


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
    return id not in COMPLETE and any(fnmatchcase(id, pattern) for pattern in ASSUMED)
