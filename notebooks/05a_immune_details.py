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

# %% [markdown] tags=["needs-immune"]
# # Immune microenvironment: the details
#
# This page belongs to the chapter on the [immune microenvironment](05_immune_microenvironment) and holds what its
# main line leaves out: the panel's make-up, each population and the size of its change, the balance of two of
# them, every test, correlations of the changes, and the first values by outcome.

# %% tags=["hide-input"]
import matplotlib.pyplot as plt

from helpers.chapters.immune import spread, tables
from helpers.chapters.immune.balance import log_ratio_pairs
from helpers.chapters.immune.correlations import changes, rank_correlations
from helpers.chapters.immune.families import below, families
from helpers.chapters.immune.outcomes import asked, compared, values_by_outcome
from helpers.chapters.immune.panel import in_words, pairs, result_id
from helpers.chapters.immune.rows import results
from helpers.chapters.immune.words import panel as words
from helpers.ground.cohort import load
from helpers.ground.results import get, pick
from helpers.plots import correlations, heatmap, outcomes, paired, ratios, shifts, style
from helpers.printing import prose
from helpers.printing.marks import legend
from helpers.printing.notebook import say, show
from helpers.printing.tables import printed, render

# %% tags=["hide-input"]
style.use()
cohort = load()
study, rows = cohort.study, cohort.told(results(cohort))
ranged, recorded = ("", None) if cohort.is_ranged else (None, "")
panel = pairs(cohort.immune, study)
drawn, bars = spread.of_panel(cohort, panel), not cohort.draws_patients
# A line of text with one of these slots stands only where patients are drawn one by one, or are not.
single, grouped = (recorded, None) if cohort.draws_patients else (None, "")
first, second = study.arms
before, after = in_words(study)
medians = [pick(rows, statistic=f"median_{visit.id}") for visit in study.ends]
tests = [pick(rows, statistic=name) for name in ("signed_rank", "signed_rank_exact")]
whole = study.parts and study.parts[0].parent_label
each = "lower to upper quartile" if bars else "each patient a line"
quartiles = f"{spread.bar_words(cohort)} " if bars else ""
each_patient = f"One panel per population and arm, {each}."

# %% tags=["remove-input"]
say(
    """
    {legend}

    What the abstract does not mention is read as not significant, and its directions hold in each of the cohorts: where
    a share of cohorts below is none or all, that can be this reading and no finding.
    """,
    legend=legend(),
) if cohort.is_ranged else None

# %% [markdown]
# ## Who is in the panel?

# %% tags=["remove-input"]
say(
    """
    {panel}
    Its patients come from {centres:count} centres of the cohort.

    The table gives the patients with an immune sample among all patients of the arm and disease status.
    """,
    panel=words.panel_sentence(rows, study),
    centres=words.known(rows, outcome="centres"),
)

# %% tags=["hide-input"]
title = "Patients in the immune panel, of the cohort's patients"
note = f"Counts.{tables.reasons(rows, 'count')} {cohort.ranges_note}"
render(tables.panel_table(rows, study), name="immune-panel", title=title, note=note)

# %% [markdown]
# The data have one row per patient, visit and cell population. A patient counts in a paired comparison of a
# population only with both values of it, and so the medians at both visits are those of the same patients.
# A ratio needs, besides, a baseline above 0.

# %% tags=["hide-input"]
title = "Patients with a value, by arm and population"
note = f"Counts.{tables.reasons(rows, 'pairs')} {cohort.ranges_note}"
render(tables.values_table(rows, study), name="immune-samples", title=title, note=note, groups="Arm")

# %% [markdown]
# ## How did T cells and NKT cells change among the lymphocytes?

# %% tags=["remove-input"]
say(
    """
    Each thin line is a patient; the thick line joins the medians, whose values are printed.{single}
    {grouped}{undrawn} The bars reach from the lower to the upper quartile; the line joins the medians, whose values are printed.
    The test is Wilcoxon's signed-rank test {cite}`wilcoxon1945` by its normal approximation, with zero differences
    dropped and without continuity correction, and its exact form.
    """,
    single=single,
    grouped=grouped,
    undrawn=cohort.undrawn,
)

