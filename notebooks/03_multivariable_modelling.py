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
# # Multivariable modelling
#
# Which of three things known before treatment, the share of blasts in the marrow, the treatment arm and
# age, goes with complete remission and MRD negativity when the three are looked at together?
#
# The chapter fits one logistic model, asks whether the data can bear it, draws it, and then shows what
# the answer would have been under other choices. It is a retrospective comparison: nothing here says
# what a treatment does.

# %% tags=["hide-input"]
import matplotlib.pyplot as plt

from helpers.chapters.multivariable import prediction, shape, tables, words
from helpers.chapters.multivariable.model import analysed
from helpers.chapters.multivariable.rows import results
from helpers.ground.cohort import load
from helpers.plots import style
from helpers.plots.blasts import plot_logistic, plot_shapes
from helpers.plots.forest import plot_forest
from helpers.plots.model_checks import plot_calibration, plot_selection
from helpers.printing import prose
from helpers.printing.notebook import quote, say, show
from helpers.printing.tables import printed, render

# %% tags=["hide-input"]
cohort = load()
study = cohort.study
rows = results(cohort)
first, second = study.arms
name = prose.inside(study.label(study.assessed))
patients = words.patients_sentence(rows, study)
style.use()

# %% [markdown]
# ## What does the model ask, and of whom?

# %% tags=["remove-input"]
say(
    """
    - **Outcome**: complete remission (with or without full recovery of the blood counts) together with MRD
      negativity.
    - **Patients**: those with {name} disease. Patients who entered the study in remission have no response to be
      counted.
    - **Covariates**: baseline blasts (per percentage point), arm ({first} against {second}) and age (per year).
      The three are the same for every cohort and stay whatever their P values; how they came to be these three is
      told under "What else was tried?".
    - **Method**: logistic regression by maximum likelihood with Wald P values, and profile-likelihood intervals
      {cite}`venzon1988`. A patient with a missing value is left out.
    """,
    name=name.replace("/", " or "),
    first=first.short,
    second=second.short,
)

# %% tags=["remove-input"]
say(f"{patients} {words.provenance_sentence(cohort)}")

# %% [markdown]
# ## Can the data bear three covariates?
#
# Two checks come before any {term}`odds ratio <Odds ratio>`. The first counts the patients in the smaller of the two outcome
# groups for each {term}`covariate <Covariate>`. The customary demand is ten {cite}`peduzzi1996`; later work found little
# ground for one fixed number {cite}`vansmeden2016`, but with few events estimates run away from 1 and
# single patients count for much. The second asks by linear programming {cite}`konis2007` whether some
# combination of the covariates {term}`tells the two groups apart without error <Separation>`; an odds ratio would then be
# infinite.

# %% tags=["remove-input"]
say(f"{words.events_per_variable_sentence(rows, study)} {words.separation_sentence(rows, study)}")

# %% [markdown]
# ## What goes with the outcome?
#
# An odds ratio below 1 means lower odds of the outcome with more of the covariate. One percentage point
# of blasts is a small step, so the same odds ratio is printed for ten points too: it is the first one
# raised to the tenth power.

# %% tags=["hide-input"]
title = f"Odds ratios of complete remission with MRD negativity, {name} patients"
note = f"P values: Wald; intervals: profile likelihood. {patients} {cohort.note}"
columns = ["Result", "Estimate", "Interval", "P"]
render(printed(tables.odds_ratio_rows(rows, study), columns), "logistic-model", title, note)

# %% tags=["remove-input"]
blasts, arm, age = (
    words.association_sentence(rows, study, term) for term in ("blasts_per_10", first.id, "age")
)
say(
    """
    {blasts} {arm} {age}

    {significant} A P value above the line is no sign that a covariate is unimportant: the width of its interval
    says what the data leave open. Nor do the three odds ratios answer one question: each is adjusted for the other
    two, and what that adjustment means differs from covariate to covariate {cite}`westreich2013`.
    """,
    blasts=blasts,
    arm=arm,
    age=age,
    significant=words.significant_sentence(rows, study),
)

