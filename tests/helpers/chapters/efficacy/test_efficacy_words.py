"""The sentences, tables and figures of chapter 2, on a countable cohort and where something is left out."""

from dataclasses import replace

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from small_cohorts import other_studies, responses, write

from helpers.chapters.efficacy import bayes, burden, confounding, tables, words
from helpers.chapters.efficacy.groups import places, result_id
from helpers.chapters.efficacy.rows import TESTS, results
from helpers.chapters.efficacy.words import readings
from helpers.ground import study as studies
from helpers.ground.cohort import load
from helpers.ground.results import get, is_estimable, pick
from helpers.ground.standing import FOLLOWS, OPEN, told
from helpers.plots import blasts, forest, love, response
from helpers.printing.marks import plain

STUDY = studies.load()
OUTCOMES = [outcome.id for outcome in STUDY.outcomes]


@pytest.fixture(scope="module")
def cohort(tmp_path_factory):
    return write(tmp_path_factory.mktemp("small"), responses())


@pytest.fixture(scope="module")
def rows(cohort):
    return results(cohort)


@pytest.fixture(scope="module")
def whole():
    """Return the rows of the book's cohort."""
    return results(load())


def value(rows, outcome, statistic, group="arm", stratum="all"):
    return get(rows, result_id(outcome, statistic, group, stratum))


def altered(rows, outcome, statistic, stratum, **values):
    """Give the rows with other numbers in one comparison of the arms."""
    rows = rows.copy()
    rows.loc[rows["id"] == str(result_id(outcome, statistic, "arm", stratum)), list(values)] = [
        *values.values()
    ]
    return rows


def changed(patients, where, **values):
    return patients.assign(
        **{column: patients[column].mask(where, value) for column, value in values.items()}
    )


def hostile():
    patients = responses()
    relapsed = patients["disease_status"] == "relapsed_refractory"
    combination = patients["arm"] == "combination"
    return {
        "all respond": changed(patients, relapsed, best_response="CR", mrd_negative="yes"),
        "nobody MRD negative": changed(patients, relapsed | ~relapsed, mrd_negative="no"),
        "nobody responds": changed(patients, relapsed, best_response="NR"),
        "nothing recorded": changed(
            patients, relapsed | ~relapsed, best_response="", mrd_negative="", bm_blasts_pct=""
        ),
        "one arm": patients[~combination],
        "no combination at high burden": changed(patients, combination & relapsed, bm_blasts_pct="10"),
        "no relapsed/refractory": patients[~relapsed],
        "no MRD-positive": patients[patients["disease_status"] != "mrd_positive"],
        "one patient": patients.head(1),
    }


@pytest.mark.parametrize("name", hostile())
def test_every_id_sentence_and_figure_exists_for_every_cohort(tmp_path, rows, name):
    cohort = write(tmp_path, hostile()[name])
    found = results(cohort)
    whole = rows["id"].tolist()
    if "bm_blasts_pct" in cohort.absent:
        # No stratum of blasts, and no contrast of strata, is asked about.
        whole = [id for id in whole if id in set(found["id"])]
        assert len(whole) < len(rows) and not found["stratum"].isin(["high_burden", "low_burden"]).any()
    assert found["id"].tolist() == whole
    estimable = found[[is_estimable(result) for _, result in found.iterrows()]]
    assert estimable["estimate"].notna().all()
    if not {"best_response", "mrd_negative"} <= set(cohort.absent):  # without either the chapter gives way
        say_and_draw(cohort, found)


@pytest.mark.parametrize("name", other_studies(STUDY))
def test_a_study_with_less_has_its_sentences_and_figures(tmp_path, name):
    study = other_studies(STUDY)[name]
    patients = responses()
    cohort = write(tmp_path, patients[patients["disease_status"].isin(study.statuses)])
    found = results(replace(cohort, study=study))
    assert set(found["stratum"]) <= {*study.strata, "responders", "complete_responders"}
    say_and_draw(replace(cohort, study=study), found)