# %% tags=["hide-input"]
cells = study.cells_of("lymphocytes")
sentences = [*words.paired_sentences(rows, study, cells)]
if not cohort.is_ranged:
    axs = paired.plot_paired_panels(drawn, study, cells, medians=medians, tests=tests, bars=bars)
    show(
        axs[0, 0].figure,
        "lymphocytes",
        """
        {cells} {before} and {after}, {each}
        Percentage of the parent population by arm; n is the patients with both values. {quartiles}Thick line: the medians, where they are known. Under each panel the signed-rank test.
        {rebuilt}The lines are the patients of one of many cohorts that agree with the abstract.
        """,
        alt=" ".join([each_patient, *sentences]),
        note=cohort.note,
        data=cohort.own_rows(panel[panel["population"].isin(cells)]),
        cells=" and ".join(map(study.label, cells)),
        before=study.ends[0].phrase,
        after=study.ends[1].phrase,
        rebuilt="" if cohort.note else None,
        each=each,
        quartiles=quartiles,
    )

# %% tags=["remove-input"]
say(
    """
    The shift is the {term}`Hodges-Lehmann estimate <Hodges-Lehmann shift>` {cite}`hodges1963`: the median of all averages of two patients'
    changes{intervals}. It need not equal the
    difference of the two medians.

    {sentences}

    {note}
    """,
    intervals=cohort.of_intervals(", with the interval that belongs to the exact signed-rank distribution"),
    sentences=prose.bullets(sentences),
    note=words.notes(study, "lymphocytes"),
)

# %% [markdown]
# ## How did regulatory T cells change among the CD4+ T cells?

# %% tags=["remove-input"]
say("{note}", note=words.notes(study, "cd4_t"))

# %% tags=["hide-input"]
cells = study.cells_of("cd4_t")
sentences = [*words.paired_sentences(rows, study, cells)]
if not cohort.is_ranged:
    axs = paired.plot_paired_panels(drawn, study, cells, medians=medians, tests=tests, bars=bars)
    show(
        axs[0, 0].figure,
        "cd4",
        """
        {cells} {before} and {after}, {each}
        Percentage of the parent population by arm; n is the patients with both values. {quartiles}Thick line: the medians, where they are known. Under each panel the signed-rank test.
        {rebuilt}The lines are the patients of one of many cohorts that agree with the abstract.
        """,
        alt=" ".join([each_patient, *sentences]),
        note=cohort.note,
        data=cohort.own_rows(panel[panel["population"].isin(cells)]),
        cells=" and ".join(map(study.label, cells)),
        before=study.ends[0].phrase,
        after=study.ends[1].phrase,
        rebuilt="" if cohort.note else None,
        each=each,
        quartiles=quartiles,
    )

# %% tags=["remove-input"]
say("{sentences}", sentences=prose.bullets(sentences))

# %% [markdown]
# ## How did CD45RA+ and CD45RO+ cells change among the CD8+ T cells?

# %% tags=["remove-input"]
say("{note}", note=words.notes(study, "cd8_t"))

# %% tags=["hide-input"]
cells = study.cells_of("cd8_t")
sentences = [*words.paired_sentences(rows, study, cells)]
axs = paired.plot_paired_panels(drawn, study, cells, medians=medians, tests=tests, bars=bars)
show(
    axs[0, 0].figure,
    "cd8",
    """
    {cells} {before} and {after}, {each}
    Percentage of the parent population by arm; n is the patients with both values. {quartiles}Thick line: the medians, where they are known. Under each panel the signed-rank test.
    {rebuilt}The lines are the patients of one of many cohorts that agree with the abstract.
    """,
    alt=" ".join([each_patient, *sentences]),
    note=cohort.note,
    data=cohort.own_rows(panel[panel["population"].isin(cells)]),
    cells=" and ".join(map(study.label, cells)),
    before=study.ends[0].phrase,
    after=study.ends[1].phrase,
    rebuilt="" if cohort.note else None,
    each=each,
    quartiles=quartiles,
)

