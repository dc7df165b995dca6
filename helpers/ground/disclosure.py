"""Ground: which result rows of patients may be shown to others, and to how many digits.

Statistical disclosure control of a results table. A row that rests on fewer patients than a threshold becomes
a row that is not estimable, with the reason in its place, and so does one from which such a number would
follow (`helpers.ground.complements`); what is left is rounded.

References
----------
Griffiths E, Greci C, Kotrotsios Y, Parker S, Scott J, Welpton R, Wolters A, Woods C (2019). Handbook on
Statistical Disclosure Control for Outputs. Safe Data Access Professionals Working Group.

Hundepool A, Domingo-Ferrer J, Franconi L, Giessing S, Schulte Nordholt E, Spicer K, de Wolf PP (2012).
Statistical Disclosure Control, Wiley, chapter 4.
"""

import re
from functools import partial
from math import nan

import numpy as np
import pandas as pd

from helpers.ground.complements import Group, groups, hidden_groups
from helpers.ground.results import CHAPTERS, COUNT, FOLLOWS, NOT_ESTIMABLE, NOT_RECORDED, NUMBERS, ONE, UNTOLD
from helpers.ground.rounding import CENTRES, counts_patients, fits, of_patients, rounded
from helpers.ground.study import CONTRAST, EVERYBODY, Study
from helpers.ground.told_tests import recounted

_SHOWN = "shown"
OR_ALL = ", or nearly all"  # ends the reason where few have the event, or few do not: it tells not which
SIZES = ""  # in place of an outcome: how many patients there are

_COMPOSITE = "complete_remission_mrd_negative"  # an outcome that is the column of its name
_CUT = "blasts_above_cut"  # an outcome whose answers are the sides of the burden
_KEYS = ["chapter", "outcome", "stratum"]
# Numbers that are one patient's own, or the end of a range over patients or over their values.
_OF_ONE = re.compile(r"minimum|maximum|leave_one_out_.*|cutoffs_(tested|clear|strongest)")
_MIDDLE = re.compile(r"(.*_)?(median|quartile|hodges_lehmann)(_.*)?")
_QUANTILE = "sample quantile"  # in the method of every other middle
_CENTRE = re.compile(r"^centre_(\d+)$")
# Only some cohorts have these rows, so that their being there would tell of a few patients.
_SOME_HAVE = re.compile(r"centre_\d+|without_centre_\d+_.*|cycles_([5-9]|\d\d+)")
# Rows about a comparison of other sides than the arms: those of one family hang together.
_SIDES = re.compile(r"^(naive|landmark_\d+m|baseline)_|(transplant|mantel_byar)")
_LEVEL = re.compile(r"_level_\d+$")  # ends the outcome of a level's count
_DISTANCE = "standardised_distance"  # between the arms' shares of all levels
_WITH_LEVELS = "with_characteristics_odds_ratio_"  # begins the statistic of a level's odds ratio
_STATES = re.compile(r"(not_)?transplanted")  # strata that are sides
_REACHED = re.compile(r".*_(reached|missed)")
_NO_EVENTS = ("immune",)  # chapters whose events are counts of their own, by the statistic
_AT_RISK = re.compile(r"at_risk_(\d+m)")
_OTHER_CASE = {"worst_case": "best_case", "best_case": "worst_case"}
_CASE = re.compile("|".join(_OTHER_CASE))
_ABOVE = re.compile(r"risk_difference_above_(\d+)")
# Why a result does not exist, where that tells nothing of few patients.
_HARMLESS = re.compile(
    r"(the cohort has )?no immune panel|(centre )?not recorded|exact distribution not.*|too many .*"
)


