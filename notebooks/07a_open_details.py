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
# # What is open: the details
#
# This page belongs to the chapter [What the abstract leaves open](07_what_is_open) and holds what its main line leaves
# out: the limits of the searches, every open result that was searched with its four ranges, the proofs, the prior, and
# how the draws were checked.

# %% tags=["hide-input"]
from IPython.display import display

from evidence.claims import load as claims
from evidence.ensemble import families, store
from evidence.plots.brackets import brackets_figure, ranks_figure
from evidence.words import conclusions, draws, laws, open_results
from evidence.words import priors as sensitivity
from helpers.ground.cohort import DEFAULT, load
from helpers.ground.standing import read_whole
from helpers.plots import style
from helpers.printing import prose
from helpers.printing.marks import legend
from helpers.printing.notebook import say, show
from helpers.printing.tables import render

# %% tags=["hide-input"]
style.use()
cohort = load(DEFAULT)
study = cohort.study
ranges = read_whole(DEFAULT)
published = claims.load(study.claims)

# %% tags=["remove-input"]
say(legend())

# %% [markdown]
# ## Within which limits does a search count as plausible?

# %% tags=["remove-input"]
say(
    """
    The limits within which a search counts as plausible: {limits}. {cap}.

    A two-sided P value prints on both sides of no difference. That of the blasts comes without a direction, so that
    blasts, ages and their models are searched on each side; of the immune cells the directions are printed too.

    Every cohort met is kept, was verified from its rows, and can be looked at in `data/ensemble/reached.parquet`.
    """,
    limits=open_results.limits_sentence(),
    cap=open_results.cap_sentence(),
)

# %% [markdown]
# ## How far do the survival results range?

# %% tags=["hide-input"]
rows = open_results.family(ranges, families.FAMILIES["Survival"])
fig = brackets_figure(open_results.panels(rows))
show(
    fig,
    "survival",
    """
    How far the open results of survival range
    Band: 95% of the cohorts that agree with the abstract. Lines: what a search reached within stated limits, and by arithmetic alone. Crosses: bounds that are proved in the readings of the methods page. An arrow: further than the axis. Durations count from {time_zero}.
    """,
    alt=open_results.alt(rows),
    time_zero=study.time_zero,
    note=cohort.ranges_note,
    data=rows,
)

# %% tags=["hide-input"]
note = f"{open_results.table_note(rows)} {cohort.ranges_note}".strip()
render(open_results.table(rows), "survival-ranges", "Open results of survival", note)

# %% [markdown]
# ## How far does the course of the disease range?

# %% tags=["hide-input"]
rows = open_results.family(ranges, families.FAMILIES["Course of the disease"])
fig = brackets_figure(open_results.panels(rows))
show(
    fig,
    "course",
    """
    How far the open results of the course range
    Band: 95% of the cohorts that agree with the abstract. Lines: what a search reached within stated limits, and by arithmetic alone. Crosses: bounds that are proved in the readings of the methods page. An arrow: further than the axis. Durations count from {time_zero}.
    """,
    alt=open_results.alt(rows),
    time_zero=study.time_zero,
    note=cohort.ranges_note,
    data=rows,
)

# %% tags=["hide-input"]
note = f"{open_results.table_note(rows)} {cohort.ranges_note}".strip()
render(open_results.table(rows), "course-ranges", "Open results of the course", note)

# %% [markdown]
# ## And blasts, age and response?

# %% tags=["hide-input"]
rows = open_results.family(ranges, families.FAMILIES["Blasts, age and response"])
fig = brackets_figure(open_results.panels(rows))
show(
    fig,
    "model",
    """
    How far the open results of blasts, age and the model range
    Band: 95% of the cohorts that agree with the abstract. Lines: what a search reached within stated limits, and by arithmetic alone. Crosses: bounds that are proved in the readings of the methods page. An arrow: further than the axis.
    """,
    alt=open_results.alt(rows),
    note=cohort.ranges_note,
    data=rows,
)

