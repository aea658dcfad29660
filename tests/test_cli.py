import csv
import io
import os
import subprocess
import sys
import warnings

import numpy as np
import pytest

import gibbspool as gp
from gibbspool.cli import main
from gibbspool.models.card import CARDS

SCHOOLS = "school,effect,se\nA,28,15\nB,8,10\nC,-3,16\nD,7,11\nE,-1,9\nF,1,11\nG,18,10\nH,12,18\n"
FIT = ["--model", "normal", "--estimate", "effect", "--se", "se"]


@pytest.fixture
def own(tmp_path):
    def make(text=SCHOOLS):
        path = tmp_path / "own.csv"
        path.write_text(text)
        return str(path)
    return make


@pytest.mark.parametrize("arguments",
                         [["--help"], ["fit", "--help"], ["report", "--help"], ["step", "--help"]])
def test_help(arguments, capsys):
    with pytest.raises(SystemExit) as stop:
        main(arguments)
    assert stop.value.code == 0 and "usage" in capsys.readouterr().out


@pytest.mark.parametrize("command", [[], ["fit"], ["report"], ["step"]])
def test_help_fits_a_terminal(command, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    with pytest.raises(SystemExit):
        main([*command, "--help"])
    assert [line for line in capsys.readouterr().out.splitlines() if len(line) > 80] == []


def test_the_examples_of_the_help_can_be_copied(capsys):
    """A shell reads a line that ends in a backslash together with the next one."""
    with pytest.raises(SystemExit):
        main(["fit", "--help"])
    examples = capsys.readouterr().out.split("examples:\n")[1].replace("\\\n", " ")
    assert [" ".join(line.split()) for line in examples.splitlines()] == [
        f"gibbspool fit {card.typed}" for card in CARDS]


def test_fit_help_is_enough_to_use_it(capsys):
    with pytest.raises(SystemExit):
        main(["fit", "--help"])
    text = capsys.readouterr().out
    for word in ("--estimate", "--se", "--group", "--tau-prior", "HalfCauchy(25)", "examples:",
                 "--exposure", "--trials", "--categories", "--value", "--covariates"):
        assert word in text


def test_module_and_script_are_the_same_program():
    found = subprocess.run([sys.executable, "-m", "gibbspool", "--version"], capture_output=True,
                           text=True)
    assert found.stdout.strip() == f"gibbspool {gp.__version__}"


@pytest.mark.extras
def test_fit_writes_and_prints_the_exact_answer(own, tmp_path, capsys):
    import pandas as pd
    out = tmp_path / "out"
    assert main(["fit", own(), *FIT, "--group", "school", "--section-priors", "--out", str(out),
                 "--draws", "300"]) == 0
    printed = capsys.readouterr().out
    assert "7.453" in printed and "4.806" in printed and "Gibbs check" in printed
    shrinkage = pd.read_csv(out / "shrinkage.csv", index_col="group")
    assert shrinkage.loc["A", "pooled"] == pytest.approx(9.81, abs=0.005)
    assert shrinkage.loc["H", "shrinkage"] == shrinkage["shrinkage"].max()
    summary = pd.read_csv(out / "summary.csv", index_col="parameter")
    assert {"mu", "tau", "theta[A]"} <= set(summary.index)
    mu = summary.loc["mu"]
    assert abs(mu["gibbs_mean"] - mu["mean"]) < 5 * mu["sd"] / 1200**0.5
    for name in ("forest.png", "shrinkage.png"):
        assert (out / name).read_bytes().startswith(b"\x89PNG")


@pytest.mark.extras
def test_fit_uses_the_prior_it_is_given(own, tmp_path, capsys, no_pictures):
    main(["fit", own(), *FIT, "--tau-prior", "HalfCauchy(25)", "--mu-prior", "Flat", "--out",
          str(tmp_path), "--draws", "50"])
    model = gp.NormalNormal([28, 8, -3, 7, -1, 1, 18, 12], [15, 10, 16, 11, 9, 11, 10, 18],
                            mu=gp.Flat(), tau=gp.HalfCauchy(25))
    assert f"{gp.exact(model)['tau'].mean:.4g}" in capsys.readouterr().out


@pytest.mark.extras
def test_fit_scales_the_priors_to_the_data_and_warns_of_the_section_s(own, tmp_path, capsys,
                                                                      no_pictures):
    text = "effect,se\n2000,15\n1500,10\n900,16\n1200,11\n1800,9\n"
    fit = ["fit", own(text), *FIT, "--out", str(tmp_path), "--draws", "50"]
    assert main(fit) == 0
    said = capsys.readouterr()
    assert ("Priors scaled to these data, in their unit: mu ~ Flat(), tau ~ HalfCauchy(381"
            in said.out)
    assert "--section-priors" in said.out and "disagree" not in said.out + said.err
    assert main([*fit, "--section-priors"]) == 0
    said = capsys.readouterr()
    assert "Priors the section's, for its own data: mu ~ Normal(0, 20), tau ~ HalfNormal(10)" in (
        said.out)
    for name, instead in (("mu", "--mu-prior 'Flat()'"), ("tau", "--tau-prior 'HalfCauchy(381")):
        for told in (said.out, said.err):
            assert f"rior and data disagree on {name}:" in told and instead in told


@pytest.mark.extras
def test_fit_centres_covariates_and_says_so(own, tmp_path, capsys, no_pictures):
    """A year from 1933 on: uncentred, a proper prior of the intercept would eat the slope."""
    import pandas as pd
    text = "y,se,year\n" + "\n".join(f"{3 * k},2,{1933 + 5 * k}" for k in range(10))
    fit = ["fit", own(text), "--model", "normal", "--estimate", "y", "--se", "se", "--covariates",
           "year", "--out", str(tmp_path), "--draws", "50"]
    for more in ([], ["--section-priors"]):
        assert main([*fit, *more]) == 0
        said = capsys.readouterr()
        assert "Covariates are centred: mu is the mean of groups with year = 1955.5." in said.out
        assert "disagree" not in said.err
        summary = pd.read_csv(tmp_path / "summary.csv", index_col="parameter")["mean"]
        slope, = (value for name, value in summary.items() if name.startswith("beta"))
        assert slope == pytest.approx(0.6, abs=0.01) and summary["mu"] == pytest.approx(13.5,
                                                                                     abs=0.3)


@pytest.mark.long
@pytest.mark.extras
def test_fit_says_what_a_moment_that_does_not_exist_means(own, tmp_path, capsys):
    """Under a HalfCauchy prior kappa has no mean; under a Gamma it has one."""
    text, options = TABLES["binomial"][:2]
    for prior, said in (("HalfCauchy(50)", True), ("Gamma(2, 0.02)", False)):
        main(["fit", own(text), "--model", "binomial", *options[:-1], prior, "--out", str(tmp_path),
              "--draws", "50"])
        printed = capsys.readouterr().out
        assert ("does not exist" in printed) == said and "inf" not in printed
        assert ("do not exist" in (tmp_path / "summary.csv").read_text()) == said


@pytest.mark.parametrize("text, more, words", [
    (SCHOOLS.replace("9\n", "x\n"), [], "row 5 (line 6), column 'se': 'x' is not a number"),
    (SCHOOLS.replace("C,-3", "C,"), [], "row 3 (line 4), column 'effect': the cell is empty"),
    (SCHOOLS.replace("18,10", "18,0"), [], "row 7 (line 8), column 'se': 0 must be > 0"),
    (SCHOOLS, ["--group", "town"], "has no column 'town'"),
    ("effect,se\n1,2\n", [], "the data have 1 group"),
    (SCHOOLS, ["--tau-prior", "Cauchy(2)"], "'Cauchy(2)' is not a prior"),
    (SCHOOLS, ["--tau-prior", "HalfNormal(__import__('os'))"], "is not a number"),
    (SCHOOLS, ["--tau-prior", "Beta(1, 1)"], "tau prior is Beta"),
    (SCHOOLS, ["--mu-prior", "HalfNormal(3)"], "mu prior is HalfNormal"),
])
def test_fit_complains_in_one_line(own, more, text, words, capsys):
    assert main(["fit", own(text), *FIT, *more]) == 2
    complaint = capsys.readouterr().err
    assert words in complaint and complaint.count("\n") == 1 and complaint.startswith("gibbspool: ")


@pytest.mark.parametrize("arguments", [
    [], ["fitt"], ["fit"], ["fit", "x.csv", "--model", "cauchy"], ["step", "nothing"],
    ["report", "--fast"], ["fit", "x.csv", *FIT, "--draws", "many"]])
def test_wrong_words_exit_2_with_one_line(arguments, capsys):
    with pytest.raises(SystemExit) as stop:
        main(arguments)
    assert stop.value.code == 2 and capsys.readouterr().err.count("\n") == 1


def test_report_is_asked_for_what_was_typed(monkeypatch):
    from gibbspool.section58 import report
    asked = []
    monkeypatch.setattr(report, "report", lambda *args, **kwargs: asked.append((args, kwargs)) or 1)
    assert main(["report", "--out", "there", "--quick"]) == 1
    (out, quick), others = asked[0]
    assert (out, quick) == ("there", True) and 1 <= others["jobs"] <= 4 and not others["full"]
    main(["report", "--full"])
    assert asked[1][1]["full"]


def test_an_interrupt_is_one_line(own, monkeypatch, capsys):
    from gibbspool.fit import options

    def interrupted(*args, **kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr(options, "fit", interrupted)
    assert main(["fit", own(), *FIT]) == 130
    assert capsys.readouterr().err == "interrupted\n"


@pytest.mark.parametrize("problem, words", [
    (OverflowError("int too large to convert"), "a number is too large or too small"),
    (MemoryError("Unable to allocate 7 TiB"), "not enough memory: ask for fewer draws"),
    (MemoryError(), "not enough memory"),
    (csv.Error("field larger than field limit"), "cannot be read as a table: field larger")])
def test_what_fails_deep_inside_is_one_line(own, monkeypatch, capsys, problem, words):
    from gibbspool.fit import options

    def fails(*args, **kwargs):
        raise problem

    monkeypatch.setattr(options, "fit", fails)
    assert main(["fit", own(), *FIT]) == 2
    said = capsys.readouterr().err
    assert said.startswith("gibbspool: ") and words in said and said.count("\n") == 1


ELSEWHERE = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "PYTHONUNBUFFERED": ""}


@pytest.mark.parametrize("arguments, lines, statuses", [
    pytest.param(["--help"], 0, {141}, id="help", marks=pytest.mark.long),
    pytest.param(["step", "eight-schools"], 0, {141}, id="closed at once"),
    pytest.param(["step", "eight-schools"], 1, {0, 141}, id="short", marks=pytest.mark.long),
    pytest.param(["step", "eight-schools", "--sweeps", "3000"], 1, {141}, id="long")])
def test_a_closed_pipe_is_silent(arguments, lines, statuses):
    """As with ``| head -1``, which closes the pipe before all is written, or just after."""
    process = subprocess.Popen([sys.executable, "-m", "gibbspool", *arguments], env=ELSEWHERE,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    for _ in range(lines):
        assert process.stdout.readline()
    process.stdout.close()
    assert process.stderr.read() == ""
    assert process.wait() in statuses


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs a device that is always full")
@pytest.mark.parametrize("unbuffered", ["", pytest.param("1", marks=pytest.mark.long)])
def test_a_full_disk_is_one_line(unbuffered):
    """Whether it is met by the first line that is printed, or by the last."""
    with open("/dev/full", "w") as full:
        found = subprocess.run([sys.executable, "-m", "gibbspool", "step", "eight-schools"],
                               stdout=full, stderr=subprocess.PIPE, text=True,
                               env={**ELSEWHERE, "PYTHONUNBUFFERED": unbuffered})
    assert found.returncode == 2
    assert found.stderr == "gibbspool: the output: No space left on device\n"


def test_a_terminal_that_knows_only_ascii_gets_its_lines(tmp_path):
    """Letters it lacks become question marks."""
    found = subprocess.run([sys.executable, "-m", "gibbspool", "fit", "Größe.csv", *FIT],
                           capture_output=True, text=True, cwd=tmp_path,
                           env={**ELSEWHERE, "PYTHONIOENCODING": "ascii:strict",
                                "PYTHONUTF8": "1"})
    assert found.stderr == "gibbspool: Gr??e.csv: No such file or directory\n"
    assert found.returncode == 2


def test_only_our_own_warnings_are_notes(own, monkeypatch, capsys):
    """Each once; not those that another package gives, in its own name or in that of its caller."""
    from gibbspool.fit import options

    class Deprecated(UserWarning, DeprecationWarning):
        pass

    def warns(*args, **kwargs):
        here = options.__file__
        for message, category, filename in (
                ("ours", UserWarning, here), ("ours", UserWarning, here),
                ("theirs", UserWarning, np.__file__), ("theirs", RuntimeWarning, here),
                ("theirs", Deprecated, here), ("theirs", FutureWarning, here)):
            warnings.warn_explicit(message, category, filename, 1)

    monkeypatch.setattr(options, "fit", warns)
    assert main(["fit", own(), *FIT]) == 0
    assert capsys.readouterr().err == "note: ours\n"


def test_a_missing_file_is_one_line(capsys):
    assert main(["fit", "no-such.csv", *FIT]) == 2
    assert capsys.readouterr().err == "gibbspool: no-such.csv: No such file or directory\n"


def test_without_the_extras_fit_prints_and_writes_its_tables(own, tmp_path):
    """Only the pictures and what ArviZ alone can say are left out, and it says how to get them."""
    code = ("import sys; sys.modules.update(dict.fromkeys(('pandas', 'matplotlib', 'arviz')))\n"
            f"from gibbspool.cli import main; sys.exit(main(['fit', {own()!r}, *{FIT!r}, "
            "'--section-priors', '--draws', '200']))")
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True,
                           cwd=tmp_path,
                           env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)})
    assert found.returncode == 0, found.stderr
    assert found.stdout.count("gibbspool[all]") == 2 and "7.453" in found.stdout
    assert "Gibbs check: the means of 800 draws lie within" in found.stdout
    assert {path.name for path in (tmp_path / "fit").iterdir()} == {
        "summary.csv", "shrinkage.csv", "priors.csv", "heterogeneity.csv"}
    header = (tmp_path / "fit" / "summary.csv").read_text().splitlines()[0]
    assert header == "parameter,mean,median,sd,hdi_low,hdi_high,gibbs_mean,gibbs_error"


