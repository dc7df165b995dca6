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
#
# The treatment was not drawn by lot: it was chosen for each patient, and the reasons are not recorded.
# A comparison of outcomes can therefore be no better than the likeness of the arms at entry. This
# chapter counts the patients, describes them by arm within their disease status, says what is missing,
# and follows every patient from the first day of blinatumomab to death or last contact. It follows the
# items on participants and descriptive data of the STROBE statement for observational studies
# {cite}`vonelm2007` as far as the data go: how many patients were eligible, left out or lost is not
# recorded.

# %% tags=["hide-input"]
import matplotlib.pyplot as plt

from helpers.ground import cohort
from helpers.chapters.cohort import rows as description
from helpers.printing import prose
from helpers.printing import tables
from helpers.chapters.cohort import words as reading
from helpers.printing.notebook import quote, show
from helpers.plots import centres
from helpers.plots import flow
from helpers.plots import points
from helpers.plots import style
from helpers.plots import swimmer
from helpers.ground.results import get

# %% tags=["hide-input"]
style.use()
study = cohort.load()
rows = description.results(study)

# %% tags=["remove-cell"]
quote(
    cohort_provenance=reading.provenance(study.provenance),
    cohort_sizes=reading.sizes(rows),
)

# %% [markdown]
# {glue:text}`cohort_provenance`
#
# ## Who took part?
#
# The flow runs from all patients to the arms, the disease statuses at entry and the immune panel: the
# patients in whom cells of the blood were measured. A dotted box holds nobody.

# %% tags=["hide-input"]
fig, ax = plt.subplots(figsize=(6, 5.2))
flow.plot_flow(rows, ax=ax)
show(fig, alt=reading.flow_alt(rows), note=study.note)

# %% tags=["remove-cell"]
quote(
    cohort_relapsed_refractory=reading.by_arm(rows, "patients", "relapsed_refractory"),
    cohort_mrd_positive=reading.by_arm(rows, "patients", "mrd_positive"),
    cohort_mrd_negative=reading.by_arm(rows, "patients", "mrd_negative"),
)

# %% tags=["remove-cell"]
quote(cohort_panel=reading.panel(rows))

# %% [markdown]
# There are {glue:text}`cohort_sizes`.
#
# - {term}`Relapsed or refractory disease <Relapsed or refractory>` at entry: {glue:text}`cohort_relapsed_refractory`.
# - In remission with {term}`measurable residual disease <MRD>` (MRD-positive): {glue:text}`cohort_mrd_positive`.
# - In remission without it (MRD-negative): {glue:text}`cohort_mrd_negative`.
# - {glue:text}`cohort_panel`
#
# Disease status decides what a treatment can achieve, so the arms are compared within it wherever the
# numbers allow.

# %% [markdown]
# ## How alike were the arms at entry?
#
# Table 1 gives each arm within each disease status. In place of P values it gives standardised
# differences, which do not grow with the number of patients: for a number the difference of the means
# over the root of the mean variance, combination minus monotherapy {cite}`austin2009`; for a share the
# distance between the shares on the same scale, which has no sign {cite}`yang2012`. They are computed
# with tableone {cite}`pollard2018`. {term}`Quartiles <Quartiles>` interpolate between the ordered values (type 7)
# {cite}`hyndman1996`.

# %% tags=["hide-input"]
tables.render(
    reading.entry_table(rows),
    name="cohort-table-one",
    title="Table 1. Patients at entry, by arm within disease status",
    note="Counts are of the patients with a value. A standardised difference of shares has no "
    f"sign. {study.note}",
    groups="Population",
)

# %% tags=["remove-cell"]
quote(cohort_imbalance=reading.imbalance(rows))

# %% tags=["remove-cell"]
quote(
    cohort_chance_all=reading.chance(rows, "all"),
    cohort_chance_relapsed_refractory=reading.chance(rows, "relapsed_refractory"),
    cohort_chance_mrd_positive=reading.chance(rows, "mrd_positive"),
)

# %% [markdown]
# {glue:text}`cohort_imbalance` A value beyond 0.1 is usually taken as a reason to look closer
# {cite}`austin2009`, but that rule comes from studies of thousands. Between small arms chance alone
# gives more; the standard error of a signed standardised difference whose true value is
# 0 is {cite}`hedges1985`:
#
# - {glue:text}`cohort_chance_all`;
# - {glue:text}`cohort_chance_relapsed_refractory`;
# - {glue:text}`cohort_chance_mrd_positive`.
#
# A signed difference within about twice that size cannot be told from chance; one without a sign strays
# further, since it is never below 0. Either can still confound a comparison.

# %% [markdown]
# ## How much leukaemia did relapsed/refractory patients have?
#
# Each point is the percentage of blasts in one patient's marrow before treatment. The band runs from
# the first to the third quartile, the line is the median. The arms are compared by the Mann-Whitney
# test {cite}`mann1947`, in the normal approximation and exactly, and by the {term}`Hodges-Lehmann shift <Hodges-Lehmann shift>` with
# its distribution-free interval {cite}`hollander2014`.

# %% tags=["hide-input"]
blasts = reading.values(study, "bm_blasts_pct", "relapsed_refractory")
fig, ax = plt.subplots(figsize=(6, 3.8))
points.plot_points(blasts, reading.quantile_rows(rows, "blasts", "relapsed_refractory"), ax=ax)
ax.set(xlim=(-1, 101), xlabel="Blasts, % of marrow cells, relapsed/refractory patients")
what = "Marrow blasts at baseline in relapsed/refractory patients"
show(fig, alt=reading.points_alt(rows, "blasts", what, "relapsed_refractory"), note=study.note)

