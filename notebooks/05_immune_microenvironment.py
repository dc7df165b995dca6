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
# # Immune microenvironment
#
# Blinatumomab binds T cells to leukaemic B cells, so the lymphocytes of the blood are part of the treatment.
# Do their shares change between baseline and day 28 of the infusion, and do they change differently with
# venetoclax plus blinatumomab and with blinatumomab alone?
#
# Five cell populations were measured by flow cytometry, each as a percentage of its parent population:
# T cells and {term}`NKT cells <NKT cells>` of the lymphocytes, {term}`regulatory T cells <Treg>` of the CD4+ T cells, CD45RA+ and CD45RO+ cells
# of the CD8+ T cells. The chapter looks first at the change within each arm, then at the ratio of day 28 to
# baseline between the arms, and then at what so many tests on so few patients can carry.
#
# Time zero is the first day of blinatumomab. Venetoclax starts seven days earlier.

# %% tags=["hide-input"]
import matplotlib.pyplot as plt

from helpers.ground import cohort
from helpers.chapters.immune import rows as immune
from helpers.chapters.immune import baseline as immune_baseline
from helpers.chapters.immune import changes as immune_changes
from helpers.chapters.immune import composition as immune_composition
from helpers.printing import tables
from helpers.chapters.immune import log_words as log_reading
from helpers.chapters.immune import words as reading
from helpers.chapters.immune import relations_words as relations
from helpers.printing.notebook import quote, show
from helpers.plots import changes
from helpers.plots import heatmap
from helpers.plots import outcomes
from helpers.plots import paired
from helpers.plots import ratios
from helpers.plots import shifts
from helpers.plots import split
from helpers.plots import style

# %% tags=["hide-input"]
style.use()
study = cohort.load()
rows = immune.results(study)
panel = immune.pairs(study.immune)

# %% [markdown]
# ## Who is in the panel?

# %% tags=["remove-cell"]
quote(immune_panel=reading.panel_sentence(rows), immune_centres=reading.panel_centres(rows))

# %% [markdown]
# {glue:text}`immune_panel` {glue:text}`immune_centres`
#
# The table gives the patients with an immune sample among all patients of the arm and disease status.

# %% tags=["hide-input"]
tables.render(
    reading.panel_table(rows),
    name="immune-panel",
    title="Patients in the immune panel, of the cohort's patients",
    note=f"Counts.{reading.reasons(rows, ['count'])} {study.note}",
)

# %% [markdown]
# The data have one row per patient, visit and cell population. A patient counts in a paired comparison of a
# population only with both values of it, and so the medians at both visits are those of the same patients.
# A ratio needs, besides, a baseline above 0.

# %% tags=["hide-input"]
tables.render(
    reading.samples_table(rows),
    name="immune-samples",
    title="Patients with a value, by arm and population",
    note=f"Counts.{reading.reasons(rows, ['pairs'])} {study.note}",
    groups="Arm",
)

# %% [markdown]
# ## How did T cells and NKT cells change among the lymphocytes?
#
# Each thin line is a patient; the thick line joins the medians, whose values are printed. Below each panel
# stand the Wilcoxon signed-rank test {cite}`wilcoxon1945` by its normal approximation, with zero differences
# dropped and without continuity correction, and its exact form.

# %% tags=["hide-input"]
fig, axs = plt.subplots(2, 2, figsize=(6, 6.8))
paired.plot_paired_panels(panel, rows, ["t_cells", "nkt"], axs=axs)
show(fig, alt=reading.paired_alt(rows, ["t_cells", "nkt"]), note=study.note)

# %% tags=["remove-cell"]
quote(
    t_cells_combination=reading.paired_sentence(rows, "t_cells", "combination"),
    t_cells_monotherapy=reading.paired_sentence(rows, "t_cells", "monotherapy"),
    nkt_combination=reading.paired_sentence(rows, "nkt", "combination"),
    nkt_monotherapy=reading.paired_sentence(rows, "nkt", "monotherapy"),
    treg_combination=reading.paired_sentence(rows, "treg", "combination"),
    treg_monotherapy=reading.paired_sentence(rows, "treg", "monotherapy"),
)

