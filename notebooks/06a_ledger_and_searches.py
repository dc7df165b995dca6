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
# # The ledger and the searches
#
# This page belongs to the chapter [Does the abstract add up?](06_does_it_add_up) and holds what its main line
# leaves out: how a verdict comes about, the verdict on every claim, and the searches behind the verdicts.

# %% tags=["hide-input"]
import matplotlib.pyplot as plt

from evidence.claims import load as claims
from evidence.claims.printed import Figures
from evidence.ledger import page
from evidence.ledger.entries import ledger
from evidence.plots import attainable, attainable_survival, candidate_tables, p_values, quartiles
from evidence.this_abstract import odds_ratio, odds_ratio_findings, quartile_findings, rank_findings, rates
from evidence.this_abstract.examine import examine
from evidence.words import ledger as of_ledger
from evidence.words import odds_ratio as of_models
from evidence.words import quartiles as of_quartiles
from evidence.words import ranks as of_ranks
from evidence.words import survival as of_survival
from evidence.words import tables as of_tables
from helpers.chapters.book import all_results
from helpers.ground.cohort import load
from helpers.plots import style
from helpers.printing import tables
from helpers.printing.notebook import say, show

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
# ## How does a verdict come about?

# %% tags=["remove-input"]
say(
    """
    Every figure that the abstract prints, and every statement of direction, significance or conclusion, is one
    **claim**. The {term}`ledger <Claims ledger>` sets each beside the result that answers it. {ledger_witness}
    """,
    ledger_witness=of_ledger.witness_sentence(cohort.provenance),
)

# %% [markdown]
# Besides, the printed figures are searched without any cohort: which counts, values or courses print them?
# Such a {term}`search <Exhaustive search>` goes through every possibility where it says that it is exhaustive, and only then can it
# find that there is none. A search that is not exhaustive finds, or does not reach. Each printed figure
# stands for its whole {term}`rounding window <Rounding window>`.
#
# Most of these searches know no study: they take the claims of an abstract as files, its groups and what each figure
# is of, work out which figures bear on which, and search the numbers of patients all together, any other figure
# beside those that it belongs to. `make ledger CLAIMS=folder` does the same for any abstract of two groups, without
# a cohort as witness, so that more of its claims have nothing to check. Only the
# model, the follow-up, the quartiles of blasts and the ratios of the panel are searched in ways made for this abstract.
#
# Consistent
# : One set of patients prints the claim together with every figure that it is tied to, as worded, and that set is at hand.
#
# Consistent under a reading
# : The words leave patients, outcome or model open, and the reading that is named beside the verdict fits. It need
#   not be the right one. A test that is not named stands under what a verdict depends on.
#
# Contradicts as worded
# : As worded it cannot stand beside the other printed figures that are named; a reading that is named resolves it.
#
# Impossible as printed
# : No reading, test, side or rounding that was tried resolves it, and all that was tried is named.
#
# Not reached
# : The search ended with neither patients that print it nor a proof that there are none. This is no pass.
#
# Nothing to check
# : No other figure bears on it: it is about doses, the literature or the conduct of the study, or it is a count or a
#   word that a cohort can only repeat.
#
# Agrees, differs
# : Only in a book built from patients' rows, beside the verdict on the print: those patients give the same value, or another.
#
# Beside a verdict stand figures that exclude each other, none of which can be spared, where some do, the choice it depends on (which test, which rule for quartiles, which
# population), with what another would give, and whether a conclusion would change with it.

# %% [markdown]
# ## The ledger
#
# Every claim, in the order of the abstract, in our own words. The link under a claim leads to the section that
# computes it. The same table as a file: <a href="../ledger.csv">ledger.csv</a>. After the table come the
# searches, one by one.

# %% tags=["hide-input", "full-width"]
page.render(entries, published, cohort.study, of_ledger.witness_note(cohort.provenance))

# %% [markdown]
# ## How do the arms divide over the disease states?
#
# The rate that both groups share can be that of one population alone
# (<a href="06_does_it_add_up.html#whose-is-the-rate-that-both-groups-share">the search is drawn in the chapter</a>).

# %% tags=["remove-input"]
say(
    """
    {map_left}
    """,
    map_left=of_tables.stratum_sentence(figures),
)

# %% [markdown]
# If the sentence is about these patients, the figures fix how the arms divide over the disease states, which the
# print does not say. All populations made of whole disease states were tried, and no part of one.

# %% [markdown]
# ## Which tests print the P values?
#
# No test is named in the print. A P value beside counts singles out a test among those tried, if only one of
# them prints it. First the
# three P values of two rates, each with the table that the search leaves.

# %% tags=["hide-input"]
tests_of_rates = of_tables.tests_table(figures)

