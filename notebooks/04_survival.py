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

from helpers.ground import cohort
from helpers.chapters.survival import rows as survival
from helpers.chapters.survival import tables as survival_tables
from helpers.chapters.survival import transplant as survival_transplant
from helpers.printing import tables
from helpers.chapters.survival import checks_words as checks
from helpers.chapters.survival import words as reading
from helpers.ground.endpoints import ARMS
from helpers.printing.notebook import quote, show
from helpers.plots import style
from helpers.plots.bounds import plot_bounds
from helpers.plots.forest import plot_forest
from helpers.plots.survival import plot_at_risk, plot_cumulative_incidence, plot_survival

# %% [markdown]
# All numbers below are rows of the chapter's results table.

# %% tags=["hide-input"]
study = cohort.load()
rows = survival.results(study)
style.use()

# %% tags=["remove-cell"]
quote(**checks.quoted(rows, study.provenance))

# %% [markdown]
# ## How long were the patients followed?
#
# Two medians answer different questions. The *simple* one is the middle of all observed times, whether they
# end in death or in the last contact: early deaths shorten it, although nobody stopped looking. The *reverse
# Kaplan-Meier* one {cite}`schemper1996` turns the roles round (the last contact is the event, death the
# censoring) and so estimates how long patients would have been followed had none died.

# %% tags=["hide-input"]
followup = rows[rows["id"].str.fullmatch(r"survival\.followup\.(?!.*_type_).*")]
tables.render(
    tables.printed(followup, ["Population", "Result", "Patients", "Estimate", "Interval"]),
    name="followup",
    title="Follow-up from the first day of blinatumomab",
    note=f"Simple quartiles: type 7, dead or alive. Interval: Brookmeyer-Crowley, log-log. {study.note}",
    groups="Population",
)

# %% [markdown]
# The simple median is {glue:text}`followup_median` (quartiles {glue:text}`followup_quartile_1` and
# {glue:text}`followup_quartile_3`; longest {glue:text}`followup_maximum`), the reverse {term}`Kaplan-Meier <Kaplan-Meier estimate>` median
# {glue:text}`followup_reverse`. {glue:text}`followup_users`

# %% [markdown]
# ## How long did the patients live?
#
# Overall survival ends with death from any cause; whoever is alive is censored at the last contact (a tick on
# the curve) {cite}`kaplan1958`. The band is the pointwise 95% interval on the log-log scale. The {term}`numbers at <Number at risk>`
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
survival_tables.landmarks(rows, "os", study.note)

# %% [markdown]
# Of all patients, the estimated share alive is {glue:text}`os_12` at one year and {glue:text}`os_24` at two
# years. At two years it is {glue:text}`os_24_combination` with the combination and
# {glue:text}`os_24_monotherapy` with blinatumomab alone. Median survival: {glue:text}`os_medians`. A median
# is "not reached" while the curve stays above one half. {glue:text}`os_warning`

# %% [markdown]
# ## How long did they live without relapse?
#
# {term}`Disease-free survival <Disease-free survival>` ends with relapse or with death from any cause, whichever comes first. Every patient
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
survival_tables.landmarks(rows, "dfs", study.note)

# %% [markdown]
# Of all patients, the estimated share alive without relapse is {glue:text}`dfs_12` at one year and
# {glue:text}`dfs_24` at two years. At two years it is {glue:text}`dfs_24_combination` with the combination
# and {glue:text}`dfs_24_monotherapy` with blinatumomab alone. Median disease-free survival:
# {glue:text}`dfs_medians`. {glue:text}`dfs_warning`

