"""The section's formulas, and short derivations, beside the numbers: by the part where they stand.

The symbols are the section's. As in its code, the second argument of Normal is a standard
deviation; where its text has a variance there, it is the square of the same.
"""
from .mathml import (
    Formula,
    bracketed,
    fraction,
    inline,
    mark,
    math,
    power,
    product,
    prose,
    root,
    row,
    sub,
    sub_power,
    total,
    words,
)

THETA, Y, SIGMA, B, LAM = (sub(letter, "i") for letter in ("θ", "y", "σ", "B", "λ"))
TAU2, SIGMA2 = power("τ", "2"), sub_power("σ", "i", "2")
S2 = power("σ", "2")
RAW = sub(mark("θ", "~"), "i")
HAT = row(mark("μ", "^"), "(τ)")
V = row("V(τ)")
REST = sub("y", "−i")           # all data but those of group i
PI_R, PI0, Y_R, N_R = sub("π", "r"), sub("π", "0"), sub("y", "r"), sub("n", "r")
A_K = row("α", sub("π", "0 k"))  # the concentration of category k


def half_square(deviation, variance):
    """The exponent of a normal density."""
    return row("−", fraction(deviation, row("2", variance)))


def square(*inside):
    return power(row("(", *inside, ")"), "2")


LAM_RAW, MEAN = sub(mark("λ", "~"), "i"), mark("y", "¯")
# the densities of all groups, at the best mean for a value of tau
GROUPS_AROUND_HAT = row(
    product("i"), fraction("1", root(SIGMA2, "+", TAU2)),
    "exp", bracketed(half_square(square(Y, "−", HAT), row("(", SIGMA2, "+", TAU2, ")"))))

POOLING = (
    prose("The three strategies for student j of instructor i. Complete pooling:"),
    math(sub("y", "i j"), "∼Normal(μ, σ)"),
    prose("no pooling:"),
    math(sub("y", "i j"), "∼Normal(", sub("μ", "i"), ", σ)"),
    prose("and partial pooling, which adds where the means come from:"),
    math(sub("y", "i j"), "∼Normal(", sub("μ", "i"), ", σ),", words(" "), sub("μ", "i"),
         "∼Normal(μ, τ)"),
    prose("Given μ, τ and σ the mean of instructor i is pulled towards μ by the factor"),
    math(B, "=", fraction(row(S2, "/", sub("n", "i")),
                          row(S2, "/", sub("n", "i"), "+", TAU2))),
    prose("so the fewer students a section has, the further it is pulled."))

STRUCTURE = (
    prose("The joint density is a product along the levels:"),
    math("p(μ, τ, θ, y) = p(μ) p(τ)", product("i"), "p(", THETA, "| μ, τ)", product("i"), "p(", Y,
         "|", THETA, ")"),
    prose("Shrinkage follows from the two factors that hold ", inline(THETA), ":"),
    math("p(", THETA, "| μ, τ, y) ∝ exp", bracketed(
        half_square(square(Y, "−", THETA), SIGMA2), half_square(square(THETA, "−μ"), TAU2))),
    prose("Its exponent is a square in ", inline(THETA), ", so this is a normal density. The "
          "factors of the square are precisions, and precisions add up; the mean is the average "
          "of ", inline(Y), " and μ, weighted by them:"),
    math(THETA, "| μ, τ, y ∼Normal((1−", B, ")", Y, "+", B, "μ, ",
         root("(1−", B, ")", SIGMA2), ")"),
    math(B, "=", fraction(row("1/", TAU2), row("1/", SIGMA2, "+ 1/", TAU2)), "=",
         fraction(SIGMA2, row(SIGMA2, "+", TAU2))),
    prose("Before the data, by the variances of ", inline(THETA, "= μ + τ", RAW), ", two groups "
          "correlate by"),
    math("corr(", THETA, ",", sub("θ", "k"), ") =",
         fraction(row("var(μ)"), row("var(μ) + E[", TAU2, "]"))),
    prose("and after them a new group has"),
    math("var(", sub("θ", "new"), "| y) = var(μ | y) + E[", TAU2, "| y]"))

