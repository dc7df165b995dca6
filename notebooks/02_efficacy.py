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
# # Efficacy

# %% tags=["hide-input"]
import matplotlib.pyplot as plt

from helpers.chapters.efficacy import tables, words
from helpers.chapters.efficacy.groups import result_id
from helpers.chapters.efficacy.rows import results
from helpers.ground.cohort import load
from helpers.ground.results import get, pick
from helpers.plots import by_burden, forest, response, style
from helpers.printing import comparisons, prose
from helpers.printing.marks import drawing_legend, legend
from helpers.printing.notebook import quote, quote_figure, say, show
from helpers.printing.tables import render

# %% tags=["hide-input"]
style.use()
cohort = load()
study, rows = cohort.study, cohort.told(results(cohort))
# A line of text with one of these slots stands only where results are ranges over many cohorts, or are not.
ranged, recorded = ("", None) if cohort.is_ranged else (None, "")
by_choice = None if study.randomised else ""
parted = len(study.outcome("mrd_negativity").populations) > 1
assessed, main = study.assessed, study.outcome("mrd_negativity").main
high, low = [side.id for side in study.burden] if study.burden else ("", "")
first, second = (prose.inside(arm.label) for arm in study.arms)

# %% tags=["remove-input"]
say(
    """
    Do patients respond, and lose their {term}`measurable residual disease <MRD>` (MRD), more often {first}
    than {second}, and does the answer depend on how much leukaemia they had?

    Three outcomes are looked at. **Response** is complete remission (CR), complete remission with incomplete
    recovery of the blood counts (CRi) or partial remission (PR) as best response;
    **{term}`complete remission <Complete remission>`** is CR or CRi; **MRD negativity** is read after treatment, by flow
    cytometry of the marrow. {asked}
    {ranged}The abstract prints CR and PR. That CRi counts with them, and that the best response is meant, is a reading.

    {by_choice}{allotment}, and the patients of the two arms may have differed in ways that bear on response. What follows compares arms, and cannot be read as what a treatment brings about.

    {marks}

    More: [efficacy in detail](02a_efficacy_details), with every interval and test, other cut-offs, prior opinions and
    weights.
    """,
    first=comparisons.introduced(study.arms[0]),
    second=comparisons.introduced(study.arms[1]),
    asked="All three are asked of everybody."
    if study.assessed == "all"
    else f"The first two are asked only of {study.assessed_name} patients, since the others entered in remission.",
    ranged=ranged,
    by_choice=by_choice,
    allotment=study.allotment,
    marks=legend() if cohort.is_ranged else None,
)

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
    brief_response=words.brief(rows, study, "response", assessed),
    brief_mrd=words.brief(rows, study, "mrd_negativity", assessed),
    high_response_gap=words.gap(rows, study, "response", high),
    high_mrd_gap=words.gap(rows, study, "mrd_negativity", high),
    low_response_gap=words.gap(rows, study, "response", low),
    low_mrd_gap=words.gap(rows, study, "mrd_negativity", low),
    low_mrd_otherwise=words.zero_inside(rows, study, "mrd_negativity", low) if low else None,
    burden_turns=words.turn_sentence(rows, study),
    burden_test=words.homogeneity_sentence(rows, study, words.ABOUT_BURDEN),
)

# %% [markdown] tags=["needs-best_response"]
# ## How did the patients respond?

# %% tags=["remove-input"]
say(
    """
    {ranged}The counts of all {assessed} patients are printed. At high burden the percentages are printed; few numbers of patients print both of an arm, and the quartiles of the blasts exclude all but one, so that the counts follow <a href="06a_ledger_and_searches.html#which-tests-print-the-p-values">without a test</a>. With them what is left at low burden follows, if each of these patients has a blast count ([chapter 6](06_does_it_add_up)).
    Overlapping intervals do not show that the arms are alike; the interval of the difference, further
    down, answers that question.
    """,
    assessed=study.assessed_name,
    ranged=ranged and "" if study.burden else None,
)

