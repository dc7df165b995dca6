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
# Who are the patients, and how alike were the two arms at entry?

# %% tags=["hide-input"]
import matplotlib.pyplot as plt

from helpers.chapters.cohort import aggregated, tables, words
from helpers.chapters.cohort.groups import result_id
from helpers.chapters.cohort.rows import results
from helpers.estimators.quantiles import QUARTILES
from helpers.ground.cohort import load
from helpers.ground.results import get, is_estimable, pick
from helpers.ground.standing import reading
from helpers.plots import flow, points, style
from helpers.printing import comparisons, prose
from helpers.printing.marks import UNDER, legend
from helpers.printing.notebook import quote, say, show
from helpers.printing.tables import render

# %% tags=["hide-input"]
style.use()
cohort = load()
study, rows = cohort.study, cohort.told(results(cohort))
# A line of text with one of these slots stands only where results are ranges over many cohorts, or are not.
ranged, recorded = ("", None) if cohort.is_ranged else (None, "")
by_choice, by_lot = (None, "") if study.randomised else ("", None)
# Of recorded rows single patients are drawn, or groups of them.
single, grouped = (recorded, None) if cohort.draws_patients else (None, recorded)

# %% tags=["remove-input"]
provenance = {
    "reconstructed": "The rows behind this chapter are **rebuilt from a conference abstract**. Sizes of groups, the quartiles of the blasts, the median and range of the ages and the totals of the events are published; everything else about a patient was invented.",
    "patient-level": "The rows are patient-level data, as the cohort's folder holds them.",
}[cohort.provenance]
say(
    """
    {by_choice}{allotment}{why}.
    {by_choice}A comparison of outcomes can therefore be no better than the likeness of the arms at entry.
    {by_lot}The treatment was drawn by lot.
    This chapter counts the patients, describes them by arm{within}, and follows them from {time_zero} to death or last contact.
    {by_choice}It follows the items on participants and descriptive data of the STROBE statement for observational studies {cite}`vonelm2007` as far as the data go.
    How many patients were eligible, left out or lost is not recorded.

    {provenance}

    {marks}

    More: [the cohort in detail](01a_cohort_details), with {details}.
    """,
    by_choice=by_choice,
    by_lot=by_lot,
    allotment=study.allotment,
    why=", and why a patient is in one and not the other is not recorded" if study.are_treatments else "",
    within=" within their disease status" if study.statuses else "",
    time_zero=study.time_zero,
    details=words.details(cohort, status="every disease status"),
    provenance=provenance,
    marks=legend() if cohort.is_ranged else None,
)

# %% [markdown]
# ## Who took part?

# %% tags=["remove-input"]
boxes = ["the arms"]
boxes += ["the disease statuses at entry"] * bool(study.statuses)
boxes += ["the immune panel: the patients in whom cells of the blood were measured"] * bool(study.cells)
say(
    """
    The flow runs from all patients to {boxes}.{empty}
    """,
    boxes=prose.listed(boxes),
    empty=" A dotted box holds nobody." if study.statuses else "",
)

# %% tags=["hide-input"]
fig, ax = plt.subplots(figsize=(4.7, 5.2 if study.statuses else 2.2))
panel, hospitals = pick(rows, outcome="immune_panel"), get(rows, result_id("centres", "count"))
flow.plot_flow(pick(rows, outcome="patients"), study, panel, hospitals, ax=ax)
show(
    fig,
    "flow",
    """
    Patients by arm{by_status}
    From top to bottom all patients and the two arms; n is the number of patients.
    {statuses}Below, each arm by disease status at entry{split}{panel}. A dotted frame: no patients.
    """,
    alt=words.flow_alt(rows, study),
    note=cohort.ranges_note,
    data=pick(rows, outcome=("patients", "immune_panel", "centres")),
    by_status=" and disease status" if study.statuses else "",
    statuses="" if study.statuses else None,
    split=f" (the split is {UNDER})" if pick(rows, outcome="patients").apply(reading, axis=1).any() else "",
    panel="" if cohort.immune.empty else ", and how many of them gave immune samples",
)

