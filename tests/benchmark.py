"""`make bench`: effective draws per second, by sampler; compare the ratios, not the seconds.

For each: wall time of a run of 4 chains with its warm-up, the smallest bulk ESS (ArviZ) over all
parameters, and their ratio. The same runs of other programs can be put beside it.
"""
import time
import warnings

import numpy as np

import gibbspool as gp
from gibbspool.sampling.arviz_bridge import ess


def smallest_ess(draws):
    """The smallest bulk ESS of all numbers that vary."""
    sizes = []
    for name in draws:
        numbers = draws[name].reshape(draws.chains, draws.n, -1)
        sizes += [ess(numbers[..., k]) for k in range(numbers.shape[-1])
                  if np.ptp(numbers[..., k]) > 0]
    return min(sizes)


def row(name, run):
    started = time.perf_counter()
    draws = run()
    seconds = time.perf_counter() - started
    worst = smallest_ess(draws)
    print(f"{name:42s}{seconds:9.3f} s{draws.chains * draws.n:9d} draws   min ESS {worst:8.0f}   "
          f"ESS/s {worst / seconds:11.0f}")


def families():
    """Each family on its data: the class, and what it is made from."""
    regions, hospitals = gp.data.survey_regions(), gp.data.hospitals()
    players, scores = gp.data.baseball(), gp.data.instructors()
    return {"survey regions": (gp.DirichletMultinomial, regions.counts),
            "hospitals": (gp.PoissonLognormal, hospitals.y, hospitals.exposure),
            "baseball": (gp.BetaBinomial, players.successes, players.trials),
            "instructors": (gp.OneWayNormal, scores.y, scores.group)}


def main():
    warnings.simplefilter("ignore")
    ess(np.random.default_rng(0).normal(size=(4, 100)))  # ArviZ is imported before the clock starts
    schools = gp.data.eight_schools()

    def eight(form="collapsed"):
        return gp.NormalNormal(schools.y, schools.sigma, groups=schools.groups, form=form)

    row("Eight Schools, exact, independent draws",
        lambda: gp.exact(eight()).sample(draws=2000, chains=4))
    for form in ("collapsed", "noncentred", "centred"):
        row(f"Eight Schools, Gibbs {form}",
            lambda form=form: gp.sample(eight(form), draws=2000, tune=1000))
    row("Eight Schools, Gibbs collapsed, 400 chains",
        lambda: gp.sample(eight(), draws=200, tune=20, chains=400))
    for form in ("noncentred", "centred"):
        row(f"Eight Schools, HMC {form}", lambda form=form: gp.hmc(gp.funnel.eight_schools(form)))
    for name, (family, *data) in families().items():
        for form in family(*data).forms:
            row(f"{name}, Gibbs {form}",
                lambda: gp.sample(family(*data, form=form), draws=2000, tune=1000))


if __name__ == "__main__":
    main()
