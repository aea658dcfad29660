"""What the pages say is what is drawn and what the record has: coordinates, ends, verdicts, digits.
"""
import json
import re
from math import sqrt

import numpy as np
import pytest
from player.gibbs_tab import jump, subject_of, truth_of

import gibbspool as gp
from gibbspool.models import examples
from gibbspool.player import forms_page, gibbs_page, page, reasons, record

MINUS = "\N{MINUS SIGN}"
MODELS = {"eight_schools": ("collapsed", "centred", "noncentred"),
          "instructors": ("collapsed", "noncentred"), "hospitals": ("interwoven",),
          "baseball": ("collapsed", "centred"), "survey": ("augmented", "plain")}
SWEEPS = 4


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """A Gibbs page for each of the forms, and one with the page on forms."""
    folder, found = tmp_path_factory.mktemp("sentences"), {}
    for name, forms in MODELS.items():
        for form in forms:
            subject = subject_of(name, form, sweeps=SWEEPS)
            found[name, form] = folder / f"{name}-{form}.html"
            found[name, form].write_text(page.document("T", [gibbs_page.page(subject)]),
                                         encoding="utf-8")
    return found


@pytest.fixture(scope="module")
def tabs(browser, files):
    opened = {}

    def opened_at(name, form, step):
        if (name, form) not in opened:
            opened[name, form] = browser.open(files[name, form], "page=gibbs")
        jump(opened[name, form], step)
        return opened[name, form]

    yield opened_at
    for one in opened.values():
        one.close()


def words(tab):
    return tab.evaluate("document.querySelector('.how').innerText")


# ---- slices

def test_the_ends_of_a_concave_slice_are_outside_it():
    """So says the page; now and then by far, and never are they the ends to all digits."""
    model, far = examples.hospitals("interwoven"), 0
    data = record.walk(model, 1, 12, np.arange(model.J))
    found = iter([draw for sweep in zip(*data["draws"].values()) for draw in sweep])
    for step, draw in zip(gp.steps(model, seed=1, sweeps=12), found):
        inner = getattr(step.record, "inner", step.record)
        if inner.kind != "concave slice":
            continue
        below = [inner.log_height - inner.curve.log_p_inside(end) for end in inner.interval
                 if end not in (inner.curve.low, inner.curve.high)]  # beyond which is nothing
        assert min(below) >= -1e-6
        far += max(below) > 1
        ends = [(one.low, one.high) for one in inner.tries]
        assert draw.get("cut", False) == any(one != inner.interval for one in ends)
    assert far > 0
    said = " ".join(reasons.reasons_for("concave slice")["say"])
    assert "all digits" not in said and "never leads past that end" in said


def test_a_concave_slice_in_words(tabs):
    tab = tabs("hospitals", "interwoven", 3)  # sigma_log, along its logarithm
    draw = json.loads(tab.text("#data-gibbs"))["draws"]["sigma_log"][0]
    low, high = (f"{np.exp(end):.3g}" for end in draw["ends"])
    said = words(tab).replace("\n", "")
    assert f"to {low} and {high} (green bar)" in said and "may lie well outside" in said
    assert "log \N{GREEK SMALL LETTER SIGMA}log is drawn uniformly between them" in said
    assert "looked at" in tab.text(".legend") and "is its ends" not in said
    tab.evaluate("document.querySelector('.why details').open = true")
    assert "logarithm" in tab.text(".why")
    tabs("hospitals", "interwoven", 5)
    assert "\N{MULTIPLICATION SIGN}10" not in words(tab) and "almost 0" in words(tab)


def test_values_outside_are_said_to_cut_only_where_they_do(tabs):
    tab = tabs("hospitals", "interwoven", 3)
    told = {"draw": {"ends": [-1, 1], "tries": [[0.9, 0], [0, 1]], "cut": 0}, "text": "x",
            "scale": {"kind": "line"}}
    script = "(t => kernels.byKind['concave slice'].words({...t, scale: scales.scale()}).at(-1))"
    said = tab.evaluate(f"{script}({json.dumps(told)})")
    assert "one value falls outside (cross)" in said and "cut" not in said
    told["draw"]["cut"] = 1
    assert "the interval is cut there" in tab.evaluate(f"{script}({json.dumps(told)})")