def protected(rows: pd.DataFrame, patients: pd.DataFrame, study: Study, threshold: int) -> pd.DataFrame:
    """Hide and round the results of patients, so that they can be shown to others.

    Parameters
    ----------
    rows : DataFrame
        As `helpers.ground.results.table` returns it, with or without their standing.
    patients : DataFrame
        The cohort's, with their endpoints.
    study : Study
    threshold : int
        Fewer patients may not be told from each other.

    Returns
    -------
    DataFrame
        The same rows, without those hidden ones that not every cohort has. A hidden row is not estimable: its
        numbers are missing, and its method holds the reason. A centre has a number for its name. ``base`` is
        the number to whose multiples counts of patients are rounded.
    """
    why = reasons(rows, patients, study, threshold)
    shown = rounded(rows, threshold).assign(base=threshold)
    shown.loc[why.ne(""), NUMBERS] = nan
    shown["method"] = shown["method"].where(why.eq(""), NOT_ESTIMABLE + why)
    number = rows["outcome"].str.extract(_CENTRE)[0]
    shown["label"] = rows["label"].mask(number.notna(), "Centre " + number.str.lstrip("0"))
    some_have = fits(rows["outcome"], _SOME_HAVE) | fits(rows["statistic"], _SOME_HAVE)
    told = why.eq("").groupby([rows[name] for name in (*_KEYS, "statistic")]).transform("any")
    return recounted(shown[told | ~some_have].reset_index(drop=True), study.alpha)


def counted(rows: pd.DataFrame) -> pd.DataFrame:
    """Count how many results of each chapter are hidden, and why.

    Parameters
    ----------
    rows : DataFrame
        Of the results table as it is shown, with ``chapter`` and ``method``.

    Returns
    -------
    DataFrame
        A row a reason, the last those that are shown; a column a chapter.
    """
    absent = rows["method"].str.startswith(NOT_ESTIMABLE)
    why = rows["method"].str.removeprefix(NOT_ESTIMABLE).where(absent, _SHOWN)
    chapters = [chapter for chapter in CHAPTERS if chapter in set(rows["chapter"])]
    found = pd.crosstab(why, rows["chapter"])[chapters].rename(columns=str.capitalize)
    ordered = sorted(found.index, key=lambda reason: (reason == _SHOWN, reason))
    return found.reindex(ordered).rename_axis(index="Results", columns=None)


def reasons(rows: pd.DataFrame, patients: pd.DataFrame, study: Study, threshold: int) -> pd.Series:
    """Say why rows are hidden.

    Parameters
    ----------
    rows, patients, study, threshold
        As in `protected`.

    Returns
    -------
    Series of str
        Empty where a row is shown; also the reasons of rows that do not exist anyway.
    """
    few = f"fewer than {threshold} patients"
    given = rows["method"].str.removeprefix(NOT_ESTIMABLE)
    absent = rows["method"].str.startswith(NOT_ESTIMABLE)
    # Of nobody, and so of no few patients.
    found = given.where(absent & (given.str.startswith(NOT_RECORDED) | fits(given, _HARMLESS)), "")
    sets = groups(patients, study)
    late = (study.assessed, EVERYBODY)
    apart = {SIZES: hidden_groups(sets, threshold, late=late)}
    for outcome, (column, asked) in _questions(study).items():
        own = {group: members for group, members in sets.items() if group[1] in asked}
        apart[outcome] = hidden_groups(own, threshold, _answers(patients, column), late)
    for reason, hidden in (
        (ONE, fits(rows["statistic"], _OF_ONE)),
        (few, small(rows, threshold) & rows["n"].lt(threshold)),
        (f"{few}{OR_ALL}", small(rows, threshold)),
        (few, _above(rows, patients, study, threshold)),
        (few, _levels(rows, patients, study, threshold)),
        (few, _left_out(rows, threshold)),
        (f"fewer than {threshold} events since an earlier month", _between(rows, threshold)),
        (f"fewer than {2 * threshold} values", _is_middle(rows) & rows["n"].lt(2 * threshold)),
        (FOLLOWS, _in_groups(rows, study, apart)),
    ):
        found = found.mask(found.eq("") & hidden, reason)
    of_arms = partial(_arms, study=study)
    compared = partial(_contrasts, study=study, threshold=threshold)
    for along in (_late, _centres, of_arms, _means, _distances, _terms, _sides, compared):
        found = found.mask(found.eq("") & along(rows, found), FOLLOWS)
    absent &= found.eq("")
    return found.mask(absent, UNTOLD)