EIGHT_SCHOOLS = (
    prose("What the Gibbs sampler draws from, one conditional after the other; m and s are the "
          "mean and sd of the prior of μ. The effects, given all else, as in 5.8.2:"),
    math(THETA, "| μ, τ, y ∼Normal((1−", B, ")", Y, "+", B, "μ, ",
         root("(1−", B, ")", SIGMA2), ")"),
    prose("The mean: the prior and J effects add their precisions,"),
    math("μ | θ, τ ∼Normal", bracketed(
        "v", bracketed(fraction("m", power("s", "2")), "+", fraction(row(total("i"), THETA), TAU2)),
        ",", root("v"))),
    math(words("with"), "1/v =", fraction("1", power("s", "2")), "+", fraction("J", TAU2)),
    prose("The spread: it sees the data only through the effects,"),
    math("p(τ | μ, θ) ∝ p(τ)", power("τ", "−J"),
         "exp", bracketed("−", fraction("1", row("2", TAU2)), total("i"), square(THETA, "−μ"))),
    prose("Better, and exactly: integrate the effects out. ", inline(Y), " is then the sum of two "
          "independent normals around μ, with the variance ", inline(SIGMA2, "+", TAU2), "; given "
          "τ the mean is normal again, with"),
    math("1/", V, "=", fraction("1", power("s", "2")), "+", total("i"),
         fraction("1", row(SIGMA2, "+", TAU2))),
    math(HAT, "=", V, bracketed(fraction("m", power("s", "2")), "+", total("i"),
                                fraction(Y, row(SIGMA2, "+", TAU2)))),
    prose("For every μ, ", inline("p(τ | y) ∝"), " ",
          inline("p(τ) p(μ) p(y | μ, τ) / p(μ | τ, y)"), ". At ",
          inline("μ =", HAT), " that is"),
    math("p(τ | y) ∝ p(τ)", power(V, "1/2"), "exp",
         bracketed(half_square(square(HAT, "−m"), power("s", "2")))),
    math("×", GROUPS_AROUND_HAT),
    prose("a function of one number, which a quadrature integrates: that is the exact posterior of "
          "this page. All else is normal given τ, an average over it."))

PREDICTIVE = (
    prose("A replicate is a new measurement of the same effect, so"),
    math("E[", sub_power("y", "i", "rep"), "| y] = E[", THETA, "| y]"),
    math("var(", sub_power("y", "i", "rep"), "| y) =", SIGMA2, "+ var(", THETA, "| y)"))

FUNNEL = (
    prose("A gradient needs parameters without a boundary, so log τ is moved. With ",
          inline("τ =", power("e", "t")), " the density gains the factor ", inline("d τ / d t = τ"),
          ":"),
    math("log p(t) = log p(τ) + log τ"),
    prose("Centred, the sampler sees θ itself, whose scale is τ:"),
    math("log p = log p(μ) + log p(τ) + log τ"),
    math("− J log τ −", total("i"), fraction(square(THETA, "−μ"), row("2", TAU2)), "−", total("i"),
         fraction(square(Y, "−", THETA), row("2", SIGMA2))),
    prose("Non-centred, it sees ", inline(RAW, "= (", THETA, "−μ)/τ"), ", whose prior has the "
          "scale 1 whatever τ is:"),
    math("log p = log p(μ) + log p(τ) + log τ"),
    math("−", total("i"), fraction(power(RAW, "2"), "2"), "−", total("i"),
         fraction(square(Y, "−μ−τ", RAW), row("2", SIGMA2))))

