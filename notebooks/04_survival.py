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

# %% tags=["hide-input"]
import matplotlib.pyplot as plt

from helpers.chapters.survival import curves, tables, transplant, words
from helpers.chapters.survival.arms import COMPARISONS, WEIGHTS
from helpers.chapters.survival.rows import FOLLOWUP, REVERSE, results
from helpers.chapters.survival.sensitivity import clock_start
from helpers.chapters.survival.times import CAUSES, OUTCOMES, result_id
from helpers.ground.cohort import load
from helpers.ground.results import SHARE, STATISTIC, get, pick
from helpers.plots import style
from helpers.plots.forest import plot_forest
from helpers.plots.survival import plot_at_risk, plot_bounds, plot_cumulative_incidence, plot_survival
from helpers.printing import comparisons, prose
from helpers.printing.notebook import quote, say, show
from helpers.printing.tables import printed, render

# %% tags=["hide-input"]
cohort = load()
study = cohort.study
rows = results(cohort)
first, second = study.arms
main, years = study.horizon, prose.months(study.horizon)
style.use()

# %% tags=["remove-input"]
say(
    """
    **Time zero is {time_zero}**, in both arms, for every duration in this chapter.
    """,
    time_zero=study.time_zero,
)

# %% tags=["remove-input"]
say(
    """
    {lead_in} starts {days} days before, so a patient of {arm} has already been treated for that long, and has
    been alive for it, when the clock starts; whoever died, progressed or stopped in that time may not be in the
    arm at all, which would favour {arm}.
    """,
    lead_in=study.lead_in.label.capitalize(),
    days=prose.spelled(study.lead_in.days),
    arm=study.arm(study.lead_in.arm).phrase,
) if study.lead_in else None

# %% [markdown]
# A month is 30.4375 days; an event on day 0 counts at half a day. All numbers below are rows of the chapter's
# results table.
#
# ## How long were the patients followed?
#
# Two medians answer different questions. The *simple* one is the middle of all observed times, whether they
# end in death or in the last contact: early deaths shorten it, although nobody stopped looking. The *reverse
# Kaplan-Meier* one {cite}`schemper1996` turns the roles round (the last contact is the event, death the
# censoring) and so estimates how long patients would have been followed had none died.

# %% tags=["hide-input"]
followup = pick(rows, outcome="followup", statistic=(*FOLLOWUP, REVERSE))
columns = ["Population", "Result", "Patients", "Estimate", "Interval"]
title = f"Follow-up from {study.time_zero}"
note = f"Simple quartiles: type 7, dead or alive. Interval: Brookmeyer-Crowley, log-log. {cohort.note}"
render(printed(followup, columns), "followup", title, note, groups="Population")

# %% tags=["remove-input"]
say(
    """
    The simple median is {median:number} (quartiles {quartile_1:number} and {quartile_3:number}; longest
    {maximum:number}), the reverse {term}`Kaplan-Meier <Kaplan-Meier estimate>` median {reverse}. {users}
    """,
    **{name: get(rows, result_id("followup", name)) for name in FOLLOWUP},
    reverse=get(rows, result_id("followup", REVERSE)),
    users=words.followup_sentence(rows),
)

# %% [markdown]
# ## How long did the patients live?
#
# Overall survival ends with death from any cause; whoever is alive is censored at the last contact (a tick on
# the curve) {cite}`kaplan1958`. The band is the pointwise 95% interval on the log-log scale. The {term}`numbers at <Number at risk>`
# risk count those still under observation just before each month: where they are small, the curve is only a
# sketch {cite}`pocock2002`.

# %% tags=["hide-input"]
fig, axs = plt.subplots(2, 1, figsize=(6, 4.2), sharex=True, height_ratios=[6, 1])
plot_survival(curves.curves(cohort, "os", ("all",)), study, ax=axs[0])
axs[0].set_ylabel("Overall survival")
plot_at_risk(curves.at_risk(cohort, "os", ("all",)), study, ax=axs[1])
show(fig, alt=words.curves_alt(rows, study, "os", ("all",)), note=cohort.note)

