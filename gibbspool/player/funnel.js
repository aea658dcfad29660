/* The page on the funnel and Hamiltonian Monte Carlo: one trajectory, half step by half step, in
the centred and in the non-centred form at once, from the same point with the same push.

The states are the moves of the leapfrog, three for each of its steps: half a step of the momentum,
a whole step of the position, the other half of the momentum. They are computed here (targets.js);
the draws and divergences in the picture are those of a run of gibbspool.hmc. */
"use strict";

player.page("hmc", {
  build(root, data, shell) {
    const {element, number, percent} = player;
    const pictures = funnelPictures, {stateAt, brokeIn} = pictures;
    const STEPS = data.steps, FORMS = ["centred", "noncentred"], {MOVES} = targets;
    const TITLES = {centred: "Centred", noncentred: "Non-centred"};
    const SMALLEST = 0.01, LARGEST = 3;
    const all = data.targets.map((one) => ({...one, densities: targets.make(one),
                                            geometry: funnelGeometry(one)}));
    const asked = shell.asked;
    let k = 0, said = "";
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
          q = target.geometry.typical(chosen.at[1], zq);
          q[target.place] = chosen.at[0];
        } else {
          const [, v] = target.starts[clamp(chosen.start, target.starts.length)];
          q = target.geometry.typical(v, zq);
        }
      }
      const momentum = (form) => z.map((one, d) => one / Math.sqrt(masses[form][d]));
      return {masses, centred: [q, replay ? replay.momentum : momentum("centred")],
              noncentred: [target.geometry.noncentred(q), momentum("noncentred")]};
    }

    function compute() {
      const begin = beginning();
      for (const form of FORMS) {
        paths[form] = targets.trajectory(target.densities[form], ...begin[form], chosen.size,
                                         begin.masses[form], STEPS, data.limit);
        paths[form].masses = begin.masses[form];
      }
    }

    /* The last move: where the longer path ends, by itself or by a divergence. */
    const ends = () => Math.max(...FORMS.map((form) => paths[form].length - 1));

    const scene = (form) => ({form, target, geometry: target.geometry, path: paths[form], k,
                              size: chosen.size, steps: STEPS, limit: data.limit});

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

    // ------------------------------------------------------------ the page

    const planes = {}, energies = {}, errors = {}, told = {}, subtitles = {};
    for (const form of FORMS) {
      planes[form] = player.plot({height: 400, label: "", kind: "clickable",
                                  margin: {left: 38, right: 8, top: 22, bottom: 22}});
      energies[form] = player.plot({height: 62, label: "",
                                    margin: {left: 38, right: 8, top: 20, bottom: 18}});
      errors[form] = player.plot({height: 118, label: "",
                                  margin: {left: 38, right: 8, top: 18, bottom: 22}});
      told[form] = element("p", {class: "told"});
      subtitles[form] = element("small", {});
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
        + "computer follows it in steps, the leapfrog. Its energy, potential (how improbable the "
        + "place is) plus kinetic (how fast it moves), should stay as it is. Steps that suit the "
        + "mouth of a funnel are too long for its neck: there the energy explodes, a divergence."),
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
          element("h2", {}, TITLES[form], subtitles[form]), planes[form].root,
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
      shell.resize(ends());
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
        const {typical, noncentred, centred, across} = target.geometry;
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

    // ------------------------------------------------------------ words

    const wrong = (x) => Math.abs(x) < 0.0005 ? "less than 0.0005" : number(x, 2);

    function status(form, at) {
      const broken = brokeIn(paths[form], at);
      const {error} = stateAt(paths[form], at);
      if (broken) {
        const off = Number.isFinite(error) ? number(Number(error.toPrecision(2)), 2)
          : "more than a number can hold";
        return `A divergence in step ${broken}: the energy is off by ${off}. `
          + "The sampler stops, and stays where it began.";
      }
      if (at < MOVES) return "The ball has its push: the arrow.";
      const chance = Math.exp(-Math.max(error, 0));
      const said = chance > 0.995 ? "for certain, or nearly so" : chance < 0.005
        ? "hardly ever (less than once in 200 times)" : `with probability ${percent(chance)}`;
      return `Step ${Math.floor(at / MOVES)}: energy off by ${wrong(error)}. If it ended here, the `
        + `path would be accepted ${said}.`;
    }

    function sentence(at) {
      const step = Math.ceil(at / MOVES);
      const moves = ["the slope there changes the momentum, the other half",
                     "the slope changes the momentum, by half a step",
                     "the ball moves a whole step"];
      const going = FORMS.filter((form) => at < paths[form].length);  // the other has stopped
      const whose = going.length === 1 ? `, ${TITLES[going[0]].toLowerCase()}` : "";
      const where = at === 0 ? "At the start: a random push"
        : `Step ${step}${whose}: ${moves[at % MOVES]}`;
      const each = FORMS.map((form) => {
        const broken = brokeIn(paths[form], at);
        return `${TITLES[form].toLowerCase()} ${broken ? `diverged in step ${broken} and stopped`
          : `off by ${wrong(stateAt(paths[form], at).error)}`}`;
      });
      return at < MOVES ? `${where}.` : `${where}. Energy: ${each.join(", ")}.`;
    }

    function remarks() {
      const {centred: one, noncentred: other} = target.forms, {up, ends: [low, high]} = target;
      const {room, tooLong} = target.geometry, found = [];
      const at = (v) => `${up} = ${player.fixed(v, 1)}`;
      const times = (form) => {
        const ratio = room(form, high) / room(form, low);
        return Math.max(ratio, 1 / ratio);
      };
      const still = times("noncentred") < 1.05
        ? `${target.moves.noncentred} can move as far everywhere: no funnel at all.`
        : `For ${target.moves.noncentred} it is ${number(times("noncentred"), 2)} times`
          + (times("noncentred") < 2 ? ": hardly a funnel." : ".");
      found.push(`The funnel: with all else held still, ${target.moves.centred} can move by about `
        + `${number(room("centred", low), 2)} at ${at(low)} and by `
        + `${number(room("centred", high), 2)} at ${at(high)}, `
        + `${number(times("centred"), 2)} times as far. ${still}`);
      const diverged = (run) => `${run.diverged || "none"} of ${run.transitions} transitions`;
      found.push(`In a recorded run, with a warm-up, ${diverged(one)} diverged in the centred form`
        + (one.diverged ? `, half of them (crosses) below ${at(one.median)}` : "")
        + `; in the non-centred form ${diverged(other)}.`);
      const share = (run) => `${player.fixed(100 * run.inNeck, 1)}%`;
      found.push(`In the neck, below ${at(low)}, is ${percent(target.neck)} of the probability. `
        + `Of the run's draws ${share(one)} lie there in the centred form, ${share(other)} in the `
        + "non-centred one.");
      const {masses} = paths.centred, {v} = one.plane;
      const {below, place} = tooLong("centred", chosen.size, masses);
      if (below > v[0]) {
        const name = target.names[place], overall = Math.sqrt(masses[place]);
        found.push(`Steps of ${number(chosen.size, 2)} are too long for the centred form `
          + (below < v.at(-1) ? `below ${at(below)} (shaded). ` : "everywhere. ")
          + "A step counts in units of each coordinate's overall standard deviation, which the run "
          + `has learnt: for ${name} that is ${number(overall, 2)}, so a step means `
          + `${number(chosen.size * overall, 2)}. With all else held still ${name} can move by `
          + "less than half of that there, and each step throws the ball further out.");
      }
      return found;
    }

    if (!asked.push) chosen.push = telling();
    compute();
    fillStarts();
    if (asked.page) remember();

    return {
      steps: ends(), stride: MOVES,
      words: {forward: "move", stride: "step"},
      show(at) {
        k = at;
        for (const form of FORMS) {
          planes[form].relabel(`The path over the density. ${status(form, at)}`);
          energies[form].relabel(`Potential and kinetic energy. ${status(form, at)}`);
          errors[form].relabel(`Error of the energy. ${status(form, at)}`);
          planes[form].paint((p) => pictures.plane(scene(form), p));
          energies[form].paint((p) => pictures.energy(scene(form), p));
          errors[form].paint((p) => pictures.errors(scene(form), p));
          told[form].textContent = status(form, at);
          subtitles[form].textContent = target.coordinates[form];
          told[form].classList.toggle("broken", brokeIn(paths[form], at) > 0);
        }
        learnt.textContent = "the run learnt "
          + FORMS.map((form) => `${number(target.forms[form].step_size, 2)} (${
            TITLES[form].toLowerCase()})`).join(" and ");
        const found = remarks();
        if (found.join() === said) return;
        said = found.join();
        seen.replaceChildren(...found.map((text) => element("li", {}, text)));
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
