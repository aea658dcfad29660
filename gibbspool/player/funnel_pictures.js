/* The pictures of the page on HMC: the path over the plane, the energy, the error of the energy.

   A scene is what they show: {form, target, geometry, path, k, size, steps, limit}, with the path
   from targets.trajectory (and its masses), of which state k is shown. */
"use strict";

const funnelPictures = (() => {
  const {number} = player, MOVES = targets.MOVES;
  const known = new WeakMap();          // planes whose fine heights were computed already

  const stateAt = (path, k) => path[Math.min(k, path.length - 1)];

  /* The step in which a path has broken, as far as state k; 0 if it has not. */
  function brokeIn(path, k) {
    const last = path.length - 1;
    return path[last].broken && k >= last ? last / MOVES : 0;
  }

  function plane(scene, p) {
    const {form, target} = scene, {plane, draws, broke} = target.forms[form];
    const pen = p.canvas.getContext("2d");
    const spread = plane.across[1] - plane.across[0];
    p.range([plane.across[0] - 0.12 * spread, plane.across[1] + 0.12 * spread],
            [plane.v[0], plane.v.at(-1)]);
    pen.save();
    pen.beginPath();
    pen.rect(p.sides.left, p.sides.top, p.width - p.sides.left - p.sides.right,
             p.height - p.sides.top - p.sides.bottom);
    pen.clip();
    paintContours(plane, p, pen);
    paintDraws(draws, p, pen);
    paintTooLong(scene, p, pen);
    paintCrosses(broke, p, pen);
    paintPath(scene, p, pen);
    pen.restore();
    p.axis("x");
    p.axis("y");
    p.label(p.em(2), p.em(12), target.up, {anchor: "start", kind: "title"});
    p.label(p.width - p.sides.right, p.em(12),
            (p.width < p.em(250) ? "" : "across: ") + target.across[form],
            {anchor: "end", kind: "title"});
  }

  /* At the height v a contour runs at mean +- z sd, z^2 / 2 = top - level. */
  function paintContours(plane, p, pen) {
    const fine = finely(plane);
    pen.fillStyle = player.colour("blue");
    for (const level of plane.levels) {
      const inside = fine.filter((one) => one.top > level);
      const edge = ({mean, top, sd}, side) => p.x(mean + side * Math.sqrt(2 * (top - level)) * sd);
      pen.globalAlpha = 0.13;
      pen.beginPath();
      for (const one of inside) pen.lineTo(edge(one, 1), p.y(one.v));
      for (const one of inside.reverse()) pen.lineTo(edge(one, -1), p.y(one.v));
      pen.closePath();
      pen.fill();
    }
    pen.globalAlpha = 1;
  }

  /* The plane's functions of v, at more heights: straight lines in between, of sd its log. */
  function finely(plane) {
    if (known.has(plane)) return known.get(plane);
    const {v, top, mean, sd} = plane, times = 8, found = [];
    for (let i = 0; i < (v.length - 1) * times; i++) {
      const low = Math.floor(i / times), part = i / times - low;
      const at = (list) => list[low] + part * (list[low + 1] - list[low]);
      found.push({v: at(v), top: at(top), mean: at(mean),
                  sd: sd[low] * (sd[low + 1] / sd[low]) ** part});
    }
    known.set(plane, found);
    return found;
  }

  function paintDraws([across, v], p, pen) {
    pen.fillStyle = player.colour("grey");
    pen.globalAlpha = 0.45;
    across.forEach((x, i) => pen.fillRect(p.x(x) - 1.2, p.y(v[i]) - 1.2, 2.4, 2.4));
    pen.globalAlpha = 1;
  }

  function paintTooLong({form, target, geometry, path, size}, p, pen) {
    const {v} = target.forms[form].plane;
    const {below, above} = geometry.tooLong(form, size, path.masses);
    const zone = (from, to, text, dy) => {
      const [high, low] = [p.y(Math.min(to, v.at(-1))), p.y(Math.max(from, v[0]))];
      if (!(low > high)) return;
      pen.fillStyle = player.colour("red");
      pen.globalAlpha = 0.1;
      pen.fillRect(p.sides.left, high, p.width, low - high);
      pen.globalAlpha = 1;
      const short = p.width - p.sides.left < p.em(150) ? text.replace("steps ", "") : text;
      p.label(p.width - p.sides.right - 6, (dy > 0 ? high : low) + p.em(dy), short,
              {anchor: "end", kind: "zone", colour: "red"});
    };
    if (below !== null) zone(-Infinity, below, "steps too long", 14);
    if (above !== null) zone(above, Infinity, "steps too long", -6);
  }

  function paintCrosses([across, v], p, pen) {
    pen.strokeStyle = player.colour("red");
    pen.lineWidth = 1.6;
    pen.beginPath();
    across.forEach((one, i) => {
      const x = p.x(one), y = p.y(v[i]);
      pen.moveTo(x - 3.5, y - 3.5);
      pen.lineTo(x + 3.5, y + 3.5);
      pen.moveTo(x - 3.5, y + 3.5);
      pen.lineTo(x + 3.5, y - 3.5);
    });
    pen.stroke();
  }

  function paintPath(scene, p, pen) {
    const {form, target, geometry, path, k} = scene, {upPlace} = target;
    const at = Math.min(k, path.length - 1);
    const walked = path.slice(0, at + 1).filter((_, i) => i % MOVES === 0
      || (i === at && i % MOVES === 2));
    const xs = walked.map(({q}) => geometry.across(form, q)), ys = walked.map(({q}) => q[upPlace]);
    p.curve(xs, ys, {colour: "ink", width: 1.6});
    p.dots(xs, ys, {colour: "ink", size: 2.6});
    p.dots([xs[0]], [ys[0]], {colour: "ink", size: 6, open: true});
    const now = path[at], broken = brokeIn(path, k);
    const x = p.x(geometry.across(form, now.q)), y = p.y(now.q[upPlace]);
    if (!broken) arrow(scene, now, p, pen);
    if (Number.isFinite(x) && Number.isFinite(y)) {
      p.dots([geometry.across(form, now.q)], [now.q[upPlace]],
             {colour: broken ? "red" : "orange", size: 7});
    }
  }

  /* Where the momentum carries the ball: as far as one step does, but never too short to see. */
  function arrow({form, target, geometry, path, size}, {q, p: momentum}, p, pen) {
    const {upPlace} = target, {across} = geometry;
    const end = q.map((one, d) => one + size * path.masses[d] * momentum[d]);
    const from = [p.x(across(form, q)), p.y(q[upPlace])];
    let move = [p.x(across(form, end)) - from[0], p.y(end[upPlace]) - from[1]];
    const length = Math.hypot(...move);
    if (!(length > 0) || !Number.isFinite(length)) return;
    const shown = Math.max(26, Math.min(length, 150));
    move = move.map((one) => one * shown / length);
    const to = [from[0] + move[0], from[1] + move[1]], turn = Math.atan2(move[1], move[0]);
    pen.strokeStyle = pen.fillStyle = player.colour("orange");
    pen.lineWidth = 3;
    pen.beginPath();
    pen.moveTo(...from);
    pen.lineTo(...to);
    pen.stroke();
    pen.beginPath();
    pen.moveTo(to[0] + 5 * Math.cos(turn), to[1] + 5 * Math.sin(turn));
    for (const side of [2.5, -2.5]) {
      pen.lineTo(to[0] + 9 * Math.cos(turn + side), to[1] + 9 * Math.sin(turn + side));
    }
    pen.closePath();
    pen.fill();
  }

  /* Potential and kinetic energy, end to end; on the exact path they would reach the mark. */
  function energy({path, k}, p) {
    const whole = path.filter((one) => !one.broken);
    const lowest = Math.min(...whole.map((one) => one.potential));
    const first = path[0], start = first.potential + first.kinetic - lowest;
    const now = stateAt(path, k), above = now.potential - lowest;
    const room = 1.5 * start, cut = (x) => Math.min(x, room) || room;
    const potential = cut(above), sum = cut(above + now.kinetic);
    p.range([0, room], [0, 1]);
    p.bars([0, potential], [1], {colour: "blue"});
    p.bars([potential, Math.max(sum, potential)], [1], {colour: "orange"});
    p.line([start, -0.15], [start, 1.25], {colour: "ink", width: 2, beyond: p.em(4)});
    p.word(start, 1, "start", {dy: -8, colour: "faint"});
    p.word(0, 1, "energy", {anchor: "start", dy: -8, kind: "title"});
    p.word(0, 0, "potential", {anchor: "start", dy: 14, colour: "blue"});
    p.word(room, 0, "kinetic", {anchor: "end", dy: 14, colour: "orange"});
    if (!(above + now.kinetic <= room)) {
      p.word(room, 0.5, "\u25b6", {anchor: "end", dx: 7, dy: 5, colour: "red"});
    }
  }

  function errors({path, k, steps, limit}, p) {
    const shape = (x) => Number.isFinite(x) ? Math.max(-1.8, Math.min(Math.asinh(x), 9)) : 9;
    const done = path.slice(0, k + 1).filter((_, i) => i % MOVES === 0);
    p.range([0, steps], [-2, 9.4]);
    p.axis("x");
    p.axis("y", {ticks: [0, 10, limit].map((x) => [Math.asinh(x), number(x, 1)])});
    p.line([0, 0], [steps, 0], {colour: "edge", width: 1});
    p.line([0, Math.asinh(limit)], [steps, Math.asinh(limit)],
           {colour: "red", dash: [5, 4]});
    p.label(p.sides.left + 4, p.em(11), p.width < p.em(200) ? "its error"
      : "error of the energy, by step", {anchor: "start", kind: "title"});
    const ys = done.map((one) => shape(one.error));
    p.curve(done.map((_, i) => i), ys, {colour: "ink", width: 1.5});
    p.dots(done.map((_, i) => i), ys, {colour: "ink", size: 3});
    p.word(steps, Math.asinh(limit), "a divergence", {colour: "red", anchor: "end", dy: 13});
    const broken = brokeIn(path, k);
    if (broken) {
      p.dots([broken], [ys.at(-1)], {colour: "red", size: 6});
    }
  }

  return {plane, energy, errors, stateAt, brokeIn};
})();
