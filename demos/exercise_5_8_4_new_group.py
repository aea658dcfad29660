"""Exercise 5.8.4: predicting a new group, and what exchangeability has to do with it.

Run it as it is, or cell by cell (# %%) in VS Code or Spyder, or step through it in a debugger.

Rests on lessons 1, 12 and 16.
"""
# %%
import os

import numpy as np

import gibbspool as gp
from gibbspool.section58.ledger import reported, shortest_interval

print("A ninth school, exact and by Gibbs; then public and private schools. "
      "Takes about 6 seconds.\n")
printed = {p.id: p.value for p in reported() if p.kind != "statement"}


def line(name, mean, sd, low, high):
    print(f"  {name:<34}{mean:8.2f}{sd:8.2f}{low:9.2f}{high:8.2f}")


def heading(interval):
    print(f"  {'':<34}{'mean':>8}{'sd':>8}   {interval}")


def of_draws(name, x):
    line(name, x.mean(), x.std(), *np.quantile(x, [0.055, 0.945]))


def of_truth(name, marginal):
    line(name, marginal.mean, marginal.sd, *marginal.quantile([0.055, 0.945]))


def of_section(name, id, statistics=("mean", "sd", "low", "high")):
    line(f"{name}Section 5.8 prints", *(printed[f"{id}.{s}"] for s in statistics))


def error_of_mean(x):
    """Monte Carlo error of the mean of draws (chain, draw), from 20 stretches of each chain."""
    stretches = x.reshape(len(x), 20, -1).mean(axis=-1)
    return stretches.std(ddof=1) / np.sqrt(stretches.size)


# %% (a) A ninth school: theta_9 ~ Normal(mu, tau) for each posterior draw of (mu, tau)
schools = gp.data.eight_schools()
model = gp.NormalNormal(schools.y, schools.sigma, groups=schools.groups, form="noncentred")
truth = gp.exact(model)
draws = gp.sample(model, draws=2000, tune=1000, chains=4, seed=42)
theta_9 = draws.new_group(seed=42)

print("(a) a ninth school like the other eight")
heading("5.5% and 94.5% quantile")
of_truth("exact", truth.new_group)
of_draws("Gibbs, non-centred", theta_9)
of_section("", "ex4.a")
low, high = truth.new_group.hdi(0.89)
print(f"  89% HDI, exact: [{low:.1f}, {high:.1f}]. What the exercise prints as an HDI are "
      "quantiles;\n"
      "  as the distribution is all but symmetric, that makes little difference. The rest does:")
spread = np.sqrt(truth["mu"].sd**2 + truth["tau"].sd**2 + truth["tau"].mean**2)
implied = np.sqrt(printed["eight.mu.sd"]**2 + printed["eight.tau.sd"]**2
                  + printed["eight.tau.mean"]**2)
print("  var(theta_9) = var(mu) + E[tau^2], so the sd must be "
      f"{spread:.2f} (exact mu and tau), or {implied:.2f}\n"
      "  from the section's own table of mu and tau; the printed "
      f"{printed['ex4.a.sd']} follows from neither.")

# %% (b) Beside School E, which has data
E = truth["theta", "E"]
print("\n(b) the ninth school beside School E (y = -1, sigma = 9)")
heading("5.5% and 94.5% quantile")
of_truth("School E, exact", E)
of_draws("School E, Gibbs", draws["theta", "E"])
of_section("School E, ", "ex4.b.E")


def width(x):
    return np.ptp(x)


new, known = truth.new_group.quantile([0.055, 0.945]), E.quantile([0.055, 0.945])
sampled = (width(np.quantile(theta_9, [0.055, 0.945]))
           / width(np.quantile(draws["theta", "E"], [0.055, 0.945])))
