"""Practical advice, made runnable: the guide of Section 5.8.6, other priors, comparisons, REML."""
