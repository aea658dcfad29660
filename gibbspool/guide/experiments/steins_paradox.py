"""Do several means, shrunk together, beat the raw means wherever the truth lies? (Section 5.8)"""
import numpy as np

from ... import data, validate
from ...distributions.standard import Flat
from ...models.binomial.model import BetaBinomial
from ...models.twins import exact
from ..many import averaged, pooled
from ..stein import james_stein, james_stein_risk


def stein_risk(distances=(0, 1, 2, 3, 4, 6, 8, 12), J=10, sets=4000, seed=1):
    """Total squared error of J means with standard error 1, as the true means move apart.

    By simulation, and exact. The true means lie on a line through zero: distance times a unit
    vector with mean 0, so that shrinking towards 0 and towards the mean meet the same deviations.

    Parameters
    ----------
    distances : list of float
        Length of the vector of true means, in standard errors.
    J, sets, seed : int

    Returns
    -------
    list of dict
        distance; zero, mean, positive, bayes: simulated risks of James-Stein towards 0, towards the
        mean, its positive part, and of the posterior means under flat mu and tau, each with its
        standard error (zero_se, ...); zero_exact and mean_exact, from the formula; raw, that of the
        means themselves, J.
    """
    rng = validate.generator(seed)
    direction = np.linspace(-1, 1, J)
    direction /= np.linalg.norm(direction)
    rows = []
    for distance in distances:
        theta = distance * direction
        y = theta + rng.standard_normal((sets, J))
        estimates = {"zero": james_stein(y, 1.0), "mean": james_stein(y, 1.0, "mean"),
                     "positive": james_stein(y, 1.0, "mean", positive_part=True)}
        errors = {name: (estimate - theta) ** 2 for name, estimate in estimates.items()}
        errors["bayes"], *_ = pooled(y, np.ones(J), np.broadcast_to(theta, y.shape),
                                     tau=Flat(), mu=Flat())
        row = {"distance": float(distance), "raw": float(J),
               "zero_exact": james_stein_risk(theta, 1.0),
               "mean_exact": james_stein_risk(theta, 1.0, "mean")}
        for name, squared in errors.items():
            risk, se = averaged(squared)
            row[name], row[f"{name}_se"] = J * risk, J * se
        rows.append(row)
    return rows


def baseball():
    """Batting averages after 45 at-bats as predictions of the rest of the season.

    Efron and Morris (1975). Equal numbers of trials give standard errors that are nearly equal:
    sqrt(p (1 - p) / 45) at the overall average p.

    Returns
    -------
    dict
        groups; raw, james_stein, bayes (exact posterior means of the beta-binomial model) and
        rest_of_season, (18,); errors, the total squared error of each of the first three by name.
    """
    players = data.baseball()
    raw = players.successes / players.trials
    p = raw.mean()
    se = np.sqrt(p * (1 - p) / players.trials)
    model = BetaBinomial(players.successes, players.trials, groups=players.groups)
    estimates = {"raw": raw, "james_stein": james_stein(raw, se, "mean", positive_part=True),
                 "bayes": exact(model)["theta"].mean}
    errors = {name: float(((estimate - players.rest_of_season) ** 2).sum())
              for name, estimate in estimates.items()}
    return {"groups": players.groups, **estimates, "rest_of_season": players.rest_of_season,
            "errors": errors}
