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

# %% [markdown] tags=["needs-best_response-or-mrd_negative"]
# # Efficacy in detail
#
# This page holds what stands behind the [chapter on efficacy](02_efficacy): levels of response, every rate with its
# intervals and tests, cut-offs of the blasts other than the chapter's and none, opinions held beforehand, and weights.

# %% tags=["hide-input"]
import matplotlib.pyplot as plt

from helpers.chapters.efficacy import bayes, by_bands, confounding, cut_offs, tables, words
from helpers.chapters.efficacy import burden as by_burden
from helpers.chapters.efficacy.groups import joined, places, result_id
from helpers.chapters.efficacy.rows import results
from helpers.chapters.efficacy.words.live import cut_off_slider
from helpers.ground.cohort import load
from helpers.ground.results import get, pick
from helpers.plots import blasts, forest, love, response, style
from helpers.printing import comparisons, prose
from helpers.printing.marks import drawing_legend, legend
from helpers.printing.notebook import say, show
from helpers.printing.tables import render

# %% tags=["hide-input"]
style.use()
cohort = load()
study, patients, rows = cohort.study, cohort.patients, cohort.told(results(cohort))
# A line of text with one of these slots stands only where results are ranges over many cohorts, or are not.
ranged, recorded = ("", None) if cohort.is_ranged else (None, "")
# Of recorded rows single patients are drawn, or groups of them.
single, grouped = (recorded, None) if cohort.draws_patients else (None, recorded)
assessed, both = study.assessed, joined(study) or ""
high, low = [side.id for side in study.burden] if study.burden else ("", "")

# %% tags=["remove-input"]
say(
    """
    {marks}

    {ranged}Levels of best response, complete remission alone, the blasts and ages of single patients and all that rests on them are open: they stand as ranges, in figures as bands without a point, and a comparison with the share of the cohorts in which it is lower with {first} and in which its P value is below {alpha}.
    {ranged}What rests on one reading of a sentence is marked "under a reading"; a number says which, and the chapter says [why](02_efficacy).
    """,
    marks=legend() if cohort.is_ranged else None,
    ranged=ranged,
    first=study.arms[0].phrase,
    alpha=f"{study.alpha:g}",
)

# %% [markdown] tags=["needs-best_response"]
# ## What was the best response?
#
# Best response has four levels. Each share has as its denominator the patients of its
# column in whom a best response is asked for and recorded, and a {term}`Wilson score interval <Confidence interval>` {cite}`wilson1927`, which stays
# sensible in small groups and near the ends of the scale.

# %% tags=["hide-input"]
name = f"Best response of {study.assessed_name} patients"
render(
    tables.best_response_table(rows, study),
    "best-response",
    name,
    f"Wilson score intervals. {cohort.ranges_note}",
)

# %% [markdown] tags=["needs-best_response"]
# ## How many reached complete remission?
#
# Complete remission leaves out the partial remissions, and is the stricter outcome.

# %% tags=["hide-input"]
fig, ax = plt.subplots(figsize=(4.7, 3.6))
remissions = pick(rows, outcome="complete_remission", statistic="rate", group=study.arm_ids)
response.plot_rates(words.readings.labelled(remissions), study, ax=ax)
show(
    fig,
    "remission",
    """
    Complete remission by arm, {name} patients
    Share of patients with CR or CRi as best response{sides}; at the right, those of the patients of a line, or their range.
    Lines: 95% confidence intervals (Wilson). {key}
    """,
    alt=words.rates_alt(rows, study, "complete_remission"),
    sides=", of all and on either side of the cut of their blasts" if study.burden else "",
    note=cohort.ranges_note,
    data=remissions,
    name=study.assessed_name,
    key=drawing_legend(remissions) or "",
)

# %% tags=["remove-input"]
say(
    """
    {ranged}The abstract gives response, not complete remission alone. {known} Every comparison of such rates is open.
    Complete remission of {name} patients: {remission}. {compared}
    {recorded}Complete and partial remission stand as the hospitals recorded them.
    """,
    name=study.assessed_name,
    remission=words.by_arm(rows, study, "complete_remission", assessed),
    compared=words.compared_sentence(rows, study, "complete_remission", assessed),
    known=words.readings.known_sentence(rows, study, "complete_remission"),
    ranged=ranged,
    recorded=recorded,
)