# %% [markdown]
# ## Do the arms differ?
#
# The {term}`log-rank test <Log-rank test>` {cite}`mantel1966` asks whether the curves could come from one population. The hazard
# ratio of the Cox model {cite}`cox1972`, combination over monotherapy, gives the size: below 1, events come
# more slowly with the combination. It is one number for all of follow-up, which is fair only while the ratio
# stays about the same; the score test {cite}`grambsch1994` checks that. No covariate is adjusted for: the
# arms differ in disease status and were not assigned at random.
#
# Two answers need no constant ratio. Weighted log-rank tests {cite}`harrington1982` give more weight to early
# or to late differences. The {term}`restricted mean <Restricted mean>` {cite}`royston2013` is the area under the curve up to a month
# that is the same as above, whatever the curves look like: how long a patient lives, on average, within one or two years.

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
    tables.printed(checks.tests(rows), ["Result", "Patients", "Events", "Estimate", "Interval", "P"]),
    name="arms",
    title="Combination against monotherapy, all patients",
    note="Cox model: Efron ties, Wald interval and P. Proportional hazards: score test on the Kaplan-Meier "
    "time scale. Weights: the pooled curve just before each event (early), or one minus it (late). "
    f"{study.note}",
)

# %% [markdown]
# The mean time within one and two years:

# %% tags=["hide-input"]
survival_tables.means(rows, study.note)

# %% [markdown]
# {glue:text}`survival_standing`
#
# *Overall survival.* {glue:text}`os_ratio` {glue:text}`os_log_rank` {glue:text}`os_proportional`
# {glue:text}`os_weighted` {glue:text}`os_mean`
#
# *Disease-free survival.* {glue:text}`dfs_ratio` {glue:text}`dfs_log_rank` {glue:text}`dfs_proportional`
# {glue:text}`dfs_weighted` {glue:text}`dfs_mean`
#
# The weighted tests answer questions that were put after the plain one. They show whether the answer hangs
# on the weights; the smallest of the three P values is not the result.

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

# %% [markdown]
# {glue:text}`nonresponse` The choice of definition is part of the result, and a percentage without it cannot
# be compared with another study's.

# %% [markdown]
# ## Relapse first, or death first?
#
# Whoever dies without relapse can no longer relapse, so the two compete. Taking one minus a Kaplan-Meier
# curve in which deaths are censored would overstate relapse; the {term}`cumulative incidence <Cumulative incidence>` gives the share of all
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
incidences = rows[rows["id"].str.contains(r"\.(?:cumulative_incidence_|gray\.)")]
tables.render(
    tables.printed(incidences, ["Population", "Result", "Patients", "Events", "Estimate", "Interval", "P"]),
    name="incidence",
    title="Relapse and death without relapse as competing events",
    note=f"Aalen-Johansen, log-log interval; events up to the time. P: Gray's test. {study.note}",
    groups="Population",
)

# %% [markdown]
# {glue:text}`competing` Gray's test {cite}`gray1988` compares the arms' incidences over all of follow-up, as
# the log-rank test does for survival. {glue:text}`gray` The numbers at risk are those of disease-free
# survival above.

# %% [markdown]
# ## And transplant?
#
# Transplant happens during follow-up, and only to those who live long enough to receive it. Comparing
# patients who were ever transplanted with the others from time zero would credit the transplant with the time
# during which its recipients could not have died (*immortal time*), and would look good even for a treatment
# without any effect {cite}`suissa2008`. Two kinds of analysis avoid it:
#
# - *From its day.* Each course is split at the transplant: until then the patient counts among those not
#   (yet) transplanted, from then on among the transplanted, in the Cox model {cite}`andersen1982`, in the
#   Mantel-Byar test {cite}`mantel1974` and in the curves of Simon and Makuch {cite}`simon1984`, which
#   patients enter when they are transplanted.
# - *Landmark.* Only patients alive and observed at a fixed month are compared, sorted by what had happened
#   until then {cite}`anderson1983`; later transplants count as none. Two months are shown, since each is a
#   choice.
#
# The comparison of ever with never is drawn below them to show the error, and for nothing else.

# %% tags=["hide-input"]
fig, axs = plt.subplots(3, 1, figsize=(6, 7.4), height_ratios=[4, 1, 4])
plot_survival(survival_transplant.curves(study), ax=axs[0])
axs[0].set(title="Counted from the day of transplant (Simon-Makuch)", ylabel="Overall survival", xlabel="")
plot_at_risk(survival_transplant.at_risk(study), ax=axs[1])
axs[1].set_xlim(axs[0].get_xlim())
plot_survival(survival_transplant.naive_curves(study), ax=axs[2])
axs[2].set(title="Wrong: ever or never transplanted", ylabel="Overall survival")
show(fig, alt=checks.transplant_description(rows), note=study.note)

