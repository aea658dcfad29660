"""Why each way to draw a number is right, in a few sentences: folded on the page, once a way."""

GRIDDY = (
    "Whatever its formula is, a density can be computed at points. Joined by straight lines in its "
    "logarithm it becomes a curve q with a known area under each piece. Adding these areas from "
    "the left gives the running sum, the probability below each value; one uniform number, read "
    "back through the running sum, is then a draw from q.",
    "The curve q is close to the density p, but not the same. So the draw is only a proposal: it "
    "is taken with the probability min(1, ratio), the ratio being p/q there divided by p/q at the "
    "old value. Where q is too high a draw comes too often, and is refused more often; what is "
    "left are draws from p itself.")
SLICE = (
    "Throw a point at random into the area under the curve, each place as likely as any other: "
    "how often it lands near a value is in proportion to the height of the curve there. So its "
    "place along the axis is a draw from the density, whose area need not be known.",
    "Slice sampling moves such a point in two draws, each uniform. First its place is fixed, and "
    "its height is drawn anew between zero and the curve: the level. Then the height is fixed, and "
    "its place is drawn anew where the curve lies above that level: the slice. A point that was "
    "uniform under the curve stays so.")
DOUBLING = (
    "The slice is not known, so an interval around the old value is doubled and cut. A new value "
    "counts only if the same doublings, begun from it, could have led to the same interval: the "
    "way there and the way back are then equally likely.",)
ENDS = (
    "The log density is concave: it bends down everywhere. So the slice is one interval, and the "
    "straight line through two points beyond an end, followed down to the level, never leads past "
    "that end into the slice. What is found is not the end itself, but nothing of the slice is "
    "left out: a value drawn uniformly, and again until it lies in the slice, is uniform there.",)
RATIO = (
    "Moves must balance: as many from a to b as from b to a, once the draws come from p. Proposals "
    "from a to b are as likely as those from b to a, so acceptance has to make up the difference. "
    "To accept with the probability min(1, p(b)/p(a)) does it: uphill always, downhill in just the "
    "proportion of the two heights.",
    "A constant factor of p drops out of the ratio, so nothing has to be summed or integrated. Who "
    "is refused stays, and the old value counts once more.")
# By the coordinate that a kernel works in.
ON_SCALE = {
    "log": ("All this is done along the logarithm of the value (of its distance from the lower end "
            "of its range, if that is not 0). The density of the logarithm is p times the value: "
            "that factor is in the curve.",),
    "logit": ("All this is done along the logit: with s the value's place in its range, from 0 to "
              "1, the logarithm of s/(1 \N{MINUS SIGN} s). Its density is p times "
              "s (1 \N{MINUS SIGN} s), but for a constant: that factor is in the curve.",),
    "arcsinh": ("All this is done along the inverse hyperbolic sine of the value. Its density is p "
                "times the root of 1 + x\N{SUPERSCRIPT TWO}: that factor is in the curve.",)}
BY_COORDINATE = ("slice", "concave slice", "metropolis", "ladder")  # their curves are along it
OF_SHARES = (
    "The walk goes along the logarithms of the shares, whose density is p times the product of all "
    "shares: that factor is in the curve.",)
LADDER = (
    "A Metropolis step compares two values. A ladder compares many at once: the old value is one "
    "of its rungs, and where on the ladder it stands is drawn at random. So the same ladder could "
    "have been laid from any of its rungs, with the same probability.",
    "Among these rungs one is drawn in proportion to the density p. From rung a to rung b the "
    "chance is p(b) over the sum, back it is p(a) over the same sum: their ratio is p(b)/p(a), "
    "just what leaves p as it is.")
CLOSED = (
    "The density has a form whose draws are known, because prior and data multiply to the same "
    "kind of formula. A fresh draw given the others leaves their joint density as it is: that is "
    "all that Gibbs sampling needs.",)
TABLES = (
    "Draw more than is wanted: the tables, given the baseline, and then the baseline, given the "
    "tables. Both are right conditionals of one joint density, in which the tables summed out give "
    "the density that is wanted. So the baseline alone is drawn right, and the tables may be "
    "forgotten.",)

# By what `record` calls the kind of a draw.
REASONS = {
    "griddy": GRIDDY, "slice": SLICE + DOUBLING, "concave slice": SLICE + ENDS,
    "metropolis": RATIO, "ladder": LADDER, "simplex walk": RATIO + OF_SHARES,
    "augmentation": TABLES, "normal": CLOSED, "beta": CLOSED, "dirichlet": CLOSED,
    "direct": CLOSED,
}
TITLES = {
    "griddy": "Why this is right: grid, straight lines, running sum, correction",
    "slice": "Why a slice is right: a uniform point under the curve",
    "concave slice": "Why a slice is right: a uniform point under the curve",
    "metropolis": "Why it is right to accept by the ratio",
    "simplex walk": "Why it is right to accept by the ratio",
    "ladder": "Why a ladder is right", "augmentation": "Why tables help",
}
CLOSED_TITLE = "Why a fresh draw is right"


def reasons_for(kind, scale="line"):
    """The summary and the sentences on one way to draw, as plain data."""
    more = ON_SCALE.get(scale, ()) if kind in BY_COORDINATE else ()
    return {"title": TITLES.get(kind, CLOSED_TITLE), "say": [*REASONS[kind], *more]}
