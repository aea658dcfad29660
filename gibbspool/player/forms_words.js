/* What the page on forms says, from the numbers that it has computed. */
"use strict";

const formsWords = (() => {
  const {number} = player;
  const FEW = 40;         // draws, before anything is said of the forms
  const ALIKE = 2;        // a ratio of ESS below which no form is called slow
  const CLEAR = 2;        // standard deviations of its log that chance hardly makes

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
    const ess = diagnostics.effectiveSampleSize(values);
    return {rho: diagnostics.autocorrelation(values, 1)[1], move: mean(moves), ess,
            off: uncertainty(ess, values.length)};
  }

  /* The standard deviation of log ESS, roughly: a sum of W autocorrelations of n draws, time the
     draws that make one independent one, has variance 2 (2 W + 1) / n times time squared; W is
     about twice that time here, where the sum ends with the noise. */
  function uncertainty(ess, n) {
    const time = Math.max(1, n / ess);
    return Math.sqrt(2 * (4 * time + 1) / n);
  }

  /* How far two forms differ: their ratio of ESS, and how many standard deviations its log is. */
  function difference(best, worst) {
    const ratio = best.ess / worst.ess;
    return {ratio, deviations: Math.log(ratio) / Math.hypot(best.off, worst.off)};
  }

  /* Of the whole run that was recorded: a part of it may look otherwise by chance. */
  function said(data, logs, between) {
    const n = logs[0].length, what = data.spreadText;
    if (n < FEW) return [`${n} sweeps are too few to say which form is slow.`];
    const forms = data.forms.map((form, i) => ({...form, ...judged(logs[i])}));
    const sorted = [...forms].sort((a, b) => b.ess - a.ess);
    const best = sorted[0], worst = sorted[sorted.length - 1];
    const {ratio, deviations} = difference(best, worst), times = number(ratio, 2);
    const worth = forms.map((form) => `${Math.round(form.ess)} independent ones in the `
      + `${form.title} form, give or take a factor of ${number(Math.exp(form.off), 2)}`);
    const found = [`In the whole recorded run ${n} draws of ${what} are worth `
      + `${worth.join("; ")}.`];
    if (ratio < ALIKE) {
      return [...found, "No form is much slower than another: the largest of these is "
        + `${times} times the smallest.`];
    }
    if (deviations < CLEAR) {
      return [...found, `In the ${worst.title} form they are worth least, in the `
        + `${best.title} form ${times} times as much. In so short a run that may still be chance.`];
    }
    found.push(`The ${worst.title} form is the slow one; the ${best.title} form's draws are worth `
      + `${times} times as much. One sweep moves log ${what} by `
      + `${number(worst.move, 2)} on average there, while two independent draws lie `
      + `${number(between, 2)} apart; the ${best.title} form moves it by ${number(best.move, 2)}.`);
    const why = because(data, worst, logs[data.forms.findIndex((one) => one.name === worst.name)],
                        between);
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

  return {said, difference, judged, because, apart, middle};
})();
