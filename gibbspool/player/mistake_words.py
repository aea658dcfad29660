"""What each wrong sampler does, in the words of the page; names in braces are shown as symbols."""
import re
from html import escape

from .formulas.markup import MINUS, symbol

ALL_AT_ONCE = ("It draws every variable from the values before the sweep. Each has to be drawn "
               "given those that were drawn just now, or the draws have another joint "
               "distribution.")
NEVER_UPDATED = "It never updates {{{0}}}: the chain cannot leave the value that it began with."
NO_CHANGE_OF_VARIABLE = (
    "Its random walk goes along log {tau}, and the change of variable is missing: the density of "
    "log {tau} is that of {tau}, times {tau}. Small values come too often.")
WRONG_SIGN = (
    "Its random walk goes along log {tau}, and the change of variable has the wrong sign: the "
    "density of {tau} is divided by {tau} where it has to be multiplied. Small values come far too "
    "often.")
STILL_RIGHT = "The steps have another length, but the draws are right."

WORDS = {
    "S1-mu": "It draws {mu} from the {theta} of the sweep before. A sweep uses each new value as "
             "soon as it is there.",
    "S1": ALL_AT_ONCE,
    "S5": ALL_AT_ONCE,
    "C20": "The sum of squares for {tau} takes the {theta} of the sweep before. It has to take the "
           "{theta} drawn just now.",
    "C20-mu": "The sum of squares for {tau} is taken around the {mu} of the sweep before. It has "
              "to be taken around the {mu} drawn just now.",
    "C21": "It draws {theta} from the population, Normal({mu}, {tau}): the data have no say.",
    "C5": "It draws {theta} around y with the standard deviation {sigma}: the population has no "
          "say, nothing is pooled.",
    "P1-theta": "It draws {theta} with its variance in the place of its standard deviation.",
    "P1-mu": "It draws {mu} with its variance in the place of its standard deviation.",
    "P1-both": "It draws {theta} and {mu} with their variances in the place of their standard "
               "deviations.",
    "S7": "It draws one random number, and all groups share it. Each {theta} by itself has the "
          "right mean and spread, but all of them move up and down together.",
    "R4-theta": "It sets {theta} to the mean of its conditional and draws nothing: the chain shows "
                "too little doubt.",
    "R4-mu": "It sets {mu} to the mean of its conditional and draws nothing: the chain shows too "
             "little doubt.",
    "R4-tau": "It sets {tau}² to the mean of its conditional and draws nothing.",
    "C10": "It draws {mu} from y and {sigma}. Given {theta}, y says nothing more of {mu}.",
    "C10-y-for-theta": "In the conditional of {mu}, y stands where {theta} belongs. Given {theta}, "
                       "y says nothing more of {mu}.",
    "S2": "It draws {mu} with {theta} integrated out, and keeps the {theta} from before, which no "
          "longer fits the new {mu}. Such a step has to come before {theta}, not after it.",
    "C9": "The prior is left out of the conditional of {mu}: its mean and its precision are those "
          "of the groups alone.",
    "C11": "It draws {mu} with the standard deviation of a single group. The more groups there "
           "are, the better {mu} is known.",
    "C12": "The shape of the inverse gamma for {tau}² grows by 1 with each group. It has to grow "
           "by one half.",
    "C12-J-minus-1": "The shape of the inverse gamma for {tau}² counts one group too few. {mu} is "
                     "given here, not estimated, so every group counts.",
    "C13": "The sum of squares for {tau}² is not halved: {tau} comes out too large.",
    "C15": "The squares for {tau} are taken around the mean of the groups’ {theta}. Given {mu}, "
           "they are taken around {mu}.",
    "C16": "The squares for {tau} are those of y. Given {theta}, y says nothing more of {tau}.",
    "P4": "{tau} gets smaller where it has to get larger: NumPy’s gamma takes a scale, which is "
          "one over a rate.",
    "P5": "It draws 1/{tau}², which has a gamma distribution, and forgets to turn it round.",
    "P7": "It draws {tau}² and keeps it as {tau}: the root is missing.",
    "S8-theta": NEVER_UPDATED.format("theta"),
    "S8-mu": NEVER_UPDATED.format("mu"),
    "S8-tau": NEVER_UPDATED.format("tau"),
    "M1": "The ratio of its Metropolis step is upside down: every step downhill is taken and only "
          "few uphill. The chain runs into the tails.",
    "M2": "The log of the ratio is compared with u itself. Both have to be logs, or neither.",
    "M2-greater": "The comparison points the wrong way: a proposal is taken where u is larger than "
                  "the ratio.",
    "M2-minus": "The log of the ratio is compared with {minus}log u: only clearly better proposals "
                "are taken.",
    "M3": "Every proposal is taken, whatever the two densities are.",
    "never": "No proposal is ever taken.",
    "M10": "Only steps uphill are taken: the chain climbs to the top and stays. A worse proposal "
           "has to have its chance.",
    "N10": "A logarithm to base 10 is compared with natural ones: a proposal half as dense is "
           "taken in 20 of 100 cases instead of 50.",
    "R5": "u is squeezed before it is compared: small numbers never occur, so proposals of low "
          "density are never taken.",
    "N4": "The log densities are divided by each other. The log of a ratio is the difference of "
          "the logs.",
    "old_left_out": "The density at the old value is left out of the ratio.",
    "squared_ratio": "The ratio is squared: a proposal half as dense is taken in 25 of 100 cases "
                     "instead of 50.",
    "M11": f"The scale of the proposal is squared, though it is a standard deviation already. "
           f"{STILL_RIGHT}",
    "M11-root": f"The root of the proposal’s scale is taken, though it is a standard deviation "
                f"already. {STILL_RIGHT}",
    "M11-not-used": f"The scale of the proposal is not used. {STILL_RIGHT}",
    "M5": NO_CHANGE_OF_VARIABLE,
    "M7": NO_CHANGE_OF_VARIABLE,
    "M6": WRONG_SIGN,
    "M8": WRONG_SIGN,
    "M6-new-alone": "The change of variable to log {tau} counts at the proposal alone: the old "
                    "value has one, too.",
    "M6-old-alone": "The change of variable to log {tau} counts at the old value alone: the "
                    "proposal has one, too.",
    "M6-difference": "The change of variable is that of another variable: {tau} itself stands "
                     "where its logarithm belongs.",
    "M6-twice": "The change of variable to log {tau} counts twice.",
    "M12": "The proposal does not depend on the current value. A random walk starts from where it "
           "is.",
}

CONDITIONALS = {"theta_given": "{theta} given {mu}, {tau}", "mu_given": "{mu} given {theta}, {tau}",
                "tau_given": "{tau} given {theta}, {mu}"}


def as_html(text):
    """Words of this file for the page: symbols for the names in braces."""
    text = escape(text, quote=False).replace("{minus}", MINUS)
    return re.sub(r"\{(\w+)\}", lambda name: symbol(name[1]), text)


def finding(remark):
    """What a check has found, without its guess at the cause: here the cause is told."""
    found, colon, guess = remark.rpartition(": ")
    return found if colon and guess.endswith("?") else remark


def remark_as_html(remark):
    """What the check of the conditionals remarks: symbols for names, powers raised."""
    text = escape(remark.removeprefix("ValueError: "), quote=False)
    text = re.sub(r"\^([+-]?\w+)", lambda power: f"<sup>{minus(power[1])}</sup>", text)
    return re.sub(r"\b(theta|tau|mu|sigma)\b", lambda name: symbol(name[1]), text)


def minus(text):
    return text.replace("-", MINUS).replace("+", "")
