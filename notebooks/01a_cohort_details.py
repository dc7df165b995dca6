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
# # The cohort in detail

# %% tags=["hide-input"]
from helpers.chapters.cohort import aggregated, course, sizes, tables, words
from helpers.chapters.cohort.groups import result_id
from helpers.chapters.cohort.rows import results
from helpers.estimators.quantiles import QUARTILES
from helpers.ground.cohort import load
from helpers.ground.results import get, pick
from helpers.plots import centres, points, states, style, swimmer
from helpers.printing import comparisons, prose
from helpers.printing.marks import legend
from helpers.printing.notebook import say, show
from helpers.printing.tables import render

# %% tags=["hide-input"]
style.use()
cohort = load()
study, rows = cohort.study, cohort.told(results(cohort))
# A line of text with one of these slots stands only where single patients are drawn, or groups of them.
single, grouped = ("", None) if cohort.draws_patients else (None, "")

# %% tags=["remove-input"]
say(
    """
    What the [chapter on the cohort](01_cohort) leaves out: {details}.

    {marks}
    """,
    details=words.details(cohort, status="how far chance alone drives the arms apart"),
    marks=legend() if cohort.is_ranged else None,
)

# %% [markdown] tags=["needs-statuses"]
# ## How alike were the arms, status by status?

# %% tags=["remove-input"]
say(
    """
    The table gives each arm within each disease status. In place of P values it gives standardised
    differences, which do not grow with the number of patients: for a number the difference of the means
    over the root of the mean variance, {first_minus_second} {cite}`austin2009`; for a share the
    distance between the shares on the same scale, which has no sign {cite}`yang2012`. They are computed
    with tableone {cite}`pollard2018`. {term}`Quartiles <Quartiles>` interpolate between the ordered values (type 7)
    {cite}`hyndman1996`.
    {open_cells}Where a median is open, so are its quartiles and its range, and these are left out.
    """,
    first_minus_second=comparisons.minus(study),
    open_cells="" if cohort.is_ranged else None,
)

# %% tags=["hide-input"]
title = "Patients at entry, by arm within disease status"
note = "Counts are of the patients with a value. A standardised difference of shares has no sign."
note = " ".join(filter(None, [note, words.remission_sentence(rows, study), cohort.ranges_note]))
table = tables.entry_table(rows, study)
render(table, "cohort-entry", title, note, groups="Population")

# %% tags=["remove-input"]
say(
    """
    {imbalance} A value beyond 0.1 is usually taken as a reason to look closer
    {cite}`austin2009`, but that rule comes from studies of thousands. Between small arms chance alone
    gives more; the standard error of a signed standardised difference whose true value is
    0 is {cite}`hedges1985`:

    {chance}

    A signed difference within about twice that size cannot be told from chance; one without a sign strays
    further, since it is never below 0. Either can still confound a comparison.
    """,
    imbalance=words.imbalance_sentence(rows, study),
    chance=words.chance_list(rows, study),
)

# %% [markdown] tags=["needs-bm_blasts_pct"]
# ## How much leukaemia, tested exactly?

# %% tags=["remove-input"]
say(
    """
    Blasts at baseline in {stratum} patients, compared by the exact form of the Mann-Whitney test: {exact:test}. {shift}
    {intervals}
    """,
    stratum=study.assessed_name,
    exact=get(rows, result_id("blasts", "mann_whitney_exact", "arm", study.assessed)),
    shift=words.shift_sentence(rows, study, "blasts", "The blast percentage", study.assessed),
    intervals=cohort.of_intervals("The interval of the shift is distribution-free {cite}`hollander2014`."),
)

# %% [markdown] tags=["needs-age_years"]
# ## How old were they?

