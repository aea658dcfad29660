/* The Normal-Normal model given tau: everything is normal, in closed form.

     mu | tau, y      ~ Normal(m, s)
     theta_j | tau, y ~ Normal((1 - B_j) y_j + B_j m, sqrt((1 - B_j) sigma_j^2 + B_j^2 s^2))
     B_j              = sigma_j^2 / (sigma_j^2 + tau^2)

   with precisions added up: 1 / s^2 = sum_j 1 / (sigma_j^2 + tau^2) + the prior's own.

   `data` has y, sigma (lists), m0 and precision (of the prior of mu). */
"use strict";

const givenTau = (() => {
  function mu(data, tau) {
    let precision = data.precision, weighted = data.m0 * data.precision;
    data.y.forEach((y, j) => {
      const v = data.sigma[j] ** 2 + tau ** 2;
      precision += 1 / v;
      weighted += y / v;
    });
    return {m: weighted / precision, s: 1 / Math.sqrt(precision)};
  }

  /* How far group j is pulled: 1 is all the way to mu, 0 not at all; and what it keeps, 1 - B. */
  function pull(data, j, tau) {
    if (tau === Infinity) return {B: 0, kept: 1};
    const v = data.sigma[j] ** 2 + tau ** 2;
    return {B: data.sigma[j] ** 2 / v, kept: tau ** 2 / v};
  }

  /* theta_j | tau, y, with mu unknown: its mean and sd. */
  function theta(data, j, tau, {m, s}) {
    const {B, kept} = pull(data, j, tau);
    if (B === 0) return {mean: data.y[j], sd: data.sigma[j]};
    return {mean: kept * data.y[j] + B * m,
            sd: Math.sqrt(kept * data.sigma[j] ** 2 + (B * s) ** 2)};
  }

  /* theta_j | mu, tau, y: its mean and sd. */
  function thetaGivenMu(data, j, mu, tau) {
    const {B, kept} = pull(data, j, tau);
    return {mean: kept * data.y[j] + B * mu, sd: Math.sqrt(kept) * data.sigma[j]};
  }

  return {mu, pull, theta, thetaGivenMu};
})();
