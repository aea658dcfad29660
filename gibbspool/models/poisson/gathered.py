"""Groups with the same count and many exposures, gathered into few: Gauss quadrature over groups.

With y and sigma_log given, the log probability of a group is a smooth function f of the a of
`count`, and a is mu_log plus the group's offset. The density of (mu_log, sigma_log) asks for the
sum of f over all groups, that is an integral of f over the distribution of their offsets. The
Gauss rule of that distribution has few nodes, and weights that count how many groups each stands
for; it is exact for polynomials up to degree 2 NODES - 1, and for f to the last digits, since the
offsets are taken in pieces over which f hardly bends.
"""
import numpy as np

NODES = 16
WIDTH = 2.0        # of a piece: exposures that differ by a factor of up to exp(2)
ALIKE = 1e-13      # offsets that are closer than that, of the width of their piece, are one
LARGEST = 1e6      # count: of larger ones the log probability has rounding errors that weights of
                   # many groups would multiply, while the groups' own cancel


def gathered(counts):
    """`joint.Counts` with fewer entries whose sums over groups are the same.

    Entries with a count and an offset near which there are no more than NODES stay as they are, and
    so do those with a count above LARGEST.
    """
    piece = np.floor(counts.offset / WIDTH)
    _, which, size = np.unique(np.stack([counts.y, piece]), axis=1, return_inverse=True,
                               return_counts=True)
    found = []
    for i in np.split(np.argsort(which.ravel(), kind="stable"), np.cumsum(size)[:-1]):
        y, offset, times = (values[i] for values in counts)
        if len(i) > NODES and y[0] <= LARGEST:
            offset, times = gauss_rule(offset, times)
        found.append((y[:len(offset)], offset, times))
    return type(counts)(*(np.concatenate(values) for values in zip(*found)))


def gauss_rule(x, weight):
    """The nodes and weights of the Gauss rule for weights (n,) at x (n,).

    By Lanczos: multiplication by x, in the orthonormal polynomials of the weights, is a tridiagonal
    matrix; its eigenvalues are the nodes, and the squared first entries of its eigenvectors the
    weights, as parts of their sum.
    """
    centre, scale = x.mean(), np.ptp(x) / 2 or 1.0
    t = (x - centre) / scale
    polynomials = [np.sqrt(weight / weight.sum())]
    diagonal, beside = [], []
    while True:
        p = polynomials[-1]
        diagonal.append(p @ (t * p))
        following = t * p
        for _ in range(2):  # twice is enough for orthogonality to the last digit
            for other in polynomials:
                following = following - other * (other @ following)
        size = np.linalg.norm(following)
        if len(diagonal) == NODES or size < ALIKE:
            break
        beside.append(size)
        polynomials.append(following / size)
    tridiagonal = np.diag(diagonal) + np.diag(beside, 1) + np.diag(beside, -1)
    nodes, vectors = np.linalg.eigh(tridiagonal)
    return centre + scale * nodes, weight.sum() * vectors[0] ** 2