# %% [markdown]
# The same, by arm:

# %% tags=["hide-input"]
fig, axs = plt.subplots(2, 1, figsize=(6, 4.8), sharex=True, height_ratios=[4, 1])
plot_survival(curves.curves(cohort, "os", study.arm_ids), study, ax=axs[0])
axs[0].set_ylabel("Overall survival")
plot_at_risk(curves.at_risk(cohort, "os", study.arm_ids), study, ax=axs[1])
show(fig, alt=words.curves_alt(rows, study, "os", study.arm_ids), note=cohort.note)

# %% tags=["hide-input"]
title = f"Overall survival {prose.horizons(study.horizons)} after {study.time_zero}"
note = f"Kaplan-Meier; log-log interval. Median: Brookmeyer-Crowley interval. {cohort.note}"
render(tables.horizon_table(rows, study, "os"), "overall-survival", title, note, groups="Group")

# %% tags=["remove-input"]
say(
    """
    Of all patients, the estimated share alive is {alive}. At {years} it is {alive_by_arm}. Median survival:
    {medians}. A median is "not reached" while the curve stays above one half. {warning}
    """,
    alive=words.probabilities(rows, study, "os"),
    alive_by_arm=words.by_arm(rows, study, "os"),
    medians=words.medians(rows, study, "os"),
    warning=words.warning_sentence(rows, study, "os"),
    years=years,
)

# %% [markdown]
# ## How long did they live without relapse?

# %% tags=["remove-input"]
say(
    """
    {term}`Disease-free survival <Disease-free survival>` ends with relapse or with death from any cause,
    whichever comes first. Every patient counts from {time_zero}, also those who did not respond; non-response by
    itself is no event here (a section below makes it one). So a living patient who never was in remission counts
    as without relapse.
    """,
    time_zero=study.time_zero,
)

# %% tags=["hide-input"]
fig, axs = plt.subplots(2, 1, figsize=(6, 4.2), sharex=True, height_ratios=[6, 1])
plot_survival(curves.curves(cohort, "dfs", ("all",)), study, ax=axs[0])
axs[0].set_ylabel("Disease-free survival")
plot_at_risk(curves.at_risk(cohort, "dfs", ("all",)), study, ax=axs[1])
show(fig, alt=words.curves_alt(rows, study, "dfs", ("all",)), note=cohort.note)

# %% [markdown]
# The same, by arm:

# %% tags=["hide-input"]
fig, axs = plt.subplots(2, 1, figsize=(6, 4.8), sharex=True, height_ratios=[4, 1])
plot_survival(curves.curves(cohort, "dfs", study.arm_ids), study, ax=axs[0])
axs[0].set_ylabel("Disease-free survival")
plot_at_risk(curves.at_risk(cohort, "dfs", study.arm_ids), study, ax=axs[1])
show(fig, alt=words.curves_alt(rows, study, "dfs", study.arm_ids), note=cohort.note)

# %% tags=["hide-input"]
title = f"Disease-free survival {prose.horizons(study.horizons)} after {study.time_zero}"
note = f"Kaplan-Meier; log-log interval. Median: Brookmeyer-Crowley interval. {cohort.note}"
render(tables.horizon_table(rows, study, "dfs"), "disease-free-survival", title, note, groups="Group")

# %% tags=["remove-input"]
say(
    """
    Of all patients, the estimated share alive without relapse is {free}. At {years} it is {free_by_arm}. Median
    disease-free survival: {medians}. {warning}
    """,
    free=words.probabilities(rows, study, "dfs"),
    free_by_arm=words.by_arm(rows, study, "dfs"),
    medians=words.medians(rows, study, "dfs"),
    warning=words.warning_sentence(rows, study, "dfs"),
    years=years,
)