# %% tags=["remove-input"]
say(
    """
    There are {sizes}.
    {rounded}Numbers of patients are rounded to multiples of {base}, and need not add up ([what is not shown](../book/disclosure)).

    - {term}`Relapsed or refractory disease <Relapsed or refractory>` at entry: {relapsed_refractory}.
    - In remission with {term}`measurable residual disease <MRD>` (MRD-positive): {mrd_positive}.
    - In remission without it (MRD-negative): {mrd_negative}.
    {others}
    - {panel}

    {with_statuses}What a treatment can achieve may go with the disease status, so the arms are compared within it wherever the numbers allow.
    {ranged}How the arms divide over the statuses is not printed. It follows from the two rates of MRD negativity that are printed as equal ([does the abstract add up?](06_does_it_add_up)).
    """,
    sizes=words.sizes(rows, study),
    rounded="" if cohort.threshold else None,
    base=f"{cohort.threshold}",
    relapsed_refractory=words.by_arm(rows, study, "patients", "relapsed_refractory"),
    mrd_positive=words.by_arm(rows, study, "patients", "mrd_positive"),
    mrd_negative=words.by_arm(rows, study, "patients", "mrd_negative"),
    others=words.other_statuses(rows, study),
    with_statuses="" if study.statuses else None,
    panel=words.panel_sentence(rows, study),
    ranged=ranged if study.claims else None,
)

# %% [markdown]
# ## How alike were the arms at entry?

# %% tags=["remove-input"]
say(
    """
    {ranged}Little is printed of the arms at entry, so a likeness of the arms can neither be shown nor denied: of age only the median and range of all patients, of the marrow only the blasts of {assessed} patients. What stands below as a range is open.
    {by_status}The table gives each arm within each disease status.
    {by_choice}A difference within about twice the standard error that chance gives arms of this size cannot be told from chance, and can confound a comparison all the same.
    {by_lot}Where the arms are drawn by lot every difference at entry is one by chance.
    """,
    assessed=study.assessed_name,
    ranged=ranged,
    by_status=recorded if study.statuses else None,
    by_choice=by_choice,
    by_lot=by_lot,
)

# %% tags=["hide-input"]
title = "Patients at entry, by arm"
if study.assessed != "all":
    title = f"{title}: everybody, and {study.assessed_name} patients"
note = f"Counts are of the patients with a value. Standardised difference: {comparisons.minus(study)}; of shares it has no sign. Quartiles of type 7."
note = " ".join(filter(None, [note, remission := words.remission_sentence(rows, study), cohort.ranges_note]))
strata = tuple(dict.fromkeys(("all", study.assessed)))
table = tables.entry_table(rows, study, strata)
render(table, "cohort-table-one", title, note, groups="Population")

# %% tags=["remove-input"]
say(
    """
    {with_age}Age of all patients: {everybody}. {age}

    {imbalance}{more}
    """,
    more=" More: [by disease status, and how far chance alone goes](01a_cohort_details)."
    if study.statuses
    else "",
    with_age=None if "age_years" in cohort.absent else "",
    everybody=words.spread_in_words(words.quantiles(rows, "age", "all")),
    age=words.shift_sentence(rows, study, "age", "Age"),
    imbalance=words.imbalance_sentence(pick(rows, stratum=strata), study),
)

# %% [markdown] tags=["needs-bm_blasts_pct"]
# ## How much leukaemia did they have?

# %% tags=["remove-input"]
say(
    """
    {ranged}The band runs from the first to the third quartile of the percentage of blasts in the marrow before treatment, the line is the median: these are printed. The patients behind them are not, so no points are drawn.
    {single}Each point is the percentage of blasts in one patient's marrow before treatment. The band runs from the first to the third quartile, the line is the median.
    {grouped}{undrawn} Each bar stands for the patients whose percentage of blasts in the marrow before treatment lies above its left and up to its right end: its area is their share of the arm. The pale band runs from the first to the third quartile, the line is the median.
    The arms are compared by the Mann-Whitney test {cite}`mann1947` and by the
    {term}`Hodges-Lehmann shift <Hodges-Lehmann shift>` {cite}`hollander2014`.
    """,
    ranged=ranged,
    single=single,
    grouped=grouped,
    undrawn=cohort.undrawn,
)

# %% tags=["hide-input"]
blasts = pick(rows, outcome="blasts", statistic=QUARTILES, group=study.arm_ids, stratum=study.assessed)
drawn = cohort.patients[study.members(cohort.patients, study.assessed) & (single is not None)]
bands = aggregated.bands(cohort, "bm_blasts_pct", study.assessed) if grouped is not None else None
name = study.assessed_name
fig, ax = plt.subplots(figsize=(4.7, 3 if cohort.is_ranged else 3.8))
if bands is None:
    points.plot_points(drawn, study, "bm_blasts_pct", blasts, ax=ax)
else:
    points.plot_bands(bands, study, blasts, ax=ax)