# %% [markdown]
# The shift is the {term}`Hodges-Lehmann estimate <Hodges-Lehmann shift>` {cite}`hodges1963`: the median of all averages of two patients'
# changes, with the interval that belongs to the exact signed-rank distribution. It need not equal the
# difference of the two medians.
#
# - {glue:text}`t_cells_combination`
# - {glue:text}`t_cells_monotherapy`
# - {glue:text}`nkt_combination`
# - {glue:text}`nkt_monotherapy`
#
# Both populations are shares of the lymphocytes. Such a share can rise because these cells became more
# numerous, or because other lymphocytes, above all the B cells that blinatumomab is aimed at, became fewer.

# %% [markdown]
# ## How did regulatory T cells change among the CD4+ T cells?
#
# Regulatory T cells dampen the T cells that blinatumomab needs; in an earlier series patients who responded
# to blinatumomab had had fewer of them before treatment {cite}`duell2017`.

# %% tags=["hide-input"]
fig, axs = plt.subplots(1, 2, figsize=(6, 3.6))
paired.plot_paired_panels(panel, rows, ["treg"], axs=axs)
show(fig, alt=reading.paired_alt(rows, ["treg"]), note=study.note)

# %% [markdown]
# - {glue:text}`treg_combination`
# - {glue:text}`treg_monotherapy`

# %% [markdown]
# ## How did CD45RA+ and CD45RO+ cells change among the CD8+ T cells?
#
# CD45RA marks naive T cells and CD45RO memory T cells, but not without exception: as was shown for CD4+
# cells, memory T cells can take on CD45RA again without losing CD45RO {cite}`arlettaz1999`.

# %% tags=["hide-input"]
fig, axs = plt.subplots(2, 2, figsize=(6, 6.8))
paired.plot_paired_panels(panel, rows, ["cd8_cd45ra", "cd8_cd45ro"], axs=axs)
show(fig, alt=reading.paired_alt(rows, ["cd8_cd45ra", "cd8_cd45ro"]), note=study.note)

# %% tags=["remove-cell"]
quote(
    cd45ra_combination=reading.paired_sentence(rows, "cd8_cd45ra", "combination"),
    cd45ra_monotherapy=reading.paired_sentence(rows, "cd8_cd45ra", "monotherapy"),
    cd45ro_combination=reading.paired_sentence(rows, "cd8_cd45ro", "combination"),
    cd45ro_monotherapy=reading.paired_sentence(rows, "cd8_cd45ro", "monotherapy"),
    cd45_composition=reading.composition_sentence(rows),
)

# %% [markdown]
# - {glue:text}`cd45ra_combination`
# - {glue:text}`cd45ra_monotherapy`
# - {glue:text}`cd45ro_combination`
# - {glue:text}`cd45ro_monotherapy`
#
# The two are parts of one whole, the CD8+ T cells: when one share rises, there is less room for the other.
# Their changes are therefore not two independent findings {cite}`aitchison1982`.
# {glue:text}`cd45_composition`

# %% [markdown]
# ## How did the balance of CD45RA+ and CD45RO+ cells change?
#
# What the two parts can tell without each other's echo is their ratio. It does not depend on the CD8+ T cells
# that carry neither marker or both, and its logarithm is the usual way to analyse parts of a whole
# {cite}`aitchison1982`: a doubling and a halving are steps of one size. Each line of the figure is a patient;
# at 1 both shares are equal.

# %% tags=["hide-input"]
fig, axs = plt.subplots(1, 2, figsize=(6, 3.8))
split.plot_split_panels(immune_composition.log_ratio_pairs(panel), rows, axs=axs)
show(fig, alt=log_reading.split_alt(rows), note=study.note)