def test_step_prints_conditionals_and_draws(capsys):
    assert main(["step", "eight-schools", "--sweeps", "2", "--form", "centred"]) == 0
    printed = capsys.readouterr().out
    assert printed.count(" given ") == 6 and printed.count("->") == 4  # and theta in a table
    assert "sweep 2" in printed and "Griddy(" in printed
    assert "\nother forms: --form noncentred, --form collapsed\n" in printed
    assert main(["step", "eight-schools", "--sweeps", "0"]) == 2
    assert main(["step", "eight-schools", "--form", "center"]) == 2


@pytest.mark.parametrize("model, form", [(name, form) for card in CARDS for name in card.examples
                                         for form in card.forms])
def test_step_knows_every_family_and_form_in_80_columns(model, form, capsys):
    assert main(["step", model, "--form", form]) == 0
    printed = capsys.readouterr().out
    assert "sweep 1" in printed and "sweep 2" not in printed and printed.count("~ ") >= 3
    assert max(map(len, printed.splitlines())) <= 80
    assert "nan" not in printed.replace("Fernandez", "") and "array(" not in printed


def test_step_says_where_the_data_stand(capsys):
    """mu, too, depends on them where theta is integrated out, or is made of mu and tau; in the
    centred form it does not.
    """
    assert main(["step", "eight-schools", "--sweeps", "1", "--form", "collapsed"]) == 0
    printed = capsys.readouterr().out
    assert "\n  tau given the data\n" in printed and "\n  mu given tau, the data\n" in printed
    assert main(["step", "eight-schools", "--sweeps", "1", "--form", "centred"]) == 0
    printed = capsys.readouterr().out
    assert "\n  mu given theta, tau\n" in printed
    assert "\n  theta given mu, tau, the data\n" in printed
    assert main(["step", "eight-schools", "--sweeps", "1", "--form", "noncentred"]) == 0
    assert "\n  tau given theta_raw, mu, the data\n" in capsys.readouterr().out