# %% tags=["remove-input"]
outcome = study.balance.sum_id if study.balance else ()
sum_before, sum_after = (
    words.known(rows, outcome=outcome, statistic=f"median_{visit.id}") for visit in study.ends
)
say(
    """
    {sentences}

    The two are parts of one whole, the {whole}: when one share rises, there is less room for the other. Their changes are therefore not two independent findings {cite}`aitchison1982`.
    The two shares moved in opposite directions in {opposite:count} patients; together they make up {sum_before:number} of {whole} {first} and {sum_after:number} {last} (medians of the patients' sums).
    """,
    sentences=prose.bullets(sentences),
    whole=whole,
    opposite=words.known(rows, statistic="opposite_changes"),
    sum_before=sum_before,
    sum_after=sum_after,
    first=study.ends[0].phrase,
    last=study.ends[1].phrase,
)

# %% [markdown]
# ## How did the balance of CD45RA+ and CD45RO+ cells change?

# %% tags=["remove-input"]
say(
    """
    What the two parts can tell without each other's echo is their ratio.
    It does not depend on the {whole} that carry neither marker or both, and its logarithm is the usual way to analyse parts of a whole {cite}`aitchison1982`: a doubling and a halving are steps of one size.
    Each line of the figure is a patient; at 1 both shares are equal.{single}
    {grouped}The bars of the figure reach from the lower to the upper quartile; at 1 both shares are equal.
    """,
    single=single,
    grouped=grouped,
    whole=whole,
)

# %% tags=["hide-input"]
sentences = [*words.balance_sentences(rows, study)]
ratio = [pick(rows, statistic=f"ratio_{visit.id}") for visit in study.ends]
test = [pick(rows, statistic=f"log_change_signed_rank{version}") for version in ("", "_exact")]
if not cohort.is_ranged:
    fig, axs = plt.subplots(1, 2, figsize=(4.7, 3.8))
    log_ratios = log_ratio_pairs(panel, study.balance)
    log_drawn = spread.of_log_ratios(cohort, log_ratios)
    paired.plot_balance_panels(log_drawn, study, medians=ratio, tests=test, bars=bars, axs=axs)
    markers = " to ".join(part.marker for part in study.parts or ())
    alt = f"Ratio of {markers} cells at both visits on a log axis, {each}. {' '.join(sentences)}"
    show(
        fig,
        "ratio",
        """
        Ratio of {markers} cells {before} and {after}, {each}
        By arm, on a log axis; at 1 both shares are equal. {quartiles}Thick line: the medians. Under each panel the signed-rank test of the logarithms.
        """,
        alt=alt,
        note=cohort.note,
        data=cohort.own_rows(log_ratios),
        each=each,
        quartiles=quartiles,
        markers=markers,
        before=study.ends[0].phrase,
        after=study.ends[1].phrase,
    )

# %% tags=["remove-input"]
say(
    """
    All estimates and tests are computed on the natural logarithm and printed as ratios: the median of the
    logarithms, the Hodges-Lehmann shift of the logarithms as the factor by which the ratio changes, and between
    the arms the ratio of the two factors.

    {sentences}

    {between}

    A share of 0 has no logarithm. Such patients are left out of the main analysis; as a check, 0 is replaced by
    half of the last decimal that is recorded {cite}`martinfernandez2003`.
    {zero}
    """,
    sentences=prose.bullets(sentences),
    between=words.balance_between_sentence(rows, study),
    zero=words.balance_zero_sentence(rows, study),
)

# %% [markdown]
# ## How large are the changes, and how well are they known?

# %% tags=["remove-input"]
say(
    """
    The figure sets all patients' changes and their shifts side by side, in percentage points of the parent population.{single}
    {grouped}The figure sets the quartiles of the patients' changes and their shifts side by side, in percentage points of the parent population.
    An interval that crosses 0 is compatible with no change as well as with a change in either direction. The intervals are not adjusted for their number.{recorded}
    No shift is printed, in either arm: each is open.{ranged}
    """,
    single=single,
    grouped=grouped,
    recorded=recorded,
    ranged=ranged,
)

