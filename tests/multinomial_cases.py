"""Small tables of counts, and what finite sums over tables of a restaurant tell of them."""
import numpy as np
from monte_carlo import z_of_means
from scipy import stats
from scipy.special import gammaln, logsumexp

FORMS = ["augmented", "plain"]
SMALL = np.array([[3, 9], [0, 4], [7, 2], [5, 5], [12, 20]])
# zeros of every kind
AWKWARD = np.array([[5, 0, 0, 2], [0, 0, 0, 0], [0, 3, 0, 9], [1, 0, 0, 0], [40, 2, 0, 11]])


def stirling(n):
    """s(n, 0), ..., s(n, n) as Python integers, by multiplying out a (a + 1) ... (a + n - 1)."""
    row = [1]
    for i in range(n):
        shifted, multiplied = [0, *row], [i * w for w in row] + [0]
        row = [one + other for one, other in zip(shifted, multiplied)]
    return row


def log_whole(w):
    """log of a whole number of any size."""
    if w == 0:
        return -np.inf
    spare = max(w.bit_length() - 60, 0)
    return np.log(w / 2**spare) + spare * np.log(2)


def by_tables(counts, c, shape, rate):
    """log p(counts), mean and sd of alpha by finite sums over the number of tables; only alpha is
    integrated.

    Antoniak's identity makes f_k(a) a sum of powers a^(c_k - 1 + m), with whole-number
    coefficients; a convolution of powers is a power, so p(counts | alpha) is a finite sum over the
    total number of tables.
    """
    counts, c = np.asarray(counts, dtype=int), np.asarray(c, dtype=float)
    n, ways = counts.sum(axis=1), np.array([0.0])
    for k, column in enumerate(counts.T):
        exact = [1]
        for y in column:
            exact = list(np.convolve(np.array(exact, dtype=object),
                                     np.array(stirling(int(y)), dtype=object)))
        own = np.array([log_whole(w) for w in exact]) + gammaln(np.arange(len(exact)) + c[k])
        ways = np.array([
            logsumexp([ways[i] + own[m - i]
                       for i in range(max(0, m - len(own) + 1), min(m, len(ways) - 1) + 1)])
            for m in range(len(ways) + len(own) - 1)])
    total = np.arange(len(ways))
    u = np.linspace(-40, np.log(700 / rate), 6001)
    log_p = logsumexp((ways - gammaln(total + c.sum()))[:, None] + total[:, None] * u, axis=0)
    log_p += stats.gamma.logpdf(np.exp(u), shape, scale=1 / rate) + u
    log_p += sum(gammaln(np.exp(u)) - gammaln(np.exp(u) + m) for m in n)
    log_p += gammaln(c.sum()) - gammaln(c).sum()
    log_p += (gammaln(n + 1) - gammaln(counts + 1).sum(axis=1)).sum()
    weight, alpha = np.exp(log_p - logsumexp(log_p)), np.exp(u)
    mean = weight @ alpha
    return logsumexp(log_p) + np.log(u[1] - u[0]), mean, np.sqrt(weight @ (alpha - mean) ** 2)


def z_scores(draws, found):
    """Of the means of alpha (on the scale of its cdf, where all moments exist), of pi0 and of
    pi.
    """
    z = [z_of_means(found["alpha"].cdf(draws["alpha"]), 0.5)]
    z += [z_of_means(draws["pi0"][..., k], m) for k, m in enumerate(found["pi0"].mean)]
    mean = found["pi"].mean
    return np.array(z + [z_of_means(draws["pi"][..., r, k], mean[r, k]) for r in range(len(mean))
                         for k in range(mean.shape[1])])
