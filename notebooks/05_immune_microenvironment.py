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
# # Immune microenvironment

# %% tags=["hide-input"]

from helpers.chapters.immune import tables
from helpers.chapters.immune.families import below, families
from helpers.chapters.immune.panel import in_words
from helpers.chapters.immune.rows import results
from helpers.chapters.immune.words import panel as words
from helpers.chapters.immune.words import printed
from helpers.ground.cohort import load
from helpers.ground.results import pick
from helpers.plots import medians, style
from helpers.printing import comparisons, prose
from helpers.printing.marks import drawing_legend, legend, plain
from helpers.printing.notebook import quote, say, show
from helpers.printing.tables import render

# %% tags=["hide-input"]
style.use()
cohort = load()
study, rows = cohort.study, cohort.told(results(cohort))
# A line of text with one of these slots stands only where results are ranges over many cohorts, or are not.
ranged, recorded = ("", None) if cohort.is_ranged else (None, "")
first, second = study.arms
before, after = in_words(study)

# %% tags=["remove-input"]
say(
    """
    {aim}
    Do their shares change between {before} and {after}, and do they change differently {first} and {second}?

    {recorded}{number} cell populations were measured by flow cytometry, each as a percentage of its parent population: {cells}.
    {ranged}{number} cell populations are named, measured by flow cytometry, each as a percentage of its parent population: {cells}. Whether more were measured is not said.
    The chapter looks first at the change within each arm, then at the ratio of {after} to {before} between the arms,
    and then at what so many tests can carry.

    {legend}

    More: [immune cells in detail](05a_immune_details) has the panel's make-up, each population and its size of change, the balance of two of them, correlations, and {before} values by outcome.
    """,
    aim=study.panel.aim,
    before=before,
    after=after,
    first=comparisons.introduced(first),
    second=comparisons.introduced(second),
    number=prose.begin(prose.spelled(len(study.cells))),
    cells=words.cells_in_words(study, "of"),
    ranged=ranged,
    recorded=recorded,
    legend=legend() if cohort.is_ranged else None,
)

# %% [markdown]
# ## Who is in the panel?

# %% tags=["remove-input"]
say(
    """
    {panel}
    Its patients come from {centres:count} centres of the cohort.
    {hospital}
    Whoever gave two samples was well enough, and still treated, {at_last}{and_mixed}.

    Time zero is {time_zero}{reading}.
    {lead_in} starts {days} days earlier, so a {before} sample may or may not precede it: the data hold the visit, not the day of the sample.
    """,
    panel=words.panel_sentence(rows, study),
    centres=words.known(rows, outcome="centres"),
    hospital=None
    if ranged is None
    else "The abstract says that they are patients of one hospital; nothing says that they stand for the others.",
    and_mixed="" if study.randomised else f". {study.allotment}, and the panel mixes disease statuses",
    at_last=study.ends[1].phrase,
    time_zero=study.time_zero,
    reading=", a reading, as none is printed" if cohort.is_ranged else "",
    lead_in=study.lead_in and prose.begin(study.lead_in.label),
    days=study.lead_in and prose.spelled(study.lead_in.days),
    before=before,
)

# %% [markdown]
# ## How did the shares change within each arm?

# %% tags=["remove-input"]
unprinted = printed.unprinted_sentence(rows, study)
say(
    """
    A share is not a number of cells: it can also rise because its neighbours became fewer.

    {unprinted} What the abstract does not mention is read as not significant. That is a reading, and no finding.
    {ranged}Nor is it printed how high these shares are. How wide their bands are at {before} comes from how this book draws the cells, not from the print: <a href="07a_open_details.html#how-are-the-immune-cells-drawn">the law of the draws</a>.
    """,
    ranged=ranged,
    before=before,
    unprinted=unprinted,
)

# %% tags=["hide-input"]
shown = pick(rows, statistic=[f"median_{visit.id}" for visit in study.ends])
ax = medians.plot_medians(shown, study)
alt = f"Medians of every population {study.ends[0].phrase} and {study.ends[1].phrase}, by arm."
show(
    ax.figure,
    "medians",
    """
    Medians of each cell population {before} and {after}, by arm
    Percentage of the parent population, of the patients with both values; in each pair the value {before} is above, that {after} below. {panel} {key}
    """,
    alt=" ".join([alt, *printed.median_lines(rows, study)]),
    note=cohort.ranges_note,
    data=shown,
    before=study.ends[0].phrase,
    after=study.ends[1].phrase,
    panel=plain(words.panel_sentence(rows, study)),
    key=drawing_legend(shown) or "",
)

# %% tags=["hide-input"]
title = f"Medians and paired tests, {before} against {after}"
method = "P: Wilcoxon signed-rank test, normal approximation, zero differences dropped; and its exact form"
method += ", with the share of cohorts in which it is small." if cohort.is_ranged else "."
panel = f"{words.panel_sentence(rows, study)} Medians of those with both values."
note = f"{panel} {method}{tables.reasons(rows, 'signed_rank')} {cohort.ranges_note}"
render(tables.medians_table(rows, study), name="immune-medians", title=title, note=note, groups="Arm")