# %% tags=["remove-cell"]
quote(
    split_combination=log_reading.split_sentence(rows, "combination"),
    split_monotherapy=log_reading.split_sentence(rows, "monotherapy"),
    split_between=log_reading.split_between_sentence(rows),
    split_zero=log_reading.split_zero_sentence(rows),
)

# %% [markdown]
# All estimates and tests are computed on the natural logarithm and printed as ratios: the median of the
# logarithms, the Hodges-Lehmann shift of the logarithms as the factor by which the ratio changes, and between
# the arms the ratio of the two factors.
#
# - {glue:text}`split_combination`
# - {glue:text}`split_monotherapy`
#
# {glue:text}`split_between`
#
# A share of 0 has no logarithm. Such patients are left out of the main analysis; as a check, 0 is replaced by
# half of the last decimal that is recorded {cite}`martinfernandez2003`. {glue:text}`split_zero`

# %% [markdown]
# ## How large are the changes, and how well are they known?
#
# The figure sets all patients' changes and their shifts side by side, in percentage points of the parent
# population. An interval that crosses 0 is compatible with no change as well as with a change in either
# direction. The intervals are not adjusted for their number.

# %% tags=["hide-input"]
fig, ax = plt.subplots(figsize=(6, 6.6))
shifts.plot_shifts(panel, reading.shift_rows(rows), ax=ax)
show(fig, alt=reading.shift_alt(rows), note=study.note)

# %% tags=["remove-cell"]
quote(immune_clear=reading.clear_changes_sentence(rows))

# %% [markdown]
# {glue:text}`immune_clear`

# %% [markdown]
# ## Do the ratios of day 28 to baseline differ between the arms?
#
# A ratio above 1 is a rise, one below 1 a fall; on a log axis a doubling and a halving are as far from 1.
# The arms are compared by the Mann-Whitney test {cite}`mann1947`, by its normal approximation with correction
# for ties and without continuity correction, and by its {term}`exact permutation <Permutation test>` distribution.

# %% tags=["hide-input"]
fig, ax = plt.subplots(figsize=(6, 5.2))
ratios.plot_ratios(panel, rows, immune.POPULATIONS, ax=ax)
show(fig, alt=reading.ratio_alt(rows), note=study.note)

# %% tags=["remove-cell"]
quote(
    ratio_t_cells=reading.ratio_sentence(rows, "t_cells"),
    ratio_nkt=reading.ratio_sentence(rows, "nkt"),
    ratio_treg=reading.ratio_sentence(rows, "treg"),
    ratio_cd45ra=reading.ratio_sentence(rows, "cd8_cd45ra"),
    ratio_cd45ro=reading.ratio_sentence(rows, "cd8_cd45ro"),
    ratio_zero=reading.zero_sentence(rows),
    immune_folds=log_reading.folds_sentence(rows),
)

# %% [markdown]
# Medians are given for the combination, then for blinatumomab alone. The difference, combination minus
# blinatumomab alone, is the Hodges-Lehmann estimate: the median of the differences between each ratio of the
# one arm and each of the other, with the interval that belongs to the exact Mann-Whitney distribution.
#
# - {glue:text}`ratio_t_cells`
# - {glue:text}`ratio_nkt`
# - {glue:text}`ratio_treg`
# - {glue:text}`ratio_cd45ra`
# - {glue:text}`ratio_cd45ro`
#
# {glue:text}`ratio_zero`
#
# As a ratio a doubling is twice as far from 1 as a halving; on the logarithmic scale both are as far
# {cite}`keene1995`, and what differs between the arms is a ratio of ratios. The table gives Hodges-Lehmann
# estimates of the logarithms, turned back into ratios, with their distribution-free intervals: the factor
# within each arm, and the combination's factor over that of blinatumomab alone. Ranks are the same on both
# scales, so the Mann-Whitney tests above hold for this table too, except where a day-28 value of 0 has no
# logarithm.

