/* Where positions are in a funnel, in its centred and non-centred coordinates.

   A target is "neal", q = (v, x_1, ..., x_9), or "normal", q = (mu, log tau, theta_1, ...). It has
   its height (v or log tau) at `upPlace` and the group in the picture at `place`. */
"use strict";

const funnelGeometry = (target) => {
  const neal = target.kind === "neal";

  function noncentred(q) {
    const v = q[target.upPlace];
    return neal ? [v, ...q.slice(1).map((x) => x / Math.exp(v / 2))]
      : [q[0], v, ...q.slice(2).map((theta) => (theta - q[0]) / Math.exp(v))];
  }

  function centred(q) {
    const v = q[target.upPlace];
    return neal ? [v, ...q.slice(1).map((raw) => raw * Math.exp(v / 2))]
      : [q[0], v, ...q.slice(2).map((raw) => q[0] + Math.exp(v) * raw)];
  }

  /* A typical centred position at the height v, from standard normal numbers. */
  function typical(v, z) {
    if (neal) return [v, ...z.slice(1).map((one) => Math.exp(v / 2) * one)];
    const tau = Math.exp(v), {m, s} = givenTau.mu(target, tau), mu = m + s * z[0];
    return [mu, v, ...target.y.map((_, j) => {
      const {mean, sd} = givenTau.thetaGivenMu(target, j, mu, tau);
      return mean + sd * z[2 + j];
    })];
  }

  /* What the picture shows across: of a centred theta its distance from mu. */
  function across(form, q) {
    return q[target.place] - (!neal && form === "centred" ? q[0] : 0);
  }

  /* How far the group in the picture can move with all else held still: one sd at the height v. */
  function room(form, v) {
    if (neal) return form === "centred" ? Math.exp(v / 2) : 1;
    const j = target.place - 2, {B, kept} = givenTau.pull(target, j, Math.exp(v));
    return form === "centred" ? Math.sqrt(kept) * target.sigma[j] : Math.sqrt(B);
  }

  /* Heights at which steps of size h cannot follow a group while all else is held still: the
     leapfrog needs h < 2 sd there, in units of the masses. {below, above}: numbers, or null; and
     the place in q of the first that it cannot follow. */
  function tooLong(form, h, masses) {
    if (neal) {
      const largest = Math.max(...masses.slice(1)), place = masses.indexOf(largest, 1);
      const v = Math.log(h ** 2 * largest / 4);
      return form === "centred" ? {below: v, above: null, place}
        : {below: v > 0 ? Infinity : null, above: null, place};
    }
    const groups = target.sigma.map((sigma, j) => ({sigma, left: 4 / (h ** 2 * masses[2 + j])}));
    if (form === "centred") {           // h^2 m (1 / tau^2 + 1 / sigma^2) > 4
      const taus = groups.map(({sigma, left}) => left > 1 / sigma ** 2
        ? 1 / Math.sqrt(left - 1 / sigma ** 2) : Infinity);
      const below = Math.max(...taus);
      return {below: Math.log(below), above: null, place: 2 + taus.indexOf(below)};
    }                                   // h^2 m (1 + tau^2 / sigma^2) > 4
    const taus = groups.map(({sigma, left}) => left > 1 ? sigma * Math.sqrt(left - 1) : 0);
    const above = Math.min(...taus);
    return {below: null, above: Math.log(above), place: 2 + taus.indexOf(above)};
  }

  return {noncentred, centred, typical, across, room, tooLong};
};