# %% [markdown] tags=["needs-best_response", "needs-mrd_negative"]
# ## How many responders were MRD negative?

# %% tags=["remove-input"]
say(
    """
    The chapter's rates have everybody as their denominator, patients without a response included. Among
    {name} patients who responded the depth of the response shows:

    - among responders (CR, CRi or PR): {responders};
    - among complete remissions (CR or CRi): {complete_responders}.

    Rates among responders can't tell which treatment is the better one: who responds is itself a result of
    treatment, and an arm that brings more difficult patients into remission may show the lower rate there.
    """,
    name=study.assessed_name,
    responders=words.by_arm(rows, study, "mrd_negativity", "responders"),
    complete_responders=words.by_arm(rows, study, "mrd_negativity", "complete_responders"),
)

# %% [markdown]
# ## How large are the differences?

# %% tags=["remove-input"]
say(
    """
    A difference in percentage points, {first_minus_second}, says more than a {term}`P value <P value>`: the interval
    holds every difference that the counts don't contradict. Newcombe's hybrid score interval
    {cite}`newcombe1998` is built from the two Wilson intervals and keeps their good behaviour in small
    groups. Below each group of patients stand the counts of the two arms, {first} first. The dotted line is no
    difference: an interval that crosses it leaves the direction open.
    """,
    first_minus_second=comparisons.minus(study),
    first=study.arms[0].short,
)

# %% tags=["hide-input"]
differences = {one.label: words.labelled_differences(rows, study, one.id) for one in cohort.outcomes}
axs = forest.plot_forests(differences, study)
show(
    axs[0].figure,
    "differences",
    """
    Differences between the arms in every group of patients
    Rates of {arms}, in percentage points, by outcome. Under each group the counts of the two arms{overlap}.
    Lines: 95% confidence intervals (Newcombe). Dotted: no difference. {key}
    """,
    alt=words.differences_alt(rows, study),
    note=cohort.ranges_note,
    data=differences,
    arms=comparisons.minus(study),
    overlap="; the groups overlap" if study.populations else "",
    key=drawing_legend(*differences.values()) or "",
)

# %% tags=["hide-input"]
name = "Rates by arm, and their differences"
about = f"Wilson intervals; difference: {comparisons.minus(study)}, Newcombe interval. {cohort.ranges_note}"
render(tables.rates_table(rows, study), "rates", name, about, groups="Outcome")

# %% [markdown]
# ### What do other intervals say?
#
# Newcombe's interval is one of several. The score interval of Miettinen and Nurminen
# {cite}`miettinen1985`, and in few patients the exact unconditional one of Chan and Zhang {cite}`chan1999`, which
# never covers less often than it claims and is mostly wider for it, stand beside it in this table.

# %% tags=["hide-input", "hide-output"]
name, about = (
    "Intervals of the same differences",
    f"{prose.begin(comparisons.minus(study))}. {cohort.ranges_note}",
)
render(tables.intervals_table(rows, study), "intervals", name, about, groups="Outcome")

# %% tags=["remove-input"]
say(
    """
    How far an interval reaches on either side of zero says how much is left open.

    {compared}
    """,
    compared=prose.bullets(words.compared_sentence(rows, study, *place) for place in places(study)),
)

# %% [markdown]
# ## Do the tests agree?
#
# Four tests of each two-by-two table stand beside each other. Pearson's chi-square test, here without
# continuity correction, rests on an approximation that needs expected counts of about five or more in
# every cell. {term}`Fisher's exact test <Exact test>` holds at any size, at the price of caution: its P values are often too
# large. The exact tests of Suissa and Shuster {cite}`suissa1985` (which programs often call Barnard's
# {cite}`barnard1947`) and Boschloo {cite}`boschloo1970` also hold at any
# size and are less cautious, since they don't take the total number of events as given; they order the
# possible tables differently, Suissa and Shuster by a z statistic and Boschloo by Fisher's P value.

