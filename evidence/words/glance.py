"""The landing page: what the printed figures say about each other, one short sentence a finding.

A sentence is None where the claims do not print what it is about, or it does not hold of them.
"""

import math

import pandas as pd

from evidence.claims.printed import Figure, Figures
from evidence.forensics.two_by_two import EVERY, in_words
from evidence.this_abstract import margins, odds_ratio_findings, rank_findings, rates
from evidence.this_abstract.abstract import (
    ALPHA,
    ARMS,
    CELLS,
    DEATHS,
    NEGATIVE,
    ODDS_RATIO,
    REFRACTORY,
    RELAPSES,
    STUDY,
    age,
    efficacy,
    panel,
    patients,
)
from evidence.words import odds_ratio as models
from evidence.words import tables, wordings
from helpers.estimators.multiplicity import benjamini_hochberg
from helpers.ground.standing import FOLLOWS, PRINTED
from helpers.printing import prose
from helpers.printing.marks import UNDER, marked, tally

STEP = 10  # percentage points of blasts
MEANT = "conclusion_population"  # the claim that says of whom the immune findings are concluded


def both_groups_sentence(figures: Figures) -> str | None:
    """Say whose the rate is that both groups share."""
    answers = _answers(figures)
    positive = tables.positive_counts(figures)
    if len(answers) != 1 or positive is None:
        return None
    first, second, p_value = tables.printed(figures)
    size = figures.count(patients(stratum=rates.PRINTED_AS))
    alone = " and ".join(_follows(f"{events} of {members}") for events, members in positive)
    if len(margins.tables_of_size(size, first, second)):
        return None
    return (
        f"**“{first}% in both groups” of MRD-positive patients contradicts other figures as worded.** "
        f"No split of the {_printed(size)} MRD-positive patients over the arms gives "
        f"{_printed(f'{first}%')} and {_printed(f'{second}%')}. Within the arms, only "
        f"{_follows(in_words(answers.iloc[0]))} gives both with P = {_printed(p_value)} "
        f"({_short(EVERY[answers.iloc[0]['test']])}): relapsed/refractory and MRD-positive patients "
        f"together. The MRD-positive patients alone are then {alone}, {UNDER}."
    )


def everybody_sentence(figures: Figures) -> str | None:
    """Say why not everybody of the second arm can have become MRD negative, and what fits."""
    count = figures.get(efficacy("mrd_negativity", "count", ARMS[1], REFRACTORY))
    sizes, positive = rates.refractory_sizes(figures), tables.positive_counts(figures)
    if count is None or sizes is None or positive is None or count.count == sizes[1]:
        return None
    stayed = figures.count(patients(stratum=NEGATIVE))
    (events, members), _ = positive
    swapped = f", or, arms swapped, the {_follows(f'{events} of {members}')} above are meant"
    return (
        f"**“All patients achieved MRD negativity” cannot be all those given {STUDY.arms[1].phrase}**: "
        f"{_printed(f'{count} of {sizes[1]}')} with relapsed/refractory disease did. It may mean that the "
        f"{_printed(stayed)} who entered MRD negative stayed so{swapped if events == members else ''}."
    )


def deaths_sentence(figures: Figures) -> str | None:
    """Say which patients the deaths are if each died of no response or of relapse."""
    positive, sizes = tables.positive_counts(figures), rates.refractory_sizes(figures)
    counts = figures.every(
        [DEATHS, RELAPSES, *(efficacy("response", "count", arm, REFRACTORY) for arm in ARMS)]
    )
    if positive is None or sizes is None or counts is None:
        return None
    deaths, relapses, *responses = (figure.count for figure in counts)
    refractory = sum(sizes) - sum(responses)
    kept = sum(members - events for events, members in positive)
    if deaths != refractory + kept + relapses:
        return None
    return (
        f"**{_printed(deaths)} deaths “of no response or relapse” say who died**, {UNDER}: if response is "
        f"meant as each could have one: {_follows(refractory)} relapsed/refractory patients "
        f"without a response, {_follows(kept)} MRD-positive ones who stayed so, and {_printed(relapses)} "
        f"with a relapse are exactly {_printed(deaths)}."
    )


def age_sentence(figures: Figures) -> str | None:
    """Say how the figures beside the median age are read."""
    ends = figures.every([age("minimum"), age("maximum")])
    if ends is None:
        return None
    low, high = map(str, ends)
    return (
        f"**The ages {_printed(f'{low} to {high}')} are printed as quartiles and read as the range**: a "
        f"quarter of the patients would otherwise be {low} or younger, and a quarter {high} or older."
    )