# %% tags=["hide-input"]
if not cohort.is_ranged:
    fig, ax = plt.subplots(figsize=(4.7, 6.6))
    shifts.plot_shifts(pick(rows, statistic="hodges_lehmann"), study, drawn, bars=bars, ax=ax)
    lines = " ".join(tables.shift_lines(rows, study))
    show(
        fig,
        "shifts",
        """
        Change of each cell population from {before} to {after}, by arm
        {points}, in percentage points of the parent population. Mark and line: Hodges-Lehmann shift with its 95% confidence interval (distribution-free), not adjusted.
        """,
        alt=f"Hodges-Lehmann shifts from {before} to {after} with intervals. {lines}",
        note=cohort.note,
        data={
            "shifts": pick(rows, statistic="hodges_lehmann"),
            "patients": cohort.own_rows(changes(panel, study)),
        },
        points=f"{quartiles}They show patients' changes" if bars else "Points: patients' changes",
        before=before,
        after=after,
    )

# %% tags=["hide-input"]
changed = pick(rows, statistic=("median_change", "hodges_lehmann"))
title = f"Change from {before} to {after}, percentage points"
note = f"Shift: Hodges-Lehmann estimate. {cohort.ranges_note}"
table = printed(changed, ["Population", "Result", "Estimate"])
render(table, "immune-shifts", title, note, groups="Population") if cohort.is_ranged else None

# %% tags=["remove-input"]
clear = words.clear_changes_sentence(rows, study)
say("{clear}", clear=clear)

# %% [markdown]
# ## Do the ratios of day 28 to baseline differ between the arms?
#
# A ratio above 1 is a rise, one below 1 a fall; on a log axis a doubling and a halving are as far from 1.
# The arms are compared by the Mann-Whitney test {cite}`mann1947`, by its normal approximation with correction
# for ties and without continuity correction, and by its {term}`exact permutation <Permutation test>` distribution.

# %% tags=["hide-input"]
sentences = [*words.ratio_sentences(rows, study)]
test = [pick(rows, statistic=f"ratio_mann_whitney{version}") for version in ("", "_exact")]
if not cohort.is_ranged:
    fig, ax = plt.subplots(figsize=(4.7, 5.2))
    ratios.plot_ratios(pick(rows, statistic="median_ratio"), study, drawn, tests=test, bars=bars, ax=ax)
    whose = "Quartiles of the ratio" if bars else "Each patient's ratio"
    alt = f"{whose} of {after} to {before} by arm, on a log axis. {' '.join(sentences)}"
    show(
        fig,
        "ratios",
        """
        Ratio of {after} to {before} of each cell population, by arm
        {points} on a log axis; above 1 a rise. Lines: medians. Beside each population the Mann-Whitney test of the arms.
        """,
        alt=alt,
        note=cohort.note,
        data=pick(rows, statistic="median_ratio"),
        points=f"{quartiles}They lie" if bars else "Points: patients,",
        after=after,
        before=before,
    )

# %% tags=["remove-input"]
say(
    """
    Medians are given for {first}, then for {second}. The difference, {first_short} minus
    {second}, is the Hodges-Lehmann estimate: the median of the differences between each ratio of the
    one arm and each of the other{intervals}.

    {sentences}

    {zero}

    As a ratio a doubling is twice as far from 1 as a halving; on the logarithmic scale both are as far
    {cite}`keene1995`, and what differs between the arms is a ratio of ratios. The table gives Hodges-Lehmann
    estimates of the logarithms, turned back into ratios{distribution_free}: the factor
    within each arm, and {first}'s factor over that of {second}. Ranks are the same on both
    scales, so the Mann-Whitney tests above hold for this table too, except where a {last} value of 0 has no
    logarithm.
    """,
    first=first.phrase,
    first_short=first.short,
    second=second.phrase,
    intervals=cohort.of_intervals(", with the interval that belongs to the exact Mann-Whitney distribution"),
    distribution_free=cohort.of_intervals(", with their distribution-free intervals"),
    sentences=prose.bullets(sentences),
    zero=words.zero_ratio_sentence(rows, study),
    last="-".join(after.split()),
)

# %% tags=["hide-input"]
title = f"{study.ends[1].label} over {before}, computed on logarithms"
interval = "" if cohort.is_ranged else " (unadjusted 95% confidence interval, distribution-free)"
method = f"Hodges-Lehmann estimate{interval}, patients with two values above 0."
note = f"{method}{tables.reasons(rows, 'fold_change', 'ratio_of_ratios')} {cohort.ranges_note}"
render(tables.fold_change_table(rows, study), name="immune-folds", title=title, note=note)

