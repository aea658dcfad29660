"""Each lesson as it is, and changed as its "Try:" asks: it ends, in lines that fit, and says
nothing that its numbers do not bear out.
"""
import numpy as np
import pytest
from scipy.stats import norm

import gibbspool as gp

FOR_E = ("by up to", "would hardly help", "1.5 times less", "School E")
# Number, what is changed, and what an earlier wording said that is false then.
TRIES = {
    "1": (1, {"len(schools.y)\n": "len(schools.y)\nsigma[0] = 6\n"}, ()),
    "2": (2, {"rho = 0.9\n": "rho = 0.99\n"}, ()),
    "3, 5 points": (3, {"np.log(40), 7)": "np.log(40), 5)"}, ("With 7 points",)),
    "3, 30 points": (3, {"np.log(40), 7)": "np.log(40), 30)"}, ("With 7 points",)),
    "4, short": (4, {"SCALE = 2.0": "SCALE = 0.1"}, ("and its mean is", "with the scale 2:")),
    "4, long": (4, {"SCALE = 2.0": "SCALE = 20.0"}, ("and its mean is", "with the scale 2:")),
    "5": (5, {"WIDTH = 1.0": "WIDTH = 20.0", "range(10_000)": "range(1000)"},
          ("Without the return test 0.29",)),
    "6": (6, {"alpha, pi0 = 15.0": "alpha, pi0 = 150.0", "a, b = 3.0, 2.0": "a, b = 30.0, 20.0"},
          ()),
    "7, few tables": (7, {"a = Fraction(2)": "a = Fraction(1, 10)", "alpha = 4.0": "alpha = 0.1"},
                      ("worth only",)),
    "7, many": (7, {"a = Fraction(2)": "a = Fraction(50)", "alpha = 4.0": "alpha = 100.0"},
                ("worth only",)),
    "8": (8, {"old_tau = 1.0": "old_tau = 0.1"}, ("draws 1 or so",)),
    "9": (9, {'.order = ("theta", "mu", "tau")': '.order = ("tau", "theta", "mu")'},
          ("never were one draw",)),
    "10": (10, {"sigma, tau, J = gp.data.eight_schools().y, 10.0, 5.0, 8":
                "sigma, tau, J = gp.data.eight_schools().y, 10.0, 20.0, 8"}, ("keeps",)),
    "11": (11, {'for form in ("centred", "noncentred"):':
                'for form in ("centred", "noncentred", "collapsed"):'}, ("{'centred'",)),
    "12": (12, {"HIGHEST = 60.0": "HIGHEST = 15.0"},
           ("Twice as many points", "so small a standard error", "scales 5 and 20 give the")),
    "13": (13, {"TARGET = 0.8": "TARGET = 0.99"}, ("loses more", "More than asked")),
    "14, A": (14, {'school = "E"': 'school = "A"'}, FOR_E),
    "14, H": (14, {'school = "E"': 'school = "H"'}, (*FOR_E, "use the exact", "is steadier")),
    "14, G": (14, {'school = "E"': 'school = "G"'}, FOR_E),
    "15": (15, {"y, sigma, J = schools.y,": "y, sigma, J = schools.y * 1.5,"},
           ("like all others", "negative", "highest at 0;")),
    "16": (16, {"OTHER = False": "OTHER = True"},
           ("Exchangeable: every", "every order has", "the same", "a population to learn of")),
}
# Those of the lessons that take longest, and one school of three.
LONG = ("8", "9", "10", "11", "14, A", "14, G")


def each(keys):
    """Keys of TRIES as parameters of a test."""
    return [pytest.param(key, marks=pytest.mark.long if key in LONG else ()) for key in keys]


@pytest.fixture(scope="module")
def tried(run_changed):
    """A function of a key of TRIES: that lesson changed, and run the first time it is asked for."""
    done = {}

    def run(key):
        if key not in done:
            number, changes, _ = TRIES[key]
            done[key] = run_changed(number, changes)
        return done[key]

    return run


