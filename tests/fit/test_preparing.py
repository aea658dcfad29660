"""What fit does to a model before it is fitted, and what it tells of it."""
import gibbspool as gp
from gibbspool.fit.preparing import prepared

DATA = dict(y=[1.0, 3, 2, 6, 4], sigma=[1.0, 1, 2, 1, 2])


def test_priors_are_told_with_what_they_are_of():
    """Those of the slopes by the names of their columns, where they differ."""
    model = gp.NormalNormal(**DATA, x=[[1.0, 10], [2, 30], [3, 20], [4, 50], [5, 40]],
                            covariates=["age", "size"], tau=gp.HalfNormal(2))
    scaled, (centred, stated, told, advice) = prepared(model, stated=("tau",))
    assert "mu is the mean of groups with age = 3, size = 30" in centred
    assert stated == "Priors as stated: tau ~ HalfNormal(2)"
    of_age, of_size = scaled.beta
    assert told == ("Priors scaled to these data, in their unit: mu ~ Flat(), beta[age] ~ "
                    f"Normal(0, {of_age.sd:.6g}), beta[size] ~ Normal(0, {of_size.sd:.6g})")
    assert "--mu-prior" in advice and "--beta-prior" in advice and "--tau-prior" not in advice
    section, (_, _, told) = prepared(model, stated=("tau",), section=True)
    assert told == ("Priors the section's, for its own data: mu ~ Normal(0, 20), beta ~ "
                    "Normal(0, 10)")
    assert section.tau.scale == 2


def test_without_covariates_nothing_is_centred():
    model, lines = prepared(gp.NormalNormal(**DATA))
    assert lines[0] == f"Priors scaled to these data, in their unit: mu ~ Flat(), tau ~ " \
                       f"HalfCauchy({model.tau.scale:.6g})"


def test_a_stated_prior_of_sigma_is_all_that_constant_groups_ask_for():
    """The refusal advised to state what had been stated."""
    model = gp.OneWayNormal([5, 5, 6, 6, 8, 8], list("AABBCC"), sigma=gp.InverseGamma(1, 1))
    fitted, lines = prepared(model, stated=("sigma",))
    assert repr(fitted.mu) == "Flat()" and fitted.sigma == model.sigma
    assert lines[0] == "Priors as stated: sigma ~ InverseGamma(1, 1)"
