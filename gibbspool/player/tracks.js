/* What the sampler has drawn so far: a trace, and a histogram under the exact marginal. */
"use strict";

const tracks = (() => {
  const FEW = 20;                            // draws, before there is a histogram
  const BINS = 26, WIDTH = 50;               // sweeps by which a trace gets wider

  /* The state at each step k of the sweep that is under way, as points of the trace: sweeps that
     are whole, and parts of one. The last point is where the sampler stands. */
  function underWay(k, perSweep, valueAt) {
    const whole = Math.floor(k / perSweep), x = [], y = [];
    for (let step = whole * perSweep; step <= k; step++) {
      x.push(step / perSweep);
      y.push(valueAt(step));
    }
    return {x, y};
  }

  /* A picture of one series. `told` has text, values (one for each sweep), marginal or null, and
     low and high, the ends of its axis. */
  function track(told) {
    const plot = player.plot({height: 116, kind: "track", margin: {left: 44, bottom: 22},
                              label: `trace and histogram of ${told.text}`});
    const ess = player.element("span", {class: "ess"});
    const head = player.element("h3", {}, player.element("span", {}, told.text), ess);
    const root = player.element("div", {class: "trace"}, head, plot.root);

    /* After n whole sweeps, and with the points of the sweep under way. */
    function show(n, path, lit) {
      root.classList.toggle("lit", lit);
      const done = told.values.slice(0, n);
      ess.textContent = n < 4 ? "" : `${n} draws, ESS ${Math.round(diagnostics
        .effectiveSampleSize(done))}`;
      ess.title = "ESS, the effective sample size: so many independent draws would tell as much";
      plot.paint((p) => paint(p, done, n, path));
    }

    /* A point that lies outside the frame: which way, and its value. */
    function outside(p, {x, y}, i) {
      const {low, high, scale} = told, up = y[i] > high;
      if (!up && y[i] >= low) return;
      p.word(x[i], up ? high : low, `${up ? "\u2191" : "\u2193"} ${player.number(scale
        ? scale.x(y[i]) : y[i])}`, {anchor: "start", dx: 6, dy: up ? 9 : -2, kind: "tick"});
    }

    function paint(p, done, n, path) {
      const {low, high, marginal} = told, split = Math.round(p.width * 0.66);
      const inside = (list) => list.map((x) => Math.min(Math.max(x, low), high));
      p.sides.right = p.width - split;
      p.sides.left = p.em(44);
      p.range([0, WIDTH * Math.max(1, Math.ceil(path.x.at(-1) / WIDTH))], [low, high]);
      p.axis("x", {title: ""});
      p.axis("y", told.scale ? {ticks: scales.marks(told.scale, low, high, 3)} : {most: 3});
      p.curve(done.map((_, i) => i + 1), inside(done), {colour: "blue", width: 1.2});
      p.curve(path.x, inside(path.y), {colour: "orange", width: 1.6});
      p.dots(path.x.slice(-1), inside(path.y.slice(-1)), {colour: "orange", size: 4});
      const last = path.x.length - 1;
      const moved = path.x[0] === 0 && path.y[last] !== path.y[0];    // from the start
      for (const i of moved ? [last, 0] : [last]) outside(p, path, i);
      p.sides.left = split + p.em(6);
      p.sides.right = p.em(6);
      const counts = new Array(BINS).fill(0), wide = (high - low) / BINS;
      for (const x of done) {
        if (x >= low && x <= high) counts[Math.min(BINS - 1, Math.floor((x - low) / wide))] += 1;
      }
      const heights = counts.map((count) => count / Math.max(1, n) / wide);
      const most = marginal ? 1.6 * marginal.top : Math.max(...heights) || 1;
      p.range([0, most], [low, high]);
      if (n < FEW) {                       // a line for each draw: no histogram yet
        for (const x of done) {
          if (x >= low && x <= high) p.line([0, x], [0.12 * most, x], {colour: "blue", width: 2});
        }
      } else {
        heights.forEach((one, i) => p.box(0, Math.min(one, most), low + i * wide,
                                          low + (i + 0.93) * wide, {colour: "blue", alpha: 0.45}));
      }
      if (marginal) p.curve(marginal.y, marginal.x, {colour: "ink", width: 1.6});
      p.line([0, low], [0, high], {colour: "edge", width: 1});
    }

    return {root, show, told};
  }

  return {track, underWay};
})();
