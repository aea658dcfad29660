"""The page: its opening, contents, formulas, terms, blocks, and the errata."""
import html
import re
from xml.etree import ElementTree

import numpy as np
import pytest
from section58.raw import raw_in

from gibbspool.section58 import (
    contents,
    errata,
    findings,
    front,
    glossary,
    mathml,
    numbers,
    page,
    tables,
    wording,
)
from gibbspool.section58.formulas import FORMULAS, formulas
from gibbspool.section58.headings import heading
from gibbspool.section58.ledger import AGREES, DIFFERS, OWN, PARTLY
from gibbspool.section58.parts import PARTS
from gibbspool.section58.remedies import REMEDIES
from gibbspool.section58.reported import reported

pytestmark = pytest.mark.extras
pd = pytest.importorskip("pandas")
TITLES = [title for title, *_ in PARTS]
PRINTED = {p.id: p for p in reported()}


def row(id, verdict=AGREES, exact=1.0, reason="", printed=None):
    p = PRINTED[id]
    return {"id": id, "where": p.where, "quantity": p.quantity, "kind": p.kind,
            "printed": p.printed if printed is None else printed, "exact": exact,
            "sampled": np.nan, "verdict": verdict, "criterion": "", "reason": reason}


# --- the contents ---------------------------------------------------------------------------------

def test_the_contents_have_the_section_s_own_numbers_and_every_part():
    parts = [page.Part(title) for title in TITLES]
    chapters = contents.by_chapter(parts)
    assert [number for number, *_ in chapters if number] == [f"5.8.{k}" for k in range(1, 7)]
    assert [title for _, title, _ in chapters][-3:] == [
        "Bringing It All Together", "Exercises", "References"]
    assert [part.title for *_, its in chapters for part in its] == TITLES
    assert set(contents.OPENS) <= set(TITLES)
    assert contents.numbered("Forest plot") == "5.8.3 Forest plot"
    assert contents.numbered("Try it yourself: regions of 10 and of 500 people").startswith("Try")


def test_the_parts_of_5_8_3_stand_in_the_section_s_order():
    _, _, its = contents.by_chapter([page.Part(title) for title in TITLES])[2]
    assert [part.title for part in its] == [
        "Worked Example 1: Eight Schools", "Neal's funnel and divergences", "Forest plot",
        "Posterior predictive check"]


def test_a_part_is_chosen_by_number_or_words():
    assert contents.chosen("1", TITLES) == 0 and contents.chosen("Forest", TITLES) == 4
    assert contents.chosen("exercise 5.8.4", TITLES) == len(TITLES) - 2
    assert contents.chosen("stein", TITLES) == TITLES.index("Stein's paradox")


@pytest.mark.parametrize("name, said", [
    ("0", "the numbers 1 to"), ("99", "the numbers 1 to"), ("exercise", "fits 4 parts"),
    ("forrest", "did you mean forest?"), ("", "in no title"), ("qqqqqq", "in no title")])
def test_a_part_that_is_not_there_is_refused(name, said):
    with pytest.raises(ValueError, match=re.escape(said)):
        contents.chosen(name, TITLES)


def test_a_bar_has_the_shares_of_the_verdicts_and_says_them():
    drawn = ElementTree.fromstring(front.bar([6, 2, 0, 4]))
    assert [(piece.get("class"), float(piece.get("width"))) for piece in drawn] == [
        ("agrees", 60), ("partly", 20), ("own", 40)]
    assert [float(piece.get("x")) for piece in drawn] == [0, 60, 80]
    assert drawn.get("aria-label") == "6 agree, 2 in part, 4 sampler’s"


def test_the_contents_count_the_rows_of_each_part_and_of_all():
    one, two = page.Part("The pooling problem"), page.Part("Forest plot")
    one.rows = [pd.DataFrame({"verdict": [AGREES, AGREES, PARTLY]})]
    two.rows = [pd.DataFrame({"verdict": [DIFFERS, OWN]})]
    lines = re.findall(r"<tr class=.*?</tr>", front.contents([one, two]))
    numbers = [re.findall(r"<td>(\d*)</td>", line) for line in lines]
    assert numbers[1] == ["2", "1", "", ""] and numbers[3] == ["", "", "1", "1"]
    assert numbers[-1] == ["2", "1", "1", "1"]
    assert '1 <a href="#the-pooling-problem">' in lines[1] and '>5 <a href' in lines[3]