# %% [markdown]
# ## Does a method made for few events agree?
#
# {term}`Firth's penalised likelihood <Firth's method>` {cite}`firth1993` takes out the leading part of the bias that pushes odds
# ratios away from 1 in small samples, and stays finite under separation {cite}`heinze2002`. Its P values
# are penalised likelihood-ratio tests and its intervals profiles of the penalised likelihood.

# %% tags=["hide-input"]
title = "Odds ratios of the same model by Firth's penalised likelihood"
note = f"P values: likelihood ratio, intervals: profile, both penalised. {patients} {cohort.note}"
render(printed(tables.odds_ratio_rows(rows, study, "firth_"), columns), "firth-model", title, note)

# %% tags=["remove-input"]
say(words.firth_sentence(rows, study))

# %% [markdown]
# ## What does the model look like over blasts?
#
# The curves are the fitted probabilities at the median age; each ends where the blasts of its arm's
# patients end. The band is a pointwise Wald interval on the logit scale. Every mark is a patient: at the
# top with the outcome, at the bottom without; patients with nearly the same blasts are set one step
# further in.

# %% tags=["hide-input"]
curves, points = shape.fitted_curves(cohort), analysed(cohort)
fig, axs = plt.subplots(1, 2, figsize=(6.0, 3.6), sharey=True)
plot_logistic(curves, study, points, first.id, ax=axs[0])
plot_logistic(curves, study, points, second.id, ax=axs[1])
axs[0].set_ylabel("Probability of complete remission\nwith MRD negativity")
alt = f"Probability over baseline blasts, by arm. {words.curves_sentence(rows, study)}"
show(fig, alt=alt, note=cohort.note)

# %% tags=["remove-input"]
say(
    """
    {curves} The two curves have the same shape by construction: the model has one odds ratio of blasts for both
    arms, and takes the log odds to be a straight line over blasts.
    """,
    curves=words.curves_sentence(rows, study),
)

# %% [markdown]
# ## Are the log odds a straight line over blasts?
#
# Two other shapes take the place of the line, each at the price of one more coefficient: a restricted
# cubic spline with three knots, at the 10th, 50th and 90th percentile of blasts {cite}`harrell2015`, and
# a parabola. Each is set against the line by a likelihood-ratio test.

# %% tags=["hide-input"]
fig, axs = plt.subplots(1, 2, figsize=(6.0, 3.4), sharey=True)
plot_shapes(shape.shape_curves(cohort, first.id), study, first.id, ax=axs[0])
plot_shapes(shape.shape_curves(cohort, second.id), study, second.id, ax=axs[1])
axs[0].set_ylabel("Probability of complete remission\nwith MRD negativity")
axs[1].legend(*axs[0].get_legend_handles_labels(), loc="upper right", fontsize=8.5)
alt = f"Probability by line, spline, parabola. {words.shape_sentence(rows, study)}"
show(fig, alt=alt, note=cohort.note)

# %% tags=["remove-input"]
say(
    """
    {shape} With so few patients only a strong bend would be found, so a P value above the line is no proof that the
    line is straight; the distance between the curves says how far the choice of shape moves a fitted probability.
    """,
    shape=words.shape_sentence(rows, study),
)

# %% [markdown]
# ## Do the arms share one odds ratio of blasts?

# %% tags=["remove-input"]
say(
    """
    {why}In a model this is a product of arm and blasts, which the model above does not hold. It is one more term on
    few events, so it is fitted by Firth's method and read as exploration only.

    {interaction} {unprinted} A ratio above 1 means that the odds ratio of blasts is larger with {first} than with
    {second}. Where the interval leaves out 1, the single odds ratio of blasts above is an average over two
    different ones.
    """,
    why=f"The abstract sets {first.phrase} apart in patients with many blasts. " if study.claims else "",
    interaction=words.interaction_sentence(rows, study),
    unprinted="The abstract prints nothing of this; another cohort rebuilt from it could show otherwise."
    if cohort.note
    else "",
    first=first.phrase,
    second=second.short,
)