# %% [markdown]
# ## Do the arms differ?

# %% tags=["remove-input"]
say(
    """
    The {term}`log-rank test <Log-rank test>` {cite}`mantel1966` asks whether the curves could come from one
    population. The hazard ratio of the Cox model {cite}`cox1972`, {first} over {second}, gives the size: below 1,
    events come more slowly with {phrase}. It is one number for all of follow-up, which is fair only while the
    ratio stays about the same; the score test {cite}`grambsch1994` checks that. No covariate is adjusted for: the
    arms differ in disease status and were not assigned at random.

    Two answers need no constant ratio. Weighted log-rank tests {cite}`harrington1982` give more weight to early
    or to late differences. The {term}`restricted mean <Restricted mean>` {cite}`royston2013` is the area under
    the curve up to a month that is the same as above, whatever the curves look like: how long a patient lives, on
    average, within {horizons}.
    """,
    first=first.short,
    second=second.short,
    phrase=first.phrase,
    horizons=prose.horizons(study.horizons, "or"),
)

# %% tags=["hide-input"]
fig, ax = plt.subplots(figsize=(6, 2.6))
plot_forest(tables.hazard_ratio_rows(rows), study, ax=ax)
hazards = {outcome: words.hazard_sentence(rows, study, outcome) for outcome in OUTCOMES}
alt = f"Forest plot of hazard ratios with 95% intervals. {' '.join(hazards.values())}"
show(fig, alt=alt, note=cohort.note)

# %% [markdown]
# The tests behind the figure:

# %% tags=["hide-input"]
tests = pick(rows, outcome=OUTCOMES, statistic=(*COMPARISONS, *WEIGHTS))
render(
    printed(tests, ["Result", "Patients", "Events", "Estimate", "Interval", "P"]),
    name="arms",
    title=f"{study.label('arm')}, all patients",
    note="Cox model: Efron ties, Wald interval and P. Proportional hazards: score test on the Kaplan-Meier "
    "time scale. Weights: the pooled curve just before each event (early), or one minus it (late). "
    f"{cohort.note}",
)

# %% tags=["remove-input"]
say("The mean time within {horizons}:", horizons=prose.horizons(study.horizons))

# %% tags=["hide-input"]
within = prose.horizons(study.horizons)
title = f"Mean time without event within {within}, {comparisons.minus(study)}"
area = "Area under the Kaplan-Meier curve, Greenwood variance."
scales = "Interval of a mean: logit scale; of a difference: Fisher's z scale. P: Wald."
note = f"{area} {scales} {cohort.note}"
render(tables.means_table(rows, study), "means", title, note, groups="Outcome")

# %% tags=["remove-input"]
say(words.standing_sentence(cohort))

# %% tags=["remove-input"]
say(
    """
    *Overall survival.* {hazard} {log_rank} {proportional} Log-rank test with early differences weighted:
    {weighted_logrank_early:test}; late differences weighted: {weighted_logrank_late:test}. {mean_time}
    """,
    hazard=hazards["os"],
    log_rank=words.log_rank_sentence(rows, study, "os"),
    proportional=words.proportionality_sentence(rows, study, "os"),
    **{name: get(rows, result_id("os", name, "arm")) for name in WEIGHTS},
    mean_time=words.mean_time_sentence(rows, study, "os"),
)

# %% tags=["remove-input"]
say(
    """
    *Disease-free survival.* {hazard} {log_rank} {proportional} Log-rank test with early differences weighted:
    {weighted_logrank_early:test}; late differences weighted: {weighted_logrank_late:test}. {mean_time}
    """,
    hazard=hazards["dfs"],
    log_rank=words.log_rank_sentence(rows, study, "dfs"),
    proportional=words.proportionality_sentence(rows, study, "dfs"),
    **{name: get(rows, result_id("dfs", name, "arm")) for name in WEIGHTS},
    mean_time=words.mean_time_sentence(rows, study, "dfs"),
)