def small(rows: pd.DataFrame, threshold: int) -> pd.Series:
    """Mark rows that tell of fewer patients than the threshold, of nobody too.

    Parameters
    ----------
    rows : DataFrame
    threshold : int

    Returns
    -------
    Series of bool
        Where the patients, those with the event, those without it, or what is counted are fewer.
    """
    few = _small_cells(rows, threshold) & of_patients(rows)
    return few | _small_counts(rows, threshold) & counts_patients(rows)


def _small_cells(rows: pd.DataFrame, threshold: int) -> pd.Series:
    n, events = rows["n"], rows["events"]
    return n.lt(threshold) | events.lt(threshold) | (n - events).lt(threshold) & ~_everybody(rows)


def _small_counts(rows: pd.DataFrame, threshold: int) -> pd.Series:
    counted, n = rows["estimate"], rows["n"]
    without = (counted - rows["events"]).lt(threshold) & rows["statistic"].str.contains("transplant")
    return counted.lt(threshold) | without | (n - counted).lt(threshold) & ~_everybody(rows)


def _everybody(rows: pd.DataFrame) -> pd.Series:
    """Mark the size of the cohort and of its arms, which are all of themselves, and the smallest group's."""
    whole = rows["outcome"].eq("patients") & rows["chapter"].eq("cohort") & rows["stratum"].eq(EVERYBODY)
    return whole | rows["outcome"].eq("smallest_group")


def _is_middle(rows: pd.DataFrame) -> pd.Series:
    return fits(rows["statistic"], _MIDDLE) | rows["method"].str.contains(_QUANTILE, regex=False)


def _questions(study: Study) -> dict[str, tuple[str, tuple[str, ...]]]:
    """Give the column of each outcome in the ids, and the populations in which it is asked."""
    asked = {outcome.id: (outcome.column, outcome.populations) for outcome in study.outcomes}
    return {_COMPOSITE: (_COMPOSITE, (study.assessed,)), **asked}


def _answers(patients: pd.DataFrame, column: str) -> np.ndarray:
    return patients[column].astype(float).to_numpy()


def _in_groups(rows: pd.DataFrame, study: Study, apart: dict[str, set[Group]]) -> pd.Series:
    """Mark the rows of groups that are hidden, or that compare some of them."""
    return pd.Series(
        [
            any(group in apart[SIZES] or group in apart.get(outcome, ()) for group in _told(study, *row))
            for outcome, row in zip(
                rows["outcome"],
                zip(rows["outcome"], rows["statistic"], rows["group"], rows["stratum"], strict=True),
                strict=True,
            )
        ],
        index=rows.index,
        dtype=bool,
    )


def _told(study: Study, outcome: str, statistic: str, group: str, stratum: str) -> list[Group]:
    """Name the groups that a row tells of."""
    strata = [stratum]
    if (statistic.startswith("burden_") or outcome == _CUT) and study.burden:
        strata += [side.id for side in study.burden]
    if outcome in ("disease_status", *study.statuses):
        strata += study.statuses
    of_arm = group == CONTRAST or any(statistic.endswith(f"_{arm}") for arm in study.arm_ids)
    return [(one, each) for one in (study.arm_ids if of_arm else [group]) for each in strata]