# %% tags=["remove-input"]
say(
    """
    Ratios of ratios whose unadjusted 95% interval leaves out 1, {clear}.{recorded}
    {zeros} pairs of values hold a 0, which has no logarithm, and are left out.
    """,
    clear=words.clear_ratios(rows, study),
    recorded=recorded,
    zeros=words.zeros(rows),
)

# %% [markdown]
# ## What do exact tests and the number of tests change?

# %% tags=["remove-input"]
say(
    """
    This chapter declares three families of tests, whatever their results: the paired tests of every population in
    every arm, the tests of every population between the arms, and, in a section of its own, those of the
    {before} values by outcome.
    The tests of the balance of {parts} cells restate two of the populations and stand outside.
    Within each family the P values of the normal
    approximation are adjusted to control the {term}`false discovery rate <Multiplicity>` {cite}`benjamini1995`: of the results that
    have an adjusted P value below a limit, at most that share is expected to be false. A test that is not
    estimable does not count in its family. Holm's procedure {cite}`holm1979` bounds something stricter, the
    chance of even one false result in the family, however the tests depend on each other.
    """,
    before=before,
    parts=study.parts and " and ".join(part.marker for part in study.parts),
)

# %% tags=["hide-input"]
title = f"Paired tests, {before} against {after}"
method = "normal approximation and exact; both adjustments are over this table's approximate P values."
note = f"Wilcoxon signed-rank tests, {method}{tables.reasons(rows, 'signed_rank')} {cohort.ranges_note}"
table = tables.paired_table(rows, study)
render(table, "immune-paired-tests", title, note, groups="Arm") if not cohort.is_ranged else None

# %% tags=["hide-input"]
title = f"Tests of the ratios, {first.short} against {second.phrase}"
note = f"Mann-Whitney tests, {method}{tables.reasons(rows, 'ratio_mann_whitney')} {cohort.ranges_note}"
table = tables.between_table(rows, study)
render(table, "immune-between-tests", title, note) if not cohort.is_ranged else None

# %% tags=["remove-input"]
level, (within, between, _) = below(study), families(study).values()
say(
    """
    P is below {alpha} in {raw:count} asymptotic paired tests and in {exact:count} exact ones; the two fall on different sides of {alpha} in {differs:count}.{recorded}
    In small samples the normal approximation is only near the exact value, and a
    P value close to a limit can lie on either side of it.

    - Paired tests: P is below {alpha} in {raw:count} before and in {adjusted:number} after Benjamini-Hochberg adjustment; the smallest adjusted P value is {smallest}. {every_adjustment}{recorded}
    - Tests between the arms: P is below {alpha} in {raw_between:count} before and in {adjusted_between:number} after Benjamini-Hochberg adjustment; the smallest adjusted P value is {smallest_between}. {every_adjustment_between}{recorded}
    The abstract prints a part of the first two families. The P values that it leaves out are open, and with them every adjustment over a whole family; the chapter shows and adjusts the printed ones.{ranged}

    The tests of a family are not independent: the populations come from the same patients, and two of them are
    parts of one whole. Benjamini and Hochberg's procedure was proved for independent tests, and later for
    positively dependent ones {cite}`benjamini2001`; shares that push each other down need not be of that kind.
    """,
    recorded=recorded,
    ranged=ranged,
    alpha=f"{study.alpha:g}",
    raw=words.known(rows, outcome=within.outcome, statistic=level),
    exact=words.known(rows, outcome=within.outcome, statistic=f"{level}_exact"),
    differs=words.known(rows, outcome=within.outcome, statistic="exact_differs"),
    adjusted=words.known(rows, outcome=within.outcome, statistic=f"{level}_bh"),
    smallest=prose.p_figure(get(rows, result_id(within.outcome, "smallest_bh", within.group))["p_value"]),
    every_adjustment=words.adjusted_sentence(rows, study, within),
    raw_between=words.known(rows, outcome=between.outcome, statistic=level),
    adjusted_between=words.known(rows, outcome=between.outcome, statistic=f"{level}_bh"),
    smallest_between=prose.p_figure(
        get(rows, result_id(between.outcome, "smallest_bh", between.group))["p_value"]
    ),
    every_adjustment_between=words.adjusted_sentence(rows, study, between),
)