def say_and_draw(cohort, rows):
    study, patients = cohort.study, cohort.patients
    frame = burden.blasts_and_response(patients, study)
    texts = [
        words.differences_alt(rows, study),
        words.patients_alt(frame, study),
        words.listed(words.labelled_posteriors(rows, study), lines=1),
        words.balance_alt(rows, study),
        words.listed(words.labelled_weighted(rows, study)),
        words.over_alt(rows, study, "firth_difference_at", burden.PLACES, "Differences."),
        words.over_alt(rows, study, "risk_difference_above", burden.CUTOFFS, "Differences."),
        *(words.weights_sentence(rows, study, stratum) for stratum in confounding.models(study)),
        *(words.weighted_sentence(rows, study, *place) for place in confounding.weighted_places(study)),
        *(words.posterior_sentence(rows, study, *place) for place in bayes.varied(study)),
    ]
    texts += [
        say(rows, study, *place)
        for place in places(study)
        for say in (words.compared_sentence, words.tests_sentence)
    ]
    response.plot_response_by_blasts(frame, study)
    for outcome in study.outcomes:
        texts += [words.rates_alt(rows, study, outcome.id), words.search_sentence(rows, study, outcome.id)]
        texts += [words.interaction_sentence(rows, study, outcome.id)]
        contrast = words.burden_sentence(rows, study, outcome.id)
        assert (contrast is None) == (study.burden is None)
        forest.plot_forest(words.labelled_differences(rows, study, outcome.id), study)
        rates = pick(rows, outcome=outcome.id, statistic="rate", group=study.arm_ids, stratum=study.strata)
        response.plot_rates(rates, study)
        cutoffs = burden.over_cutoffs(patients, study, outcome.id)
        for kind in ("difference", "contrast"):
            blasts.plot_over_cutoffs(cutoffs, study, kind)
        curve, asked = (
            burden.over_blasts(patients, study, outcome.id),
            burden.asked(patients, study, outcome.id),
        )
        blasts.plot_over_blasts(curve, asked)
    for stratum in confounding.models(study):
        before, after = confounding.balance_pair(rows, study, stratum)
        love.plot_love(before, study, after)
    forest.plot_forests(words.labelled_posteriors(rows, study), study)
    forest.plot_forests(words.labelled_weighted(rows, study), study)
    plt.close("all")
    for table in (tables.rates_table, tables.tests_table, tables.intervals_table, tables.e_values_table):
        shown = table(rows, study)
        assert len(shown) == len(places(study))
        texts += [cell for cell in shown.drop(columns="E-value", errors="ignore").to_numpy().ravel() if cell]
    texts += list(tables.best_response_table(rows, study).to_numpy().ravel())
    assert not [text for text in texts if "nan" in text or "None" in text or not text]


def test_forest_labels_hold_the_counts_of_both_arms(rows):
    labels = words.labelled_differences(rows, STUDY, "response")["label"].tolist()
    assert labels[0] == "Relapsed/refractory\n4 of 5 v 5 of 7"
    assert labels[1].replace("\n", " ").endswith("blasts > 60% 3 of 3 v 2 of 3")


def with_tests(rows, p_values):
    """Give the tests of the response of all relapsed/refractory patients other P values."""
    for test, p_value in zip(TESTS, p_values, strict=True):
        rows = altered(rows, "response", test, "relapsed_refractory", p_value=p_value)
    return rows


@pytest.mark.parametrize(
    ("p_values", "verdict"),
    [
        ([0.01, 0.03, 0.04, 0.02], "all lie below 0.05."),
        ([0.06, 0.12, 0.07, 0.05], "none lies below 0.05."),
        ([0.03, 0.08, 0.07, 0.06], "they fall on different sides of 0.05."),
    ],
)
def test_sentence_about_tests_follows_the_p_values(rows, p_values, verdict):
    sentence = words.tests_sentence(with_tests(rows, p_values), STUDY, "response", "relapsed_refractory")
    assert sentence.endswith(verdict)
    assert sentence.startswith(f"P = {p_values[0]:.3f} (Pearson chi-square")


def test_sentence_about_tests_gives_the_reason_where_there_is_none(rows):
    sentence = words.tests_sentence(rows, STUDY, "mrd_negativity", "mrd_negative")
    assert sentence == "The tests are not estimable (an arm has no patients)."


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [
        (0.1, 0.9, "; a clear difference."),
        (-0.9, -0.1, "; a clear difference."),
        (-0.1, 0.9, "; no clear difference."),
    ],
)
def test_sentence_about_burden_follows_the_contrast(rows, low, high, verdict):
    middle, where = (low + high) / 2, "relapsed_refractory"
    rows = altered(rows, "response", "burden_difference", where, estimate=middle, ci_low=low, ci_high=high)
    sentence = words.burden_sentence(rows, STUDY, "response")
    assert sentence.endswith(verdict)
    assert "was +33 points at high and \N{MINUS SIGN}25 points at low burden" in sentence