def test_the_opening_says_how_many_rows_are_judged_and_names_the_figures():
    rows = pd.DataFrame([row("eight.mu.mean"), row("eight.tau.mean", DIFFERS),
                         row("eight.mu.r_hat", OWN)])
    opening = front.front([page.Part("Forest plot")], rows)
    assert "The ledger has 3 rows: 2 are judged, and 1 are" in opening
    assert "figures/*.svg" in opening and "figures/*.pdf" in opening
    assert "of 2 numbers and statements" in errata.errata(rows, "Errata", "").lower()
    assert front.counted(None) == ""


# --- what was found -------------------------------------------------------------------------------

def test_every_finding_follows_the_rows():
    """With rows of its own for each printed number all ten are there, and say these numbers."""
    rows = pd.DataFrame([row(id, exact=0.125) for id in PRINTED])
    found = findings.findings(rows)
    assert len(found) == len(findings.FINDINGS) == 10
    assert {title for title, _ in found if title} <= set(TITLES)
    said = dict(zip([one.__name__ for _, one in findings.FINDINGS],
                    [sentence for _, sentence in found]))
    assert f"Of {len(rows)} numbers and statements judged, {len(rows)} agree, 0 differ" in \
        said["overall"]
    assert "it is 0.12" in said["tau"] and "0 of the table's 40" in said["tau"]
    assert "88%" in said["own_data"] and "holds" in said["bias"]
    assert "0 of the survey’s 24 counts and 0 of the hospitals’ 8" in said["counts"]


def test_findings_whose_rows_are_missing_are_left_out():
    rows = pd.DataFrame([
        row("shrinkage.B.E", exact=0.7),
        row("eight.tau.mean", DIFFERS, 4.8, "under flat priors of mu and tau: 6.6, which fits")])
    found = dict(findings.findings(rows))
    assert set(found) == {None, "The mathematical structure and shrinkage",
                          "Worked Example 1: Eight Schools"}
    assert "Of 2 numbers and statements judged, 1 agree, 1 differ" in found[None]
    assert "1 of these are what flat priors would give" in found["Worked Example 1: Eight Schools"]


def test_a_warning_is_said_once():
    one, two = page.Part("The pooling problem"), page.Part("Forest plot")
    for part in (one, two):
        part.text(f"{page.WARNS} a prior disagrees.")
    first, second = page.said_once([one, two])
    assert first.blocks == one.blocks
    assert "disagrees" not in second.blocks[0]
    assert '<a href="#the-pooling-problem">The pooling problem</a>' in second.blocks[0]


def test_numbers_stand_without_exponents():
    cell = tables.value_cell
    for value, spec, shown in ((8750.4, ".3g", "8750"), (358.2, ".2g", "358"), (0.1, ".4g", "0.1"),
                               (0.0000123, ".4g", "0.00001"), (-2.5, "+.1f", "-2.5"),
                               (-0.04, "+.1f", "0.0"), (0.05, "+.2f", "+0.05")):
        assert f">{shown}<" in cell(value, spec, "x")
    assert numbers.distance(436.0) == "over 20" and numbers.distance(19.6) == "20"
    assert [numbers.standard_errors(x) for x in (-1.2, 7, np.inf)] == [
        "1 standard error", "7 standard errors", "over 20 standard errors"]


@pytest.mark.parametrize("piece, kind", [
    ("<p>an error of 1.2e+03</p>", "an exponent"), ("<td>inf</td>", "an infinity"),
    ('<pre class="result">sd inf</pre>', "an infinity"),
    ("<td>nan</td>", "no number"), ("<p>in 1 data sets</p>", "a plural of one"),
    ("<p>1 other seeds</p>", "a plural of one"), ("<p>-9 % narrower</p>", "a negative comparison"),
    ("<td>-0.0</td>", "a signed zero"), ("<p>off by +0.00 in</p>", "a signed zero"),
    ("<p>write 0.00642693</p>", "a number of many digits"), ("<th>zero_exact</th>", "a name"),
    ('<p class="soft caption">of hdi_low</p>', "a name")])