# ---- coordinates

@pytest.mark.parametrize("scale, named", [
    ({"kind": "line"}, "x"), ({"kind": "log", "low": 0}, "log x"),
    ({"kind": "log", "low": 2}, f"log (x {MINUS} 2)"),
    ({"kind": "logit", "low": 0, "high": 1}, "logit x"),
    ({"kind": "logit", "low": 0, "high": 60}, "logit of x/60"),
    ({"kind": "logit", "low": -1, "high": 3}, f"logit of (x {MINUS} {MINUS}1)/4"),
    ({"kind": "arcsinh"}, "arcsinh x")])
def test_a_coordinate_has_a_name(tabs, scale, named):
    tab = tabs("eight_schools", "collapsed", 1)
    assert tab.evaluate(f"scales.named(scales.scale({json.dumps(scale)}), 'x')") == named


def test_spread_and_spacing_are_of_the_coordinate_that_is_named(tabs):
    """The sd of logit phi is some 0.09, that of phi itself some 0.018."""
    tab = tabs("baseball", "collapsed", 1)
    said, phi = tab.text(".compared"), "logit \N{GREEK SMALL LETTER PHI}"
    now, whole = (float(x) for x in re.findall(r"\d\.\d+", said))
    marginal = truth_of("baseball")["phi"]
    x = np.linspace(*marginal.quantile(np.array([1e-4, 1 - 1e-4])), 4001)
    u, mass = np.log(x / (1 - x)), marginal.pdf(x)
    mean = np.average(u, weights=mass)
    assert whole == pytest.approx(np.sqrt(np.average((u - mean)**2, weights=mass)), rel=0.06)
    assert f"Given the rest, {phi} has" in said and 0.5 < now / whole < 1.5
    assert f"apart in {phi}" in words(tab) and f"density of {phi} now" in tab.text(".legend")
    assert "logit scale" in tab.text(".plot.main svg")


def test_the_logarithm_of_a_grid_is_that_of_the_density_along_its_coordinate(tabs):
    tab = tabs("eight_schools", "collapsed", 1)
    tab.click(".turn")
    tau = "log \N{GREEK SMALL LETTER TAU}"
    assert f"here the density of {tau}" in tab.text(".side h3")
    assert tab.text(".turn") == "show the running sum"
    assert f"joined by straight lines, along {tau}" in words(tab)
    tab.click(".turn")
    assert "running sum" in tab.text(".side h3")


def test_marks_of_an_axis_have_as_many_decimals(tabs):
    tab = tabs("baseball", "collapsed", 1)
    marks = tab.evaluate("scales.marks(scales.scale({kind: 'logit'}), -1.3, -0.6, 6)")
    assert {len(text.partition(".")[2]) for _, text in marks} == {2}
    marks = tab.evaluate("scales.marks(scales.scale({kind: 'log'}), -2.5, 6, 6)")
    assert [text for _, text in marks] == ["0.1", "1", "10", "100"]


# ---- digits

EXPRESSION = """(() => {
  const text = (node) => node.nodeType === 3 ? node.data
    : node.matches(".frac") ? `((${text(node.children[0])})/(${text(node.children[1])}))`
    : node.matches(".root") ? `sqrt(${[...node.childNodes].map(text).join("")})`
    : node.tagName === "SUP" ? `**(${[...node.childNodes].map(text).join("")})`
    : [...node.childNodes].map(text).join("");
  return [...document.querySelectorAll(".lines .line")].filter((row) => !row.matches(".first")
    && row.querySelector(".filled") && row.querySelector(".value")).map((row) => [
    text(row.querySelector(".filled")), row.querySelector(".value").textContent]);
})()"""