# %% tags=["hide-input"]
survival_tables.transplant(rows, study.note)

# %% [markdown]
# The hazard ratios as a figure:

# %% tags=["hide-input"]
fig, ax = plt.subplots(figsize=(6, 3))
plot_forest(checks.transplant_ratios(rows), ax=ax)
alt = f"Forest plot of the hazard ratios of death by transplant. {checks.immortal(rows)}"
show(fig, alt=alt, note=study.note)

# %% [markdown]
# {glue:text}`transplant` {glue:text}`mantel_byar` {glue:text}`landmarks`
#
# {glue:text}`immortal` How far {term}`immortal time <Immortal time>` moves the wrong ratio depends on how late the transplants come
# and how many die before them; where few die early it moves it little, and is wrong all the same.
#
# Both kinds remove immortal time, not selection: who is in remission, fit and has a donor is transplanted, and
# others hardly ever are, so that the comparison is in good part one of remission against none.

# %% [markdown]
# ## What hangs on the clock and on those who left?
#
# *The clock.* Venetoclax starts seven days before blinatumomab, so one may time the combination from there.
# Its patients then carry a week in which nobody can have died: whoever did not live to the first day of
# blinatumomab is not in this cohort. The chapter's clock is free of that. The week can matter
# little for a hazard and yet carry an event across the two-year line; where few are at risk, that one event can
# move the estimate at two years a good deal.
#
# *Those who left.* Kaplan-Meier lets a censored patient fare as those who stayed. Nothing in the data can
# check it; what can be said for certain lies between two cases. In the worst, each patient last seen without
# the event before two years has it by then; in the best, none has. Both are plain shares of all patients.

# %% tags=["hide-input"]
fig, axs = plt.subplots(2, 1, figsize=(6, 4.8), sharex=True)
for ax, (outcome, bounds) in zip(axs, checks.bounds(rows).groupby("outcome", sort=False), strict=True):
    plot_bounds(bounds, ax=ax)
    ax.set_title(outcome)
axs[1].set_xlabel("At two years: filled, usual clock; hollow, from venetoclax;\nbars, worst to best case")
show(fig, alt=checks.bounds_description(rows), note=study.note)

# %% tags=["hide-input"]
survival_tables.sensitivity(rows, study.note)

# %% [markdown]
# {glue:text}`clock`
#
# {glue:text}`losses` {glue:text}`extremes` The cases are extreme on purpose. They say how much of the answer
# is follow-up that has not happened yet.

# %% [markdown]
# ## What can and cannot be concluded

# %% [markdown]
# - {glue:text}`survival_standing`
# - At two years overall survival is {glue:text}`os_24`, disease-free survival {glue:text}`dfs_24`: estimates
#   of all patients together, of three kinds of disease and two treatments.
# - {glue:text}`os_ratio` This compares patients whose treatment was chosen by their physicians; the arms
#   differ in disease status, and nothing here separates treatment from the reasons for it.
# - The intervals carry the message more than the estimates do. An interval wide enough to hold a large
#   benefit and a large harm is no proof of sameness.
# - Several tests are shown for each outcome, without correction for their number. The plain log-rank test
#   and the hazard ratio come first; the others ask how robust they are.
#
# ## References
#
# Curves and medians {cite}`kaplan1958,brookmeyer1982`, follow-up {cite}`schemper1996`,
# reading of curves {cite}`pocock2002`, tests and models {cite}`mantel1966,cox1972,grambsch1994,andersen1982`,
# weighted tests and restricted means {cite}`harrington1982,royston2013`, competing events
# {cite}`putter2007,gray1988`, transplant and immortal time
# {cite}`mantel1974,simon1984,anderson1983,suissa2008`.
