/* The curve that a draw comes from, beside the exact posterior, and the draw dropping from it.

`see` is what is looked at: {draw, x, before, text, say, scale, range, marginal, curve, grids,
moved}. Pictures are on the scale u of the kernel (`see.scale`); values are told as x.
*/
"use strict";

const curves = (() => {
  function height(curve, u) {
    const {u: us, y} = curve;
    if (u <= us[0] || u >= us[us.length - 1]) return 0;
    let i = 0;
    while (us[i + 1] < u) i += 1;
    return y[i] + (u - us[i]) / (us[i + 1] - us[i]) * (y[i + 1] - y[i]);
  }

  // ---------------------------------------------------------------- the curve itself

  /* The conditional's curve of a draw, on the scale that it is shown on. */
  function curveOf(draw, read, grids) {
    if (draw.kind === "griddy") return grids[draw.grid].curve;
    if (draw.c) return scales.curve(read(draw.c, true));
    if (draw.m !== undefined || draw.b !== undefined) return densities.curve(draw, read);
    return null;
  }

  const FINER = 5;                           // points of a curve for each piece of a grid

  /* A grid of a griddy draw, unpacked: its points on the scale u and as x, q and its cdf. */
  function grid([low, high, places, heights], scale) {
    const u = scales.unpacked(places, low, high), logQ = scales.unpacked(heights, -15, 0);
    const cdf = [0];
    for (let i = 1; i < u.length; i++) {     // the area under exp of a straight line
      const drop = Math.abs(logQ[i] - logQ[i - 1]);
      const top = Math.exp(Math.max(logQ[i], logQ[i - 1]));
      cdf.push(cdf[i - 1] + (u[i] - u[i - 1]) * top * (drop < 1e-8 ? 1 : -Math.expm1(-drop)
        / drop));
    }
    const total = cdf[cdf.length - 1], fine = {u: [], y: []};
    for (let i = 0; i < u.length; i++) {     // q itself: a straight line in (u, log q), bent in x
      for (let k = 0; k < (i + 1 < u.length ? FINER : 1); k++) {
        const t = k / FINER, next = Math.min(i + 1, u.length - 1);
        const at = u[i] + t * (u[next] - u[i]), log = logQ[i] + t * (logQ[next] - logQ[i]);
        fine.u.push(scale.x(at));
        fine.y.push(Math.exp(log - scale.jacobian(at)));
      }
    }
    const top = Math.max(...fine.y);
    fine.y = fine.y.map((one) => one / top);
    return {u, x: u.map(scale.x), y: fine.y.filter((_, i) => i % FINER === 0), logQ,
            cdf: cdf.map((one) => one / total), curve: fine};
  }

  /* Curve, exact marginal, value before, and the draw. */
  function base(p, see, bottom = 0) {
    const [low, high] = see.range;
    p.range([low, high], [bottom, 1.12]);
    if (see.marginal) {
      const other = scales.onScale(see.scale, see.marginal, low, high);
      p.curve(other.u, other.y, {colour: "grey", width: 1.5, dash: [5, 4], fill: 0.07,
                                 base: 0});
    }
    if (see.curve) {
      p.curve(see.curve.u, see.curve.y, {colour: "blue", width: 2.2, fill: true, base: 0});
    }
    if (bottom < 0) p.line([low, 0], [high, 0], {colour: "edge", width: 1});
    const told = scales.marks(see.scale, low, high, Math.max(2, p.width / p.em(80)));
    p.axis("x", {title: scales.titled(see.scale, see.text), ...(told ? {ticks: told} : {})});
  }

  function inside(see, u) { return Math.min(Math.max(u, see.range[0]), see.range[1]); }

  /* The value before as an open dot, the new one dropping from the curve. */
  function drop(p, see) {
    const before = see.scale.u(see.before), now = see.scale.u(see.x);
    const [low, high] = see.range;
    if (before !== null && Number.isFinite(before)) {
      const at = inside(see, before);
      p.dots([at], [0], {colour: "ink", size: 5.5, open: true});
      if (at !== before) {
        const told = see.say(see.before);
        p.word(at, 0, before > high ? `before: ${told} \u2192`
          : `\u2190 before: ${told}`,
               {anchor: before > high ? "end" : "start", dx: before > high ? -9 : 9, dy: -6,
                colour: "faint"});
      }
    }
    const at = inside(see, now), y = see.curve ? Math.max(height(see.curve, at), 0.02) : 0.4;
    p.line([at, 0], [at, y], {colour: "orange", width: 2});
    const spot = player.svg("circle", {cx: p.x(at), cy: p.y(0), r: 6, class: "draw"});
    p.words.append(spot);
    const left = p.x(at) > p.width - p.em(70);
    p.word(at, Math.min(y, 1) + 0.03, see.say(see.x), {anchor: left ? "end" : "start",
                                                   dx: left ? -6 : 6, dy: -2, kind: "drawn"});
    if (see.moved && !player.still()) {
      spot.animate([{transform: `translateY(${p.y(y) - p.y(0)}px)`}, {transform: "none"}],
                   {duration: 380, easing: "cubic-bezier(.5,0,.9,.6)"});
    }
  }

  /* How wide a curve of points and heights is: its standard deviation. */
  function width({u, y}) {
    let area = 0, first = 0, second = 0;
    for (let i = 1; i < u.length; i++) {
      const mass = (u[i] - u[i - 1]) * (y[i] + y[i - 1]) / 2, at = (u[i] + u[i - 1]) / 2;
      area += mass;
      first += mass * at;
      second += mass * at * at;
    }
    return Math.sqrt(Math.max(0, second / area - (first / area) ** 2));
  }

  /* The conditional beside the exact posterior, as a sentence. */
  function compared(see) {
    if (!see.curve || !see.marginal || !see.step.shown.length) return "";  // else it is the same
    const ends = gibbsState.windowOf(see.scale, see.marginal);
    const whole = width(scales.onScale(see.scale, see.marginal, ...ends)), now = width(see.curve);
    const share = now / whole, what = scales.named(see.scale, see.text);
    const said = `Given the rest, ${what} has a standard deviation of ${player.number(now, 2)}; in `
      + `the exact posterior it has ${player.number(whole, 2)}`;
    return share < 0.5 && see.shared ? `${said}. One draw from this curve cannot go far.`
      : `${said}.`;
  }

  return {height, inside, curveOf, grid, base, drop, compared};
})();
