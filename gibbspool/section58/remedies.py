"""What a statement of the section should read where the ledger judges that it differs or agrees in
part; by its id. Numbers are the ledger's: they stand in the reason beside it.
"""

REMEDIES = {
    "pooling.sizes": "Sections have 8 to 20 students.",
    "pooling.unbiased":
        "No pooling with a flat prior gives each instructor an unbiased estimate.",
    "pooling.extremes":
        "With a flat prior no pooling does not shrink at all; complete pooling shrinks totally.",
    "pooling.abundant":
        "Partial pooling barely affects groups whose sigma^2 / n is far below tau^2.",
    "shrinkage.E_own_data":
        "School E's estimate owes more to the population mean than to its own data, though its "
        "shrinkage factor is the lowest of the eight.",
    "funnel.sixth": "312 is about one sixth of 1841, and a little more.",
    "funnel.six_times":
        "The non-centred form has several times as many effective draws of tau; how many times "
        "depends on the run and on the sampler.",
    "funnel.first":
        "Neal (2003) first described the funnel; Betancourt and Girolami (2015) study it for "
        "hierarchical models.",
    "funnel.noncentred_none":
        "The non-centred form has no divergences in most runs, and a few in the others.",
    "funnel.eliminates":
        "The non-centred form has removed the bias and nearly all divergences.",
    "funnel.cluster":
        "The centred form draws too few small values of tau; most draws lie at middling ones, "
        "where most of the posterior is.",
    "funnel.underestimates":
        "With divergences, small values of tau are visited too rarely, and tau is typically "
        "overestimated.",
    "funnel.variance": "tau is the between-group standard deviation; tau^2 is the variance.",
    "funnel.cylinder":
        "In the plane of tau and theta[A] the draws of both forms form the same funnel; the "
        "non-centred form has none in the plane of tau and theta_raw[A].",
    "funnel.raw":
        "The neck is gone: theta_raw keeps its scale where tau is small. Where tau is large the "
        "data make it narrower.",
    "funnel.diagnose":
        "R-hat < 1.01, ESS > 400 and no divergences reject the runs of the centred form, and with "
        "them some good runs of the non-centred one.",
    "funnel.log_posterior":
        "NUTS takes the gradient of these terms and of log tau, the Jacobian of sampling log tau.",
    "funnel.gradients":
        "An iteration of NUTS takes O(L) gradient evaluations of O(J + N) operations each, and so "
        "costs O(L (J + N)).",
    "forest.wider": "Schools with larger standard errors tend to have wider intervals.",
    "ppc.sds_match":
        "The replicated standard deviations exceed the known standard errors: they are "
        "sqrt(sigma^2 + var theta).",
    "survey.recovers":
        "With six regions pi0 is recovered roughly: not all posterior means are within a tenth of "
        "the generating shares.",
    "survey.moderate":
        "With alpha near 10 a region's shares vary by half of themselves: moderate differences. "
        "The counts printed are more alike than that: they favour one set of shares for all.",
    "survey.common":
        "Categories that are common nationally tend to be common regionally; the order is not the "
        "same in every region.",
    "widths.twenty": "Pooling narrows the intervals of region 5 slightly.",
    "widths.pattern":
        "Sparse groups borrow more in both examples. Data-rich ones stand on their own in the "
        "survey, but not in Eight Schools, where every school owes most to the others.",
    "loo.partial_first": "Complete pooling ranks first, partial pooling second.",
    "loo.partial_complete": "Complete pooling predicts slightly better than partial pooling.",
    "loo.no_complete": "Complete pooling predicts better than no pooling.",
    "loo.heterogeneity":
        "The data do not favour heterogeneity: complete pooling has a little more evidence.",
    "loo.modest":
        "The differences from complete pooling are more than two of their own standard errors, "
        "which eight schools tell only roughly.",
    "loo.consistent":
        "Partial pooling improves on no pooling for every school, and by many standard errors in "
        "all.",
    "loo.not_enough":
        "Data sets like Eight Schools usually cannot tell the strategies apart; this one puts "
        "complete pooling first by more than two standard errors.",
    "loo.shine":
        "Hierarchical models gain more with many groups than with few, and in points more with "
        "unequal sizes than with equal ones; in proportion not.",
    "guide.few_groups":
        "With fewer than five groups the prior of tau dominates if the groups are measured badly; "
        "their precision counts as well as their number.",
    "guide.tau_zero":
        "Where tau is near zero the hierarchical model comes close to complete pooling if the "
        "groups are many; with few it still keeps some spread, at a cost.",
    "guide.bias":
        "Bias: high under complete pooling; none under no pooling with a flat prior; under partial "
        "pooling small where tau is large, and near that of complete pooling where tau is small.",
    "guide.best_regime":
        "Best regime: no pooling for groups that are unrelated, that is much further apart than "
        "the prior of tau expects; where tau = 20, partial pooling is best yet.",
    "guide.neither":
        "Only partial pooling learns from the other groups how far a new one may lie from the "
        "mean; complete pooling says mu alone, no pooling its prior.",
    "practice.half_cauchy":
        "Gelman (2006) uses HalfCauchy(0, 25) where the groups are few, with the scale chosen for "
        "SAT points.",
    "practice.reml_shrinks":
        "REML estimates are shrunk much as the Bayesian ones where tau is well known; where its "
        "estimate is zero they are shrunk totally.",
    "practice.reml_uncertainty":
        "Plugging in a point estimate of tau can understate the uncertainty; with few groups not "
        "always by more than with many.",
    "practice.reml_large_J":
        "With many groups REML and Bayes give very similar estimates and intervals; with fifteen "
        "a single interval may differ by some 15%.",
    "practice.reml_prediction":
        "Prediction intervals that take the estimated tau as known underestimate predictive "
        "uncertainty unless tau is near zero.",
    "practice.reml_small_J":
        "The advantage is smaller, not greater, where tau is near zero; that it is greater with "
        "few groups shows at tau = 10, not at tau = 5.",
    "practice.cost":
        "A gradient costs O(J + N), an iteration L gradients; L grows, slowly, with J.",
    "practice.not_exchangeable":
        "Pooling groups of two different kinds can make estimates worse than no pooling, if the "
        "kinds lie far apart and above all if one is measured worse; if they are near, pooling "
        "still helps.",
    "practice.covariate":
        "Consider adding a group-level covariate, with a prior that admits so large a difference.",
    "together.fixed":
        "Classical analysis of variance treats group-level parameters as fixed unknowns; "
        "mixed models draw them from a population.",
    "take.hdi":
        "The ends that np.percentile gives are those of the middle 89%, with equal tails.",
    "take.learned":
        "The amount of shrinkage is learned from the data and from the prior of tau.",
    "take.use":
        "Use them with five groups or more; with unequal sizes they gain more points, not a larger "
        "part.",
    "take.funnel":
        "The centred form's funnel defeats NUTS; the non-centred form has no neck, though it is no "
        "cylinder either.",
    "together.best": "In Eight Schools complete pooling has the best out-of-sample accuracy.",
    "together.james_stein":
        "The James-Stein estimator shrinks every mean towards a fixed point; the version of Efron "
        "and Morris shrinks towards the grand mean, and needs four means or more.",
    "ex1.approximates":
        "The formula comes near most posterior means without matching them; C (the printed mean) "
        "and G (the exact one) are further off.",
    "ex1.stronger":
        "The exact mean shrinkage is stronger than the formula's at tau = 6; that of the section's "
        "own table is not.",
    "ex1.c.second": "School A's standard error, 15, is the third-largest.",
    "ex1.c.others": "The other seven effects average 6, all eight 8.75.",
    "ex2.differentiates":
        "NUTS differentiates with respect to all that is sampled: theta_raw, mu and log tau; "
        "theta is no coordinate.",
    "ex2.marginal":
        "In the prior theta_raw is Normal(0, 1) regardless of tau. Given the data it has no neck, "
        "but is narrower where tau is large.",
    "ex2.six":
        "The centred form has several times fewer effective draws of tau; how many times depends "
        "on the run and on the sampler.",
    "ex2.eliminates":
        "The non-centred form removes the bias and nearly all divergences, not every one in every "
        "run.",
    "ex3.noncentred":
        "The non-centred form in log space has no neck where sigma_log is small; with much data "
        "it is narrower where sigma_log is large.",
    "ex3.thirty":
        "How much narrower pooling makes the interval of hospital 5 depends on the counts; for the "
        "code's own it is wider.",
    "ex3.smallest_most":
        "The reduction tends to be larger for smaller exposures with the printed counts, and shows "
        "no such trend with the code's own.",
    "ex3.largest_none":
        "With the printed counts the reduction is not negligible for all of the largest exposures.",
    "ex4.b.wider":
        "The predictive interval of a new school is wider than that of school E, by about half of "
        "what is said.",
    "ex4.d.recovers":
        "With twelve schools the posterior of beta is wide, and its centre lies well below the "
        "true value for these data.",
    "ex4.d.separates":
        "With twelve schools the model separates the private schools' advantage from the other "
        "variation only poorly: beta is pulled towards 0, and tau takes part of it.",
}
