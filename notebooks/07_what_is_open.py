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
# them: two percentages, the P value of their difference and the sizes of the groups leave one set of counts. Most are
# not. The abstract prints how many patients were alive at two years, but not in which arm; so the difference between
# the arms is open, and no calculation brings it back.
#
# An open number still has to fit with everything that is printed. This chapter therefore draws many whole cohorts,
# each of which prints every figure of the abstract. Where all of them agree, the result follows; where they differ,
# their range is the answer, and the value of any one of them is an accident. The range depends on what was thought
# likely before the print was looked at, the prior. So beside it stand three ranges without a prior: what a search
# for the extremes reaches within limits that a clinician can check; what it reaches by arithmetic alone; and what is
# proved by an argument, whatever the cohort. Each lies inside the next. A search may miss a cohort that is further out,
# an argument cannot.

# %% tags=["hide-input"]
import matplotlib.pyplot as plt
import pandas as pd
from IPython.display import display

from evidence.claims import load as claims
from evidence.claims.printed import Figures
from evidence.ensemble import families, people, store
from evidence.ensemble.diagnostics import AGREED, ENOUGH
from evidence.plots.brackets import brackets_key, plot_brackets, plot_rank_panels
from evidence.words import conclusions, draws, open_results
from evidence.words import priors as sensitivity
from helpers.ground.cohort import DEFAULT, load
from helpers.ground.standing import FOLLOWS, OPEN, PRINTED, read_whole
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
    Of the {all} numbers of the first five chapters {printed} are printed, {follows} follow and {open} are open
    over {members} cohorts. {legend}
    """,
    all=str(len(ranges)),
    printed=str(counts[PRINTED]),
    follows=str(counts[FOLLOWS]),
    open=str(counts[OPEN]),
    members=f"{members['members']:,}",
    legend=legend(),
)

# %% tags=["remove-input"]
say(
    """
    The limits within which a search counts as plausible: {limits}. By arithmetic alone nothing is asked but that
    every figure prints as it is read, and that each patient is possible. {cap}. A hazard ratio then runs from 0, where
    nobody of the combination dies while the other arm is followed, to no limit. That is why a range without any
    assumption is nearly empty, and why the assumptions are named. Every cohort met is kept, was verified from its
    rows, and can be looked at in `data/ensemble/reached.parquet`.
    """,
    limits=open_results.limits_sentence(),
    cap=open_results.cap_sentence(),
)

# %% [markdown]
# ## How far do the survival results range?

# %% tags=["hide-input"]
rows = open_results.family(ranges, "Survival")
panels = open_results.panels(rows)
heights = [len(part) for part in panels.values()]
fig, axs = plt.subplots(len(panels), figsize=(4.7, 1.5 + 0.42 * sum(heights)), height_ratios=heights)
for ax, part in zip(axs, panels.values(), strict=True):
    plot_brackets(part, ax=ax)
fig.legend(handles=brackets_key(), loc="lower center", ncols=2, bbox_to_anchor=(0.5, -0.07))
show(fig, alt=open_results.alt(rows), note=cohort.ranges_note)

# %% tags=["hide-input"]
note = open_results.table_note(rows)
render(open_results.table(rows), "survival-ranges", "Open results of survival", note)

# %% [markdown]
# ## How far does the course of the disease range?

# %% tags=["hide-input"]
rows = open_results.family(ranges, "Course of the disease")
note = open_results.table_note(rows)
render(open_results.table(rows), "course-ranges", "Open results of the course", note)

# %% [markdown]
# ## And blasts, age and response?

# %% tags=["hide-input"]
rows = open_results.family(ranges, "Blasts, age and response")
note = open_results.table_note(rows)
render(open_results.table(rows), "model-ranges", "Open results of blasts, age and the model", note)

# %% [markdown]
# ## And the immune cells?

# %% tags=["hide-input"]
rows = open_results.family(ranges, "Immune cells")
note = open_results.table_note(rows)
render(open_results.table(rows), "immune-ranges", "Open results of the immune panel", note)

# %% [markdown]
# ## How are the bounds proved?

# %% tags=["hide-input"]
every = pd.concat([open_results.family(ranges, name) for name in families.FAMILIES], ignore_index=True)
arguments = open_results.arguments(published, every)
render(arguments, "arguments", "What proves the bounds", "In the readings of the claims, as everywhere here.")

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
      below {alpha} ({response}; {mrd}; Pearson's test, which prints both), and at low burden the direction turns.
    - **Blasts as the sole adverse variable.** Lower odds with more blasts: in *all*. That arm and age do not matter is how
      silence about them is read. The odds ratio of the arm is {arm}: its direction holds in *some* only.
    - **Immune cells.** The printed directions hold in *all*; small P values by an exact test in *all*, *some* or *none*, as the table
      says; and {adjusted}.
    - **Survival.** The abstract concludes nothing about the arms, and nothing can be concluded: {hazard}.
    """,
    phrase=first.phrase,
    alpha=f"{study.alpha:g}",
    response=conclusions.printed_p(published, outcome="response", stratum=study.burden[0].id),
    mrd=conclusions.printed_p(published, outcome="mrd_negativity", stratum=study.burden[0].id),
    arm=conclusions.direction(ranges, open_results.ARM_RATIO),
    adjusted=conclusions.adjusted_sentence(published, ranges, study),
    hazard=open_results.sentence(ranges, families.FAMILIES["Survival"][0], study),
)