# %% tags=["hide-input"]
fig, ax = plt.subplots(figsize=(4.7, 3.2))
candidate_tables.plot_tests(tests_of_rates, tests_of_rates["printed"].tolist(), ax=ax)
show(
    fig,
    "tests-of-rates",
    """
    P values of the three comparisons of rates by test
    Each mark is the P value of the table that the search leaves, by one test; the black line is the printed value. Filled: the test prints it.
    """,
    alt=of_tables.tests_alt(tests_of_rates),
    note=of_ledger.FROM_PRINT,
    data=tests_of_rates,
)

# %% tags=["remove-input"]
say(
    """
    {denominators}

    {tests_of_rates} {one_sided}
    """,
    denominators=of_tables.denominators_sentence(figures),
    tests_of_rates=of_tables.tests_sentence(tests_of_rates),
    one_sided=of_tables.one_sided_sentence(figures),
)

# %% [markdown]
# A rank test on few patients is discrete: without equal values only some P values exist at all. The figure shows those
# near each printed one, as distances in units of its last printed digit.

# %% tags=["hide-input"]
ranks_printed = rank_findings.printed(figures)
ranks_solved = rank_findings.solutions(ranks_printed)
ranks_reached = rank_findings.conventions(ranks_printed, ranks_solved)
points = of_ranks.attainable(ranks_printed, ranks_solved)
fig, ax = plt.subplots(figsize=(4.7, 6.6))
p_values.plot_attainable(points, ax=ax)
show(
    fig,
    "rank-tests",
    """
    P values that rank tests on so few patients can have
    One row a printed P value, given at the left; in it three lines of marks, one for each form of the test. A mark is a P value that samples of this size can have, placed by its distance from the printed one.
    In the band it prints as the same figure: filled without equal values, hollow with equal values only. A row without a coloured mark in one of its lines rules out that form of the test.
    """,
    alt=of_ranks.alt(points, ranks_reached),
    note=of_ledger.FROM_PRINT,
    data=points,
)

# %% tags=["remove-input"]
say(
    """
    {ranks_family} {ranks_exact}

    {ranks_ties}
    """,
    ranks_family=of_ranks.family_sentence(ranks_reached),
    ranks_exact=of_ranks.exact_sentence(ranks_printed, ranks_solved, ranks_reached),
    ranks_ties=of_ranks.ties_sentence(ranks_printed, ranks_solved),
)

# %% tags=["hide-input"]
tables.render(
    of_ranks.table(ranks_printed, ranks_solved),
    name="rank-tests",
    title="What prints each P value of a rank test",
    note="Normal approximation without continuity correction, zero differences dropped. W: smaller rank sum of "
    "so many non-zero differences; U: smaller of the two. Exact Mann-Whitney tests were searched without ties.",
)

# %% [markdown]
# ## What do the quartiles leave open?
#
# A median and two quartiles of a dozen patients look like a lot of knowledge. How many different samples print them?

# %% tags=["hide-input"]
above = rates.number_above_cut(figures)
drawn = of_quartiles.draws(figures, above)
spaces = quartile_findings.spaces(figures, above)
panels = of_quartiles.panels(figures, above, drawn)
show(
    quartiles.samples_figure(panels),
    "samples",
    """
    Marrow blasts that print the same median and quartiles
    One column a patient, from the fewest blasts to the most. Thin line: every value that the patient can have; thick line: where most random samples have it. Diamonds: the printed quartiles. Dotted: the cut between low and high burden.
    """,
    alt=of_quartiles.alt(figures, spaces, drawn),
    note=of_ledger.FROM_PRINT,
    data={arm: orders for arm, (orders, _, _) in panels.items()},
)

# %% tags=["remove-input"]
say(
    """
    The printed median and quartiles are those of {samples}, under quantile types {types}; the count is exact and leaves
    the order of the patients aside.

    {quartiles_mean}

    The two figures beside the median age are printed as an interquartile range. {quartiles_age}
    The claims are read as the range.
    """,
    samples=of_quartiles.samples_words(spaces),
    types=", ".join(map(str, spaces["rule"].unique())),
    quartiles_mean=of_quartiles.mean_sentence(spaces, drawn),
    quartiles_age=of_quartiles.age_sentence(figures),
)

# %% [markdown]
# ## Which models can print the odds ratio?
#
# The odds ratio of marrow blasts and its P value are printed without a unit, patients, covariates or a definition
# of the outcome beyond its name. It is read as one for each percentage point of blasts; that "CR and MRD negativity"
# is one outcome, reached by whoever has both, is one of the readings tried. Each candidate model was searched, with these printed
# figures held: quartiles and number above the cut-off, counts of the outcome, the rank test of the blasts and, where age is a
# covariate, its median and range. The bars run from the smallest to the largest P value that was reached at an odds
# ratio; the box holds what prints as the published pair.

