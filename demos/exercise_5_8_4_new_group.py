"""Exercise 5.8.4: predicting a new group, and what exchangeability has to do with it.

Run it as it is, or cell by cell (# %%) in VS Code or Spyder, or step through it in a debugger.
"""
# %%
import os

import numpy as np

import gibbspool as gp


def line(name, mean, sd, low, high):
    print(f"  {name:<34}{mean:8.2f}{sd:8.2f}{low:9.2f}{high:8.2f}")


def heading(interval):
    print(f"  {'':<34}{'mean':>8}{'sd':>8}   {interval}")


def of_draws(name, x):
    line(name, x.mean(), x.std(), *np.quantile(x, [0.055, 0.945]))


def of_truth(name, marginal):
    line(name, marginal.mean, marginal.sd, *marginal.quantile([0.055, 0.945]))


def error_of_mean(x):
    """Monte Carlo error of the mean of draws (chain, draw), from the means of 20 stretches of each chain."""
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
line("Section 5.8 prints", 7.9, 9.2, -7.6, 23.4)
low, high = truth.new_group.hdi(0.89)
print(f"  89% HDI, exact: [{low:.1f}, {high:.1f}]. What the exercise prints as an HDI are quantiles; as the\n"
      "  distribution is all but symmetric, that makes little difference. The rest does:")
spread = np.sqrt(truth["mu"].sd**2 + truth["tau"].sd**2 + truth["tau"].mean**2)
print(f"  var(theta_9) = var(mu) + E[tau^2], so the sd must be {spread:.2f} (exact mu and tau), or"
      f" {np.sqrt(5.18**2 + 5.22**2 + 6.41**2):.2f} from the section's own\n"
      "  table of mu and tau; the printed 9.2 follows from neither.")

# %% (b) Beside School E, which has data
E = truth["theta", "E"]
print("\n(b) the ninth school beside School E (y = -1, sigma = 9)")
heading("5.5% and 94.5% quantile")
of_truth("School E, exact", E)
of_draws("School E, Gibbs", draws["theta", "E"])
line("School E, Section 5.8 prints", 5.1, 5.7, -5.9, 14.4)


def width(x):
    return np.ptp(x)


new, known = truth.new_group.quantile([0.055, 0.945]), E.quantile([0.055, 0.945])
sampled = width(np.quantile(theta_9, [0.055, 0.945])) / width(np.quantile(draws["theta", "E"], [0.055, 0.945]))
ratio = width(new) / width(known)
print(f"  width of the ninth over the width of E: exact {ratio:.2f}, Gibbs {sampled:.2f}, printed 1.52\n"
      "  The ninth is wider: nothing but the population speaks for it, and to the uncertainty of mu it adds the\n"
      "  spread tau between schools. E has an estimate of its own, of which "
      f"{1 - truth['shrinkage', 'E'].mean:.0%} is kept on average.")

# %% (c) The ninth school is a private one and the eight are public
public = truth.new_group
print(f"""
(c) Exchangeability says: before seeing the data nothing tells the schools apart. Now something does, and drawing
  theta_9 from the public schools' Normal(mu, tau) would pretend otherwise. Put what is known into the model,
  theta_j ~ Normal(mu + beta x_j, tau) with x_j = 1 for a private school; what is left, theta_j - mu - beta x_j, is
  exchangeable again. With eight public schools the data say nothing of beta. Its prior alone speaks, here
  Normal(0, 10), so the sd of a private ninth school is {np.hypot(public.sd, 10):.1f} and not {public.sd:.1f}:""")
heading("5.5% and 94.5% quantile")
of_truth("public ninth school", public)
of_draws("private ninth school, by drawing", theta_9 + gp.Normal(0, 10).draw(np.random.default_rng(1), theta_9))

# %% (d) Eight public and four private schools, with beta = 5: the data of the exercise's code, seed 42
private = gp.data.private_schools()
with_x = gp.NormalNormal(private.y, private.sigma, x=private.x, groups=private.groups)
exact = gp.exact(with_x)
gibbs = gp.sample(with_x, draws=2000, tune=100, chains=4, seed=42)
printed = {"mu": (7.52, 3.14, 2.41, 12.54), "beta": (5.89, 4.27, -1.05, 12.39), "tau": (3.81, 2.98, 0.12, 8.22)}
print("\n(d) y_j ~ Normal(theta_j, sigma_j), theta_j ~ Normal(mu + beta x_j, tau); simulated with mu 8, beta 5, tau 4")
heading("89% HDI")
for name, values in printed.items():
    line(f"{name}, exact", exact[name].mean, exact[name].sd, *exact[name].hdi(0.89))
    x = np.sort(gibbs[name], axis=None)
    inside = int(0.89 * len(x))
    k = np.argmin(x[inside:] - x[:-inside])
    line(f"{name}, Gibbs", x.mean(), x.std(), x[k], x[k + inside])
    line(f"{name}, Section 5.8 prints", *values)

