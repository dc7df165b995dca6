"""Reading: a day without its event, as tables of survival have it, is the end of follow-up."""

import pandas as pd

from helpers.ground import dictionary


def without_ends(rows: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    """Empty the days of events that did not happen where they are the ends of follow-up.

    Any other day without its event stays, for the rules to refuse: one of the two is wrong.

    Parameters
    ----------
    rows : DataFrame of str
        Of patients, with dates and units turned into days.

    Returns
    -------
    tuple of DataFrame and list of str
        The rows, and what was understood, a line for each event.
    """
    told = []
    for event, name in dictionary.PAIRS:
        if not {event, name, "followup_days"} <= {*rows}:
            continue
        days, followup = (pd.to_numeric(rows[each], errors="coerce") for each in (name, "followup_days"))
        which = rows[event].eq("no") & days.eq(followup)
        if count := int(which.sum()):
            noun = "row" if count == 1 else "rows"
            told.append(
                f"{name}: in {count:,} {noun} without a {event} the day is the end of follow-up, "
                "and is not used"
            )
            rows = rows.assign(**{name: rows[name].mask(which)})
    return rows, told
