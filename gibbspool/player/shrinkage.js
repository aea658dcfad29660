/* The page on shrinkage: tau is moved, and every group's estimate moves with it.

The states are the stops of tau, from 0 to infinity. What is drawn at a stop is computed here, in
closed form (given_tau.js), and checked against a table from gibbspool; the posterior of tau and
the estimates averaged over it are recorded. */
"use strict";

player.page("shrinkage", {
  build(root, data, shell) {
    const {element, percent} = player;
    const stops = data.tau.stops, last = stops.length;     // behind the last stop: infinity
    const largest = stops[last - 1], right = largest * 1.1;
    const pictures = shrinkagePictures, {ROW} = pictures;
    let averaged = shell.asked.averaged === "yes";
    let chosen = data.shown.includes(Number(shell.asked.group)) ? Number(shell.asked.group)
      : farthest();
    let k = middle(), shown = false;
    if (shell.asked.page) shell.remember({averaged: averaged ? "yes" : "no", group: chosen});

    // ------------------------------------------------------------ what is known at a stop

    const own = data.shown.map((j) => ({mean: data.y[j], low: data.y[j] - data.z * data.sigma[j],
                                        high: data.y[j] + data.z * data.sigma[j]}));
    const low = Math.min(...own.map((one) => one.low));
    const high = Math.max(...own.map((one) => one.high));
    const width = [low - 0.02 * (high - low), high + 0.02 * (high - low)];
    const decimals = Math.max(0, Math.min(8, 1 - Math.floor(Math.log10((high - low) / 10))));
    const number = (x) => player.fixed(x, decimals);

    const tauAt = (at) => at >= last ? Infinity : stops[at];

    function middle() {
      const at = stops.findIndex((tau) => tau >= data.tau.median);
      return at < 0 ? last - 1 : at;
    }

    /* The shown group that full pooling would move furthest, in its own standard errors. */
    function farthest() {
      const {m} = givenTau.mu(data, 0);
      const off = (j) => Math.abs(data.y[j] - m) / data.sigma[j];
      return data.shown.reduce((best, j) => off(j) > off(best) ? j : best, data.shown[0]);
    }

    /* Estimates and intervals of the shown groups, and of mu, as they are to be drawn. */
    function estimates(at) {
      const tau = tauAt(at);
      if (averaged) {
        return {mu: data.averaged.mu, pull: data.averaged.pull, theta: data.averaged.theta};
      }
      const mu = givenTau.mu(data, tau);
      const around = ({mean, sd}) => ({mean, low: mean - data.z * sd, high: mean + data.z * sd});
      return {
        mu: tau === Infinity ? null : around({mean: mu.m, sd: mu.s}),
        pull: data.shown.map((j) => givenTau.pull(data, j, tau).B),
        theta: data.shown.map((j) => around(givenTau.theta(data, j, tau, mu))),
      };
    }

    /* What the pictures show. */
    const scene = () => ({data, stops, largest, right, k, tau: tauAt(k), averaged, chosen, own,
                          width, number, ...estimates(k)});

    // ------------------------------------------------------------ the page

    const mode = player.choice({
      label: "the estimates",
      options: [["one", "at this τ"], ["all", "averaged over τ"]],
      value: averaged ? "all" : "one", change: (to) => average(to === "all")});
    const ofTau = player.plot({height: 210, label: "", kind: "draggable",
                               margin: {left: 14, right: 14, top: 12, bottom: 22}});
    const together = player.plot({height: 170, label: "", margin: sides({top: 20, bottom: 6})});
    const forest = player.plot({height: ROW * data.shown.length + 48, label: "",
                                margin: sides({top: 20, bottom: 22})});
    const seen = element("ul", {class: "seen"});
    const band = element("span", {}, " The green band is μ’s interval.");
    const groups = data.shown.length < data.y.length
      ? ` ${data.shown.length} of the ${data.y.length} groups are drawn.` : "";

    root.append(
      element("p", {class: "intro"},
        "Each group has its own estimate, and it is uncertain. τ (tau) says how far the groups "
        + "truly lie apart. The smaller τ is, the more a group learns from the others, and the "
        + "further its estimate is pulled to their common mean, μ (mu)."),
      ...(data.note ? [element("p", {class: "intro soft"}, data.note)] : []),
      element("div", {class: "shrinkage"},
        element("section", {class: "card of-tau"},
          element("h2", {}, "How far apart are the groups? τ, given the data"),
          ofTau.root,
          element("div", {class: "ends"},
            player.button("τ = 0: complete pooling", () => moveTo(0), {id: "shrinkage-complete"}),
            player.button("τ = ∞: no pooling", () => moveTo(last), {id: "shrinkage-none"})),
          mode.root),
        element("section", {class: "card of-groups"},
          element("h2", {}, "What becomes of each group"),
          together.root, forest.root,
          element("p", {class: "soft"}, `Lines are ${percent(data.prob)} intervals: grey a group's `
            + "own, blue the pooled one. Click a group, or press the up and down arrows, to follow "
            + `it.${groups}`, band)),
        element("section", {class: "card remarks"},
          element("h2", {}, "What there is to see"), seen)));

    function sides(more) {
      return {left: Math.min(120, 22 + 7.5 * longest()), right: 62, ...more};
    }

    function longest() {
      return Math.max("pooled".length, ...data.shown.map((j) => pictures.short(data.groups[j])
        .length));
    }

    // ------------------------------------------------------------ moving

    function moveTo(at) {
      if (averaged) set(false);
      shell.go(at);
    }

    function average(on) {
      set(on);
      shell.refresh();
    }

    function set(on) {
      averaged = on;
      mode.set(on ? "all" : "one");
      shell.remember({averaged: on ? "yes" : "no"});
    }

    function follow(j) {
      chosen = j;
      shell.remember({group: j});
      shell.refresh();
    }

    function neighbour(by) {
      const rows = data.shown.length;
      follow(data.shown[(data.shown.indexOf(chosen) + by + rows) % rows]);
    }

    function drag(event) {
      if (event.type === "pointermove" && !(event.buttons & 1)) return;
      const tau = ofTau.value(event.offsetX);
      const at = tau > largest * 1.04 ? last
        : Math.max(0, Math.min(last - 1, Math.round(tau / largest * (last - 1))));
      moveTo(at);
    }
    ofTau.words.addEventListener("pointerdown", (event) => {
      ofTau.words.setPointerCapture(event.pointerId);
      drag(event);
    });
    ofTau.words.addEventListener("pointermove", drag);
    forest.words.addEventListener("click", (event) => {
      const row = Math.floor((event.offsetY - forest.sides.top) / rowHeight());
      if (row >= 0 && row < data.shown.length) follow(data.shown[row]);
    });

    const rowHeight = () => (forest.height - forest.sides.top - forest.sides.bottom)
      / data.shown.length;

    // ------------------------------------------------------------ what there is to say

    const between = ({low, high}) => `${number(low)} to ${number(high)}`;

    function sentence(at) {
      const tau = tauAt(at), i = data.shown.indexOf(chosen), j = chosen;
      const {mu, pull, theta} = estimates(at);
      const name = data.groups[j], y = number(data.y[j]);
      if (averaged) {
        return `Averaged over τ: ${name} goes from ${y} to ${number(theta[i].mean)}, with the `
          + `interval ${between(theta[i])}. This is the hierarchical model's answer.`;
      }
      if (tau === 0) {
        return `τ = 0, complete pooling: every group gets the same answer, μ = `
          + `${number(mu.mean)}, with the interval ${between(mu)}.`;
      }
      if (tau === Infinity) {
        return `τ = ∞, no pooling: every group keeps its own estimate; ${name} stays at ${y}.`;
      }
      return `τ = ${player.number(tau)}: ${name} is pulled ${percent(pull[i])} of the way from `
        + `its own ${y} to μ = ${number(mu.mean)}, and becomes ${number(theta[i].mean)}.`;
    }

    /* What holds for these data at this stop; each remark is computed. */
    function remarks(at) {
      const tau = tauAt(at), i = data.shown.indexOf(chosen), name = data.groups[chosen];
      const found = [], posterior = data.tau.posterior;
      const half = `half of its probability lies above ${number(data.tau.median)}`;
      if (posterior.indexOf(Math.max(...posterior)) === 0) {
        found.push("The density of τ is highest at 0, where the groups would all be equal; and "
          + `yet ${half}. The data leave τ open, so no single value will do.`);
      } else {
        const top = stops[posterior.indexOf(Math.max(...posterior))];
        found.push(`The density of τ is highest near ${number(top)}; ${half}.`);
      }
      const over = data.averaged.theta[i], spread = over.high - over.low;
      if (!averaged && tau < Infinity) {
        const one = estimates(at).theta[i], here = one.high - one.low;
        const than = here < 0.985 * spread ? "narrower than" : here > 1.015 * spread
          ? "wider than" : "as wide as";
        found.push(`As if τ were known to be ${player.number(tau)}, the interval of ${name} is `
          + `${number(here)} wide: ${than} averaged over τ (${number(spread)}).`
          + (than === "narrower than" ? " What is not known of τ is missing in it." : ""));
      } else if (averaged) {
        found.push(`Averaged over τ the interval of ${name} is ${number(spread)} wide, without `
          + `pooling ${number(own[i].high - own[i].low)}: the other groups have told something `
          + `about ${name}.`);
      }
      const pulls = estimates(at).pull.map((B, row) => ({j: data.shown[row], B}))
        .sort((a, b) => b.B - a.B);
      const [most, least] = [pulls[0], pulls.at(-1)];
      if ((averaged || (tau > 0 && tau < Infinity))
          && data.sigma[most.j] > 1.02 * data.sigma[least.j]) {
        found.push(`${averaged ? "On average over τ" : `At τ = ${player.number(tau)}`}, `
          + `${data.groups[most.j]}, the least certain (standard error `
          + `${number(data.sigma[most.j])}), is pulled ${percent(most.B)} of the way; `
          + `${data.groups[least.j]}, the most certain `
          + `(${number(data.sigma[least.j])}), ${percent(least.B)}.`);
      }
      const swap = overtaking(at);
      if (swap) {
        found.push(`${data.groups[swap[0]]}'s own estimate is above ${data.groups[swap[1]]}'s, its `
          + "pooled one below: its lines cross, for it is the less certain of the two.");
      }
      return found;
    }

    /* Two groups that change places: [the higher by its own estimate, the other]; or null. */
    function overtaking(at) {
      const {theta} = estimates(at);
      let best = null, gap = 0;
      data.shown.forEach((a, i) => data.shown.forEach((b, l) => {
        const apart = data.y[a] - data.y[b];
        if (apart > gap && theta[i].mean < theta[l].mean - 1e-9 * (high - low)
            && data.sigma[a] > data.sigma[b]) {
          best = [a, b];
          gap = apart;
        }
      }));
      return best;
    }

    return {
      steps: last, stride: 10, start: k,
      words: {forward: "τ", stride: "10 τ"},
      show(at) {
        if (shown && averaged && at !== k) set(false);   // a step goes to one τ
        shown = true;
        k = at;
        band.hidden = !scene().mu;
        ofTau.relabel(`The posterior density of τ. ${sentence(at)}`);
        together.relabel("Every group's own estimate above and its pooled one below. "
          + sentence(at));
        forest.relabel(`Intervals of every group. ${sentence(at)}`);
        ofTau.paint((p) => pictures.ofTau(scene(), p));
        together.paint((p) => pictures.together(scene(), p));
        forest.paint((p) => pictures.forest(scene(), p));
        seen.replaceChildren(...remarks(at).map((text) => element("li", {}, text)));
      },
      sentence,
      checks() {
        return data.table.flatMap((row) => {
          const mu = givenTau.mu(data, row.tau);
          const theta = data.y.map((_, j) => givenTau.theta(data, j, row.tau, mu));
          const said = `given tau = ${row.tau}`;
          return [[`mu ${said}`, [mu.m, mu.s], [row.m, row.s]],
                  [`means ${said}`, theta.map((one) => one.mean), row.mean],
                  [`sds ${said}`, theta.map((one) => one.sd), row.sd]];
        });
      },
      keys: {
        a() { average(!averaged); },
        ArrowUp() { neighbour(-1); },
        ArrowDown() { neighbour(1); },
      },
      help: "A averaged over τ, up and down another group",
    };
  },
});