def longest_line(printed):
    return max(printed.splitlines(), key=len)


@pytest.mark.parametrize("number", range(1, 17))
def test_no_line_of_a_lesson_is_longer_than_a_page(run_lesson, number):
    found = run_lesson(number)
    assert len(longest_line(found.printed)) <= 100, longest_line(found.printed)
    assert found.printed.startswith(f"Lesson {number}: ")


@pytest.mark.parametrize("key", each(TRIES))
def test_with_what_is_to_try_it_says_nothing_false(tried, key):
    found, (_, _, false) = tried(key), TRIES[key]
    assert len(longest_line(found.printed)) <= 100, longest_line(found.printed)
    assert "Seen: " in found.said and "Try: " in found.said
    assert [sentence for sentence in false if sentence in found.said] == []


def test_1_says_why_the_average_is_another_one(tried):
    found = tried("1")
    assert found.mean == pytest.approx(18)
    assert f"it is {found.averaged:.2f}: there mu is {found.truth['mu'].mean:.1f}" in found.said
    assert found.truth["tau"].mean > 7.5  # not 6, so that school A keeps more of its own


def test_3_fewer_points_are_worse_and_refused_more_often(tried, run_lesson):
    few, seven, many = tried("3, 5 points"), run_lesson(3), tried("3, 30 points")
    off = [abs(one.grid_mean / one.exact_mean - 1) for one in (few, seven, many)]
    assert off[0] > 2 * off[1] > 20 * off[2]
    assert few.acceptance < seven.acceptance - 0.05 and many.acceptance > 0.98


@pytest.mark.parametrize("key", ["4, short", "4, long"])
def test_4_steps_move_less(tried, run_lesson, key):
    """From E |z| scale times the share accepted, if short: too little to forget x = 1 in 20."""
    found = tried(key)
    assert found.log_x_moved < run_lesson(4).log_x_moved / 3 < found.log_x_sd
    assert f"walkers, their steps 21 to 120 from x = 1: mean {found.library_mean:.3f}" in found.said
    assert f"With the scale {found.SCALE:g}" in found.said.replace("with the", "With the")
    if key == "4, short":
        assert 1 < found.library_mean < 1.9
        assert found.log_x_moved == pytest.approx(0.1 * np.sqrt(2 / np.pi), rel=0.1)


def test_7_many_tables_are_as_many_votes_as_people(tried):
    many, few = tried("7, many").tables_on_average[0], tried("7, few tables").tables_on_average[0]
    assert many > 9 > 2.5 > few


@pytest.mark.long
def test_8_the_centred_form_stays_where_it_was(tried):
    assert tried("8").medians["centred"] == pytest.approx(0.107, abs=0.01)
    assert "after tau = 0.1 the centred form draws 0.1 or so" in tried("8").said


@pytest.mark.long
def test_9_in_the_other_order_the_sd_is_wrong_as_well(tried):
    """theta_A - mu is then the difference of two mu, and more: B = 1, nearly, where tau < 1."""
    found = tried("9")
    exact = gp.exact(found.model)["mu"].sd
    assert found.wrong_sd == pytest.approx(np.sqrt(2) * exact, rel=0.15)
    assert ": mu was drawn anew after theta_A." in found.said
    assert "the order tau, theta, mu" in found.said


@pytest.mark.long
def test_10_measured_and_formula_have_their_own_labels(tried):
    found = tried("10")
    assert found.B == pytest.approx(0.2)
    for name, b, r in (("centred", "B = 0.20", 0.2), ("noncentred", "1 - B = 0.80", 0.8)):
        measured = found.autocorrelation[name][1]
        assert f"{measured:+.2f}" in found.said and b in found.said
        assert measured == pytest.approx(r, abs=4 * np.sqrt((1 - r**2) / 10_000))


