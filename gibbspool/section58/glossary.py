"""Terms of the page, each defined once; where a part first uses one, it unfolds its meaning."""
import re

from .. import html

# What it means, by the term and the words that stand for it in a text.
GLOSSARY = {
    "89% HDI": (r"(?:89% )?HDIs?",
                "highest-density interval: the shortest interval that holds the probability, here "
                "89%. It may begin where a quantity ends, as that of tau does at 0."),
    "collapsed": (r"[Cc]ollapsed",
                  "a form in which parameters were integrated out by a formula, so that the "
                  "sampler need not draw them along; they are drawn afterwards, from what is "
                  "left."),
    "coverage": (r"[Cc]overage",
                 "how often, over many data sets, an interval holds the true value."),
    "divergence": (r"[Dd]ivergen(?:ces?|t)",
                   "a trajectory of HMC or NUTS whose energy, constant in theory, drifted far from "
                   "its start: the step size is too large for where it was. The draws near there "
                   "may be too few."),
    "elpd": (r"elpd", "expected log predictive density: the log density that a model gives to "
                      "data it has not seen, summed over the groups, each left out in turn. Higher "
                      "is better; only differences on the same data mean anything."),
    "ESS": (r"ESS|effective sample sizes?",
            "effective sample size: how many independent draws would tell as much as the "
            "correlated draws of a sampler; for means (bulk) and for interval ends (tail)."),
    "exact": (r"[Ee]xact(?:ly| posterior)?",
              "computed without random draws: by quadrature, a sum over a fine grid with a known "
              "error, or in closed form."),
    "exchangeable": (r"[Ee]xchangeab(?:le|ility)",
                     "before the data nothing tells the groups apart: their joint density stays "
                     "the same if they change places. They may well depend on each other."),
    "flat prior": (r"[Ff]lat priors?",
                   "a prior whose density is the same everywhere: no value is preferred."),
    "funnel": (r"[Ff]unnel",
               "the shape of the posterior of tau and the effects: wide where tau is large, ever "
               "narrower towards tau = 0, so that no one step size fits."),
    "Gibbs sampler": (r"Gibbs(?: sampler)?",
                      "draws one parameter after the other from its distribution given all others "
                      "and the data, over and over."),
    "HMC": (r"HMC", "Hamiltonian Monte Carlo: a proposal is where a particle gets to that is "
                    "pushed at random and rolls over the log density; it needs its gradient."),
    "hyperparameter": (r"[Hh]yper(?:parameters?|priors?)",
                       "a parameter of the population that the groups come from, such as mu and "
                       "tau; its prior is called a hyperprior."),
    "James-Stein": (r"James-Stein", "an estimate that shrinks all means by a factor computed from "
                                    "the data; it needs no prior."),
    "leapfrog": (r"[Ll]eapfrog",
                 "how HMC follows its particle: half a step of the velocity, a step of the place, "
                 "half a step of the velocity again."),
    "log evidence": (r"log evidence",
                     "the log of the density that a model with its priors gives to all the data, "
                     "before it has seen them."),
    "leave-one-out": (r"[Ll]eave-one-out",
                      "each group in turn is predicted from all others: a model is judged by data "
                      "it has not seen."),
    "mcse": (r"mcse", "Monte Carlo standard error: by how much a number computed from random draws "
                      "typically misses, because the draws are finitely many."),
    "nat": (r"nats?", "the unit of information with natural logarithms: 1 nat is what is learnt "
                      "where a density becomes e = 2.72 times as high."),
    "non-centred": (r"[Nn]on-centred",
                    "the sampler moves theta_raw = (theta - mu) / tau, which has scale 1 whatever "
                    "tau is; centred, it moves theta itself."),
    "nutpie": (r"nutpie",
               "a separate implementation of NUTS, written in Rust, to which PyMC hands the work "
               "where it is installed; it learns scales and step size by other rules than PyMC's "
               "own."),
    "NUTS": (r"NUTS", "the No-U-Turn Sampler, the section's: HMC whose trajectories end where "
                      "they begin to turn back."),
    "Pareto k": (r"Pareto k", "how heavy the tail of the weights of PSIS is: above 0.7 a few draws "
                              "count for too much, and its estimate is not to be relied on."),
    "partial pooling": (r"(?:[Pp]artial|[Cc]omplete|[Nn]o) pooling",
                        "complete: one value for all groups. No pooling: each group by its own "
                        "data alone. Partial: groups come from one population, whose mean and "
                        "spread are learnt from all of them, and each is drawn towards its mean."),
    "posterior predictive": (r"[Pp]osterior predictive|[Rr]eplicates",
                             "data that the model would make anew, with parameters drawn from the "
                             "posterior."),
    "PSIS": (r"PSIS(?:-LOO)?",
             "Pareto-smoothed importance sampling: leave-one-out from draws of the full posterior, "
             "each weighted by 1 over the density of the left-out data, the largest weights "
             "smoothed."),
    "R-hat": (r"R-hat", "compares chains that began apart: 1 if they cannot be told from each "
                        "other, above 1.01 if they have not yet come together."),
    "REML": (r"REML", "restricted maximum likelihood: the tau of the highest likelihood after mu "
                      "was integrated out, a point without uncertainty."),
    "shrinkage factor": (r"[Ss]hrinkage factors?",
                         "B = sigma^2 / (sigma^2 + tau^2), the weight of the common mean in a "
                         "group's estimate: 0 is no pooling, 1 complete pooling."),
    "standard error": (r"s\.e\.|[Ss]tandard errors?",
                       "the standard deviation of an estimate over repeated data, or of a "
                       "simulated number over repeated simulations."),
}
LEAF = re.compile(r'<(p|li|figcaption|div|th)((?: class="[a-z ]+")?)>([^<]*)</\1>')


def unfolding(blocks):
    """The blocks of a part with each term's first use made to unfold.

    A term is looked for in paragraphs, points, captions, headings of columns and reasons, where
    they hold text alone.
    """
    waiting = dict(GLOSSARY)

    def leaf(found):
        tag, kind, text = found.groups()
        shown = with_terms(text, waiting)
        if shown == text:
            return found.group()
        if tag == "p":  # a paragraph may not hold what unfolds
            tag, kind = "div", kind[:-1] + ' text"' if kind else ' class="text"'
        return f"<{tag}{kind}>{shown}</{tag}>"

    return [LEAF.sub(leaf, block) for block in blocks]


def with_terms(text, waiting):
    """The text, with the terms in it that still wait made to unfold; these wait no longer."""
    first = {}
    for term, (pattern, _) in waiting.items():
        if found := re.search(rf"(?<![\w-])(?:{pattern})(?![\w-])", text):
            first[term] = found.span()
    shown, end = "", 0
    for term, (start, stop) in sorted(first.items(), key=lambda one: (one[1][0], -one[1][1])):
        if start >= end:  # else it stands within another term
            meaning = html.element("span", f"{waiting.pop(term)[1]}", "meaning")
            shown += text[end:start] + (f'<details class="term"><summary>{text[start:stop]}'
                                        f"</summary>{meaning}</details>")
            end = stop
    return shown + text[end:]


def glossary():
    """All terms, as a section of the page."""
    terms = "".join(html.element("dt", term) + html.element("dd", meaning[0].upper() + meaning[1:])
                    for term, (_, meaning) in GLOSSARY.items())
    return (f'<section id="glossary"><h2>Glossary</h2><dl class="glossary">{terms}</dl>'
            "</section>")