# %% tags=["hide-input"]
tables.render(
    log_reading.folds_table(rows),
    name="immune-folds",
    title="Day 28 over baseline, computed on logarithms",
    note="Hodges-Lehmann estimate (unadjusted 95% confidence interval), patients with two values above 0."
    f"{reading.reasons(rows, ['fold_change', 'ratio_of_ratios'])} {study.note}",
)

# %% [markdown]
# {glue:text}`immune_folds`

# %% [markdown]
# ## What do exact tests and the number of tests change?
#
# This chapter declares three families of tests, whatever their results: the paired tests of every population in
# every arm, the tests of every population between the arms, and, in a section of its own, those of the
# baseline values by outcome. The tests of the balance of CD45RA+ and CD45RO+ cells restate two of the
# populations and stand outside. Within each family the P values of the normal
# approximation are adjusted to control the {term}`false discovery rate <Multiplicity>` {cite}`benjamini1995`: of the results that
# have an adjusted P value below a limit, at most that share is expected to be false. A test that is not
# estimable does not count in its family. Holm's procedure {cite}`holm1979` bounds something stricter, the
# chance of even one false result in the family, however the tests depend on each other.

# %% tags=["hide-input"]
tables.render(
    reading.paired_table(rows),
    name="immune-paired-tests",
    title="Paired tests, baseline against day 28",
    note="Wilcoxon signed-rank tests, normal approximation and exact; both adjustments are over this table's "
    f"approximate P values.{reading.reasons(rows, ['signed_rank'])} {study.note}",
    groups="Arm",
)

# %% tags=["hide-input"]
tables.render(
    reading.between_table(rows),
    name="immune-between-tests",
    title="Tests of the ratios, combination against blinatumomab alone",
    note="Mann-Whitney tests, normal approximation and exact; both adjustments are over this table's "
    f"approximate P values.{reading.reasons(rows, ['ratio_mann_whitney'])} {study.note}",
)

# %% tags=["remove-cell"]
quote(
    immune_exact=reading.exact_sentence(rows),
    immune_paired_family=reading.family_sentence(rows, "signed_rank"),
    immune_between_family=reading.family_sentence(rows, "ratio_mann_whitney"),
    immune_paired_holm=log_reading.holm_sentence(rows, "signed_rank"),
    immune_between_holm=log_reading.holm_sentence(rows, "ratio_mann_whitney"),
)

# %% [markdown]
# {glue:text}`immune_exact` In samples this small the normal approximation is only near the exact value, and a
# P value close to a limit can lie on either side of it.
#
# - {glue:text}`immune_paired_family` {glue:text}`immune_paired_holm`
# - {glue:text}`immune_between_family` {glue:text}`immune_between_holm`
#
# The tests of a family are not independent: the populations come from the same patients, and two of them are
# parts of one whole. Benjamini and Hochberg's procedure was proved for independent tests, and later for
# positively dependent ones {cite}`benjamini2001`; shares that push each other down need not be of that kind.

# %% [markdown]
# ## How does each patient change?
#
# One row is a patient, one column a population, and the number is the change in percentage points. Within an
# arm the patients are sorted by the change in T cells. A grey field is a patient without both values.

# %% tags=["hide-input"]
fig, axs = plt.subplots(**heatmap.layout(panel))
heatmap.plot_change_heatmaps(panel, reading.no_change_reason(rows), axs=axs)
show(fig, alt=reading.heatmap_alt(rows), note=study.note)

# %% [markdown]
# One colour scale serves all columns, so a population with a small share stays pale: there the numbers are to
# be read.

# %% [markdown]
# ## Do the changes of two populations go together?
#
# Each panel sets the changes of two populations against each other, in percentage points; a point is a
# patient. Above it stands Spearman's rank correlation over both arms. Its interval is that of Fisher's
# transformation with the variance of Bonett and Wright {cite}`bonett2000`; no test is counted as a finding.