def _above(rows: pd.DataFrame, patients: pd.DataFrame, study: Study, threshold: int) -> pd.Series:
    """Mark the differences above cut-offs of the blasts with few patients in an arm, or few on a side."""
    cutoff = rows["statistic"].str.extract(_ABOVE)[0].astype(float)
    columns, blasts = _questions(study), patients["bm_blasts_pct"].to_numpy(float)
    arms = [study.chosen(patients, study.assessed, arm) for arm in study.arm_ids]
    hidden = pd.Series(False, index=rows.index)
    for place, least in cutoff.dropna().items():
        answer = _answers(patients, columns[rows.loc[place, "outcome"]][0])
        cells = [arm & (blasts > least) & (answer == reached) for arm in arms for reached in (1, 0)]
        hidden[place] = any(cell.sum() < threshold for cell in cells)
    return hidden


def _levels(rows: pd.DataFrame, patients: pd.DataFrame, study: Study, threshold: int) -> pd.Series:
    """Mark the odds ratios of levels one of which few patients have, or few with or without the outcome."""
    small_of: list[str] = []
    if not rows["statistic"].str.startswith(_WITH_LEVELS).any():
        return pd.Series(False, index=rows.index)
    answer, asked = _answers(patients, _COMPOSITE), study.chosen(patients, study.assessed)
    for one in (each for each in study.characteristics if each.in_model):
        sides = [
            asked & patients[one.column].eq(level).fillna(False).to_numpy(bool) & (answer == reached)
            for level in one.levels
            for reached in (1, 0)
        ]
        if any(side.sum() < threshold for side in sides):
            small_of += [one.level_id(place) for place in range(1, len(one.levels) + 1)]
    return rows["statistic"].isin([f"{_WITH_LEVELS}{level}" for level in small_of])


def _left_out(rows: pd.DataFrame, threshold: int) -> pd.Series:
    """Mark fits without a centre that has few patients in the model, or few with or without the event."""
    without = rows["statistic"].str.startswith("without_centre_")
    whole = rows.groupby(_KEYS)[["n", "events"]].transform("max")
    n, events = whole["n"] - rows["n"], whole["events"] - rows["events"]
    return without & (n.lt(threshold) | events.lt(threshold) | (n - events).lt(threshold))


def _between(rows: pd.DataFrame, threshold: int) -> pd.Series:
    """Mark what is read from a curve at a month before which, since the last one, few had the event."""
    months = rows["statistic"].str.extract(r"^(?:km|cumulative_incidence)_(\d+)m$")[0].astype(float)
    read = rows[months.notna()].assign(month=months).sort_values("month")
    since = read.groupby(["chapter", "outcome", "group", "stratum"])["events"].diff()
    return since.lt(threshold).reindex(rows.index, fill_value=False)


def _late(rows: pd.DataFrame, found: pd.Series) -> pd.Series:
    """Mark what is read from curves at months when few are at risk."""
    key = [rows["chapter"], rows["outcome"], rows["group"]]
    hidden = {
        (*where, month[1])
        for *where, statistic, reason in zip(*key, rows["statistic"], found, strict=True)
        if reason and (month := _AT_RISK.fullmatch(statistic))
    }
    months = rows["statistic"].str.extract(r"km_(\d+m)")[0]
    return pd.Series(
        [each in hidden for each in zip(*key, months, strict=True)], index=rows.index, dtype=bool
    )


def _centres(rows: pd.DataFrame, found: pd.Series) -> pd.Series:
    """Mark the numbers of centres, and what ranges over them, where one of them is hidden.

    No row tells how many patients of the immune panel a centre has, so that its number of centres is hidden.
    """
    each = fits(rows["outcome"], _CENTRE) | rows["statistic"].str.startswith("without_centre_")
    over = fits(rows["outcome"], CENTRES) | rows["statistic"].str.startswith("leave_one_centre_out_")
    one_is = (each & found.ne("")).groupby(rows["chapter"]).transform("any")
    return over & (one_is | rows["chapter"].eq("immune"))


def _arms(rows: pd.DataFrame, found: pd.Series, study: Study) -> pd.Series:
    """Mark an arm, or a side, whose other one is hidden."""
    sides = fits(rows["stratum"], _STATES)
    arms = rows["group"].isin(study.arm_ids) | sides
    keys = [rows["chapter"], rows["outcome"], rows["statistic"], rows["stratum"].mask(sides, "")]
    return arms & (found.ne("") & arms).groupby(keys).transform("any")


