"""What the columns of the page's tables are called, in words, by their names in the code."""

MAY_BREAK = "\u200b"
HEADINGS = {
    # of the ledger
    "sampled": "our sampler", "mcse": "mcse of ours", "z": "ours: distance in mcse",
    "noise": "mcse of the section", "reason": "why",
    # of leave-one-out
    "elpd_diff": "behind the first", "dse": "s.e. of that", "psis_loo": "PSIS-LOO",
    "psis_se": "its s.e.", "pareto_k": "largest Pareto k", "se": "s.e.",
    # of REML
    "reml": "REML", "low": "lower end", "high": "upper end", "exact_mean": "exact mean",
    "exact_sd": "exact sd", "exact_low": "exact lower end", "exact_high": "exact upper end",
    "wider": "exact / REML width", "boundary": "REML at 0",
    "naive": "REML, mu known", "plug_in": "REML",
    # of groups that are not exchangeable
    "none": "no pooling", "complete": "complete pooling", "partial": "partial pooling",
    "covariate": "with the covariate", "coverage": "coverage, partial",
    "covariate_coverage": "coverage, covariate",
    # of James and Stein
    "zero_exact": "zero, exact", "mean_exact": "mean, exact", "zero_se": "zero, s.e.",
    "mean_se": "mean, s.e.", "positive": "positive part", "positive_se": "positive part, s.e.",
    "bayes": "Bayes", "bayes_se": "Bayes, s.e.",
    # of few groups
    "sd_ratio": "sd, posterior / prior",
}


def heading(name):
    """The words of a column; a name without any stands as it is, its underscores as blanks. A long
    one such as HalfNormal(10) may be broken at its bracket.
    """
    return HEADINGS.get(name, str(name).replace("_", " ").replace("(", f"{MAY_BREAK}("))
