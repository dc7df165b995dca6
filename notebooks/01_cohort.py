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
# # Cohort
#
# Who are the patients, and how alike were the two arms before treatment began?

# %% tags=["hide-input"]
import matplotlib.pyplot as plt

from helpers.chapters.cohort import course, sizes, tables, words
from helpers.chapters.cohort.groups import result_id
from helpers.chapters.cohort.rows import results
from helpers.estimators.quantiles import QUARTILES
from helpers.ground.cohort import load
from helpers.ground.results import get, pick
from helpers.plots import centres, flow, points, style, swimmer
from helpers.printing import comparisons, prose
from helpers.printing.notebook import quote, say, show
from helpers.printing.tables import render

# %% tags=["hide-input"]
style.use()
cohort = load()
study, rows = cohort.study, results(cohort)

# %% tags=["remove-input"]
provenance = {
    "reconstructed": "In this rebuilt cohort the sizes of the groups, the quartiles of the blasts and the median and range of the ages were set to published figures; the size of each centre, the single values and the order of events were invented.",
    "patient-level": "The rows are patient-level data, as the cohort's folder holds them.",
}[cohort.provenance]
say(
    """
    The treatment was not drawn by lot: it was chosen for each patient, and the reasons are not recorded.
    A comparison of outcomes can therefore be no better than the likeness of the arms at entry. This
    chapter counts the patients, describes them by arm within their disease status, says what is missing,
    and follows every patient from {time_zero} to death or last contact. It follows the
    items on participants and descriptive data of the STROBE statement for observational studies
    {cite}`vonelm2007` as far as the data go: how many patients were eligible, left out or lost is not
    recorded.

    {provenance}
    """,
    time_zero=study.time_zero,
    provenance=provenance,
)

# %% [markdown]
# ## Who took part?
#
# The flow runs from all patients to the arms, the disease statuses at entry and the immune panel: the
# patients in whom cells of the blood were measured. A dotted box holds nobody.

# %% tags=["hide-input"]
fig, ax = plt.subplots(figsize=(6, 5.2))
panel, hospitals = pick(rows, outcome="immune_panel"), get(rows, result_id("centres", "count"))
flow.plot_flow(pick(rows, outcome="patients"), study, panel, hospitals, ax=ax)
entered, tested = (words.statuses(rows, study, outcome) for outcome in ("patients", "immune_panel"))
alt = f"Participant flow. {words.sizes(rows, study)}. {entered}. In the immune panel, {tested}."
show(fig, alt=alt, note=cohort.note)

# %% tags=["remove-input"]
say(
    """
    There are {sizes}.

    - {term}`Relapsed or refractory disease <Relapsed or refractory>` at entry: {relapsed_refractory}.
    - In remission with {term}`measurable residual disease <MRD>` (MRD-positive): {mrd_positive}.
    - In remission without it (MRD-negative): {mrd_negative}.
    - {panel}

    Disease status decides what a treatment can achieve, so the arms are compared within it wherever the
    numbers allow.
    """,
    sizes=words.sizes(rows, study),
    relapsed_refractory=words.by_arm(rows, study, "patients", "relapsed_refractory"),
    mrd_positive=words.by_arm(rows, study, "patients", "mrd_positive"),
    mrd_negative=words.by_arm(rows, study, "patients", "mrd_negative"),
    panel=words.panel_sentence(rows, study),
)

# %% [markdown]
# ## How alike were the arms at entry?

# %% tags=["remove-input"]
say(
    """
    Table 1 gives each arm within each disease status. In place of P values it gives standardised
    differences, which do not grow with the number of patients: for a number the difference of the means
    over the root of the mean variance, {first_minus_second} {cite}`austin2009`; for a share the
    distance between the shares on the same scale, which has no sign {cite}`yang2012`. They are computed
    with tableone {cite}`pollard2018`. {term}`Quartiles <Quartiles>` interpolate between the ordered values (type 7)
    {cite}`hyndman1996`.
    """,
    first_minus_second=comparisons.minus(study),
)

# %% tags=["hide-input"]
title = "Table 1. Patients at entry, by arm within disease status"
note = "Counts are of the patients with a value. A standardised difference of shares has no sign. "
table = tables.entry_table(rows, study)
render(table, "cohort-table-one", title, note + cohort.note, groups="Population")

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

