"""The laws of the draws in words, against numbers worked out by hand and against the draws themselves."""

from evidence.ensemble import immune_figures
from evidence.ensemble.prior import Prior
from evidence.this_abstract.abstract import REFRACTORY
from evidence.words import laws


def test_the_law_of_the_panel_is_told_whole():
    said = " ".join(laws.immune_law())
    for part in (
        "even there between 2 and 98%",
        "even between 0.2 and 1.",
        # exp(1.96 x 0.5) and its inverse
        "standard deviation 0.5 (odds times 0.38 to 2.7 in nineteen of twenty), cut at four",
        "even between 0.1 and 0.8.",
        "NKT cells take a share of what T cells leave;",
        "CD8+ CD45RO+ cells take a share of what CD8+ CD45RA+ cells leave, with a centre between 70 and 98%",
    ):
        assert part in said


def test_the_members_are_whole_percents_without_a_zero_that_fit_into_their_parent(committed):
    _, immune, _ = committed
    assert (immune["percent"] % 1 == 0).all() and immune["percent"].min() >= 1
    wide = immune.pivot_table("percent", ["member", "patient_id", "visit"], "population")
    for members in immune_figures.FAMILIES:
        assert wide[[immune_figures.POPULATIONS[one] for one in members]].sum(axis=1).max() <= 100


def test_the_prior_is_told_with_the_numbers_that_the_members_keep(committed):
    patients, *_ = committed
    refractory = patients["disease_status"].eq(REFRACTORY)
    remission = patients.loc[~refractory, "bm_blasts_pct"]
    assert (remission.min(), remission.max()) == (0, 4)
    assert patients.loc[refractory, "bm_blasts_pct"].between(5, 98).all()
    said = laws.prior_sentence(Prior(effect_sd=0.25))
    assert "standard deviation 0.25" in said and "from 0 to 4%" in said and "from 5 to 98%" in said


def test_the_method_of_the_panel_is_not_that_of_the_other_blocks():
    assert "by splitting, and not by tempered moves" in laws.immune_method_sentence()
    assert "the immune panel by splitting" in laws.method_sentence()
    assert "the band of a share at baseline shows this law, not the print" in laws.immune_level_sentence()