# %% [markdown]
# The weighted tests answer questions that were put after the plain one. They show whether the answer hangs
# on the weights; the smallest of the three P values is not the result.
#
# ## What if non-response counts as an event?
#
# A patient who never responds was never free of disease, and one may hold that such a course has failed on
# the first day. The second definition does so: a best response of NR is an event at half a day. A partial
# remission is left as it was, since it counts as a response throughout this book. The two
# definitions need not be ordered at every time. A failure on the first day is divided by all patients; the
# same patient's later death would have been divided by the few then at risk, and so would have weighed more.

# %% tags=["hide-input"]
title = "Disease-free survival without and with non-response as an event"
note = "Kaplan-Meier, log-log interval; events up to that month, of the patients of the group."
table = tables.nonresponse_table(rows, study)
render(table, "non-response", title, f"{note} {cohort.note}", groups="Group")

# %% tags=["remove-input"]
say(
    """
    At {month} months disease-free survival of all patients is {plain} when only relapse and death count, and
    {strict} when non-response counts too. The choice of definition is part of the result, and a percentage
    without it cannot be compared with another study's.
    """,
    month=str(main),
    plain=words.probability(rows, "dfs", main),
    strict=words.probability(rows, "dfs_nonresponse", main),
)

# %% [markdown]
# ## Relapse first, or death first?
#
# Whoever dies without relapse can no longer relapse, so the two compete. Taking one minus a Kaplan-Meier
# curve in which deaths are censored would overstate relapse; the {term}`cumulative incidence <Cumulative incidence>` gives the share of all
# patients to whom each event happened first {cite}`putter2007`. At every time the two shares and disease-free
# survival add up to one. Death after a relapse is not counted a second time.

# %% tags=["hide-input"]
fig, ax = plt.subplots(figsize=(6, 3.6))
plot_cumulative_incidence(curves.incidences(cohort, ("all",)), study, ax=ax)
ax.set_ylabel("Cumulative incidence")
show(fig, alt=words.incidences_alt(rows, study, ("all",)), note=cohort.note)

# %% [markdown]
# The same, by arm:

# %% tags=["hide-input"]
fig, axs = plt.subplots(2, 1, figsize=(6, 6), sharex=True)
plot_cumulative_incidence(curves.incidences(cohort, study.arm_ids, ("relapse",)), study, ax=axs[0])
axs[0].set(title="Relapse", ylabel="Cumulative incidence", xlabel="")
deaths = curves.incidences(cohort, study.arm_ids, ("death_without_relapse",))
plot_cumulative_incidence(deaths, study, ax=axs[1])
axs[1].set(title="Death without relapse", ylabel="Cumulative incidence")
show(fig, alt=words.incidences_alt(rows, study, study.arm_ids), note=cohort.note)

# %% tags=["hide-input"]
incidences = pick(rows, outcome=CAUSES, kind=(SHARE, STATISTIC))
columns = ["Population", "Result", "Patients", "Events", "Estimate", "Interval", "P"]
title = "Relapse and death without relapse as competing events"
note = f"Aalen-Johansen, log-log interval; events up to the time. P: Gray's test. {cohort.note}"
render(printed(incidences, columns), "incidence", title, note, groups="Population")

# %% tags=["remove-input"]
never = get(rows, result_id("death_without_relapse", "never_in_remission"))
say(
    """
    Within {month} months, of all patients, relapse: {relapse}; death without relapse: {death}. Of the {never:n} who
    died without relapse, {never:number} had {refractory} disease and reached no complete remission: they could
    not relapse, so that death without relapse is not non-relapse mortality. Gray's test {cite}`gray1988` compares
    the arms' incidences over all of follow-up, as the log-rank test does for survival. {gray} The numbers at risk
    are those of disease-free survival above.
    """,
    month=str(main),
    relapse=words.incidence(rows, "relapse", main),
    death=words.incidence(rows, "death_without_relapse", main),
    never=never,
    refractory=prose.inside(study.label(study.outcome("response").main)),
    gray=words.gray_sentence(rows, cohort),
)

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

