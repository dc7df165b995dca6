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
# How long did the patients live, and did that differ between the arms? The chapter first asks how long the patients
# were followed, because a curve says nothing beyond that. It then reads the curves and compares the arms.
#
# More: [survival in detail](04a_survival_details) has every group and month, further tests, and what else could move
# the estimates.

# %% tags=["hide-input"]
import matplotlib.pyplot as plt

from helpers.chapters.survival import coarse, curves, tables
from helpers.chapters.survival.monthly import monthly
from helpers.chapters.survival.rows import FOLLOWUP, REVERSE, results
from helpers.chapters.survival.times import OUTCOMES, result_id
from helpers.chapters.survival.words import alts, compared, known
from helpers.chapters.survival.words.live import month_slider
from helpers.ground.cohort import load
from helpers.ground.results import get, is_recorded, pick
from helpers.plots import style
from helpers.plots.bands import plot_band_panels
from helpers.plots.forest import plot_forest
from helpers.plots.survival import plot_fans, plot_with_risk
from helpers.printing import prose
from helpers.printing.marks import drawing_legend, legend
from helpers.printing.notebook import quote, say, show
from helpers.printing.tables import printed, render

# %% tags=["hide-input"]
cohort = load()
study = cohort.study
rows = cohort.told(results(cohort))

first, second = study.arms
ranged, recorded = ("", None) if cohort.is_ranged else (None, "")
by_choice = None if study.randomised else ""
apart = "the reasons for it" if study.are_treatments else "what else its patients differ in"
with_relapse = None if "relapse" in cohort.absent else ""
outcomes = [one for one in OUTCOMES if is_recorded(get(rows, result_id(one, "hazard_ratio", "arm")))]
main, years = study.horizon, prose.months(study.horizon)
# Outcomes and groups of the figures that come first.
shown = {"os": (("os",), study.groups), "dfs": (("dfs", "dfs_nonresponse"), ("all",))}
shown = shown if cohort.is_ranged else {name: ((name,), ("all",)) for name in shown}
of_curves, joined = alts.curve_words(cohort), cohort.threshold > 0
style.use()

# %% tags=["remove-input"]
say("{known}\n\n{legend}", known=known.known_sentence(rows), legend=legend()) if cohort.is_ranged else None

