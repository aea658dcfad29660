/* The states of a recorded walk, and how to read numbers out of them. */
"use strict";

const gibbsState = (() => {
  /* All states: after 0, 1, 2, ... draws; what has not changed is shared between them. */
  function all(data) {
    const states = [{...data.start}];
    for (const [name, values] of Object.entries(data.derived)) states[0][name] = values[0];
    for (let sweep = 0; sweep < data.sweeps; sweep++) {
      for (const step of data.order) {
        const draw = data.draws[step.name][sweep];
        const next = {...states[states.length - 1], [step.drawn]: draw.x, ...draw.moved};
        for (const [name, values] of Object.entries(data.derived)) {
          next[name] = values[states.length];
        }
        states.push(next);
      }
    }
    return states;
  }

  /* An element of nested lists, by its indices; a number is its own. */
  function pick(value, at) {
    let found = value;
    for (const i of at) {
      if (!Array.isArray(found)) break;
      found = found[i];
    }
    return found;
  }

  /* Of the draws of all groups, that of one: each name has a list. */
  function one(draw, j) {
    const found = {kind: draw.of, x: draw.x[j]};
    for (const [name, values] of Object.entries(draw)) {
      if (!["kind", "of", "x", "n", "moved"].includes(name)) found[name] = values[j];
    }
    if (found.refused) {
      found.tries = [...found.refused.map((u) => [u, 0]), [null, 1]];
    }
    return {...found, n: draw.n, moved: draw.moved};
  }

  function size(value, depth) {
    let found = value;
    for (let i = 0; i < depth; i++) found = found[0];
    return Array.isArray(found) ? found.length : 1;
  }

  /* The names of a variable's axes: the model's, or numbers for those without. */
  function axes(told, value) {
    const found = [];
    for (let d = 0, here = value; Array.isArray(here); d++, here = here[0]) {
      found.push(told.axes[d] || `axis ${d}`);
    }
    return found;
  }

  function labels(data, name, depth, state) {
    const told = data.variables[name].labels[depth] || [], n = size(state[name], depth);
    return Array.from({length: n}, (_, i) => told[i] === undefined ? String(i + 1) : told[i]);
  }

  /* A number's name as text: "tau", or "theta [A]". */
  function text(data, name, at) {
    if (!at.length) return data.variables[name].text;
    const which = at.map((i, d) => labels(data, name, d, data.start[name] === undefined
      ? {[name]: data.derived[name][0]} : data.start)[i]);
    if (name === "coefficients") return which[0];
    return `${data.variables[name].text} [${which.join(", ")}]`;
  }

  /* A variable's value with as many digits as tell its draws apart. */
  function say(data, name, x) {
    const spread = data.spreads[name];
    if (!spread || !x || !Number.isFinite(x)) return player.number(x, 3);
    const more = Math.floor(Math.log10(Math.abs(x))) - Math.floor(Math.log10(spread)) + 2;
    return player.number(x, Math.min(12, Math.max(3, more)));
  }

  function marginals(data) {
    const unpack = (one) => one === null ? null
      : typeof one[0] === "number" ? scales.density(one) : one.map(unpack);
    const found = {};
    for (const [name, one] of Object.entries(data.marginals)) found[name] = unpack(one);
    return found;
  }

  /* Where a curve is above a share of its top: from, to. */
  function body(curve, share) {
    if (!curve) return [0, 1];
    const inside = curve.u.filter((_, i) => curve.y[i] >= share);
    return [inside[0], inside[inside.length - 1]];
  }

  /* From where to where an exact marginal is shown, on a scale of its own. */
  function windowOf(scale, own) {
    if (scale.kind === "line") return [own.low, own.high];
    const low = own.low > 0 ? own.low : own.high / 2000;
    const high = scale.kind === "logit" ? Math.min(own.high, 1 - 1e-6) : own.high;
    const there = scales.onScale(scale, own, scale.u(low), scale.u(high), 300);
    return body({u: there.u, y: there.y}, 0.004);
  }

  /* From where to where a number was drawn in the whole walk. */
  function drawnRange(data, states, see) {
    const values = states.slice(1).map((state) => pick(state[see.step.drawn], see.at));
    values.sort((a, b) => a - b);
    const low = player.quantile(values, 0.01), high = player.quantile(values, 0.99);
    const room = 0.25 * (high - low);
    const from = values[0] >= 0 ? Math.max(0, low - room) : low - room;  // of a positive number
    return [from, high + room].map((x) => see.scale.u(x)).filter(Number.isFinite);
  }

  /* The numbers whose traces are shown: what groups share, and those of the group looked at. */
  function tracked(data, states, looked) {
    const computed = Object.keys(data.derived), found = [];
    for (const [name, told] of Object.entries(data.variables)) {
      const shape = axes(told, states[0][name]);
      const hidden = /_raw$/.test(name) && computed.length;
      if (hidden) continue;
      if (shape[0] === "coefficient") {
        for (let i = 0; i < Math.min(4, size(states[0][name], 0)); i++) found.push({name, at: [i]});
      } else {
        found.push({name, at: looked(name)});
      }
    }
    return found.sort((a, b) => a.at.length - b.at.length);
  }

  /* What tracks.track shows of one number. */
  function series(data, states, {name, at}, marginal) {
    const n = data.order.length;
    const values = Array.from({length: data.sweeps}, (_, sweep) => pick(states[(sweep + 1) * n]
      [name], at));
    const own = marginal[name] ? pick(marginal[name], at) : null;
    const sorted = [...values].sort((a, b) => a - b);
    const low = own ? own.low : player.quantile(sorted, 0.01);
    const high = own ? own.high : player.quantile(sorted, 0.99);
    if (own && low >= 0 && high > 25 * player.quantile(sorted, 0.5)) {  // a long tail: in logs
      const scale = scales.scale({kind: "log"}), ends = windowOf(scale, own);
      const {u, y} = scales.onScale(scale, own, ...ends);
      const area = y.reduce((sum, one) => sum + one, 0) * (ends[1] - ends[0]) / y.length;
      return {name, at, values: values.map(scale.u), low: ends[0], high: ends[1], scale,
              marginal: {x: u, y: y.map((one) => one / area), top: 1 / area},
              text: `${text(data, name, at)}, log scale`};
    }
    return {name, at, values, marginal: own, low, high: high > low ? high : low + 1,
            text: text(data, name, at)};
  }

  return {all, pick, one, size, axes, labels, text, say, marginals, body, windowOf, drawnRange,
          tracked, series};
})();
