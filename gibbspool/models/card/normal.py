"""The card of estimates with known standard errors."""
from ...numerics.coordinates import Line
from .. import examples
from ..normal import NormalNormal, NormalNormalCovariates
from ..standard_errors import combined, standard_errors
from .base import Card


class NormalCard(Card):
    """Estimates with known standard errors."""

    name, model = "normal", NormalNormal
    story = ("an estimate ~ Normal(theta, se) for each group, its standard error known; "
             "theta ~ Normal(mu, tau)")
    hyper = ("mu", "beta", "tau")
    noun, link = "standard errors", Line()
    axis = "{estimate}"
    ways = {("estimate", "se"): "",
            ("estimate", "variance"): "se = sqrt(variance)",
            ("estimate", "ci_low", "ci_high"): "se = (high - low) / (2 z), of 95% intervals",
            ("estimate", "sd", "n"): "se = sd / sqrt(n)"}
    optional = {"group": "", "covariates": "for the groups' own: theta ~ Normal(mu + beta x, tau)"}
    several = {"covariates": "x1,x2"}
    settings = {"ci_level": "level of the intervals (default: 0.95)"}
    typed = ('schools.csv --model normal --estimate effect --se se --group school '
             '--tau-prior "HalfCauchy(25)"')
    examples = {"eight-schools": examples.eight_schools,
                "private-schools": examples.private_schools}

    def read(self, table, estimate, se=None, variance=None, ci_low=None, ci_high=None,
             ci_level=None, sd=None, n=None, group=None, covariates=(), **given):
        """A row for each group: an estimate, its standard error and perhaps covariates.

        Rows of one group are combined.
        """
        groups, y = table.groups(group), table.numbers(estimate)
        sigma = standard_errors(table, estimate, se, variance, ci_low, ci_high, ci_level, sd, n)
        y, sigma = combined(table, y, sigma, groups)
        if covariates:
            names, x = table.covariates(covariates, groups)
            given = {"x": x, "covariates": names, **given}
        return NormalNormal(y, sigma, groups=groups.labels, **given)

    def data(self, model):
        return {"se": model.sigma}

    def estimate(self, model):
        return model.y

    def error(self, truth, pooled):
        return truth.model.sigma

    def size(self, model):
        return model.sigma

    def information(self, model):
        """1 / sigma_j^2: the precision of an estimate."""
        return 1 / model.sigma**2

    def exchangeable(self, model):
        return not isinstance(model, NormalNormalCovariates)
