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
# # Survival
#
# How long did the patients live, how long without relapse, and did that differ between the arms? The chapter
# first asks how long the patients were followed, because a curve says nothing beyond that. It then reads
# overall and disease-free survival, compares the arms, separates relapse from death without relapse, and asks
# what changes when non-response counts as an event and when transplant is taken into account.
#
# **Time zero is the first day of blinatumomab**, in both arms, for every duration in this chapter. Venetoclax
# starts seven days before, so a patient of the combination has already been treated for a week, and has been
# alive for it, when the clock starts; whoever died, progressed or stopped in that week may not be in the arm
# at all, which would favour the combination. A month is 30.4375 days; an event on day 0 counts at half a day.

# %% tags=["hide-input"]
import matplotlib.pyplot as plt

from helpers import cohort, prose, survival, tables
from helpers import survival_reading as reading
from helpers.endpoints import ARMS
from helpers.notebook import quote, show
from helpers.plots import style
from helpers.plots.forest import plot_forest
from helpers.plots.survival import plot_at_risk, plot_cumulative_incidence, plot_survival
from helpers.results import get

# %% [markdown]
# All numbers below are rows of the chapter's results table.

# %% tags=["hide-input"]
study = cohort.load()
rows = survival.results(study)
style.use()

# %% [markdown]
# ## How long were the patients followed?
#
# Two medians answer different questions. The *simple* one is the middle of all observed times, whether they
# end in death or in the last contact: early deaths shorten it, although nobody stopped looking. The *reverse
# Kaplan-Meier* one {cite}`schemper1996` turns the roles round (the last contact is the event, death the
# censoring) and so estimates how long patients would have been followed had none died.

# %% tags=["hide-input"]
followup = rows[rows["id"].str.startswith("survival.followup.")]
tables.render(
    tables.printed(followup, ["Population", "Result", "Patients", "Estimate", "Interval"]),
    name="followup",
    title="Follow-up from the first day of blinatumomab",
    note=f"Simple quartiles: type 7, dead or alive. Interval: Brookmeyer-Crowley, log-log. {study.note}",
    groups="Population",
)

# %% tags=["remove-cell"]
quote(
    followup_median=prose.number(get(rows, "survival.followup.median.all")),
    followup_quartile_1=prose.number(get(rows, "survival.followup.quartile_1.all")),
    followup_quartile_3=prose.number(get(rows, "survival.followup.quartile_3.all")),
    followup_maximum=prose.number(get(rows, "survival.followup.maximum.all")),
    followup_reverse=reading.median(get(rows, "survival.followup.reverse_km_median.all")),
    followup_users=reading.followup(rows),
)

# %% [markdown]
# The simple median is {glue:text}`followup_median` (quartiles {glue:text}`followup_quartile_1` and
# {glue:text}`followup_quartile_3`; longest {glue:text}`followup_maximum`), the reverse Kaplan-Meier median
# {glue:text}`followup_reverse`. {glue:text}`followup_users`

# %% [markdown]
# ## How long did the patients live?
#
# Overall survival ends with death from any cause; whoever is alive is censored at the last contact (a tick on
# the curve) {cite}`kaplan1958`. The band is the pointwise 95% interval on the log-log scale. The numbers at
# risk count those still under observation just before each month: where they are small, the curve is only a
# sketch {cite}`pocock2002`.

# %% tags=["hide-input"]
fig, axs = plt.subplots(2, 1, figsize=(6, 4.2), sharex=True, height_ratios=[6, 1])
plot_survival(survival.curves(study, "os", ("all",)), ax=axs[0])
axs[0].set_ylabel("Overall survival")
plot_at_risk(survival.at_risk(study, "os", ("all",)), ax=axs[1])
show(fig, alt=reading.description(rows, "os", ("all",)), note=study.note)

# %% [markdown]
# The same, by arm:

# %% tags=["hide-input"]
fig, axs = plt.subplots(2, 1, figsize=(6, 4.8), sharex=True, height_ratios=[4, 1])
plot_survival(survival.curves(study, "os", ARMS), ax=axs[0])
axs[0].set_ylabel("Overall survival")
plot_at_risk(survival.at_risk(study, "os", ARMS), ax=axs[1])
show(fig, alt=reading.description(rows, "os", ARMS), note=study.note)

# %% tags=["hide-input"]
tables.render(
    reading.landmark_table(rows, "os"),
    name="overall-survival",
    title="Overall survival one and two years after the first day of blinatumomab",
    note=f"Kaplan-Meier; log-log interval. Median: Brookmeyer-Crowley interval. {study.note}",
    groups="Group",
)

# %% tags=["remove-cell"]
quote(**reading.readings(rows, "os"))