# %% tags=["hide-input"]
models = of_models.judged(figures)
stored = odds_ratio_findings.load()
drawn_models = of_models.panels(models), of_models.bars(stored), stored.bounds, of_models.box(figures)
fig = attainable.attainable_figure(*drawn_models)
show(
    fig,
    "models",
    """
    P values that go with each odds ratio of the blasts, by candidate model
    Rows: patients and outcome; columns: covariates. Each bar runs from the smallest to the largest P value that was reached at a printed odds ratio.
    The box holds what prints as the published pair; bars are green where the model reaches it, hatched where not. Black lines: bounds that no patients can pass.
    """,
    alt=of_models.alt(models),
    note=of_ledger.FROM_PRINT,
    data={"reached": of_models.bars(stored), "bounds": stored.bounds},
)

# %% tags=["remove-input"]
say(
    """
    An odds ratio that prints as {odds_ratio} with a P value that prints as {p_value} is reached by {reached} of {tried}
    candidate models, each time with made-up patients that print the figures of marrow, response and MRD beside it;
    for {proved} it is proved out of reach, for whole percentages, quartiles of type 7, Wald P values and at most
    {highest}% blasts in remission{not_reached}. These are the models that the words of the abstract leave open. Where MRD
    negativity in relapsed/refractory disease implies remission, as this book reads it, [chapter 3's](03_multivariable_modelling)
    is that of MRD negativity with blasts, arm and age; the further models of that chapter are fitted to the same patients and not searched.

    With MRD negativity and blasts alone, patients were found under quartiles of type {usual} with {with_equal} where
    two may share a blast value, and with {without_equal} where no two do; under the quartile rules {rules}, without
    equal values, with {by_rules}.
    """,
    **dict(zip(("odds_ratio", "p_value"), map(str, of_models.pair(figures)), strict=True)),
    reached=str(of_models.counts(models)[odds_ratio_findings.REACHED]),
    tried=str(of_models.counts(models)["tried"]),
    proved=str(of_models.counts(models)[odds_ratio_findings.PROVED]),
    highest=str(odds_ratio.HIGHEST_IN_REMISSION),
    not_reached=of_models.open_words(models),
    **dict(zip(("usual", "with_equal"), of_models.found_words(models, ""), strict=True)),
    without_equal=of_models.found_words(models, r"\.distinct")[1],
    **dict(zip(("rules", "by_rules"), of_models.found_words(models, r"\.type\d\.distinct"), strict=True)),
)

# %% tags=["hide-input"]
tables.render(
    of_models.table(models),
    name="models",
    title="Candidate models of the odds ratio",
    note="R/R: relapsed/refractory. Wald P values. A nearest point has patients that print the figures of marrow, "
    "response and MRD; proved: a bound on the P value at the printed odds ratio, by weak duality, for whole "
    f"percentages. {of_models.variants_words(models)}",
)

# %% [markdown]
# ## Which definitions can print the disease-free survival?
#
# Overall survival needs no definition beyond its time zero. Disease-free survival does: of whom, and is a missing
# response an event? For each definition, and for each way of reading the causes of death, the figure shows where the value can
# lie beside the printed overall survival, with the printed follow-up read as quartiles of type 7: outside the pale
# bar it cannot; the dark bar was reached by
# constructed cohorts. Right, events and patients.

# %% tags=["hide-input"]
courses = of_survival.examine(published)
fig, ax = plt.subplots(figsize=(4.7, 6.4))
attainable_survival.plot_attainable(of_survival.ranges(courses), of_survival.window(courses), ax=ax)
show(
    fig,
    "definitions",
    """
    Disease-free survival at two years that each definition allows
    By definition and by reading of the causes of death. Pale bar: outside it the value cannot lie; dark bar: reached by constructed cohorts. Green: the printed value. At the right, events and patients.
    """,
    alt=of_survival.ranges_alt(courses),
    note=of_ledger.FROM_PRINT,
    data=of_survival.ranges(courses),
)

# %% tags=["remove-input"]
say(
    """
    With follow-up read as everybody's time to death or last contact (quartiles of type 7: {first}, {middle} and {last}
    months) and {deaths} deaths among {patients} patients, {followed} patients are followed for no longer than {at}
    months, and overall survival at that time can be {overall_range}; both ends are attained. {overall_printed}
    {longest_followup} If no response is an event at time zero, the curve starts at {remissions} of {patients} and is
    that of the patients in remission times this share: {disease_free}% then means {in_remission} among those in
    remission.

    {definitions_printing} The definitions differ in what they need: when relapses must come, and how
    few patients are then at risk.
    """,
    **dict(zip(("first", "middle", "last"), map(str, courses.followup), strict=True)),
    **{name: str(getattr(courses.known, name)) for name in ("deaths", "patients", "remissions")},
    followed=of_survival.followed_by_then(courses),
    at=str(cohort.study.horizon),
    overall_range=of_survival.overall_range(courses),
    overall_printed=of_survival.overall_sentence(courses),
    longest_followup=of_survival.longest_sentence(courses),
    disease_free=str(courses.printed),
    in_remission=of_survival.in_remission_range(courses),
    definitions_printing=of_survival.printing_sentence(courses),
)