# %% tags=["hide-input"]
fig, ax = plt.subplots(figsize=(4.7, 3.3))
responses = pick(rows, outcome="response", statistic="rate", group=study.arm_ids)
response.plot_rates(responses, study, ax=ax)
show(
    fig,
    "response",
    """
    Response by arm, {name} patients
    Share of patients in complete or partial remission (CR, CRi or PR) as best response{sides}.
    At the right, patients with a response, of the patients of that line. Lines: 95% confidence intervals (Wilson). {key}
    """,
    alt=words.rates_alt(rows, study, "response"),
    note=cohort.note_of(responses),
    data=responses,
    name=study.assessed_name,
    sides=", of all and on either side of the cut of their blasts" if study.burden else "",
    key=drawing_legend(responses) or "",
)

# %% tags=["remove-input"]
say(
    """
    Response of {name} patients: {response}.
    {high}
    {low}

    {ranged}Complete remission without the partial ones is nowhere printed. {known}
    {recorded}Complete remission leaves out the partial remissions, and is the stricter outcome.
    Complete remission of {name} patients: {remission}. {compared_remission}
    {recorded}A patient in whom an outcome is not recorded is left out of its denominator. Not recorded: best response, {no_response:count} ({name} patients); MRD after treatment, {no_mrd:count} (all patients); marrow blasts at baseline, {no_blasts:count} ({name} patients).
    """,
    name=study.assessed_name,
    response=words.by_arm(rows, study, "response", assessed),
    high=words.at_burden(rows, study, "response", high),
    low=words.at_burden(rows, study, "response", low),
    remission=words.by_arm(rows, study, "complete_remission", assessed),
    compared_remission=words.compared_sentence(rows, study, "complete_remission", assessed),
    known=words.readings.known_sentence(rows, study, "complete_remission"),
    ranged=ranged,
    recorded=recorded,
    no_response=get(rows, result_id("response", "missing", stratum=assessed)),
    no_mrd=get(rows, result_id("mrd_negativity", "missing")),
    no_blasts=get(rows, result_id("blasts", "missing", stratum=assessed)),
)

# %% [markdown] tags=["needs-mrd_negative"]
# ## How many were MRD negative after treatment?

# %% tags=["remove-input"]
say(
    """
    {mixed}MRD negativity can be asked of everybody, and it means something else in each disease status: a relapsed or refractory patient has to come from overt leukaemia, an MRD-positive patient from a remission with residual cells, and a patient who entered MRD negative has only to stay so. The strata are therefore read one by one; a rate over several compares the mixture as well as the treatment.
    {ranged}The rates printed as "MRD-positive" fit all patients with measurable disease, not the MRD-positive, whose counts then follow ([chapter 6](06_does_it_add_up)). What rests on this reading, or on another one, is marked "under a reading"; a number says under which one.
    """,
    ranged=ranged if main != assessed else None,
    mixed="" if "mrd_positive" in study.strata else None,
)

# %% tags=["hide-input"]
fig, ax = plt.subplots(figsize=(4.7, 5.7))
rates = pick(rows, outcome="mrd_negativity", statistic="rate", group=study.arm_ids, stratum=study.strata)
response.plot_rates(words.readings.labelled(rates), study, ax=ax)
show(
    fig,
    "mrd",
    """
    MRD negativity after treatment by arm
    Share of patients without measurable residual disease (MRD) by flow cytometry of the marrow{parts}.
    At the right, MRD-negative patients, of the patients of that line{overlap}. Lines: 95% confidence intervals (Wilson). {key}
    """,
    alt=words.rates_alt(rows, study, "mrd_negativity"),
    note=cohort.note_of(rates),
    data=rates,
    parts=", by disease status at entry and burden of blasts" if parted else "",
    overlap="; the groups overlap" if parted else "",
    key=drawing_legend(rates) or "",
)