# %% tags=["hide-input"]
note = f"{open_results.table_note(rows)} {cohort.ranges_note}".strip()
render(open_results.table(rows), "model-ranges", "Open results of blasts, age and the model", note)

# %% [markdown]
# ## And the immune cells?

# %% tags=["hide-input"]
rows = open_results.family(ranges, families.FAMILIES["Immune cells"])
fig = brackets_figure(open_results.panels(rows))
show(
    fig,
    "immune",
    """
    How far the open results of the immune panel range
    Band: 95% of the cohorts that agree with the abstract. Lines: what a search reached within stated limits, and by arithmetic alone. Crosses: bounds that are proved in the readings of the methods page. An arrow: further than the axis.
    """,
    alt=open_results.alt(rows),
    note=cohort.ranges_note,
    data=rows,
)

# %% tags=["hide-input"]
note = f"{open_results.table_note(rows)} {cohort.ranges_note}".strip()
render(open_results.table(rows), "immune-ranges", "Open results of the immune panel", note)

# %% [markdown]
# ## How are the bounds proved?

# %% tags=["hide-input"]
ids = [id for family in families.FAMILIES.values() for id in family]
arguments = open_results.arguments(published, open_results.family(ranges, ids))
render(arguments, "arguments", "What proves the bounds", "In the readings of the claims, as everywhere here.")

# %% [markdown]
# ## In how many cohorts are the printed immune P values small by other tests?

# %% tags=["hide-input"]
held = conclusions.immune_table(published, ranges, study)
adjusted = "Adjusted: Benjamini-Hochberg, over the paired tests or over those between the arms, printed or not, by the normal approximation and by exact tests."
note = f"Share of the cohorts with P below {study.alpha:g}. {adjusted}"
title = "Printed immune P values: in how many cohorts they are small by other tests"
render(held, "conclusions", title, note, groups="Comparison")

# %% [markdown]
# ## Which results move with the prior, and which with the reading?

# %% tags=["hide-input"]
priors, readings = store.priors(), store.readings()
title, note = "Bands under other priors and other readings", sensitivity.rule(priors, ranges)
render(sensitivity.table(priors, readings, ranges), "priors-readings", title, note)

# %% [markdown]
# ## What was thought likely before the print was looked at?

# %% tags=["remove-input"]
say(laws.prior_sentence())

# %% [markdown]
# ## How are the immune cells drawn?

# %% tags=["remove-input"]
say(
    """
    {law}

    {level}

    {method}
    """,
    law=prose.bullets(laws.immune_law()),
    level=laws.immune_level_sentence(),
    method=laws.immune_method_sentence(),
)

# %% [markdown]
# ## Do the independent groups agree?

# %% tags=["remove-input"]
say(laws.method_sentence())

# %% tags=["hide-input"]
asked = f"Asked for: R-hat of {draws.AGREED} at most, an effective size of {draws.ENOUGH} at least."
render(draws.mixing(ranges), "mixing", "Agreement of the independent groups", asked)

# %% tags=["remove-input"]
say(draws.ancestors_sentence(store.manifest()))

# %% [markdown]
# ## Do the bands hold truths that are known?

# %% tags=["remove-input"]
ranks = store.calibrations()
say(draws.calibration_sentence(ranks))

# %% tags=["hide-input"]
if len(ranks):
    note = draws.calibration_note()
    display(render(draws.calibrated(ranks), "calibration", "Truths that the bands hold", note))

# %% tags=["hide-input"]
if len(ranks):
    show(
        ranks_figure(ranks, draws.PARTS),
        "calibration",
        """
        Where simulated truths rank among the draws
        One small histogram a result, from the lowest rank at the left to the highest at the right. Even bars, at the dashed line, mean that the bands hold a truth as often as they say.
        """,
        alt=draws.ranks_alt(ranks),
        note=draws.SIMULATED,
        data=ranks,
    )

# %% [markdown]
# Each histogram is one result, from the lowest rank of the truth at the left to the highest at the right; the dashed
# line is the height of even ranks.