# %% [markdown]
# ## How much leukaemia did relapsed/refractory patients have?
#
# Each point is the percentage of blasts in one patient's marrow before treatment. The band runs from
# the first to the third quartile, the line is the median. The arms are compared by the Mann-Whitney
# test {cite}`mann1947`, in the normal approximation and exactly, and by the {term}`Hodges-Lehmann shift <Hodges-Lehmann shift>` with
# its distribution-free interval {cite}`hollander2014`.

# %% tags=["hide-input"]
blasts = pick(rows, outcome="blasts", statistic=QUARTILES, stratum=study.assessed)
assessed = cohort.patients[study.members(cohort.patients, study.assessed)]
name = prose.inside(study.label(study.assessed))
fig, ax = plt.subplots(figsize=(6, 3.8))
points.plot_points(assessed, study, "bm_blasts_pct", blasts, ax=ax)
ax.set(xlim=(-1, 101), xlabel=f"Blasts, % of marrow cells, {name} patients")
by_arm = words.spreads(rows, study, "blasts", study.assessed)
alt = f"Marrow blasts at baseline in {name} patients, one point a patient, by arm: {by_arm}."
show(fig, alt=alt, note=cohort.note)

# %% tags=["remove-input"]
say(
    """
    Blasts at baseline: {by_arm}. {shift} The test of the same
    comparison: {test:test}; {exact:test}.

    More than {cut} blasts, a {term}`high burden <Blasts>`: {high_burden}. The chapters on efficacy and on multivariable modelling come back to it.
    """,
    by_arm=by_arm,
    shift=words.shift_sentence(rows, study, "blasts", "The blast percentage", study.assessed),
    test=get(rows, result_id("blasts", "mann_whitney", "arm", study.assessed)),
    exact=get(rows, result_id("blasts", "mann_whitney_exact", "arm", study.assessed)),
    cut=study.burden and f"{study.cutoff:g}%",
    high_burden=study.burden and words.by_arm(rows, study, study.burden[0].id, study.assessed),
)

# %% [markdown]
# ## How old were they?
#
# Points, band and line as above, for all patients.

# %% tags=["hide-input"]
ages = pick(rows, outcome="age", statistic=QUARTILES, stratum="all")
fig, ax = plt.subplots(figsize=(6, 3.8))
points.plot_points(cohort.patients, study, "age_years", ages, ax=ax)
ax.set_xlabel("Age at entry, years, all patients")
by_arm = words.spreads(rows, study, "age")
alt = f"Age at entry of all patients, one point a patient, by arm: {by_arm}."
show(fig, alt=alt, note=cohort.note)

# %% tags=["remove-input"]
say(
    """
    Age of all patients: {everybody}. By arm: {by_arm}.
    {shift} The test: {test:test}.
    {rebuilt}In this rebuilt cohort the ages of the arms are invented: of age, only the overall median and range are known.
    """,
    everybody=words.spread_in_words(words.quantiles(rows, "age", "all")),
    by_arm=by_arm,
    shift=words.shift_sentence(rows, study, "age", "Age"),
    test=get(rows, result_id("age", "mann_whitney", "arm")),
    rebuilt="" if cohort.note else None,
)

# %% [markdown]
# ## Where were they treated?
#
# Where a centre gave one treatment only, a difference between the arms cannot be told from a difference
# between the centres.

# %% tags=["hide-input"]
by_centre = pick(rows, outcome=sizes.centres(cohort.patients), group=study.arm_ids)
fig, ax = plt.subplots(figsize=(6, centres.height(by_centre)))
centres.plot_centres(by_centre, study, ax=ax)
show(fig, alt=words.centres_alt(by_centre, study), note=cohort.note)

# %% tags=["remove-input"]
say("{centres}", centres=words.centres_sentence(rows))

# %% [markdown]
# ## What treatment did they get, and what followed?

# %% tags=["remove-input"]
say(
    """
    {cycles}, and what happened up to the last contact. One patient can stand in several
    lines of the course. These are counts: patients were followed for different lengths of time, so the
    shares of the arms are not compared here. The survival chapter does that with time in view.
    """,
    cycles=study.cycles,
)

# %% tags=["hide-input"]
title, table = "Cycles and course, by arm", tables.course_table(rows, cohort)
note = f"Counts are of the patients with a recorded value. {cohort.note}"
render(table, "cohort-course", title, note, groups="Part")