# %% tags=["remove-input"]
entered = {"mrd_negative", "mrd_positive"} <= set(study.strata)
stayed = result_id("mrd_negativity", "rate", study.arm_ids[1], "mrd_negative")
became = result_id("mrd_negativity", "rate", study.arm_ids[0], "mrd_positive")
least = result_id("mrd_negativity", "count", study.arm_ids[1], main)
most = result_id("mrd_negativity", "count", study.arm_ids[1])
say(
    """
    MRD negativity was found:

    - of {assessed} patients: {refractory}
    - of MRD-positive patients: {mrd_positive}
    - of {main} patients: {both}

    {high}
    {low}

    {ranged}That all monotherapy patients became MRD negative, as the abstract says, contradicts its own count in relapsed/refractory disease. Two readings fit where the sentence stands: those who entered MRD negative and were given {second} stayed so ({stayed:count}), or the arms are swapped and the MRD-positive patients given {first} are meant ({became:count}). By the counts alone those of the immune panel could be meant as well, but they are named only later.
    {ranged}**The first is taken here**; with them it is {all_of:count} of everybody given {second}. Under the second nothing is said of them, and that count can be anything from {least:number} to {most:number}. Both numbers also rest on the reading of the rates, above.
    """,
    assessed=study.assessed_name,
    main=prose.inside(study.label(main)).removesuffix(" patients"),
    refractory=words.by_arm(rows, study, "mrd_negativity", assessed),
    mrd_positive=words.by_arm(rows, study, "mrd_negativity", "mrd_positive"),
    both=words.by_arm(rows, study, "mrd_negativity", main) if main != assessed else None,
    high=words.at_burden(rows, study, "mrd_negativity", high),
    low=words.at_burden(rows, study, "mrd_negativity", low),
    ranged=ranged if entered else None,
    first=first,
    second=second,
    stayed=get(rows, stayed) if entered else None,
    became=get(rows, became) if entered else None,
    all_of=get(rows, result_id("mrd_negativity", "rate", study.arm_ids[1])) if entered else None,
    least=get(rows, least) if entered else None,
    most=get(rows, most) if entered else None,
)

# %% [markdown]
# ## How large are the differences?

# %% tags=["remove-input"]
say(
    """
    The interval of a difference holds every difference that the counts don't contradict. In a small group one
    patient moves a rate by many points, and only a very large difference can be told from none. A difference is
    called clear where Newcombe's interval {cite}`newcombe1998` leaves out zero, here and in the whole chapter;
    where other intervals or tests judge otherwise, they are named.
    """
)

# %% tags=["hide-input"]
name = f"Differences between the arms, {comparisons.minus(study)}"
note = "95% CI: Newcombe. P: Pearson's chi-square without continuity correction, two-sided, not adjusted."
note = f"{note} {cohort.ranges_note}".strip()
render(tables.differences_table(rows, study), "differences", name, note, groups="Outcome")

# %% tags=["remove-input"]
say(
    """
    {clear}

    {strata}The strata overlap, so these comparisons are not independent of each other.
    Comparisons that could be tested: {made:number}, of which {low:number} had a P below {alpha}. Where nothing differs at all, some P values of such a family fall below the
    limit by chance. A difference whose interval crosses zero is no proof that the arms are alike.
    """,
    clear=words.clear_sentence(rows, study),
    strata="" if parted else None,
    made=get(rows, result_id("comparisons", "count", "arm")),
    low=get(rows, result_id("comparisons", "low_p_count", "arm")),
    alpha=f"{study.alpha:g}",
)

# %% [markdown] tags=["needs-burden", "needs-bm_blasts_pct"]
# ## Does the burden of leukaemia matter?

