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
# # The model in detail
#
# This page holds what stands behind the [chapter on multivariable modelling](03_multivariable_modelling): a method made
# for few events, the model's curves and their shape, the pull of single patients, prediction and selection.

# %% tags=["hide-input"]
import matplotlib.pyplot as plt

from helpers.chapters.multivariable import characteristics, prediction, shape, tables, words
from helpers.chapters.multivariable.model import analysed
from helpers.chapters.multivariable.rows import results
from helpers.estimators.grouping import least
from helpers.ground.cohort import load
from helpers.ground.results import pick
from helpers.plots import style
from helpers.plots.bands import plot_bands
from helpers.plots.blasts import plot_logistic, plot_shapes
from helpers.plots.forest import plot_forest
from helpers.plots.model_checks import plot_calibration, plot_selection
from helpers.printing.marks import legend
from helpers.printing.notebook import say, show
from helpers.printing.tables import printed, render

# %% tags=["hide-input"]
style.use()
cohort = load()
study, rows = cohort.study, cohort.told(results(cohort))
# A line of text with one of these slots stands only where results are ranges over many cohorts, or are not.
ranged, recorded = ("", None) if cohort.is_ranged else (None, "")
# Of recorded rows single patients are drawn, or groups of them.
single, grouped = (recorded, None) if cohort.draws_patients else (None, recorded)
first, second = study.arms
patients = words.patients_sentence(rows, study)
columns = ["Result", "Estimate", "Interval", "P"]

# %% tags=["remove-input"]
say(
    """
    {marks}

    {ranged}Of all that stands here the abstract prints nothing. Numbers are ranges over the cohorts that agree with it, each drawn so that the chapter's model prints the odds ratio of blasts and its P value.
    """,
    marks=legend(),
    ranged=ranged,
) if cohort.is_ranged else None

# %% [markdown]
# ## Does a method made for few events agree?
#
# {term}`Firth's penalised likelihood <Firth's method>` {cite}`firth1993` takes out the leading part of the bias that pushes odds
# ratios away from 1 in small samples, and stays finite under separation {cite}`heinze2002`. Its P values
# are penalised likelihood-ratio tests and its intervals profiles of the penalised likelihood.

# %% tags=["hide-input"]
title = "Odds ratios of the same model by Firth's penalised likelihood"
intervals = cohort.of_intervals(", intervals: profile, both")
about = f"P values: likelihood ratio{intervals or ','} penalised. {patients} {cohort.ranges_note}"
render(printed(tables.odds_ratio_rows(rows, study, "firth_"), columns), "firth-model", title, about)

# %% tags=["remove-input"]
say(words.firth_sentence(rows, study))

# %% [markdown]
# ## What does the model look like over blasts?

# %% tags=["remove-input"]
say(
    """
    {single}The curves are the fitted probabilities at the median age; each ends where the blasts of its arm's patients end. The band is a pointwise Wald interval on the logit scale. Every mark is a patient: at the top with the outcome, at the bottom without; patients with nearly the same blasts are set one step further in.
    {grouped}The curves are the fitted probabilities at the median age, between multiples of {step}% at or beyond which at least {least} patients of the arm lie. The band is a pointwise Wald interval on the logit scale. {undrawn}
    {ranged}The bands show between which fitted probabilities, at the median age, the cohorts lie.
    """,
    single=single,
    grouped=grouped,
    step=str(shape.GRID),
    least=str(least(cohort.threshold)),
    undrawn=cohort.undrawn,
    ranged=ranged,
)

# %% tags=["hide-input"]
alt = f"Probability over baseline blasts, by arm. {words.curves_sentence(rows, study)}"
if cohort.is_ranged:
    curves = tables.probability_rows(rows, study)
    ax = plot_bands(curves, study)
    ax.set_xlabel("Probability of complete remission\nwith MRD negativity")
    fig = ax.figure
else:
    curves, points = shape.fitted_curves(cohort), analysed(cohort) if cohort.draws_patients else None
    fig, axs = plt.subplots(1, 2, figsize=(4.7, 3.6), sharey=True)
    for ax, arm in zip(axs, study.arm_ids, strict=True):
        plot_logistic(curves, study, points, arm, ax=ax)
    axs[0].set_ylabel("Probability of complete remission\nwith MRD negativity")
