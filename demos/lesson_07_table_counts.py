"""Lesson 7: Table counts.

The baseline pi0 has no density with a name, until the tables of a Chinese restaurant are invented:
given them it is a Dirichlet. It takes no more than to multiply out
a (a + 1) (a + 2), and to read its terms as the ways in which three guests can sit down.

Needs: lessons 2 and 6
"""
# %% What makes pi0 hard: rising factorials in place of powers
from fractions import Fraction
from math import prod
from textwrap import fill

import numpy as np
from numpy.polynomial import Polynomial

import gibbspool as gp
from gibbspool.models.multinomial.restaurant import Customers, Tables
from gibbspool.plots.lesson_figure import lesson_figure

print("Lesson 7: table counts. Takes about 2 seconds.\n")
print("With a region's shares pi ~ Dirichlet(alpha pi0) integrated out, its next person answers k\n"
      "with probability (a + n_k) / (alpha + n), a = alpha pi0_k: the posterior mean of lesson 6,\n"
      "after n people, n_k with this answer. Three in a row: a (a + 1) (a + 2), over alpha ... .\n"
      "A Dirichlet would be conjugate to powers of a; these are sums of powers:")


def rising(a, n):
    """a (a + 1) ... (a + n - 1), for a number or a polynomial."""
    return prod(a + i for i in range(n))


ways = [int(way) for way in rising(Polynomial([0, 1]), 3).coef]  # before a^0, a^1, a^2, a^3
print(f"a (a + 1) (a + 2) = {ways[1]} a + {ways[2]} a^2 + {ways[3]} a^3")

# %% The same terms as a story: guests (in the library: customers) come one by one and open tables
# Who finds i guests inside opens a new table with probability a / (a + i), or joins one of the i,
# with probability i / (a + i). Multiplied, the factors below the line are a (a + 1) (a + 2), and
# above it stands an a for each table and an i for each guest who joined. So the power of a counts
# the tables, and the number before it the ways of joining.
a = Fraction(2)
total = rising(a, 3)
probability = {m: ways[m] * a**m / total for m in (1, 2, 3)}
print(fill(f"For a = {a} the terms are {' + '.join(str(ways[m] * a**m) for m in (1, 2, 3))} = "
           f"{total}: " + ", ".join(f"P({m} table{'s'[:m - 1]}) = {p}"
                                    for m, p in probability.items()), 100))

# %% Drawn and counted
rng = np.random.default_rng(1)
N = 20_000
first = np.ones(N, dtype=int)          # finds nobody inside: opens a table for sure
second = rng.random(N) < float(a / (a + 1))   # finds one
third = rng.random(N) < float(a / (a + 2))    # finds two
tables = first + second + third
share = {m: float(np.mean(tables == m)) for m in (1, 2, 3)}
print(f"Of {N} drawn: " + "; ".join(f"{s:.4f} with {m}" for m, s in share.items()))

# The library's, in gibbspool/models/multinomial/restaurant.py: this is one restaurant, one category
library = Tables(Customers(np.array([[3]])), np.array([float(a)]))
library_probability = {m: float(np.exp(library.logpdf(np.array([m]))[0])) for m in (1, 2, 3)}
print("In the library: " + "; ".join(f"{p:.4f} with {m}" for m, p in library_probability.items()))

# %% Why that makes pi0's step easy
# Multiply the factor by the probability of the tables that were invented: it cancels.
#     a (a + 1) (a + 2)  x  ways(m) a^m / [a (a + 1) (a + 2)]  =  ways(m) a^m
# Given the tables, pi0_k stands in a^m = (alpha pi0_k)^m alone, a power. With a flat prior, the
# Dirichlet(1, ..., 1), that makes pi0 | m ~ Dirichlet(1 + m): the tables are the independent votes
# for pi0, not the people. Summed over m, the density is what it was: nothing is lost by inventing
# them. (Each region has a restaurant for each answer; m of an answer is the sum over the regions.)
# Two regions, two answers, alpha held; the two lines in the loop are those of
# gibbspool/sampling/augmentation.py:
counts = np.array([[9, 1], [1, 2]])
model = gp.DirichletMultinomial(counts, pi0=gp.Dirichlet([1, 1]))
alpha = 4.0
pi0 = np.full((10_000, 2), 0.5)  # 10000 chains at once, all begun at equal shares
for _ in range(10):
    m = model.tables_given(alpha, pi0).draw(rng)
    pi0 = model.pi0_given_tables(m).draw(rng)

# %% Is it right? Here pi0 = (x, 1 - x) is a single number, and its density is a polynomial in x
of_first, of_second = Polynomial([0, alpha]), Polynomial([alpha, -alpha])  # alpha x, alpha (1 - x)
density = (rising(of_first, 9) * rising(of_second, 1)    # the first region
           * rising(of_first, 1) * rising(of_second, 2))  # the second
density = density / density.integ()(1)
exact_mean = (density * Polynomial([0, 1])).integ()(1)
exact_sd = np.sqrt((density * Polynomial([0, 0, 1])).integ()(1) - exact_mean**2)
drawn_mean, drawn_sd = pi0[:, 0].mean(), pi0[:, 0].std()
print(f"\nThe baseline's first share: exact mean {exact_mean:.4f}, sd {exact_sd:.4f}; drawn by way "
      f"of tables {drawn_mean:.4f}, {drawn_sd:.4f}.")
people, tables_on_average = counts.sum(axis=0), m.mean(axis=0)
mean_by_people = (1 + people[0]) / (2 + people.sum())
print(f"With {people[0]} and {people[1]} people as votes its mean would be {mean_by_people:.4f}; "
      f"there are {tables_on_average[0]:.1f} and {tables_on_average[1]:.1f} tables on average.")

# %% The figure: left the tables of three guests, right the baseline's share
def picture(axes):
    left, right = axes
    left.bar([1, 2, 3], [share[m] for m in (1, 2, 3)], 0.6, color="C0", label=f"{N} drawn")
    left.plot([1, 2, 3], [float(probability[m]) for m in (1, 2, 3)], "C1D", label="exact")
    left.set(xlabel=f"tables of three guests, a = {a}", ylabel="probability", xticks=[1, 2, 3])
    left.legend()
    x = np.linspace(0, 1, 200)
    right.hist(pi0[:, 0], bins=40, range=(0, 1), density=True, color="C0", label="by way of tables")
    right.plot(x, density(x), "C1", label="exact, a polynomial")
    right.set(xlabel="first share of the baseline", ylabel="density")
    right.legend(loc="upper left", fontsize="small")


lesson_figure(picture, "lesson_07_table_counts.png", width=9, columns=2)

# %% What should have been seen
print("\n" + fill(
    f"Seen: three guests with a = {a} open one, two or three tables with probability "
    f"{', '.join(map(str, probability.values()))}, the terms of a (a + 1) (a + 2). With tables "
    f"invented, pi0 is drawn from a Dirichlet; its first share has the mean {exact_mean:.3f}: "
    f"{people[0]} people who gave this answer are worth {tables_on_average[0]:.1f} votes. Who "
    "opens a table brings an answer fresh from pi0, a vote; who joins copies another.", 100))
print("Try: a = Fraction(1, 10), then Fraction(50). When do all sit at one table, when each alone?"
      "\nAnd what are the ten people worth with alpha = 0.1, what with 100, in place of 4?")
