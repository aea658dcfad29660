"""The pages on Gibbs sampling and on forms of a small model, for tests in a browser."""
import functools
import re

import pytest

import gibbspool as gp
from gibbspool.models import examples
from gibbspool.player import forms_page, gibbs_page, page
from gibbspool.player.subject import Subject

HOSTILE = ["<img src=x onerror=document.title='attacked'>", "</script><script>", "\"'", "&amp;",
           "plain"]
SWEEPS = 6

# Names as the code has them: of variables, forms and classes. Priors are written as in the section.
RAW = re.compile(r"\b(mu|tau|theta|sigma|kappa|phi|alpha|pi0|lam|beta)\b(?!-binomial)|noncentred"
                 r"|\w_\w|\b(?!Half)[A-Z][a-z]+[A-Z]\w+")


@functools.cache
def truth_of(name):
    """The exact posterior of an example: all its forms have the same."""
    return Subject(getattr(examples, name)()).truth


def subject_of(name, *form, **settings):
    """An example as the subject of a page, with an exact posterior that is worked out once."""
    subject = Subject(getattr(examples, name)(*form), **settings)
    subject.truth = truth_of(name)
    return subject


def raw_names(one):
    """Those that can be read anywhere on the page."""
    said = one.evaluate("document.body.innerText + document.title")
    return [found[0] for found in RAW.finditer(said.replace("(tau)", "").replace("(mu)", ""))]


def written(folder):
    """The file: both pages of a small centred model, with hostile labels."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(forms_page, "SWEEPS", 60)
        schools = gp.data.eight_schools()
        model = gp.NormalNormal(schools.y[:5], schools.sigma[:5], groups=HOSTILE, form="centred")
        subject = Subject(model, sweeps=SWEEPS)
        text = page.document("Schools", [gibbs_page.page(subject), forms_page.page(subject)])
    path = folder / "player.html"
    path.write_text(text, encoding="utf-8")
    return path


def go(tab, link):
    """Follow a link to a page and state of the file that is open already; a fresh start."""
    address = tab.evaluate("location.href.split('#')[0]")
    tab.go("about:blank")
    tab.go(f"{address}#{link}")


def jump(tab, step):
    """Within the page that is open."""
    tab.evaluate(f"(e => {{ e.value = {step}; e.dispatchEvent(new Event('input')); }})"
                 "(document.querySelector('#bar .place'))")


def step_of(tab):
    return tab.evaluate("Number(new URLSearchParams(location.hash.slice(1)).get('step'))")


def recorded(tab):
    return tab.evaluate("JSON.parse(document.getElementById('data-gibbs').textContent)")
