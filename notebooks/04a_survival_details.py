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
# # Survival: the details
#
# This page belongs to the chapter on [survival](04_survival) and holds what its main line leaves out: every group
# and month, further comparisons of the arms, and what else could move the estimates.

# %% tags=["hide-input"]
import matplotlib.pyplot as plt

from helpers.chapters.survival import coarse, curves, tables, transplant
from helpers.chapters.survival.arms import COMPARISONS, WEIGHTS
from helpers.chapters.survival.monthly import monthly
from helpers.chapters.survival.rows import FOLLOWUP, REVERSE, results
from helpers.chapters.survival.sensitivity import clock_start
from helpers.chapters.survival.times import CAUSES, OUTCOMES, result_id
from helpers.chapters.survival.words import alts, choices, compared, known
from helpers.chapters.survival.words.live import month_slider
from helpers.ground.cohort import load
from helpers.ground.results import SHARE, STATISTIC, get, pick
from helpers.plots import style
from helpers.plots.forest import plot_forest
from helpers.plots.survival import plot_at_risk, plot_bounds, plot_fans, plot_survival
from helpers.plots.survival import plot_cumulative_incidence as plot_incidence
from helpers.printing import comparisons, prose
from helpers.printing.marks import legend
from helpers.printing.notebook import say, show
from helpers.printing.tables import printed, render

# %% tags=["hide-input"]
cohort = load()
study, rows = cohort.study, cohort.told(results(cohort))

first, second = study.arms
main, years = study.horizon, prose.months(study.horizon)
of_curves, joined = alts.curve_words(cohort), cohort.threshold > 0
style.use()

# %% tags=["remove-input"]
say(legend()) if cohort.is_ranged else None

# %% [markdown]
# A month is 30.4375 days; an event on day 0 counts at half a day. All numbers below are rows of the chapter's
# results table.
#
# ## How long was each arm followed?

# %% tags=["hide-input"]
followup = pick(rows, outcome="followup", statistic=(*FOLLOWUP, REVERSE))
columns = ["Population", "Result", "Patients", "Estimate"] + ["Interval"] * (not cohort.is_ranged)
title = f"Follow-up from {study.time_zero}"
note = f"Simple quartiles: type 7, dead or alive. {cohort.of_intervals('Interval: Brookmeyer-Crowley, log-log. ')}{cohort.ranges_note}"
render(printed(followup, columns), "followup", title, note, groups="Population")

# %% [markdown]
# ## How did survival go on in each group?

# %% tags=["hide-input"]
title = f"Overall survival {prose.horizons(study.horizons)} after {study.time_zero}"
intervals = cohort.of_intervals("; log-log interval. Median: Brookmeyer-Crowley interval")
note = f"Kaplan-Meier{intervals}. {tables.rounded_note(pick(rows, outcome='os'))}{cohort.ranges_note}"
render(tables.horizon_table(rows, study, "os"), "overall-survival", title, note, groups="Group")

# %% tags=["hide-input"]
if cohort.is_ranged:
    fans, read = curves.fans(cohort, ("dfs",), study.arm_ids), monthly(cohort, rows, ("dfs",), study.arm_ids)
    axs = plot_fans(fans, study, points=curves.points(rows, study))
    show(
        axs[0].figure,
        "dfs-arms",
        """
        Disease-free survival by arm
        Share of patients alive without relapse by month from {time_zero}. Each band holds 95% of the Kaplan-Meier curves at each month (pointwise), of the cohorts that agree with the abstract. Where nobody is followed any longer a curve goes on at its last value; the tables leave such cohorts out.
        """,
        alt=alts.fans_alt(read, study),
        note=cohort.ranges_note,
        data=fans,
        live=month_slider(axs, read, study),
        time_zero=study.time_zero,
    )

# %% tags=["hide-input"]
title = f"Disease-free survival {prose.horizons(study.horizons)} after {study.time_zero}"
intervals = cohort.of_intervals("; log-log interval. Median: Brookmeyer-Crowley interval")
note = f"Kaplan-Meier{intervals}. {tables.rounded_note(pick(rows, outcome='dfs'))}{cohort.ranges_note}"
render(tables.horizon_table(rows, study, "dfs"), "disease-free-survival", title, note, groups="Group")

# %% [markdown]
# ## What else compares the arms?

# %% tags=["remove-input"]
say(
    """
    One hazard ratio for all of follow-up is fair only while it stays about the same; the score test
    {cite}`grambsch1994` checks that. Two answers need no constant ratio. Weighted log-rank tests
    {cite}`harrington1982` give more weight to early or to late differences. The
    {term}`restricted mean <Restricted mean>` {cite}`royston2013` is the area under the curve up to a month that is
    the same as above, whatever the curves look like: how long a patient lives, on average, within {horizons}.
    """,
    horizons=prose.horizons(study.horizons, "or"),
)

