/* Log densities of the closed forms, less their value at the top; with a check against Python. */
"use strict";

const densities = (() => {
  const normal = (x, mean, sd) => -0.5 * ((x - mean) / sd) ** 2;

  function beta(x, a, b) {
    if (x <= 0 || x >= 1) return -Infinity;
    const log = (one) => (a - 1) * Math.log(one) + (b - 1) * Math.log1p(-one);
    const mode = a > 1 && b > 1 ? (a - 1) / (a + b - 2) : a / (a + b);
    return log(x) - log(Math.min(Math.max(mode, 1e-6), 1 - 1e-6));
  }

  /* The curve of one number of a closed form: points and heights, and the window that holds it. */
  function curve(draw, read) {
    if (draw.kind === "normal") {
      const mean = read(draw.m), sd = read(draw.s);
      return sampled((x) => normal(x, mean, sd), mean - 4 * sd, mean + 4 * sd);
    }
    const a = read(draw.a), b = read(draw.b), mean = a / (a + b);
    const sd = Math.sqrt(mean * (1 - mean) / (a + b + 1));
    return sampled((x) => beta(x, a, b), Math.max(0.0002, mean - 5 * sd),
                   Math.min(0.9998, mean + 5 * sd));
  }

  function sampled(logDensity, low, high, points = 120) {
    const u = [], y = [];
    for (let i = 0; i <= points; i++) {
      const x = low + (high - low) * i / points;
      u.push(x);
      y.push(Math.exp(logDensity(x)));
    }
    const top = Math.max(...y) || 1;
    return {u, y: y.map((h) => h / top)};
  }

  return {normal, beta, curve};
})();
