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
# # Does the abstract add up?
#
# The chapters before this one ask what the patients' numbers are: printed, following from the print, or open within a
# range. This one asks about the abstract itself: can its printed figures hold together, which of them leave only one
# possibility, and which cannot hold as they are printed?
#
# The answers are about figures. A figure can be compared with the others, and with everything that rounds to
# it; how it came to be printed, and what a sentence was meant to say, no calculation tells. Where the words fit
# in two ways, both are shown.
#
# More: [the ledger and the searches](06a_ledger_and_searches) has a verdict on every claim, with its reason, and
# every search behind the verdicts.

# %% tags=["hide-input"]
import matplotlib.pyplot as plt

from evidence.claims import load as claims
from evidence.claims.printed import Figures
from evidence.ensemble import store
from evidence.this_abstract import rank_findings
from evidence.this_abstract.examine import examine
from evidence.ledger.entries import ledger
from evidence.plots import candidate_tables, p_values
from evidence.words import glance
from evidence.words import ledger as of_ledger
from evidence.words import members as of_members
from evidence.words import ranks as of_ranks
from evidence.words import tables as of_tables
from evidence.words import wordings as of_words
from helpers.chapters.book import all_results
from helpers.ground.cohort import load
from helpers.plots import style
from helpers.printing import prose, tables
from helpers.printing.marks import legend
from helpers.printing.notebook import quote, say, show

# %% tags=["hide-input"]
style.use()
cohort = load()
abstract = claims.read(cohort.study.claims)
published, findings = claims.table(abstract), examine(abstract)
figures = Figures(published)
results = all_results(cohort)
told = cohort.protected(results)
entries = ledger(published, findings, told, cohort.study, cohort.provenance, cohort.ranges)

# %% [markdown]
# ## What does not add up?

# %% tags=["remove-input"]
say(
    """
    {contradictions}

    More: <a href="06a_ledger_and_searches.html#the-ledger">the ledger</a>, with every claim.
    """,
    contradictions=of_ledger.contradictions_list(entries, findings),
)

# %% [markdown]
# The abstract states neither a level of significance nor the number of sides of its tests; 0.05, two-sided, is
# taken as the usual one.

# %% [markdown]
# ## Whose is the rate that both groups share?
#
# One rate of MRD negativity is printed for both groups of MRD-positive patients, with a P value. Which patients
# can have it? Every pair of denominators is tried, with every count, and of those that print both rates
# the ones are kept that print the P value too.

# %% tags=["hide-input"]
fig, ax = plt.subplots(figsize=(4.7, 5.4))
tables_map = of_tables.wide_tables(figures)
candidate_tables.plot_map(
    *tables_map, of_tables.arm_sizes(figures), of_tables.population_sums(figures), ax=ax
)
show(
    fig,
    "denominators",
    """
    Pairs of denominators that print the shared rate of MRD negativity
    Each dot: numbers of patients in the two groups for which some counts print both rates. Diamonds: those that print the P value beside them, too.
    Shaded: what the two arms can hold. Lines: pairs that add up to a whole population.
    """,
    alt=of_tables.map_alt(figures),
    note=of_ledger.FROM_PRINT,
    data=dict(zip(("prints both rates", "prints the P value, too"), tables_map, strict=True)),
)

# %% tags=["remove-input"]
say(
    """
    {map_found} More: <a href="06a_ledger_and_searches.html#how-do-the-arms-divide-over-the-disease-states">what it says of the arms</a>.
    """,
    map_found=of_tables.map_sentence(figures),
)

# %% [markdown]
# ## Do the words fit their P values?
#
# A word such as "significantly" can be judged by the P value beside it.

# %% tags=["hide-input"]
worded, family = of_words.words(published), rank_findings.adjusted(figures)
between = rank_findings.adjusted(figures, rank_findings.BETWEEN)
fig, ax = plt.subplots(figsize=(4.7, 6))
p_values.plot_words(worded, ax=ax)
show(
    fig,
    "words",
    """
    Printed P values and the words beside them
    Mark: the word, if any. Ring: word and P value disagree, at the usual level (dotted). Bar: the P value adjusted for its family by Benjamini and Hochberg.
    """,
    alt=of_words.alt(worded),
    note=of_ledger.FROM_PRINT,
    data=worded,
)

