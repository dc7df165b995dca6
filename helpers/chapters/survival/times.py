"""Chapter 4: the outcomes that it reads, the groups, and the months at which it reads them."""

import pandas as pd

from helpers.ground.endpoints import ARMS, in_group

GROUPS = ("all", *ARMS)
LANDMARKS = (12, 24)

# Outcome in the ids: the columns of the cohort that hold it, and its name in print.
OUTCOMES = {
    "os": ("overall", "Overall survival"),
    "dfs": ("disease_free", "Disease-free survival"),
    "dfs_nonresponse": ("disease_free_nonresponse", "Disease-free survival with non-response as an event"),
}
# Cause in the ids: the level of first_event, and its name in print.
CAUSES = {
    "relapse": ("relapse", "Relapse"),
    "death_without_relapse": ("death", "Death without relapse"),
}


def times(patients: pd.DataFrame, outcome: str, group: str) -> tuple[pd.Series, pd.Series]:
    """Return months and events of one of `OUTCOMES` in one of `GROUPS`."""
    column, _ = OUTCOMES[outcome]
    chosen = patients[in_group(patients, group)]
    return chosen[f"{column}_months"], chosen[f"{column}_event"]
