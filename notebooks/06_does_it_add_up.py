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
# The chapters before this one analyse a cohort. This one asks about the abstract: can its printed figures hold
# together, which of them leave only one possibility, and which cannot hold as they are printed?
#
# The answers are about figures. A figure can be compared with the others, and with everything that rounds to
# it; how it came to be printed, and what a sentence was meant to say, no calculation tells. Where the words fit
# in two ways, both are shown.

# %% tags=["hide-input"]
import matplotlib.pyplot as plt

from helpers import claims, cohort, ledger, ledger_table, tables
from helpers import ledger_reading as reading
from helpers.notebook import quote, show
from helpers.plots import conventions, style
from helpers.study import all_results

# %% tags=["hide-input"]
style.use()
study = cohort.load()
published = claims.load()
results = all_results(study)

# %% tags=["hide-input"]
entries = ledger.ledger(published, results, study.provenance)

# %% tags=["remove-cell"]
quote(
    ledger_counts=reading.counts_sentence(entries),
    ledger_not_met=reading.not_met_sentence(entries),
    ledger_flags=reading.flags_sentence(entries),
    ledger_witness=reading.witness_sentence(study.provenance),
)

# %% [markdown]
# ## How does a verdict come about?
#
# Every figure that the abstract prints, and every statement of direction, significance or conclusion, is one
# **claim**. The {term}`ledger <Claims ledger>` sets each beside the result that answers it. {glue:text}`ledger_witness`
#
# Besides, the printed figures are searched without any cohort: which counts, values or courses print them?
# Such a {term}`search <Exhaustive search>` goes through every possibility where it says that it is exhaustive, and only then can it
# find that there is none. A search that is not exhaustive finds, or does not reach. Each printed figure
# stands for its whole {term}`rounding window <Rounding window>`.
#
# Reproduced
# : The recomputed value rounds to the printed one, or has the direction or the significance that is stated.
#
# Reproduced under a stated reading
# : The words do not fit, or leave patients, outcome or model open. A reading that is named beside the verdict
#   gives the printed figure. It need not be the right one.
#
# Impossible as printed
# : An exhaustive search, or a proof, finds nothing that prints the figure together with those it belongs to, or
#   the words and the figure that they cite exclude each other.
#
# Not determined
# : No result can answer: the claim is about other patients, the conduct of the study, or a word without a bound.
#   Such a claim has not passed.
#
# Differs
# : Only in a book built from patients' rows: those patients give another value.
#
# Unexplained miss
# : Only in a book built from the rebuilt cohort: it misses the figure, and no search says why. The check of the
#   ledger fails then.
#
# Two things stand beside a verdict: the convention it depends on (which test, which rule for quartiles, which
# population), with what another would give, and whether a conclusion would change with it.

# %% [markdown]
# ## How many claims hold?
#
# {glue:text}`ledger_counts`

# %% tags=["hide-input"]
title, note = "Claims by verdict and chapter", f"Counts of claims. {study.note}"
tables.render(reading.verdict_table(entries, published), "verdicts", title, note)

# %% [markdown]
# ## Which claims does the cohort not meet?
#
# {glue:text}`ledger_not_met`

# %% tags=["hide-input"]
title = "Claims that are not met, and why"
tables.render(reading.not_met_table(entries), "not-met", title, study.note, groups="Verdict")

# %% [markdown]
# ## Which conclusions hang on a choice?
#
# {glue:text}`ledger_flags` A conclusion is taken here in the narrow sense: that a P value lies below the usual
# level, that a difference has its direction, or that a ratio lies below 1.

# %% tags=["hide-input"]
tests = reading.printed_tests(published, results)
fig, ax = plt.subplots(figsize=(6, 6.4))
conventions.plot_conventions(tests, ax=ax)
show(fig, alt=reading.tests_alt(tests), note=study.note)

# %% tags=["remove-cell"]
quote(ledger_tests=reading.tests_sentence(tests))

# %% [markdown]
# Each line is a printed P value, computed as in the ledger and in other ways. Another test and another model
# answer the same question; the {term}`adjusted <Multiplicity>` value of Benjamini and Hochberg {cite}`benjamini1995` answers for
# the whole family of tests at once. {glue:text}`ledger_tests` A P value is not a truth that begins at the dotted line:
# where the marks of a line lie on both sides, the word "significant" says more than the data do.

# %% tags=["hide-input"]
tables.render(
    reading.changing_table(entries),
    name="changing",
    title="Claims of which another choice would change the conclusion",
    note=f"What the verdict depends on, with what another choice gives. {study.note}",
)

# %% [markdown]
# ## The ledger
#
# Every claim, in the order of the abstract, in our own words. The link under a claim leads to the section that
# computes it. The same table as a file: <a href="../ledger.csv">ledger.csv</a>.

# %% tags=["hide-input", "full-width"]
ledger_table.render(entries, published, study.note)

# %% [markdown]
# ## What can and cannot be concluded
#
# - A claim that is reproduced can be true together with the others. It need not be: many cohorts give the same
#   figures.
# - A claim that is reproduced under a reading shows that the reading is possible. Where two readings fit, the
#   figures do not choose.
# - "Impossible as printed" is about print. One other word, digit or label can resolve it, and what was found in
#   the patients may be sound.
# - A claim that is not determined has been neither confirmed nor doubted.
# - The verdicts rest on the conventions that are named. Another convention may turn some of them, and it is said
#   which.
#
# ## References
#
# Adjustment for several tests {cite}`benjamini1995`; the tests and intervals are those of the chapters and of
# [Methods](../book/methods).