def test_step_says_what_a_second_draw_is_given_and_what_was_invented(capsys):
    main(["step", "hospitals"])
    printed = capsys.readouterr().out
    assert "mu_log_ancillary: mu_log once more, given sigma_log, lam_raw, the data\n" in printed
    assert "sigma_log_ancillary: sigma_log once more, given mu_log, lam_raw, the data\n" in printed
    main(["step", "survey"])
    assert "invented the numbers of tables, one for each category, [" in capsys.readouterr().out


def test_step_funnel_shows_trajectories(capsys):
    """In the mouth the energy error stays small; the same steps in the neck end in a divergence."""
    assert main(["step", "funnel", "--steps", "30"]) == 0
    mouth, neck = capsys.readouterr().out.split("from its neck")
    assert "divergence" not in mouth and "divergence" in neck
    errors = [float(line.split()[-1]) for line in mouth.splitlines() if line.strip()[:1].isdigit()]
    assert len(errors) == 31 and errors[0] == 0 and 0 < max(map(abs, errors)) < 5
    assert main(["step", "funnel", "--form", "noncentred"]) == 0
    assert "divergence" not in capsys.readouterr().out
    assert main(["step", "funnel", "--step-size", "0"]) == 2


SCORES = gp.data.instructors()
TABLES = {
    "oneway": ("who,score\n" + "\n".join(f"{g},{y}" for g, y in zip(SCORES.group, SCORES.y)),
               ["--value", "score", "--group", "who"], "theta", "Adams"),
    "oneway wide": ("P,Q,R\n1,2.5,3\n1.5,,3.5\n2,2,\n",
                    ["--wide", "P,Q,R", "--mu-prior", "Normal(0, 5)"], "theta", "P"),
    "multinomial": ("r,yes,no\nN,10,5\nS,3,9\nW,7,7\nE,1,4\nM,6,2\n",
                    ["--categories", "yes,no", "--group", "r"], "pi", "N, yes"),
    "multinomial long": ("r,a,n\nN,yes,10\nN,no,5\nS,yes,3\nS,no,9\nW,no,7\nW,yes,7\n",
                         ["--group", "r", "--category", "a", "--count", "n"], "pi", "W, no"),
    "poisson": ("h,events,days\nA,3,2.1\nB,10,5\nC,3,1.3\nD,8,8.2\nE,1,0.7\n",
                ["--count", "events", "--exposure", "days", "--group", "h"], "lam", "A"),
    "binomial": ("p,hits,ab\nA,18,45\nB,17,45\nC,16,45\nD,7,45\nE,10,40\n",
                 ["--successes", "hits", "--trials", "ab", "--group", "p", "--kappa-prior",
                  "Gamma(2, 0.02)"], "theta", "A"),
    "normal x": ("school,effect,se,private\nA,28,15,0\nB,8,10,0\nC,-3,16,0\nD,7,11,0\nE,-1,9,0\n"
                 "F,1,11,0\nG,18,10,1\nH,12,18,0\n",
                 ["--estimate", "effect", "--se", "se", "--group", "school", "--covariates",
                  "private"], "theta", "A"),
}
LONG = {"oneway wide", "multinomial", "multinomial long", "poisson", "binomial", "normal x"}