show(
    fig,
    "over-blasts",
    """
    Fitted probability of complete remission with MRD negativity over the blasts
    Logistic model with blasts, arm and age, at the median age, by arm.
    {recorded}Band: pointwise 95% Wald interval.
    {single}Marks: patients, at the top with the outcome, at the bottom without. Each curve ends with its arm's patients.
    {ranged}A band holds the fitted probability at the percentage of blasts above it: the range of 95% of the cohorts that agree with the abstract.
    """,
    alt=alt,
    note=cohort.ranges_note,
    data=curves,
    recorded=recorded,
    single=single,
    ranged=ranged,
)

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
if recorded is not None:
    fig, axs = plt.subplots(1, 2, figsize=(4.7, 3.4), sharey=True)
    for ax, arm in zip(axs, study.arm_ids, strict=True):
        plot_shapes(shape.shape_curves(cohort, arm), study, arm, ax=ax)
    axs[0].set_ylabel("Probability of complete remission\nwith MRD negativity")
    axs[1].legend(*axs[0].get_legend_handles_labels(), loc="upper right", fontsize=8.5)
    show(
        fig,
        "shapes",
        """
        Fitted probability over the blasts under three shapes
        The log odds as a straight line, a restricted cubic spline with three knots, and a parabola, by arm.
        """,
        alt=f"Probability by line, spline, parabola. {words.shape_sentence(rows, study)}",
        note=cohort.ranges_note,
        data={study.label(arm): shape.shape_curves(cohort, arm) for arm in study.arm_ids},
    )

# %% tags=["remove-input"]
say(
    """
    {shape} The fewer the patients, the stronger a bend must be to be found, so a P value above the line is no proof that the
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

    {interaction} A ratio above 1 means that the odds ratio of blasts is larger {first} than
    {second}. Where the interval leaves out 1, the single odds ratio of blasts above is an average over two
    different ones.
    """,
    why=f"The abstract sets {first.phrase} apart in patients with many blasts. " if study.claims else "",
    interaction=words.interaction_sentence(rows, study),
    first=first.named,
    second=second.named,
)

# %% [markdown]
# ## How much can one patient, or one centre, change?

# %% tags=["remove-input"]
one_by_one = recorded if not cohort.threshold else None
say(
    """
    {patient} These are ends of a range and no interval: they show the pull of a single patient, not the play of
    {chance}chance.
    {undrawn} What leaving out one patient would change is not told either.
    {hidden}Nor is what leaving out one centre would change.

    {centre} A centre is a group of patients who were chosen, treated and measured by the same hands. The model doesn't take them into account one by one; each is left out in turn.
    {ranged}In which hospital a patient was treated is not printed, so what a centre changes is not shown.
    """,
    patient=words.influence_sentence(rows, study, "patient") if grouped is None else None,
    chance="" if grouped is None else None,
    undrawn=cohort.undrawn if grouped is not None else None,
    hidden="" if cohort.threshold else None,
    centre=words.influence_sentence(rows, study, "centre") if one_by_one is not None else None,
    ranged=ranged,
)

# %% tags=["hide-input"]
if one_by_one is not None:
    left_out = tables.centre_rows(rows, cohort)
    ax = plot_forest(left_out, study)
    told_of = words.influence_sentence(rows, study, "centre")
    alt = f"Forest plot of the odds ratio for blasts without each centre. {told_of}"
    show(
        ax.figure,
        "centres",
        """
        Odds ratio for 10 percentage points of blasts without each centre
        The chapter's model, fitted without the patients of the centre at the left. Lines: 95% confidence intervals (profile likelihood).
        {largest}Only the largest centres are left out.
        """,
        alt=alt,
        note=cohort.ranges_note,
        data=left_out,
        largest="" if cohort.patients["centre"].nunique() > tables.MOST_CENTRES else None,
    )

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
about = f"{tables.performance_note(rows, study)} {patients} {cohort.ranges_note}"
render(tables.performance_table(rows, study), "performance", title, about)

