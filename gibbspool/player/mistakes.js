/* The page that asks what went wrong: two samplers, one with a mistake of the homework's bank.

Everything is recorded: the chains, the exact posterior, and what the checks say. The states are the
draws of the traces. */
"use strict";

player.page("mistakes", {
  build(root, data, shell) {
    const {element, number} = player;
    const NAMES = ["A", "B"], {puzzles} = data;
    let k = data.trace, drawn = "";
    let at = Number(shell.asked.puzzle) - 1;
    if (!(at in puzzles)) at = 0;
    let exact = shell.asked.exact === "yes";
    let name = Object.keys(puzzles[at].variables).includes(shell.asked.variable)
      ? shell.asked.variable : "τ";
    const guesses = puzzles.map(() => null);
    if (NAMES.includes(shell.asked.guess)) {
      guesses[at] = NAMES.indexOf(shell.asked.guess);
      exact = true;
    }

    const puzzle = () => puzzles[at], guess = () => guesses[at];

    // ------------------------------------------------------------ the page

    const traces = [0, 1].map(() => player.plot({height: 190, label: "",
                                                 margin: {left: 46, top: 20}}));
    const histograms = [0, 1].map(() => player.plot({height: 170, label: "", margin: {left: 46}}));
    const buttons = NAMES.map((one, side) => player.button(
      `${one} has the mistake`, () => answer(side), {class: "guess", id: `mistakes-${one}`}));
    const titles = NAMES.map(() => element("h2", {}));
    const all = NAMES.map(() => element("p", {class: "soft shown"}));
    const model = element("span", {}), inside = element("div", {class: "check"});
    const result = element("div", {class: "result"});
    const which = player.choice({
      label: "puzzle", options: puzzles.map((_, i) => [i, String(i + 1)]), value: at,
      change: (i) => { at = i; fillVariables(); shell.refresh(); }});
    const variables = element("div", {});
    const uncover = player.button("show the exact posterior", () => {
      exact = !exact;
      shell.refresh();
    }, {id: "mistakes-exact", "aria-pressed": "false"});

    root.append(
      element("p", {class: "intro"},
        "Two Gibbs samplers of the same model and data, from the same start; one has a mistake "
        + "that students make. Which one? Look at the draws, and below at what they are drawn "
        + "from; guess, and then see which check finds it. The model: y ~ Normal(θ, σ), "
        + "θ ~ Normal(μ, τ), ", model, "."),
      element("section", {class: "card tuning"}, puzzles.length > 1 && which.root, variables,
              uncover),
      element("div", {class: "samplers"}, ...[0, 1].map((side) =>
        element("section", {class: "card"},
                element("div", {class: "top"}, titles[side], buttons[side]),
                element("p", {class: "soft shown"}, `The first ${data.trace} draws, few enough for `
                  + "single steps to be seen"), traces[side].root,
                all[side], histograms[side].root))),
      element("section", {class: "card inside-card"}, inside),
      element("section", {class: "card result-card"}, result));

    /* What both draw from at one state: from these numbers a reader can compute what is right. */
    function fillInside() {
      const one = puzzle();
      for (const node of all) {
        node.textContent = `All ${one.long} draws, enough for a mean that is off to show`;
      }
      model.textContent = one.model.join(", ");
      const at = Object.entries(one.given).map(([name, value]) => `${name} = ${value}`).join(", ");
      inside.replaceChildren(element("h3", {}, "One state, the same for both: what does each "
        + "draw from?"), element("p", {class: "soft"}, `${at} (y and σ are those of `
        + `${one.label})`), element("table", {},
        element("thead", {}, element("tr", {}, ...["", "A", "B"].map((head) => element("th", {},
                                                                                        head)))),
        element("tbody", {}, ...[`θ of ${one.label}`, "μ", "τ"].map((drawn, row) => element("tr",
          {}, ...[drawn, one.inside[0][row], one.inside[1][row]].map((text) => element("td", {},
                                                                                  text)))))));
    }

    function fillVariables() {
      fillInside();
      const names = Object.keys(puzzle().variables);
      if (!names.includes(name)) name = names[0];
      variables.replaceChildren(player.choice({
        label: "look at", options: names.map((one) => [one, one]), value: name,
        change: (to) => { name = to; shell.refresh(); }}).root);
    }

    function answer(side) {
      guesses[at] = side;
      exact = true;
      shell.refresh();
      result.scrollIntoView({block: "nearest", behavior: player.still() ? "auto" : "smooth"});
    }

    function next() {
      at = (at + 1) % puzzles.length;
      which.set(at);
      exact = false;
      fillVariables();
      shell.go(data.trace);
    }

    // ------------------------------------------------------------ pictures

    const colourOf = (side) => guess() === null ? "blue"
      : side === puzzle().wrong ? "red" : "green";

    function paintTrace(side, p) {
      const {traces: lists, range} = puzzle().variables[name], draws = lists[side].slice(0, k);
      const off = range[1] - range[0], inside = (x) => Math.max(range[0] - off,
                                                                Math.min(range[1] + off, x));
      p.range([0, data.trace], range);
      p.axis("x", {title: "draw"});
      p.axis("y");
      p.label(p.em(4), p.em(12), name, {anchor: "start", kind: "title"});
      p.curve(draws.map((_, i) => i + 1), draws.map(inside), {colour: colourOf(side), width: 1.2});
      if (k > 0 && k < data.trace) {
        p.dots([k], [Math.max(range[0], Math.min(range[1], draws[k - 1]))],
               {colour: "orange", size: 5});
      }
    }

    function paintHistogram(side, p) {
      const {range, histograms: lists, exact: told} = puzzle().variables[name];
      const density = scales.density(told);
      const [low, high] = range, bins = lists[side].length, width = (high - low) / bins;
      const heights = lists.map((counts) => counts.map((count) => count / (puzzle().long * width)));
      const edges = heights[side].map((_, i) => low + i * width).concat(high);
      const top = 1.1 * Math.min(Math.max(...heights.flat(), exact ? density.top : 0),
                                 3 * density.top);
      p.range(range, [0, top]);
      p.bars(edges, heights[side].map((one) => Math.min(one, top)),
             {colour: colourOf(side), alpha: 0.55});
      if (exact) {
        const {x: xs, y: ys} = density, peak = ys.indexOf(Math.max(...ys));
        p.curve(xs, ys, {colour: "ink", width: 2.5});
        const right = xs[peak] < (low + high) / 2;
        p.word(xs[peak], ys[peak], "exact", {anchor: right ? "start" : "end",
                                                  dx: right ? 14 : -14, dy: 8, kind: "strong"});
      }
      p.axis("x", {title: name});
    }

    // ------------------------------------------------------------ words

    const wrongOnes = (checks) => checks.filter((one) => !one.ok);

    function verdict() {
      const one = puzzle(), said = NAMES[one.wrong];
      return guess() === one.wrong ? `Right: sampler ${said} has the mistake.`
        : `No: sampler ${said} has the mistake, ${NAMES[1 - one.wrong]} is right.`;
    }

    /* Which check finds it, and what that means. */
    function caught() {
      const formulas = wrongOnes(puzzle().conditionals).length > 0;
      const draws = wrongOnes(puzzle().exact).length > 0;
      if (formulas && draws) {
        return "Both checks find it. The check of the conditionals needs no draws at all, and says "
          + "which formula to look at.";
      }
      if (formulas) {
        return "Only the check of the conditionals finds it: a formula is wrong, but on these "
          + "data it changes the draws too little to be seen.";
      }
      if (draws) {
        return "Only the exact posterior finds it: each formula, looked at by itself, is right. "
          + "The mistake is in how the draws are made, or in which values the formulas are given.";
      }
      const stuck = Object.keys(puzzle().moves).filter((one) => !puzzle().moves[one]);
      return stuck.length ? `Neither check finds it: ${stuck.join(", ")} never moves, and what `
        + "never moves stays right if it began right. The trace shows it."
        : "Neither check finds it here: the sampler still leads to the posterior, only more "
        + "slowly, or what is off is too small to be seen in its draws.";
    }

    function table(caption, head, rows) {
      return element("div", {class: "check"}, element("h3", {}, caption), element("table", {},
        element("thead", {}, element("tr", {}, ...head.map((one) => element("th", {}, one)))),
        element("tbody", {}, ...rows.map(({ok, cells}) => element("tr",
          {class: ok ? "ok" : "wrong"}, ...cells.map((one) => element("td", {}, one)))))));
    }

    /* Words with symbols, which gibbspool has written. */
    function symbols(tag, text) {
      const node = element(tag, {});
      node.innerHTML = text;
      return node;
    }

    const chance = (p) => p < 1e-12 ? "below 10\u207b\u00b9\u00b2" : number(p, 1);

    function fillResult() {
      result.replaceChildren();
      if (guess() === null) {
        result.append(element("p", {class: "soft"},
          "Which sampler has the mistake? A guess uncovers it, and what the two checks say."));
        return;
      }
      const one = puzzle(), worst = [...one.exact].sort((a, b) => a.p - b.p).slice(0, 4);
      result.append(
        element("h2", {}, verdict()),
        element("p", {class: "mistake"}, "The mistake: ",
                symbols("b", one.say)),
        element("div", {class: "checks"},
          table("Check 1: each conditional against the joint density",
            ["", "conditional", "what it finds"],
            one.conditionals.map((check) => ({ok: check.ok, cells: [
              check.ok ? "ok" : "WRONG", symbols("span", check.name),
              symbols("span", check.remark)]}))),
          table("Check 2: do exact draws stay exact?", ["", "variable", "so far off by chance"],
            worst.map((check) => ({ok: check.ok, cells: [
              check.ok ? "ok" : "WRONG", check.name, chance(check.p)]})))),
        element("p", {class: "caught"}, caught()),
        element("p", {class: "soft"}, "Check 1 compares the formulas, without any draws. Check 2 "
          + "lets many chains begin at exact draws and sweep a few times: a right sampler leaves "
          + "them exact. Its last column says how often a right one would be as far off, and it is "
          + `called WRONG below ${number(one.seldom, 1)}: so rarely is a right one blamed. The `
          + `${worst.length} variables that are furthest off are shown.`));
      if (puzzles.length > 1) {
        result.append(player.button("next puzzle", next, {id: "mistakes-next"}));
      }
    }

    fillVariables();

    return {
      steps: data.trace, stride: 10, start: data.trace,
      words: {forward: "draw", stride: "10 draws"},
      show(to) {
        k = to;
        shell.remember({puzzle: at + 1, variable: name, exact: exact ? "yes" : "no",
                        guess: guess() === null ? "" : NAMES[guess()]});
        uncover.setAttribute("aria-pressed", exact);
        const {means} = puzzle().variables[name];
        [0, 1].forEach((side) => {
          traces[side].relabel(`The first ${k} draws of ${name} in sampler ${NAMES[side]}.`);
          traces[side].paint((p) => paintTrace(side, p));
        });
        const now = [at, name, exact, guess()].join();
        if (now === drawn) return;      // all else is the same at every draw
        drawn = now;
        [0, 1].forEach((side) => {
          const marked = guess() === null ? "" : side === puzzle().wrong ? ": the mistake"
            : ": right";
          titles[side].textContent = `Sampler ${NAMES[side]}${marked}`;
          buttons[side].disabled = guess() !== null;
          histograms[side].relabel(`A histogram of all ${puzzle().long} draws of ${name} in `
            + `sampler ${NAMES[side]}; their mean is ${number(means[side])}.`);
          histograms[side].paint((p) => paintHistogram(side, p));
        });
        fillResult();
      },
      sentence(to) {
        const {traces: lists, mean, means} = puzzle().variables[name];
        if (guess() !== null) return `${verdict()} ${caught().split(/[.:]/)[0]}.`;
        if (to === data.trace) {
          return `Mean of ${name} over all ${puzzle().long} draws: ${number(means[0])} in A, `
            + `${number(means[1])} in B${exact ? `; exactly it is ${number(mean)}` : ""}.`;
        }
        return to === 0 ? "Before the first draw." : `Draw ${to}: ${name} is `
          + `${number(lists[0][to - 1])} in A and ${number(lists[1][to - 1])} in B.`;
      },
      keys: {
        a() { if (guess() === null) answer(0); },
        b() { if (guess() === null) answer(1); },
        e() { uncover.click(); },
        n() { if (puzzles.length > 1) next(); },
      },
      help: "A or B to guess, E the exact posterior, N the next puzzle",
    };
  },
});