# %% tags=["remove-cell"]
quote(
    cohort_blasts=reading.quartiles(rows, "blasts", "relapsed_refractory"),
    cohort_high_burden=reading.by_arm(rows, "high_burden", "relapsed_refractory"),
)

# %% tags=["remove-cell"]
place = "cohort.blasts.{}.arm.relapsed_refractory"
quote(
    cohort_blasts_shift=prose.comparison(get(rows, place.format("hodges_lehmann")), "The blast percentage"),
    cohort_blasts_test=prose.test(get(rows, place.format("mann_whitney"))),
    cohort_blasts_exact=prose.test(get(rows, place.format("mann_whitney_exact"))),
)

# %% [markdown]
# Blasts at baseline: {glue:text}`cohort_blasts`. {glue:text}`cohort_blasts_shift` The test of the same
# comparison: {glue:text}`cohort_blasts_test`; {glue:text}`cohort_blasts_exact`.
#
# More than 60% blasts, a {term}`high burden <Blasts>`: {glue:text}`cohort_high_burden`. The chapters on efficacy and on
# multivariable modelling come back to it.

# %% [markdown]
# ## How old were they?
#
# Points, band and line as above, for all patients.

# %% tags=["hide-input"]
ages = reading.values(study, "age_years", "all")
fig, ax = plt.subplots(figsize=(6, 3.8))
points.plot_points(ages, reading.quantile_rows(rows, "age"), ax=ax)
ax.set_xlabel("Age at entry, years, all patients")
show(fig, alt=reading.points_alt(rows, "age", "Age at entry of all patients"), note=study.note)

# %% tags=["remove-cell"]
quote(
    cohort_age_everyone=reading.quantiles(rows, "cohort.age.{}.all"),
    cohort_age=reading.quartiles(rows, "age"),
    cohort_age_shift=prose.comparison(get(rows, "cohort.age.hodges_lehmann.arm"), "Age"),
    cohort_age_test=prose.test(get(rows, "cohort.age.mann_whitney.arm")),
    cohort_age_origin=reading.ages_origin(study.provenance),
)

# %% [markdown]
# Age of all patients: {glue:text}`cohort_age_everyone`. By arm: {glue:text}`cohort_age`.
# {glue:text}`cohort_age_shift` The test: {glue:text}`cohort_age_test`. {glue:text}`cohort_age_origin`

# %% [markdown]
# ## Where were they treated?
#
# Where a centre gave one treatment only, a difference between the arms cannot be told from a difference
# between the centres.

# %% tags=["hide-input"]
by_centre = reading.centre_rows(rows)
fig, ax = plt.subplots(figsize=(6, centres.height(by_centre)))
centres.plot_centres(by_centre, ax=ax)
show(fig, alt=reading.centres_alt(by_centre), note=study.note)

# %% tags=["remove-cell"]
quote(cohort_centres=reading.centres(rows))

# %% [markdown]
# {glue:text}`cohort_centres`

# %% [markdown]
# ## What treatment did they get, and what followed?
#
# Cycles of blinatumomab, and what happened up to the last contact. One patient can stand in several
# lines of the course. These are counts: patients were followed for different lengths of time, so the
# shares of the arms are not compared here. The survival chapter does that with time in view.

# %% tags=["hide-input"]
tables.render(
    reading.course_table(rows),
    name="cohort-course",
    title="Cycles and course, by arm",
    note=f"Counts are of the patients with a recorded value. {study.note}",
    groups="Part",
)

# %% tags=["remove-cell"]
quote(
    cohort_one_cycle=reading.by_arm(rows, "cycles_1"),
    cohort_transplant=reading.by_arm(rows, "transplant"),
    cohort_death=reading.by_arm(rows, "death"),
    cohort_deaths_after=reading.deaths(rows),
)

# %% [markdown]
# One cycle: {glue:text}`cohort_one_cycle`. Transplanted: {glue:text}`cohort_transplant`. Died:
# {glue:text}`cohort_death`. {glue:text}`cohort_deaths_after`

# %% [markdown]
# ## What was each patient's course?
#
# One bar a patient, from the first day of blinatumomab to death or last contact, the longest first
# within each arm. Venetoclax starts seven days before day 0, so the combination's treatment begins a
# little to the left of the axis. The letter and the shade of a bar give the disease status at entry. An
# arrow means that the patient was alive when last seen: the course goes on, unobserved.

# %% tags=["hide-input"]
courses = reading.courses(study)
fig, ax = plt.subplots(figsize=(6, swimmer.height(courses)))
swimmer.plot_swimmer(courses, ax=ax)
show(fig, alt=reading.swimmer_alt(rows), note=study.note)

# %% tags=["remove-cell"]
quote(
    cohort_alive=reading.by_arm(rows, "alive"),
    cohort_relapse=reading.by_arm(rows, "relapse"),
    cohort_chemotherapy=reading.by_arm(rows, "on_chemotherapy"),
)

# %% [markdown]
# Alive at last contact: {glue:text}`cohort_alive`. Relapsed at any time: {glue:text}`cohort_relapse`.
# On chemotherapy at last follow-up: {glue:text}`cohort_chemotherapy`.

# %% [markdown]
# ## What is missing?
#
# The data dictionary says where a cell may be empty. Only a value that is due counts as missing: a best
# response is due in relapsed/refractory patients, since the others entered in remission; a day of
# transplant or relapse is due where the event happened.

# %% tags=["hide-input"]
tables.render(
    reading.missing_table(rows),
    name="cohort-missing",
    title="Values that are due and missing, column by column",
    note="Empty cells, out of those in which a value is due. The last line counts "
    f"measurements. {study.note}",
)

# %% tags=["remove-cell"]
quote(cohort_missing=reading.missing(rows))

# %% [markdown]
# {glue:text}`cohort_missing` A missing value leaves the denominator of its own line; no value is filled
# in.

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
