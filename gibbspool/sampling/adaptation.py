"""What Hamiltonian Monte Carlo learns in its warm-up: a step size, and a mass a coordinate."""
import numpy as np

FIRST_STEP = 0.1  # in units of the scales in the masses


class DualAveraging:
    """Finds the step size at which the mean acceptance rate is `target_accept`.

    After t transitions with acceptance rates a_1, ..., a_t (Hoffman and Gelman 2014, Section 3.2)::

        deficit    = weighted mean of target_accept - a_i
        log step   = log(10 first step) - sqrt(t) / 0.05 * deficit         to try next
        log smooth = t^-0.75 log step + (1 - t^-0.75) log smooth           to keep in the end

    Parameters
    ----------
    step_size : array (...)
        The first one, for each chain.
    target_accept : float
    """

    shrinkage, offset, decay = 0.05, 10, 0.75

    def __init__(self, step_size, target_accept):
        self.step_size = self.smooth = step_size
        self.target_accept = target_accept
        self.towards = np.log(10 * step_size)
        self.t, self.deficit = 0, 0.0

    def update(self, acceptance_rate):
        """Learn from one more transition: the formulas above, with the weight 1 / (t + 10)."""
        self.t += 1
        weight = 1 / (self.t + self.offset)
        self.deficit = (1 - weight) * self.deficit + weight * (self.target_accept - acceptance_rate)
        log_step = self.towards - np.sqrt(self.t) / self.shrinkage * self.deficit
        forget = self.t**-self.decay
        self.step_size = np.exp(log_step)
        self.smooth = np.exp(forget * log_step + (1 - forget) * np.log(self.smooth))


def warm_up(target, rng, position, tune, target_accept, count, transition):
    """Step size and inverse masses of each chain, from `tune` transitions that are not kept.

    The inverse mass of a coordinate is its variance, so that in units of it all scales are alike.
    It comes first from the spread of the starting values, and then from the chain itself, in
    windows that double (Stan's scheme, at 5, 10, 20, 40 and 90 per cent of the warm-up); after each
    the step size is learnt anew. `count` is called after each `transition`.

    Returns
    -------
    position (chains, D), step_size (chains,), inverse_mass (chains, D)
    """
    inverse_mass = np.broadcast_to(target.initial(rng, (1000,)).var(axis=0), position.shape)
    adaptation = DualAveraging(np.full(len(position), FIRST_STEP), target_accept)
    begin, *ends = [tune * percent // 100 for percent in (5, 10, 20, 40, 90)]
    visited = np.empty((tune, *position.shape))
    for i in range(tune):
        step = transition(target, rng, position, adaptation.step_size, inverse_mass)
        position = visited[i] = step.kept.position
        adaptation.update(step.acceptance_rate)
        if i + 1 in ends:
            inverse_mass = spread(visited[begin:i + 1], inverse_mass)
            adaptation = DualAveraging(adaptation.smooth, target_accept)
            begin = i + 1
        count()
    return position, adaptation.smooth, inverse_mass


def spread(visited, otherwise):
    """Variances (chains, D) of the positions (n, chains, D); `otherwise` where they cannot tell."""
    variance = visited.var(axis=0)
    return np.where((len(visited) >= 10) & (variance > 0), variance, otherwise)
