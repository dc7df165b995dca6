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
# # Efficacy
#
# Do patients respond, and lose their {term}`measurable residual disease <MRD>` (MRD), more often with venetoclax plus
# blinatumomab than with blinatumomab alone, and does the answer depend on how much leukaemia they had?
#
# The chapter looks at three outcomes:
#
# - **response**: complete remission (CR), complete remission with incomplete recovery of the blood counts
#   (CRi) or partial remission (PR) as best response;
# - **complete remission**: CR or CRi;
# - **MRD negativity** after treatment, by flow cytometry of the marrow.
#
# Response and {term}`complete remission <Complete remission>` are asked only of patients with relapsed/refractory disease, since the
# others entered in remission. Each outcome is given in each arm as a count and a rate, then as a
# difference between the arms, then with the tests of that difference. A patient in whom an outcome is not
# recorded is left out of its denominator.
#
# The second half asks how far these answers can be trusted: whether they depend on the interval, the test,
# the cut-off or a prior opinion, and what may hide in arms that were not allotted by chance.

# %% tags=["hide-input"]
import matplotlib.pyplot as plt

from helpers.ground import cohort
from helpers.chapters.efficacy import rows as efficacy
from helpers.chapters.efficacy import bayes as efficacy_bayes
from helpers.chapters.efficacy import burden as efficacy_burden
from helpers.chapters.efficacy import confounding as efficacy_confounding
from helpers.printing import tables
from helpers.chapters.efficacy import depth_words as depth
from helpers.chapters.efficacy import words as reading
from helpers.ground.endpoints import ARMS, LABELS
from helpers.printing.notebook import quote, show
from helpers.plots import burden
from helpers.plots import forest
from helpers.plots import love
from helpers.plots import response
from helpers.plots import style

# %% tags=["hide-input"]
style.use()
study = cohort.load()
rows = efficacy.results(study)

# %% [markdown]
# ## How did relapsed/refractory patients respond?
#
# Best response has four levels. Each share has as its denominator the relapsed/refractory patients of its
# column in whom a best response is recorded, and a {term}`Wilson score interval <Confidence interval>` {cite}`wilson1927`, which stays
# sensible in small groups and near the ends of the scale.

# %% tags=["hide-input"]
title, note = "Best response of relapsed/refractory patients", f"Wilson score intervals. {study.note}"
tables.render(reading.best_response_table(rows), "best-response", title, note)

# %% tags=["hide-input"]
fig, ax = plt.subplots(figsize=(6, 3.6))
response.plot_rates(efficacy.pick(rows, "response", "rate", ARMS), ax=ax)
show(fig, alt=reading.rates_alt(rows, "response"), note=study.note)

# %% tags=["remove-cell"]
quote(
    efficacy_missing=reading.missing_in_words(rows),
    response_arms=reading.arms_in_words(rows, "response", "relapsed_refractory"),
    response_compared=reading.compared(rows, "response", "relapsed_refractory"),
)

# %% [markdown]
# Response of relapsed/refractory patients: {glue:text}`response_arms`. {glue:text}`response_compared`
# {glue:text}`efficacy_missing`
#
# In the figure the two arms of a group of patients stand one above the other, with the count and its
# denominator at the right. Two intervals that overlap don't show that the arms are alike: the interval of
# the difference, further down, answers that question.

# %% [markdown]
# ## How many reached complete remission?
#
# Complete remission leaves out the partial remissions, and is the stricter outcome.

# %% tags=["hide-input"]
fig, ax = plt.subplots(figsize=(6, 3.6))
response.plot_rates(efficacy.pick(rows, "complete_remission", "rate", ARMS), ax=ax)
show(fig, alt=reading.rates_alt(rows, "complete_remission"), note=study.note)

# %% tags=["remove-cell"]
quote(
    remission_origin=reading.remission_origin(study.provenance),
    remission_arms=reading.arms_in_words(rows, "complete_remission", "relapsed_refractory"),
    remission_compared=reading.compared(rows, "complete_remission", "relapsed_refractory"),
)

# %% [markdown]
# Complete remission of relapsed/refractory patients: {glue:text}`remission_arms`.
# {glue:text}`remission_compared` {glue:text}`remission_origin`

# %% [markdown]
# ## How many were MRD negative after treatment?
#
# MRD negativity can be asked of everybody, and it means something else in each disease status: a
# relapsed/refractory patient has to come from overt leukaemia, an MRD-positive patient from a remission
# with residual cells, and a patient who entered MRD negative has only to stay so. A rate over everybody
# therefore depends on how many patients of each status an arm holds, and the strata are read one by one.
# "Relapsed/refractory or MRD-positive" are all those with measurable disease at entry.

