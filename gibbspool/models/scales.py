"""The scale of a data set: how large the errors of its estimates are, and how far they lie apart.

All of it is in the unit of the data, and moves with them: what is scaled by it gives the same
answers in any unit.
"""
import numpy as np


def spread_beyond_errors(z, v, design=None):
    """How far estimates lie apart beyond their errors: a moment estimate, 0 where they do not.

    From Cochran's Q, the weighted sum of squares around the mean (or line), w_j = 1 / v_j, whose
    mean is J - p + tau^2 (sum_j w_j - sum_j w_j h_j), h_j being the leverages (DerSimonian and
    Laird 1986).

    Parameters
    ----------
    z, v : array (J,)
        Estimates and their error variances.
    design : array (J, p), optional
        Rows x_j, beginning with 1; by default the 1 alone.
    """
    z = z - np.median(z)
    if design is None:
        design = np.ones((len(z), 1))
    weighted = design / np.sqrt(v)[:, None]
    size = np.linalg.norm(weighted, axis=0)
    basis, singular, _ = np.linalg.svd(weighted / size, full_matrices=False)
    basis = basis[:, singular > 1e-10 * singular[0]]
    y = z / np.sqrt(v)
    left = y - basis @ (basis.T @ y)
    most = np.abs(left).max() or 1.0  # its own square may be too large a number
    Q = ((left / most) ** 2).sum()    # in units of most^2, and so is the excess
    gain = ((1 - (basis**2).sum(axis=1)) / v).sum()
    excess = Q - (len(z) - basis.shape[1]) / most / most
    return float(most * np.sqrt(excess) / np.sqrt(gain)) if excess > 0 and gain > 0 else 0.0


def scale_of(z, v, design=None):
    """The typical standard error, or the spread beyond the errors, whichever is larger.

    As the median of a HalfCauchy prior it leaves the spread free to be anything from nought to far
    more than the data show: a group of typical error may be pulled all the way or not at all, with
    a shrinkage factor whose prior is nearly uniform.
    """
    return max(float(np.sqrt(np.median(v))), spread_beyond_errors(z, v, design))
