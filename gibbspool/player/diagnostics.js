/* Autocorrelation and effective sample size of one chain, as in series.py. */
"use strict";

const diagnostics = (() => {
  /* A function of the lag. */
  function correlations(x) {
    const n = x.length, away = x.map((one) => one - x[0]);
    const mean = away.reduce((a, b) => a + b, 0) / n, d = away.map((one) => one - mean);
    const total = d.reduce((sum, one) => sum + one * one, 0);
    return (lag) => {
      let sum = 0;
      for (let i = 0; i < n - lag; i++) sum += d[i] * d[i + lag];
      return total > 0 ? sum / total : 1;
    };
  }

  /* At lags 0 to `most`. */
  function autocorrelation(x, most) {
    const at = correlations(x), lags = Math.min(most, x.length - 1) + 1;
    return Array.from({length: lags}, (_, lag) => at(lag));
  }

  /* n / (1 + 2 sum of autocorrelations), in pairs until they reach noise (Geyer 1992). */
  function effectiveSampleSize(x) {
    const n = x.length;
    if (n < 4) return n;
    const rho = correlations(x);
    let time = -1, last = Infinity;
    for (let k = 0; k < n - 1; k += 2) {
      const pair = rho(k) + rho(k + 1);
      if (pair <= 0) break;
      last = Math.min(last, pair);
      time += 2 * last;
    }
    return n / Math.max(time, 1 / Math.log10(n));
  }

  return {autocorrelation, effectiveSampleSize};
})();