# %% [markdown]
# ## How much can one patient, or one centre, change?

# %% tags=["remove-input"]
say(
    """
    {patient} These are ends of a range and no interval: they show the pull of a single patient, not the play of
    chance.

    {centre} A centre is a group of patients who were chosen, treated and measured by the same hands. With this few
    centres no model can take them into account one by one, so each is left out in turn.
    """,
    patient=words.influence_sentence(rows, study, "patient"),
    centre=words.influence_sentence(rows, study, "centre"),
)

# %% tags=["hide-input"]
ax = plot_forest(tables.centre_rows(rows, cohort), study)
ax.set_title("10 points of blasts, without one centre")
told = words.influence_sentence(rows, study, "centre")
alt = f"Forest plot of the odds ratio for blasts without each centre. {told}"
show(ax.figure, alt=alt, note=cohort.note)

# %% [markdown]
# ## How well would the model predict?
#
# A model predicts its own patients better than others, the more so the fewer they are. Harrell's
# {term}`bootstrap <Bootstrap>` {cite}`harrell1996` measures this {term}`optimism <Optimism>`: the model is fitted anew to resamples of the
# patients, and what each refit reaches in its own resample is set against what it reaches in the
# patients. The {term}`c-statistic <Discrimination>` is the share of pairs, one patient with and one without the outcome, in which
# the first has the higher fitted probability (0.5 is a coin); the Brier score is the mean squared error
# of the probabilities (0 is perfect). Calibration regresses the outcome on the fitted log odds
# {cite}`cox1958`: intercept 0 and slope 1 are perfect, and a slope below 1 means that fitted
# probabilities lie too far from one another.

# %% tags=["hide-input"]
title = "Discrimination and calibration, as they look and corrected for optimism"
note = f"{tables.performance_note(rows, study)} {patients} {cohort.note}"
render(tables.performance_table(rows, study), "performance", title, note)

# %% tags=["hide-input"]
fig, ax = plt.subplots(figsize=(5.0, 4.4))
ends = [words.primary(rows, study, f"calibration_{end}_corrected") for end in ("intercept", "slope")]
plot_calibration(prediction.risk_groups(cohort), *(end["estimate"] for end in ends), ax=ax)
alt = f"Observed and fitted probability. {words.performance_sentence(rows, study)}"
show(fig, alt=alt, note=cohort.note)

# %% tags=["remove-input"]
say(
    """
    {performance} The marks are thirds of the patients by fitted probability, with Wilson intervals; the dashed line
    is the corrected calibration.
    """,
    performance=words.performance_sentence(rows, study),
)

# %% [markdown]
# :::{dropdown} How the correction is made
# Resamples can be separated, and maximum likelihood has no fit there. Leaving them out would take away
# the most optimistic ones, so every fit of this section is Firth's, its intercept then set so that the
# mean fitted probability equals the share with the outcome {cite}`puhr2017`. The mean optimism is taken
# off the c-statistic and the Brier score, and the percentile interval of the resamples is moved by as
# much {cite}`noma2021`; that interval covers chance in the patients, but not the choice of the model.
# The corrected intercept and slope are means, over the resamples, of what the refits have in the
# patients. All of it speaks of patients like these, not of another hospital's.
# :::
#
# ## What would automatic selection have kept?
#
# That a covariate is the "sole" one is what a rule of selection leaves over. Three such rules are run in
# the patients, and again in bootstrap resamples of them {cite}`sauerbrei1992`: keeping what has a P value
# below 0.05 in the model of all three, going backward by the same P value, and going backward by
# Akaike's criterion (a covariate stays where the likelihood-ratio chi-square is above 2). P values are
# those of likelihood-ratio tests, which exist under separation, too. None of these is the model of this
# chapter, which selects nothing.

# %% tags=["hide-input"]
fig, ax = plt.subplots(figsize=(6.0, 4.6))
plot_selection(tables.selection_frame(rows, study), ax=ax)
ax.set_title("Covariates kept, by rule (filled: in the patients)")
alt = f"Shares of resamples with each set. {words.selection_sentence(rows, study)}"
show(fig, alt=alt, note=cohort.note)

