"""What a notebook shows: quick tables of text, escaped, without pandas."""
import html
import re
import sys

import pytest

import gibbspool as gp
from gibbspool.distributions.marginals import SHOWN
from gibbspool.models.card import CARDS
from gibbspool.rows import written

EXAMPLES = [make for card in CARDS for make in card.examples.values()]

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")


@pytest.fixture(autouse=True)
def no_extras(monkeypatch):
    for name in ("arviz", "pandas", "matplotlib"):
        monkeypatch.setitem(sys.modules, name, None)


def shown(thing):
    """The text that is left of it; every tag that was opened is closed."""
    source = thing._repr_html_()
    opened, closed = (re.findall(pattern, source) for pattern in (r"<(\w+)", r"</(\w+)"))
    assert sorted(opened) == sorted(closed) and opened
    return html.unescape(re.sub("<[^>]+>", " ", source))


@pytest.mark.parametrize("make", EXAMPLES)
def test_models_tell_their_size_priors_form_and_story(make):
    model = make()
    text = shown(model)
    assert f"{model.J} groups: {model.groups[0]}" in text and f"form: {model.form}" in text
    assert f"{model.spread} ~ " in text and "form" in text
    assert f"{model.parameter}_" in text or f"{model.parameter} " in text  # the story
    assert shown(model.no_pooling()) and shown(model.complete_pooling())


def test_the_story_has_the_priors_of_the_model_at_hand(schools):
    text = shown(gp.NormalNormal(schools.y, schools.sigma, mu=gp.Flat(), tau=gp.HalfCauchy(25)))
    story = text[text.index("theta_j") - 200:]
    assert "HalfCauchy(25)  " in story
    assert "HalfNormal(10)" not in text and "Normal(0, 20)" not in text
    assert "the spread between groups" in story and "see tau below" not in story


@pytest.mark.parametrize("make", EXAMPLES)
def test_posteriors_show_what_the_groups_share(make):
    truth = gp.exact(make())
    text = shown(truth)
    for name, marginal in truth.shared():
        assert f"{name} " in text and written(marginal.mean) in text
    names = {name.split("[")[0] for name, _ in truth.shared()}
    assert truth.model.spread in names and truth.model.parameter not in names
    assert f"for each group: {truth.model.parameter}" in text


def test_marginals_show_their_numbers_and_many_of_them_the_first(truth):
    tau = truth["tau"]
    low, high = tau.hdi(0.89)
    assert shown(tau).split()[-4:] == [f"{x:.4g}" for x in (tau.mean, tau.sd, low, high)]
    assert all(f"theta[{g}]" in shown(truth["theta"]) for g in "ABCDEFGH")
    many = gp.exact(gp.NormalNormal([float(k % 7) for k in range(50)], [1.0] * 50))["theta"]
    text = shown(many)
    assert f"theta[{SHOWN}]" in text and f"theta[{SHOWN + 1}]" not in text
    assert f"the first {SHOWN}" in text


def test_a_moment_that_does_not_exist_is_said_in_words():
    model = gp.NormalNormal([1.0, 4], [1.0, 1], mu=gp.Flat(), tau=gp.HalfCauchy(2))
    text = shown(gp.exact(model))
    assert "does not exist" in text and "inf" not in text


def test_draws_checks_and_advice(truth):
    assert "4 x 50 x 8 (chain, draw, group)" in shown(truth.sample(draws=50))
    assert shown(gp.check_conditionals(truth.model)).count("ok") == 3
    advice = gp.advise(truth.model, truth)
    assert all(sentence in shown(advice) for sentence in advice.sentences)


def test_estimates_by_reml(schools):
    fit = gp.reml(gp.NormalNormal(schools.y, schools.sigma, groups=["<b>", *"BCDEFGH"]))
    text = shown(fit)
    assert "REML of J = 8 groups" in text and "standard error" in text and "nan" not in text
    assert all(f"{name} {written(value)}" in re.sub(r"\s+", " ", text)
               for name, value, _ in fit.estimates())
    assert "<b>" not in fit._repr_html_()
    wide = gp.reml(gp.NormalNormal([0.0, 50, 20, 90], [1.0, 2, 1, 2]))
    assert written(wide.tau2_se / (2 * wide.tau)) in shown(wide)


def test_text_is_escaped(schools):
    groups = ["<script>alert(1)</script>", *"BCDEFGH"]
    model = gp.NormalNormal(schools.y, schools.sigma, groups=groups)
    truth = gp.exact(model)
    for thing in (model, truth, truth["theta"], truth["theta", groups[0]], truth.sample(draws=5),
                  gp.advise(model, truth), gp.check_conditionals(model)):
        assert "<script" not in thing._repr_html_()
