/* The sentences and formulas of the page on Gibbs sampling. */
"use strict";

const gibbsWords = (() => {
  const {element, number} = player;

  /* Give each draw its kind, which is left out where it is that of the first one. */
  function withKinds(data) {
    for (const draws of Object.values(data.draws)) {
      const {kind, of} = draws[0];
      for (const draw of draws) if (!draw.kind) Object.assign(draw, of ? {kind, of} : {kind});
    }
  }

  function head(node, data, step, sweep, at) {
    node.innerHTML = `<span class="sweep">sweep ${sweep + 1} of ${data.sweeps}</span> `
      + `draw ${step.symbol}${step.again ? " once more," : ""} given `
      + `${givenWhat(step)}`;
  }

  /* What a step is given, the data among it, which it needs unless others stand between. */
  function givenWhat({shown, data}) {
    if (!shown.length) return "the data alone";
    return data ? `${shown.join(", ")} and the data` : shown.join(", ");
  }

  /* The value of a name in a formula: of the step, the state or the data. */
  function valueOf(name, data, state, see) {
    const {draw, at} = see, bare = name.replace(/_j$/, "");
    const told = data.variables[bare];
    const whole = told && ["category", "coefficient"].includes(told.axes[0]);
    const own = draw.n[data.numbers[see.step.name].indexOf(name)];
    const places = [own, data.constants[name], state[name], state[bare],
                    name.startsWith("mean") ? draw.m : undefined,
                    name.startsWith("sd") ? draw.s : undefined,
                    name === "a_j" ? draw.a : undefined, data.priors[name]];
    const found = places.find((one) => one !== undefined && one !== null);
    return typeof found === "string" || whole ? found : gibbsState.pick(found, at.slice(0, 1));
  }

  /* A number, or a list of them. */
  const MOST = 8;
  const DIGITS = 3, FOR_RESULTS = 4;   // of a result, and of the numbers that it is computed from

  function said(value, digits = DIGITS) {
    if (!Array.isArray(value)) return number(value, digits);
    const shown = value.slice(0, MOST).map((one) => number(one, digits));
    return `(${shown.join(", ")}${value.length > MOST ? ", \u2026" : ""})`;
  }

  /* The formula's lines: with symbols, with numbers, and what they come to. */
  function lines(node, data, state, see) {
    node.replaceChildren(...see.step.lines.map((line) => {
      const row = element("div", {class: line.value ? "line" : "line first"});
      row.innerHTML = `<span class="symbols">${line.symbols}</span>`
        + (line.filled ? ` <span class="filled">${line.filled}</span>` : "");
      row.querySelectorAll("[data-n]").forEach((spot) => fill(spot, valueOf(
        spot.dataset.n, data, state, see)));
      if (line.value === "log") {
        logarithm(row, line, data, state, see);
      } else if (line.value) {
        const value = valueOf(line.value, data, state, see);
        if (value !== undefined) {
          row.append(" ", element("span", {class: "value"}, `= ${said(value)}`));
        }
      }
      return row;
    }));
    if (!node.querySelector(".filled b")) return;
    node.append(element("p", {class: "rounded soft"}, ROUNDED));
  }

  const ROUNDED = "Shown numbers are rounded; results come from all their digits.";

  /* The logarithm of a density where the step starts: each of its terms, and their sum. */
  function logarithm(row, {at}, data, state, see) {
    const terms = see.draw.log.map((one) => one === null ? -Infinity : one);  // as JSON has it
    const sum = terms.reduce((a, b) => a + b, 0);
    row.querySelectorAll("[data-log]").forEach((spot, k) => {
      const text = player.fixed(Math.abs(terms[k]), 2), below = terms[k] < 0;
      spot.textContent = k ? ` ${below ? "\u2212" : "+"} ${text}` : (below ? "\u2212" : "") + text;
    });
    const where = element("span", {class: "at"});
    where.innerHTML = `at ${at}, up to a constant`;
    where.querySelectorAll("[data-n]").forEach((spot) => fill(spot, valueOf(
      spot.dataset.n, data, state, see)));
    row.append(" ", element("span", {class: "value"}, `= ${player.fixed(sum, 2)}`), " ", where);
  }

  /* A number in its place; a negative one in brackets where a sign or a power stands beside it. */
  function fill(spot, value) {
    if (value === undefined) {
      spot.textContent = "?";
      return;
    }
    if (typeof value === "string") {
      spot.textContent = value;
      spot.classList.add("word");
      return;
    }
    const before = spot.previousSibling ? spot.previousSibling.textContent.trim().slice(-1) : "";
    const after = spot.nextSibling && spot.nextSibling.nodeName === "SUP";
    const result = spot.closest(".at") || /^((mean|sd)(_j)?|a_j)$/.test(spot.dataset.n);
    const text = said(value, result ? DIGITS : FOR_RESULTS);
    if (Array.isArray(value) && before === "(") {   // of a function, which has brackets already
      spot.textContent = text.slice(1, -1);
      return;
    }
    spot.textContent = value < 0 && (after || "\u2212+\u00b7".includes(before) && before !== "")
      ? `(${text})` : text;
  }

  function legend(data, see, start) {
    const key = (kind, text) => [element("span", {class: `key ${kind}`}),
                                 element("span", {}, `${text} `)];
    if (see.draw.kind === "dirichlet" || see.draw.kind === "augmentation") {
      const names = gibbsState.labels(data, see.step.drawn, see.at.length - 1, start);
      return names.flatMap((name, c) => [gibbsShares.key(c), `${name} `]);
    }
    if (see.draw.kind === "simplex walk") {
      return key("blue", "density along the way from the old shares to the proposed ones");
    }
    const found = see.curve ? [...key("blue",
      `density of ${scales.named(see.scale, see.text)} now`)] : [];
    if (see.marginal) {
      found.push(...key("grey", "exact posterior"));
    }
    if (see.draw.looked) found.push(...key("green", "looked at"));
    found.push(...key("open", "before"), ...key("orange", "drawn"));
    return found;
  }

  function how(see, kind, data) {
    const said = kind.words(see);
    const moved = see.draw.moved || data.draws[see.step.name][see.sweep].moved;
    if (moved) {
      said.push(`Interweaving: ${Object.keys(moved).map((name) => data.variables[name]
        ? data.variables[name].text : name).join(", ")} of every group moved along with it.`);
    }
    return said;
  }

  /* Why it is right to draw like this: folded, and it stays unfolded for the steps to come. */
  let last = null;

  function why(told) {
    last = element("details", {open: last !== null && last.open},
                   element("summary", {}, told.title),
                   ...told.say.map((one) => element("p", {}, one)));
    return last;
  }

  /* Of a collapsed step: what was integrated out. */
  function collapsed(step, data) {
    if (!step.integrated.length) return "";
    const names = step.integrated.map((name) => data.variables[name].text).join(" and ");
    const several = step.integrated.length > 1;
    return `Collapsed: ${names} ${several ? "are" : "is"} integrated out (dashed). The curve is `
      + `averaged over every value that ${names} could have, so `
      + (several ? "their present values do not count; new ones are drawn later in the sweep."
        : "its present value does not count; a new one is drawn later in the sweep.");
  }

  /* The other forms of the model, and how to get their pages. */
  function others({others: forms}) {
    const node = element("p", {class: "soft others"}, "The same model has other forms, which draw "
      + "by other conditionals: ");
    forms.forEach(({title, how}, i) => {
      const one = element("span", {});
      one.innerHTML = how ? ` (${how})` : "";
      node.append(`${i ? "; " : ""}the ${title} form`, one);
    });
    node.append(". The next tab sets them side by side; to step through one, write ",
                element("code", {}, `gibbspool play \u2026 --form ${forms[0].name}`),
                ", or give gp.play a model of that form.");
    return node;
  }

  /* "tau drawn: from 3.1 to 5.4", for the line under the pictures and for screen readers. */
  function sentence(data, states, k, at) {
    const step = data.order[(k - 1) % data.order.length];
    const before = states[k - 1][step.drawn], now = states[k][step.drawn];
    const number = (x) => gibbsState.say(data, step.drawn, x);
    const again = step.again ? " once more" : "";
    if (!Array.isArray(now)) {
      const stayed = before === now ? "stays at" : `from ${number(before)} to`;
      return `${data.variables[step.drawn].text} drawn${again}: ${stayed} ${number(now)}`;
    }
    const text = gibbsState.text(data, step.drawn, at);
    if (String(before) === String(now)) {
      return `${data.variables[step.drawn].text} stays as it is${again}: ${text} `
        + number(gibbsState.pick(now, at));
    }
    const all = data.variables[step.drawn].axes[0] === "group" ? ` for all ${data.groups}` : "";
    return `${data.variables[step.drawn].text} drawn${all}${again}: ${text} from `
      + `${number(gibbsState.pick(before, at))} to ${number(gibbsState.pick(now, at))}`;
  }

  return {withKinds, givenWhat, head, lines, legend, how, why, others, collapsed, sentence};
})();