# %% tags=["hide-input"]
name = "P values of four tests of the same comparisons"
about = f"Two-sided, not adjusted for the number of comparisons. {cohort.ranges_note}"
render(tables.tests_table(rows, study), "tests", name, about, groups="Outcome")

# %% tags=["remove-input"]
say(
    """
    - Response at high burden. {response_high}
    - Response at low burden. {response_low}
    - MRD negativity at high burden. {mrd_high}
    - MRD negativity at low burden. {mrd_low}
    - MRD negativity in measurable disease. {mrd_both}

    Where the smallest expected count is low and the tests part, the exact ones are to be believed.
    """,
    response_high=words.tests_sentence(rows, study, "response", high),
    response_low=words.tests_sentence(rows, study, "response", low),
    mrd_high=words.tests_sentence(rows, study, "mrd_negativity", high),
    mrd_low=words.tests_sentence(rows, study, "mrd_negativity", low),
    mrd_both=words.tests_sentence(rows, study, "mrd_negativity", both),
)

# %% [markdown] tags=["needs-best_response", "needs-bm_blasts_pct"]
# ## Which patients responded?

# %% tags=["remove-input"]
banded = by_bands.rates(cohort) if grouped is not None else None
say(
    """
    {ranged}The blasts and the response of single patients are not printed, so none are drawn.
    {grouped}{undrawn} {bands}
    {single}Each mark is a relapsed/refractory patient, placed by the share of blasts in the marrow before treatment and by best response.
    {cut}The dotted line is the cut between low and high burden.
    A cut throws information
    away: patients on its two sides may differ little, and those of one side much. The next chapter models
    the blasts as the number they are.
    """,
    ranged=ranged,
    single=single,
    grouped=grouped,
    undrawn=cohort.undrawn,
    bands=words.bands_sentence(banded, cohort) if banded is not None else "",
    cut="" if study.burden and (single is not None or (banded is not None and len(banded))) else None,
)

# %% tags=["hide-input"]
if single is not None:
    courses = by_burden.blasts_and_response(patients, study)
    fig, ax = plt.subplots(figsize=(4.7, 4.6))
    response.plot_response_by_blasts(courses, study, ax=ax)
    show(
        fig,
        "blasts-and-response",
        """
        Best response against marrow blasts, {name} patients
        Each mark is a patient, placed by the blasts before treatment and by best response; filled, if MRD negative after treatment. Dotted: the cut between low and high burden.
        """,
        alt=words.patients_alt(courses, study),
        note=cohort.ranges_note,
        data=cohort.own_rows(courses[["arm", "bm_blasts_pct", "response_level", "mrd"]]),
        name=study.assessed_name,
    )
elif banded is not None and len(banded):
    show(
        response.plot_rates_over_blasts(banded, study),
        "blasts-and-response",
        """
        Response and MRD negativity in bands of the marrow blasts, {name} patients
        {bands} Vertical lines: Wilson intervals.{dotted}
        """,
        alt=words.bands_alt(banded, study),
        note=cohort.ranges_note,
        data=banded,
        name=study.assessed_name,
        bands=words.bands_sentence(banded, cohort),
        dotted=" Dotted: the cut between low and high burden." if study.burden else "",
    )

# %% [markdown] tags=["needs-bm_blasts_pct"]
# ## What if the cut-off were another one?

# %% tags=["remove-input"]
panels = {words.short(study, one.id): by_bands.cutoffs(cohort, one.id) for one in cohort.outcomes}
which = words.which_cutoffs(panels, cohort) if recorded is not None else None
say(
    """
    {burden}The cut between low and high burden is one of many.
    {recorded}Each mark is a cut-off, {which}. The upper row shows the difference between the arms among patients above the cut-off, the lower row that difference minus the one among the rest: whether burden matters.
    {cut}The dashed line is the chapter's cut-off; intervals are Newcombe's, and those recovered from them.
    {none}No cut-off of the blasts leaves enough patients of each arm with and without an outcome on either side, so none is drawn.
    {ranged}The figure shows between which differences among patients above a cut-off the cohorts lie that agree with the abstract; a mark is a difference that follows.
    """,
    burden="" if study.burden else None,
    ranged=ranged,
    recorded=recorded,
    which=which,
    none=recorded if which is None else None,
    cut="" if study.burden and which is not None else None,
)

