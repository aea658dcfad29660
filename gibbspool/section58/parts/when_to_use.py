"""Section 5.8.6: when to use a hierarchical model, and when to be cautious."""
from ...guide import experiments
from ...guide.advice import advise
from ...guide.sensitivity import against_prior
from ...optional import need
from ...plots import practice as plots_practice
from ..ledger import Ledger
from ..numbers import plain
from .common import schools, truth
from .strategies import AS_AN_EXAMPLE, judge_strategies, mean_squared_errors
from .when_to_use_words import few_and_precise, judge_when_to_use


def frame(rows, index):
    return need("pandas").DataFrame(rows).set_index(index)


def guide(part):
    """The guide of 5.8.6: what it says of Eight Schools, and its claims put to the test."""
    sets = 400 if part.quick else 4000
    few = frame(experiments.few_groups(), "J")
    more = frame(experiments.more_groups((4, 64), sets=20 if part.quick else 200),
                 ["sigma", "J"])["overlap"]
    rows = experiments.tau_near_zero(sets=sets // 4)
    alike = mean_squared_errors(schools().sigma, 0.0, sets)
    error = {name: f"{value:.1f}" for name, (value, _) in alike.items()}
    part.text(
        "Few groups: with the schools taken four at a time, posterior and prior of tau share "
        f"{few.loc[4, 'overlap']:.0%} of their area on average, with all eight "
        f"{few.loc[8, 'overlap']:.0%}. It is not the number of groups alone: four groups measured "
        f"five times as well share {more[2.0, 4]:.0%}, sixty-four noisy ones {more[20.0, 64]:.0%}.",
        "tau near zero: if all schools were alike, complete pooling (here the mean weighted by "
        "precision, that is with a flat mu) would have a mean squared error of "
        f"{error['complete']}, no pooling {error['none']} and partial pooling {error['partial']} "
        f"(by {sets} data sets, standard error {plain(alike['partial'][1], 1)}). The model learns "
        "most of the way that the groups are the same, not all of it: it cannot rule "
        "out that they differ, and pays for that.",
        "Three recommendations are not judged here. That data grouped by any categorical variable "
        "with five levels or more are a case for such a model says when to think of one; whether "
        "five are enough is judged in the takeaways. That repeated measurements call for such a "
        "model is a matter of how data arise, nothing to compute; the one-way model, which the "
        "instructors and the radon counties have, is the model for them. That groups of two kinds "
        "call for a covariate is put to the test under \"Critical warning\" and in Exercise 5.8.4.")
    first = experiments.first_schools()
    part.figure(plots_practice.few_groups(first), "few_groups",
                "The posterior of tau given the first schools only, against its prior, "
                "HalfNormal(10); the area shared is in the table below, beside the average over "
                "all choices of as many schools.")
    part.figure(plots_practice.tau_near_zero(rows), "tau_near_zero",
                "Mean squared error of the three strategies as the true tau leaves zero; bars show "
                "two Monte Carlo errors.")
    part.text("gp.advise applies the guide to a data set, with the numbers behind each sentence; "
              "gibbspool fit prints it. Of Eight Schools it says:")
    part.points(*advise(schools(), truth()).sentences)
    few.insert(0, "first", {J: against_prior(truth).overlap for J, truth in first.items()})
    words = {"first": "shared area, first J schools", "choices": "choices",
             "overlap": "shared area, average", "information": "information (nats)",
             "sd_ratio": "sd, posterior over prior"}
    part.table(few.rename(columns=words, index=lambda J: f"{J} schools"),
               "What J of the eight schools say of tau: area that posterior and prior share, with "
               "the first J schools, as drawn above; the same, information gained, and their "
               "sds, averaged over all choices of J schools",
               dict(zip(words.values(), (".0%", ".0f", ".0%", ".2f", ".2f"))))
    ledger = Ledger("5.8.6 guide")
    part.table(judge_strategies(ledger, sets),
               "The section's table with numbers for its words, of Eight Schools: parameters; bias "
               f"and standard deviation of the estimates given the effects (tau = {AS_AN_EXAMPLE:g}"
               "); what is said of a new school; and where each is best", fold=False)
    judge_when_to_use(ledger, sets, few_and_precise(sets))
    part.ledger(ledger)