# %% tags=["hide-input"]
fig, ax = plt.subplots(figsize=(6, 6.4))
response.plot_rates(efficacy.pick(rows, "mrd_negativity", "rate", ARMS), ax=ax)
show(fig, alt=reading.rates_alt(rows, "mrd_negativity"), note=study.note)

# %% tags=["remove-cell"]
quote(
    mrd_relapsed=reading.arms_in_words(rows, "mrd_negativity", "relapsed_refractory"),
    mrd_positive=reading.arms_in_words(rows, "mrd_negativity", "mrd_positive"),
    mrd_measurable=reading.arms_in_words(rows, "mrd_negativity", "measurable_disease"),
    mrd_compared=reading.compared(rows, "mrd_negativity", "measurable_disease"),
    mrd_readings=reading.readings(rows, study.provenance),
    mrd_responders=depth.responders_in_words(rows, "responders"),
    mrd_complete_responders=depth.responders_in_words(rows, "complete_responders"),
)

# %% [markdown]
# MRD negativity was found
#
# - in relapsed/refractory disease: {glue:text}`mrd_relapsed`;
# - in MRD-positive disease: {glue:text}`mrd_positive`;
# - in both together: {glue:text}`mrd_measurable`.
#
# {glue:text}`mrd_compared` {glue:text}`mrd_readings`
#
# These rates have everybody as their denominator, patients without a response included. Among
# relapsed/refractory patients who responded the depth of the response shows:
#
# - among responders (CR, CRi or PR): {glue:text}`mrd_responders`;
# - among complete remissions (CR or CRi): {glue:text}`mrd_complete_responders`.
#
# Rates among responders can't tell which treatment is the better one: who responds is itself a result of
# treatment, and an arm that brings more difficult patients into remission may show the lower rate there.

# %% [markdown]
# ## How large are the differences?
#
# A difference in percentage points, combination minus monotherapy, says more than a {term}`P value <P value>`: the interval
# holds every difference that the patients don't contradict. Newcombe's hybrid score interval
# {cite}`newcombe1998` is built from the two Wilson intervals and keeps their good behaviour in small
# groups. Below each group of patients stand the counts of the two arms, combination first.

# %% tags=["hide-input"]
fig, axs = plt.subplots(3, figsize=(6, 9.2), height_ratios=[3, 3, 7], sharex=True)
for ax, outcome in zip(axs, efficacy.OUTCOMES, strict=True):
    forest.plot_forest(reading.forest_rows(rows, outcome), ax=ax)
    ax.set_title(LABELS[outcome])
    ax.label_outer()
show(fig, alt=reading.differences_alt(rows), note=study.note)

# %% tags=["hide-input"]
title = "Rates by arm, and their differences"
note = f"Wilson intervals; difference: combination minus monotherapy, Newcombe interval. {study.note}"
tables.render(reading.rates_table(rows), "rates", title, note, groups="Outcome")

# %% [markdown]
# Newcombe's interval is one of several. The score interval of Miettinen and Nurminen
# {cite}`miettinen1985` and the exact unconditional one of Chan and Zhang {cite}`chan1999`, which never
# covers less often than it claims and is mostly wider for it, stand beside it in this table (folded away).

# %% tags=["hide-input", "hide-output"]
title, note = "Three intervals of the same differences", f"Combination minus monotherapy. {study.note}"
tables.render(depth.intervals_table(rows), "intervals", title, note, groups="Outcome")

# %% tags=["remove-cell"]
quote(
    high_response_arms=reading.arms_in_words(rows, "response", "high_burden"),
    high_mrd_arms=reading.arms_in_words(rows, "mrd_negativity", "high_burden"),
    low_mrd_arms=reading.arms_in_words(rows, "mrd_negativity", "low_burden"),
    high_response_compared=reading.compared(rows, "response", "high_burden"),
    high_mrd_compared=reading.compared(rows, "mrd_negativity", "high_burden"),
    low_response_compared=reading.compared(rows, "response", "low_burden"),
    low_mrd_compared=reading.compared(rows, "mrd_negativity", "low_burden"),
)