def test_sentence_about_burden_gives_the_reason_where_there_is_no_contrast(tmp_path):
    patients = responses()
    found = results(write(tmp_path, patients[patients["arm"] == "monotherapy"]))
    assert words.burden_sentence(found, STUDY, "mrd_negativity") == (
        "MRD negativity: high and low burden cannot be contrasted "
        "(one of the two differences has no interval)."
    )


def test_rates_in_words_hold_both_arms_with_their_counts(rows):
    first, second = words.by_arm(rows, STUDY, "response", "relapsed_refractory").split(" and ")
    assert first.startswith("80% (4 of 5; 95% CI ") and first.endswith("with the combination")
    assert second.startswith("71% (5 of 7; 95% CI ") and second.endswith("with blinatumomab alone")


def test_comparison_names_outcome_and_stratum(rows):
    sentence = words.compared_sentence(rows, STUDY, "mrd_negativity", "high_burden")
    assert sentence.startswith(
        "The rate of MRD negativity (relapsed/refractory, blasts > 60%) was higher with the combination"
    )
    lower = words.compared_sentence(rows, STUDY, "response", "low_burden")
    assert "was lower with" in lower and "difference \N{MINUS SIGN}25 points" in lower


def test_rates_that_print_alike_are_in_no_direction(whole):
    # 14 of 19 and 29 of 39 both print 74%; the difference is one point.
    sentence = words.compared_sentence(whole, STUDY, "mrd_negativity", "measurable_disease")
    assert "was estimated alike with" in sentence and "difference \N{MINUS SIGN}1 point (" in sentence


def test_what_the_study_lacks_has_no_sentence(rows):
    for say in (words.compared_sentence, words.tests_sentence, words.by_arm, words.weighted_sentence):
        assert say(rows, STUDY, "response", "") is None
    assert words.weights_sentence(rows, STUDY, "mrd_negative") is None
    assert words.by_arm(rows, STUDY, "mrd_negativity", "responders").startswith("75% (3 of 4; 95% CI ")


def test_tables_print_every_stratum_once(rows):
    rates, tests = tables.rates_table(rows, STUDY), tables.tests_table(rows, STUDY)
    assert rates.loc[0, STUDY.arms[0].label].startswith("80% (4 of 5; ")
    assert rates.loc[0, "Difference"].startswith("+9 points (95% CI ")
    nobody = tests[tests["Patients"] == STUDY.label("mrd_negative")].iloc[0]
    assert nobody["Fisher P"] == "not estimable (an arm has no patients)"


def test_sentences_say_what_the_rows_say(whole):
    where = "relapsed_refractory"
    strongest = value(whole, "response", "cutoffs_strongest", stratum=where)
    assert f"above {strongest['estimate']:.0f}% blasts" in words.search_sentence(whole, STUDY, "response")
    for low, high, verdict in ((1.2, 9, "a clear difference"), (0.5, 9, "no clear difference")):
        rows = altered(whole, "response", "burden_odds_ratio", where, estimate=3.0, ci_low=low, ci_high=high)
        assert f"; {verdict}); for each ten" in words.interaction_sentence(rows, STUDY, "response")
    chances = [
        value(whole, "response", f"bayes_{prior}_probability", stratum="high_burden")["estimate"]
        for prior in bayes.priors(STUDY)
    ]
    sentence = words.posterior_sentence(whole, STUDY, "response", "high_burden")
    assert sentence.endswith(f"from {min(chances):.0%} to {max(chances):.0%} over the priors.")
    assert "credible interval" in sentence


def test_cut_off_figure_draws_every_interval_and_the_chapter_s_cut(cohort):
    frame = burden.over_cutoffs(cohort.patients, STUDY, "response")
    ax = blasts.plot_over_cutoffs(frame, STUDY, "difference")
    drawn = frame.dropna(subset=["estimate"])
    assert len(ax.collections[0].get_segments()) == len(drawn)
    assert ax.lines[0].get_ydata().tolist() == drawn["estimate"].tolist()
    assert any(list(line.get_xdata()) == [60, 60] for line in ax.lines)
    plt.close("all")


def test_love_plot_places_both_differences(whole):
    before, after = confounding.balance_pair(whole, STUDY, "relapsed_refractory")
    ax = love.plot_love(before, STUDY, after)
    marks = [line for line in ax.lines if line.get_marker() in ("s", "o")]
    assert [line.get_xdata()[0] for line in marks] == [*before["estimate"], *after["estimate"]]
    assert [label.get_text() for label in ax.get_yticklabels()] == before["label"].tolist()
    plt.close("all")


