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
# # Efficacy

# %% tags=["hide-input"]
import matplotlib.pyplot as plt

from helpers.chapters.efficacy import bayes, confounding, tables, words
from helpers.chapters.efficacy import burden as by_burden
from helpers.chapters.efficacy.groups import joined, result_id
from helpers.chapters.efficacy.rows import results
from helpers.ground.cohort import load
from helpers.ground.results import get, pick
from helpers.plots import blasts, forest, love, response, style
from helpers.printing import comparisons, prose
from helpers.printing.notebook import quote, say, show
from helpers.printing.tables import render

# %% tags=["hide-input"]
style.use()
cohort = load()
study, patients, rows = cohort.study, cohort.patients, results(cohort)
assessed, both, main = study.assessed, joined(study) or "", study.outcome("mrd_negativity").main
high, low = [side.id for side in study.burden] if study.burden else ("", "")
first, second = (prose.inside(arm.label) for arm in study.arms)
# A line of text with one of these slots stands in such a cohort only.
rebuilt, recorded = ("", None) if cohort.note else (None, "")

# %% tags=["remove-input"]
say(
    """
    Do patients respond, and lose their {term}`measurable residual disease <MRD>` (MRD), more often with {first}
    than with {second}, and does the answer depend on how much leukaemia they had?

    The chapter looks at three outcomes:

    - **response**: complete remission (CR), complete remission with incomplete recovery of the blood counts
      (CRi) or partial remission (PR) as best response;
    - **complete remission**: CR or CRi;
    - **MRD negativity** after treatment, by flow cytometry of the marrow.

    Response and {term}`complete remission <Complete remission>` are asked only of patients with {assessed} disease, since the
    others entered in remission. Each outcome is given in each arm as a count and a rate, then as a
    difference between the arms, then with the tests of that difference. A patient in whom an outcome is not
    recorded is left out of its denominator.

    The second half asks how far these answers can be trusted: whether they depend on the interval, the test,
    the cut-off or a prior opinion, and what may hide in arms that were not allotted by chance.
    """,
    first=first,
    second=second,
    assessed=prose.inside(study.label(assessed)),
)

# %% [markdown]
# ## How did relapsed/refractory patients respond?
#
# Best response has four levels. Each share has as its denominator the relapsed/refractory patients of its
# column in whom a best response is recorded, and a {term}`Wilson score interval <Confidence interval>` {cite}`wilson1927`, which stays
# sensible in small groups and near the ends of the scale.

# %% tags=["hide-input"]
name = f"Best response of {prose.inside(study.label(assessed))} patients"
note = f"Wilson score intervals. {cohort.note}"
render(tables.best_response_table(rows, study), "best-response", name, note)

# %% tags=["hide-input"]
fig, ax = plt.subplots(figsize=(6, 3.6))
response.plot_rates(pick(rows, outcome="response", statistic="rate", group=study.arm_ids), study, ax=ax)
show(fig, alt=words.rates_alt(rows, study, "response"), note=cohort.note)

# %% tags=["remove-input"]
say(
    """
    Response of relapsed/refractory patients: {response}. {compared}
    Not recorded: best response, {no_response:count} ({assessed}); MRD after treatment, {no_mrd:count} (all patients); marrow blasts at baseline, {no_blasts:count} ({assessed}).

    In the figure the two arms of a group of patients stand one above the other, with the count and its
    denominator at the right. Two intervals that overlap don't show that the arms are alike: the interval of
    the difference, further down, answers that question.
    """,
    response=words.by_arm(rows, study, "response", assessed),
    compared=words.compared_sentence(rows, study, "response", assessed),
    no_response=get(rows, result_id("response", "missing", stratum=assessed)),
    no_mrd=get(rows, result_id("mrd_negativity", "missing")),
    no_blasts=get(rows, result_id("blasts", "missing", stratum=assessed)),
    assessed=prose.inside(study.label(assessed)),
)

# %% [markdown]
# ## How many reached complete remission?
#
# Complete remission leaves out the partial remissions, and is the stricter outcome.

# %% tags=["hide-input"]
fig, ax = plt.subplots(figsize=(6, 3.6))
remissions = pick(rows, outcome="complete_remission", statistic="rate", group=study.arm_ids)
response.plot_rates(remissions, study, ax=ax)
show(fig, alt=words.rates_alt(rows, study, "complete_remission"), note=cohort.note)