# %% tags=["hide-input"]
about = "Risk differences above each cut-off of the blasts."
alt = words.over_alt(rows, study, "risk_difference_above", by_burden.CUTOFFS, about)
if which is not None:
    fig = blasts.plot_all_cutoffs(panels, study, every=single is not None)
    show(
        fig,
        "cut-offs",
        """
        Differences between the arms at {every} of the blasts
        Each mark is a cut-off. Above: rates of {arms} among patients over the cut-off. Below: that difference minus the one among the rest. Lines: 95% confidence intervals, above Newcombe's, below recovered from them.
        """,
        alt=alt,
        note=cohort.ranges_note,
        data={name: frame if single is None else cohort.own_rows(frame) for name, frame in panels.items()},
        live=cut_off_slider(fig.axes, cut_offs.known(cohort), study),
        arms=comparisons.minus(study),
        every="every cut-off" if single is not None else "round cut-offs",
    )
elif recorded is None:
    above = cut_offs.known(cohort)
    parts = words.labelled_over(rows, study, "risk_difference_above", by_burden.CUTOFFS, above)
    axs = forest.plot_forests(parts, study, inches=0.32)
    show(
        axs[0].figure,
        "cut-offs",
        """
        Differences between the arms above each cut-off of the blasts
        Rates of {arms}, in percentage points, among {name} patients with more blasts than the cut-off at the left; in brackets how many these are of each arm. {lines}{key}
        """,
        alt=alt,
        note=cohort.ranges_note,
        data=parts,
        live=cut_off_slider(axs, above, study, by_burden.CUTOFFS),
        arms=comparisons.minus(study),
        name=study.assessed_name,
        lines="Lines: 95% confidence intervals (Newcombe), of a difference that follows. ",
        key=drawing_legend(*parts.values()),
    )

# %% tags=["remove-input"]
say(
    """
    Neighbouring cut-offs hold nearly the same patients, so they are no independent confirmations of each other,
    and above the highest few patients are left. Whoever tries every cut-off and reports the best finds small P
    values by chance alone. The P value of the best cut-off takes the search into account
    {cite}`miller1982`: the arms are reallocated at random to the same patients, again and again, and each
    time the best cut-off is sought anew.

    {searches}
    """,
    searches=prose.bullets(words.search_sentence(rows, study, outcome.id) for outcome in cohort.outcomes),
)

# %% [markdown] tags=["needs-bm_blasts_pct"]
# ## And without any cut-off?

# %% tags=["remove-input"]
say(
    """
    Each arm is given a logistic curve over its patients' blasts, by {term}`Firth's method <Firth's method>` {cite}`firth1993`, which
    also works where blasts separate the outcomes and pulls fitted rates a little towards one half. The figure
    shows the difference between the two curves
    {recorded}as far as both arms have patients{ticks}, with a pointwise band recovered from those of the curves.
    {ranged}at four values of the blasts, as a range over the cohorts.
    """,
    recorded=recorded,
    ranged=ranged,
    ticks=f" (ticks: {study.arms[0].phrase} above, {study.arms[1].short} below)" * (single is not None),
)

# %% tags=["hide-input"]
about = "Differences of fitted rates over marrow blasts."
alt = words.over_alt(rows, study, "firth_difference_at", by_burden.PLACES, about)
if recorded is not None:
    found = {one.label: by_bands.curve(cohort, one.id) for one in cohort.outcomes}
    show(
        blasts.plot_all_over_blasts(found),
        "over-blasts",
        """
        Differences between the arms' fitted rates over the blasts
        Firth logistic curves of {arms}, in percentage points, with a pointwise 95% band recovered from those of the curves.
        {single}Ticks: patients of {first} above, of {second} below.
        """,
        alt=alt,
        note=cohort.ranges_note,
        data={name: curve for name, (curve, _) in found.items()},
        arms=comparisons.minus(study),
        single=single,
        first=study.arms[0].phrase,
        second=study.arms[1].short,
    )