# %% tags=["remove-input"]
say(
    """
    Whether the arms differ more at high burden than at low burden is a question of its own. A difference that is
    clear on one side of the cut and not on the other doesn't answer it; the contrast of the two differences does
    {cite}`altman2003`, as it runs from one side to the other and can reach 200 points.
    {ranged}One cut, of which no word says that it was planned, few patients on either side (the smallest group has {smallest:number}), and a test thought of after the counts had been seen: a question for the next study, not a finding.
    {recorded}A cut throws information away: patients on its two sides may differ little, and those of one side much.
    """,
    ranged=ranged,
    recorded=recorded,
    smallest=get(rows, result_id("smallest_group", "count")) if cohort.is_ranged else None,
) if study.burden else None

# %% tags=["hide-input"]
if study.burden:
    differences = {
        one.label: words.labelled_differences(rows, study, one.id, (high, low)) for one in cohort.outcomes
    }
    sides = {label: drawn for label, drawn in differences.items() if len(drawn)}
    axs = forest.plot_forests(sides, study)
    alt = f"Risk differences at high and low burden, {comparisons.minus(study)}. {words.listed(sides)}"
    show(
        axs[0].figure,
        "burden",
        """
        Differences between the arms at high and at low burden
        Rates of {arms}, in percentage points, among {name} patients on either side of the cut of their blasts. Under each group the counts of the two arms{shares}.
        Lines: 95% confidence intervals (Newcombe). Dotted: no difference. {key}
        """,
        alt=alt,
        note=cohort.ranges_note,
        data=sides,
        arms=comparisons.minus(study),
        name=study.assessed_name,
        shares=", or the range of their shares" if cohort.is_ranged else "",
        key=drawing_legend(*sides.values()) or "",
    )

# %% tags=["remove-input"]
say(
    """
    {contrasts}

    {homogeneity}
    {ranged}The abstract prints no such test; those of response and of MRD negativity follow.

    More: [response and blasts {how}, other cut-offs, and no cut-off](02a_efficacy_details).
    """,
    contrasts=prose.bullets(words.burden_sentence(rows, study, outcome.id) for outcome in cohort.outcomes),
    homogeneity=words.homogeneity_sentence(rows, study),
    how="patient by patient" if cohort.draws_patients else "in bands",
    ranged=ranged,
)

# %% tags=["remove-cell"]
if study.burden:
    labelled = words.labelled_by_burden(rows, study)
    drawn = by_burden.plot_by_burden(labelled, study).figure
    quote_figure(
        "by_burden_figure",
        drawn,
        "burden",
        """
        Response and MRD negativity by arm and burden
        Shares of {name} patients above {cut}% blasts and of the others; at the right, who had the outcome.
        """,
        alt=words.by_burden_alt(labelled, study),
        data=labelled,
        name=study.assessed_name,
        cut=f"{study.cutoff:g}",
    )

# %% [markdown]
# ## What can and cannot be concluded

# %% tags=["remove-input"]
say(
    """
    - How exactly a rate or a difference is known shows in the width of its interval, not in a P value. A
      difference whose interval crosses zero is not a proof that the arms are alike.
    - {by_choice}{allotment}, and patients {combination} may have differed in ways that bear on response. Neither the intervals nor the tests account for that.
    - {cut}Burden was cut at one value. The contrast between high and low burden, not the difference in one of them, bears on whether the arms differ more where there is more leukaemia.
    - {mixed}MRD negativity in different disease statuses is not one outcome, and rates over mixed statuses compare the mixture as well as the treatment.
    - {recorded}Response was read when it was best. What became of it is the matter of the survival chapter.
    - {ranged}What became of a response is the matter of the survival chapter.
    """,
    ranged=ranged,
    recorded=recorded,
    by_choice=by_choice,
    allotment=study.allotment,
    mixed="" if "mrd_positive" in study.strata else None,
    cut="" if study.burden else None,
    combination=study.arms[0].named,
)

# %% [markdown]
# ## References
#
# Wilson's interval {cite}`wilson1927`, Newcombe's interval of a difference {cite}`newcombe1998`, contrasts of
# subgroups {cite}`altman2003` and their intervals {cite}`zou2008`, the exact test of homogeneity {cite}`zelen1971`.