# %% tags=["remove-input"]
say(
    """
    Complete remission of relapsed/refractory patients: {remission}. {compared}
    {rebuilt}The abstract gives response, not complete remission alone: how the responses of this rebuilt cohort divide into complete and partial remissions was chosen in rebuilding, and with it every rate of complete remission and every comparison of such rates.
    {recorded}Complete and partial remission stand as the hospitals recorded them.
    """,
    remission=words.by_arm(rows, study, "complete_remission", assessed),
    compared=words.compared_sentence(rows, study, "complete_remission", assessed),
    rebuilt=rebuilt,
    recorded=recorded,
)

# %% [markdown]
# ## How many were MRD negative after treatment?

# %% tags=["remove-input"]
say(
    """
    MRD negativity can be asked of everybody, and it means something else in each disease status: a
    relapsed/refractory patient has to come from overt leukaemia, an MRD-positive patient from a remission
    with residual cells, and a patient who entered MRD negative has only to stay so. A rate over everybody
    therefore depends on how many patients of each status an arm holds, and the strata are read one by one.
    "{both}" are all those with measurable disease at entry.
    """,
    both=study.label(both) if both else None,
)

# %% tags=["hide-input"]
fig, ax = plt.subplots(figsize=(6, 6.4))
rates = pick(rows, outcome="mrd_negativity", statistic="rate", group=study.arm_ids, stratum=study.strata)
response.plot_rates(rates, study, ax=ax)
show(fig, alt=words.rates_alt(rows, study, "mrd_negativity"), note=cohort.note)

# %% tags=["remove-input"]
entered = {"mrd_negative", "mrd_positive"} <= set(study.strata)
stayed = result_id("mrd_negativity", "rate", study.arm_ids[1], "mrd_negative")
became = result_id("mrd_negativity", "rate", study.arm_ids[0], "mrd_positive")
say(
    """
    MRD negativity was found

    - in relapsed/refractory disease: {refractory};
    - in MRD-positive disease: {mrd_positive};
    - in both together: {both}.

    {compared}
    MRD negativity after treatment, among patients who entered MRD negative and were given {second}: {stayed:of}; among MRD-positive patients given {first}: {became:of}.
    {two_readings}A sentence of the abstract can be read as either of these two; the ledger sets out both.

    These rates have everybody as their denominator, patients without a response included. Among
    relapsed/refractory patients who responded the depth of the response shows:

    - among responders (CR, CRi or PR): {responders};
    - among complete remissions (CR or CRi): {complete_responders}.

    Rates among responders can't tell which treatment is the better one: who responds is itself a result of
    treatment, and an arm that brings more difficult patients into remission may show the lower rate there.
    """,
    refractory=words.by_arm(rows, study, "mrd_negativity", assessed),
    mrd_positive=words.by_arm(rows, study, "mrd_negativity", "mrd_positive"),
    both=words.by_arm(rows, study, "mrd_negativity", both),
    compared=words.compared_sentence(rows, study, "mrd_negativity", main),
    first=first,
    second=second,
    stayed=get(rows, stayed) if entered else None,
    became=get(rows, became) if entered else None,
    two_readings=rebuilt if entered else None,
    responders=words.by_arm(rows, study, "mrd_negativity", "responders"),
    complete_responders=words.by_arm(rows, study, "mrd_negativity", "complete_responders"),
)

# %% [markdown]
# ## How large are the differences?

# %% tags=["remove-input"]
say(
    """
    A difference in percentage points, {first_minus_second}, says more than a {term}`P value <P value>`: the interval
    holds every difference that the patients don't contradict. Newcombe's hybrid score interval
    {cite}`newcombe1998` is built from the two Wilson intervals and keeps their good behaviour in small
    groups. Below each group of patients stand the counts of the two arms, {first} first.
    """,
    first_minus_second=comparisons.minus(study),
    first=study.arms[0].short,
)

# %% tags=["hide-input"]
differences = {one.label: words.labelled_differences(rows, study, one.id) for one in study.outcomes}
axs = forest.plot_forests(differences, study)
show(axs[0].figure, alt=words.differences_alt(rows, study), note=cohort.note)

# %% tags=["hide-input"]
name = "Rates by arm, and their differences"
note = f"Wilson intervals; difference: {comparisons.minus(study)}, Newcombe interval. {cohort.note}"
render(tables.rates_table(rows, study), "rates", name, note, groups="Outcome")