# %% tags=["hide-input"]
tests = pick(rows, outcome=OUTCOMES, statistic=(*COMPARISONS, *WEIGHTS))
columns = ["Result", "Patients", "Events", "Estimate", "Interval", "P"]
columns = ["Result", "Estimate", "P"] if cohort.is_ranged else columns
intervals = cohort.of_intervals(" and interval")
fitted = (
    f"Cox model: Efron ties, Wald test{intervals}. Proportional hazards: score test, Kaplan-Meier time scale."
)
weights = "Weights: the pooled curve just before each event (early), or one minus it (late)."
title = f"{study.label('arm')}, all patients"
render(printed(tests, columns), "arms", title, f"{fitted} {weights} {cohort.ranges_note}")

# %% tags=["hide-input"]
title = f"Mean time without event within {prose.horizons(study.horizons)}, {comparisons.minus(study)}"
area = "Area under the Kaplan-Meier curve, Greenwood variance."
scales = cohort.of_intervals("Interval of a mean: logit scale; of a difference: Fisher's z scale. ")
note = f"{area} {scales}P: Wald. {cohort.ranges_note}"
render(tables.means_table(rows, study), "means", title, note, groups="Outcome")

# %% tags=["remove-input"]
say(f"{known.standing_sentence(cohort)} {known.lean_sentence(cohort) or ''}")

# %% tags=["remove-input"]
say(
    """
    *Overall survival.* {hazard} {log_rank} {proportional} Log-rank test with early differences weighted:
    {weighted_logrank_early:test}; late differences weighted: {weighted_logrank_late:test}. {mean_time}
    """,
    hazard=compared.hazard_sentence(rows, study, "os"),
    log_rank=compared.log_rank_sentence(rows, study, "os"),
    proportional=compared.proportionality_sentence(rows, study, "os"),
    **{name: get(rows, result_id("os", name, "arm")) for name in WEIGHTS},
    mean_time=compared.mean_time_sentence(rows, study, "os"),
)

# %% tags=["remove-input"]
say(
    """
    {with_relapse}*Disease-free survival.* {hazard} {log_rank} {proportional} Log-rank test with early differences weighted: {weighted_logrank_early:test}; late differences weighted: {weighted_logrank_late:test}. {mean_time}
    """,
    with_relapse=None if "relapse" in cohort.absent else "",
    hazard=compared.hazard_sentence(rows, study, "dfs"),
    log_rank=compared.log_rank_sentence(rows, study, "dfs"),
    proportional=compared.proportionality_sentence(rows, study, "dfs"),
    **{name: get(rows, result_id("dfs", name, "arm")) for name in WEIGHTS},
    mean_time=compared.mean_time_sentence(rows, study, "dfs"),
)

# %% [markdown]
# The weighted tests answer questions that were put after the plain one. They show whether the answer hangs
# on the weights; the smallest of the three P values is not the result.

# %% [markdown] tags=["needs-relapse", "needs-best_response"]
# ## What if non-response counts as an event?
#
# A patient who never responds was never free of disease, and one may hold that such a course has failed on
# the first day. The second definition does so: a best response of NR is an event at half a day. A partial
# remission is left as it was, since it counts as a response throughout this book. The two
# definitions need not be ordered at every time. A failure on the first day is divided by all patients; the
# same patient's later death would have been divided by the few then at risk, and so would have weighed more.

# %% tags=["hide-input"]
title = "Disease-free survival without and with non-response as an event"
intervals = cohort.of_intervals(", log-log interval")
note = f"Kaplan-Meier{intervals}; events up to that month, of the patients of the group."
table = tables.nonresponse_table(rows, study)
render(table, "non-response", title, f"{note} {cohort.ranges_note}", groups="Group")

# %% tags=["remove-input"]
say(
    """
    At {month} months disease-free survival of all patients is {plain} when only relapse and death count, and
    {strict} when non-response counts too. The choice of definition is part of the result, and a percentage
    without it cannot be compared with another study's.
    """,
    month=str(main),
    plain=known.probability(rows, "dfs", main),
    strict=known.probability(rows, "dfs_nonresponse", main),
)

# %% [markdown] tags=["needs-relapse"]
# ## Relapse first, or death first?
#
# Whoever dies without relapse can no longer relapse, so the two compete. Taking one minus a Kaplan-Meier
# curve in which deaths are censored would overstate relapse; the {term}`cumulative incidence <Cumulative incidence>` gives the share of all
# patients to whom each event happened first {cite}`putter2007`. At every time the two shares and disease-free
# survival add up to one. Death after a relapse is not counted a second time.

