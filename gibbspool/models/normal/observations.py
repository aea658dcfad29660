"""The data, estimates with known standard errors, and their likelihood: however they are pooled."""
from ... import labels, validate
from ...distributions.standard import Normal
from ..hierarchy import Grouped


class Estimates(Grouped):
    """Groups with an estimate each: y_j ~ Normal(theta_j, sigma_j), sigma_j known.

    The hierarchy and the two ways of not pooling partially share this, and differ in what they say
    of theta.

    Parameters
    ----------
    y : array (J,)
        Estimates, in any unit.
    sigma : array (J,)
        Their standard errors, > 0, in the same unit.
    groups : list of str, optional
        Labels; by default the index of a Series among the data, or "1" to "J".

    Raises
    ------
    ValueError
        Data that are not finite, sigma <= 0, lengths that differ, Series whose indexes
        differ, or labels that repeat.
    TypeError
        Data that are not numbers.
    """

    parameter = "theta"
    dims = {"theta": ("group",), "y": ("group",), "sigma": ("group",)}

    def __init__(self, y, sigma, groups=None):
        self.y = validate.array("y", y)
        self.sigma = validate.array("sigma", sigma, positive=True)
        validate.same_length(y=self.y, sigma=self.sigma)
        self.groups = labels.groups_of(groups, len(self.y), y=y, sigma=sigma)

    def log_likelihood(self, theta):
        """log Normal(y_j; theta_j, sigma_j), (..., J)."""
        return Normal(theta, self.sigma).logpdf(self.y)

    def replicate(self, rng, theta):
        """y_rep_j ~ Normal(theta_j, sigma_j), by the name of the data."""
        return {"y": Normal(theta, self.sigma).draw(rng)}

    def observed(self):
        """The estimates."""
        return {"y": self.y}

    def constants(self):
        """The standard errors."""
        return {"sigma": self.sigma}
