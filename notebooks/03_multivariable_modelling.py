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

# %% [markdown] tags=["needs-best_response", "needs-mrd_negative", "needs-bm_blasts_pct", "needs-age_years"]
# # Multivariable modelling
#
# Which of three things known before treatment, the share of blasts in the marrow, the treatment arm and
# age, goes with complete remission and MRD negativity when the three are looked at together? What goes with an
# outcome need not bring it about.

# %% tags=["hide-input"]
import matplotlib.pyplot as plt

from helpers.chapters.multivariable import tables, words
from helpers.chapters.multivariable.rows import results
from helpers.ground.cohort import load
from helpers.plots import style
from helpers.plots.forest import plot_forest
from helpers.printing.marks import drawing_legend, legend
from helpers.printing.notebook import quote, say, show
from helpers.printing.tables import render

# %% tags=["hide-input"]
style.use()
cohort = load()
study, rows = cohort.study, cohort.told(results(cohort))
# A line of text with one of these slots stands only where results are ranges over many cohorts, or are not.
ranged, recorded = ("", None) if cohort.is_ranged else (None, "")
first, second = study.arms
name = study.assessed_name
patients = words.patients_sentence(rows, study)

# %% tags=["remove-input"]
say(
    """
    {marks}

    {ranged}The abstract prints one odds ratio and one P value of its multivariable analysis, those of marrow blasts, and calls blasts the sole adverse covariate. It names neither the patients, nor the other covariates, nor the kind of model, nor the unit of the odds ratio: it is read as one for each percentage point, and of both outcomes as one. The odds ratio over ten points then follows; everything else of this chapter is open and stands as a range over the cohorts that agree with the abstract.

    More: [the model in detail](03a_multivariable_details), with a method for few events, its curves, {alone}prediction and selection.
    """,
    alone="single patients, " if cohort.draws_patients else "",
    marks=legend() if cohort.is_ranged else None,
    ranged=ranged,
)

# %% [markdown]
# ## What does the model ask, and of whom?

# %% tags=["remove-input"]
say(
    """
    - **Outcome**: complete remission (with or without full recovery of the blood counts) together with MRD
      negativity.
    - **Patients**: {name} patients{others}.
    - **Covariates**: baseline blasts (per percentage point), arm ({first} against {second}) and age (per year).
      The three are the same whatever the cohort and stay whatever their P values; how they came to be these three is
      told under "What else was tried?".
    - **Method**: logistic regression by maximum likelihood with Wald P values{intervals}. A patient with a missing value is left out.

    {patients} {provenance}
    """,
    intervals=cohort.of_intervals(", and profile-likelihood intervals {cite}`venzon1988`"),
    name=name.replace("/", " or "),
    others=""
    if name == "all"
    else "; those who entered the study in remission have no response to be counted",
    first=first.short,
    second=second.short,
    patients=patients,
    provenance=words.provenance_sentence(cohort),
)

# %% [markdown]
# ## Can the data bear three covariates?
#
# The customary demand is ten patients in the smaller of the two outcome groups for each {term}`covariate <Covariate>`
# {cite}`peduzzi1996`; later work found little ground for one fixed number {cite}`vansmeden2016`, but with few events
# estimates run away from 1 and single patients count for much. And where some combination of the covariates
# {term}`tells the two groups apart without error <Separation>` {cite}`konis2007`, an {term}`odds ratio <Odds ratio>` is infinite.

# %% tags=["remove-input"]
say(f"{words.events_per_variable_sentence(rows, study)} {words.separation_sentence(rows, study)}")

# %% [markdown]
# ## What goes with the outcome?

# %% tags=["remove-input"]
say(
    """
    An odds ratio below 1 means lower odds of the outcome with more of the covariate. One percentage point of blasts is a
    small step, so ten points are printed too: the odds ratio of one, raised to the tenth power.
    {ranged}It is taken from the ratio as the abstract prints it. No interval is printed; the one for ten points holds if the printed P value is that of a Wald test.
    """,
    ranged=ranged,
)

# %% tags=["hide-input"]
title = f"Odds ratios of complete remission with MRD negativity, {name} patients"
about = f"P values: Wald; intervals: profile likelihood. {patients} {cohort.ranges_note}"
if cohort.is_ranged:
    about = "P values: read as Wald tests'. Interval of ten points: from the printed P value, if it is a Wald test's; over the rounding of both printed figures."
