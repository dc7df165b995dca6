# ---
# jupyter:
#   jupytext:
#     formats: ipynb,py:percent
#     notebook_metadata_filter: kernelspec,-jupytext.text_representation.jupytext_version
#     cell_metadata_filter: tags,-all
#     text_representation:
#       extension: .py
#       format_name: percent
#       format_version: '1.3'
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # What the abstract leaves open
#
# A number is *identified* when the printed figures allow only one value for it. Some are, although nobody printed
# them: two percentages of the same patients and the quartiles of their blasts leave
# <a href="06a_ledger_and_searches.html#which-tests-print-the-p-values">one set of counts</a>. Most are not. The abstract prints the probability of being alive at two years for all patients, for neither arm; so the difference between
# the arms is open, and no calculation brings it back.
#
# An open number still has to fit with everything that is printed. This chapter therefore draws many whole cohorts,
# each of which prints every figure of the abstract. Where all of them agree, the result follows; where they differ,
# their range is the answer, and the value of any one of them is an accident. The range depends on what was thought
# likely before the print was looked at, the prior. So beside it stand three ranges without a prior: what a search
# for the extremes reaches within limits that a clinician can check; what it reaches by arithmetic alone; and what is
# proved by an argument, whatever the cohort, as long as the figures are read as the methods page reads them. Each lies inside the next: a search may miss a cohort that is further out,
# an argument cannot.
#
# More: [what is open, in detail](07a_open_details) has every result with its four ranges, the limits, the proofs, the
# prior, and the checks of the draws.

# %% tags=["hide-input"]
from evidence.claims import load as claims
from evidence.claims.printed import Figures
from evidence.ensemble import families, people, store
from evidence.ensemble.settling import FEWEST
from evidence.plots.brackets import brackets_figure
from evidence.words import conclusions, draws, open_results
from evidence.words import priors as sensitivity
from helpers.ground.cohort import DEFAULT, load
from helpers.ground.standing import ASSUMED, FOLLOWS, OPEN, PRINTED, read_whole
from helpers.plots import style
from helpers.printing.marks import legend
from helpers.printing.notebook import quote, say, show
from helpers.printing.tables import render

# %% tags=["hide-input"]
style.use()
cohort = load(DEFAULT)
study = cohort.study
ranges = read_whole(DEFAULT)
counts = open_results.counts(ranges)
published = claims.load(study.claims)
members = store.manifest()

# %% tags=["remove-input"]
say(
    """
    Of the {all} numbers of the first five chapters {printed} are printed, {follows} follow, {assumed} are set by this
    book and {open} are open over {members} cohorts. Not counted: {absent} that no cohort has, as there is no patient in
    the group that they are about.

    {legend}
    """,
    all=f"{sum(counts.values()):,}",
    printed=str(counts[PRINTED]),
    follows=str(counts[FOLLOWS]),
    assumed=str(counts[ASSUMED]),
    open=str(counts[OPEN]),
    absent=str(open_results.absent(ranges)),
    members=f"{members['members']:,}",
    legend=legend(),
)

# %% [markdown]
# ## How far does survival by arm range?

# %% tags=["hide-input"]
rows = open_results.family(ranges, families.HEADLINES["Survival"])
fig = brackets_figure(open_results.panels(rows))
show(
    fig,
    "survival",
    """
    How far survival by arm ranges
    Band: 95% of the cohorts that agree with the abstract. Lines: what a search reached within stated limits, and by arithmetic alone. Crosses: bounds that are proved in the readings of the methods page. An arrow: further than the axis. Durations count from {time_zero}.
    """,
    alt=open_results.alt(rows),
    time_zero=study.time_zero,
    note=cohort.ranges_note,
    data=rows,
)

# %% [markdown]
# By arithmetic alone nothing is asked but that every figure prints as it is read, that each patient is possible, and
# that nobody is followed beyond a limit of this book; a hazard ratio then runs from 0, where nobody of the combination
# dies while the other arm is followed, to no limit. That is why a range without any assumption is nearly empty, and
# why the assumptions are named:
# <a href="07a_open_details.html#within-which-limits-does-a-search-count-as-plausible">the limits</a>. A search that runs
# beyond an axis ends in an arrow.

# %% [markdown]
# ## How far do events, blasts, response and immune cells range?

# %% tags=["hide-input"]
rows = open_results.family(ranges, families.HEADLINES["Events, blasts, response and immune cells"])
fig = brackets_figure(open_results.panels(rows))
show(
    fig,
    "others",
    """
    How far events, blasts, response and immune cells range
    Band: 95% of the cohorts that agree with the abstract. Lines: what a search reached within stated limits, and by arithmetic alone. Crosses: bounds that are proved in the readings of the methods page. An arrow: further than the axis.
    """,
    alt=open_results.alt(rows),
    note=cohort.ranges_note,
    data=rows,
)