# %% tags=["remove-input"]
say(
    """
    {parts} are parts of one whole, the {whole}: when one share rises, there is less room for the other. Their changes are not two independent findings {cite}`aitchison1982`.

    A change that is clear in one arm, and not in the other, is no difference between the arms. That question is the next one.
    """,
    parts=study.parts and " and ".join(part.marker for part in study.parts),
    whole=study.parts and study.parts[0].parent_label,
)

# %% [markdown]
# ## Do the ratios of day 28 to baseline differ between the arms?

# %% tags=["remove-input"]
say(
    """
    A ratio above 1 is a rise, one below 1 a fall. What differs between the arms is a ratio of ratios: {first}'s factor over that of {second}.

    {uncompared}
    No size of a difference between the arms is printed, only P values and directions.{ranged}
    {conditions}
    """,
    first=first.phrase,
    second=second.phrase,
    uncompared=printed.uncompared_sentence(rows, study),
    conditions=printed.conditions_sentence(rows, study),
    ranged=ranged,
)

# %% tags=["hide-input"]
title = f"Ratios of {after} to {before}, {first.short} against {second.phrase}"
size = "Ratio of ratios: Hodges-Lehmann estimate on the logarithms."
method = f"{size} P: Mann-Whitney test of the ratios, normal approximation with ties; and its exact form."
note = f"{method}{tables.reasons(rows, 'ratio_mann_whitney')} {cohort.ranges_note}"
render(tables.ratios_table(rows, study), name="immune-ratios", title=title, note=note)

# %% tags=["remove-input"]
say(
    """
    The conclusion of the abstract names regulatory T cells among what the combination changes, though no comparison of them between the arms is printed. It says so of the immune microenvironment as a whole, which has no test of its own.
    """
) if printed.uncompared_sentence(rows, study) else None

# %% [markdown]
# ## What do exact tests and the number of tests change?

# %% tags=["remove-input"]
within, between, _ = families(study).values()
level = below(study)
say(
    """
    With many tests a small P value is to be expected somewhere. Benjamini and Hochberg's procedure {cite}`benjamini1995` controls the {term}`false discovery rate <Multiplicity>`: of the results that
    have an adjusted P value below a limit, at most that share is expected to be false.

    The family must be named. The abstract prints the P values that it names and no others, so its choice has made the family, which favours small ones.{ranged}
    {printed_family}

    {large} The first of them stands all the same under the word "significantly"; the second is called significant nowhere but in the conclusion about the immune microenvironment as a whole.

    This chapter declares two families of tests, whatever their results: the paired tests of every population in every arm, and the tests of every population between the arms.{recorded}
    P is below {alpha} in {raw:count} asymptotic paired tests and in {exact:count} exact ones; the two fall on different sides of {alpha} in {differs:count}.{recorded}

    - Paired tests. {adjusted}
    - Tests between the arms. {adjusted_between}
    """,
    ranged=ranged,
    recorded=recorded,
    printed_family=printed.family_sentence(rows, study),
    large=printed.large_sentence(rows, study),
    alpha=f"{study.alpha:g}",
    raw=words.known(rows, outcome=within.outcome, statistic=level),
    exact=words.known(rows, outcome=within.outcome, statistic=f"{level}_exact"),
    differs=words.known(rows, outcome=within.outcome, statistic="exact_differs"),
    adjusted=None if recorded is None else words.adjusted_sentence(rows, study, within),
    adjusted_between=None if recorded is None else words.adjusted_sentence(rows, study, between),
)

# %% tags=["hide-input"]
title = "The printed P values, adjusted (Benjamini-Hochberg)"
note = "From the printed digits: over all of them, and over the paired ones and those between the arms apart."
family = tables.printed_table(rows, study)
family = (
    render(family, name="immune-printed", title=title, note=note, groups="Comparison")
    if len(family)
    else None
)
family

# %% [markdown]
# The tests of a family are not independent: the populations come from the same patients, and two of them are
# parts of one whole. The procedure was proved for independent tests, and later for positively dependent ones
# {cite}`benjamini2001`; shares that push each other down need not be of that kind. In small samples, too,
# the normal approximation is only near the exact value, and a P value close to a limit can lie on either side.

# %% [markdown]
# ## What can and cannot be concluded

# %% tags=["remove-input"]
clear = words.clear_changes_sentence(rows, study)
say(
    """
    - {clear}
    - {by_choice}A difference between the arms may come from the patients as well as from the treatment. {allotment}.
    - The panel is a part of the cohort: {centres:count} of its centres.
    {concluded}- The abstract concludes for relapsed/refractory disease. Its panel also holds MRD-positive patients, and it prints no figure of either alone.
    - A share is not a number of cells. Without absolute counts a rise of one population cannot be told from a fall of its neighbours.
    - None of this says what the cells did, nor whether a change goes with a better outcome.
    """,
    clear=clear,
    by_choice=None if study.randomised else "",
    allotment=study.allotment,
    centres=words.known(rows, outcome="centres"),
    concluded=ranged if study.claims else None,
)

# %% tags=["remove-cell"]
quote(immune_clear=clear)

# %% [markdown]
# ## References
#
# Tests {cite}`wilcoxon1945,mann1947`, multiplicity {cite}`benjamini1995,benjamini2001`, parts of a whole
# {cite}`aitchison1982`, ratios {cite}`keene1995`.