# %% [markdown]
# Of all patients, the estimated share alive is {glue:text}`os_12` at one year and {glue:text}`os_24` at two
# years. At two years it is {glue:text}`os_24_combination` with the combination and
# {glue:text}`os_24_monotherapy` with blinatumomab alone. Median survival: {glue:text}`os_medians`. A median
# is "not reached" while the curve stays above one half. {glue:text}`os_warning`

# %% [markdown]
# ## How long did they live without relapse?
#
# Disease-free survival ends with relapse or with death from any cause, whichever comes first. Every patient
# counts from the first day of blinatumomab, also those who did not respond; non-response by itself is no
# event here (a section below makes it one). So a living patient who never was in remission counts as without
# relapse.

# %% tags=["hide-input"]
fig, axs = plt.subplots(2, 1, figsize=(6, 4.2), sharex=True, height_ratios=[6, 1])
plot_survival(survival.curves(study, "dfs", ("all",)), ax=axs[0])
axs[0].set_ylabel("Disease-free survival")
plot_at_risk(survival.at_risk(study, "dfs", ("all",)), ax=axs[1])
show(fig, alt=reading.description(rows, "dfs", ("all",)), note=study.note)

# %% [markdown]
# The same, by arm:

# %% tags=["hide-input"]
fig, axs = plt.subplots(2, 1, figsize=(6, 4.8), sharex=True, height_ratios=[4, 1])
plot_survival(survival.curves(study, "dfs", ARMS), ax=axs[0])
axs[0].set_ylabel("Disease-free survival")
plot_at_risk(survival.at_risk(study, "dfs", ARMS), ax=axs[1])
show(fig, alt=reading.description(rows, "dfs", ARMS), note=study.note)

# %% tags=["hide-input"]
tables.render(
    reading.landmark_table(rows, "dfs"),
    name="disease-free-survival",
    title="Disease-free survival one and two years after the first day of blinatumomab",
    note=f"Kaplan-Meier; log-log interval. Median: Brookmeyer-Crowley interval. {study.note}",
    groups="Group",
)

# %% tags=["remove-cell"]
quote(**reading.readings(rows, "dfs"))

# %% [markdown]
# Of all patients, the estimated share alive without relapse is {glue:text}`dfs_12` at one year and
# {glue:text}`dfs_24` at two years. At two years it is {glue:text}`dfs_24_combination` with the combination
# and {glue:text}`dfs_24_monotherapy` with blinatumomab alone. Median disease-free survival:
# {glue:text}`dfs_medians`. {glue:text}`dfs_warning`

# %% [markdown]
# ## Do the arms differ?
#
# The log-rank test {cite}`mantel1966` asks whether the curves could come from one population. The hazard
# ratio of the Cox model {cite}`cox1972`, combination over monotherapy, gives the size: below 1, events come
# more slowly with the combination. It is one number for all of follow-up, which is fair only while the ratio
# stays about the same; the score test {cite}`grambsch1994` checks that. No covariate is adjusted for: the
# arms differ in disease status and were not assigned at random.

# %% tags=["hide-input"]
ratios = reading.hazard_ratios(rows)
readings = reading.hazards(rows)
fig, ax = plt.subplots(figsize=(6, 2.6))
plot_forest(ratios, ax=ax)
show(
    fig,
    alt=f"Forest plot of hazard ratios with 95% intervals. {' '.join(readings.values())}",
    note=study.note,
)

# %% [markdown]
# The tests behind the figure:

# %% tags=["hide-input"]
tables.render(
    tables.printed(
        rows[rows["group"] == "arm"], ["Result", "Patients", "Events", "Estimate", "Interval", "P"]
    ),
    name="arms",
    title="Combination against monotherapy, all patients",
    note="Cox model: Efron ties, Wald interval and P. Proportional hazards: score test on the Kaplan-Meier "
    f"time scale. {study.note}",
)

# %% tags=["remove-cell"]
quote(
    os_ratio=readings["os_ratio"],
    os_log_rank=reading.log_rank(get(rows, "survival.os.logrank.arm")),
    os_proportional=reading.proportionality(get(rows, "survival.os.proportional_hazards.arm")),
    dfs_ratio=readings["dfs_ratio"],
    dfs_log_rank=reading.log_rank(get(rows, "survival.dfs.logrank.arm")),
    dfs_proportional=reading.proportionality(get(rows, "survival.dfs.proportional_hazards.arm")),
)

# %% [markdown]
# {glue:text}`survival_standing`
#
# *Overall survival.* {glue:text}`os_ratio` {glue:text}`os_log_rank` {glue:text}`os_proportional`
#
# *Disease-free survival.* {glue:text}`dfs_ratio` {glue:text}`dfs_log_rank` {glue:text}`dfs_proportional`

