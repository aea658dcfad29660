/* The page on Gibbs sampling: each conditional, the draw from it, what the sampler has so far. */
"use strict";

player.page("gibbs", {
  build(root, data, shell) {
    const ON_U = ["slice", "concave slice", "metropolis", "ladder"];  // shown as kernels see them
    gibbsWords.withKinds(data);
    const {element} = player, order = data.order, perSweep = order.length;
    const steps = perSweep * data.sweeps, states = gibbsState.all(data);
    const scaleOf = Object.fromEntries(order.map((one) => [one.name, scales.scale(
      data.scales[one.name])]));
    const grids = data.grids.map((one) => null);
    const marginal = gibbsState.marginals(data);
    const chosen = {group: Number(shell.asked.group) || 0, category: 0, coefficient: 0};
    let other = false;                     // the second of the pictures beside the first
    let whole = shell.asked.view !== "close";
    if (chosen.group >= data.shown) chosen.group = 0;

    // ---------------------------------------------------------------- the parts

    const strip = element("ol", {class: "strip", "aria-label": "the steps of one sweep"});
    const head = element("h2", {});
    const lines = element("div", {class: "lines"});
    const words = element("p", {class: "soft words"});
    const plot = player.plot({height: 300, kind: "main", margin: {left: 40, right: 12, top: 18}});
    const side = player.plot({height: 150, kind: "aside", margin: {left: 40, right: 12}});
    const sideHead = element("h3", {}), turn = player.button("", () => {
      other = !other;
      shell.refresh();
    }, {class: "turn"});
    const sideCard = element("div", {class: "side"}, element("div", {class: "top"}, sideHead, turn),
                             side.root);
    const comparison = element("p", {class: "compared"});
    const how = element("ol", {class: "how"}), why = element("div", {class: "why"});
    const many = element("div", {class: "many", role: "group", "aria-label": "groups"});
    const view = player.choice({
      label: "window", value: whole ? "whole" : "close",
      options: [["whole", Object.keys(marginal).length ? "the posterior" : "all draws"],
                ["close", "this curve"]],
      change(to) { whole = to === "whole"; shell.remember({view: to}); shell.refresh(); }});
    const legend = element("p", {class: "legend soft"});
    const plate = element("div", {class: "plate-holder"});
    const gone = element("p", {class: "soft"});
    const table = element("div", {class: "state"});
    const right = element("div", {class: "traces"});
    root.classList.add("gibbs");
    if (!Object.keys(data.diagrams).length) root.classList.add("without-diagram");
    root.append(strip, element("div", {class: "columns"},
      element("section", {class: "card now"}, head, lines, words),
      element("section", {class: "card picture"},
              element("div", {class: "top"}, legend, view.root), plot.root, comparison, sideCard,
              many, how, why),
      element("section", {class: "card diagram-card"},
              element("h2", {}, "What depends on what"), plate, gone),
      element("section", {class: "card state-card"}, element("h2", {}, "The state"), table),
      element("section", {class: "card traces-card"},
              element("h2", {}, "What it has drawn so far"), right,
              element("p", {class: "soft of-traces"}, "From the start on: there is no warm-up, and "
                + "no step has been tuned. So many independent draws as the ESS says would tell as "
                + "much; it may be more than were drawn, where neighbours tend to opposite sides "
                + "of the mean. Black: the exact posterior."))));

    if (data.others.length) root.append(gibbsWords.others(data));

    const chips = order.map((one, i) => {
      const chip = player.button("", () => {
        const sweep = Math.max(0, Math.ceil(shell.step / perSweep) - 1);
        shell.go(sweep * perSweep + i + 1);
      });
      chip.innerHTML = `${one.symbol}${one.again ? " again" : ""} <small>given ${[...one.shown, ...(
        one.data && one.shown.length ? ["<i>y</i>"] : [])].join(", ") || "the data"}</small>`;
      strip.append(element("li", {}, chip));
      return chip;
    });

    // ---------------------------------------------------------------- numbers of a step

    const place = (k) => ({i: (k - 1) % perSweep, sweep: Math.ceil(k / perSweep) - 1});

    /* Which element of a variable is looked at: its indices. */
    function looked(name) {
      const told = data.variables[name];
      return gibbsState.axes(told, states[0][name]).map((axis, d) => Math.min(
        chosen[axis] || 0, gibbsState.size(states[0][name], d) - 1));
    }

    const pick = gibbsState.pick;

    /* What kernels.js looks at: one number's draw, by its indices. */
    function seen(k, at) {
      const {i, sweep} = place(k), step = order[i];
      let draw = data.draws[step.name][sweep];
      if (draw.kind === "each") draw = gibbsState.one(draw, at[0]);
      if (draw.kind === "griddy" && !grids[draw.grid]) {
        grids[draw.grid] = curves.grid(data.grids[draw.grid], scaleOf[step.name]);
      }
      const read = (value, isCurve) => isCurve ? (typeof value[0] === "number" ? value
        : pick(value, at)) : pick(value, at);
      const scale = ON_U.includes(draw.kind) ? scaleOf[step.name] : scales.scale();
      const curve = draw.kind === "augmentation" || draw.kind === "dirichlet" ? null
        : curves.curveOf(draw, read, grids);
      const own = pick(marginal[step.drawn], at) || null;
      return {draw, step, sweep, scale, curve, marginal: own, grids, at,
              text: gibbsState.text(data, step.drawn, at),
              shared: data.variables[step.drawn].axes[0] !== "group",
              say: (one) => gibbsState.say(data, step.drawn, one),
              x: pick(states[k][step.drawn], at), before: pick(states[k - 1][step.drawn], at)};
    }

    const ranges = new Map();

    function drawnRange(see) {
      const key = `${see.step.name} ${see.at}`;
      if (!ranges.has(key)) ranges.set(key, gibbsState.drawnRange(data, states, see));
      return ranges.get(key);
    }

    /* From where to where a number is shown, on the scale u of its picture. */
    function range(see) {
      const {scale, curve, marginal: own, draw} = see;
      let low = Infinity, high = -Infinity;
      const hold = (u) => {
        if (Number.isFinite(u)) { low = Math.min(low, u); high = Math.max(high, u); }
      };
      if (whole && own) {
        gibbsState.windowOf(scale, own).forEach(hold);
        drawnRange(see).forEach(hold);
      } else if (whole && draw.m !== undefined) {
        drawnRange(see).forEach(hold);
      } else {
        gibbsState.body(curve, 0.001).forEach(hold);
        const before = scale.u(see.before);
        const room = 0.6 * (high - low);
        if (before > low - room && before < high + room) hold(before);
      }
      hold(scale.u(see.x));
      for (const u of [draw.to, ...(draw.ends || []), ...(whole ? [] : draw.start || [])]) {
        if (u !== undefined && (!whole || !own)) hold(u);
      }
      const room = 0.04 * (high - low || 1);
      return [low - (low === 0 && scale.kind === "line" ? 0 : room), high + room];
    }

    // ---------------------------------------------------------------- showing

    function show(k, moved) {
      const at = k === 0 ? null : looked(order[place(k).i].drawn);
      const now = k > 0 ? place(k).i : -1;
      chips.forEach((chip, i) => chip.setAttribute("aria-current", i === now ? "step" : "false"));
      if (strip.scrollWidth > strip.clientWidth) {         // on a phone: the chip comes into view
        strip.scrollLeft = now < 0 ? 0 : chips[now].offsetLeft - strip.clientWidth / 3;
      }
      if (k === 0) showStart();
      else showStep(k, at, moved);
      showState(k);
      showTraces(k);
    }

    function showStart() {
      head.replaceChildren("The start: values more spread out than the posterior");
      lines.replaceChildren();
      words.textContent = "A Gibbs sampler draws one variable at a time, from its density given "
        + "the current values of all others. Go a step forward for the first of these "
        + "conditionals.";
      how.replaceChildren();
      why.replaceChildren();
      comparison.textContent = "";
      sideCard.hidden = many.hidden = view.root.hidden = true;
      legend.textContent = "";
      const first = seen(1, looked(order[0].drawn));
      const told = data.diagrams[order[0].name];
      plate.replaceChildren(...(told ? [diagram.draw({...told, lit: "", blanket: [], gone: []},
                                                     `${data.groups} groups`)] : []));
      gone.textContent = "";
      plot.relabel("nothing has been drawn yet");
      plot.paint((p) => {
        if (!first.marginal) {
          p.range([0, 1], [0, 1]);
          p.word(0.5, 0.5, "here the next step shows its conditional", {colour: "faint"});
          return;
        }
        const see = {...first, curve: null, range: [first.marginal.low, first.marginal.high],
                     scale: scales.scale()};
        curves.base(p, see);
        p.word((see.range[0] + see.range[1]) / 2, 0.5, `exact posterior of ${first.text}`,
               {colour: "faint"});
      });
    }

    function showStep(k, at, moved) {
      const see = seen(k, at), {step, sweep, draw} = see;
      const kind = kernels.byKind[draw.kind];
      see.gridScale = scaleOf[step.name];
      gibbsWords.head(head, data, step, sweep, at);
      gibbsWords.lines(lines, data, states[k - 1], see);
      words.innerHTML = step.words;
      const keys = gibbsWords.legend(data, see, states[0]);       // a mark, its word, and so on
      legend.replaceChildren(...keys.flatMap((mark, i) => i % 2 ? []
        : [element("span", {class: "entry"}, mark, keys[i + 1]), " "]));
      view.root.hidden = draw.kind === "simplex walk" || draw.kind === "augmentation"
        || draw.kind === "dirichlet";
      how.replaceChildren(...gibbsWords.how(see, kind, data).map((text) => element("li", {},
                                                                                   text)));
      why.replaceChildren(gibbsWords.why(data.why[step.name]));
      const told = data.diagrams[step.name];
      plate.replaceChildren(...(told ? [diagram.draw(told, `${data.groups} groups`)] : []));
      gone.textContent = gibbsWords.collapsed(step, data);
      if (kind.paint) {
        see.range = range(see);
        see.moved = moved;
        plot.relabel(`${gibbsWords.sentence(data, states, k, at)}. Density of ${see.text} given `
          + `${step.given.join(", ") || "the data"}${step.data && step.given.length
            ? " and the data" : ""}.`);
        plot.paint((p) => {
          kind.paint(p, see);
          see.moved = false;
        });
      } else {
        plot.paint((p) => gibbsShares.paint(p, data, states, see, k));
      }
      sideCard.hidden = !kind.paintSide;
      comparison.replaceChildren(...player.lowered(curves.compared(see)));
      if (kind.paintSide) {
        const second = other && kind.paintOther;
        sideHead.textContent = second ? kind.other(see) : kind.side(see);
        turn.hidden = !kind.paintOther;
        turn.textContent = second ? "show the running sum" : "show the logarithm of q";
        side.relabel(sideHead.textContent);
        side.paint((p) => second ? kind.paintOther(p, see) : kind.paintSide(p, see));
      }
      showMany(k, see);
    }

    // all groups, small; the one that is looked at is pressed
    let cells = [], cellsOf = "";

    function showMany(k, see) {
      const axes = gibbsState.axes(data.variables[see.step.drawn], states[0][see.step.drawn]);
      many.hidden = !axes.length || axes[0] === "category";
      if (many.hidden) return;
      const axis = axes[0], names = gibbsState.labels(data, see.step.drawn, 0, states[0]);
      if (cellsOf !== see.step.name) {
        cellsOf = see.step.name;
        cells = names.map((name, j) => gibbsCells.cell(name, () => {
          chosen[axis] = j;
          if (axis === "group") shell.remember({group: j});
          shell.refresh();
        }));
        many.replaceChildren(...cells.map((one) => one.root));
      }
      const all = names.map((_, j) => seen(k, [j, ...see.at.slice(1)]));
      const ends = all.map((one) => one.marginal ? gibbsState.windowOf(one.scale, one.marginal)
        : one.curve ? gibbsState.body(one.curve, 0.01) : [0, 1]);
      const low = Math.min(...ends.map((one) => one[0]));
      const high = Math.max(...ends.map((one) => one[1]));
      const width = cells[0].canvas.clientWidth || 80;
      cells.forEach((one, j) => {
        one.root.setAttribute("aria-pressed", j === see.at[0]);
        one.paint(all[j], [low, high], width, data, j);
      });
    }

    // ---------------------------------------------------------------- state and traces

    const stateTable = gibbsTable.build(table, data, states, (j) => {
      chosen.group = j;
      shell.remember({group: j});
      shell.refresh();
    });

    function showState(k) {
      const step = k === 0 ? null : order[place(k).i];
      const moved = step ? data.draws[step.name][place(k).sweep].moved || {} : {};
      stateTable.show(k, step ? [step.drawn, ...Object.keys(moved)] : [], chosen.group);
    }

    const made = new Map();

    function showTraces(k) {
      const done = Math.floor(k / perSweep), nodes = [];
      for (const one of gibbsState.tracked(data, states, looked)) {
        const key = one.name + ":" + one.at.join(",");
        if (!made.has(key)) made.set(key, tracks.track(gibbsState.series(data, states, one,
                                                                        marginal)));
        const track = made.get(key);
        nodes.push(track);
        one.track = track;
      }
      if (nodes.length !== right.children.length || nodes.some((one, i) => one.root
          !== right.children[i])) {
        right.replaceChildren(...nodes.map((one) => one.root));
      }
      const drawn = k === 0 ? "" : order[place(k).i].drawn;
      nodes.forEach(({show: showOne, told}) => {
        const value = (step) => pick(states[step][told.name], told.at);
        const onScale = (step) => told.scale ? told.scale.u(value(step)) : value(step);
        showOne(done, tracks.underWay(k, perSweep, onScale), told.name === drawn);
      });
    }

    return {
      steps, stride: perSweep, words: {forward: "step", stride: "sweep"}, show,
      start: 0,
      sentence: (k) => k === 0 ? "The start. Step forward to draw."
        : gibbsWords.sentence(data, states, k, looked(order[place(k).i].drawn)),
      checks: () => data.checks.flatMap(({step, ess, rho}) => {
        const values = data.draws[step].map((draw) => [draw.x].flat(Infinity)[0]);
        return [[`effective sample size of ${step}`, diagnostics.effectiveSampleSize(values), ess],
                [`autocorrelation of ${step}`, diagnostics.autocorrelation(values, 10), rho]];
      }),
      keys: {
        w() { view.root.querySelector('[aria-pressed="false"]').click(); },
        g() { move(1); }, G() { move(-1); },
      },
      help: "G another group, W the window",
    };

    function move(by) {
      if (!data.shown) return;
      chosen.group = (chosen.group + by + data.shown) % data.shown;
      shell.remember({group: chosen.group});
      shell.refresh();
    }
  },
});