# %% tags=["hide-input"]
ages = pick(rows, outcome="age", statistic=QUARTILES, stratum="all")
by_arm, bars = words.spreads(rows, study, "age"), None
if not cohort.is_ranged:
    if cohort.draws_patients:
        ax = points.plot_points(cohort.patients, study, "age_years", ages)
    else:
        bars = aggregated.bands(cohort, "age_years")
        ax = points.plot_bands(bars, study, ages)
    ax.set_xlabel("Age at entry, years, all patients")
    what = "Age at entry of all patients" + ", one point a patient" * cohort.draws_patients
    show(
        ax.figure,
        "age",
        """
        Age at entry by arm, all patients
        {single}Each point is a patient. Band: from the first to the third quartile; line: the median.
        {grouped}{bars} Pale band: from the first to the third quartile; line: the median.
        """,
        alt=f"{what}, by arm: {by_arm}.{words.bands_alt(bars, study)}",
        note=cohort.note,
        data={
            "quartiles": ages,
            "patients": cohort.own_rows(cohort.patients[["arm", "age_years"]]) if bars is None else None,
            "bands": bars,
        },
        single=single,
        grouped=grouped,
        bars=words.bars_sentence(cohort),
    )

# %% tags=["remove-input"]
say(
    """
    {points}Each point is a patient; the band runs from the first to the third quartile, the line is the median.
    {bars}{undrawn} The area of a bar is the share of the arm's patients whose age lies over its left and up to its right end; the pale band runs from the first to the third quartile, the line is the median.
    {rebuilt}Of age only the median and the range of all patients are printed; the arms are open.
    Age of all patients: {everybody}. By arm: {by_arm}.
    {shift} The test: {test:test}.{ties}
    """,
    ties=words.ties_sentence(rows, study, "age"),
    points=None if cohort.is_ranged else single,
    bars=None if cohort.is_ranged else grouped,
    undrawn=cohort.undrawn,
    everybody=words.spread_in_words(words.quantiles(rows, "age", "all")),
    by_arm=by_arm,
    shift=words.shift_sentence(rows, study, "age", "Age"),
    test=get(rows, result_id("age", "mann_whitney", "arm")),
    rebuilt="" if cohort.note else None,
)

# %% [markdown] tags=["needs-centre"]
# ## Where were they treated?
#
# Where a centre gave one treatment only, a difference between the arms cannot be told from a difference
# between the centres.

# %% tags=["hide-input"]
by_centre = pick(rows, outcome=sizes.centres(cohort.patients), group=study.arm_ids)
largest = aggregated.drawn_centres(by_centre)
if not cohort.is_ranged and (len(largest) or not cohort.threshold):
    ax = centres.plot_centres(largest, study)
    show(
        ax.figure,
        "centres",
        """
        Patients of each centre by arm
        One line a centre, with the number of its patients in either arm.
        {drawn}
        """,
        alt=words.centres_alt(largest, study),
        note=cohort.note,
        data=largest,
        drawn=words.undrawn_centres(by_centre, largest, cohort.threshold),
    )

# %% tags=["remove-input"]
say(
    """
    {centres}
    {drawn}
    """,
    centres=words.centres_sentence(rows),
    drawn=None if cohort.is_ranged else words.undrawn_centres(by_centre, largest, cohort.threshold),
)

# %% [markdown]
# ## What was each patient's course?

# %% tags=["remove-input"]
lead_in = study.lead_in
say(
    """
    {rebuilt}The courses are those of one rebuilt cohort, **one of many** that agree with the print: each bar is invented, and the next cohort has others.
    {single}One bar a patient, from {time_zero} to death or last contact, the longest first
    {single}within each arm.
    {grouped}{undrawn} Each bar stands for an arm some months after {time_zero}, and is divided by what had become of its patients: {alive}, no longer followed (alive when last seen), or dead. {line}{counted}
    {treatment} starts {days} days before day 0, so the {arm}'s treatment begins a little to the left of the axis.
    {lettered}The letter and the shade of a bar give the disease status at entry.
    {single}An arrow means that the patient was alive when last seen: the course goes on, unobserved.
    """,
    rebuilt="" if cohort.note else None,
    single=single,
    lettered=single if study.statuses else None,
    grouped=grouped,
    undrawn=cohort.undrawn,
    alive="alive" if "relapse" in cohort.absent else "alive without relapse, alive after it",
    line=""
    if "transplant" in cohort.absent
    else "The line counts those transplanted by then, whatever followed. ",
    counted=words.states_sentence(cohort),
    time_zero=study.time_zero,
    treatment=lead_in and prose.begin(lead_in.label),
    days=lead_in and prose.spelled(lead_in.days),
    arm=lead_in and study.arm(lead_in.arm).short,
)