@pytest.mark.extras
@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("case",
                         [pytest.param(case, marks=pytest.mark.long if case in LONG else ())
                          for case in TABLES])
def test_fit_takes_every_family(own, tmp_path, capsys, monkeypatch, case):
    """Gibbs means agree with exact ones within Monte Carlo error; every group has its row.

    Its figures are made, but of the files only the names.
    """
    import pandas as pd
    from matplotlib import pyplot
    monkeypatch.setattr("gibbspool.fit.pictures.png", lambda figure: pyplot.close(figure) or b"")
    text, options, parameter, label = TABLES[case]
    model = case.split()[0]
    assert main(["fit", own(text), "--model", model, *options, "--out", str(tmp_path / "o"),
                 "--draws", "250"]) == 0
    captured = capsys.readouterr()
    assert "Gibbs check" in captured.out and "more than chance allows" not in captured.out
    summary = pd.read_csv(tmp_path / "o" / "summary.csv", index_col="parameter")
    shrinkage = pd.read_csv(tmp_path / "o" / "shrinkage.csv", index_col="group")
    assert f"{parameter}[{label}]" in summary.index and label in shrinkage.index
    mean = summary.loc[f"{parameter}[{label}]", "mean"]
    assert shrinkage.loc[label, "pooled"] == pytest.approx(mean)
    assert (tmp_path / "o" / "forest.png").exists() and (tmp_path / "o" / "shrinkage.png").exists()