# Given tau, the sd of beta is that of a regression: it grows with tau and with every sigma_j.
least = with_x.regression(with_x.y, with_x.sigma).sd[1]
ever = with_x.regression(with_x.y, np.full(with_x.J, 8.0)).sd[1]
public_mean, private_mean = private.y[:8].mean(), private.y[8:].mean()
print(f"""  The printed table is not the posterior of these data: with tau known to be 0 the sd of beta would still be
  {least:.2f}. Even if every sigma_j were 8, the smallest that the code can draw, it would be {ever:.2f}, above the
  printed 4.27. Nor does the posterior "centre near 5" here: the private schools came out at a mean of
  {private_mean:.1f}, the public ones at {public_mean:.1f}, and the prior draws that difference towards 0.""")

# %% ... and a new school, now that the model knows of private ones
heading("5.5% and 94.5% quantile")
of_truth("new public school, exact", exact.new_group_at(0))
of_draws("new public school, Gibbs", gibbs.new_group(seed=1, x=0))
of_truth("new private school, exact", exact.new_group_at(1))
of_draws("new private school, Gibbs", gibbs.new_group(seed=1, x=1))

# %% Does the model recover beta? One data set cannot tell; many can. The recipe of (d), with other seeds and sizes


def simulate(rng, public, private):
    x = np.repeat([0.0, 1.0], [public, private])
    theta = 8 + 5 * x + rng.normal(0, 4, len(x))
    sigma = rng.uniform(8, 16, len(x))
    return gp.NormalNormal(rng.normal(theta, sigma), sigma, x=x)


rng = np.random.default_rng(0)
print("\n  many data sets by the recipe of (d)   mean of the    mean of the    89% intervals")
print("                                        estimates      posterior sd   that hold beta = 5")
recovered = {}
repeats = 80
luck = np.sqrt(0.89 * 0.11 / repeats)
for public, n_private in ((8, 4), (32, 16)):
    betas = [gp.exact(simulate(rng, public, n_private))["beta"] for _ in range(repeats)]
    held = np.mean([low <= 5 <= high for low, high in (beta.quantile([0.055, 0.945]) for beta in betas)])
    recovered[n_private] = np.mean([beta.mean for beta in betas]), np.mean([beta.sd for beta in betas]), held
    print(f"  {public:3d} public, {n_private:2d} private, {repeats:3d} times{recovered[n_private][0]:18.2f}"
          f"{recovered[n_private][1]:15.2f}{held:15.0%} (89% +- {luck:.0%})")

# %% Figures, if matplotlib is there
try:
    from gibbspool import plots
    figure, (left, right) = plots.axes(10, 4, ncols=2)
except ImportError:
    print("\nmatplotlib is not installed: no figures")
else:
    grid = np.linspace(-25, 40, 400)
    left.hist(theta_9.ravel(), bins=120, range=(-25, 40), density=True, color=plots.GREY, alpha=0.4, label="Gibbs")
    left.plot(grid, truth.new_group.pdf(grid), color=plots.BLUE, label="ninth school, exact")
    left.plot(grid, E.pdf(grid), color=plots.ORANGE, linestyle="--", label="School E, exact")
    left.hlines(0, *truth.new_group.hdi(0.89), color=plots.BLUE, linewidth=6, label="89% HDI of the ninth")
    left.set(title="(a), (b)", xlabel="coaching effect (SAT points)", yticks=[])
    right.hist(gibbs["beta"].ravel(), bins=80, density=True, color=plots.GREY, alpha=0.4, label="Gibbs")
    grid = np.linspace(-22, 26, 400)
    right.plot(grid, exact["beta"].pdf(grid), color=plots.BLUE, label="exact")
    right.plot(grid, gp.Normal(0, 10).pdf(grid), color=plots.GREEN, linestyle=":", label="prior")
    right.axvline(5, color=plots.RED, linestyle="--", label="true beta")
    right.set(title="(d)", xlabel="beta: private minus public", yticks=[])
    for ax in (left, right):
        ax.legend(fontsize=8)
    os.makedirs("figures", exist_ok=True)
    figure.savefig("figures/exercise_5_8_4.png", dpi=150)
    print("\nfigures/exercise_5_8_4.png")

# %% What should have been seen
few, many = recovered[4], recovered[16]
low, high = exact["beta"].hdi(0.89)
print(f"""
What should have been seen
- a new school's interval is {ratio - 1:.0%} wider than School E's (the section prints 52%): it has tau on top of mu;
- exact beside sampled, with the Monte Carlo error: theta_9 {truth.new_group.mean:.2f} and {theta_9.mean():.2f} \
+- {error_of_mean(theta_9):.2f}, beta {exact["beta"].mean:.2f} and {gibbs["beta"].mean():.2f} \
+- {error_of_mean(gibbs["beta"]):.2f};
- four private schools can hardly tell beta: its sd falls from 10 (prior) to {exact["beta"].sd:.1f} (posterior), the 89%
  HDI is [{low:.1f}, {high:.1f}], and the estimates are drawn towards 0, to {few[0]:.1f} on average;
- sixteen private schools bring the average estimate to {many[0]:.1f} and the sd to {many[1]:.1f};
- the 89% intervals held the truth {few[2]:.0%} and {many[2]:.0%} of the time, give or take {luck:.0%} by chance.""")