def test_panels_of_a_love_plot_that_share_an_axis_cut_no_range(whole):
    pairs = [confounding.balance_pair(whole, STUDY, stratum) for stratum in confounding.models(STUDY)]
    far, near = ([all_open(each).assign(range_high=end) for each in pairs[0]] for end in (0.9, 0.2))
    widest = max(love.reach(*far), love.reach(*near))
    axs = plt.subplots(2, sharex=True)[1]
    for ax, (before, after) in zip(axs, (far, near), strict=True):
        love.plot_love(before, STUDY, after, widest=widest, ax=ax)
    bands = [line.get_xdata() for line in axs[0].lines if len(line.get_xdata()) == 2][3:]
    assert bands and all(band.max() == 0.9 < axs[0].get_xlim()[1] for band in bands)
    plt.close("all")


def all_open(rows):
    """Say of every row that it is open, between two numbers that no row has."""
    known = {"standing": OPEN, "range_low": 0.111, "range_high": 0.222, "varies": "interval p_value events"}
    shares = {"share_below_null": 0.33, "share_significant": 0.44}
    return told(rows, pd.DataFrame({"id": rows["id"]}).assign(**known, **shares))


def test_what_rests_on_a_reading_says_so_beside_its_number(rows):
    """In words and long tables the number says so, in figures and tables of P values the population."""
    silent = {"standing": FOLLOWS, "share_below_null": np.nan, "share_significant": np.nan, "varies": ""}
    rests = rows["id"].str.contains(r"^efficacy\.mrd_negativity\..*\.mrd_negative$|responders$")
    ends = rows[["id"]].assign(**silent, reading=rests.map({True: "who responded", False: ""}))
    known = told(rows, ends.assign(range_low=np.nan, range_high=np.nan))
    for table in (tables.rates_table(known, STUDY), tables.differences_table(known, STUDY)):
        said = table["Difference"].str.contains("; under a reading")
        assert table["Patients"][said].tolist() == ["MRD-negative"]
    for table in (tables.tests_table(known, STUDY), tables.intervals_table(known, STUDY)):
        marked = table[table["Patients"].str.endswith("(under a reading)")]
        assert marked["Patients"].tolist() == ["MRD-negative (under a reading)"]
    rates = pick(known, outcome="mrd_negativity", statistic="rate", group="monotherapy", stratum=STUDY.strata)
    drawn = readings.labelled(rates)["population"]
    assert drawn[drawn.str.contains("reading")].tolist() == ["MRD-negative (under a reading)"]
    assert (
        words.by_arm(known, STUDY, "mrd_negativity", "responders").count("under a reading: who responded")
        == 4
    )
    assert not tables.tests_table(rows, STUDY)["Patients"].str.contains("reading").any()
    assert readings.labelled(pick(rows, statistic="rate"))["population"].str.contains("reading").sum() == 0


def test_the_rates_that_are_known_beside_open_ones_are_told(rows):
    known = all_open(rows)
    assert readings.known_sentence(known, STUDY, "response") == "Every rate of it is open."
    one = known["id"].eq("efficacy.response.rate.monotherapy.low_burden")
    of_one = rows[one][["estimate", "events", "n", "ci_low", "ci_high", "ci_level"]]
    known.loc[one, ["standing", "varies", "reading"]] = [FOLLOWS, "", "who responded"]
    known.loc[one, of_one.columns] = of_one
    said = plain(readings.known_sentence(known, STUDY, "response"))
    assert (
        said.startswith("One rate follows: ")
        and "with blinatumomab alone, relapsed/refractory, blasts" in said
    )
    assert said.endswith(
        "The others are open. This rests on a reading, as the bounds of the others do: who responded."
    )


def test_of_an_open_row_no_word_and_no_figure_shows_a_single_value(cohort, rows):
    """Whatever the rows hold, what is said and drawn of them is the same."""
    shifted = rows.assign(
        **{name: rows[name] * 0.9 + 0.01 for name in ("estimate", "p_value", "ci_low", "ci_high")}
    )
    one, other = all_open(rows), all_open(shifted)
    assert said(one) == said(other)
    assert not [text for text in said(one) if "nan" in text or "not estimable (n" in text]
    joined = " ".join(said(one))
    assert (
        "11% to 22%" in joined
        and "+11 to +22 points" in joined
        and "significant in 44% of the cohorts" in joined
    )
    assert "no clear difference" not in joined and "was higher" not in joined and "P = " not in joined