# %% [markdown]
# Newcombe's interval is one of several. The score interval of Miettinen and Nurminen
# {cite}`miettinen1985` and the exact unconditional one of Chan and Zhang {cite}`chan1999`, which never
# covers less often than it claims and is mostly wider for it, stand beside it in this table (folded away).

# %% tags=["hide-input", "hide-output"]
name, note = (
    "Three intervals of the same differences",
    f"{prose.begin(comparisons.minus(study))}. {cohort.note}",
)
render(tables.intervals_table(rows, study), "intervals", name, note, groups="Outcome")

# %% tags=["remove-input"]
say(
    """
    The dotted line is no difference. An interval that crosses it leaves the direction open; how far it
    reaches on either side says how much is left open.
    {response_high}
    {mrd_high}
    {response_low}
    {mrd_low}
    """,
    response_high=words.compared_sentence(rows, study, "response", high),
    mrd_high=words.compared_sentence(rows, study, "mrd_negativity", high),
    response_low=words.compared_sentence(rows, study, "response", low),
    mrd_low=words.compared_sentence(rows, study, "mrd_negativity", low),
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
note = f"Two-sided, not adjusted for the number of comparisons. {cohort.note}"
render(tables.tests_table(rows, study), "tests", name, note, groups="Outcome")

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

# %% [markdown]
# ## Does the burden of leukaemia matter?

# %% tags=["remove-input"]
say(
    """
    Each mark is a relapsed/refractory patient, placed by the share of blasts in the marrow before treatment
    and by best response.
    {cut}The dotted line is the cut between low and high burden.
    A cut throws information
    away: patients on its two sides may differ little, and those of one side much. The next chapter models
    the blasts as the number they are.
    """,
    cut="" if study.burden else None,
)

# %% tags=["hide-input"]
courses = by_burden.blasts_and_response(patients, study)
fig, ax = plt.subplots(figsize=(6, 4.6))
response.plot_response_by_blasts(courses, study, ax=ax)
show(fig, alt=words.patients_alt(courses, study), note=cohort.note)

# %% tags=["remove-input"]
say(
    """
    Whether the arms differ more at high burden than at low burden is a question of its own. A difference
    that is clear in one stratum and not in the other doesn't answer it; the contrast of the two differences
    does {cite}`altman2003`, with an interval recovered from theirs {cite}`zou2008`.

    {contrasts}

    {homogeneity}{printed}
    """,
    contrasts=prose.bullets(words.burden_sentence(rows, study, outcome.id) for outcome in study.outcomes),
    homogeneity=words.homogeneity_sentence(rows, study),
    printed=" The abstract prints no such test. The one of MRD negativity, and that of response, follow from the counts "
    "that the printed rates leave; it was thought of after they had been seen, in few patients, and no plan names it."
    if study.claims and study.burden
    else "",
)

# %% [markdown]
# ## What if the cut-off were another one?

# %% tags=["remove-input"]
say(
    """
    The cut between low and high burden is one of many. Each mark is a cut-off, one for each value of the
    blasts that occurs. The upper row shows the difference between the arms among patients above the cut-off,
    the lower row that difference minus the one among the rest: whether burden matters.
    {cut}The dashed line is the chapter's cut-off; intervals are Newcombe's, and those recovered from them.
    """,
    cut="" if study.burden else None,
)

# %% tags=["hide-input"]
fig, axs = plt.subplots(
    2, len(study.outcomes), figsize=(6, 5), sharex=True, sharey="row", layout="constrained"
)
for column, outcome in zip(axs.T, study.outcomes, strict=True):
    for ax, kind in zip(column, ("difference", "contrast"), strict=True):
        blasts.plot_over_cutoffs(by_burden.over_cutoffs(patients, study, outcome.id), study, kind, ax=ax)
        ax.label_outer()
    column[0].set_title(words.short(study, outcome.id), fontsize=10)
about = "Risk differences above each cut-off of the blasts."
alt = words.over_alt(rows, study, "risk_difference_above", by_burden.CUTOFFS, about)
show(fig, alt=alt, note=cohort.note)

# %% tags=["remove-input"]
say(
    """
    Neighbouring marks hold nearly the same patients, so they are no independent confirmations of each other,
    and on the right few patients are left. Whoever tries every cut-off and reports the best finds small P
    values by chance alone. The second P value of each outcome takes the search into account
    {cite}`miller1982`: the arms are reallocated at random to the same patients, again and again, and each
    time the best cut-off is sought anew.

    {searches}
    """,
    searches=prose.bullets(words.search_sentence(rows, study, outcome.id) for outcome in study.outcomes),
)

# %% [markdown]
# ## And without any cut-off?

# %% tags=["remove-input"]
say(
    """
    Each arm is given a logistic curve over its patients' blasts, by {term}`Firth's method <Firth's method>` {cite}`firth1993`, which
    also works where blasts separate the outcomes and pulls fitted rates a little towards one half. The figure
    shows the difference between the two curves, as far as both arms have patients (ticks: {first}
    above, {second} below), with a pointwise band recovered from those of the curves.
    """,
    first=study.arms[0].phrase,
    second=study.arms[1].short,
)

# %% tags=["hide-input"]
fig, axs = plt.subplots(
    len(study.outcomes), figsize=(6, 2.5 * len(study.outcomes)), sharex=True, layout="constrained"
)
for ax, outcome in zip(axs, study.outcomes, strict=True):
    curve = by_burden.over_blasts(patients, study, outcome.id)
    blasts.plot_over_blasts(curve, by_burden.asked(patients, study, outcome.id), ax=ax)
    ax.set_title(outcome.label)
    ax.label_outer()
about = "Differences of fitted rates over marrow blasts."
alt = words.over_alt(rows, study, "firth_difference_at", by_burden.PLACES, about)
show(fig, alt=alt, note=cohort.note)

# %% tags=["remove-input"]
say(
    """
    The same question on the scale of odds, where it is one number, the {term}`interaction <Interaction>`: by which factor the odds
    ratio of the arms changes from low to high burden, and with every ten percentage points of blasts (Firth
    logistic regression, profile intervals and likelihood-ratio P values).

    {interactions}

    Differences of rates and ratios of odds measure interaction on different scales, and can disagree.
    """,
    interactions=prose.bullets(words.interaction_sentence(rows, study, one.id) for one in study.outcomes),
)

# %% [markdown]
# ## What would somebody believe who held an opinion before?
#
# A Bayesian analysis states the opinion held beforehand, {term}`the prior <Credible interval>`, and what the patients make of it. The
# rate of each arm is given a Beta distribution of its own, which counts as patients seen before: Beta(a, b)
# is worth a patients with the outcome and b without. The chapter's prior holds all rates alike, Beta(1, 1).
# Beside it stand Jeffreys' prior, one that expects rates near a half whatever the arm, and two that lean to
# one arm as four patients of each would. The posterior is integrated, not simulated
# {cite}`nurminen1987`; its mean is drawn with the 95% credible interval (equal tails).

# %% tags=["hide-input"]
posteriors = words.labelled_posteriors(rows, study)
axs = forest.plot_forests(posteriors, study, inches=0.48)
alt = f"Posterior risk differences under five priors. {words.listed(posteriors, lines=1)}"
show(axs[0].figure, alt=alt, note=cohort.note)

# %% tags=["remove-input"]
say(
    """
    With the chapter's prior:

    {posteriors}

    Where the strip moves much from prior to prior, the patients are too few to overrule an opinion. A
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
# been given either count most. The standardised difference of everything in the model is zero then; blasts
# above the cut-off, which the model doesn't hold, show what is left. Patients who entered MRD negative
# aren't weighted. Dashed lines: a difference of 0.1, commonly held to be negligible.

# %% tags=["hide-input"]
models = confounding.models(study)
fig, axs = plt.subplots(
    len(models), figsize=(6, 2.5 * len(models)), sharex=True, squeeze=False, layout="constrained"
)
for ax, stratum in zip(axs[:, 0], models, strict=True):
    before, after = confounding.balance_pair(rows, study, stratum)
    love.plot_love(before, study, after, ax=ax)
    ax.set_title(study.label(stratum))
    ax.label_outer()
show(fig, alt=words.balance_alt(rows, study), note=cohort.note)

# %% tags=["hide-input"]
weighted = words.labelled_weighted(rows, study)
axs = forest.plot_forests(weighted, study)
alt = f"Risk differences as observed and with overlap weights. {words.listed(weighted)}"
show(axs[0].figure, alt=alt, note=cohort.note)

# %% tags=["remove-input"]
say(
    """
    {weights_refractory}
    {weights_both}
    {weighted_response}
    {weighted_mrd}

    The interval of a weighted difference is a sandwich interval that counts the propensity model as estimated
    {cite}`lifan2019`; in few patients it is somewhat too narrow. Weights balance what was measured, on
    average, and nothing else. For what was not measured the {term}`E-value <E-value>` {cite}`vanderweele2017` says how strong
    it would have to be: the least risk ratio, with treatment and with outcome both, that would explain the
    arms' risk ratio away (the last column: that would bring its interval to 1). An E-value of 1 means that
    nothing is needed.
    """,
    weights_refractory=words.weights_sentence(rows, study, assessed),
    weights_both=words.weights_sentence(rows, study, both),
    weighted_response=words.weighted_sentence(rows, study, "response", assessed),
    weighted_mrd=words.weighted_sentence(rows, study, "mrd_negativity", both),
)

# %% tags=["hide-input", "hide-output"]
arms = " over ".join(arm.short for arm in study.arms)
note = f"{prose.begin(arms)}, not weighted; Katz log interval. {cohort.note}"
render(tables.e_values_table(rows, study), "e-values", "Risk ratios, E-values", note, groups="Outcome")

# %% tags=["remove-cell"]
quote(
    response_arms=words.by_arm(rows, study, "response", assessed),
    response_compared=words.compared_sentence(rows, study, "response", assessed),
    mrd_measurable=words.by_arm(rows, study, "mrd_negativity", main),
    mrd_compared=words.compared_sentence(rows, study, "mrd_negativity", main),
    high_response_arms=words.by_arm(rows, study, "response", high),
    high_mrd_arms=words.by_arm(rows, study, "mrd_negativity", high),
    low_mrd_arms=words.by_arm(rows, study, "mrd_negativity", low),
    burden_mrd=words.burden_sentence(rows, study, "mrd_negativity"),
)

# %% [markdown]
# ## How much is compared, and in how few?

# %% tags=["remove-input"]
say(
    """
    The strata overlap: high and low burden make up relapsed/refractory disease, which is part of measurable
    disease, which is part of everybody. So the comparisons are many, and not independent of each other.

    Comparisons of the arms that could be tested: {made:number}, of which {low:number} had a Pearson P below {alpha},
    not adjusted for their number. Patients in the smallest group: {smallest:number}.
    Where nothing differs at all, some P values of such a family fall below
    the limit by chance alone, and the more comparisons, the more of them. In a small group one patient more
    or less moves a rate by many points, and only a very large difference can be told from none. The P
    values are therefore read as descriptions, and a subgroup as a question for the next study.
    """,
    made=get(rows, result_id("comparisons", "count", "arm")),
    low=get(rows, result_id("comparisons", "low_p_count", "arm")),
    alpha=f"{study.alpha:g}",
    smallest=get(rows, result_id("smallest_group", "count")),
)

# %% [markdown]
# ## What can and cannot be concluded

# %% tags=["remove-input"]
say(
    """
    - The rates, with their intervals, describe these patients. How exactly they are known shows in the
      width of the intervals, not in a P value.
    - A difference whose interval crosses zero is not a proof that the arms are alike.
    - The arms were not assigned by chance. Doctors chose, and whoever was given {combination} may have
      differed in ways that bear on response. Neither the intervals nor the tests account for that; weights
      account for the few things that were measured, and E-values say how much it would take beyond them.
    - Burden was cut at one value. How the difference runs over all cut-offs, and over the blasts uncut, says
      more than one cut does, and P values of the best cut-off have to count the search.
    - The contrast between high and low burden, not the difference in one of them, bears on whether the arms
      differ more where there is more leukaemia.
    - MRD negativity in different disease statuses is not one outcome, and rates over mixed statuses compare
      the mixture as well as the treatment.
    - Response was read when it was best. What became of it is the matter of the survival chapter.
    """,
    combination=study.arms[0].phrase,
)

# %% [markdown]
# ## References
#
# Wilson's interval {cite}`wilson1927`, Newcombe's interval of a difference {cite}`newcombe1998`, the
# score interval {cite}`miettinen1985`, the exact test of homogeneity {cite}`zelen1971` and the exact interval {cite}`chan1999`, the tests of Suissa
# and Shuster {cite}`suissa1985` and Boschloo {cite}`boschloo1970`, the search for a cut-off {cite}`miller1982`,
# Firth's method {cite}`firth1993`, the posterior of a difference {cite}`nurminen1987`, {term}`overlap weights <Overlap weights>`
# {cite}`li2018` and their variance {cite}`lifan2019`, E-values {cite}`vanderweele2017`, contrasts of
# subgroups {cite}`altman2003` and their intervals {cite}`zou2008`.