else:
    parts = words.labelled_over(rows, study, "firth_difference_at", by_burden.PLACES)
    axs = forest.plot_forests(parts, study, inches=0.32)
    show(
        axs[0].figure,
        "over-blasts",
        """
        Differences between the arms' fitted rates over the blasts
        Firth logistic curves of {arms}, in percentage points, read at the percentage of blasts at the left. {key}
        """,
        alt=alt,
        note=cohort.ranges_note,
        data=parts,
        arms=comparisons.minus(study),
        key=drawing_legend(*parts.values()),
    )

# %% tags=["remove-input"]
say(
    """
    The same question on the scale of odds, where it is one number, the {term}`interaction <Interaction>`: by which factor the odds
    ratio of the arms changes from low to high burden, and with every ten percentage points of blasts (Firth
    logistic regression, likelihood-ratio P values{intervals}).

    {interactions}

    Differences of rates and ratios of odds measure interaction on different scales, and can disagree.
    """,
    intervals="" if cohort.is_ranged else ", profile intervals",
    interactions=prose.bullets(words.interaction_sentence(rows, study, one.id) for one in cohort.outcomes),
)

# %% [markdown]
# ## What would somebody believe who held an opinion before?
#
# A Bayesian analysis states the opinion held beforehand, {term}`the prior <Credible interval>`, and what the patients make of it. The
# rate of each arm is given a Beta distribution of its own, which counts as patients seen before: Beta(a, b)
# is worth a patients with the outcome and b without. The chapter's prior holds every rate equally likely, Beta(1, 1).
# Beside it stand Jeffreys' prior, one that expects rates near a half whatever the arm, and two that lean to
# one arm as four patients of each would. The posterior is integrated, not simulated
# {cite}`nurminen1987`; its mean is drawn with the 95% credible interval (equal tails).

# %% tags=["hide-input"]
posteriors = words.labelled_posteriors(rows, study)
axs = forest.plot_forests(posteriors, study, inches=0.48)
show(
    axs[0].figure,
    "priors",
    """
    Differences between the arms under several prior opinions
    Posterior means of the differences between the rates of {arms}, in percentage points, with 95% credible intervals (CrI). At the left each prior and its distributions. Dotted: no difference. {key}
    """,
    alt=f"Posterior risk differences under five priors. {words.listed(posteriors, lines=1)}",
    note=cohort.note_of(*posteriors.values()),
    data=posteriors,
    arms=comparisons.minus(study),
    key=drawing_legend(*posteriors.values()) or "",
)

# %% tags=["remove-input"]
say(
    """
    With the chapter's prior:

    {posteriors}

    Where the posterior moves much from prior to prior, the patients are too few to overrule an opinion. A
    posterior probability is no P value, and none of these priors knows how the patients came to their arm.
    """,
    posteriors=prose.bullets(words.posterior_sentence(rows, study, *place) for place in bayes.varied(study)),
)

# %% [markdown]
# ## Were the arms alike to begin with?
#
# Overlap weights {cite}`li2018` compare the arms as if they held the same mixture of patients: everybody
# counts by the probability of having been given the other treatment, from a logistic model of the arm on
# age and marrow blasts (and, with both disease statuses together, the status). Patients who could well have
# been given either count most. The standardised difference of everything in the model is zero then; what the
# model doesn't hold shows what is left. Dashed lines: a difference of 0.1, commonly held to be negligible.

# %% tags=["hide-input"]
models = confounding.models(study)
fig, axs = plt.subplots(
    len(models), figsize=(4.7, 2.5 * len(models)), sharex=True, squeeze=False, layout="constrained"
)
balances = [confounding.balance_pair(rows, study, stratum) for stratum in models]
widest = max(love.reach(*pair) for pair in balances)
for ax, stratum, (before, after) in zip(axs[:, 0], models, balances, strict=True):
    love.plot_love(before, study, after, widest=widest, ax=ax)
    ax.set_title(study.label(stratum))
    ax.label_outer()
for ax in axs[1:, 0]:
    ax.get_legend().remove()
