"""`make bench`: effective draws per second, by sampler. Seconds are of this machine; compare the
ratios.

For each: wall time of a run of 4 chains with its warm-up, the smallest bulk ESS (ArviZ) over all
parameters, and their ratio. The same runs of other programs can be put beside it.
"""
import time
import warnings

import numpy as np

import gibbspool as gp
from gibbspool.sampling.arviz_bridge import ess


def smallest_ess(draws):
    return min(ess(x.reshape(*x.shape[:2], -1)[..., k]) for x in (draws[name] for name in draws)
               for k in range(int(np.prod(x.shape[2:])))
               if np.ptp(x.reshape(*x.shape[:2], -1)[..., k]) > 0)


def row(name, run):
    started = time.perf_counter()
    draws = run()
    seconds = time.perf_counter() - started
    worst = smallest_ess(draws)
    print(f"{name:42s}{seconds:9.3f} s{draws.chains * draws.n:9d} draws   min ESS {worst:8.0f}   "
          f"ESS/s {worst / seconds:11.0f}")


def families():
    regions, hospitals, players, scores = (gp.data.survey_regions(), gp.data.hospitals(),
                                           gp.data.baseball(),
                                           gp.data.instructors())
    return {"survey regions": lambda form: gp.DirichletMultinomial(regions.counts, form=form),
            "hospitals": lambda form: gp.PoissonLognormal(hospitals.y, hospitals.exposure,
                                                          form=form),
            "baseball": lambda form: gp.BetaBinomial(players.successes, players.trials, form=form),
            "instructors": lambda form: gp.OneWayNormal(scores.y, scores.group, form=form)}


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
    for name, model in families().items():
        for form in model(None).forms:
            row(f"{name}, Gibbs {form}", lambda: gp.sample(model(form), draws=2000, tune=1000))


if __name__ == "__main__":
    main()