# %% [markdown]
# More: every open result of
# <a href="07a_open_details.html#how-far-do-the-survival-results-range">survival</a>,
# <a href="07a_open_details.html#how-far-does-the-course-of-the-disease-range">the course of the disease</a>,
# <a href="07a_open_details.html#and-blasts-age-and-response">blasts, age and response</a>, and
# <a href="07a_open_details.html#and-the-immune-cells">immune cells</a>.

# %% [markdown]
# ## Which conclusions hold in all, in most, in some of the cohorts?
#
# A direction or a P value that is printed is a condition of the draw. So it holds in all of the cohorts, which is
# no discovery. What the conclusions of the abstract need beyond it can differ.

# %% tags=["remove-input"]
first = study.arms[0]
say(
    """
    - **Efficacy at high burden.** More responses and more MRD negativity with {phrase} follow, in *all* of the cohorts. Neither P value is
      below {alpha} ({response}; {mrd}; Pearson's test, which prints both), and at low burden <a href="02_efficacy.html#does-the-burden-of-leukaemia-matter">the direction turns</a>.
    - **Blasts as the sole adverse variable.** Lower odds with more blasts: in *all*. That arm and age are not
      significant is how “sole” is read, though the words leave room for a favourable and significant one, which is not
      drawn; it does not say that they do not matter. The odds ratio of the arm is {arm}: its direction holds in *some* only.
    - **Immune cells.** The printed directions hold in *all*; small P values by an exact test in *all*, *some* or *none*, as
      <a href="07a_open_details.html#in-how-many-cohorts-are-the-printed-immune-p-values-small-by-other-tests">the table</a> says; and {adjusted}. The abstract concludes for relapsed/refractory disease, of which alone its panel prints nothing.
    - **Survival.** The abstract concludes nothing about the arms, and nothing can be concluded: {hazard}. {deaths}.
    """,
    phrase=first.phrase,
    alpha=f"{study.alpha:g}",
    response=conclusions.printed_p(published, outcome="response", stratum=study.burden[0].id),
    mrd=conclusions.printed_p(published, outcome="mrd_negativity", stratum=study.burden[0].id),
    arm=conclusions.direction(ranges, open_results.ARM_RATIO),
    adjusted=conclusions.adjusted_sentence(published, ranges, study),
    hazard=open_results.sentence(ranges, families.FAMILIES["Survival"][0], study),
    deaths=sensitivity.other_deaths(store.readings()),
)

# %% [markdown]
# ## What would one more number settle?
#
# Had the abstract printed one more figure, only the cohorts that print it so would be left. Take the hazard ratio
# of death between the arms: the table says how much of its range would remain, on average.

# %% tags=["hide-input"]
settled = draws.one_more(store.one_more_number(), ranges)
title = "Range of the hazard ratio of death that would be left"
note = f"Width on the log scale, of 95% of the cohorts that print it alike, where at least {FEWEST} do: of so few it comes out too small, so that the order of the lines is rough."
render(settled, "one-more-number", title, note)

# %% [markdown]
# ## What moves with the prior, and what with the reading?
#
# Two choices stand behind every range. One is the prior, which is about what no word of the abstract says. The
# other is how its words are read. Each was changed by itself, and only what it can touch was drawn anew.

# %% tags=["hide-input"]
priors, readings = store.priors(), store.readings()
title, note = "Other priors and other readings, in brief", sensitivity.rule(priors, ranges)
render(sensitivity.table(priors, readings, ranges)[sensitivity.BRIEF], "readings-in-brief", title, note)

# %% tags=["remove-input"]
solved = people.solve(Figures(published))
say(f"{sensitivity.moves(priors, readings, ranges)} {sensitivity.lean(priors, readings, ranges, solved)}")

# %% [markdown]
# More: <a href="07a_open_details.html#which-results-move-with-the-prior-and-which-with-the-reading">which results move</a>.

# %% [markdown]
# ## Can the draws be trusted?

# %% tags=["remove-input"]
ranks = store.calibrations()
say(
    """
    Each cohort was read back by other code and prints every figure, as it is read. {trusted}
    {descent}
    More: <a href="07a_open_details.html#what-was-thought-likely-before-the-print-was-looked-at">the prior</a>,
    <a href="07a_open_details.html#do-the-independent-groups-agree">the groups</a> and
    <a href="07a_open_details.html#do-the-bands-hold-truths-that-are-known">the truths</a>.
    """,
    trusted=draws.trusted_sentence(ranges, ranks),
    descent=draws.descent_sentence(store.manifest()),
)

# %% [markdown]
# ## What can and cannot be concluded
#
# - A number that is open is not in the abstract. Whoever holds the patients' rows can compute it.
# - A band says what the print leaves possible under a prior that is named. It is no confidence interval, and a share of
#   the cohorts is no probability.
# - A wide range does not speak for a small difference, nor for a large one. It says that nothing is known.
# - What holds in all of the cohorts rests on the readings of the words that were taken.

# %% tags=["remove-cell"]
quote(
    open_hazard=open_results.sentence(ranges, families.FAMILIES["Survival"][0], study),
    other_deaths=sensitivity.other_deaths(readings),
    open_counts=open_results.counts_sentence(ranges, members["members"]),
)