# %% [markdown]
# The dotted line is no difference. An interval that crosses it leaves the direction open; how far it
# reaches on either side says how much is left open. {glue:text}`high_response_compared`
# {glue:text}`high_mrd_compared` {glue:text}`low_response_compared` {glue:text}`low_mrd_compared`

# %% [markdown]
# ## Do the tests agree?
#
# Four tests of each two-by-two table stand beside each other. Pearson's chi-square test, here without
# continuity correction, rests on an approximation that needs expected counts of about five or more in
# every cell. {term}`Fisher's exact test <Exact test>` holds at any size, at the price of caution: its P values are often too
# large. The exact tests of Barnard {cite}`barnard1947` and Boschloo {cite}`boschloo1970` also hold at any
# size and are less cautious, since they don't take the total number of events as given; they order the
# possible tables differently, Barnard by a z statistic and Boschloo by Fisher's P value.

# %% tags=["hide-input"]
title = "P values of four tests of the same comparisons"
note = f"Two-sided, not adjusted for the number of comparisons. {study.note}"
tables.render(reading.tests_table(rows), "tests", title, note, groups="Outcome")

# %% tags=["remove-cell"]
quote(
    tests_response_high=reading.tests_in_words(rows, "response", "high_burden"),
    tests_response_low=reading.tests_in_words(rows, "response", "low_burden"),
    tests_mrd_high=reading.tests_in_words(rows, "mrd_negativity", "high_burden"),
    tests_mrd_low=reading.tests_in_words(rows, "mrd_negativity", "low_burden"),
    tests_measurable=reading.tests_in_words(rows, "mrd_negativity", "measurable_disease"),
)

# %% [markdown]
# - Response at high burden. {glue:text}`tests_response_high`
# - Response at low burden. {glue:text}`tests_response_low`
# - MRD negativity at high burden. {glue:text}`tests_mrd_high`
# - MRD negativity at low burden. {glue:text}`tests_mrd_low`
# - MRD negativity in measurable disease. {glue:text}`tests_measurable`
#
# Where the smallest expected count is low and the tests part, the exact ones are to be believed.

# %% [markdown]
# ## Does the burden of leukaemia matter?
#
# Each mark is a relapsed/refractory patient, placed by the share of blasts in the marrow before treatment
# and by best response. The dotted line is the cut between low and high burden. A cut throws information
# away: patients on its two sides may differ little, and those of one side much. The next chapter models
# the blasts as the number they are.

# %% tags=["hide-input"]
courses = efficacy.blasts_and_response(study)
fig, ax = plt.subplots(figsize=(6, 4.6))
response.plot_response_by_blasts(courses, ax=ax)
show(fig, alt=reading.patients_alt(courses), note=study.note)

# %% tags=["remove-cell"]
quote(
    burden_response=reading.burden_in_words(rows, "response"),
    burden_remission=reading.burden_in_words(rows, "complete_remission"),
    burden_mrd=reading.burden_in_words(rows, "mrd_negativity"),
    **{f"search_{outcome}": depth.search_in_words(rows, outcome) for outcome in efficacy.OUTCOMES},
    **{f"interaction_{outcome}": depth.interactions_in_words(rows, outcome) for outcome in efficacy.OUTCOMES},
)

# %% [markdown]
# Whether the arms differ more at high burden than at low burden is a question of its own. A difference
# that is clear in one stratum and not in the other doesn't answer it; the contrast of the two differences
# does {cite}`altman2003`, with an interval recovered from theirs {cite}`zou2008`.
#
# - {glue:text}`burden_response`
# - {glue:text}`burden_remission`
# - {glue:text}`burden_mrd`

# %% [markdown]
# ## What if the cut-off were another one?
#
# The cut between low and high burden is one of many. Each mark is a cut-off, one for each value of the
# blasts that occurs. The upper row shows the difference between the arms among patients above the cut-off,
# the lower row that difference minus the one among the rest: whether burden matters. The dashed line is the
# chapter's cut-off; intervals are Newcombe's, and those recovered from them.

# %% tags=["hide-input"]
fig, axs = plt.subplots(2, 3, figsize=(6, 5), sharex=True, sharey="row", layout="constrained")
for column, outcome in zip(axs.T, efficacy.OUTCOMES, strict=True):
    for ax, kind in zip(column, ("difference", "contrast"), strict=True):
        burden.plot_over_cutoffs(efficacy_burden.over_cutoffs(study.patients, outcome), kind, ax=ax)
        ax.label_outer()
    column[0].set_title(depth.SHORT[outcome], fontsize=10)