# %% tags=["hide-input"]
if not cohort.is_ranged:
    fig, ax = plt.subplots(figsize=(4.7, 3.6))
    plot_incidence(shares := curves.incidences(cohort, ("all",)), study, joined=joined, ax=ax)
    ax.set_ylabel("Cumulative incidence")
    show(
        fig,
        "incidence",
        """
        Relapse and death without relapse as competing events, all patients
        Cumulative incidence by month from {time_zero} (Aalen-Johansen) with 95% confidence bands (log-log).{read}
        """,
        alt=alts.incidences_alt(rows, study, ("all",)),
        note=cohort.note,
        data=coarse.offered(cohort, shares),
        time_zero=study.time_zero,
        read=of_curves["read"],
    )

# %% tags=["hide-input"]
if not cohort.is_ranged:
    fig, axs = plt.subplots(2, 1, figsize=(4.7, 6), sharex=True)
    shares = {
        words.label: curves.incidences(cohort, study.arm_ids, (cause,)) for cause, words in CAUSES.items()
    }
    for ax, (title, share) in zip(axs, shares.items(), strict=True):
        plot_incidence(share, study, joined=joined, ax=ax)
        ax.set(title=title, ylabel="Cumulative incidence")
    axs[0].set_xlabel("")
    show(
        fig,
        "incidence-arms",
        """
        Relapse and death without relapse as competing events, by arm
        Cumulative incidence by month from {time_zero} (Aalen-Johansen) with 95% confidence bands (log-log).{read}
        """,
        alt=alts.incidences_alt(rows, study, study.arm_ids),
        note=cohort.note,
        data={name: coarse.offered(cohort, share) for name, share in shares.items()},
        time_zero=study.time_zero,
        read=of_curves["read"],
    )

# %% tags=["hide-input"]
incidences = pick(rows, outcome=CAUSES, kind=(SHARE, STATISTIC))
columns = ["Population", "Result", "Patients", *["Events"] * (not cohort.is_ranged), "Estimate"]
columns += ["P"] if cohort.is_ranged else ["Interval", "P"]
title = "Relapse and death without relapse as competing events"
intervals = cohort.of_intervals(", log-log interval")
note = f"Aalen-Johansen{intervals}; events up to the time. P: Gray's test. {tables.rounded_note(incidences)}{cohort.ranges_note}"
render(printed(incidences, columns), "incidence", title, note, groups="Population")

# %% tags=["remove-input"]
say(
    """
    Within {month} months, of all patients, relapse: {relapse}; death without relapse: {death}. {never} Gray's test
    {cite}`gray1988` compares the arms' incidences over all of follow-up, as the log-rank test does for survival.
    {gray} {at_risk}
    """,
    month=str(main),
    relapse=known.incidence(rows, "relapse", main),
    death=known.incidence(rows, "death_without_relapse", main),
    never=choices.never_sentence(rows, study),
    gray=compared.gray_sentence(rows, cohort),
    at_risk="" if cohort.is_ranged else "The numbers at risk are those of disease-free survival.",
)

# %% [markdown] tags=["needs-transplant", "needs-after_transplant"]
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
#   until then {cite}`anderson1983`; later transplants count as none. Two months are taken, since each is a
#   choice.

# %% tags=["remove-input"]
drawn = "The comparison of ever with never is drawn below them to show the error, and for nothing else."
say(choices.transplant_unknown(rows) or drawn)

# %% tags=["hide-input"]
if not cohort.is_ranged:
    fig, axs = plt.subplots(3, 1, figsize=(4.7, 7.4), height_ratios=[4, 1, 4])
    plot_survival(transplant.curves(cohort), study, joined=joined, ax=axs[0])
    axs[0].set(title="Counted from the day of transplant (Simon-Makuch)", ylabel="Overall survival")
    axs[0].set_xlabel("")
    plot_at_risk(transplant.at_risk(cohort), study, ax=axs[1])
    axs[1].set_xlim(axs[0].get_xlim())
    plot_survival(transplant.naive_curves(cohort), study, joined=joined, ax=axs[2])
    axs[2].set(title="Wrong: ever or never transplanted", ylabel="Overall survival")
    show(
        fig,
        "transplant",
        """
        Overall survival by transplant, counted from its day, and counted wrongly
        Above: Simon-Makuch curves, which patients enter when they are transplanted, with 95% confidence bands (log-log) and numbers at risk{rounded}. Below, to show the error: ever against never transplanted, from {time_zero}.{read}
        """,
        alt=alts.transplant_alt(tables.transplant_table(rows, study), study),
        note=cohort.note,
        data={
            "from its day": coarse.offered(cohort, transplant.curves(cohort)),
            "numbers at risk": transplant.at_risk(cohort),
        },
        time_zero=study.time_zero,
        rounded=of_curves["rounded"],
        read=of_curves["read"],
    )