# %% tags=["remove-input"]
say(
    """
    Of {printed} printed P values {with_word} come with a word about significance. {words_found} {unadjusted} of the {family} printed immune P values lie below {alpha}. Adjusted as one family of
    {family}, {adjusted}. With the {between} P values between the arms as a family of their own, by Benjamini-Hochberg's procedure
    {adjusted_between}. Which family is meant decides, and the print names none; the tests that it leaves out would enlarge either.
    """,
    printed=str(len(worded)),
    with_word=str(worded["word"].ne("").sum()),
    words_found=of_words.sentence(worded),
    unadjusted=str(family["printed"].lt(cohort.study.alpha).sum()),
    family=str(len(family)),
    alpha=str(cohort.study.alpha),
    adjusted=of_ranks.adjusted_words(family),
    between=str(len(between)),
    adjusted_between=of_ranks.between_words(between),
)

# %% [markdown]
# A difference that is not significant may be real, and one that is may be chance: with so few patients the P values
# carry little in either direction.

# %% [markdown]
# ## What does add up?

# %% tags=["remove-input"]
say(
    """
    {ledger_counts} {ledger_open}

    *Consistent* means that one set of patients prints the claim together with every figure that it is tied to, as worded. *Under a reading*
    means that the words leave patients, outcome, test or model open, and the reading that is named fits; it need not be the right one.
    More: <a href="06a_ledger_and_searches.html#how-does-a-verdict-come-about">how a verdict comes about</a>.
    """,
    ledger_counts=of_ledger.counts_sentence(entries, findings),
    ledger_open=of_ledger.open_sentence(entries),
)

# %% tags=["hide-input"]
title, note = (
    "Claims by verdict and chapter",
    f"Counts of claims. {of_ledger.witness_note(cohort.provenance)}",
)
tables.render(of_ledger.verdict_table(entries, published), "verdicts", title, note)

# %% [markdown]
# ## What fits if it is read in one way?

# %% tags=["remove-input"]
odds = [*filter(None, (glance.odds_sentence(figures), of_members.sentence(store.read()[0], figures)))]
say(
    """
    {legend}

    {readings}

    More: <a href="06a_ledger_and_searches.html#which-models-can-print-the-odds-ratio">which models print the odds ratio</a>,
    <a href="06a_ledger_and_searches.html#which-definitions-can-print-the-disease-free-survival">which definitions print the disease-free survival</a>,
    <a href="06a_ledger_and_searches.html#who-died">who died</a> and
    <a href="06a_ledger_and_searches.html#what-do-the-quartiles-leave-open">what the quartiles leave open</a>.
    """,
    legend=legend(),
    readings=prose.bullets(
        (glance.age_sentence(figures), glance.deaths_sentence(figures), odds and " ".join(odds))
    ),
)

# %% [markdown]
# ## Which conclusions hang on a choice?

# %% tags=["remove-input"]
tests = of_ledger.printed_tests(published, cohort.told(results), cohort.study)
partly = of_ledger.partly_across(published, cohort.told(results), cohort.study)
say(
    """
    {ledger_flags} A conclusion is taken here in the narrow sense: that a P value lies below the usual
    level, that a difference has its direction, or that a ratio lies below 1. {ledger_tests}
    More: <a href="06a_ledger_and_searches.html#which-conclusions-hang-on-a-choice">each of them</a>.
    """,
    ledger_flags=of_ledger.flags_sentence(entries),
    ledger_tests=of_ledger.tests_sentence(tests, cohort.study.alpha, partly),
)

# %% [markdown]
# ## What can and cannot be concluded
#
# - A claim that is consistent can be true together with the others. It need not be: many cohorts give the same figures.
# - A claim that is consistent under a reading shows that the reading is possible. Where two readings fit, the figures do not
#   choose.
# - "Contradicts as worded" and "impossible as printed" are about print. One other word, digit or label can resolve it, and
#   what was found in the patients may be sound.
# - A claim with nothing to check has been neither confirmed nor doubted.
# - The verdicts rest on the conventions that are named. Another convention may turn some of them, and it is said
#   which.
#
# ## References
#
# Checks of printed means and test statistics for agreement within a text {cite}`brown2017,nuijten2016`, of which
# this chapter's searches are an extension to denominators, rank tests, quartiles, models and curves; adjustment for
# several tests {cite}`benjamini1995`; the tests and intervals are those of the chapters and of
# [Methods](../book/methods).

# %% tags=["remove-cell"]
quote(
    ledger_counts=of_ledger.counts_sentence(entries, findings),
    glance_both=glance.both_groups_sentence(figures),
    glance_everybody=glance.everybody_sentence(figures),
    glance_deaths=glance.deaths_sentence(figures),
    glance_age=glance.age_sentence(figures),
    glance_odds=glance.odds_sentence(figures),
    glance_immune=glance.immune_sentence(figures, published),
)
