/* What the page on forms says, from the numbers that it has computed. */
"use strict";

const formsWords = (() => {
  const {fixed, number} = player;
  const FEW = 40;         // draws, before anything is said of the forms
  const CLEAR = 0.3;      // a difference of lag-1 autocorrelations that noise does not make

  const mean = (values) => values.reduce((a, b) => a + b, 0) / Math.max(1, values.length);

  /* How far two independent draws lie apart, on average. */
  function apart(independent) {
    return mean(independent.slice(1).map((x, i) => Math.abs(x - independent[i])));
  }

  /* The middle of a density given by points and heights: between which values a share lies. */
  function middle({u, y}, share) {
    const total = y.reduce((a, b) => a + b, 0), found = [];
    let sum = 0;
    for (let i = 0; i < u.length; i++) {
      sum += y[i] / total;
      if (!found.length && sum >= (1 - share) / 2) found.push(u[i]);
      if (found.length === 1 && sum >= (1 + share) / 2) found.push(u[i]);
    }
    return found;
  }

  function judged(values) {
    const moves = values.slice(1).map((x, i) => Math.abs(x - values[i]));
    return {rho: diagnostics.autocorrelation(values, 1)[1], move: mean(moves),
            ess: diagnostics.effectiveSampleSize(values)};
  }

  function said(data, logs, k, between) {
    if (k < FEW) {
      return [`Go on to at least ${FEW} sweeps: with fewer, autocorrelations are noise.`];
    }
    const forms = data.forms.map((form, i) => ({...form, ...judged(logs[i].slice(0, k))}));
    const sorted = [...forms].sort((a, b) => a.rho - b.rho);
    const best = sorted[0], worst = sorted[sorted.length - 1], what = data.spreadText;
    const found = [`${k} draws of ${what} are worth ` + forms.map((form) => (
      `${Math.round(form.ess)} independent ones in the ${form.title} form`)).join(", ") + "."];
    if (!(worst.rho - best.rho > CLEAR)) {
      return [...found, "On these data, in this run, no form is clearly slower than another (lag-1 "
        + `autocorrelations from ${fixed(best.rho, 2)} to ${fixed(worst.rho, 2)}).`];
    }
    found.push(`The ${worst.title} form is the slow one: one sweep moves log ${what} by `
      + `${number(worst.move, 2)} on average, while two independent draws lie `
      + `${number(between, 2)} apart; the ${best.title} form moves it by ${number(best.move, 2)}.`);
    const why = because(data, worst, logs[data.forms.findIndex((one) => one.name === worst.name)]
      .slice(0, k), between);
    return why ? [...found, why] : found;
  }

  const NARROW = 0.6;     // of the posterior's sd: one draw from a curve so narrow cannot go far

  /* Why the slow form is slow, where the numbers bear it out. */
  function because(data, worst, values, between) {
    const what = data.spreadText, strong = data.kept > 0.5;
    if (worst.refused) {
      const no = [...worst.refused.slice(0, values.length)].filter((one) => one === "1").length;
      return `There ${what} is drawn by a walk whose steps nobody has tuned here: ${no} of `
        + `${values.length} were refused.`;
    }
    if (worst.name === "noncentred" && strong) {
      return `On average ${player.percent(data.kept)} of a group's own estimate is kept: the data `
        + "all but fix the groups' parameters. With the raw deviations held still, the spread can "
        + "hardly move without contradicting them.";
    }
    if (worst.name !== "centred" && worst.name !== "plain") return "";
    if (worst.move > 0.6 * between || !(worst.width < NARROW * data.width)) return "";
    const close = data.concentration ? "a large" : "a small", lie = data.concentration ? "large"
      : "small";
    const sentence = `There ${what} is drawn given the groups' parameters of the moment, and can `
      + `move only as far as their spread allows: ${close} ${what} keeps the groups close `
      + `together, and groups that lie close together keep ${what} ${lie}.`;
    if (data.concentration) return sentence;
    const narrow = widths(data);
    return narrow.ratio < 0.6 ? `${sentence} That is the funnel: where ${what} is in its lowest `
      + `third, ${data.parameterText} spreads over ${number(narrow.low, 2)} (sd), in the highest `
      + `over ${number(narrow.high, 2)}.` : sentence;
  }

  /* How wide the first group's parameter is where the spread is small, and where it is large. */
  function widths(data) {
    const pairs = data.cloud[0].map((x, i) => [data.cloud[1][i], x]).sort((a, b) => a[0] - b[0]);
    const third = Math.floor(pairs.length / 3);
    const sd = (part) => {
      const values = part.map((one) => one[1]), centre = mean(values);
      return Math.sqrt(mean(values.map((x) => (x - centre) ** 2)));
    };
    const low = sd(pairs.slice(0, third)), high = sd(pairs.slice(-third));
    return {low, high, ratio: low / high};
  }

  return {said, because, apart, middle};
})();