balance = {
    f"{study.label(stratum)}, {when}": each
    for stratum, pair in zip(models, balances, strict=True)
    for when, each in zip(love.WHEN.values(), pair, strict=True)
}
show(
    fig,
    "balance",
    """
    Balance of the arms before and after weighting
    Standardised differences, {arms}, of what was known before treatment. Hollow squares: as observed; filled circles: with overlap weights.
    Dashed: a difference of 0.1 either way, below which arms are commonly called alike.
    {ranged}A band instead of a mark is open: the range of 95% of the cohorts that agree with the abstract.
    """,
    alt=words.balance_alt(rows, study),
    note=cohort.ranges_note,
    data=balance,
    arms=comparisons.minus(study),
    ranged=ranged,
)

# %% tags=["hide-input"]
weighted = words.labelled_weighted(rows, study)
axs = forest.plot_forests(weighted, study)
show(
    axs[0].figure,
    "weighted",
    """
    Differences between the arms, as observed and weighted
    Rates of {arms}, in percentage points; weighted: with overlap weights of the propensity model. Lines: 95% confidence intervals (Newcombe; weighted: sandwich). Dotted: no difference. {key}
    """,
    alt=f"Risk differences as observed and with overlap weights. {words.listed(weighted)}",
    note=cohort.ranges_note,
    data=weighted,
    arms=comparisons.minus(study),
    key=drawing_legend(*weighted.values()) or "",
)

# %% tags=["remove-input"]
say(
    """
    {weights_refractory}
    {weights_both}
    {weighted_response}
    {weighted_mrd}

    {intervals}Weights balance what was measured, on
    average, and nothing else. For what was not measured the {term}`E-value <E-value>` {cite}`vanderweele2017` says how strong
    it would have to be: the least risk ratio, with treatment and with outcome both, that would explain the
    arms' risk ratio away (the last column: that would bring its interval to 1). An E-value of 1 means that
    nothing is needed.
    """,
    weights_refractory=words.weights_sentence(rows, study, assessed),
    weights_both=words.weights_sentence(rows, study, both),
    weighted_response=words.weighted_sentence(rows, study, "response", assessed),
    weighted_mrd=words.weighted_sentence(rows, study, "mrd_negativity", both),
    intervals=cohort.of_intervals(
        "The interval of a weighted difference is a sandwich interval that counts the propensity model as estimated "
        "{cite}`lifan2019`; in few patients it is somewhat too narrow. "
    ),
)

# %% tags=["hide-input", "hide-output"]
arms = " over ".join(arm.short for arm in study.arms)
about = f"{prose.begin(arms)}, not weighted; Katz log interval. {cohort.ranges_note}"
render(tables.e_values_table(rows, study), "e-values", "Risk ratios, E-values", about, groups="Outcome")

# %% [markdown]
# ## How much is compared, and in how few?

# %% tags=["remove-input"]
say(
    """
    {strata}The populations overlap, as each is part of everybody, and some are parts of others. So the comparisons are many, and not independent of each other.

    Comparisons of the arms that could be tested: {made:number}, of which {low:number} had a Pearson P below {alpha},
    not adjusted for their number. Patients in the smallest group: {smallest:number}.
    Where nothing differs at all, some P values of such a family fall below
    the limit by chance alone, and the more comparisons, the more of them. In a small group one patient more
    or less moves a rate by many points, and only a very large difference can be told from none. The P
    values are therefore read as descriptions, and a subgroup as a question for the next study.
    """,
    strata="" if study.populations else None,
    made=get(rows, result_id("comparisons", "count", "arm")),
    low=get(rows, result_id("comparisons", "low_p_count", "arm")),
    alpha=f"{study.alpha:g}",
    smallest=get(rows, result_id("smallest_group", "count")),
)

# %% [markdown]
# ## References
#
# Wilson's interval {cite}`wilson1927`, Newcombe's interval of a difference {cite}`newcombe1998`, the
# score interval {cite}`miettinen1985` and the exact one {cite}`chan1999`, the tests of Suissa
# and Shuster {cite}`suissa1985` and Boschloo {cite}`boschloo1970`, the search for a cut-off {cite}`miller1982`,
# Firth's method {cite}`firth1993`, the posterior of a difference {cite}`nurminen1987`, {term}`overlap weights <Overlap weights>`
# {cite}`li2018` and their variance {cite}`lifan2019`, E-values {cite}`vanderweele2017`, contrasts of
# subgroups {cite}`altman2003` and their intervals {cite}`zou2008`.