@pytest.mark.parametrize("model, text, options, words", [
    ("poisson", "n,e\n3,0\n1,2\n", ["--count", "n", "--exposure", "e"],
     "row 1 (line 2), column 'n': 3 events in an exposure of 0"),
    ("poisson", "n,e\n3,1\n-1,2\n", ["--count", "n", "--exposure", "e"],
     "column 'n': -1 must be >= 0"),
    ("poisson", "n,e\n3,1\n1.5,2\n", ["--count", "n", "--exposure", "e"],
     "1.5 must be a whole number"),
    ("binomial", "y,n\n3,10\n11,10\n", ["--successes", "y", "--trials", "n"],
     "row 2 (line 3), column 'y': 11 successes out of 10 trials"),
    ("binomial", "y,n\n3,10\n,10\n", ["--successes", "y", "--trials", "n"],
     "row 2 (line 3), column 'y': the cell is empty"),
    ("multinomial", "g,a,b\nP,1,x\nQ,1,2\n", ["--categories", "a,b"],
     "row 1 (line 2), column 'b': 'x' is not a number"),
    ("multinomial", "g,c,n\nP,a,1\nP,b,2\nQ,a,2\n",
     ["--group", "g", "--category", "c", "--count", "n"],
     "group 'Q' has no row for category 'b'"),
    ("oneway", "g,y\nP,1\nQ,two\n", ["--value", "y", "--group", "g"],
     "row 2 (line 3), column 'y': 'two' is not a number"),
    ("oneway", "P,Q\n1,\n2,\n", ["--wide", "P,Q"], "column 'Q' has no observation"),
    ("oneway", "g,y\nP,1\nQ,2\n", ["--value", "y"],
     "--model oneway needs --value and --group, or --wide"),
    ("oneway", "g,y\nP,1\nQ,2\n", ["--value", "y", "--group", "g", "--se", "y"],
     "--se is not for --model oneway"),
    ("poisson", "n,e\n3,1\n1,2\n", ["--count", "n", "--exposure", "e", "--tau-prior", "Flat"],
     "--tau-prior is not for --model poisson"),
    ("normal", SCHOOLS, ["--estimate", "effect", "--se", "se", "--covariates", "school"],
     "the covariate 'school' is text with 8 levels for 8 groups"),
])
def test_fit_complains_of_every_family_in_one_line(own, model, text, options, words, capsys):
    assert main(["fit", own(text), "--model", model, *options]) == 2
    complaint = capsys.readouterr().err
    assert words in complaint and complaint.count("\n") == 1