ratio = width(new) / width(known)
print(f"  width of the ninth over the width of E: exact {ratio:.2f}, Gibbs {sampled:.2f}, printed "
      f"{printed['ex4.b.ratio']}\n"
      "  The ninth is wider: nothing but the population speaks for it, and to the uncertainty of "
      "mu\n  it adds the spread tau between schools. E has an estimate of its own, of which "
      f"{1 - truth['shrinkage', 'E'].mean:.0%} is kept\n  on average.")
print(f"  The section's tables disagree about E: its sd is {printed['eight.theta[E].sd']} in the "
      "summary table, and what its code\n  computes as quantiles, "
      f"[{printed['ex4.b.E.low']}, {printed['ex4.b.E.high']}], are the ends of the HDI there, "
      f"[{printed['eight.theta[E].hdi_low']}, {printed['eight.theta[E].hdi_high']}].")

# %% (c) The ninth school is a private one and the eight are public
public = truth.new_group
print(f"""
(c) Exchangeability says: before seeing the data nothing tells the schools apart. Now something
  does, and drawing theta_9 from the public schools' Normal(mu, tau) would pretend otherwise. Put
  what is known into the model, theta_j ~ Normal(mu + beta x_j, tau) with x_j = 1 for a private
  school; what is left, theta_j - mu - beta x_j, is exchangeable again. With eight public schools
  the data say nothing of beta. Its prior alone speaks, here Normal(0, 10), so the sd of a private
  ninth school is {np.hypot(public.sd, 10):.1f} and not {public.sd:.1f}:""")
heading("5.5% and 94.5% quantile")
of_truth("public ninth school", public)
private_9 = theta_9 + gp.Normal(0, 10).draw(np.random.default_rng(1), theta_9)
of_draws("private ninth school, by drawing", private_9)

# %% (d) Eight public and four private schools, beta = 5: the data of the exercise's code, seed 42
private = gp.data.private_schools()
with_x = gp.NormalNormal(private.y, private.sigma, x=private.x, groups=private.groups)
exact = gp.exact(with_x)
gibbs = gp.sample(with_x, draws=2000, tune=100, chains=4, seed=42)
print("\n(d) y_j ~ Normal(theta_j, sigma_j), theta_j ~ Normal(mu + beta x_j, tau); simulated with "
      "mu 8, beta 5, tau 4")
heading("89% HDI")
for name in ("mu", "beta", "tau"):
    line(f"{name}, exact", exact[name].mean, exact[name].sd, *exact[name].hdi(0.89))
    x = np.sort(gibbs[name], axis=None)
    line(f"{name}, Gibbs", x.mean(), x.std(), *shortest_interval(x))
    of_section(f"{name}, ", f"ex4.{name}", ("mean", "sd", "hdi_low", "hdi_high"))

# Given tau, the sd of beta is that of a regression: it grows with tau and with every sigma_j.
least = with_x.regression(with_x.y, with_x.sigma).sd[1]
ever = with_x.regression(with_x.y, np.full(with_x.J, 8.0)).sd[1]
public_mean, private_mean = private.y[:8].mean(), private.y[8:].mean()
print(f"""  The printed table is not the posterior of these data: with tau known to be 0 the sd of
  beta would still be {least:.2f}. Even if every sigma_j were 8, the smallest that the code can
  draw, it would be {ever:.2f}, above the printed {printed['ex4.beta.sd']}. Nor does the posterior
  "centre near 5" here: the private schools came out at a mean of {private_mean:.1f}, the public
  ones at {public_mean:.1f}, and the prior draws that difference towards 0.""")

# %% ... and a new school, now that the model knows of private ones
heading("5.5% and 94.5% quantile")
of_truth("new public school, exact", exact.new_group_at(0))
of_draws("new public school, Gibbs", gibbs.new_group(seed=1, x=0))
of_truth("new private school, exact", exact.new_group_at(1))
of_draws("new private school, Gibbs", gibbs.new_group(seed=1, x=1))