# %% tags=["hide-input"]
held = conclusions.immune_table(published, ranges, study)
note = f"Share of the cohorts with P below {study.alpha:g}. Adjusted: Benjamini-Hochberg, over the paired tests or over those between the arms, printed or not, by the normal approximation and by exact tests."
title = "Printed immune P values: in how many cohorts they are small by other tests"
render(held, "conclusions", title, note, groups="Comparison")

# %% [markdown]
# ## What would one more number settle?
#
# Had the abstract printed one more figure, only the cohorts that print it so would be left. Take the hazard ratio
# of death between the arms: the table says how much of its range would remain, on average.

# %% tags=["hide-input"]
settled = draws.one_more(store.one_more_number(), ranges)
title = "Range of the hazard ratio of death that would be left"
render(
    settled, "one-more-number", title, "Width on the log scale, of 95% of the cohorts that print it alike."
)

# %% [markdown]
# ## What moves with the prior, and what with the reading?
#
# Two choices stand behind every range. One is the prior, which is about what no word of the abstract says. The
# other is how its words are read. Each was changed by itself, and only what it can touch was drawn anew.

# %% tags=["hide-input"]
priors, readings = store.priors(), store.readings()
title = "Bands under other priors and other readings"
render(
    sensitivity.table(priors, readings, ranges), "priors-readings", title, sensitivity.rule(priors, ranges)
)

# %% tags=["remove-input"]
solved = people.solve(Figures(published))
say(f"{sensitivity.moves(priors, readings, ranges)} {sensitivity.lean(priors, readings, ranges, solved)}")

# %% [markdown]
# ## Can the draws be trusted?
#
# The prior is neutral on purpose: both arms have the same laws, but for one log hazard ratio, normal around 0
# with standard deviation 0.7, that speeds up or slows down deaths and relapses alike; last contact is even up to
# the limit named above, which is ours; blasts are even from 5 to 98%, ages even between the printed extremes; who responds is exchangeable
# within the solved counts; immune percentages are whole numbers, as two printed P values exist only with ties.
# The draws come from tempered sequential Monte Carlo in independent groups. If the groups agree, R-hat is near 1,
# and the effective size says how many independent draws they are worth.

# %% tags=["hide-input"]
asked = f"Asked for: R-hat of {AGREED} at most, an effective size of {ENOUGH} at least."
render(draws.mixing(ranges), "mixing", "Agreement of the independent groups", asked)

# %% tags=["remove-input"]
ranks = store.calibrations()
say(draws.calibration_sentence(ranks))

# %% tags=["hide-input"]
if len(ranks):
    note = "95% bands of simulated truths, smallest and largest share over the results of a block."
    display(render(draws.calibrated(ranks), "calibration", "Truths that the bands hold", note))

# %% tags=["hide-input"]
if len(ranks):
    fig, axs = plt.subplots(-(-ranks.groupby(["block", "result"]).ngroups // 6), 6, squeeze=False)
    plot_rank_panels(ranks, axs)
    show(fig, alt=draws.ranks_alt(ranks), note=cohort.ranges_note)

# %% tags=["remove-cell"]
quote(
    open_hazard=open_results.sentence(ranges, families.FAMILIES["Survival"][0], study),
    other_deaths=sensitivity.other_deaths(store.readings()),
    open_counts=open_results.counts_sentence(ranges, members["members"]),
)