SURVEY = (
    prose("The counts of region r, and where its shares come from:"),
    math(Y_R, "∼Multinomial(", N_R, ",", PI_R, "),", words(" "), PI_R, "∼Dir(α", PI0, ")"),
    prose("The Dirichlet is conjugate: given α and ", inline(PI0), ", the counts of a region are "
          "added to its concentrations,"),
    math(PI_R, "| α,", PI0, ",", Y_R, "∼Dir(α", PI0, "+", Y_R, ")"),
    prose("With the proportions integrated out, each region leaves"),
    math("p(", Y_R, "| α,", PI0, ") ∝", fraction("Γ(α)", row("Γ(α +", N_R, ")")), product("k"),
         fraction(row("Γ(", A_K, "+", sub("y", "r k"), ")"), row("Γ(", A_K, ")"))),
    prose("A picture makes ", inline(PI0), " conjugate too: people are customers, who sit down at "
          "tables in the restaurant of their category. Each quotient is a product,"),
    math(fraction(row("Γ(a + n)"), "Γ(a)"), "= a (a + 1) ··· (a + n − 1)"),
    prose("The customers of a category come one by one; one who finds c others inside opens a "
          "new table with probability a / (a + c), with ", inline("a =", A_K), ". Let ",
          inline(sub("t", "k")), " be the tables opened for category k in all regions. Multiplied "
          "out, the product has ", inline(power("a", sub("t", "k"))), " in the terms with that "
          "many tables, so given the tables"),
    math("p(", PI0, "| t) ∝ p(", PI0, ")", product("k"), sub_power("π", "0 k", sub("t", "k")),
         ",", words("so"), PI0, "| t ∼Dir(1 + t)"))

WIDTHS = (
    prose("Given α and ", inline(PI0), ", the posterior mean of a region is its own proportion "
          "shrunk towards ", inline(PI0), ","),
    math("E[", PI_R, "| α,", PI0, ", y] = (1−", sub("B", "r"), ")", fraction(Y_R, N_R), "+",
         sub("B", "r"), PI0),
    math(words("with"), sub("B", "r"), "=", fraction("α", row("α +", N_R))),
    prose("α counts like that many respondents who answered as the nation does."))

LOO = (
    prose("Leave-one-out asks for the density of a group's data under the posterior of all "
          "others:"),
    math(sub("elpd", "loo"), "=", total("i"), "log p(", Y, "|", REST, ")"),
    prose("No model is fitted J times. By Bayes' rule, with all parameters written θ,"),
    math("p(θ | y) =", fraction(row("p(", Y, "| θ) p(θ |", REST, ")"),
                                row("p(", Y, "|", REST, ")"))),
    prose("Divide by ", inline("p(", Y, "| θ)"), " and integrate over θ; the density of θ given "
          "the others integrates to 1, so"),
    math(fraction("1", row("p(", Y, "|", REST, ")")), "= E", bracketed(
        fraction("1", row("p(", Y, "| θ)")), "| y")),
    prose("an average over the posterior that is there already: exactly by quadrature, or over "
          "draws, whose weights 1 / p are what PSIS smooths. The standard error of a difference of "
          "two models is that of a sum of J terms ", inline(sub("d", "i")), ","),
    math("se =", root("J var(", sub("d", "1"), ", …,", sub("d", "J"), ")")))

GUIDE = (
    prose("For a group whose true mean is ", inline(THETA), ", the estimate ",
          inline("(1−", B, ")", Y, "+", B, "μ"), " has"),
    math(words("bias"), B, "(μ−", THETA, "),", words("variance"), square("1−", B), SIGMA2),
    prose("B = 0 is no pooling, B = 1 complete pooling. Averaged over groups with the spread τ, "
          "the mean squared error is least at the shrinkage factor of 5.8.2:"),
    math(power("B", "2"), TAU2, "+", square("1−B"), S2, words("is least at"), "B =",
         fraction(S2, row(S2, "+", TAU2))))

REML = (
    prose("REML maximises the likelihood of τ alone, with μ integrated out under a flat prior:"),
    math(sub("L", "R"), "(τ) ∝", power(V, "1/2"), GROUPS_AROUND_HAT),
    prose("That is the marginal of τ in 5.8.3 without its priors (m and s left out). Where it "
          "falls from τ = 0 on, the estimate is 0 exactly, and every group is pooled completely."))