def test_what_is_raw_is_found(piece, kind):
    assert [name for name, _ in raw_in(piece)] == [kind]


def test_what_is_not_raw_passes():
    assert raw_in("<pre>1e-8 inf</pre><code>hdi_low</code><th>theta_new, mean</th><p>11 runs, "
                  "1 run, information, 9% wider, 0.000001, hdi_low</p>") == []
    one = page.Part("One")
    one.table(pd.DataFrame({"a": [1.0]}), "Caption", fold=True)
    assert "(1 row)" in one.blocks[0] and raw_in(one.blocks[0]) == []


RECORDED = ("with nutpie 20 to 585 in 20 runs, median 271: fits; with PyMC's own NUTS 7 to 431 in "
            "20 runs, median 150: does not fit")


# --- the errata -----------------------------------------------------------------------------------

def test_the_errata_have_what_differs_and_nothing_else():
    rows = pd.DataFrame([
        row("eight.mu.mean", AGREES, 7.87), row("eight.tau.mean", DIFFERS, 4.806, "17 s.e. off"),
        row("eight.tau.hdi_high", DIFFERS, 9.6338, "23 s.e. off"),
        row("funnel.underestimates", PARTLY, np.nan, "Holds: a < b. Does not: c."),
        row("funnel.ess.centred", DIFFERS, np.nan, RECORDED),
        row("funnel.divergences.centred", PARTLY, np.nan, RECORDED)])
    text = errata.errata(rows, "Errata", "")
    [summary, funnel] = re.findall("<table>.*?</table>", text)
    tau = ["population sd tau: mean", "6.41", "4.81", "17 s.e. off"]
    assert cells_of(summary) == [tau, ["population sd tau: HDI to", "14.34", "9.63", "23 s.e. off"]]
    among = ["20 to 585 or 7 to 431",
             "ranges of 20 runs with nutpie and of 20 runs with PyMC's own NUTS"]
    assert cells_of(funnel) == [["ESS of tau: centred", "312", *among],
                                ["divergences: centred", "27", among[0],
                                 f"{among[1]}: agrees in part"]]
    assert "of 6 numbers and statements" in text.lower() and "7.87" not in text
    assert text.index("5.8.3 summary table") < text.index("5.8.3 funnel")
    says = re.sub("<[^>]*>", " ", text.split('class="statements">')[1]).split("The text")[0]
    for one in ("agrees in part", PRINTED["funnel.underestimates"].printed,
                REMEDIES["funnel.underestimates"], "Holds: a &lt; b. Does not: c."):
        assert one in says


def cells_of(table):
    """The texts of a table's rows."""
    return [[html.unescape(cell) for cell in re.findall("<t[hd][^>]*>(.*?)</t[hd]>", row)]
            for row in re.findall("<tr>(.*?)</tr>", table)[1:]]


def test_a_reason_that_many_numbers_share_stands_above_them():
    made = "the printed code with seed 42 generates"
    data = [row(f"ex3.y.{k}", DIFFERS, 20.0 + k, f"{made} {20 + k}") for k in range(1, 7)]
    own = row("ex3.y.8", DIFFERS, 4.0, "another")
    text = errata.errata(pd.DataFrame([*data, own]), "", "")
    first, shared = re.findall("<table>.*?</table>", text)
    assert cells_of(first) == [["events in hospital 8", "8", "4", "another"]]
    assert cells_of(shared)[0] == ["events in hospital 1", "3", "21"]
    assert "What follows, by the printed code with seed 42:</p>" in text
    silent = pd.DataFrame(data).assign(reason="")
    assert "What follows" not in errata.errata(silent, "", "")


def test_every_remedy_is_of_a_statement_and_says_something_else():
    for id, remedy in REMEDIES.items():
        p = PRINTED[id]
        assert p.kind == "statement" and remedy.endswith(".") and remedy != f"{p.printed}."


def test_a_rank_has_no_decimals():
    p = PRINTED["loo.partial.rank"]
    assert (p.printed, errata.told_apart(1.0, p)) == ("0", "1")