# %% tags=["remove-input"]
say(
    """
    {selection} {inclusion} The share in brackets shows how the choice shifts when the patients are drawn anew. It is
    no probability for a new study: drawing anew brings in a covariate of no bearing far more often than one time in
    twenty. Where the share is far below one, "sole" hangs on who was in the sample. Odds ratios, intervals and P
    values after selection also look more certain than they are {cite}`heinze2018`.
    """,
    selection=words.selection_sentence(rows, study),
    inclusion=words.inclusion_sentence(rows, study),
)

# %% [markdown]
# ## What else was tried?

# %% tags=["remove-input"]
say(
    """
    The abstract names neither the patients nor the covariates of its multivariable analysis. The model above is a
    reading: its outcome follows the abstract's words, and its patients and covariates were taken because with them
    the printed odds ratio and P value can be reached. That is a choice made with one result in view:
    [other models](06_does_it_add_up) can print the same pair, and some are proved unable to.
    """
) if study.claims else None

# %% tags=["remove-input"]
say(
    """
    {so} other choices are laid open: the outcome replaced, wider groups of patients taken in, age or both other
    covariates left out. They show how much rests on the choice, and none of them is reported as a finding. They
    share their patients, so they do not confirm one another, and their P values are not corrected for their number.
    The model does not change with the cohort: every cohort meets the same one.

    Response and remission are recorded for {name} patients alone, so wider groups have MRD negativity as their only
    outcome. In these, blasts also tell patients with {name} disease from the rest, and their odds ratio holds the
    difference between the groups as well.
    """,
    so="So the" if study.claims else "The",
    name=name,
)

# %% tags=["hide-input"]
fig, ax = plt.subplots(figsize=(6.0, 5.4))
lines = tables.forest_rows(rows, study)
plot_forest(lines, study, ax=ax)
ax.set_title("10 points of blasts, with arm and age")
alt = f"Forest plot of the odds ratio for 10 points of blasts. {words.forest_alt(lines)}"
show(fig, alt=alt, note=cohort.note)

# %% tags=["hide-input"]
choices = tables.sensitivity_rows(rows, study)
title = "Sensitivity: the odds ratio for 10 percentage points of blasts under other choices"
note = f"First line: the model above. P values: Wald; intervals: profile likelihood. {cohort.note}"
columns = ["Population", "Result", "Patients", "Events", "Estimate", "Interval", "P"]
render(printed(choices, columns), "sensitivity", title, note, groups="Population")

# %% tags=["remove-input"]
say(
    """
    {sensitivity} Where every MRD-negative patient is in remission, the composite outcome and MRD negativity alone
    are the same, and so are the curves that the models draw.
    """,
    sensitivity=words.sensitivity_sentence(choices),
)

# %% [markdown]
# ## What can and cannot be concluded

# %% tags=["remove-input"]
say(
    """
    - {blasts}
    - {arm}
    - The arms were chosen by physicians, not by lot. Blasts and age are all that is taken into account here; prior
      treatment, genetics, transplantation and the hospital are not.
    - That a covariate is the only one below a threshold of P depends on how many patients there are and on which
      covariates were offered. It does not say that the others do not matter.
    - The odds ratio holds for the range of blasts that was seen and describes these patients; it was not tried on
      others and is no rule for prediction.
    """,
    blasts=blasts,
    arm=arm,
)

# %% tags=["remove-cell"]
quote(model_blasts=blasts)

# %% [markdown]
# ## References
#
# Profile intervals {cite}`venzon1988`, events per variable {cite}`peduzzi1996,vansmeden2016`, separation
# {cite}`konis2007`, Firth's method {cite}`firth1993,heinze2002`, splines {cite}`harrell2015`, optimism
# and calibration {cite}`harrell1996,cox1958,puhr2017,noma2021`, selection
# {cite}`sauerbrei1992,heinze2018`, and how to read several odds ratios of one model
# {cite}`westreich2013`.