# %% tags=["remove-input"]
say(
    """
    One cycle: {one_cycle}. Transplanted: {transplant}. Died: {death}. {deaths_after}
    """,
    one_cycle=words.by_arm(rows, study, "cycles_1"),
    transplant=words.by_arm(rows, study, "transplant"),
    death=words.by_arm(rows, study, "death"),
    deaths_after=words.deaths_sentence(rows, study),
)

# %% [markdown]
# ## What was each patient's course?

# %% tags=["remove-input"]
lead_in = study.lead_in
say(
    """
    One bar a patient, from {time_zero} to death or last contact, the longest first
    within each arm.
    {treatment} starts {days} days before day 0, so the {arm}'s treatment begins a little to the left of the axis.
    The letter and the shade of a bar give the disease status at entry. An
    arrow means that the patient was alive when last seen: the course goes on, unobserved.
    """,
    time_zero=study.time_zero,
    treatment=lead_in and prose.begin(lead_in.label),
    days=lead_in and prose.spelled(lead_in.days),
    arm=lead_in and study.arm(lead_in.arm).short,
)

# %% tags=["hide-input"]
courses = course.courses(cohort.patients, study)
ax = swimmer.plot_swimmer(courses, study)
bars = f"one bar a patient, longest follow-up first within each arm; {words.sizes(rows, study)}"
alt = f"Swimmer plot: {bars}. Markers: {words.milestones(rows, study)}."
show(ax.figure, alt=alt, note=cohort.note)

# %% tags=["remove-input"]
say(
    """
    Alive at last contact: {alive}. Relapsed at any time: {relapse}.
    On chemotherapy at last follow-up: {on_chemotherapy}.
    """,
    alive=words.by_arm(rows, study, "alive"),
    relapse=words.by_arm(rows, study, "relapse"),
    on_chemotherapy=words.by_arm(rows, study, "on_chemotherapy"),
)

# %% [markdown]
# ## What is missing?
#
# The data dictionary says where a cell may be empty. Only a value that is due counts as missing: a best
# response is due in relapsed/refractory patients, since the others entered in remission; a day of
# transplant or relapse is due where the event happened.

# %% tags=["hide-input"]
title, table = "Values that are due and missing, column by column", tables.missing_table(rows, study)
note = f"Empty cells, out of those in which a value is due. The last line counts measurements. {cohort.note}"
render(table, "cohort-missing", title, note)

# %% tags=["remove-input"]
say(
    """
    {missing} A missing value leaves the denominator of its own line; no value is filled
    in.
    """,
    missing=words.missing_sentence(rows, study),
)

# %% tags=["remove-cell"]
quote(
    cohort_provenance=provenance,
    cohort_sizes=words.sizes(rows, study),
    cohort_relapsed_refractory=words.by_arm(rows, study, "patients", "relapsed_refractory"),
    cohort_mrd_positive=words.by_arm(rows, study, "patients", "mrd_positive"),
    cohort_mrd_negative=words.by_arm(rows, study, "patients", "mrd_negative"),
    cohort_panel=words.panel_sentence(rows, study),
)

# %% [markdown]
# ## What can and cannot be concluded
#
# - The tables and figures say who was treated with what, with every denominator.
# - They do not say why a patient got one treatment and not the other. The cohort was looked back on; the arms
#   differ in what is shown here, and may differ in what was not recorded, such as earlier treatment,
#   cytogenetics or fitness.
# - A test or a standardised difference that shows no clear difference between arms of this size does not
#   show that the arms are alike.
# - A disease status with patients in one arm only permits no comparison; its patients add to one arm of every
#   analysis of all patients, which is why the other chapters say each time whom they count.
# - Counts of relapse, death and transplant over unequal follow-up are not rates; see the survival chapter.
#
# ## References
#
# What to report of an observational study {cite}`vonelm2007`; {term}`standardised differences <Standardised difference>`
# {cite}`austin2009`, of shares {cite}`yang2012`, their spread by chance {cite}`hedges1985` and the
# library that computes them {cite}`pollard2018`; quartiles {cite}`hyndman1996`; the test between the
# arms {cite}`mann1947` and the shift with its interval {cite}`hollander2014`.