def test_no_further_remark_repeats_a_row():
    """What a row of the ledger judges is said there alone."""
    judged = " ".join(p.printed for p in PRINTED.values())
    for remark in errata.FURTHER:
        assert not set(re.findall(r"np\.\w+|az\.\w+", remark)) & set(re.findall(
            r"np\.\w+|az\.\w+", judged))


def test_an_exact_value_is_told_from_the_printed_one():
    p = PRINTED["shrinkage.tau"]
    assert (p.printed, errata.told_apart(4.806, p)) == ("6", "4.81")
    p = PRINTED["ex1.c.reduction"]
    assert (p.printed, errata.told_apart(61.578, p)) == ("61.5", "61.6")
    assert errata.told_apart(61.52, p) == "61.52"


def test_a_reason_does_not_repeat_the_exact_number():
    assert wording.without_the_exact("the printed code with seed 42 generates 1.98") == \
        "by the printed code with seed 42"
    assert wording.without_the_exact(RECORDED) == ""


def test_rows_have_words_for_names_each_its_own():
    """In a table of one place no two rows are called the same, and none by a name of the code."""
    numbers = [p for p in PRINTED.values() if p.kind != "statement"]
    words = [(p.where, wording.quantity_in_words(p)) for p in numbers]
    assert len(set(words)) == len(words)
    assert [text for _, text in words if re.search(r"[][_^]", text)] == []
    named = {p.variable: wording.variable_in_words(p.variable) for p in numbers}
    assert named["theta_hat[E]"] == "estimate of E by the formula"
    assert named["theta_new in (b)"] == "effect of a new school in (b)"
    assert named["pi[5, SA] without pooling"] == "share of SA in region 5 without pooling"
    assert named["y[1]"] == "events in hospital 1" and named["y[A]"] != named["theta[A]"]


# --- formulas, terms -----------------------------------------------------------------------------

def test_symbols_become_names_numbers_and_operators():
    assert mathml.symbols("2.5 τ") == "<mn>2.5</mn><mi>τ</mi>"
    assert mathml.symbols("a < b") == "<mi>a</mi><mo>&lt;</mo><mi>b</mi>"
    assert mathml.sub("θ", "i") == "<msub><mrow><mi>θ</mi></mrow><mrow><mi>i</mi></mrow></msub>"


def test_formulas_are_well_formed_and_belong_to_parts():
    assert set(FORMULAS) <= set(TITLES)
    for title in FORMULAS:
        tree = ElementTree.fromstring(formulas(title).replace("&#160;", " "))
        assert {element.tag for element in tree.iter()} <= {
            "div", "h3", "p", "math", "mrow", "mi", "mn", "mo", "msub", "msup", "msubsup", "mfrac",
            "msqrt", "mover", "munder", "mtext", "mspace"}
        children = {"msub": 2, "msup": 2, "mfrac": 2, "mover": 2, "munder": 2, "msubsup": 3}
        for element in tree.iter():
            assert len(element) == children.get(element.tag, len(element))


def test_a_term_unfolds_where_a_part_first_uses_it():
    blocks = ["<p>An HDI of an HDI; the Pareto k.</p>", '<p class="soft caption">HDIs, mcse</p>',
              "<pre>PSIS</pre>", "<p>tau &lt; 1 (PSIS-LOO), and shelpd</p>"]
    shown = glossary.unfolding(blocks)
    assert shown[0].startswith('<div class="text">An <details class="term"><summary>HDI</summary>')
    assert shown[0].endswith(".</div>") and shown[0].count("<details") == 2
    assert shown[1].startswith('<div class="soft caption text">HDIs, <details')
    assert shown[2] == blocks[2] and "<summary>PSIS-LOO</summary>" in shown[3]
    assert "shelpd" in shown[3] and shown[3].count("<details") == 1
    heading = glossary.unfolding(["<tr><th>mcse of ours</th></tr>"])[0]
    assert heading.startswith('<tr><th><details class="term"><summary>mcse</summary>')
    assert glossary.unfolding(["<p>nothing</p>"]) == ["<p>nothing</p>"]