about = "Risk differences above each cut-off of the blasts."
alt = depth.over_alt(rows, "risk_difference_above", efficacy_burden.CUTOFFS, about)
show(fig, alt=alt, note=study.note)

# %% [markdown]
# Neighbouring marks hold nearly the same patients, so they are no independent confirmations of each other,
# and on the right few patients are left. Whoever tries every cut-off and reports the best finds small P
# values by chance alone. The second P value of each outcome takes the search into account
# {cite}`miller1982`: the arms are reallocated at random to the same patients, again and again, and each
# time the best cut-off is sought anew.
#
# - {glue:text}`search_response`
# - {glue:text}`search_complete_remission`
# - {glue:text}`search_mrd_negativity`

# %% [markdown]
# ## And without any cut-off?
#
# Each arm is given a logistic curve over its patients' blasts, by {term}`Firth's method <Firth's method>` {cite}`firth1993`, which
# also works where blasts separate the outcomes and pulls fitted rates a little towards one half. The figure
# shows the difference between the two curves, as far as both arms have patients (ticks: the combination
# above, monotherapy below), with a pointwise band recovered from those of the curves.

# %% tags=["hide-input"]
fig, axs = plt.subplots(3, figsize=(6, 7.5), sharex=True, layout="constrained")
for ax, outcome in zip(axs, efficacy.OUTCOMES, strict=True):
    asked = efficacy_burden.asked(study.patients, outcome)
    burden.plot_over_blasts(efficacy_burden.over_blasts(study.patients, outcome), asked, ax=ax)
    ax.set_title(LABELS[outcome])
    ax.label_outer()
about = "Differences of fitted rates over marrow blasts."
alt = depth.over_alt(rows, "firth_difference_at", efficacy_burden.PLACES, about)
show(fig, alt=alt, note=study.note)

# %% [markdown]
# The same question on the scale of odds, where it is one number, the {term}`interaction <Interaction>`: by which factor the odds
# ratio of the arms changes from low to high burden, and with every ten percentage points of blasts (Firth
# logistic regression, profile intervals and likelihood-ratio P values).
#
# - {glue:text}`interaction_response`
# - {glue:text}`interaction_complete_remission`
# - {glue:text}`interaction_mrd_negativity`
#
# Differences of rates and ratios of odds measure interaction on different scales, and can disagree.

# %% [markdown]
# ## What would somebody believe who held an opinion before?
#
# A Bayesian analysis states the opinion held beforehand, {term}`the prior <Credible interval>`, and what the patients make of it. The
# rate of each arm is given a Beta distribution of its own, which counts as patients seen before: Beta(a, b)
# is worth a patients with the outcome and b without. The chapter's prior holds all rates alike, Beta(1, 1).
# Beside it stand Jeffreys' prior, one that expects rates near a half whatever the arm, and two that lean to
# one arm as four patients of each would. The posterior is integrated, not simulated
# {cite}`nurminen1987`; its mean is drawn with the 95% credible interval (equal tails).

# %% tags=["hide-input"]
fig, axs = plt.subplots(4, figsize=(6, 11), sharex=True)
for ax, (outcome, stratum) in zip(axs, efficacy_bayes.STRIPS, strict=True):
    forest.plot_forest(depth.strip_rows(rows, outcome, stratum), ax=ax)
    ax.set_title(f"{LABELS[outcome]}\n{LABELS[stratum]}", fontsize=10)
    ax.label_outer()
show(fig, alt=depth.strips_alt(rows), note=study.note)

# %% tags=["remove-cell"]
posteriors = [depth.posterior_in_words(rows, *place) for place in efficacy_bayes.STRIPS]
quote(**{f"posterior_{number}": sentence for number, sentence in enumerate(posteriors)})
quote(
    weights_relapsed=depth.weights_in_words(rows, "relapsed_refractory"),
    weights_measurable=depth.weights_in_words(rows, "measurable_disease"),
    weighted_response=depth.weighted_in_words(rows, "response", "relapsed_refractory"),
    weighted_mrd=depth.weighted_in_words(rows, "mrd_negativity", "measurable_disease"),
    efficacy_caution=reading.caution(rows),
)

# %% [markdown]
# With the chapter's prior:
#
# - {glue:text}`posterior_0`
# - {glue:text}`posterior_1`
# - {glue:text}`posterior_2`
# - {glue:text}`posterior_3`
#
# Where the strip moves much from prior to prior, the patients are too few to overrule an opinion. A
# posterior probability is no P value, and none of these priors knows how the patients came to their arm.

