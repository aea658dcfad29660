/* Parts of the page on Gibbs sampling: small curves of all groups, shares, a table of the state. */
"use strict";

const HUES = ["blue", "orange", "green", "red", "grey"];
const DASHES = [[], [7, 3], [2, 3], [9, 3, 2, 3], [4, 4]];

/* One group's curve, small, on a button. */
const gibbsCells = (() => {
  const TALL = 40;

  function cell(name, press) {
    const canvas = player.element("canvas", {"aria-hidden": "true"});
    const value = player.element("span", {class: "value"});
    const root = player.button("", press, {class: "cell", "aria-pressed": "false"});
    root.append(canvas, player.element("span", {class: "name"}, name), value);

    function paint(see, [low, high], width, data, j) {
      const ratio = window.devicePixelRatio || 1;
      if (canvas.width !== Math.round(width * ratio)) {
        canvas.width = Math.round(width * ratio);
        canvas.height = TALL * ratio;
      }
      const pen = canvas.getContext("2d");
      pen.setTransform(ratio, 0, 0, ratio, 0, 0);
      pen.clearRect(0, 0, width, TALL);
      if (see.draw.kind === "dirichlet") return shares(pen, width, data, see, j, value);
      const x = (u) => 3 + (u - low) / (high - low) * (width - 6), y = (h) => TALL - 4 - h
        * (TALL - 10);
      trace(pen, see.curve.u, see.curve.y, x, y, "blue", 1.6, []);
      const at = Math.min(Math.max(see.scale.u(see.x), low), high);
      dot(pen, x(at), TALL - 4);
      value.textContent = gibbsState.say(data, see.step.drawn, see.x);
    }

    return {root, canvas, paint};
  }

  function trace(pen, us, ys, x, y, hue, width, dash) {
    pen.beginPath();
    us.forEach((u, i) => i ? pen.lineTo(x(u), y(ys[i])) : pen.moveTo(x(u), y(ys[i])));
    pen.strokeStyle = player.colour(hue);
    pen.lineWidth = width;
    pen.setLineDash(dash);
    pen.stroke();
    pen.setLineDash([]);
  }

  function dot(pen, x, y) {
    pen.beginPath();
    pen.arc(x, y, 3.4, 0, 2 * Math.PI);
    pen.fillStyle = player.colour("orange");
    pen.fill();
  }

  /* Of shares: a bar in as many parts as there are categories. */
  function shares(pen, width, data, see, j, value) {
    const drawn = data.draws[see.step.name][see.sweep].x[j];
    let left = 2;
    drawn.forEach((share, c) => {
      pen.fillStyle = player.colour(HUES[c % HUES.length]);
      pen.globalAlpha = 0.8;
      pen.fillRect(left, 8, Math.max(0, share * (width - 4) - 1), TALL - 16);
      left += share * (width - 4);
    });
    pen.globalAlpha = 1;
    pen.strokeStyle = player.colour("ink");     // the lines of the legend, for those who see no hue
    pen.lineWidth = 2;
    left = 2;
    drawn.forEach((share, c) => {
      pen.setLineDash(DASHES[c % DASHES.length]);
      pen.beginPath();
      pen.moveTo(left + 1, TALL / 2);
      pen.lineTo(Math.max(left + 1, left += share * (width - 4)) - 2, TALL / 2);
      pen.stroke();
    });
    pen.setLineDash([]);
    value.textContent = drawn.map((one) => Math.round(100 * one)).join(" ");
  }

  return {cell};
})();