# %% tags=["remove-input"]
analyses = tables.transplant_table(rows, study)
right, wrong = analyses.iloc[0], analyses.iloc[-1]
alt = (
    f"Curves of overall survival from {study.time_zero}, above with transplant counted from its day, below the "
    f"wrong comparison. At {main} months, from its day, transplanted {right['Transplanted']}, not (yet) "
    f"{right['Not (yet)']}; ever or never (wrong), transplanted {wrong['Transplanted']}, not (yet) "
    f"{wrong['Not (yet)']}."
)

# %% tags=["hide-input"]
fig, axs = plt.subplots(3, 1, figsize=(6, 7.4), height_ratios=[4, 1, 4])
plot_survival(transplant.curves(cohort), study, ax=axs[0])
axs[0].set(title="Counted from the day of transplant (Simon-Makuch)", ylabel="Overall survival", xlabel="")
plot_at_risk(transplant.at_risk(cohort), study, ax=axs[1])
axs[1].set_xlim(axs[0].get_xlim())
plot_survival(transplant.naive_curves(cohort), study, ax=axs[2])
axs[2].set(title="Wrong: ever or never transplanted", ylabel="Overall survival")
show(fig, alt=alt, note=cohort.note)

# %% tags=["hide-input"]
render(
    analyses,
    name="transplant",
    title=f"Survival at {years} and hazard ratio of death, transplanted against not",
    note="Kaplan-Meier (with delayed entry in the first line), log-log interval. Cox model: Efron ties, "
    "Wald interval. Deaths: of the transplanted and of the others. In the first line a patient "
    f"transplanted later counts on both sides, one after the other. {cohort.note}",
)

# %% [markdown]
# The hazard ratios as a figure:

# %% tags=["hide-input"]
fig, ax = plt.subplots(figsize=(6, 3))
plot_forest(tables.transplant_ratio_rows(rows, study), study, ax=ax)
alt = f"Forest plot of the hazard ratios of death by transplant. {words.immortal_sentence(rows)}"
show(fig, alt=alt, note=cohort.note)

# %% tags=["remove-input"]
say(
    """
    {transplant} {mantel_byar} {landmarks}

    {immortal} How far {term}`immortal time <Immortal time>` moves the wrong ratio depends on how late the
    transplants come and how many die before them; where few die early it moves it little, and is wrong all the
    same.
    """,
    transplant=words.transplant_sentence(rows, study),
    mantel_byar=words.mantel_byar_sentence(rows, study),
    landmarks=words.landmark_sentences(rows, study),
    immortal=words.immortal_sentence(rows),
)

# %% [markdown]
# Both kinds remove immortal time, not selection: who is in remission, fit and has a donor is transplanted, and
# others hardly ever are, so that the comparison is in good part one of remission against none.
#
# ## What else could move these estimates?

# %% tags=["remove-input"]
say(
    """
    *The clock.* {lead_in} starts {days} days before {start}, so one may time {arm} from there. Its patients
    then carry {days} days in which nobody can have died: whoever did not live to {time_zero} is not in this
    cohort. The chapter's clock is free of that. The lead-in can matter little for a hazard and yet carry an event
    across the line at {years}; where few are at risk, that one event can move the estimate at {years} a good
    deal.
    """,
    lead_in=study.lead_in.label.capitalize(),
    days=prose.spelled(study.lead_in.days),
    start=clock_start(study),
    time_zero=study.time_zero,
    arm=study.arm(study.lead_in.arm).phrase,
    years=years,
) if study.lead_in else None

# %% tags=["remove-input"]
say(
    """
    *Those who left.* Kaplan-Meier lets a censored patient fare as those who stayed. Nothing in the data can check
    it; what can be said for certain lies between two cases. In the worst, each patient last seen without the
    event before {years} has it by then; in the best, none has. Both are plain shares of all patients.
    """,
    years=years,
)

