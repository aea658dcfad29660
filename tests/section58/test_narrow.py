"""The page on a telephone: nothing that stands in it is wider than the screen."""
import pytest

from gibbspool.section58 import page
from gibbspool.section58.formulas import formulas
from gibbspool.section58.ledger import VERDICTS
from gibbspool.section58.parts import PARTS

pytestmark = pytest.mark.extras
pd = pytest.importorskip("pandas")


@pytest.mark.parametrize("width", [320, 360, 375, 390])
def test_formulas_and_contents_fit(browser, tmp_path, width):
    """The formulas of every part, and counts of two digits in each column of the contents."""
    judged = pd.DataFrame({"verdict": list(VERDICTS) * 20})
    parts = [page.Part(title, blocks=[formulas(title)], rows=[judged]) for title, *_ in PARTS]
    file = tmp_path / "page.html"
    file.write_text(page.render("Title", (), parts), encoding="utf-8")
    with browser.open(file, width=width, height=800) as tab:
        assert tab.evaluate("document.documentElement.scrollWidth") == width