render(tables.odds_ratio_table(rows, study), "logistic-model", title, about)

# %% tags=["remove-input"]
arm, age = (words.association_sentence(rows, study, term) for term in (first.id, "age"))
blasts = words.blasts_sentence(rows, study)
say(
    """
    {blasts}

    {arm} {age}
    {silence}

    {significant} A P value above the line is no sign that a covariate is unimportant: the width of its interval
    says what the data leave open. Nor do the three odds ratios answer one question: each is adjusted for the other
    two, and what that adjustment means differs from covariate to covariate {cite}`westreich2013`.
    """,
    blasts=blasts,
    arm=arm,
    age=age,
    silence=words.silence_sentence(rows, study),
    significant=words.significant_sentence(rows, study),
)

# %% [markdown]
# ## What else was tried?

# %% tags=["remove-input"]
say(
    """
    The abstract names neither the patients nor the covariates of its multivariable analysis. The model above is a
    reading: its outcome follows the abstract's words, and its patients and covariates were taken because with them
    the printed odds ratio and P value can be reached. That is a choice made with one result in view:
    which other models reach the pair, and which cannot, [the sixth chapter](06_does_it_add_up) asks.
    {edge}
    """,
    edge=words.edge_sentence(rows, study),
) if study.claims else None

# %% tags=["remove-input"]
say(
    """
    {so} other choices are laid open: the outcome replaced, wider groups of patients taken in, age or both other
    covariates left out. They show how much rests on the choice, and none of them is reported as a finding. They
    share their patients, so they do not confirm one another, and their P values are not corrected for their number.
    The model does not change with the cohort: each meets the same one.

    {wider}Response and remission are recorded for {name} patients alone, so wider groups have MRD negativity as their only outcome. In these, blasts also tell {name} patients from the rest, and their odds ratio holds the difference between the groups as well.
    """,
    so="So the" if study.claims else "The",
    wider=None if study.assessed == "all" else "",
    name=name,
)

# %% tags=["hide-input"]
fig, ax = plt.subplots(figsize=(4.7, 5.4))
lines = tables.forest_rows(rows, study)
plot_forest(lines, study, ax=ax)
alt = f"Forest plot of the odds ratio for 10 points of blasts. {words.forest_alt(lines)}"
show(
    fig,
    "choices",
    """
    Odds ratio for 10 percentage points of blasts by outcome and patients
    Logistic models with arm and age; the first is the chapter's. Below 1: lower odds with more blasts. {key}
    """,
    alt=alt,
    note=cohort.ranges_note,
    data=lines,
    key=drawing_legend(lines) or "Lines: 95% confidence intervals (profile likelihood).",
)

# %% tags=["remove-input"]
say(
    """
    {sensitivity} Where every MRD-negative patient is in remission, the composite outcome and MRD negativity alone
    are the same, and so are their lines.

    More: [every choice with its patients and P value](03a_multivariable_details).
    """,
    sensitivity=words.sensitivity_sentence(tables.sensitivity_rows(rows, study)),
)

# %% [markdown]
# ## What can and cannot be concluded

# %% tags=["remove-input"]
say(
    """
    - {blasts}
    - {arm}
    - {by_choice}{allotment}, and how a treatment was chosen is not recorded.
    - Blasts and age are all that is taken into account here; prior treatment, genetics, transplantation and the hospital are not.
    - That a covariate is the only one below a threshold of P depends on how many patients there are and on which
      covariates were offered. It does not say that the others do not matter.
    - The odds ratio holds for the range of blasts that was seen; it was not tried on other patients and is no rule
      for prediction.
    """,
    by_choice=None if study.randomised else "",
    allotment=study.allotment,
    blasts=blasts,
    arm=arm,
)

# %% tags=["remove-cell"]
quote(model_blasts=blasts)

# %% [markdown]
# ## References
#
# Profile intervals {cite}`venzon1988`, events per variable {cite}`peduzzi1996,vansmeden2016`, separation
# {cite}`konis2007`, and how to read several odds ratios of one model {cite}`westreich2013`.