# %% tags=["hide-input"]
fig, axs = plt.subplots(2, 1, figsize=(6, 4.8), sharex=True)
bounds = tables.bounds_frame(rows, study)
for ax, (outcome, lines) in zip(axs, bounds.groupby("outcome", sort=False), strict=True):
    plot_bounds(lines, study, ax=ax)
    ax.set_title(outcome)
hollow = f"; hollow, from {study.lead_in.label}" if study.lead_in else ""
axs[1].set_xlabel(f"At {years}: filled, usual clock{hollow};\nbars, worst to best case")
choices = tables.sensitivity_table(rows, study)
show(fig, alt=words.bounds_alt(choices, study), note=cohort.note)

# %% tags=["hide-input"]
title = f"Survival at {years} under each choice"
note = f"Kaplan-Meier, log-log interval. Left before: last seen before {years} without the event."
note = f"{note} {tables.clock_note(study)}{cohort.note}"
render(choices, "sensitivity", title, note, groups="Outcome")

# %% tags=["remove-input"]
say(words.clock_sentence(rows, study, study.lead_in)) if study.lead_in else None

# %% tags=["remove-input"]
say(
    """
    Last seen alive before {month} months: {left:number} of {left:n} patients. Had all of them died by then, {worst}
    would be alive; had none, {best}. The Kaplan-Meier estimate, which lets them fare as those who stayed, is
    {usual}. Were the losses of one arm all deaths and those of the other none, the arms' difference in overall
    survival at {month} months would lie anywhere from {lowest} to {highest}. The cases are extreme on purpose.
    They say how much of the answer is follow-up that has not happened yet.
    """,
    month=str(main),
    left=get(rows, result_id("os", f"censored_before_{main}m")),
    worst=get(rows, result_id("os", f"worst_case_{main}m")),
    best=get(rows, result_id("os", f"best_case_{main}m")),
    usual=get(rows, result_id("os", f"km_{main}m")),
    lowest=get(rows, result_id("os", f"worst_case_difference_{main}m", "arm")),
    highest=get(rows, result_id("os", f"best_case_difference_{main}m", "arm")),
)

# %% [markdown]
# ## What can and cannot be concluded

# %% tags=["remove-input"]
say(
    """
    - {standing}
    - At {years} overall survival is {alive}, disease-free survival {free}: estimates of all patients together, of
      {kinds} kinds of disease and two treatments.
    - {hazard} This compares patients whose treatment was chosen by their physicians; the arms differ in disease
      status, and nothing here separates treatment from the reasons for it.
    - The intervals carry the message more than the estimates do. An interval wide enough to hold a large benefit
      and a large harm is no proof of sameness.
    - Several tests are shown for each outcome, without correction for their number. The plain log-rank test and
      the hazard ratio come first; the others ask how robust they are.
    """,
    standing=words.standing_sentence(cohort),
    years=years,
    kinds=prose.spelled(len(study.statuses)),
    alive=words.probability(rows, "os", main),
    free=words.probability(rows, "dfs", main),
    hazard=hazards["os"],
)

# %% tags=["remove-cell"]
quote(
    os_main=words.probability(rows, "os", main),
    dfs_main=words.probability(rows, "dfs", main),
    os_ratio=hazards["os"],
)

# %% [markdown]
# ## References
#
# Curves and medians {cite}`kaplan1958,brookmeyer1982`, follow-up {cite}`schemper1996`,
# reading of curves {cite}`pocock2002`, tests and models {cite}`mantel1966,cox1972,grambsch1994,andersen1982`,
# weighted tests and restricted means {cite}`harrington1982,royston2013`, competing events
# {cite}`putter2007,gray1988`, transplant and immortal time
# {cite}`mantel1974,simon1984,anderson1983,suissa2008`.
