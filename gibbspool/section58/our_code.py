"""Our code beside that of the section: the page shows the body of each function, and what it
returns.
"""
from functools import cache

import gibbspool as gp


def three_strategies():
    scores = gp.data.instructors()
    model = gp.OneWayNormal(scores.y, scores.group, groups=scores.groups)
    complete = gp.exact(model.complete_pooling())
    no = gp.exact(model.no_pooling(sigma="own"))
    partial = gp.exact(model)
    return [f"{strategy}: {found['theta', 'Baker']}" for strategy, found in
            [("complete pooling", complete), ("no pooling", no), ("partial pooling", partial)]]


def shrinkage_in_action():
    schools = gp.data.eight_schools()
    model = gp.NormalNormal(schools.y, schools.sigma, groups=schools.groups)
    B, theta = model.shrinkage(tau=6), model.theta_given(mu=8, tau=6).mean
    return [f"School {model.groups[i]}: B = {B[i]:.2f}, shrunk estimate = {theta[i]:.1f}"
            for i in (4, 7)]


def shrinkage_factors():
    schools = gp.data.eight_schools()
    model = gp.NormalNormal(schools.y, schools.sigma, groups=schools.groups)
    B = model.shrinkage(tau=6)
    return [f"{schools.groups[j]}: sigma = {schools.sigma[j]:.0f}, B = {B[j]:.3f}"
            for j in (-B).argsort(kind="stable")]


def shrunk_estimates():
    schools = gp.data.eight_schools()
    model = gp.NormalNormal(schools.y, schools.sigma, groups=schools.groups)
    theta, exact = model.theta_given(mu=8, tau=6).mean, gp.exact(model)["theta"].mean
    return [f"{school}: shrunk estimate = {estimate:.2f}, exact posterior mean = {mean:.2f}"
            for school, estimate, mean in zip(schools.groups, theta, exact)]


def eight_schools():
    schools = gp.data.eight_schools()
    model = gp.NormalNormal(schools.y, schools.sigma, groups=schools.groups)
    truth = gp.exact(model)
    return [truth["mu"], truth["tau"], truth["theta", "A"], truth["theta", "H"]]


def forest():
    schools = gp.data.eight_schools()
    truth = gp.exact(gp.NormalNormal(schools.y, schools.sigma, groups=schools.groups))
    low, high = truth["theta"].hdi(0.89).T
    return [f"{school}: mean {mean:.2f}, 89% HDI [{a:.2f}, {b:.2f}]" for school, mean, a, b in
            zip(schools.groups, truth["theta"].mean, low, high)]


def replicates():
    schools = gp.data.eight_schools()
    draws = gp.sample(gp.NormalNormal(schools.y, schools.sigma), draws=1000, seed=42)
    y_rep = draws.replicates(seed=42)["y"]
    return ["means: " + " ".join(f"{x:.1f}" for x in y_rep.mean(axis=(0, 1))),
            "sds: " + " ".join(f"{x:.1f}" for x in y_rep.std(axis=(0, 1)))]


@cache
def centred():
    target = gp.funnel.eight_schools("centred")
    draws = gp.hmc(target, draws=500, tune=300, chains=4, seed=42,
                   target_accept=0.9, trajectory="nuts")
    return draws


@cache
def noncentred():
    target = gp.funnel.eight_schools("noncentred")
    draws = gp.hmc(target, draws=500, tune=300, chains=4, seed=42,
                   target_accept=0.9, trajectory="nuts")
    return draws


def both_forms():
    # centred() and noncentred() are the two runs of 5.8.3
    found, runs = [], {"centred": centred(), "non-centred": noncentred()}
    for form, draws in runs.items():
        tau = draws.summary(prob=0.89).loc["tau"]
        found.append(f"{form}: {len(draws.divergences.chain)} divergences in {draws['tau'].size} "
                     f"draws; of tau R-hat {tau['r_hat']:.3f}, ESS {tau['ess_bulk']:.0f}, "
                     f"89% HDI [{tau['hdi_5.5%']:.2f}, {tau['hdi_94.5%']:.2f}]")
    return found


def scatter_plot():
    from gibbspool.plots.funnel import pairs
    # centred() and noncentred() are the two runs above
    return pairs(centred(), noncentred(), sampler="NUTS")


def figure_5_34():
    from gibbspool.plots.funnel import figure_5_34
    schools = gp.data.eight_schools()
    truth = gp.exact(gp.NormalNormal(schools.y, schools.sigma, groups=schools.groups))
    return figure_5_34(centred(), noncentred(), truth, sampler="NUTS")


def nuts():
    draws = noncentred()  # the run above; its target has steps 1 to 3
    theta = draws["mu"][..., None] + draws["tau"][..., None] * draws["theta_raw"]
    return [f"{len(draws.divergences.chain)} divergences",
            f"R-hat of tau {draws.summary()['r_hat']['tau']:.3f}",
            "means of theta: " + " ".join(f"{x:.1f}" for x in theta.mean(axis=(0, 1)))]