# %% tags=["hide-input"]
sources = (
    "Kaplan-Meier (with delayed entry in the first line), log-log interval. Cox model: Efron ties, Wald interval. "
    "Deaths: of the transplanted and of the others. In the first line a patient transplanted later counts on both "
    f"sides, one after the other. {cohort.ranges_note}"
)
title = f"Survival at {years} and hazard ratio of death, transplanted against not"
render(tables.transplant_table(rows, study), "transplant", title, sources) if not cohort.is_ranged else None

# %% tags=["hide-input"]
if not cohort.is_ranged:
    fig, ax = plt.subplots(figsize=(4.7, 3))
    ratios = tables.transplant_ratio_rows(rows, study)
    plot_forest(ratios, study, ax=ax)
    show(
        fig,
        "transplant-ratios",
        """
        Hazard ratios of death, transplanted over not, by way of counting
        Cox models; below 1, the transplanted die more slowly. Lines: 95% confidence intervals (Wald). Ever against never is wrong, and shown for that.
        """,
        alt=f"Forest plot of the hazard ratios of death by transplant. {choices.immortal_sentence(rows)}",
        note=cohort.note,
        data=ratios,
    )

# %% tags=["remove-input"]
say(
    """
    {transplant} {mantel_byar} {landmarks}

    {immortal} How far {term}`immortal time <Immortal time>` moves the wrong ratio depends on how late the
    transplants come and how many die before them; where few die early it moves it little, and is wrong all the
    same.
    """,
    transplant=choices.transplant_sentence(rows, study),
    mantel_byar=choices.mantel_byar_sentence(rows, study),
    landmarks=choices.landmark_sentences(rows, study),
    immortal=choices.immortal_sentence(rows),
) if not cohort.is_ranged else None

# %% tags=["remove-input"]
say(
    """
    Both kinds remove immortal time, not selection: {transplanted}.
    """,
    transplanted="who is fit and finds a donor is transplanted, and others hardly ever are"
    if "best_response" in cohort.absent
    else "who is in remission, fit and has a donor is transplanted, and others hardly ever are, so that the comparison is in good part one of remission against none",
)

# %% [markdown]
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
if not cohort.is_ranged:
    bounds = tables.bounds_frame(rows, study)
    panels = bounds["outcome"].nunique()
    fig, axs = plt.subplots(panels, 1, figsize=(4.7, 2.4 * panels), sharex=True, squeeze=False)
    for ax, (outcome, lines) in zip(axs[:, 0], bounds.groupby("outcome", sort=False), strict=True):
        plot_bounds(lines, study, ax=ax)
        ax.set_title(outcome)
    hollow = f"; hollow, from {study.lead_in.label}" if study.lead_in else ""
    filled = "usual clock" if study.lead_in else "Kaplan-Meier"
    axs[-1, 0].set_xlabel(f"At {years}: filled, {filled}{hollow};\nbars, worst to best case")
    show(
        fig,
        "bounds",
        """
        Survival at {years} under each choice, by arm
        Bars: from the worst to the best case of those last seen before {years}. Filled: the usual estimate{hollow}.
        """,
        alt=alts.bounds_alt(tables.sensitivity_table(rows, study), study),
        note=cohort.note,
        data=bounds,
        years=years,
        hollow="; hollow: that on the other clock" if study.lead_in else "",
    )

# %% tags=["hide-input"]
title = f"Survival at {years} under each choice"
intervals = cohort.of_intervals(", log-log interval")
note = f"Kaplan-Meier{intervals}. Left before: last seen before {years} without the event."
note = f"{note} {tables.clock_note(study)}{cohort.ranges_note}"
render(tables.sensitivity_table(rows, study), "sensitivity", title, note, groups="Outcome")

# %% tags=["remove-input"]
say(choices.clock_sentence(rows, study, study.lead_in)) if study.lead_in else None

# %% tags=["remove-input"]
say(
    """
    {left} The cases are extreme on purpose. They say how much of the answer is follow-up that has not happened yet.
    """,
    left=choices.left_sentence(rows, study),
)

# %% [markdown]
# ## References
#
# Tests and models {cite}`grambsch1994,andersen1982`, weighted tests and restricted means
# {cite}`harrington1982,royston2013`.

# %% [markdown] tags=["needs-relapse"]
# Competing events {cite}`putter2007,gray1988`.

# %% [markdown] tags=["needs-transplant", "needs-after_transplant"]
# Immortal time {cite}`mantel1974,simon1984,anderson1983,suissa2008`.