def test_every_term_is_defined_once_and_matches_itself():
    for term, (pattern, meaning) in glossary.GLOSSARY.items():
        assert re.search(pattern, term if term != "standard error" else "s.e."), term
        assert meaning.endswith(".") and glossary.glossary().count(f"<dt>{term}</dt>") == 1


# --- tables ---------------------------------------------------------------------------------------

def test_columns_have_words_for_headings():
    assert heading("zero_exact") == "zero, exact" and heading("any_other") == "any other"
    shown = tables.table_of(pd.DataFrame({"pareto_k": [0.5], "name": ["a" * 40]}, index=["x<"]), {})
    assert '<td data-name="largest Pareto k">0.5</td>' in shown and "x&lt;" in shown
    assert '<td class="words" data-name="name">' in shown and 'class="scroll"' in shown
    mixed = tables.table_of(pd.DataFrame({"a": ["1", "identical groups"], "b": ["", "3"]}), {})
    assert '<th class="words">a</th><th>b</th>' in mixed and "<td></td>" in mixed
    assert tables.value_cell("", ".4g", "why", words=True) == '<td class="words"></td>'
    assert heading("HalfNormal(5)") == "HalfNormal\u200b(5)"
    many = tables.table_of(pd.DataFrame([[1.0] * 5], columns=list("abcde")), {})
    assert 'class="scroll wide"' in many


def test_a_reason_that_all_rows_share_is_said_once():
    rows = pd.DataFrame({"quantity": [f"y[{k}]" for k in range(20)], "printed": "1", "exact": 2.0,
                         "verdict": DIFFERS, "sampled": np.nan, "mcse": np.nan, "z": np.nan,
                         "noise": np.nan,
                         "reason": [f"the printed code with seed 42 generates {k}"
                                    for k in range(20)]})
    shown, why = page.numbers_shown(rows)
    assert "reason" not in shown and why == "; exact: by the printed code with seed 42"
    few, why = page.numbers_shown(rows[:3])
    assert few["reason"].iloc[2].endswith("generates 2") and why == ""
    rows.loc[3, "reason"] = "another"
    assert "reason" in page.numbers_shown(rows)[0]
    assert page.numbers_shown(rows.assign(reason=""))[1] == ""


def test_numbers_have_at_least_the_decimals_of_the_printed_ones():
    rows = pd.DataFrame({"printed": ["0.90", "1.00", "2914", "5.22"],
                         "exact": [0.9, 0.99991, np.nan, 3.71834]})
    shown = page.as_fine_as_printed(rows)["exact"]
    assert list(shown.drop(2)) == ["0.90", "0.9999", "3.718"] and np.isnan(shown[2])


def test_figures_that_follow_each_other_stand_together():
    one, two, text = "<figure>1</figure>", "<figure>2</figure>", "<p>text</p>"
    assert page.side_by_side([text, one, text, one, two]) == [
        text, one, text, f'<div class="figures">{one}{two}</div>']


def test_a_figure_tells_its_width_to_the_style():
    part, pyplot = page.Part("One"), pytest.importorskip("matplotlib.figure")
    part.figure(pyplot.Figure(figsize=(4, 3)), "one", "Caption")
    png = part.figures["one.png"]
    assert f'style="--width: {int.from_bytes(png[16:20], "big")}"' in part.blocks[0]


def test_a_part_shows_its_own_rows_of_a_place_and_keeps_these():
    class Three:
        where, printed = "5.8.3 summary table", PRINTED

        def table(self):
            columns = {"mcse": np.nan, "z": np.nan, "noise": np.nan}
            return pd.DataFrame([row(id) for id in ("eight.mu.mean", "eight.tau.mean",
                                                    "eight.tau.sd")]).assign(**columns)

    part = page.Part("One")
    part.ledger(Three(), among=lambda id: "tau" in id)
    assert list(part.rows[0]["id"]) == ["eight.tau.mean", "eight.tau.sd"]
    assert "2 agree" in part.blocks[0]


def test_what_stands_beside_the_text_comes_after_the_opening_paragraphs():
    part = page.Part("One")
    part.text("first", "second")
    part.points("a point")
    part.beside_the_text("<div>formula</div>", "")
    assert part.blocks == ["<p>first</p>", "<p>second</p>", "<div>formula</div>",
                           "<ul><li>a point</li></ul>"]
