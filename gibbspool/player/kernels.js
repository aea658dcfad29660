/* How each kind of conditional is drawn from: its picture, and its steps in words; `see` as in
curves.js.
*/
"use strict";

const kernels = (() => {
  const {height, inside, base, drop} = curves;
  const say = (x) => player.number(x, 3);

  /* Along which coordinate a kernel works, where that is not the value itself. */
  const along = (scale, text) => !scale || scale.kind === "line" ? ""
    : `, along ${scales.named(scale, text)}`;

  const UNIFORM = "u, a number drawn uniformly between 0 and 1";

  /* A place on the scale u as a value, or that it is so near to 0 that its digits say nothing. */
  function placed(scale, u) {
    const x = scale.x(u);
    return Math.abs(x) < 1e-4 ? "almost 0" : say(x);
  }

  // ---------------------------------------------------------------- each kind

  const closed = {
    paint(p, see) { base(p, see); drop(p, see); },
    words: () => ["A closed form: the draw comes straight from this curve. The value before has "
                  + "no influence on it."],
  };

  const griddy = {
    paint(p, see) {
      base(p, see);
      const {x, y} = see.grids[see.draw.grid];
      p.dots(x, y, {colour: "blue", size: 2});
      for (const one of x) {
        if (one > see.range[0] && one < see.range[1]) {
          p.line([one, 0], [one, 0.025], {colour: "blue", width: 1, alpha: 0.7});
        }
      }
      drop(p, see);
    },
    side: () => "The running sum, the probability below each value: from the share across to the "
      + "curve, and down",
    other: (see) => `The logarithm of q${see.gridScale.kind === "line" ? "" : ", here the density "
      + `of ${scales.named(see.gridScale, see.text)}`}: straight lines between the points`,
    paintOther(p, see) {
      const {u, logQ} = see.grids[see.draw.grid], scale = see.gridScale;
      const seen = u.filter((_, i) => logQ[i] > -12);
      p.sides.left = p.em(40);
      p.range([seen[0], seen[seen.length - 1]], [-12, 0.6]);
      const told = scales.marks(scale, seen[0], seen[seen.length - 1],
                                Math.max(2, p.width / p.em(80)));
      p.axis("x", {title: scales.titled(scale, see.text), ...(told ? {ticks: told} : {})});
      p.axis("y", {most: 3});
      p.curve(u, logQ, {colour: "blue", width: 1.5});
      p.dots(u, logQ.map((one) => Math.max(one, -12)), {colour: "blue", size: 2.6});
      const at = scale.u(see.draw.proposal);
      p.line([at, -12], [at, 0], {colour: "orange", width: 1.8});
    },
    paintSide(p, see) {
      p.sides.left = p.em(40);
      const {x, cdf} = see.grids[see.draw.grid], {share, proposal} = see.draw;
      p.range(see.range, [0, 1]);
      p.axis("x", {title: see.text});
      p.axis("y", {most: 3});
      p.curve(x, cdf, {colour: "blue", width: 2});
      const at = inside(see, proposal);
      p.line([see.range[0], share], [at, share], {colour: "orange", width: 1.8, dash: [4, 3]});
      p.line([at, share], [at, 0], {colour: "orange", width: 1.8});
      p.word(see.range[0], share, `share ${say(share)}`,
             {anchor: "start", dx: 8, dy: share > 0.85 ? 14 : -5});
    },
    words({draw, text, gridScale}) {
      const said = [
        "The density p is computed at many points, closest where it matters. Between them its "
        + `logarithm is joined by straight lines${along(gridScale, text)}: that curve, q, can be `
        + "summed and inverted.",
        `A number between 0 and 1 is drawn: ${say(draw.share)}. Below ${text} = `
        + `${say(draw.proposal)} lies this share of the probability of q: that value is proposed.`];
      if (draw.ratio !== undefined) {
        said.push(`What the straight lines got wrong is corrected: the log of p/q there is `
          + `${player.fixed(Math.abs(draw.ratio), 3)} ${draw.ratio < 0 ? "lower" : "higher"} than `
          + `at the old value; the log of ${UNIFORM}, `
          + `is ${player.fixed(draw.uniform, 2)}, ${draw.accepted ? "below that: accepted"
            : "not below that: refused, the old value stays"}.`);
      }
      return said;
    },
  };

  function level(p, see, bottom) {
    const h = Math.exp(see.draw.level), at = see.scale.u(see.before);
    p.line([see.range[0], h], [see.range[1], h], {colour: "red", width: 1.5, dash: [6, 4]});
    p.line([at, 0], [at, height(see.curve, at)], {colour: "ink", width: 1.2});
    const right = at < (see.range[0] + see.range[1]) / 2;   // where the old value does not stand
    p.word(see.range[right ? 1 : 0], h, "level", {anchor: right ? "end" : "start", dy: -5,
                                                  colour: "red"});
    return h;
  }

  function bar(p, row, low, high, colour, see) {
    p.line([inside(see, low), row], [inside(see, high), row], {colour, width: 4});
  }

  function tried(p, see, h) {
    for (const [where, verdict] of see.draw.tries) {
      const u = where === null ? see.scale.u(see.x) : where;
      if (u < see.range[0] || u > see.range[1]) continue;
      if (verdict === 1) p.dots([u], [h], {colour: "orange", size: 5});
      else {
        const size = 4 / p.width * (see.range[1] - see.range[0]), rise = 0.02;
        p.line([u - size, h - rise], [u + size, h + rise], {colour: "red", width: 2});
        p.line([u - size, h + rise], [u + size, h - rise], {colour: "red", width: 2});
      }
    }
  }

  const ROW = 0.075;

  /* What each value that is refused leaves of an interval: cut there, on its side of the old one.
   */
  function cuts(draw, [low, high], before) {
    const found = [];
    for (const [where, verdict] of draw.tries) {
      if (verdict === 1) continue;
      if (where < before) low = where;
      else high = where;
      found.push([low, high]);
    }
    return found;
  }

  /* The interval of a slice, when it has been doubled. */
  function widened({start, doublings}) {
    return doublings.length ? doublings.at(-1).slice(1) : start;
  }

  const LEVEL = "A level is drawn uniformly between zero and the curve at the old value (dashed). "
    + "The slice is where the curve lies above it";

  const slice = {
    paint(p, see) {
      const {draw} = see, rows = 1 + draw.doublings.length + draw.tries.length - 1;
      const bottom = -ROW * (rows + 0.8);
      base(p, see, bottom);
      const h = level(p, see, bottom);
      let row = -ROW * 0.9;
      bar(p, row, ...draw.start, "green", see);
      for (const [, low, high] of draw.doublings) bar(p, row -= ROW, low, high, "green", see);
      for (const [low, high] of cuts(draw, widened(draw), see.scale.u(see.before))) {
        bar(p, row -= ROW, low, high, "red", see);
      }
      tried(p, see, h);
      drop(p, see);
    },
    words({draw, scale, text}) {
      const x = (u) => placed(scale, u), n = draw.doublings.length, first = draw.start;
      const last = widened(draw);
      const refused = draw.tries.length - 1;
      return [
        LEVEL + ".",
        `An interval is placed at random around the old value: ${x(first[0])} to ${x(first[1])}.`
        + (n ? ` ${n === 1 ? "Once" : `${n} times`} it is doubled, to a side that a coin decides, `
             + `until both ends lie outside the slice: ${x(last[0])} to ${x(last[1])} (green).`
          : " Both ends lie outside the slice: no doubling is needed (green)."),
        `${scales.named(scale, text)} is drawn uniformly from it`
        + (refused ? `; ${refused === 1 ? "one value falls" : `${refused} values fall`} outside `
          + "the slice (crosses), and the interval is cut there (red)." : ", and lies inside the "
          + "slice at the first try."),
      ];
    },
  };

  const concave = {
    paint(p, see) {
      base(p, see, -ROW * 1.6);
      const h = level(p, see);
      bar(p, -ROW * 0.9, ...see.draw.ends, "green", see);
      for (const points of see.draw.looked || []) {
        const seen = points.filter((u) => u >= see.range[0] && u <= see.range[1]);
        p.dots(seen, seen.map((u) => height(see.curve, u)), {colour: "green", size: 3});
      }
      tried(p, see, h);
      drop(p, see);
    },
    words(see) {
      const {draw, scale, text} = see, refused = draw.tries.length - 1;
      const [low, high] = draw.ends.map((u) => placed(scale, u));
      return [
        `${LEVEL}; the log density has one peak, so that is one interval.`,
        "Its two ends are not known. From far outside they are closed in on, along straight lines "
        + `through points of the log density${draw.looked ? " (green dots, those that the "
        + "window holds)" : ""}: to ${low} and `
        + `${high} (green bar). The whole slice lies between these two; they may lie well outside `
        + "it.",
        `${scales.named(scale, text)} is drawn uniformly between them`
        + (refused ? `, and again until it lies in the slice: ${refused === 1 ? "one value falls "
          + "outside (cross)" : `${refused} values fall outside (crosses)`}${draw.cut
          ? ", and the interval is cut there" : ""}.` : "; the first value lies in the slice."),
      ];
    },
  };

  const VERDICT = "Accept where log u lies below the log ratio";

  /* Two bars on one line: log u against the log ratio. */
  function paintVerdict(p, see) {
    const {ratio, uniform, accepted} = see.draw, low = Math.max(-12, Math.min(-4, ratio - 1,
                                                                              uniform - 1));
    const high = Math.min(8, Math.max(1, ratio + 0.5)), shown = ratio === null ? low : ratio;
    p.sides.left = p.em(110);
    p.range([low, high], [0, 2]);
    p.axis("x");
    const end = Math.max(low, Math.min(shown, high));
    p.box(Math.min(0, end), Math.max(0, end), 1.15, 1.7, {colour: accepted ? "green" : "red"});
    p.box(Math.max(low, uniform), 0, 0.3, 0.85, {colour: "grey"});
    p.line([0, 0], [0, 2], {colour: "ink", width: 1});
    p.word(low, 1.42, `log ratio ${player.fixed(ratio, 2)}`, {anchor: "end", dx: -8, dy: 4});
    p.word(low, 0.57, `log u ${player.fixed(uniform, 2)}`, {anchor: "end", dx: -8, dy: 4});
  }

  const NO_WARM_UP = "There is no warm-up here, in which a walk would learn how long its steps "
    + "should be: they stay as long as they are at the start.";

  const metropolis = {
    paint(p, see) {
      base(p, see);
      const {draw} = see, to = inside(see, draw.to);
      const walk = {u: [], y: []};
      for (let k = -30; k <= 30; k++) {
        walk.u.push(draw.u + draw.scale * k / 10);
        walk.y.push(0.25 * Math.exp(-((k / 10) ** 2) / 2));
      }
      p.curve(walk.u, walk.y, {colour: "green", width: 1.5, dash: [2, 3]});
      p.line([draw.u, 0], [draw.u, height(see.curve, draw.u)], {colour: "ink", width: 1.5});
      p.line([to, 0], [to, height(see.curve, to)],
             {colour: draw.accepted ? "green" : "red", width: 2.5, dash: draw.accepted ? [] : [4,
                                                                                              3]});
      p.word(to, height(see.curve, to), draw.accepted ? "proposal" : "refused",
             {dy: -16, colour: draw.accepted ? "green" : "red"});
      drop(p, see);
    },
    side: () => VERDICT,
    paintSide: paintVerdict,
    words({draw, text, scale}) {
      return [
        `A step is proposed from the old value, ${scale.kind === "log" ? "a random factor"
          : `a random distance${along(scale, text)}`}: to ${text} = ${say(draw.proposal)} (the `
        + "dotted curve says how far steps go).",
        `The log of the ratio of the two heights is ${player.fixed(draw.ratio, 2)}; the log of `
        + `${UNIFORM}, is ${player.fixed(draw.uniform, 2)}, ${draw.accepted
          ? "below that: accepted." : "not below that: refused, the old value counts once more."}`,
        NO_WARM_UP];
    },
  };

  const ladder = {
    paint(p, see) {
      base(p, see);
      const {draw} = see, shares = scales.unpacked(draw.p, 0, 1), top = Math.max(...shares);
      shares.forEach((share, j) => {
        const u = draw.first + j * draw.spacing;
        if (u < see.range[0] || u > see.range[1]) return;
        const y = height(see.curve, u) || share / top, colour = j === draw.rung ? "orange"
          : j === draw.place ? "ink" : "green";
        p.line([u, 0], [u, y], {colour, width: j === draw.rung ? 5 : 3});
        // beside the rung that is drawn stands its value; its share is said in words
        if (j !== draw.rung && share >= 0.005 && p.width / shares.length > p.em(30)) {
          p.word(u, y, player.percent(share), {dy: -5, kind: "tick"});
        }
      });
      drop(p, see);
    },
    words({draw, scale, text}) {
      const shares = scales.unpacked(draw.p, 0, 1);
      const where = scale.kind === "line" ? "" : ` in ${scales.named(scale, text)}`;
      return [
        `A ladder of ${shares.length} rungs, equally far apart${where}, is laid at random over `
        + "the old value, which is one of the rungs (black).",
        "One rung is drawn in proportion to the height of the curve there (percentages): "
        + `rung ${draw.rung + 1}, which has ${player.percent(shares[draw.rung])}`
        + (draw.rung === draw.place ? ", the old one again." : " (orange)."),
        `Rungs are about h = ${player.number(draw.spacing, 2)} apart${where}. `
        + "There is no warm-up here, in which h would be learnt: if rungs lie far apart beside the "
        + "width of the curve, the old value is often drawn again."];
    },
  };

  const simplex = {
    paint(p, see) {
      p.range([-1, 2], [0, 1.12]);
      p.curve(see.curve.u, see.curve.y, {colour: "blue", width: 2.2, fill: true});
      p.axis("x", {ticks: [[0, "old shares"], [1, "proposed"]]});
      p.dots([0], [height(see.curve, 0)], {colour: "ink", size: 5, open: true});
      p.dots([1], [height(see.curve, 1)], {colour: see.draw.accepted ? "orange" : "red", size: 5});
    },
    side: () => VERDICT,
    paintSide: paintVerdict,
    words({draw}) {
      return [
        "Every share is multiplied by a random factor, and all are divided by their sum: the "
        + `proposal is ${draw.proposal.map((one) => player.percent(one)).join(", ")}. The curve is `
        + "the density along the way from the old shares to it.",
        `The log of the ratio of the two heights is ${player.fixed(draw.ratio, 2)}; the log of `
        + `${UNIFORM}, is ${player.fixed(draw.uniform, 2)}, ${draw.accepted
          ? "below that: accepted." : "not below that: refused, the old shares count once more."}`,
        NO_WARM_UP];
    },
  };

  const augmentation = {
    words({draw}) {
      const last = draw.passes[draw.passes.length - 1];
      return [
        "Invent what would make it easy: in every region the people of a category enter a "
        + "restaurant one by one, and sit down with others or open a new table. Given the number "
        + "of tables, the baseline has a Dirichlet distribution.",
        ...draw.passes.map((one, i) => `Pass ${i + 1}: tables ${one.z.map((m) => say(m))
          .join(", ")}; given these, shares ${one.x.map((x) => player.percent(x)).join(", ")}.`),
        last.a ? "The curves are those of the last pass: the density of each share, given the "
          + "tables." : "",
      ].filter(Boolean);
    },
  };

  const direct = {...closed};

  const byKind = {normal: closed, beta: closed, direct, griddy, slice, "concave slice": concave,
                  metropolis, ladder, "simplex walk": simplex, augmentation,
                  dirichlet: {words: () => [
                    "A closed form: all shares of a group are drawn at once, each from its curve, "
                    + "and they sum to one."]}};

  return {byKind, cuts};
})();
