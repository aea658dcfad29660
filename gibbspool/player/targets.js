/* Log densities with their gradients, and the leapfrog: what the page on HMC computes itself.

   A position q and a momentum p are lists of D numbers. The functions mirror gibbspool's
   funnel/neals_funnel.py, funnel/normal_targets.py, funnel/prior_slopes.py and
   sampling/leapfrog.py, and the page checks them against a trajectory from there. */
"use strict";

const targets = (() => {
  const MOVES = 3;                      // of one leapfrog step: kick, drift, kick
  const total = (list) => list.reduce((sum, one) => sum + one, 0);
  const squares = (list) => total(list.map((one) => one ** 2));

  // ------------------------------------------------ priors of tau: log density, slope in log tau

  const PRIORS = {
    HalfNormal: {log: (tau, {scale}) => -0.5 * (tau / scale) ** 2,
                 slope: (tau, {scale}) => -((tau / scale) ** 2)},
    HalfCauchy: {log: (tau, {scale}) => -Math.log1p((tau / scale) ** 2),
                 slope: (tau, {scale}) => -2 / (1 + (scale / tau) ** 2)},
    HalfT: {log: (tau, {df, scale}) => -(df + 1) / 2 * Math.log1p((tau / scale) ** 2 / df),
            slope: (tau, {df, scale}) => -(df + 1) / (1 + df * (scale / tau) ** 2)},
    Exponential: {log: (tau, {rate}) => -rate * tau, slope: (tau, {rate}) => -rate * tau},
    Gamma: {log: (tau, {shape, rate}) => (shape - 1) * Math.log(tau) - rate * tau,
            slope: (tau, {shape, rate}) => shape - 1 - rate * tau},
    RootInverseGamma: {log: (tau, {shape, scale}) => -(2 * shape + 1) * Math.log(tau)
                         - scale / tau ** 2,
                       slope: (tau, {shape, scale}) => 2 * scale / tau ** 2 - 2 * shape - 1},
    TruncatedNormal: {log: (tau, {mean, sd}) => -0.5 * ((tau - mean) / sd) ** 2,
                      slope: (tau, {mean, sd}) => -tau * (tau - mean) / sd ** 2},
    PositiveFlat: {log: () => 0, slope: () => 0},
  };

  // ------------------------------------------------ the targets

  /* q = (v, x_1, ..., x_9): v ~ Normal(0, 3), x_i ~ Normal(0, exp(v / 2)). */
  const neal = {
    centred: {
      logDensity([v, ...x]) {
        return -(v ** 2) / 18 - 9 * v / 2 - 0.5 * Math.exp(-v) * squares(x);
      },
      gradient([v, ...x]) {
        return [-v / 9 - 9 / 2 + 0.5 * Math.exp(-v) * squares(x),
                ...x.map((one) => -one * Math.exp(-v))];
      },
    },
    noncentred: {                       // x_i = exp(v / 2) x_raw_i
      logDensity: ([v, ...raw]) => -(v ** 2) / 18 - 0.5 * squares(raw),
      gradient: ([v, ...raw]) => [-v / 9, ...raw.map((one) => -one)],
    },
  };

  /* q = (mu, log tau, theta_1, ..., theta_J) of a Normal-Normal model. */
  function normal({y, sigma, m0, precision, prior}) {
    const J = y.length, of = PRIORS[prior.kind];
    const logPrior = (mu, logTau, tau) => -0.5 * precision * (mu - m0) ** 2 + of.log(tau, prior)
      + logTau;
    const misfit = (theta) => squares(theta.map((one, j) => (y[j] - one) / sigma[j]));
    return {
      centred: {
        logDensity([mu, logTau, ...theta]) {
          const tau = Math.exp(logTau);
          return logPrior(mu, logTau, tau) - J * logTau
            - 0.5 * squares(theta.map((one) => (one - mu) / tau)) - 0.5 * misfit(theta);
        },
        gradient([mu, logTau, ...theta]) {
          const tau = Math.exp(logTau);
          const toMu = theta.map((one) => (mu - one) / tau ** 2);
          return [precision * (m0 - mu) - total(toMu),
                  of.slope(tau, prior) + 1 - J + tau ** 2 * squares(toMu),
                  ...theta.map((one, j) => toMu[j] + (y[j] - one) / sigma[j] ** 2)];
        },
      },
      noncentred: {                     // theta_j = mu + tau theta_raw_j
        logDensity([mu, logTau, ...raw]) {
          const tau = Math.exp(logTau);
          return logPrior(mu, logTau, tau) - 0.5 * squares(raw)
            - 0.5 * misfit(raw.map((one) => mu + tau * one));
        },
        gradient([mu, logTau, ...raw]) {
          const tau = Math.exp(logTau);
          const toY = raw.map((one, j) => (y[j] - mu - tau * one) / sigma[j] ** 2);
          return [precision * (m0 - mu) + total(toY),
                  of.slope(tau, prior) + 1 + tau * total(raw.map((one, j) => one * toY[j])),
                  ...raw.map((one, j) => tau * toY[j] - one)];
        },
      },
    };
  }

  const make = (data) => data.kind === "neal" ? neal : normal(data);

  // ------------------------------------------------ the leapfrog

  const kinetic = (p, inverseMass) => 0.5 * total(p.map((one, d) => inverseMass[d] * one ** 2));

  /* The three moves of one step of size h; each returns what it changes. */
  const kick = (p, force, h) => p.map((one, d) => one + h / 2 * force[d]);
  const drift = (q, p, h, inverseMass) => q.map((one, d) => one + h * inverseMass[d] * p[d]);

  /* The states of a trajectory, three for each step, until `steps` are done or the energy error
     is more than `limit`, or no number. Each: q, p, force, potential, kinetic, error (at whole
     steps), broken. */
  function trajectory(target, q, p, h, inverseMass, steps, limit) {
    const potential = (at) => -target.logDensity(at);
    let force = target.gradient(q);
    const first = {q, p, force, potential: potential(q), kinetic: kinetic(p, inverseMass),
                   error: 0, broken: false};
    const start = first.potential + first.kinetic, states = [first];
    for (let step = 0; step < steps; step++) {
      const before = states.at(-1);
      p = kick(p, force, h);
      states.push({...before, p, kinetic: kinetic(p, inverseMass)});
      q = drift(q, p, h, inverseMass);
      force = target.gradient(q);
      states.push({...states.at(-1), q, force, potential: potential(q)});
      p = kick(p, force, h);
      const whole = {...states.at(-1), p, kinetic: kinetic(p, inverseMass)};
      whole.error = whole.potential + whole.kinetic - start;
      whole.broken = !(whole.error <= limit);
      states.push(whole);
      if (whole.broken) break;
    }
    return states;
  }

  /* What the page finds and what gibbspool found, for one form of a target. */
  function checks(name, target, {inverse_mass, table}) {
    const steps = table.path.length;
    const states = trajectory(target, table.position, table.momentum, table.step_size,
                              inverse_mass, steps, Infinity).filter((_, i) => i % MOVES === 0);
    return [
      [`gradient of ${name}`, target.gradient(table.position), table.gradient],
      ...table.path.flatMap((point, i) => [
        [`position ${i + 1} of ${name}`, states[i + 1].q, point.position],
        [`momentum ${i + 1} of ${name}`, states[i + 1].p, point.momentum],
        [`energy error ${i + 1} of ${name}`, states[i + 1].error, point.error]]),
    ];
  }

  return {MOVES, make, trajectory, checks};
})();