def odds_sentence(figures: Figures) -> str | None:
    """Say what the odds ratio of the blasts is for more than one point, and how little it is tied to."""
    printed, judged = figures.get(ODDS_RATIO), models.judged(figures)
    if printed is None or judged is None:
        return None
    counted = models.counts(judged)
    ten = f"{_power(printed.value)} ({_power(printed.low)} to {_power(printed.high)} by rounding)"
    reached = counted[odds_ratio_findings.REACHED]
    return (
        f"**More blasts, lower odds** of remission with MRD negativity: the odds ratio of "
        f"{_printed(printed)}, read as one for each percentage point and for both outcomes as one, is "
        f"{_follows(ten)} for {prose.spelled(STEP)} points. Unit, patients and covariates are "
        f"not printed; {tally(reached)} of "
        f"{tally(counted['tried'])} models tried can reach it with its P value."
    )


def immune_sentence(figures: Figures, claims: pd.DataFrame) -> str | None:
    """Say how many printed immune P values stay small when they are adjusted, and which word is odd."""
    family = rank_findings.adjusted(figures)
    if family.empty:
        return None
    few, smallest = family["printed"].lt(ALPHA).sum(), family["benjamini_hochberg"].min()
    stay = family["benjamini_hochberg"].lt(ALPHA).sum()
    stays = f"{prose.spelled(stay) if stay else 'none'} {'stays' if stay < 2 else 'stay'}"
    sizes = figures.every(map(panel, ARMS))
    whose = f", {' and '.join(_printed(size) for size in sizes)} patients" if sizes else ""
    sentence = (
        f"**Immune cells**{whose}: {tally(few)} of the {tally(len(family))} printed P values "
        f"(rank tests, as read) are below {ALPHA:g}. Adjusted as one family (Benjamini-Hochberg), {stays} so "
        f"(smallest: {_follows(prose.fixed(smallest, 3))})"
    )
    return " ".join(filter(None, [f"{sentence}{_between(family)}.", _odd_words(claims), _of_whom(claims)]))


def _of_whom(claims: pd.DataFrame) -> str:
    """Say that the abstract concludes for a part of the panel alone, where it does."""
    if MEANT not in set(claims["id"]):
        return ""
    return "Concluded for relapsed/refractory disease, of which alone nothing is printed."


def _between(family: pd.DataFrame) -> str:
    """Say which P values between the arms stay when they are a family of their own."""
    mine = family[[id.statistic == "ratio_mann_whitney" for id in family["result_id"]]]
    adjusted = benjamini_hochberg(mine["printed"])
    stay = [
        f"{_follows(prose.fixed(p, 3))} ({CELLS[id.outcome].removesuffix(' cells')})"
        for id, p in zip(mine["result_id"], adjusted, strict=True)
        if p < ALPHA
    ]
    if not stay:
        return ""
    verb = "stays" if len(stay) == 1 else "stay"
    which = f"over the {prose.spelled(len(adjusted))} printed ones between the arms alone"
    every = (
        f", of {prose.spelled(len(STUDY.cells))} that could be printed"
        if len(adjusted) < len(STUDY.cells)
        else ""
    )
    return f"; {which}{every}, {' and '.join(stay)} {verb}"


def _odd_words(claims: pd.DataFrame) -> str:
    worded = wordings.words(claims)
    odd = worded[worded["word"].ne("") & ~worded["suits"]]
    parts = [f"P = {_printed(row.printed)} ({row.label}) is called {row.word}" for row in odd.itertuples()]
    return f"{'; '.join(parts)}." if parts else ""


def _answers(figures: Figures) -> pd.DataFrame:
    splits = margins.splits(figures)
    answers = margins.tables_of_populations(splits, *tables.printed(figures))
    return answers[answers["population"] == rates.READ_AS].drop_duplicates(tables.COLUMNS)


def _power(ratio: float) -> str:
    return prose.fixed(math.pow(ratio, STEP), 2)


def _short(test: str) -> str:
    """Name a test without what it goes without."""
    return test.partition(" without")[0]


def _printed(figure: Figure | str | int) -> str:
    return marked(str(figure), PRINTED, "printed in the abstract")


def _follows(text: object) -> str:
    return marked(str(text), FOLLOWS, "follows from what is printed")