ax.set(xlim=(-1, 101), xlabel=f"Blasts, % of marrow cells, {name} patients")
by_arm = words.spreads(rows, study, "blasts", study.assessed)
exact = get(rows, result_id("blasts", "mann_whitney_exact", "arm", study.assessed))
what = "Marrow blasts at baseline" if single is None else "Marrow blasts at baseline, one point a patient"
show(
    fig,
    "blasts",
    """
    Marrow blasts at baseline by arm, {name} patients
    Percentage of blasts among the marrow cells before treatment. Band: from the first to the third quartile; line: the median.
    {single}Each point is a patient.
    {grouped}{bars}
    """,
    alt=f"{what}, {name}, by arm: {by_arm}.{words.bands_alt(bands, study)}",
    note=cohort.note_of(blasts),
    data={
        "quartiles": blasts,
        "patients": cohort.own_rows(drawn[["arm", "bm_blasts_pct"]]),
        "bands": bands,
    },
    name=name,
    single=single,
    grouped=grouped,
    bars=words.bars_sentence(cohort),
)

# %% tags=["remove-input"]
say(
    """
    Blasts at baseline: {by_arm}. {shift} The test of the same
    comparison: {test:test}.
    {exact:test}.

    More than {cut} blasts, a {term}`high burden <Blasts>`: {high_burden}. The chapters on efficacy and on multivariable modelling come back to it.
    """,
    by_arm=by_arm,
    shift=words.shift_sentence(rows, study, "blasts", "The blast percentage", study.assessed),
    test=get(rows, result_id("blasts", "mann_whitney", "arm", study.assessed)),
    exact=exact if recorded is not None and is_estimable(exact) else None,
    cut=study.burden and f"{study.cutoff:g}%",
    high_burden=study.burden and words.by_arm(rows, study, study.burden[0].id, study.assessed),
)

# %% [markdown]
# ## What followed?

# %% tags=["remove-input"]
say(
    """
    {what} happened up to the last contact. {several}These are counts: patients were followed for different lengths of time, so the
    shares of the arms are not compared here. The survival chapter does that with time in view.
    {ranged}The totals are printed; how they divide over the arms is open.
    """,
    what="What" if "cycles" in cohort.absent else f"{study.cycles}, and what",
    several=""
    if {"transplant", "relapse", "on_chemotherapy"} <= {*cohort.absent}
    else "One patient can stand in several lines of the course. ",
    ranged=ranged,
)

# %% tags=["hide-input"]
title = "Course, by arm" if "cycles" in cohort.absent else "Cycles and course, by arm"
table = tables.course_table(rows, cohort)
note = f"Counts are of the patients with a recorded value. {cohort.ranges_note}"
render(table, "cohort-course", title, note, groups="Part")

# %% tags=["remove-input"]
say(
    """
    {recorded}One cycle: {one_cycle}.
    {recorded}Transplanted: {transplant}.
    {recorded}Died: {death}.
    {deaths_after}
    """,
    recorded=recorded,
    one_cycle=words.by_arm(rows, study, "cycles_1"),
    transplant=words.by_arm(rows, study, "transplant"),
    death=words.by_arm(rows, study, "death"),
    deaths_after=words.deaths_sentence(rows, study),
)

# %% tags=["remove-cell"]
quote(
    provenance=cohort.provenance,
    cohort_provenance=provenance,
    cohort_everybody=words.everybody(rows),
    cohort_sizes=words.sizes(rows, study),
    **{f"cohort_status_{one}": words.by_arm(rows, study, "patients", one) for one in study.statuses},
    cohort_panel=words.panel_sentence(rows, study),
    cohort_remission=remission or "",
)

# %% [markdown]
# ## What can and cannot be concluded

# %% tags=["remove-input"]
say(
    """
    - The tables and figures say who was in which arm, with every denominator.
    - {by_choice}{not_why}The arms differ in what is shown here, and may differ in what was not recorded.
    - A test or a standardised difference that shows no clear difference between arms of this size does not
      show that the arms are alike.
    - {with_statuses}A disease status with patients in one arm only permits no comparison; its patients add to one arm of every analysis of all patients, which is why the other chapters say each time whom they count.
    - Counts of events over unequal follow-up are not rates; see the survival chapter.
    """,
    by_choice=by_choice,
    not_why="They do not say why a patient was in one arm and not the other. "
    if study.are_treatments
    else "",
    with_statuses="" if study.statuses else None,
)

# %% [markdown]
# ## References

# %% tags=["remove-input"]
say(
    """
    {by_choice}What to report of an observational study {cite}`vonelm2007`.
    Quartiles {cite}`hyndman1996`; the test between the arms {cite}`mann1947` and the shift with its interval {cite}`hollander2014`.
    """,
    by_choice=by_choice,
)
