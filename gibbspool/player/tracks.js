/* What the sampler has drawn so far: a trace, and a histogram under the exact marginal. */
"use strict";

const tracks = (() => {
  const BINS = 26;

  /* A picture of one series. `told` has text, values (one for each sweep), marginal or null, and
     low and high, the ends of its axis. */
  function track(told) {
    const plot = player.plot({height: 116, kind: "track", margin: {left: 44, bottom: 20},
                              label: `trace and histogram of ${told.text}`});
    const ess = player.element("span", {class: "ess"});
    const head = player.element("h3", {}, player.element("span", {}, told.text), ess);
    const root = player.element("div", {class: "trace"}, head, plot.root);

    function show(n, now, lit) {
      root.classList.toggle("lit", lit);
      const done = told.values.slice(0, n);
      ess.textContent = n < 4 ? "" : `${n} draws, ESS ${Math.round(diagnostics
        .effectiveSampleSize(done))}`;
      ess.title = "ESS, the effective sample size: so many independent draws would tell as much";
      plot.paint((p) => paint(p, done, n, now));
    }

    function paint(p, done, n, now) {
      const {low, high, marginal} = told, split = Math.round(p.width * 0.66);
      p.sides.right = p.width - split;
      p.sides.left = 44;
      p.range([0, Math.max(50, n)], [low, high]);
      p.axis("x", {title: ""});
      p.axis("y", told.scale ? {ticks: scales.marks(told.scale, low, high, 3)} : {most: 3});
      const clipped = done.map((x) => Math.min(Math.max(x, low), high));
      p.curve(clipped.map((_, i) => i + 1), clipped, {colour: "blue", width: 1.2});
      if (now !== null) {
        p.dots([Math.max(n, 0)], [Math.min(Math.max(now, low), high)], {colour: "orange", size: 4});
      }
      p.sides.left = split + 6;
      p.sides.right = 6;
      const counts = new Array(BINS).fill(0), wide = (high - low) / BINS;
      for (const x of done) {
        if (x >= low && x <= high) counts[Math.min(BINS - 1, Math.floor((x - low) / wide))] += 1;
      }
      const heights = counts.map((count) => count / Math.max(1, n) / wide);
      const most = marginal ? 1.6 * marginal.top : Math.max(...heights) || 1;
      p.range([0, most], [low, high]);
      heights.forEach((one, i) => p.box(0, Math.min(one, most), low + i * wide,
                                        low + (i + 0.93) * wide, {colour: "blue", alpha: 0.45}));
      if (marginal) p.curve(marginal.y, marginal.x, {colour: "ink", width: 1.6});
      p.line([0, low], [0, high], {colour: "edge", width: 1});
    }

    return {root, show, told};
  }

  return {track};
})();