# %% tags=["hide-input"]
fig, axs = plt.subplots(4, 4, figsize=(6, 6.4))
changes.plot_change_matrix(immune_changes.changes(panel), rows, immune.POPULATIONS, axs=axs)
show(fig, alt=relations.changes_alt(rows), note=study.note)

# %% tags=["remove-cell"]
quote(
    immune_baseline=relations.baseline_sentence(rows),
    immune_baseline_origin=relations.baseline_origin(study.provenance),
    immune_changes=relations.changes_sentence(rows),
)

# %% [markdown]
# {glue:text}`immune_changes`
#
# Two shares of one parent push each other down: T cells and NKT cells among the lymphocytes, CD45RA+ and
# CD45RO+ cells among the CD8+ T cells. A negative correlation of such a pair is partly arithmetic. Over both
# arms together, two populations also seem to move together when each of them differs between the arms; that
# is why the arms are given by themselves, too.

# %% [markdown]
# ## Does the baseline go with the outcome?
#
# This question is exploratory, and its family of tests is declared whole, whatever the results: every
# population by MRD negativity (relapsed/refractory and MRD-positive patients) and by response
# (relapsed/refractory patients). Everybody with a baseline value counts, with a second sample or without.

# %% tags=["hide-input"]
fig, axs = plt.subplots(5, 2, figsize=(6, 8.6))
baseline = immune_baseline.baseline_by_outcomes(study, panel)
outcomes.plot_baseline_panels(baseline, rows, relations.outcome_labels(), axs=axs)
fig.legend(handles=outcomes.arms_legend(), loc="outside upper center", ncols=2)
show(fig, alt=relations.baseline_alt(rows), note=study.note)

# %% tags=["hide-input"]
tables.render(
    relations.baseline_table(rows),
    name="immune-baseline",
    title="Baseline values by outcome",
    note="Median percentage of the parent population (patients). Shift: Hodges-Lehmann estimate in points, "
    "reached against not reached (unadjusted 95% confidence interval). Exact Mann-Whitney tests; both "
    f"adjustments are over all tests of this table.{relations.baseline_reasons(rows)} {study.note}",
    groups="Outcome",
)

# %% [markdown]
# {glue:text}`immune_baseline` {glue:text}`immune_baseline_origin`
#
# The arms are taken together, though the outcome may differ between them, and so may the patients at
# baseline: an association in this table can be the arms' as well as the cells'. In samples this small an
# interval tells more than a P value: it shows which differences the data leave open.

# %% [markdown]
# ## What can and cannot be concluded

# %% [markdown]
# - The pairs describe how the shares moved in these patients. {glue:text}`immune_clear`
# - A change in one arm that is clear, and in the other is not, is no difference between the arms. That
#   question is answered by the comparison of the ratios.
# - The panel is a part of the cohort. {glue:text}`immune_centres` Whoever gave two samples was well enough, and still treated, on day 28.
# - The arms were not assigned by chance, and the panel mixes disease statuses. A difference between the arms
#   may come from the patients as well as from the treatment.
# - With venetoclax given from seven days before time zero, a baseline sample may or may not precede it: the
#   data hold the visit, not the day of the sample.
# - A share is not a number of cells. Without absolute counts a rise of one population cannot be told from a
#   fall of its neighbours.
# - None of this says what the cells did, nor whether a change goes with a better outcome. The baseline
#   comparison is exploratory, and its patients are fewer still. {glue:text}`immune_baseline_origin`
#
# ## References
#
# Tests {cite}`wilcoxon1945,mann1947`, estimates {cite}`hodges1963`, multiplicity
# {cite}`benjamini1995,benjamini2001,holm1979`, parts of a whole {cite}`aitchison1982,martinfernandez2003`,
# ratios {cite}`keene1995`, correlation {cite}`bonett2000`, cell populations
# {cite}`arlettaz1999,duell2017`.
