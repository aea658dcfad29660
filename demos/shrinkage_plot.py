"""The shrinkage plot of the README: the eight schools, raw and drawn together.

Rests on lesson 1.
"""
# %%
from pathlib import Path

import gibbspool as gp
from gibbspool import plots

print("The eight schools, drawn together by partial pooling. Takes about 1 second.\n")
schools = gp.data.eight_schools()
model = gp.NormalNormal(schools.y, schools.sigma, groups=schools.groups)
truth = gp.exact(model)
figures = Path("figures")
figures.mkdir(exist_ok=True)
figure = plots.shrinkage(model.groups, model.y, truth["theta"].mean, 1 / model.sigma,
                         truth["mu"].mean, "effect (SAT points)")
plots.save(figure, figures / "shrinkage.png")

# %% What should have been seen
moved = {group: 1 - (mean - truth["mu"].mean) / (y - truth["mu"].mean)
         for group, mean, y in zip(model.groups, truth["theta"].mean, model.y)}
for group, share in sorted(moved.items(), key=lambda item: -item[1]):
    print(f"school {group}: standard error {model.sigma[model.groups.index(group)]:.0f}, pulled "
          f"{share:.0%} of the way, mean shrinkage factor {truth['shrinkage', group].mean:.2f}")
print(f"Seen: the estimates, {model.y.min():.0f} to {model.y.max():.0f}, are drawn together to "
      f"{truth['theta'].mean.min():.1f} to {truth['theta'].mean.max():.1f}. The wider the standard "
      "error, the larger the mean\nshrinkage factor, and a school is pulled about that share of "
      "the way. The picture is figures/shrinkage.png.")