def evaluated(text):
    """What a line with numbers comes to; None where a name or a list stands in it."""
    text = re.sub("[\N{MIDDLE DOT}]", "*", text.lstrip("= ").replace(MINUS, "-"))
    text = re.sub(r"[\u2009\s]+", " ", text)
    if re.search(r"[a-z\u0370-\u03ff](?<!sqrt)", text.replace("sqrt", "")) or "," in text:
        return None
    return eval(text, {"sqrt": sqrt})  # of a page that this test has written


def effect_of_rounding(line):
    """How far half a unit of the last digit of each number in a line may change its value."""
    value, total = evaluated(line), 0.0
    for number in re.finditer(r"\d+\.\d+", line):
        half = 0.5 * 10.0**-len(number[0].partition(".")[2])
        other = f"{line[:number.start()]}{float(number[0]) + half!r}{line[number.end():]}"
        total += abs(evaluated(other) - value)
    return total


EACH_FORM = pytest.mark.parametrize("name, form", [(name, form) for name, forms in MODELS.items()
                                                   for form in forms])


@EACH_FORM
def test_the_shown_numbers_come_to_the_shown_result(tabs, name, form):
    """In the second sweep, which has left the starting values, for the first group."""
    assert_shown_numbers_come_to_their_result(tabs, name, form, [2], groups=1)


@pytest.mark.long
@EACH_FORM
def test_in_every_sweep_the_shown_numbers_come_to_the_shown_result(tabs, name, form):
    assert_shown_numbers_come_to_their_result(tabs, name, form, range(1, SWEEPS + 1))


def assert_shown_numbers_come_to_their_result(tabs, name, form, sweeps, groups=2):
    per_sweep = len(getattr(examples, name)(form).order)
    found, cancelled = 0, 0
    for step in (per_sweep * (k - 1) + s for k in sweeps for s in range(1, per_sweep + 1)):
        tab = tabs(name, form, step)
        for _ in range(groups):
            for line, result in tab.evaluate(EXPRESSION):
                value = evaluated(line)
                shown = result.lstrip("= ").replace(MINUS, "-")
                if value is None or not re.fullmatch(r"-?\d+(\.\d+)?", shown):
                    continue
                unit = 10.0**-len(shown.partition(".")[2])
                if "." not in shown:
                    unit = max(1.0, 10.0**(len(shown.lstrip("-")) - 3))
                off = abs(value - float(shown))
                found += 1
                if off > 1.001 * unit:  # terms that nearly cancel out: few digits are left of them
                    cancelled += 1
                    assert off <= unit + effect_of_rounding(line), (step, line, result)
            if groups > 1:
                tab.key("g")
    assert cancelled <= 0.05 * found + 1
    assert found or form in ("plain", "centred", "interwoven", "collapsed", "augmented")
    if (name, form) == ("eight_schools", "collapsed"):
        assert found > 5 * groups * len(sweeps) / SWEEPS


def test_that_numbers_are_rounded_is_said_once(tabs):
    tab = tabs("eight_schools", "collapsed", 2)
    assert tab.text(".lines").count("rounded") == 1


# ---- forms

def autoregressive(rng, rho, n):
    x = np.empty(n)
    x[0] = rng.normal()
    for k in range(1, n):
        x[k] = rho * x[k - 1] + sqrt(1 - rho**2) * rng.normal()
    return x


def verdict(tab, *logs):
    data = {"spreadText": "s", "kept": 0.2, "width": 1, "cloud": [[1, 2, 3], [1, 2, 3]],
            "forms": [{"name": name, "title": name, "width": None, "refused": ""}
                      for name in ("first", "second")]}
    return tab.evaluate(f"formsWords.said({json.dumps(data)}, "
                        f"{json.dumps([list(one) for one in logs])}, 1).join(' ')")


@pytest.fixture(scope="module")
def forms_tab(browser, tmp_path_factory):
    path = tmp_path_factory.mktemp("forms") / "player.html"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(forms_page, "SWEEPS", 150)
        made = forms_page.page(subject_of("baseball", "collapsed"))
    path.write_text(page.document("T", [made]), encoding="utf-8")
    with browser.open(path) as one:
        yield one