# %% Does the model recover beta? One data set cannot tell; many can: the recipe of (d), other seeds
def simulate(rng, public, private):
    x = np.repeat([0.0, 1.0], [public, private])
    theta = 8 + 5 * x + rng.normal(0, 4, len(x))
    sigma = rng.uniform(8, 16, len(x))
    return gp.NormalNormal(rng.normal(theta, sigma), sigma, x=x)


rng = np.random.default_rng(0)
print("\n  many data sets by the recipe of (d)   mean of the    mean of the    89% intervals")
print("                                        estimates      posterior sd   that hold beta = 5")
recovered = {}
repeats = 40
luck = np.sqrt(0.89 * 0.11 / repeats)
for n_public, n_private in ((8, 4), (32, 16)):
    betas = [gp.exact(simulate(rng, n_public, n_private))["beta"] for _ in range(repeats)]
    mean, sd = np.mean([beta.mean for beta in betas]), np.mean([beta.sd for beta in betas])
    ends = [beta.quantile([0.055, 0.945]) for beta in betas]
    held = np.mean([low <= 5 <= high for low, high in ends])
    recovered[n_private] = mean, sd, held
    print(f"  {n_public:3d} public, {n_private:2d} private, {repeats:3d} times"
          f"{mean:18.2f}{sd:15.2f}{held:15.0%} (89% +- {luck:.0%})")

# %% Figures, if matplotlib is there
try:
    from gibbspool import plots
    from gibbspool.plots import exact as plots_exact
    figure, panels = plots.axes(11, 8, nrows=2, ncols=2)
    plots_exact.densities({"ninth school": truth.new_group, "School E": E},
                          "(a), (b): coaching effect (SAT points)",
                          drawn={"ninth school, Gibbs": theta_9}, ax=panels[0, 0])
    plots_exact.densities({"public ninth school": public}, "(c): coaching effect (SAT points)",
                          limits=(-35, 50),
                          drawn={"private, beta from its prior": private_9}, ax=panels[0, 1])
    plots_exact.densities({"posterior": exact["beta"], "prior": gp.Normal(0, 10)},
                          "(d): beta, private minus public",
                          drawn={"Gibbs": gibbs["beta"]}, marks={"true value": 5}, limits=(-25, 30),
                          ax=panels[1, 0])
    plots_exact.densities({"new public school": exact.new_group_at(0),
                           "new private school": exact.new_group_at(1)},
                          "(d): effect (SAT points)", ax=panels[1, 1])
    os.makedirs("figures", exist_ok=True)
    plots.save(figure, "figures/exercise_5_8_4.png")
    print("\nfigures/exercise_5_8_4.png")
except ImportError:
    print("\nmatplotlib is not installed: no figures")

# %% What should have been seen
few, many = recovered[4], recovered[16]
low, high = exact["beta"].hdi(0.89)
print(f"\nSeen: a new school's interval is {ratio - 1:.0%} wider than School E's (the section "
      f"prints {printed['ex4.b.ratio'] - 1:.0%}): it has tau on top of mu.")
print("Exact beside sampled, with the Monte Carlo error: theta_9 "
      f"{truth.new_group.mean:.2f} and {theta_9.mean():.2f} +- {error_of_mean(theta_9):.2f}, beta "
      f"{exact['beta'].mean:.2f} and {gibbs['beta'].mean():.2f} +- "
      f"{error_of_mean(gibbs['beta']):.2f}.")
print("Four private schools can hardly tell beta: its sd goes from 10 (prior) to "
      f"{exact['beta'].sd:.1f} (posterior), the 89% HDI is [{low:.1f}, {high:.1f}],\n"
      f"and where the truth is 5 the estimates are {few[0]:.1f} on average. With sixteen private "
      f"schools they are {many[0]:.1f}, and the sd is {many[1]:.1f}.")
print(f"The 89% intervals held the truth {few[2]:.0%} and {many[2]:.0%} of the time, give or take "
      f"{luck:.0%} by chance.")
