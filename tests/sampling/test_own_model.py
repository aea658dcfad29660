"""demos/own_model.py: its classes pass the check, its mistake is named, its draws are right."""
from pathlib import Path

import numpy as np
import pytest
from monte_carlo import z_of_means
from numpy.polynomial import legendre

import gibbspool as gp

DEMO = Path(__file__).parents[2] / "demos" / "own_model.py"


@pytest.fixture(scope="module")
def demo():
    """What the demo defines: the cells before it is used."""
    cells = DEMO.read_text(encoding="utf-8").split("# %% Check it")[0]
    names = {}
    exec(compile(cells, str(DEMO), "exec"), names)
    return names


@pytest.fixture(scope="module")
def data(demo):
    return demo["simulate"](np.random.default_rng(5), districts=3, schools=3, pupils=(2, 5))[:3]


def test_its_conditionals_agree_with_its_joint_density(demo, data):
    report = gp.check_conditionals(demo["PupilsInSchoolsInDistricts"](*data))
    assert report.ok and len(list(report)) == 6, str(report)


def test_the_planted_mistake_is_found_by_name(demo, data):
    report = gp.check_conditionals(demo["OneDistrictTooFew"](*data))
    assert report.wrong == ["omega_given"]
    assert "off by the factor omega^+1: is the number of groups right" in str(report)


def posterior_means(y, school, district, nodes):
    """Means of all variables without any conditional: quadrature over the three spreads.

    Given these, everything else is one multivariate normal: all of mu, eta, theta and y are sums of
    independent normals, u = 50 + A e, so that E[u | y] = 50 + cov(u, y) cov(y)^-1 (y - 50).
    """
    S, D = len(district), district.max() + 1
    of_district, of_school = np.eye(D)[district], np.eye(S)[school]
    of_pupil = of_school @ of_district
    # cov(u, y) for u = (mu, eta, theta): what mu, omega and tau contribute to it
    mu_cov = 20.0**2 * np.ones((1 + D + S, len(y)))
    omega_cov = np.vstack([np.zeros(len(y)), of_pupil.T, of_district @ of_pupil.T])
    tau_cov = np.vstack([np.zeros((1 + D, len(y))), of_school.T])
    t, w = legendre.leggauss(nodes)
    omega, tau, sigma = (low + (t + 1) / 2 * (high - low)
                         for low, high in ((0, 45), (0, 45), (3, 45)))
    log_w, spreads, means = [], [], []
    for o, w_o in zip(omega, w):
        T, Sg = np.meshgrid(tau, sigma, indexing="ij")
        T2, S2 = T[..., None, None] ** 2, Sg[..., None, None] ** 2
        V = (20.0**2 + o**2 * of_pupil @ of_pupil.T + T2 * (of_school @ of_school.T)
             + S2 * np.eye(len(y)))
        cov = mu_cov + o**2 * omega_cov + T2 * tau_cov
        solved = np.linalg.solve(V, np.broadcast_to((y - 50)[:, None], (*T.shape, len(y), 1)))
        log_p = -0.5 * np.linalg.slogdet(V)[1] - 0.5 * (solved[..., 0] @ (y - 50))
        log_p += -0.5 * ((o / 10) ** 2 + (T / 10) ** 2 + (Sg / 20) ** 2)
        log_w.append(log_p + np.log(w_o) + np.log(w)[:, None] + np.log(w))
        spreads.append(np.stack([o + 0 * T, T, Sg], axis=-1))
        means.append(50 + (cov @ solved)[..., 0])
    p = np.exp(np.array(log_w) - np.max(log_w))
    p = (p / p.sum())[..., None]
    m = (p * np.array(means)).sum(axis=(0, 1, 2))
    s = (p * np.array(spreads)).sum(axis=(0, 1, 2))
    return {"mu": m[0], "eta": m[1:1 + D], "theta": m[1 + D:], "omega": s[0], "tau": s[1],
            "sigma": s[2]}


def z_scores(model, truth, chains):
    draws = gp.sample(model, draws=70, tune=70, chains=chains, seed=3)
    return {name: np.array([z_of_means(draws[name].reshape(chains, 70, -1)[..., k], mean)
                            for k, mean in enumerate(np.ravel(truth[name]))]) for name in truth}


def test_draws_agree_with_an_independent_computation(demo, data):
    """Sixteen posterior means by quadrature, from 60 independent chains: each |z| < 4.

    The quadrature itself is good to a hundredth of a unit, see below, while the Monte Carlo errors
    are 0.03 and more. With one district too few, omega is seen wrong.
    """
    truth = posterior_means(*data, 24)
    found = z_scores(demo["PupilsInSchoolsInDistricts"](*data), truth, chains=60)
    assert all((np.abs(z) < 4).all() for z in found.values()), found
    wrong = z_scores(demo["OneDistrictTooFew"](*data), truth, chains=30)
    assert abs(wrong["omega"][0]) > 6


@pytest.mark.long
def test_more_nodes_of_the_independent_computation_change_nothing(data):
    coarse, fine = (posterior_means(*data, nodes) for nodes in (24, 32))
    for name in fine:
        assert coarse[name] == pytest.approx(fine[name], abs=0.01)