# %% tags=["hide-input"]
fig, ax = plt.subplots(figsize=(4.7, 6.4))
attainable_survival.plot_relapse_months(of_survival.ranges(courses), ax=ax)
show(
    fig,
    "relapse-months",
    """
    When the relapses have to come for the printed disease-free survival
    Of each constructed cohort that prints the value, the median month of its relapses. Thin line: from the earliest to the latest that was reached; thick bar: what most cohorts have, with a white line in the middle.
    A bar far to the left: the definition needs early relapses. At the right, the patients then at risk at two years.
    """,
    alt=of_survival.months_alt(courses),
    note=of_ledger.FROM_PRINT,
    data=of_survival.ranges(courses),
)

# %% tags=["remove-input"]
say(
    """
    - {of_everyone}
    - {of_remission}
    """,
    of_everyone=of_survival.definition_sentence(courses, "everyone", "any"),
    of_remission=of_survival.definition_sentence(courses, "in_remission", "response"),
)

# %% [markdown]
# These months are results of a search, which does not meet all cohorts alike; they are no bounds.

# %% tags=["hide-input"]
tables.render(
    of_survival.definition_table(courses),
    name="definitions",
    title="Disease-free survival at two years under each definition",
    note=of_survival.definition_note(courses),
    groups="Definition",
)

# %% [markdown]
# ## Who died?
#
# All deaths are put down to a missing response or to relapse. How many patients had one or the other, and what does a missing
# response mean in each disease state?

# %% tags=["hide-input"]
fig, ax = plt.subplots(figsize=(4.7, 3.2))
attainable_survival.plot_causes(of_survival.death_marks(courses), courses.known.deaths, ax=ax)
show(
    fig,
    "causes",
    """
    Deaths against the patients on whom the printed causes can fall
    One row a reading of "no response", one mark a patient; filled, if all deaths need that patient. A cross is a death for which nobody is left; the line marks all deaths.
    """,
    alt=of_survival.deaths_alt(courses),
    note=of_ledger.FROM_PRINT,
    data=of_survival.death_marks(courses),
)

# %% tags=["remove-input"]
say(
    """
    {non_responders} relapsed/refractory patients without remission and {relapses} relapsed patients are {possible};
    {deaths} deaths are put down to the one or the other. {deaths_found}
    """,
    **{name: str(getattr(courses.known, name)) for name in ("non_responders", "relapses", "deaths")},
    possible=of_survival.possible_deaths(courses),
    deaths_found=of_survival.deaths_sentence(courses),
)

# %% [markdown]
# ## Which conclusions hang on a choice?

# %% tags=["remove-input"]
say(
    """
    {ledger_flags}
    """,
    ledger_flags=of_ledger.flags_sentence(entries),
)

# %% tags=["hide-input"]
tests = of_ledger.printed_tests(published, cohort.told(results), cohort.study)
partly = of_ledger.partly_across(published, cohort.told(results), cohort.study)
fig, ax = plt.subplots(figsize=(4.7, 6.4))
p_values.plot_conventions(tests, ax=ax)
show(
    fig,
    "conventions",
    """
    Printed P values, and what other tests give
    One line a printed P value. Bar: as in the ledger; other marks, where there are any: another test or population. Dotted: the usual level.
    """,
    alt=of_ledger.tests_alt(tests, cohort.study.alpha),
    note=cohort.note_of(tests),
    data=tests,
)

# %% tags=["remove-input"]
say(
    """
    Each line is a printed P value, beside what other tests or patients give where the print leaves them one value. Another test
    answers the same question; the {term}`adjusted <Multiplicity>` value of Benjamini and Hochberg {cite}`benjamini1995` answers for
    the whole family of tests at once. {ledger_tests} Nothing changes of a
    sudden at the dotted line.
    """,
    ledger_tests=of_ledger.tests_sentence(tests, cohort.study.alpha, partly),
)

# %% tags=["hide-input"]
tables.render(
    of_ledger.changing_table(entries),
    name="changing",
    title="Claims of which another choice would change the conclusion",
    note=f"What the verdict depends on, with what another choice gives. {cohort.note}",
)

# %% [markdown]
# ## References
#
# The mid-P test {cite}`lydersen2009`; quantile rules {cite}`hyndman1996`; adjustment for several tests
# {cite}`benjamini1995,holm1979`; the tests and intervals are those of the chapters and of [Methods](../book/methods).