# %% [markdown]
# ## Were the arms alike to begin with?
#
# Overlap weights {cite}`li2018` compare the arms as if they held the same mixture of patients: everybody
# counts by the probability of having been given the other treatment, from a logistic model of the arm on
# age and marrow blasts (and, with both disease statuses together, the status). Patients who could well have
# been given either count most. The standardised difference of everything in the model is zero then; blasts
# above the cut-off, which the model doesn't hold, show what is left. Patients who entered MRD negative
# aren't weighted. Dashed lines: a difference of 0.1, commonly held to be negligible.

# %% tags=["hide-input"]
fig, axs = plt.subplots(2, figsize=(6, 5), sharex=True, layout="constrained")
for ax, stratum in zip(axs, efficacy_confounding.MODELS, strict=True):
    love.plot_love(*depth.balance_pair(rows, stratum), ax=ax)
    ax.set_title(LABELS[stratum])
    ax.label_outer()
show(fig, alt=depth.balance_alt(rows), note=study.note)

# %% tags=["hide-input"]
ax = forest.plot_forest(depth.weighted_rows(rows))
show(ax.figure, alt=depth.weighted_alt(rows), note=study.note)

# %% [markdown]
# R/R is relapsed/refractory, MRD+ MRD-positive. {glue:text}`weights_relapsed`
# {glue:text}`weights_measurable` {glue:text}`weighted_response` {glue:text}`weighted_mrd`
#
# The interval of a weighted difference is a sandwich interval that counts the propensity model as estimated
# {cite}`lifan2019`; in few patients it is somewhat too narrow. Weights balance what was measured, on
# average, and nothing else. For what was not measured the {term}`E-value <E-value>` {cite}`vanderweele2017` says how strong
# it would have to be: the least risk ratio, with treatment and with outcome both, that would explain the
# arms' risk ratio away (the last column: that would bring its interval to 1). An E-value of 1 means that
# nothing is needed.

# %% tags=["hide-input", "hide-output"]
note = f"Combination over monotherapy, not weighted; Katz log interval. {study.note}"
tables.render(depth.e_values_table(rows), "e-values", "Risk ratios, E-values", note, groups="Outcome")

# %% [markdown]
# ## How much is compared, and in how few?
#
# The strata overlap: high and low burden make up relapsed/refractory disease, which is part of measurable
# disease, which is part of everybody. So the comparisons are many, and not independent of each other.
#
# {glue:text}`efficacy_caution` Where nothing differs at all, some P values of such a family fall below
# the limit by chance alone, and the more comparisons, the more of them. In a small group one patient more
# or less moves a rate by many points, and only a very large difference can be told from none. The P
# values are therefore read as descriptions, and a subgroup as a question for the next study.

# %% [markdown]
# ## What can and cannot be concluded
#
# - The rates, with their intervals, describe these patients. How exactly they are known shows in the
#   width of the intervals, not in a P value.
# - A difference whose interval crosses zero is not a proof that the arms are alike.
# - The arms were not assigned by chance. Doctors chose, and whoever was given the combination may have
#   differed in ways that bear on response. Neither the intervals nor the tests account for that; weights
#   account for the few things that were measured, and E-values say how much it would take beyond them.
# - Burden was cut at one value. How the difference runs over all cut-offs, and over the blasts uncut, says
#   more than one cut does, and P values of the best cut-off have to count the search.
# - The contrast between high and low burden, not the difference in one of them, bears on whether the arms
#   differ more where there is more leukaemia.
# - MRD negativity in different disease statuses is not one outcome, and rates over mixed statuses compare
#   the mixture as well as the treatment.
# - Response was read when it was best. What became of it is the matter of the survival chapter.
#
# ## References
#
# Wilson's interval {cite}`wilson1927`, Newcombe's interval of a difference {cite}`newcombe1998`, the
# score interval {cite}`miettinen1985` and the exact one {cite}`chan1999`, the tests of Barnard
# {cite}`barnard1947` and Boschloo {cite}`boschloo1970`, the search for a cut-off {cite}`miller1982`,
# Firth's method {cite}`firth1993`, the posterior of a difference {cite}`nurminen1987`, {term}`overlap weights <Overlap weights>`
# {cite}`li2018` and their variance {cite}`lifan2019`, E-values {cite}`vanderweele2017`, contrasts of
# subgroups {cite}`altman2003` and their intervals {cite}`zou2008`.