# %% [markdown]
# ## How does each patient change?

# %% tags=["remove-input"]
say(
    """
    One row is a patient, one column a population, and the number is the change in percentage points.{single}
    Within an arm the patients are sorted by the change in {cells}.{single}
    A grey field is a patient without both values.{single}
    The abstract prints no patient's values. The table gives in how many patients a share rose and fell.{ranged}
    {grouped}{undrawn} The table gives in how many patients a share rose and fell.
    """,
    cells=study.cells[0].label if study.cells else None,
    single=single,
    ranged=ranged,
    grouped=grouped,
    undrawn=cohort.undrawn,
)

# %% tags=["hide-input"]
if single is not None:
    fig, axs = plt.subplots(**heatmap.layout(panel, study))
    heatmap.plot_change_heatmaps(pick(rows, statistic="median_change"), study, panel, axs=axs)
    lines = " ".join(tables.direction_lines(rows, study))
    show(
        fig,
        "changes",
        """
        Change of every patient from {before} to {after}
        Percentage points of the parent population; a row is a patient, a column a cell population, sorted by the first. Grey: not both values.
        """,
        alt=f"Changes from {before} to {after}, patients by populations, one map per arm. {lines}",
        note=cohort.note,
        data=cohort.own_rows(changes(panel, study)),
        before=before,
        after=after,
    )

# %% tags=["hide-input"]
ways = pick(rows, statistic=("increased", "decreased"))
title = f"Patients in whom a share rose or fell from {before} to {after}"
table = printed(ways, ["Population", "Result", "Estimate"])
render(table, "immune-ways", title, cohort.ranges_note, groups="Population") if single is None else None

# %% tags=["remove-input"]
say(
    """
    One colour scale serves all columns, so a population with a small share stays pale: there the numbers are to
    be read.
    """
) if single is not None else None

# %% [markdown]
# ## Do the changes of two populations go together?

# %% tags=["remove-input"]
fields = spread.of_changes(cohort, changes(panel, study))
too_few = "" if bars and not fields else None
say(
    """
    Each panel sets the changes of two populations against each other, in percentage points; a point is a patient.{single}
    Each panel sets the changes of two populations against each other, in percentage points; the darker a field, the more patients.{fields}
    Above it stands Spearman's rank correlation over both arms. Its interval is that of Fisher's transformation with the variance of Bonett and Wright {cite}`bonett2000`; no test is counted as a finding.{recorded}
    No correlation is printed. The table gives the range of Spearman's rank correlation, over both arms and in each.{ranged}
    {too_few}{undrawn} The table gives Spearman's rank correlation, over both arms and in each.
    """,
    single=single,
    fields="" if fields else None,
    recorded=recorded if single is not None or fields else None,
    ranged=ranged,
    too_few=too_few,
    undrawn=cohort.undrawn,
)

# %% tags=["hide-input"]
if single is not None or fields:
    fig, axs = plt.subplots(**correlations.layout(study))
    found = rank_correlations(rows, study)
    if fields:
        correlations.plot_densities(found, study, fields, axs=axs)
    else:
        correlations.plot_correlations(found, study, changes(panel, study), axs=axs)
    points = "darker: more patients" if fields else "each patient a point"
    alt = f"Changes of every two populations against each other, {points}; Spearman correlations."
    show(
        fig,
        "correlations",
        """
        Changes of every two cell populations against each other
        Percentage points from {before} to {after}; {points}. Above each panel Spearman's rank correlation over both arms, with its 95% confidence interval (Fisher, Bonett and Wright).
        """,
        alt=" ".join([alt, *tables.correlation_lines(rows, study)]),
        note=cohort.note,
        data=pick(rows, statistic="change_spearman"),
        points=spread.field_words(cohort) if fields else "a point is a patient",
        before=before,
        after=after,
    )