# %% [markdown]
# ## What if non-response counts as an event?
#
# A patient who never responds was never free of disease, and one may hold that such a course has failed on
# the first day. The second definition does so: a best response of NR is an event at half a day. A partial
# remission is left as it was, since it counts as a response throughout this book. The two
# definitions need not be ordered at every time. A failure on the first day is divided by all patients; the
# same patient's later death would have been divided by the few then at risk, and so would have weighed more.

# %% tags=["hide-input"]
tables.render(
    reading.nonresponse_table(rows),
    name="non-response",
    title="Disease-free survival without and with non-response as an event",
    note="Kaplan-Meier, log-log interval; events up to that month, of the patients of the "
    f"group. {study.note}",
    groups="Group",
)

# %% tags=["remove-cell"]
quote(nonresponse=reading.nonresponse(rows))

# %% [markdown]
# {glue:text}`nonresponse` The choice of definition is part of the result, and a percentage without it cannot
# be compared with another study's.

# %% [markdown]
# ## Relapse first, or death first?
#
# Whoever dies without relapse can no longer relapse, so the two compete. Taking one minus a Kaplan-Meier
# curve in which deaths are censored would overstate relapse; the cumulative incidence gives the share of all
# patients to whom each event happened first {cite}`putter2007`. At every time the two shares and disease-free
# survival add up to one. Death after a relapse is not counted a second time.

# %% tags=["hide-input"]
fig, ax = plt.subplots(figsize=(6, 3.6))
plot_cumulative_incidence(survival.incidence_by_cause(study), ax=ax)
ax.set_ylabel("Cumulative incidence")
show(fig, alt=reading.incidence_description(rows, ("all",)), note=study.note)

# %% [markdown]
# The same, by arm:

# %% tags=["hide-input"]
fig, axs = plt.subplots(2, 1, figsize=(6, 6), sharex=True)
plot_cumulative_incidence(survival.incidence_by_arm(study, "relapse"), ax=axs[0])
axs[0].set(title="Relapse", ylabel="Cumulative incidence", xlabel="")
plot_cumulative_incidence(survival.incidence_by_arm(study, "death_without_relapse"), ax=axs[1])
axs[1].set(title="Death without relapse", ylabel="Cumulative incidence")
show(fig, alt=reading.incidence_description(rows, ARMS), note=study.note)

# %% tags=["hide-input"]
incidences = rows[rows["id"].str.contains(".cumulative_incidence_", regex=False)]
tables.render(
    tables.printed(incidences, ["Population", "Result", "Patients", "Events", "Estimate", "Interval"]),
    name="incidence",
    title="Relapse and death without relapse as competing events",
    note=f"Aalen-Johansen, log-log interval; events up to the time. {study.note}",
    groups="Population",
)

# %% tags=["remove-cell"]
quote(competing=reading.competing(rows))

# %% [markdown]
# {glue:text}`competing` The numbers at risk are those of disease-free survival above.

# %% [markdown]
# ## And transplant?
#
# Transplant happens during follow-up, and only to those who live long enough to receive it. Comparing
# patients who were ever transplanted with the others from time zero would credit the transplant with the time
# during which its recipients could not have died (*immortal time*), and would look good even for a treatment
# without any effect {cite}`suissa2008`. Here each course is split at the transplant: until then the patient
# counts among those not (yet) transplanted, from then on among the transplanted {cite}`andersen1982`.

# %% tags=["remove-cell"]
quote(transplant=reading.transplant(rows))

# %% [markdown]
# {glue:text}`transplant` The split removes immortal time, not selection: who is in remission, fit and has a
# donor is transplanted more often, and may live longer with or without it.

# %% [markdown]
# ## What can and cannot be concluded

# %% tags=["remove-cell"]
quote(survival_standing=reading.standing(study.provenance))

# %% [markdown]
# - {glue:text}`survival_standing`
# - At two years overall survival is {glue:text}`os_24`, disease-free survival {glue:text}`dfs_24`: estimates
#   of all patients together, of three kinds of disease and two treatments.
# - {glue:text}`os_ratio` This compares patients whose treatment was chosen by their physicians; the arms
#   differ in disease status, and nothing here separates treatment from the reasons for it.
# - The intervals carry the message more than the estimates do. An interval wide enough to hold a large
#   benefit and a large harm is no proof of sameness.
# - One test for each outcome is shown, without correction for their number.
#
# ## References
#
# Curves and medians {cite}`kaplan1958,brookmeyer1982`, follow-up {cite}`schemper1996`,
# reading of curves {cite}`pocock2002`, tests and models {cite}`mantel1966,cox1972,grambsch1994,andersen1982`,
# competing events {cite}`putter2007`, immortal time {cite}`suissa2008`.