def test_the_verdict_on_forms_does_not_change_from_sweep_to_sweep(forms_tab):
    said = set()
    for step in (0, 3, 60, 100, 150):
        jump(forms_tab, step)
        said.add(forms_tab.text(".said-of-forms"))
    assert len(said) == 1 and "In the whole recorded run 150 draws" in said.pop()
    jump(forms_tab, 1)
    assert forms_tab.text(".said").startswith("After 1 sweep \N{GREEK SMALL LETTER KAPPA} is")


def test_a_form_is_called_slow_where_its_draws_are_clearly_worth_less(forms_tab):
    rng = np.random.default_rng(1)
    alike = verdict(forms_tab, *(autoregressive(rng, 0.5, 400) for _ in range(2)))
    assert "No form is much slower" in alike
    slow = verdict(forms_tab, autoregressive(rng, 0.95, 400), autoregressive(rng, 0, 400))
    assert "The first form is the slow one" in slow
    short = verdict(forms_tab, autoregressive(rng, 0.9, 60), autoregressive(rng, 0.6, 60))
    assert "slow one" not in short and ("chance" in short or "No form" in short)


@pytest.mark.parametrize("rho", [0.0, 0.6, 0.9])
def test_how_well_an_ess_is_known(forms_tab, rho):
    """Over many chains: the spread of log ESS is about what the page says of one."""
    rng = np.random.default_rng(2)
    chains = [list(autoregressive(rng, rho, 400)) for _ in range(60)]
    found = forms_tab.evaluate(f"{json.dumps(chains)}.map(one => formsWords.judged(one))")
    spread = np.std(np.log([one["ess"] for one in found]))
    said = np.median([one["off"] for one in found])
    assert 0.5 < said / spread < 3


# ---- traces and other forms

def test_a_start_outside_the_frame_is_marked_with_its_value(tabs):
    tab = tabs("eight_schools", "collapsed", 1)
    data = json.loads(tab.text("#data-gibbs"))
    words_of = "[...document.querySelectorAll('.trace')][0].querySelector('svg').textContent"
    assert f"\N{UPWARDS ARROW} {data['start']['tau']:.1f}" in tab.evaluate(words_of)
    tabs("eight_schools", "collapsed", 7)
    assert "\N{UPWARDS ARROW}" not in tab.evaluate(words_of)


def test_a_density_is_smooth_between_its_points(tabs):
    tab = tabs("eight_schools", "collapsed", 1)
    x = np.linspace(-3, 3, 20)
    y = np.exp(-x**2 / 2)
    found = np.array(tab.evaluate(f"scales.finer({json.dumps(list(y))})"))
    fine = np.linspace(-3, 3, len(found))
    np.testing.assert_allclose(found, np.exp(-fine**2 / 2), atol=0.003)
    assert len(found) > 3 * len(y) and found[-1] == y[-1]


def test_other_forms_are_named_with_what_they_draw_by(tabs):
    said = tabs("baseball", "collapsed", 1).text(".others")
    assert "slice sampling, with doublings and cuts" in said and "--form centred" in said
    assert "Metropolis" in tabs("survey", "augmented", 1).text(".others")


def test_the_way_of_the_data_is_said(tabs):
    tab = tabs("eight_schools", "collapsed", 2)
    assert tab.text(".now h2").endswith("\N{GREEK SMALL LETTER TAU} and the data")
    tab = tabs("eight_schools", "centred", 2)
    assert tab.text(".now h2").endswith("\N{GREEK SMALL LETTER TAU}")


def test_without_scripts_words_and_numbers_are_a_reader_s(files):
    text = files["hospitals", "interwoven"].read_text(encoding="utf-8")
    inside = re.search("<noscript>(.*?)</noscript>", text, re.DOTALL)[1]
    assert not re.search(r"noncentred|\btau\b|>-\d|, -\d", inside)
    assert MINUS in inside and "and the data" in inside