def _means(rows: pd.DataFrame, found: pd.Series) -> pd.Series:
    """Mark mean times up to a month at which the curve is hidden: from two of them it would follow."""
    read = rows["statistic"].str.extract(r"^(km|rmst)_(\d+m)$")
    hidden = read[0].eq("km") & found.ne("")
    keys = [*(rows[name] for name in (*_KEYS, "group")), read[1].fillna("")]
    return read[0].eq("rmst") & hidden.groupby(keys).transform("any")


def _terms(rows: pd.DataFrame, found: pd.Series) -> pd.Series:
    """Mark the number of terms with a small P value where one of them is hidden, and of separated ones."""
    terms = rows["statistic"].str.startswith("odds_ratio_") & found.ne("")
    hidden = terms.groupby([rows[name] for name in _KEYS]).transform("any")
    # How many are separated tells that a group has no event: in no book for others, so that none tells it.
    return (rows["statistic"].eq("significant_terms") & hidden) | rows["statistic"].eq("separated_terms")


def _distances(rows: pd.DataFrame, found: pd.Series) -> pd.Series:
    """Mark distances between the arms' shares of levels, where the count of a level is hidden."""
    subject = rows["outcome"].str.replace(_LEVEL, "", regex=True)
    keys = [rows["chapter"], subject, rows["stratum"]]
    counts = rows["statistic"].eq("count") & found.ne("")
    return rows["statistic"].eq(_DISTANCE) & counts.groupby(keys).transform("any")


def _contrasts(rows: pd.DataFrame, found: pd.Series, study: Study, threshold: int) -> pd.Series:
    """Mark comparisons of arms one of which has few patients, or few with or without the event."""
    arms = rows[rows["group"].isin(study.arm_ids)]
    real = arms[~arms["statistic"].str.match(_CASE)]  # the events of a worst case are also those it supposes
    whole = real.groupby([*_KEYS, "group"])[["n", "events"]].max()
    whole["events"] = whole["events"].where(~whole.index.get_level_values("chapter").isin(_NO_EVENTS))
    others = whole["n"] - whole["events"]
    few = whole["n"].lt(threshold) | whole["events"].lt(threshold) | others.lt(threshold)
    small_of = set(few[few].index.droplevel("group"))
    same = [*_KEYS, "statistic"]
    hidden = set(arms.loc[found[arms.index].ne(""), same].itertuples(index=False, name=None))
    known = set(arms[same].itertuples(index=False, name=None))
    at = rows.assign(statistic=rows["statistic"].str.replace("_difference", ""))[same]
    keys = at.itertuples(index=False, name=None)
    of_few = [
        not hidden.isdisjoint({key, _crossed(key)}) if key in known else key[:3] in small_of for key in keys
    ]
    return rows["group"].eq(CONTRAST) & np.array(of_few, dtype=bool)


def _crossed(key: tuple[str, ...]) -> tuple[str, ...]:
    """Give what the other arm adds to a comparison: beside the worst case of one the best of the other."""
    *where, statistic = key
    return (*where, _CASE.sub(lambda case: _OTHER_CASE[case[0]], statistic))


def _sides(rows: pd.DataFrame, found: pd.Series) -> pd.Series:
    """Mark comparisons of other sides than the arms, where one of them is hidden."""
    starts, names = (rows["statistic"].str.extract(_SIDES)[group] for group in (0, 1))
    family = starts.where(starts.notna(), names)
    side = rows["unit"].eq(COUNT) | fits(rows["statistic"], _REACHED) | fits(rows["stratum"], _STATES)
    keys = [rows["chapter"], rows["outcome"], family.fillna("")]
    return family.notna() & (side & found.ne("")).groupby(keys).transform("any")