# %% tags=["remove-input"]
say(
    """
    **Time zero is {time_zero}**, in both arms, for every duration in this chapter. {reading}
    """,
    time_zero=study.time_zero,
    reading=known.clock_sentence(cohort),
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
# ## How long were the patients followed?
#
# Two medians answer different questions. The *simple* one is the middle of all observed times, whether they
# end in death or in the last contact: early deaths shorten it, although nobody stopped looking. The *reverse
# Kaplan-Meier* one {cite}`schemper1996` turns the roles round (the last contact is the event, death the
# censoring) and so estimates how long patients would have been followed had none died.

# %% tags=["hide-input"]
followup = pick(rows, outcome="followup", statistic=(*FOLLOWUP, REVERSE), group="all")
columns = ["Result", "Patients", "Estimate", *["Interval"] * (not cohort.is_ranged)]
title = f"Follow-up of all patients from {study.time_zero}"
intervals = "" if cohort.is_ranged else "Interval: Brookmeyer-Crowley, log-log. "
note = f"Simple quartiles: type 7, dead or alive. {intervals}{cohort.ranges_note}"
render(printed(followup, columns), "followup", title, note)

# %% tags=["remove-input"]
say(
    """
    The simple median is {median:number} (quartiles {quartile_1:number} and {quartile_3:number}; longest
    {maximum:number}), the reverse {term}`Kaplan-Meier <Kaplan-Meier estimate>` median {reverse}. {users}
    """,
    **{name: get(rows, result_id("followup", name)) for name in FOLLOWUP},
    reverse=get(rows, result_id("followup", REVERSE)),
    users=known.followup_sentence(rows),
)

# %% [markdown]
# ## How long did the patients live?

# %% tags=["remove-input"]
say(
    """
    Overall survival ends with death from any cause {cite}`kaplan1958`. {reading}
    {ends}
    """,
    reading=known.reading_sentence(cohort),
    ends=known.ends_sentence(cohort),
)

# %% tags=["hide-input"]
read = monthly(cohort, rows, *shown["os"])
if cohort.is_ranged:
    fans = curves.fans(cohort, *shown["os"])
    points = curves.points(rows, study)
    axs, alt = plot_fans(fans, study, points=points), alts.fans_alt(read, study)
    data = {"range of the curve": fans, "known points": points[points["outcome"].isin(fans["outcome"])]}
else:
    everybody = curves.curves(cohort, "os", ("all",)), curves.at_risk(cohort, "os", ("all",))
    axs = plot_with_risk(*everybody, study, OUTCOMES["os"].label, joined=joined)[:1]  # the curves
    alt = alts.curves_alt(everybody[0], rows, cohort, "os", ("all",))
    data = {"curve": coarse.offered(cohort, everybody[0]), "numbers at risk": everybody[1]}
show(
    axs[0].figure,
    "os",
    """
    Overall survival
    Share of patients alive by month from {time_zero}.
    {ranged}Each band holds 95% of the Kaplan-Meier curves at each month (pointwise), of the cohorts that agree with the abstract: of all patients and by arm. Where nobody is followed any longer a curve goes on at its last value; the tables leave such cohorts out. The filled mark is printed in the abstract.
    {drawn}Kaplan-Meier estimate with its 95% confidence band (log-log){ticks}.{read} Below, the patients still at risk{rounded}.
    """,
    alt=alt,
    note=cohort.ranges_note,
    data=data,
    live=month_slider(axs, read, study),
    time_zero=study.time_zero,
    ranged=ranged,
    drawn=None if cohort.is_ranged or everybody[0].empty else "",
    **of_curves,
)

# %% tags=["hide-input"]
if not cohort.is_ranged:
    arms = curves.curves(cohort, "os", study.arm_ids), curves.at_risk(cohort, "os", study.arm_ids)
    axs = plot_with_risk(*arms, study, OUTCOMES["os"].label, joined=joined)
    show(
        axs[0].figure,
        "os-arms",
        """
        Overall survival by arm
        Share of patients alive by month from {time_zero}.
        {drawn}Kaplan-Meier estimates with their 95% confidence bands (log-log){ticks}.{read} Below, the patients still at risk{rounded}.
        """,
        alt=alts.curves_alt(arms[0], rows, cohort, "os", study.arm_ids),
        note=cohort.note,
        data={"curves": coarse.offered(cohort, arms[0]), "numbers at risk": arms[1]},
        live=month_slider(axs[:1], monthly(cohort, rows, ("os",), study.arm_ids), study),
        time_zero=study.time_zero,
        drawn=recorded if len(arms[0]) else None,
        **of_curves,
    )

# %% tags=["remove-input"]
say(
    """
    Of all patients, the estimated share alive is {alive}. At {years} it is {alive_by_arm}. Median survival:
    {medians}. A median is "not reached" while the curve stays above one half. {warning}

    {who}
    """,
    alive=known.probabilities(rows, study, "os"),
    alive_by_arm=known.by_arm(rows, study, "os"),
    medians=known.medians(rows, study, "os"),
    warning=known.warning_sentence(rows, study, "os"),
    who=known.deaths_sentence(rows, study),
    years=years,
)

# %% [markdown] tags=["needs-relapse"]
# ## How long did they live without relapse?

# %% tags=["remove-input"]
say(
    """
    {term}`Disease-free survival <Disease-free survival>` ends with relapse or with death from any cause,
    whichever comes first. Every patient counts from {time_zero}{response}. {reading}
    """,
    time_zero=study.time_zero,
    response=""
    if "best_response" in cohort.absent
    else ", also those who did not respond; non-response by itself is no event here. So a living patient who never was in remission counts as without relapse",
    reading=known.definition_sentence(rows, study),
)

# %% tags=["hide-input"]
read = monthly(cohort, rows, *shown["dfs"])
if cohort.is_ranged:
    fans = curves.fans(cohort, *shown["dfs"])
    points = curves.points(rows, study)
    axs, alt = plot_fans(fans, study, points=points), alts.fans_alt(read, study)
    data = {"range of the curve": fans, "known points": points[points["outcome"].isin(fans["outcome"])]}
else:
    everybody = curves.curves(cohort, "dfs", ("all",)), curves.at_risk(cohort, "dfs", ("all",))
    axs = plot_with_risk(*everybody, study, OUTCOMES["dfs"].label, joined=joined)[:1]  # the curves
    alt = alts.curves_alt(everybody[0], rows, cohort, "dfs", ("all",))
    data = {"curve": coarse.offered(cohort, everybody[0]), "numbers at risk": everybody[1]}
show(
    axs[0].figure,
    "dfs",
    """
    Disease-free survival
    Share of patients alive without relapse by month from {time_zero}.
    {ranged}Each band holds 95% of the Kaplan-Meier curves at each month (pointwise), of the cohorts that agree with the abstract: of all patients, as defined above and with non-response as an event. Where nobody is followed any longer a curve goes on at its last value; the tables leave such cohorts out. The filled mark is printed in the abstract.
    {drawn}Kaplan-Meier estimate with its 95% confidence band (log-log){ticks}.{read} Below, the patients still at risk{rounded}.
    """,
    alt=alt,
    note=cohort.ranges_note,
    data=data,
    live=month_slider(axs, read, study),
    time_zero=study.time_zero,
    ranged=ranged,
    drawn=None if cohort.is_ranged or everybody[0].empty else "",
    **of_curves,
)

# %% tags=["hide-input"]
if not cohort.is_ranged:
    arms = curves.curves(cohort, "dfs", study.arm_ids), curves.at_risk(cohort, "dfs", study.arm_ids)
    axs = plot_with_risk(*arms, study, OUTCOMES["dfs"].label, joined=joined)
    show(
        axs[0].figure,
        "dfs-arms",
        """
        Disease-free survival by arm
        Share of patients alive without relapse by month from {time_zero}.
        {drawn}Kaplan-Meier estimates with their 95% confidence bands (log-log){ticks}.{read} Below, the patients still at risk{rounded}.
        """,
        alt=alts.curves_alt(arms[0], rows, cohort, "dfs", study.arm_ids),
        note=cohort.note,
        data={"curves": coarse.offered(cohort, arms[0]), "numbers at risk": arms[1]},
        live=month_slider(axs[:1], monthly(cohort, rows, ("dfs",), study.arm_ids), study),
        time_zero=study.time_zero,
        drawn=recorded if len(arms[0]) else None,
        **of_curves,
    )

# %% tags=["remove-input"]
say(
    """
    Of all patients, the estimated share alive without relapse is {free}. At {years} it is {free_by_arm}. Median
    disease-free survival: {medians}. {late} {warning}
    """,
    free=known.probabilities(rows, study, "dfs"),
    free_by_arm=known.by_arm(rows, study, "dfs"),
    medians=known.medians(rows, study, "dfs"),
    late=known.median_sentence(rows),
    warning=known.warning_sentence(rows, study, "dfs"),
    years=years,
)

# %% [markdown]
# ## Do the arms differ?

# %% tags=["remove-input"]
say(
    """
    The {term}`log-rank test <Log-rank test>` {cite}`mantel1966` asks whether the curves could come from one
    population. The hazard ratio of the Cox model {cite}`cox1972`, {first} over {second}, gives the size: below 1,
    events come more slowly {phrase}. It is one number for all of follow-up, which is fair only while the
    ratio stays about the same. The {term}`restricted mean <Restricted mean>` {cite}`royston2013` needs no such
    ratio: it is how long a patient lives, on average, within {years}. No covariate is adjusted for.
    {by_choice}{allotment}{and_differ}.
    """,
    first=first.short,
    second=second.short,
    phrase=first.named,
    years=years,
    by_choice=by_choice,
    allotment=study.allotment,
    and_differ=", and differ in disease status" if study.statuses else "",
)

# %% tags=["hide-input"]
lean = known.lean_sentence(cohort)
hazards = {outcome: compared.hazard_sentence(rows, study, outcome) for outcome in outcomes}
if cohort.is_ranged:
    parts = tables.band_rows(rows, study)
    show(
        plot_band_panels(parts, study)[0].figure,
        "compared",
        """
        Survival, mean time and hazard compared between the arms
        From {time_zero}: shares of patients by Kaplan-Meier, mean months without event, and hazard ratios by Cox models, {first} over {second}. {key}
        """,
        alt=alts.bands_alt(parts),
        note=cohort.ranges_note,
        data=parts,
        time_zero=study.time_zero,
        first=first.short,
        second=second.short,
        key=drawing_legend(*parts.values()),
    )

# %% tags=["hide-input"]
ratios = pick(tables.hazard_ratio_rows(rows), outcome=outcomes)
if not cohort.is_ranged and ratios["estimate"].notna().any():
    fig, ax = plt.subplots(figsize=(4.7, 1.4 + 0.4 * len(outcomes)))
    plot_forest(ratios, study, ax=ax)
    show(
        fig,
        "compared",
        """
        Hazard ratios of the arms
        Cox models of {first} over {second}; below 1, events come more slowly {phrase}. Lines: 95% confidence intervals (Wald).
        """,
        alt=f"Forest plot of hazard ratios with 95% intervals. {' '.join(hazards.values())}",
        note=cohort.note,
        data=ratios,
        first=first.short,
        second=second.short,
        phrase=first.named,
    )

# %% tags=["remove-input"]
say(
    """
    {lean} More: [both ranges](07_what_is_open).

    *Overall survival.* {hazard} {log_rank} {mean_time}
    """,
    lean=lean,
    hazard=hazards["os"],
    log_rank=compared.log_rank_sentence(rows, study, "os"),
    mean_time=compared.mean_time_sentence(rows, study, "os"),
)

# %% tags=["remove-input"]
say(
    """
    {with_relapse}*Disease-free survival.* {hazard} {log_rank} {mean_time}
    """,
    with_relapse=with_relapse,
    hazard=hazards.get("dfs"),
    log_rank=compared.log_rank_sentence(rows, study, "dfs"),
    mean_time=compared.mean_time_sentence(rows, study, "dfs"),
)

# %% [markdown]
# ## What can and cannot be concluded

# %% tags=["remove-input"]
say(
    """
    - {standing}
    - {ends}
    - At {years} overall survival of all patients together, {kinds} both arms, is {alive}{free}.
    - {caveat} {hazard}{by_lot}
    - {recorded}{hazard}{by_lot}
    - {intervals}
    - Several tests are shown for each outcome, without correction for their number. The plain log-rank test and the
      hazard ratio come first; the others ask how robust they are.
    """,
    standing=known.standing_sentence(cohort),
    ends=known.ends_sentence(cohort),
    years=years,
    kinds=f"of {prose.spelled(len(study.statuses))} disease statuses and" if study.statuses else "of",
    alive=known.probability(rows, "os", main),
    free=f", disease-free survival {known.probability(rows, 'dfs', main)}" if "dfs" in outcomes else "",
    recorded=recorded,
    by_lot=""
    if study.randomised
    else f" {study.allotment}, and nothing here separates the arm from {apart}.",
    caveat=known.caveat_sentence(cohort),
    hazard=hazards["os"],
    intervals=known.width_sentence(cohort),
)

# %% tags=["remove-cell"]
quote(
    os_main=known.probability(rows, "os", main),
    dfs_main=known.probability(rows, "dfs", main) if "dfs" in outcomes else None,
    os_ratio=hazards["os"],
    os_ends=known.ends_sentence(cohort) or "",
    os_lean=lean or "",
)

# %% [markdown]
# ## References
#
# Curves and medians {cite}`kaplan1958,brookmeyer1982`, follow-up {cite}`schemper1996`,
# reading of curves {cite}`pocock2002`, tests and models {cite}`mantel1966,cox1972`,
# restricted means {cite}`royston2013`.