def test_fit_refuses_what_it_would_ignore_and_checks_numbers_first(tmp_path, capsys):
    path = tmp_path / "scores.csv"
    path.write_text("A,B,C\n1,2,3\n2,3,5\n3,5,4\n")
    for more, words in ((["--group", "A"], "--value and --group"), (["--draws", "0"], "--draws"),
                        (["--seed", "-1"], "--seed")):
        assert main(["fit", str(path), "--model", "oneway", "--wide", "A,B,C", *more, "--out",
                     str(tmp_path / "out")]) == 2
        said = capsys.readouterr()
        assert len(said.err.splitlines()) == 1 and words in said.err
    path.write_text("g,x,y\na,0,0\nb,0,0\n")
    assert main(["fit", str(path), "--model", "multinomial", "--categories", "x,y", "--out",
                 str(tmp_path / "out")]) == 2
    assert "every count is 0" in capsys.readouterr().err.splitlines()[-1]


class Terminal(io.StringIO):
    encoding = "utf-8"

    def isatty(self):
        return True


@pytest.mark.parametrize("arguments", [
    ["step", "survey"], ["step", "baseball"], ["step", "funnel"],
    ["fit", "own.csv", *FIT, "--group", "school", "--draws", "20", "--section-priors"]],
    ids=lambda arguments: " ".join(arguments[:2]))
def test_on_a_terminal_no_line_is_longer_than_it_is_wide(tmp_path, monkeypatch, arguments):
    """Where it can be helped: the path of the folder, one word, stays whole."""
    from gibbspool.fit import fitting, found
    for module in (fitting, found):
        monkeypatch.setattr(module, "is_there", lambda name: False)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "own.csv").write_text(SCHOOLS.replace("28,15", "2800,15"))
    out, err = Terminal(), Terminal()
    monkeypatch.setattr("sys.stdout", out)
    monkeypatch.setattr("sys.stderr", err)
    assert main(arguments) == 0
    lines = [*out.getvalue().split("\n"), *err.getvalue().replace("\r", "\n").split("\n")]
    assert len(lines) > 15
    assert [line for line in lines if len(line) > 80 and str(tmp_path) not in line] == []