/* Shares of several categories in one picture: each share's density, and its draw. */
const gibbsShares = (() => {
  function paint(p, data, states, see, k) {
    const name = see.step.drawn, group = see.at.length > 1 ? see.at.slice(0, 1) : [];
    const drawn = gibbsState.pick(states[k][name], group);
    const a = see.draw.kind === "dirichlet" ? gibbsState.pick(see.draw.a, group)
      : see.draw.passes[see.draw.passes.length - 1].a;
    const total = a.reduce((sum, one) => sum + one, 0);
    const shapes = a.map((one) => densities.curve({kind: "beta", a: one, b: total - one},
                                                  (value) => value));
    const high = Math.min(1, Math.max(...shapes.map((one) => gibbsState.body(one, 0.01)[1]),
                                      ...drawn) * 1.05);
    p.range([0, high], [0, 1.18]);
    shapes.forEach((curve, c) => {
      const hue = HUES[c % HUES.length];
      p.curve(curve.u, curve.y, {colour: hue, width: 2, dash: DASHES[c % DASHES.length],
                                 fill: 0.06});
      p.line([drawn[c], 0], [drawn[c], curves.height(curve, drawn[c])], {colour: hue, width: 2});
      p.dots([drawn[c]], [0], {colour: hue, size: 5});
    });
    p.axis("x", {title: "share"});
  }

  /* A piece of a category's line, for the legend. */
  function key(c) {
    const line = player.svg("line", {x1: 0, y1: 6, x2: 26, y2: 6, "stroke-width": 3,
                                     "stroke-dasharray": DASHES[c % DASHES.length].join(" ")});
    line.style.stroke = `var(--${HUES[c % HUES.length]})`;
    return player.svg("svg", {class: "category", width: 28, height: 12, "aria-hidden": "true"},
                      line);
  }

  return {paint, key};
})();

/* The state as tables: the numbers that all groups share, and a row for each group. */
const gibbsTable = (() => {
  const {element} = player;

  function build(root, data, states, choose) {
    const names = Object.keys(data.variables), cells = [];
    const shared = names.filter((name) => data.variables[name].axes[0] !== "group");
    const grouped = names.filter((name) => data.variables[name].axes[0] === "group");
    const one = element("table", {class: "shared"});
    for (const name of shared) {
      const axes = gibbsState.axes(data.variables[name], states[0][name]);
      const count = axes.length ? gibbsState.size(states[0][name], 0) : 1;
      for (let i = 0; i < count; i++) {
        const at = axes.length ? [i] : [], th = element("th", {scope: "row"});
        if (axes.length) th.textContent = gibbsState.text(data, name, at);
        else th.innerHTML = data.variables[name].symbol;
        const td = element("td", {});
        one.append(element("tr", {}, th, td));
        cells.push({name, at, td});
      }
    }
    root.append(one);
    const rows = [];
    if (grouped.length) {
      const many = element("table", {class: "groups"}), top = element("tr", {}, element("th", {},
        "group"));
      for (const name of grouped) {
        const deep = gibbsState.axes(data.variables[name], states[0][name]).length > 1;
        const heads = deep ? gibbsState.labels(data, name, 1, states[0]) : [null];
        for (const label of heads) {
          const th = element("th", {scope: "col"}, label || "");
          if (!label) th.innerHTML = data.variables[name].symbol;
          top.append(th);
        }
      }
      many.append(element("thead", {}, top));
      const bodyOf = element("tbody", {});
      data.labels.forEach((label, j) => {
        const row = element("tr", {onclick: () => choose(j)},
                            element("th", {scope: "row"}, label));
        for (const name of grouped) {
          const deep = gibbsState.axes(data.variables[name], states[0][name]).length > 1;
          const width = deep ? gibbsState.size(states[0][name], 1) : 1;
          for (let c = 0; c < width; c++) {
            const td = element("td", {});
            row.append(td);
            cells.push({name, at: deep ? [j, c] : [j], td});
          }
        }
        rows.push(row);
        bodyOf.append(row);
      });
      many.append(bodyOf);
      root.append(element("div", {class: "scroll"}, many));
      if (data.shown < data.groups) {
        root.append(element("p", {class: "soft"}, `${data.shown} of ${data.groups} groups are `
          + "shown, from the lowest to the highest; the sampler draws them all."));
      }
    }

    function show(k, changed, group) {
      for (const {name, at, td} of cells) {
        td.textContent = gibbsState.say(data, name, gibbsState.pick(states[k][name], at));
        td.classList.toggle("changed", changed.includes(name));
      }
      rows.forEach((row, j) => row.classList.toggle("chosen", j === group));
    }

    return {show};
  }

  return {build};
})();
