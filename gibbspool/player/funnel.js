/* The page on the funnel and Hamiltonian Monte Carlo: one trajectory, half step by half step, in
the centred and in the non-centred form at once, from the same point with the same push.

The states are the moves of the leapfrog, three for each of its steps: half a step of the momentum,
a whole step of the position, the other half of the momentum. They are computed here (targets.js);
the draws and divergences in the picture are those of a run of gibbspool.hmc. */
"use strict";

player.page("hmc", {
  build(root, data, shell) {
    const {element, number, percent} = player;
    const STEPS = data.steps, FORMS = ["centred", "noncentred"], MOVES = 3;
    const TITLES = {centred: "Centred", noncentred: "Non-centred"};
    const SMALLEST = 0.01, LARGEST = 3;
    const all = data.targets.map((one) => ({...one, densities: targets.make(one)}));
    const asked = shell.asked;
    let k = 0;
    const chosen = {
      target: clamp(asked.target, all.length), push: clamp(asked.push, all[0].pushes.length),
      start: asked.start || "0", size: Number(asked.size) || null,
      at: asked.at ? asked.at.split("_").map(Number) : null,
    };
    let target = all[chosen.target], paths = {};
    if (!chosen.size) {
      chosen.size = replayed() ? replayed().step_size : between();
    }

    function clamp(text, length) {
      const whole = Math.floor(Number(text));
      return whole > 0 && whole < length ? whole : 0;
    }

    /* A step size between those that the run has learnt for the two forms. */
    function between() {
      return nice(Math.sqrt(target.forms.centred.step_size * target.forms.noncentred.step_size));
    }

    function nice(size) { return Number(size.toPrecision(2)); }

    // ------------------------------------------------------------ where it starts

    /* The other form's coordinates of a position, which has v at `up`. */
    function noncentred(q) {
      const v = q[target.upPlace];
      return target.kind === "neal" ? [v, ...q.slice(1).map((x) => x / Math.exp(v / 2))]
        : [q[0], v, ...q.slice(2).map((theta) => (theta - q[0]) / Math.exp(v))];
    }

    function centred(q) {
      const v = q[target.upPlace];
      return target.kind === "neal" ? [v, ...q.slice(1).map((x) => x * Math.exp(v / 2))]
        : [q[0], v, ...q.slice(2).map((raw) => q[0] + Math.exp(v) * raw)];
    }

    /* A typical position at the height v, from standard normal numbers. */
    function typical(v, z) {
      if (target.kind === "neal") return [v, ...z.slice(1).map((one) => Math.exp(v / 2) * one)];
      const tau = Math.exp(v), {m, s} = givenTau.mu(target, tau), mu = m + s * z[0];
      return [mu, v, ...target.y.map((_, j) => {
        const {mean, sd} = givenTau.thetaGivenMu(target, j, mu, tau);
        return mean + sd * z[2 + j];
      })];
    }

    /* The divergence that is followed, if one is. */
    function replayed() {
      return chosen.start.startsWith("r") && !chosen.at
        ? target.forms.centred.replays[Number(chosen.start.slice(1))] : null;
    }

    /* Position, momentum and masses of each form: the same point, the same standard numbers. */
    function beginning() {
      const replay = replayed();
      const masses = {centred: target.forms.centred.inverse_mass,
                      noncentred: target.forms.noncentred.inverse_mass};
      let q, z;
      if (replay) {
        masses.centred = replay.inverse_mass;
        q = replay.position;
        z = replay.momentum.map((p, d) => p * Math.sqrt(replay.inverse_mass[d]));
      } else {
        const [zq, zp] = target.pushes[chosen.push];
        z = zp;
        if (chosen.at) {
          q = typical(chosen.at[1], zq);
          q[target.place] = chosen.at[0];
        } else {
          q = typical(target.starts[clamp(chosen.start, target.starts.length)][1], zq);
        }
      }
      const momentum = (form) => z.map((one, d) => one / Math.sqrt(masses[form][d]));
      return {masses, centred: [replay ? q : q, replay ? replay.momentum : momentum("centred")],
              noncentred: [noncentred(q), momentum("noncentred")]};
    }

    /* What the picture shows across: of a centred theta its distance from mu. */
    function across(form, q) {
      const centre = target.kind === "normal" && form === "centred" ? q[0] : 0;
      return q[target.place] - centre;
    }

    function compute() {
      const begin = beginning();
      for (const form of FORMS) {
        paths[form] = targets.trajectory(target.densities[form], ...begin[form], chosen.size,
                                         begin.masses[form], STEPS, data.limit);
        paths[form].masses = begin.masses[form];
      }
    }

    /* A push with which the centred form breaks and the other does not, if there is one. */
    function telling() {
      const before = chosen.push;
      const found = target.pushes.findIndex((_, i) => {
        chosen.push = i;
        compute();
        return paths.centred.at(-1).broken && !paths.noncentred.at(-1).broken;
      });
      chosen.push = before;
      return Math.max(found, 0);
    }

    const state = (form, at) => paths[form][Math.min(at, paths[form].length - 1)];

    /* The step in which a trajectory has broken, as far as state `at`; 0 if it has not. */
    function brokeIn(form, at) {
      const last = paths[form].length - 1;
      return paths[form][last].broken && at >= last ? last / MOVES : 0;
    }

    // ------------------------------------------------------------ where a step is too long

    /* Heights v at which steps of this size cannot follow a group while v is held still: the
       leapfrog needs h < 2 of the width there. {below, above}: numbers, or null. */
    function tooLong(form, h) {
      const masses = paths[form].masses;
      if (target.kind === "neal") {
        const most = Math.max(...masses.slice(1)), v = Math.log(h ** 2 * most / 4);
        return form === "centred" ? {below: v, above: null}
          : {below: v > 0 ? Infinity : null, above: null};
      }
      const room = target.sigma.map((sigma, j) => ({sigma, left: 4 / (h ** 2 * masses[2 + j])}));
      if (form === "centred") {
        const taus = room.map(({sigma, left}) => left > 1 / sigma ** 2
          ? 1 / Math.sqrt(left - 1 / sigma ** 2) : Infinity);
        return {below: Math.log(Math.max(...taus)), above: null};
      }
      const taus = room.map(({sigma, left}) => left > 1 ? sigma * Math.sqrt(left - 1) : 0);
      return {below: null, above: Math.log(Math.min(...taus))};
    }

    // ------------------------------------------------------------ the page

    const planes = {}, energies = {}, errors = {}, told = {};
    for (const form of FORMS) {
      planes[form] = player.plot({height: 400, label: "", kind: "clickable",
                                  margin: {left: 34, right: 8, top: 22, bottom: 24}});
      energies[form] = player.plot({height: 62, label: "",
                                    margin: {left: 34, right: 8, top: 20, bottom: 18}});
      errors[form] = player.plot({height: 118, label: "",
                                  margin: {left: 34, right: 8, top: 18, bottom: 24}});
      told[form] = element("p", {class: "told"});
    }
    const starts = element("select", {id: "hmc-start"});
    const size = player.slider({
      label: "step size h", min: Math.log(SMALLEST), max: Math.log(LARGEST), step: 0.01,
      value: Math.log(chosen.size), say: (log) => number(Math.exp(log), 2),
      input: (log) => change({size: Number(Math.exp(log).toPrecision(3))})});
    size.root.id = "hmc-size";
    const learnt = element("span", {class: "learnt"});
    const seen = element("ul", {class: "seen"});
    const which = all.length > 1 ? player.choice({
      label: "density", options: all.map((one, i) => [i, one.name]), value: chosen.target,
      change: (i) => {
        target = all[i];
        Object.assign(chosen, {target: i, start: "0", at: null, size: between()});
        change({push: telling()});
        fillStarts();
      }}) : null;
    starts.addEventListener("change", () => {
      const replay = starts.value.startsWith("r")
        && target.forms.centred.replays[Number(starts.value.slice(1))];
      change({start: starts.value, at: null, ...(replay ? {size: replay.step_size} : {})});
      shell.go(0);
    });

    root.append(
      element("p", {class: "intro"},
        "Hamiltonian Monte Carlo gives a ball a random push and lets it roll over the density; the "
        + "computer follows it in steps, the leapfrog. A funnel is wide at the top and narrow at "
        + "the bottom: steps that suit the mouth are too long for the neck. Step through it, and "
        + "watch the energy, which should stay as it is."),
      element("section", {class: "card tuning"}, which && which.root,
        element("label", {class: "start"}, element("span", {}, "start"), starts),
        player.button("another push", () => {
          change({push: (chosen.push + 1) % target.pushes.length,
                  start: replayed() ? "0" : chosen.start});
          starts.value = chosen.at ? "own" : chosen.start;
          shell.go(0);
        }, {id: "hmc-push"}),
        size.root, learnt),
      element("div", {class: "panes"}, ...FORMS.map((form) =>
        element("section", {class: `card pane ${form}`},
          element("h2", {}, TITLES[form]), planes[form].root,
          element("div", {}, told[form], energies[form].root, errors[form].root)))),
      element("section", {class: "card remarks"},
        element("h2", {}, "What there is to see"), seen));

    function fillStarts() {
      const {replays} = target.forms.centred;
      starts.replaceChildren(
        ...target.starts.map(([name], i) => element("option", {value: i}, name)),
        ...replays.map((one, i) => element("option", {value: `r${i}`},
          `divergence ${i + 1} of the run, in its step ${one.n_steps}`)),
        element("option", {value: "own"}, "where you click in a picture"));
      starts.value = chosen.at ? "own" : chosen.start;
    }

    /* New settings: the paths are computed anew, and the same move is shown. */
    function change(more) {
      Object.assign(chosen, more);
      if (chosen.start === "own" && !chosen.at) {
        const begin = beginning().centred[0];
        chosen.at = [begin[target.place], begin[target.upPlace]];
      }
      compute();
      size.set(Math.log(chosen.size));
      remember();
      shell.refresh();
    }

    function remember() {
      shell.remember({target: chosen.target, start: chosen.start, push: chosen.push,
                      size: chosen.size,
                      at: chosen.at ? chosen.at.map((x) => x.toPrecision(6)).join("_") : ""});
    }

    for (const form of FORMS) {
      planes[form].words.addEventListener("click", (event) => {
        const p = planes[form], v = upValue(p, event.offsetY);
        const start = typical(v, target.pushes[chosen.push][0]);
        const own = form === "centred" ? start : noncentred(start);
        own[target.place] += p.value(event.offsetX) - across(form, own);
        const q = form === "centred" ? own : centred(own);
        change({start: "own", at: [q[target.place], v]});
        starts.value = "own";
        shell.go(0);
      });
    }

    function upValue(p, pixel) {
      const {v} = target.forms.centred.plane;
      return v.at(-1) - (pixel - p.sides.top) / (p.height - p.sides.top - p.sides.bottom)
        * (v.at(-1) - v[0]);
    }

    // ------------------------------------------------------------ pictures

    function paintPlane(form, p) {
      const {plane, draws, broke} = target.forms[form], pen = p.canvas.getContext("2d");
      const spread = plane.across[1] - plane.across[0];
      p.range([plane.across[0] - 0.12 * spread, plane.across[1] + 0.12 * spread],
              [plane.v[0], plane.v.at(-1)]);
      pen.save();
      pen.beginPath();
      pen.rect(p.sides.left, p.sides.top, p.width - p.sides.left - p.sides.right,
               p.height - p.sides.top - p.sides.bottom);
      pen.clip();
      paintContours(plane, p, pen);
      p.dots(draws[0], draws[1], {colour: "grey", size: 1.4, alpha: 0.45});
      paintTooLong(form, p, pen);
      paintCrosses(broke, p, pen);
      paintPath(form, p, pen);
      pen.restore();
      p.axis("x");
      p.axis("y");
      p.words.append(player.svg("text", {x: 2, y: 12, class: "title"}, target.up),
                     player.svg("text", {x: p.width - p.sides.right, y: 12, class: "title",
                                         "text-anchor": "end"},
                                (p.width < 250 ? "" : "across: ") + target.across[form]));
    }

    /* At the height v a contour runs at mean +- z sd, z^2 / 2 = top - level. */
    function paintContours(plane, p, pen) {
      const fine = finely(plane, 8);
      pen.fillStyle = player.colour("blue");
      for (const level of plane.levels) {
        const inside = fine.filter((one) => one.top > level);
        const edge = (one, side) => p.x(one.mean + side * Math.sqrt(2 * (one.top - level)) * one.sd);
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
    function finely({v, top, mean, sd}, times) {
      const found = [];
      for (let i = 0; i < (v.length - 1) * times; i++) {
        const low = Math.floor(i / times), part = i / times - low;
        const at = (list) => list[low] + part * (list[low + 1] - list[low]);
        found.push({v: at(v), top: at(top), mean: at(mean),
                    sd: sd[low] * (sd[low + 1] / sd[low]) ** part});
      }
      return found;
    }

    function paintTooLong(form, p, pen) {
      const {v} = target.forms[form].plane, {below, above} = tooLong(form, chosen.size);
      const zone = (from, to, text, dy) => {
        const [high, low] = [p.y(Math.min(to, v.at(-1))), p.y(Math.max(from, v[0]))];
        if (!(low > high)) return;
        pen.fillStyle = player.colour("red");
        pen.globalAlpha = 0.1;
        pen.fillRect(p.sides.left, high, p.width, low - high);
        pen.globalAlpha = 1;
        p.words.append(player.svg("text", {x: p.width - p.sides.right - 6,
                                           y: dy > 0 ? high + dy : low + dy,
                                           class: "zone", "text-anchor": "end"}, text));
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

    function paintPath(form, p, pen) {
      const {upPlace} = target, last = paths[form].length - 1, at = Math.min(k, last);
      const walked = paths[form].slice(0, at + 1).filter((_, i) => i % MOVES === 0
        || (i === at && i % MOVES === 2));
      const xs = walked.map(({q}) => across(form, q)), ys = walked.map(({q}) => q[upPlace]);
      p.curve(xs, ys, {colour: "ink", width: 1.6});
      p.dots(xs, ys, {colour: "ink", size: 2.6});
      p.dots([xs[0]], [ys[0]], {colour: "ink", size: 6, open: true});
      const now = state(form, k), broken = brokeIn(form, k);
      const x = p.x(across(form, now.q)), y = p.y(now.q[upPlace]);
      if (!broken) arrow(form, now, p, pen);
      if (Number.isFinite(x) && Number.isFinite(y)) {
        p.dots([across(form, now.q)], [now.q[upPlace]], {colour: broken ? "red" : "orange", size: 7});
      }
    }

    /* Where the momentum carries the ball: as far as one step does, but never too short to see. */
    function arrow(form, {q, p: momentum}, p, pen) {
      const {upPlace} = target, masses = paths[form].masses;
      const end = q.map((one, d) => one + chosen.size * masses[d] * momentum[d]);
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
    function paintEnergy(form, p) {
      const whole = paths[form].filter((one) => !one.broken);
      const lowest = Math.min(...whole.map((one) => one.potential));
      const first = paths[form][0], start = first.potential + first.kinetic - lowest;
      const now = state(form, k), room = 1.5 * start, cut = (x) => Math.min(x, room) || room;
      const potential = cut(now.potential - lowest), sum = cut(now.potential - lowest + now.kinetic);
      p.range([0, room], [0, 1]);
      p.bars([0, potential], [1], {colour: "blue"});
      p.bars([potential, Math.max(sum, potential)], [1], {colour: "orange"});
      p.line([start, -0.15], [start, 1.25], {colour: "ink", width: 2});
      p.word(start, 1, "start", {dy: -8, colour: "faint"});
      p.word(0, 1, "energy", {anchor: "start", dy: -8, kind: "title"});
      p.word(0, 0, "potential", {anchor: "start", dy: 14, colour: "blue"});
      p.word(room, 0, "kinetic", {anchor: "end", dy: 14, colour: "orange"});
      if (!(now.potential - lowest + now.kinetic <= room)) {
        p.word(room, 0.5, "\u25b6", {anchor: "end", dx: 9, dy: 5, colour: "red"});
      }
    }

    function paintErrors(form, p) {
      const shape = (x) => Number.isFinite(x) ? Math.max(-1.8, Math.min(Math.asinh(x), 9)) : 9;
      const done = paths[form].slice(0, k + 1).filter((_, i) => i % MOVES === 0);
      p.range([0, STEPS], [-2, 9.4]);
      p.axis("x");
      p.axis("y", {ticks: [0, 10, data.limit].map((x) => [Math.asinh(x), number(x, 1)])});
      p.line([0, 0], [STEPS, 0], {colour: "edge", width: 1});
      p.line([0, Math.asinh(data.limit)], [STEPS, Math.asinh(data.limit)],
             {colour: "red", dash: [5, 4]});
      p.words.append(player.svg("text", {x: p.sides.left + 4, y: 11, class: "title"},
                                p.width < 200 ? "its error" : "error of the energy, by step"));
      const ys = done.map((one) => shape(one.error));
      p.curve(done.map((_, i) => i), ys, {colour: "ink", width: 1.5});
      p.dots(done.map((_, i) => i), ys, {colour: "ink", size: 3});
      p.word(STEPS, Math.asinh(data.limit), "a divergence", {colour: "red", anchor: "end", dy: 13});
      const broken = brokeIn(form, k);
      if (broken) {
        p.dots([broken], [ys.at(-1)], {colour: "red", size: 6});
      }
    }

    // ------------------------------------------------------------ words

    const wrong = (x) => Math.abs(x) < 0.0005 ? "0" : number(x, 2);

    function status(form, at) {
      const broken = brokeIn(form, at);
      const {error} = state(form, at);
      if (broken) {
        return `A divergence in step ${broken}: the energy is off by `
          + `${Number.isFinite(error) ? number(Number(error.toPrecision(2)), 2) : "more than a number can hold"}. `
          + "The sampler stops, and stays where it began.";
      }
      if (at < MOVES) return "The ball has its push: the arrow.";
      const chance = Math.exp(-Math.max(error, 0));
      const said = chance > 0.995 ? "for certain, or nearly so" : chance < 0.005
        ? "hardly ever (less than once in 200 times)" : `with probability ${percent(chance)}`;
      return `Step ${Math.floor(at / MOVES)}: energy off by ${wrong(error)}. If it ended here, the path `
        + `would be accepted ${said}.`;
    }

    function sentence(at) {
      const step = Math.ceil(at / MOVES);
      const moves = ["the slope there changes the momentum, the other half",
                     "the slope changes the momentum, by half a step",
                     "the ball moves a whole step"];
      const where = at === 0 ? "At the start: a random push" : `Step ${step}: ${moves[at % MOVES]}`;
      const each = FORMS.map((form) => {
        const broken = brokeIn(form, at);
        return `${TITLES[form].toLowerCase()} ${broken ? `diverged in step ${broken}`
          : `off by ${wrong(state(form, at).error)}`}`;
      });
      return at < MOVES ? `${where}.` : `${where}. Energy: ${each.join(", ")}.`;
    }

    /* How far the group in the picture can move with all else held still: one sd at a height. */
    function room(form, v) {
      if (target.kind === "neal") return form === "centred" ? Math.exp(v / 2) : 1;
      const j = target.place - 2, {B, kept} = givenTau.pull(target, j, Math.exp(v));
      return form === "centred" ? Math.sqrt(kept) * target.sigma[j] : Math.sqrt(B);
    }

    function remarks() {
      const {centred: one, noncentred: other} = target.forms, {up, ends: [low, high]} = target;
      const at = (v) => `${up} = ${player.fixed(v, 1)}`, found = [];
      const times = (form) => Math.max(room(form, high) / room(form, low),
                                       room(form, low) / room(form, high));
      const left = times("noncentred") < 1.05 ? ", no funnel at all"
        : times("noncentred") < 2 ? ", hardly a funnel" : "";
      found.push(`The funnel: with all else held still, ${target.moves.centred} can move by about `
        + `${number(room("centred", low), 2)} at ${at(low)} and by ${number(room("centred", high), 2)} `
        + `at ${at(high)}, ${number(times("centred"), 2)} times as far. For ${target.moves.noncentred} `
        + `it is ${number(times("noncentred"), 2)} times${left}.`);
      found.push(one.diverged
        ? `In a run of ${one.transitions} transitions ${one.diverged} diverged in the centred form. `
          + `Half of these broke (crosses) below ${at(one.median)}, where only ${percent(one.below)} `
          + "of the probability is. The chain hardly gets into the neck, so that what it says of it "
          + "cannot be trusted."
        : `In a run of ${one.transitions} transitions none diverged in the centred form.`);
      found.push(other.diverged
        ? `In the non-centred form ${other.diverged} of ${other.transitions} diverged.`
        : `In the non-centred form none of ${other.transitions} diverged.`);
      const {below} = tooLong("centred", chosen.size), {v} = one.plane;
      if (below > v[0]) {
        found.push(`Steps of ${number(chosen.size, 2)} are too long for the centred form `
          + (below < v.at(-1) ? `below ${at(below)} (shaded): there` : "everywhere:")
          + " a step is more than twice as long as a group can move, and each one throws the ball "
          + "further out.");
      }
      return found;
    }

    if (!asked.push) chosen.push = telling();
    compute();
    fillStarts();
    if (asked.page) remember();

    return {
      steps: MOVES * STEPS, stride: MOVES,
      words: {forward: "half step", stride: "step"},
      show(at) {
        k = at;
        for (const form of FORMS) {
          planes[form].relabel(`The path over the density. ${status(form, at)}`);
          energies[form].relabel(`Potential and kinetic energy. ${status(form, at)}`);
          errors[form].relabel(`Error of the energy. ${status(form, at)}`);
          planes[form].paint((p) => paintPlane(form, p));
          energies[form].paint((p) => paintEnergy(form, p));
          errors[form].paint((p) => paintErrors(form, p));
          told[form].textContent = status(form, at);
          told[form].classList.toggle("broken", brokeIn(form, at) > 0);
        }
        learnt.textContent = "the run learnt "
          + FORMS.map((form) => `${number(target.forms[form].step_size, 2)} (${
            TITLES[form].toLowerCase()})`).join(" and ");
        seen.replaceChildren(...remarks().map((text) => element("li", {}, text)));
      },
      sentence,
      checks: () => all.flatMap((one) => FORMS.flatMap((form) => targets.checks(
        `${one.name}, ${form}`, one.densities[form], one.forms[form]))),
      keys: {
        ArrowUp() { change({size: Math.min(LARGEST, nice(chosen.size * 1.15))}); },
        ArrowDown() { change({size: Math.max(SMALLEST, nice(chosen.size / 1.15))}); },
        n() { root.querySelector("#hmc-push").click(); },
      },
      help: "up and down longer and shorter steps, N another push",
    };
  },
});