@pytest.mark.long
@pytest.mark.extras
def test_11_each_form_has_a_line_of_its_own(tried):
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(1, 2)
    tried("11").picture(axes)
    assert len({line.get_linestyle() for line in axes[1].lines}) == 3
    sweeps = axes[0].lines[0].get_xdata()
    assert (sweeps[0], sweeps[-1]) == (200, 599), "as later begins at 200"
    pyplot.close(figure)


@pytest.mark.long
def test_11_r_hat_may_fall_below_1(tried):
    """By (n - 1) / n, n = 25, where the means of the halves happen to agree."""
    found = tried("11")
    assert np.sqrt(24 / 25) < found.r_hat_start["collapsed"] < 1
    assert "by chance, which may also bring it just below 1." in found.said


def test_12_what_lies_beyond_is_told(tried, run_lesson):
    found = tried("12")
    beyond = 1 - found.truth["tau"].cdf(15)
    assert found.beyond == pytest.approx(beyond, rel=0.02)
    assert f"Beyond 15 lies {beyond:.0e} of tau's posterior" in found.said
    assert "divide its error by 1.0" in found.said and "More points hardly help" in found.said
    assert "hardly help" not in run_lesson(12).said and 100 < found.draws_needed < 1000
    assert run_lesson(12).beyond < 1e-12


def test_13_shorter_steps_are_more(tried, run_lesson):
    found, shipped = tried("13"), run_lesson(13)
    assert found.acceptance_later > 0.97 and found.size_later < shipped.size_later / 2
    assert found.length_later > 2 * shipped.length_later and found.nuts_length > 6


@pytest.mark.parametrize("key", each(["14, A", "14, H", "14, G"]))
def test_14_what_24_sets_say(tried, key):
    """The closed form of k tells how errors fall; they are told as they are."""
    found, school = tried(key), key[-1]
    sigma = {"A": 15, "H": 18, "G": 10}[school]
    k = 400 / (400 + sigma**2)
    assert found.k_none == pytest.approx(k)
    assert f"errors {10**(1 - k):.1f} times less" in found.said
    for errors in found.off.values():
        assert (f"{min(errors):+.2f} to {max(errors):+.2f}, too high in "
                f"{sum(one > 0 for one in errors)}; half by") in found.said
    advice = "fine" if school == "H" else "use the exact value"
    assert f"100,000 by {found.typical[100_000]:.3f}: {advice}." in found.said
    assert (school == "H") == (found.typical[10_000] < 0.05)


@pytest.mark.extras
@pytest.mark.parametrize("key", each(["14, A", "14, H", "14, G"]))
def test_14_what_psis_does_is_told_by_its_own_numbers(tried, key):
    found, school = tried(key), key[-1]
    assert found.psis.std() < found.raw.std() and found.psis.mean() > 0.008
    steady = "hardly steadier" if school == "H" else "steadier"
    assert f"School {school} is j. " in found.said
    assert f"PSIS is {steady}. Its mean is too high: it cannot" in found.said


def test_16_the_other_colour_is_one_urn_throughout(tried):
    """RRB: 1/2 . 1/3 . 3/4. Red less blue, d, has next the mean square d^2 (1 - 2 / n) + 1: it
    comes to n / 3, so that a share has the variance 1 / 12 n about a half.
    """
    found = tried("16")
    assert {order: str(p) for order, p in found.of_order.items()} == {
        "RRB": "1/8", "RBR": "1/6", "BRR": "1/6"}
    assert found.second_red_given_red * 3 == 1 and "but 1/3 after a red one" in found.said
    error = 1 / np.sqrt(2 * 4000)
    assert found.share[-1].std() == pytest.approx(np.sqrt(1 / 12 / 402), rel=4 * error + 0.01)
    assert abs(found.share[-1].mean() - 0.5) < norm.isf(1e-4) * np.sqrt(1 / 12 / 402 / 4000)
    assert "Not exchangeable" in found.said and "no population" in found.said