# %% tags=["hide-input"]
title, note = "Spearman correlations of the changes", cohort.ranges_note
table = printed(pick(rows, statistic="change_spearman"), ["Population", "Result", "Estimate"])
shown = cohort.is_ranged or too_few is not None
render(table, "immune-correlations", title, note, groups="Population") if shown else None

# %% tags=["remove-input"]
say(
    """
    Correlations whose unadjusted 95% interval leaves out 0: {clear}.{recorded}

    Two shares of one parent push each other down: {shares}.
    A negative correlation of such a pair is partly arithmetic. Over both
    arms together, two populations also seem to move together when each of them differs between the arms; that
    is why the arms are given by themselves, too.
    """,
    recorded=recorded,
    clear=words.clear_correlations(rows, study),
    shares=words.cells_in_words(study, "among", fewest=2),
)

# %% [markdown]
# ## Does the baseline go with the outcome?

# %% tags=["remove-input"]
say(
    """
    This question is exploratory, and its family of tests is declared whole, whatever the results:
    every population {outcomes}.
    Everybody with a {before} value counts, with a second sample or without.
    """,
    outcomes=words.outcomes_in_words(study),
    before=before,
)

# %% tags=["hide-input"]
if not cohort.is_ranged:
    fig, axs = plt.subplots(**outcomes.layout(study, len(asked(study))))
    found, values, titles = (
        compared(rows, study),
        spread.of_outcomes(cohort, values_by_outcome(cohort, panel)),
        tables.outcome_titles(study),
    )
    outcomes.plot_outcome_panels(found, study, values, titles, bars=bars, axs=axs)
    fig.legend(handles=style.arms_legend(study), loc="outside upper center", ncols=2)
    whose = f"Quartiles of the {before} values" if bars else f"Each patient's {before} value"
    alt = f"{whose} by outcome, one panel per population and outcome."
    show(
        fig,
        "baseline",
        """
        Cell populations {visit} by outcome
        Percentage of the parent population; {points}, one panel a population and outcome. {quartiles}Lines: medians.
        """,
        alt=" ".join([alt, *tables.outcome_lines(rows, study)]),
        note=cohort.note,
        data=pick(rows, statistic=[f"{study.ends[0].id}_median_{role}" for role in ("reached", "missed")]),
        points="a bar is an arm" if bars else "a point is a patient",
        quartiles=quartiles,
        visit=study.ends[0].phrase,
    )

# %% tags=["hide-input"]
title = f"{study.ends[0].label} values by outcome"
statistics = [f"{study.ends[0].id}_{name}" for name in ("hodges_lehmann", "mann_whitney_exact")]
note = (
    "Median percentage of the parent population (patients). Shift: Hodges-Lehmann estimate in points, "
    f"reached against not reached{interval}. Exact Mann-Whitney tests; both "
    f"adjustments are over all tests of this table.{tables.reasons(rows, *statistics)} {cohort.ranges_note}"
)
render(tables.outcomes_table(rows, study), name="immune-baseline", title=title, note=note, groups="Outcome")

# %% tags=["remove-input"]
origin = (
    "The abstract says nothing of baseline values and outcomes: any link between them arose in rebuilding."
)
origin = origin if cohort.provenance == "reconstructed" else None
say(
    """
    Shifts whose unadjusted 95% interval leaves out 0, {clear}.{recorded}
    {adjusted}{recorded}
    {origin}

    The arms are taken together, though the outcome may differ between them, and so may the patients at
    {before}: an association in this table can be the arms' as well as the cells'.
    In small samples above all an interval tells more than a P value: it shows which differences the data leave open.{recorded}
    """,
    recorded=recorded,
    clear=words.clear_by_outcome(rows, study),
    adjusted=words.adjusted_sentence(rows, study, families(study)["outcomes"]),
    origin=origin,
    before=before,
)

# %% [markdown]
# ## References
#
# Tests {cite}`wilcoxon1945,mann1947`, estimates {cite}`hodges1963`, multiplicity
# {cite}`benjamini1995,benjamini2001,holm1979`, parts of a whole {cite}`aitchison1982,martinfernandez2003`,
# ratios {cite}`keene1995`, correlation {cite}`bonett2000`, cell populations
# {cite}`arlettaz1999,duell2017`.