# %% tags=["hide-input"]
thirds = prediction.risk_groups(cohort)
marks = recorded if single is not None or len(thirds) else None
if marks is not None:
    fig, ax = plt.subplots(figsize=(4.7, 4.3))
    ends = [words.primary(rows, study, f"calibration_{end}_corrected") for end in ("intercept", "slope")]
    plot_calibration(thirds, *(end["estimate"] for end in ends), ax=ax)
    show(
        fig,
        "calibration",
        """
        Observed against fitted probability
        Marks: thirds of the patients by fitted probability, with Wilson intervals. Dashed: the calibration corrected for optimism; dotted: a perfect one.
        {grouped}Not drawn: a third of fewer than {least} patients with or without the outcome.
        """,
        alt=f"Observed and fitted probability. {words.performance_sentence(rows, study)}",
        note=cohort.ranges_note,
        data=thirds,
        grouped=grouped,
        least=str(least(cohort.threshold)),
    )

# %% tags=["remove-input"]
say(
    """
    {performance}
    {marks}The marks are thirds of the patients by fitted probability, with Wilson intervals; the dashed line is the corrected calibration.
    """,
    performance=words.performance_sentence(rows, study),
    marks=marks,
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
if recorded is not None:
    fig, ax = plt.subplots(figsize=(4.7, 4.6))
    kept = tables.selection_frame(rows, study)
    plot_selection(kept, ax=ax)
    show(
        fig,
        "selection",
        """
        Covariates that each rule of selection keeps
        Share of the bootstrap resamples in which a rule keeps exactly these covariates. Filled: what it keeps in the patients themselves.
        """,
        alt=f"Shares of resamples with each set. {words.selection_sentence(rows, study)}",
        note=cohort.ranges_note,
        data=kept,
    )

# %% tags=["hide-input"]
title = "Share of the bootstrap resamples in which a rule keeps exactly these covariates"
about = f"{tables.selection_note(rows, study)} {patients} {cohort.ranges_note}"
render(tables.selection_table(rows, study), "selection", title, about) if cohort.is_ranged else None

# %% tags=["remove-input"]
say(
    """
    {selection} {inclusion} The share of the resamples shows how the choice shifts when the patients are drawn anew. It is
    no probability for a new study: drawing anew brings in a covariate of no bearing far more often than one time in
    twenty. Where the share is far below one, "sole" hangs on who was in the sample. Odds ratios, intervals and P
    values after selection also look more certain than they are {cite}`heinze2018`.
    """,
    selection=words.selection_sentence(rows, study),
    inclusion=words.inclusion_sentence(rows, study),
)

# %% [markdown]
# ## Which other choices were laid open?

# %% tags=["hide-input"]
choices = tables.sensitivity_rows(rows, study)
title = "Sensitivity: the odds ratio for 10 percentage points of blasts under other choices"
intervals = cohort.of_intervals("; intervals: profile likelihood")
about = f"First line: the model above. P values: Wald{intervals}. {cohort.ranges_note}"
columns = ["Population", "Result", "Patients", "Events", "Estimate", "Interval", "P"]
render(printed(choices, columns), "sensitivity", title, about, groups="Population")

# %% tags=["hide-input"]
further = pick(rows, statistic=characteristics.names(study))
title = f"Odds ratios of the model with further characteristics, {study.assessed_name} patients"
about = f"Patients with every value known. P values: Wald{intervals}. Levels are compared with the first one."
columns = ["Result", "Patients", "Events", "Estimate", "Interval", "P"]
render(printed(further, columns), "characteristics", title, about) if len(further) else None

# %% [markdown]
# ## References
#
# Profile intervals {cite}`venzon1988`, events per variable {cite}`peduzzi1996,vansmeden2016`, separation
# {cite}`konis2007`, Firth's method {cite}`firth1993,heinze2002`, splines {cite}`harrell2015`, optimism
# and calibration {cite}`harrell1996,cox1958,puhr2017,noma2021`, selection
# {cite}`sauerbrei1992,heinze2018`, and how to read several odds ratios of one model
# {cite}`westreich2013`.