def said(rows):
    """Gather what the words and tables of the chapter say of rows, without marks."""
    texts = [
        words.clear_sentence(rows, STUDY),
        words.differences_alt(rows, STUDY),
        words.balance_alt(rows, STUDY),
    ]
    for outcome in STUDY.outcomes:
        sentences = (
            words.rates_alt,
            words.burden_sentence,
            words.search_sentence,
            words.interaction_sentence,
        )
        texts += [sentence(rows, STUDY, outcome.id) for sentence in sentences]
        texts += list(words.labelled_differences(rows, STUDY, outcome.id)["label"])
    texts += [words.homogeneity_sentence(rows, STUDY)]
    sentences = (words.by_arm, words.compared_sentence, words.tests_sentence)
    texts += [sentence(rows, STUDY, *place) for place in places(STUDY) for sentence in sentences]
    texts += [words.posterior_sentence(rows, STUDY, *place) for place in bayes.varied(STUDY)]
    texts += [words.weighted_sentence(rows, STUDY, *place) for place in confounding.weighted_places(STUDY)]
    texts += [words.weights_sentence(rows, STUDY, stratum) for stratum in confounding.models(STUDY)]
    texts += [words.listed(words.labelled_over(rows, STUDY, "firth_difference_at", burden.PLACES))]
    long = (tables.rates_table, tables.tests_table, tables.intervals_table, tables.e_values_table)
    for table in (*long, tables.differences_table, tables.best_response_table):
        texts += list(table(rows, STUDY).to_numpy().ravel())
    return [plain(text) for text in texts]


def test_open_rows_are_bands_and_what_follows_is_hollow(rows):
    part = words.labelled_differences(rows, STUDY, "response").iloc[:2]
    known = {"share_below_null": np.nan, "share_significant": np.nan, "varies": ""}
    ranges = pd.DataFrame({"id": part["id"], "standing": [OPEN, "follows"]})
    drawn = told(part, ranges.assign(range_low=[-0.2, 0.3], range_high=[0.4, 0.3], **known))
    ax = forest.plot_forest(drawn, STUDY)
    band = next(line for line in ax.lines if line.get_linewidth() > 5)
    assert list(band.get_xdata()) == [-0.2, 0.4] and list(band.get_ydata()) == [0, 0]
    marks = [line for line in ax.lines if line.get_marker() == "D"]
    assert [(mark.get_ydata()[0], mark.get_markerfacecolor()) for mark in marks] == [(1, "white")]
    plt.close("all")


def test_a_ratio_whose_interval_is_not_known_gets_no_verdict(whole):
    hidden = {"ci_low": np.nan, "ci_high": np.nan}
    rows = altered(whole, "mrd_negativity", "burden_odds_ratio", "relapsed_refractory", **hidden)
    first, _ = words.interaction_sentence(rows, STUDY, "mrd_negativity").split("; for each ten")
    assert "P = " in first and "difference" not in first


def test_what_other_methods_judge_otherwise_is_named(whole):
    sentence = words.compared_sentence(whole, STUDY, "mrd_negativity", "low_burden")
    assert (
        "; a clear difference. By other methods it is judged otherwise: Miettinen-Nurminen 95% CI" in sentence
    )
    assert "Exact unconditional" in sentence and "Fisher P = 0.083" in sentence and "Pearson" not in sentence
    assert "otherwise" not in words.compared_sentence(whole, STUDY, "response", "relapsed_refractory")
    clear = words.clear_sentence(whole, STUDY)
    assert "MRD negativity, relapsed/refractory, blasts \u2264 60% (\N{MINUS SIGN}42 points; 95% CI" in clear


def test_a_direction_that_hangs_on_one_patient_is_said_to(whole):
    """Response at low burden is 5 of 6 against 11 of 12, MRD negativity 3 of 6 against 11 of 12."""
    told_of = words.turn_sentence(whole, STUDY)
    assert told_of == (
        "Of response and MRD negativity the direction turns with the burden; "
        "of response that hangs on one patient."
    )


def test_what_judges_a_clear_difference_otherwise_is_named(whole):
    short = words.zero_inside(whole, STUDY, "mrd_negativity", "low_burden")
    assert short.startswith("By other methods it is not clear (Miettinen-Nurminen 95% CI")
    assert short.endswith("Fisher P = 0.083; Boschloo P = 0.078).")
    assert words.zero_inside(whole, STUDY, "response", "low_burden") == ""