# %% tags=["hide-input"]
if cohort.draws_patients:
    courses = course.courses(cohort.patients, study)
    ax = swimmer.plot_swimmer(courses, study)
    others = {f"cohort {member} of those drawn": each for member, each in course.others(cohort).items()}
    bars = f"one bar a patient, longest follow-up first within each arm; {words.sizes(rows, study)}"
    alt = f"Swimmer plot: {bars}. Markers: {words.milestones(rows, study)}."
    show(
        ax.figure,
        "courses",
        """
        Course of every patient from {time_zero}
        One bar a patient, to death or last contact, longest first within each arm.{letters} An arrow: alive when last seen.
        {rebuilt}These are the patients of one of many cohorts that agree with the abstract; every bar is invented.
        """,
        alt=alt,
        note=cohort.note,
        data=cohort.own_rows(courses),
        live=swimmer.others(ax, study, courses, others),
        time_zero=study.time_zero,
        letters=" Letter and shade: disease status at entry." if study.statuses else "",
        rebuilt="" if cohort.note else None,
    )
elif len(became := aggregated.states(cohort)):
    show(
        states.plot_states(became, study),
        "courses",
        """
        What had become of the patients since {time_zero}
        Shares of the patients of each arm at round months. No longer followed: alive when last seen. {line}{counted}
        """,
        alt=words.states_alt(became, study),
        note=cohort.note,
        data=became,
        time_zero=study.time_zero,
        line="" if "transplant" in cohort.absent else "Line: transplanted by then. ",
        counted=words.states_sentence(cohort),
    )

# %% tags=["remove-input"]
say(
    """
    One cycle: {one_cycle}.
    Transplanted: {transplant}.
    Died: {death}.
    Alive at last contact: {alive}.
    Relapsed at any time: {relapse}.
    On chemotherapy at last follow-up: {on_chemotherapy}.
    """,
    one_cycle=words.by_arm(rows, study, "cycles_1"),
    transplant=words.by_arm(rows, study, "transplant"),
    death=words.by_arm(rows, study, "death"),
    alive=words.by_arm(rows, study, "alive"),
    relapse=words.by_arm(rows, study, "relapse"),
    on_chemotherapy=words.by_arm(rows, study, "on_chemotherapy"),
)

# %% [markdown]
# ## What is missing?

# %% tags=["remove-input"]
dated = [event for event in ("transplant", "relapse") if event not in cohort.absent]
say(
    """
    The data dictionary says where a cell may be empty. Only a value that is due counts as missing.
    {response}A best response is due where one is asked for, and not in patients who entered in remission.
    {day}A day of {events} is due where the event happened.
    """,
    response=None if "best_response" in cohort.absent else "",
    day="" if dated else None,
    events=" or ".join(dated),
)

# %% tags=["hide-input"]
title, table = "Values that are due and missing, column by column", tables.missing_table(rows, study)
of_panel = "" if cohort.immune.empty else " The last line counts measurements."
note = f"Empty cells, out of those in which a value is due.{of_panel} {cohort.note}"
render(table, "cohort-missing", title, note) if not cohort.is_ranged else None

# %% tags=["remove-input"]
say(
    """
    {missing}
    {recorded}A missing value leaves the denominator of its own line; no value is filled in.
    """,
    recorded=None if cohort.is_ranged else "",
    missing=words.missing_sentence(rows, study),
)

# %% [markdown]
# ## References
#
# {term}`Standardised differences <Standardised difference>`
# {cite}`austin2009`, of shares {cite}`yang2012`, their spread by chance {cite}`hedges1985` and the
# library that computes them {cite}`pollard2018`; quartiles {cite}`hyndman1996`; the shift with its interval
# {cite}`hollander2014`.