def survey_data():
    answers = gp.data.survey_regions("seed")
    return [f"{group}: {' '.join(map(str, counts))}"
            for group, counts in zip(answers.groups, answers.counts)]


def regions():
    answers = gp.data.survey_regions()
    truth = gp.exact(gp.DirichletMultinomial(answers.counts, groups=answers.groups,
                                             categories=answers.categories))
    return [truth["pi", region, k] for region in ("5", "2") for k in answers.categories]


def survey():
    answers = gp.data.survey_regions()
    model = gp.DirichletMultinomial(answers.counts, groups=answers.groups,
                                    categories=answers.categories)
    truth = gp.exact(model)
    return [truth["alpha"], *(truth["pi0", k] for k in answers.categories)]


def separate_regions():
    answers = gp.data.survey_regions()
    model = gp.DirichletMultinomial(answers.counts, groups=answers.groups,
                                    categories=answers.categories)
    widths = {}
    for name, found in [("no", gp.exact(model.no_pooling())), ("partial", gp.exact(model))]:
        low, high = (found["pi"].quantile(p)[4] for p in (0.055, 0.945))
        widths[name] = high - low
    return [f"{k}: no-pool width {no:.3f}, hierarchical width {partial:.3f}"
            for k, no, partial in zip(answers.categories, widths["no"], widths["partial"])]


def complete_pooling():
    schools = gp.data.eight_schools()
    model = gp.NormalNormal(schools.y, schools.sigma, groups=schools.groups)
    return gp.exact(model.complete_pooling())["mu"]


def no_pooling():
    schools = gp.data.eight_schools()
    model = gp.NormalNormal(schools.y, schools.sigma, groups=schools.groups)
    truth = gp.exact(model.no_pooling())
    return [truth["theta", "A"], truth["theta", "H"]]


def leave_one_out():
    schools = gp.data.eight_schools()
    partial = gp.NormalNormal(schools.y, schools.sigma, groups=schools.groups)
    models = {"partial pooling": partial, "no pooling": partial.no_pooling(),
              "complete pooling": partial.complete_pooling()}
    return [f"{name}: elpd {gp.exact(model).elpd_loo().elpd:.2f}"
            for name, model in models.items()]


def comparison_plot():
    from gibbspool.plots import comparison
    schools = gp.data.eight_schools()
    partial = gp.NormalNormal(schools.y, schools.sigma, groups=schools.groups)
    models = {"partial pooling": partial, "no pooling": partial.no_pooling(),
              "complete pooling": partial.complete_pooling()}
    return comparison(gp.compare(models))


def hospital_data():
    made = gp.data.hospitals("seed")
    return [f"hospital {group}: exposure {e:.1f}, rate {rate:.2f}, {y:.0f} events"
            for group, e, rate, y in zip(made.groups, made.exposure, made.true_rate, made.y)]


def hospitals():
    data = gp.data.hospitals()
    model = gp.PoissonLognormal(data.y, data.exposure, groups=data.groups)
    truth = gp.exact(model, rtol=1e-8)
    return [truth["mu_log"], truth["sigma_log"], truth["lam"][4]]


def separate_hospitals():
    data = gp.data.hospitals()
    model = gp.PoissonLognormal(data.y, data.exposure, groups=data.groups)
    return gp.exact(model.no_pooling())["lam"][4]


def new_hospital():
    data = gp.data.hospitals()
    truth = gp.exact(gp.PoissonLognormal(data.y, data.exposure), rtol=1e-8)
    rates = {"new hospital": truth.new_group, "hospital 5": truth["lam"][4]}
    return [f"{name}: mean {rate.mean:.2f}, middle 89% from {rate.quantile(0.055):.2f} to "
            f"{rate.quantile(0.945):.2f}" for name, rate in rates.items()]


def ninth_school():
    schools = gp.data.eight_schools()
    truth = gp.exact(gp.NormalNormal(schools.y, schools.sigma, groups=schools.groups))
    return truth.new_group


def ninth_school_and_e():
    schools = gp.data.eight_schools()
    truth = gp.exact(gp.NormalNormal(schools.y, schools.sigma, groups=schools.groups))
    low, high = ([one.quantile(p) for one in (truth.new_group, truth["theta", "E"])]
                 for p in (0.055, 0.945))
    return [truth["theta", "E"], f"ratio of the widths of the middle 89%: "
            f"{(high[0] - low[0]) / (high[1] - low[1]):.2f}"]


def private_schools():
    schools = gp.data.private_schools()
    model = gp.NormalNormal(schools.y, schools.sigma, x=schools.x, covariates=["private"],
                            groups=schools.groups)
    truth = gp.exact(model)
    return [truth["mu"], truth["beta"], truth["tau"]]