STEIN = (
    prose("With one known σ for all J means, Efron and Morris put an estimate in the place of ",
          inline(S2, "/ (", S2, "+", TAU2, ")"), ", and so shrink towards the mean of the data, "
          "where James and Stein shrink towards a fixed point:"),
    math(sub(mark("θ", "^"), "i"), "=", MEAN, "+ (1−",
         fraction(row("(J−3)", S2), row(total("i"), square(Y, "−", MEAN))),
         ") (", Y, "−", MEAN, ")"),
    prose("for around the mean of the data ", inline(total("i"), square(Y, "−", MEAN)),
          " is ", inline("(", S2, "+", TAU2, ")"), " times a chi-squared variable with J − 1 "
          "degrees of freedom, and the mean of 1 over that is 1 / (J − 3)."))

ARITHMETIC = (
    prose("The formula holds for known μ and τ. The posterior mean averages it over what the data "
          "leave open,"),
    math("E[", THETA, "| y] = E[ (1−", B, "(τ))", Y, "+", B, "(τ)", HAT, "| y ]"),
    prose("and the mean of ", inline(B), " over τ is not ", inline(B), " at the mean of τ."))

NONCENTRED = (
    prose("Let ", inline(RAW, "= (", THETA, "−μ)/τ"), ". With μ and τ held, ",
          inline("d", THETA, "= τ d", RAW), ", so"),
    math("p(", RAW, "| μ, τ) = p(", THETA, "| μ, τ) τ =", fraction("1", row("τ", root("2π"))),
         "exp", bracketed(half_square(square(THETA, "−μ"), TAU2)), "τ"),
    math("=", fraction("1", root("2π")), "exp", bracketed("−", fraction(power(RAW, "2"), "2"))),
    prose("the standard normal, whatever τ is. J such factors make the Jacobian ",
          inline(power("τ", "J")), ": the matrix is diagonal, with τ on it J times."))

HOSPITALS = (
    prose("(a) Rates are positive, their logarithms are not bound; with the exposure ",
          inline(sub("e", "i")), ","),
    math(Y, "∼Poisson(", LAM, sub("e", "i"), ")"),
    math("log", LAM, "=", sub("μ", words("log")), "+", sub("σ", words("log")), LAM_RAW, ",",
         words(" "), LAM_RAW, "∼Normal(0, 1)"),
    prose("(c) Without pooling the Gamma prior is conjugate:"),
    math(LAM, "| y ∼Gamma(1 +", Y, ", 0.5 +", sub("e", "i"), ")"))

NEW_GROUP = (
    prose("(a) A ninth school comes from the population, whose μ and τ are uncertain:"),
    math("var(", sub("θ", "9"), "| y) = var(μ | y) + E[", TAU2, "| y]"),
    math("= var(μ | y) + var(τ | y) +", power(row("E[τ | y]"), "2")),
    prose("(c) With ", inline(sub("x", "i")), " = 1 for a private school, 0 for a public one,"),
    math(THETA, "= μ + β", sub("x", "i"), "+", sub("η", "i"), ",", words(" "), sub("η", "i"),
         "∼Normal(0, τ)"))

FORMULAS = {
    "The pooling problem": POOLING,
    "The mathematical structure and shrinkage": STRUCTURE,
    "Worked Example 1: Eight Schools": EIGHT_SCHOOLS,
    "Posterior predictive check": PREDICTIVE,
    "Neal's funnel and divergences": FUNNEL,
    "Worked Example 2: answers in six regions": SURVEY,
    "Interval widths and the pull of each region": WIDTHS,
    "Comparing pooling strategies by leave-one-out": LOO,
    "When to use hierarchical models": GUIDE,
    "REML and Bayes": REML,
    "Stein's paradox": STEIN,
    "Exercise 5.8.1: shrinkage arithmetic": ARITHMETIC,
    "Exercise 5.8.2: non-centred reparameterisation": NONCENTRED,
    "Exercise 5.8.3: a hierarchical Poisson model": HOSPITALS,
    "Exercise 5.8.4: a new group, and exchangeability": NEW_GROUP,
}


def formulas(title):
    """The formulas of a part as HTML; "" if it has none."""
    if title not in FORMULAS:
        return Formula("")
    return Formula(f'<div class="formulas"><h3>In formulas</h3>{"".join(FORMULAS[title])}</div>')
