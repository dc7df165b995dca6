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
# Do patients respond, and lose their measurable residual disease (MRD), more often with venetoclax plus
# blinatumomab than with blinatumomab alone, and does the answer depend on how much leukaemia they had?
#
# The chapter looks at three outcomes:
#
# - **response**: complete remission (CR), complete remission with incomplete recovery of the blood counts
#   (CRi) or partial remission (PR) as best response;
# - **complete remission**: CR or CRi;
# - **MRD negativity** after treatment, by flow cytometry of the marrow.
#
# Response and complete remission are asked only of patients with relapsed/refractory disease, since the
# others entered in remission. Each outcome is given in each arm as a count and a rate, then as a
# difference between the arms, then with the tests of that difference. A patient in whom an outcome is not
# recorded is left out of its denominator.

# %% tags=["hide-input"]
import matplotlib.pyplot as plt

from helpers import cohort, efficacy, tables
from helpers import efficacy_reading as reading
from helpers.endpoints import ARMS, LABELS
from helpers.notebook import quote, show
from helpers.plots import forest, response, style

# %% tags=["hide-input"]
style.use()
study = cohort.load()
rows = efficacy.results(study)

# %% [markdown]
# ## How did relapsed/refractory patients respond?
#
# Best response has four levels. Each share has as its denominator the relapsed/refractory patients of its
# column in whom a best response is recorded, and a Wilson score interval {cite}`wilson1927`, which stays
# sensible in small groups and near the ends of the scale.

# %% tags=["hide-input"]
tables.render(
    reading.best_response_table(rows),
    name="best-response",
    title="Best response of relapsed/refractory patients",
    note=f"Wilson score intervals. {study.note}",
)

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
)

# %% [markdown]
# MRD negativity was found
#
# - in relapsed/refractory disease: {glue:text}`mrd_relapsed`;
# - in MRD-positive disease: {glue:text}`mrd_positive`;
# - in both together: {glue:text}`mrd_measurable`.
#
# {glue:text}`mrd_compared` {glue:text}`mrd_readings`

# %% [markdown]
# ## How large are the differences?
#
# A difference in percentage points, combination minus monotherapy, says more than a P value: the interval
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
tables.render(
    reading.rates_table(rows),
    name="rates",
    title="Rates by arm, and their differences",
    groups="Outcome",
    note=f"Wilson intervals; difference: combination minus monotherapy, Newcombe interval. {study.note}",
)

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
# Three tests of each two-by-two table stand beside each other. Pearson's chi-square test, here without
# continuity correction, rests on an approximation that needs expected counts of about five or more in
# every cell. Fisher's exact test holds at any size, at the price of caution: its P values are often too
# large. Boschloo's exact test {cite}`boschloo1970` also holds at any size and is less cautious, since it
# does not take the total number of events as given.

# %% tags=["hide-input"]
tables.render(
    reading.tests_table(rows),
    name="tests",
    title="P values of three tests of the same comparisons",
    groups="Outcome",
    note=f"Two-sided, not adjusted for the number of comparisons. {study.note}",
)

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
# ## How much is compared, and in how few?
#
# The strata overlap: high and low burden make up relapsed/refractory disease, which is part of measurable
# disease, which is part of everybody. So the comparisons are many, and not independent of each other.

# %% tags=["remove-cell"]
quote(efficacy_caution=reading.caution(rows))

# %% [markdown]
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
#   differed in ways that bear on response. Neither the intervals nor the tests account for that.
# - Burden was cut at one value. The contrast between its strata, not the difference in one of them, bears
#   on whether the arms differ more where there is more leukaemia.
# - MRD negativity in different disease statuses is not one outcome, and rates over mixed statuses compare
#   the mixture as well as the treatment.
# - Response was read when it was best. What became of it is the matter of the survival chapter.
#
# ## References
#
# Wilson's interval {cite}`wilson1927`, Newcombe's interval of a difference {cite}`newcombe1998`,
# Boschloo's test {cite}`boschloo1970`, contrasts of subgroups {cite}`altman2003` and their intervals
# {cite}`zou2008`.
