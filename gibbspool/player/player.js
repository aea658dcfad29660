/* The shell of the player: which page is shown, at which step, and what moves it.

How a page is written
---------------------
A page has a name. Python gives its title, its data and the files of its script (`page.Page`); the
data stand in the file as JSON in the element data-NAME. Its script registers it:

    player.page("gibbs", {
      build(root, data, shell) {          // once, when the file is opened; root is an empty <div>
        ...                               // that may not be visible yet: do not measure it here
        return {
          steps: 600,                     // the states are numbered 0 ... steps
          stride: 3,                      // how many of them one press of "sweep" moves (default 1)
          words: {forward: "step", stride: "sweep"},   // what the buttons say (these by default)
          start: 0,                       // the state that is shown first (default 0)
          show(k, moved) {...},           // draw state k; moved is true where the reader went one
                                          // step forward, and a movement may be shown
          sentence(k) {...},              // what happened, in words: read aloud, and under the bar
          checks() {...},                 // [[what, computed here, from gibbspool], ...], numbers
                                          // or arrays of them, to be equal to 1e-12
          keys: {m() {...}},              // further keys of this page
          help: "m: next mode",           // and what the line of help says of them
        };
      },
    });

A page without steps gives steps: 0; the bar at the bottom then hides.

`shell` has
    shell.step                  the number of the state that is shown
    shell.go(k)                 go to a state; shell.stop() ends playing
    shell.refresh()             show the same state again, such as after a switch was turned
    shell.asked                 what the link asks of this page besides its step: {size: "0.25"}
    shell.remember({size: 0.25})  put that into the link

Helpers of all pages are functions of `player`: element, svg, button, slider, choice, number, fixed,
percent, colour, plot, still, quantile; see below. Text that may come from a reader's file (labels
of groups) goes into the page as text alone: give it to `element` as a child, never to innerHTML.

Once every page is built and its checks hold, the root element has data-ok="true"; if anything
fails, data-ok="false", and the foot of the page says what.

The link #page=gibbs&step=57 opens that page at that state.
*/
"use strict";

const player = (() => {
  const makers = {};                      // what the pages' scripts have registered, by name
  const pages = [];                       // {name, title, panel, tab, view, shell, step}
  const TOLERANCE = 1e-12;
  let current = null, playing = null, checked = 0;
  const bar = {};

  // ---------------------------------------------------------------- elements

  function fill(node, attributes, children) {
    for (const [name, value] of Object.entries(attributes || {})) {
      if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
      else if (value === true) node.setAttribute(name, "");
      else if (value !== false && value !== null && value !== undefined) {
        node.setAttribute(name, value);
      }
    }
    node.append(...children.flat().filter((one) => one !== null && one !== undefined));
    return node;
  }

  /* An element: element("p", {class: "soft"}, "text", other). Children that are text stay text. */
  function element(tag, attributes, ...children) {
    return fill(document.createElement(tag), attributes, children);
  }

  /* The same for what stands inside an <svg>. */
  function svg(tag, attributes, ...children) {
    return fill(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
  }

  function button(text, press, attributes) {
    return element("button", {type: "button", ...attributes, onclick: press}, text);
  }

  /* A slider with its label and value. Options: label, min, max, step, value, say(value), input.
     Has .value to read and .set(value) to move it without calling input. */
  function slider({label, min, max, step, value, say = number, input}) {
    const range = element("input", {type: "range", min, max, step: step || "any", value});
    const shown = element("output", {});
    const root = element("label", {class: "slider"}, element("span", {}, label), range, shown);
    const tell = () => {
      shown.textContent = say(Number(range.value));
      range.setAttribute("aria-valuetext", shown.textContent);
    };
    range.addEventListener("input", () => { tell(); input(Number(range.value)); });
    tell();
    return {root, get value() { return Number(range.value); },
            set(to) { range.value = to; tell(); }};
  }

  /* One of several: options is a list of [value, text]. Has .value and .set(value). */
  function choice({label, options, value, change}) {
    let chosen = value;
    const buttons = options.map(([one, text]) => button(text, () => {
      set(one);
      change(one);
    }));
    function set(to) {
      chosen = to;
      options.forEach(([one], i) => buttons[i].setAttribute("aria-pressed", one === to));
    }
    set(value);
    const root = element("div", {class: "choice", role: "group", "aria-label": label},
                         element("span", {class: "label"}, label), ...buttons);
    return {root, get value() { return chosen; }, set};
  }

  // ---------------------------------------------------------------- numbers

  const MINUS = "\u2212";

  /* A number to so many significant digits, as a reader would write it. */
  function number(x, digits = 3) {
    if (x === null || Number.isNaN(x)) return "?";
    if (Number.isInteger(x) && Math.abs(x) < 1e6) return String(x).replace("-", MINUS);
    if (!Number.isFinite(x)) return x > 0 ? "\u221e" : MINUS + "\u221e";
    const size = Math.abs(x);
    let text;
    if (size === 0) text = "0";
    else if (size >= 1e6 || size < 1e-4) {
      const [mantissa, exponent] = size.toExponential(digits - 1).split("e");
      text = mantissa + "\u00d710" + superscript(Number(exponent));
    } else {
      const decimals = Math.max(0, digits - 1 - Math.floor(Math.log10(size)));
      text = size.toFixed(Math.min(decimals, 8));
    }
    return (x < 0 && Number(text) !== 0 ? MINUS : "") + text;
  }

  function superscript(whole) {
    return String(whole).replace(/./g, (c) => c === "-" ? "\u207b" : "\u2070\u00b9\u00b2\u00b3"
      .concat("\u2074\u2075\u2076\u2077\u2078\u2079")[Number(c)]);
  }

  /* A number to so many decimals. */
  function fixed(x, decimals = 2) {
    if (x === null || !Number.isFinite(x)) return number(x);
    const text = Math.abs(x).toFixed(decimals);
    return (x < 0 && Number(text) !== 0 ? MINUS : "") + text;
  }

  const percent = (x) => `${Math.round(100 * x)}%`;

  /* The value below which lies the given share of the numbers, which are sorted. */
  function quantile(sorted, share) {
    const place = share * (sorted.length - 1), low = Math.floor(place);
    const high = Math.min(low + 1, sorted.length - 1);
    return sorted[low] + (place - low) * (sorted[high] - sorted[low]);
  }

  // ---------------------------------------------------------------- pictures

  let palette = null;

  /* A colour of player.css by its name, such as "blue" for --blue, for canvases. */
  function colour(name) {
    palette = palette || getComputedStyle(document.documentElement);
    return palette.getPropertyValue("--" + name).trim() || name;
  }

  /* Whether the reader asked for less movement. */
  const still = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

  /* Round values for an axis: 1, 2 or 5 times a power of ten apart. */
  function ticks(low, high, most = 5) {
    const rough = (high - low) / most;
    if (!(rough > 0) || !Number.isFinite(rough)) return [];
    const power = 10 ** Math.floor(Math.log10(rough));
    const gap = power * [1, 2, 5, 10].find((m) => m * power >= rough * 0.999);
    const found = [];
    for (let i = Math.ceil(low / gap - 1e-9); i * gap <= high + 1e-9 * gap; i++) {
      found.push(i * gap);
    }
    return found;
  }

  function tickText(x, gap) {
    const size = Math.abs(x);
    if (size >= 1e6 || (gap < 1e-4 && size > 0)) return number(x, 2);
    return fixed(x, Math.max(0, Math.min(6, -Math.floor(Math.log10(gap) + 1e-9))));
  }

  /* A plot: a canvas for curves, and over it an SVG for axes and words.

       const plot = player.plot({height: 200, label: "density of tau", margin: {left: 40}});
       parent.append(plot.root);
       plot.paint((p) => {
         p.range([0, 30], [0, 1]);                 // what the sides of the picture stand for
         p.axis("x", {title: "tau"});              // or {ticks: [[1, "one"], [2, "two"]]}
         p.curve(xs, ys, {colour: "blue", width: 2, dash: [4, 3], fill: true, base: 0});
         p.dots(xs, ys, {colour: "orange", size: 3, open: true});
         p.bars(edges, heights, {colour: "grey"}); // a histogram
         p.box(x0, x1, y0, y1, {colour: "grey"});  // a filled rectangle
         p.line([x0, y0], [x1, y1], {colour: "red"});
         p.word(x, y, "text", {anchor: "middle", dx: 0, dy: -4, colour: "ink"});
       });

     paint() draws at once where the plot is visible, and again when its size or the colours change.
     p.x and p.y turn values into pixels, p.value turns pixels into a value of x. The label is
     what a screen reader says. */
  function plot({height = 200, label = "", margin = {}, kind = ""}) {
    const canvas = element("canvas", {"aria-hidden": "true"});
    const words = svg("svg", {role: "img", "aria-label": label});
    const root = element("div", {class: "plot " + kind}, canvas, words);
    const sides = {left: 8, right: 8, top: 8, bottom: 22, ...margin};
    const pen = canvas.getContext("2d");
    const p = {root, canvas, words, sides, width: 0, height, paint, refresh, relabel};
    let painter = null, xs = [0, 1], ys = [0, 1];
    root.style.height = height + "px";

    function relabel(text) { words.setAttribute("aria-label", text); }

    function paint(draw) {
      painter = draw || painter;
      refresh();
    }

    function refresh() {
      const width = root.clientWidth, tall = root.clientHeight;
      if (!painter || !width || !tall) return;
      const ratio = window.devicePixelRatio || 1;
      if (canvas.width !== Math.round(width * ratio)
          || canvas.height !== Math.round(tall * ratio)) {
        canvas.width = Math.round(width * ratio);
        canvas.height = Math.round(tall * ratio);
        words.setAttribute("viewBox", `0 0 ${width} ${tall}`);
      }
      p.width = width;
      p.height = tall;
      pen.setTransform(ratio, 0, 0, ratio, 0, 0);
      pen.clearRect(0, 0, width, tall);
      words.replaceChildren();
      painter(p);
    }

    p.range = (x, y) => { xs = x; ys = y; };
    p.x = (v) => sides.left + (v - xs[0]) / (xs[1] - xs[0]) * (p.width - sides.left - sides.right);
    p.y = (v) => p.height - sides.bottom
      - (v - ys[0]) / (ys[1] - ys[0]) * (p.height - sides.top - sides.bottom);
    p.value = (pixel) => xs[0] + (pixel - sides.left) / (p.width - sides.left - sides.right)
      * (xs[1] - xs[0]);

    function stroke(options) {
      pen.strokeStyle = colour(options.colour || "ink");
      pen.lineWidth = options.width || 1.5;
      pen.setLineDash(options.dash || []);
      pen.globalAlpha = options.alpha === undefined ? 1 : options.alpha;
      pen.lineJoin = "round";
      pen.stroke();
      pen.globalAlpha = 1;
      pen.setLineDash([]);
    }

    p.curve = (x, y, options = {}) => {
      if (!x.length) return;
      pen.save();
      pen.beginPath();
      pen.rect(sides.left - 1, 0, p.width - sides.left - sides.right + 2, p.height);
      pen.clip();
      pen.beginPath();
      for (let i = 0; i < x.length; i++) {
        if (i === 0) pen.moveTo(p.x(x[i]), p.y(y[i]));
        else pen.lineTo(p.x(x[i]), p.y(y[i]));
      }
      if (options.width !== 0) stroke(options);
      if (options.fill) {
        const base = p.y(options.base === undefined ? ys[0] : options.base);
        pen.lineTo(p.x(x[x.length - 1]), base);
        pen.lineTo(p.x(x[0]), base);
        pen.closePath();
        pen.fillStyle = colour(options.colour || "ink");
        pen.globalAlpha = options.fill === true ? 0.14 : options.fill;
        pen.fill();
        pen.globalAlpha = 1;
      }
      pen.restore();
    };

    p.dots = (x, y, options = {}) => {
      pen.globalAlpha = options.alpha === undefined ? 1 : options.alpha;
      for (let i = 0; i < x.length; i++) {
        if (p.x(x[i]) < sides.left - 2 || p.x(x[i]) > p.width - sides.right + 2) continue;
        pen.beginPath();
        pen.arc(p.x(x[i]), p.y(y[i]), options.size || 3, 0, 2 * Math.PI);
        if (options.open) {
          pen.strokeStyle = colour(options.colour || "ink");
          pen.lineWidth = 1.5;
          pen.stroke();
        } else {
          pen.fillStyle = colour(options.colour || "ink");
          pen.fill();
        }
      }
      pen.globalAlpha = 1;
    };

    p.bars = (edges, heights, options = {}) => {
      pen.fillStyle = colour(options.colour || "grey");
      pen.globalAlpha = options.alpha === undefined ? 1 : options.alpha;
      for (let i = 0; i < heights.length; i++) {
        const left = p.x(edges[i]), right = p.x(edges[i + 1]), top = p.y(heights[i]);
        pen.fillRect(left, top, Math.max(right - left - 0.5, 0.5), p.y(ys[0]) - top);
      }
      pen.globalAlpha = 1;
    };

    p.box = (x0, x1, y0, y1, options = {}) => {
      pen.globalAlpha = options.alpha === undefined ? 1 : options.alpha;
      pen.fillStyle = colour(options.colour || "grey");
      pen.fillRect(p.x(x0), p.y(y1), p.x(x1) - p.x(x0), p.y(y0) - p.y(y1));
      pen.globalAlpha = 1;
    };

    p.line = (from, to, options = {}) => {
      pen.beginPath();
      pen.moveTo(p.x(from[0]), p.y(from[1]));
      pen.lineTo(p.x(to[0]), p.y(to[1]));
      stroke(options);
    };

    p.word = (x, y, text, options = {}) => {
      const node = svg("text", {x: p.x(x) + (options.dx || 0), y: p.y(y) + (options.dy || 0),
                                "text-anchor": options.anchor || "middle",
                                class: options.kind || ""}, text);
      node.style.fill = `var(--${options.colour || "ink"})`;
      words.append(node);
      return node;
    };

    p.axis = (side, options = {}) => {
      const [low, high] = side === "x" ? xs : ys;
      const room = side === "x" ? p.width / 70 : p.height / 40;
      const most = options.most || Math.max(2, Math.min(7, Math.floor(room)));
      const few = ticks(low, high, most), at = few.length > 1 ? few : ticks(low, high, 2 * most);
      const gap = at.length > 1 ? at[1] - at[0] : 1;
      const marks = options.ticks || at.map((v) => [v, tickText(v, gap)]);
      const base = p.height - sides.bottom;
      if (side === "x") {
        words.append(svg("path", {class: "axis", d: `M${sides.left} ${base}H${p.width
          - sides.right}` + marks.map(([v]) => `M${p.x(v)} ${base}v4`).join("")}));
        for (const [v, text] of marks) p.word(v, ys[0], text, {dy: 16, kind: "tick"});
        if (options.title) {
          words.append(svg("text", {x: p.width - sides.right, y: base - 5, class: "title",
                                    "text-anchor": "end"}, options.title));
        }
      } else {
        words.append(svg("path", {class: "axis", d: `M${sides.left} ${sides.top}V${base}`
          + marks.map(([v]) => `M${sides.left} ${p.y(v)}h-4`).join("")}));
        for (const [v, text] of marks) {
          p.word(xs[0], v, text, {dx: -7, dy: 4, anchor: "end", kind: "tick"});
        }
        if (options.title) {
          words.append(svg("text", {x: sides.left + 5, y: sides.top + 4, class: "title"},
                           options.title));
        }
      }
    };

    new ResizeObserver(() => refresh()).observe(root);
    plots.add(p);
    return p;
  }

  const plots = new Set();

  function recolour() {
    palette = null;
    for (const one of plots) one.refresh();
  }

  // ---------------------------------------------------------------- moving

  function page(name, maker) { makers[name] = maker; }

  function go(one, k, moved = false) {
    const to = Math.max(0, Math.min(one.view.steps, Math.round(k) || 0));
    one.step = to;
    if (one !== current) return;
    one.view.show(to, moved);
    tell();
    link();
  }

  function tell() {
    const {view, step} = current;
    const said = view.sentence ? view.sentence(step) : "";
    bar.said.textContent = said;
    bar.place.value = step;
    bar.place.setAttribute("aria-valuetext", said);
    bar.count.textContent = `${step} / ${view.steps}`;
    for (const one of [bar.first, bar.backStride, bar.back]) one.disabled = step === 0;
    for (const one of [bar.last, bar.forwardStride, bar.forward]) {
      one.disabled = step === view.steps;
    }
  }

  function link() {
    const parts = {page: current.name, step: current.step, ...current.remembered};
    const text = "#" + Object.entries(parts)
      .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join("&");
    if (playing) return;                  // not thirty times a second
    try {
      history.replaceState(null, "", text);
    } catch (refused) {
      /* some browsers refuse that for a file; the page works without */
    }
  }

  /* What the link asks for: {page: "gibbs", step: "57"}. */
  function asked() {
    const found = {};
    for (const part of location.hash.slice(1).split("&")) {
      const [name, value] = part.split("=");
      try {
        if (name) found[decodeURIComponent(name)] = decodeURIComponent(value || "");
      } catch (malformed) {
        /* not a link of ours */
      }
    }
    return found;
  }

  const PACES = [["1", "1 step a second"], ["4", "4 steps a second"], ["30", "30 steps a second"],
                 ["sweep", "10 sweeps a second"]];

  function play() {
    if (playing) return stop();
    if (current.step >= current.view.steps) go(current, 0);
    bar.play.textContent = "Pause";
    bar.play.setAttribute("aria-pressed", "true");
    bar.said.setAttribute("aria-live", "off");
    let due = performance.now();
    const one = current;
    const frame = (now) => {
      if (!playing) return;
      const bySweep = bar.pace.value === "sweep";
      const gap = 1000 / (bySweep ? 10 : Number(bar.pace.value));
      if (now >= due) {
        due = Math.max(due + gap, now - gap);
        const next = one.step + (bySweep ? one.view.stride : 1);
        go(one, next, !bySweep && gap > 200);
        if (one.step >= one.view.steps) return stop();
      }
      playing = requestAnimationFrame(frame);
    };
    playing = requestAnimationFrame(frame);
  }

  function stop() {
    if (!playing) return;
    cancelAnimationFrame(playing);
    playing = null;
    bar.play.textContent = "Play";
    bar.play.setAttribute("aria-pressed", "false");
    bar.said.setAttribute("aria-live", "polite");
    tell();
    link();
  }

  function move(by) {
    stop();
    go(current, current.step + by, by === 1);
  }

  function choose(one, step) {
    stop();
    current = one;
    for (const other of pages) {
      other.panel.hidden = other !== one;
      other.tab.setAttribute("aria-selected", other === one);
      other.tab.tabIndex = other === one ? 0 : -1;
    }
    const {view} = one;
    bar.root.hidden = !view.steps;
    bar.place.max = view.steps;
    bar.forward.querySelector("span").textContent = view.words.forward;
    bar.back.querySelector("span").textContent = view.words.forward;
    bar.forwardStride.querySelector("span").textContent = view.words.stride;
    bar.backStride.querySelector("span").textContent = view.words.stride;
    bar.forwardStride.hidden = bar.backStride.hidden = view.stride === 1;
    document.getElementById("keys-of-page").textContent = view.help ? ` \u00b7 ${view.help}` : "";
    go(one, step === undefined ? one.step : step);
  }

  // ---------------------------------------------------------------- the bar and the keys

  function buildBar() {
    const glyph = (text, word, press, name) => fill(button("", press, {"aria-label": name}), {}, [
      element("b", {"aria-hidden": "true"}, text), element("span", {}, word)]);
    bar.first = glyph("\u21e4", "start", () => move(-Infinity), "to the start");
    bar.backStride = glyph("\u00ab", "sweep", () => move(-current.view.stride), "a sweep back");
    bar.back = glyph("\u2039", "step", () => move(-1), "a step back");
    bar.play = button("Play", play, {class: "play", "aria-pressed": "false"});
    bar.forward = glyph("\u203a", "step", () => move(1), "a step forward");
    bar.forwardStride = glyph("\u00bb", "sweep", () => move(current.view.stride),
                              "a sweep forward");
    bar.last = glyph("\u21e5", "end", () => move(Infinity), "to the end");
    bar.place = element("input", {type: "range", min: 0, max: 1, step: 1, value: 0,
                                  "aria-label": "jump to a step", class: "place"});
    bar.place.addEventListener("input", () => { stop(); go(current, Number(bar.place.value)); });
    bar.count = element("output", {class: "count"});
    bar.pace = element("select", {"aria-label": "pace of playing"},
                       ...PACES.map(([value, text]) => element("option", {value}, text)));
    bar.pace.value = "4";
    bar.said = element("p", {class: "said", "aria-live": "polite"});
    bar.root = element("div", {class: "bar", role: "group", "aria-label": "moving"},
      bar.said,
      element("div", {class: "buttons"}, bar.first, bar.backStride, bar.back, bar.play,
              bar.forward, bar.forwardStride, bar.last),
      element("div", {class: "jump"}, bar.place, bar.count, bar.pace));
    document.getElementById("bar").append(bar.root);
  }

  function onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const target = event.target, field = target.closest("input, select, textarea");
    if (field && !(field === bar.place && event.key === " ")) return;
    const {view} = current;
    const keys = {
      ArrowRight: () => move(event.shiftKey ? view.stride : 1),
      ArrowLeft: () => move(event.shiftKey ? -view.stride : -1),
      PageDown: () => move(view.stride), PageUp: () => move(-view.stride),
      Home: () => move(-Infinity), End: () => move(Infinity),
      " ": () => { if (view.steps) play(); },
      l: () => large(!document.documentElement.classList.contains("large")),
    };
    pages.forEach((one, i) => { keys[i + 1] = () => choose(one); });
    Object.assign(keys, view.keys);
    if (target.closest('[role="tab"]') && event.key.startsWith("Arrow")) {
      const i = pages.indexOf(current) + (event.key === "ArrowRight" ? 1 : -1);
      const next = pages[(i + pages.length) % pages.length];
      choose(next);
      next.tab.focus();
      return event.preventDefault();
    }
    // who walks from button to button with the keyboard presses them with the space bar
    if (event.key === " " && target.closest("button, summary") && target.matches(":focus-visible")) {
      return;
    }
    if (!keys[event.key] || (!view.steps && /^(Arrow|Page|Home|End)/.test(event.key))) return;
    event.preventDefault();
    keys[event.key]();
  }

  function large(on) {
    document.documentElement.classList.toggle("large", on);
    document.getElementById("large").setAttribute("aria-pressed", on);
    if (current) {
      current.view.show(current.step, false);
      recolour();
    }
  }

  // ---------------------------------------------------------------- the beginning

  function differs(computed, expected) {
    const a = [computed].flat(Infinity), b = [expected].flat(Infinity);
    if (a.length !== b.length) return Infinity;
    return a.reduce((worst, x, i) => {
      checked += 1;
      if (x === b[i]) return worst;
      const off = Math.abs(x - b[i]) / Math.max(1, Math.abs(b[i]));
      return Number.isNaN(off) ? Infinity : Math.max(worst, off);
    }, 0);
  }

  function failed(what) {
    document.documentElement.setAttribute("data-ok", "false");
    const foot = document.getElementById("agrees");
    if (foot) foot.textContent = `Something is wrong with this page: ${what}`;
  }

  function build(tab) {
    const name = tab.dataset.page;
    const panel = document.getElementById(`page-${name}`);
    const data = JSON.parse(document.getElementById(`data-${name}`).textContent);
    const {page: wanted, step, ...mine} = asked();
    const own = wanted === name ? mine : {};
    const one = {name, panel, tab, step: 0, remembered: {...own}};
    one.shell = {
      get step() { return one.step; },
      go: (k) => { stop(); go(one, k); },
      refresh: () => go(one, one.step),
      stop,
      asked: own,
      remember: (more) => { Object.assign(one.remembered, more); if (one === current) link(); },
    };
    one.view = {steps: 0, stride: 1, words: {}, start: 0, keys: {}, ...makers[name].build(
      panel, data, one.shell)};
    one.view.words = {forward: "step", stride: "sweep", ...one.view.words};
    one.step = one.view.start;
    tab.addEventListener("click", () => choose(one));
    pages.push(one);
  }

  function open() {
    const wanted = asked();
    const one = pages.find((other) => other.name === wanted.page) || pages[0];
    choose(one, wanted.page === one.name && wanted.step !== undefined ? Number(wanted.step)
      : undefined);
  }

  /* A link was typed while the file is open. */
  function follow() {
    const {page: name, step, ...more} = asked();
    const one = pages.find((other) => other.name === name);
    const same = one && JSON.stringify(more) === JSON.stringify(Object.fromEntries(Object.entries(
      one.remembered).map(([key, value]) => [key, String(value)])));
    if (one && !same) location.reload();
    else open();
  }

  function start() {
    window.addEventListener("error", (event) => failed(event.message));
    window.addEventListener("unhandledrejection", (event) => failed(String(event.reason)));
    try {
      buildBar();
      document.querySelectorAll('[role="tab"]').forEach(build);
      open();
      for (const one of pages) {
        for (const [what, computed, expected] of one.view.checks ? one.view.checks() : []) {
          const off = differs(computed, expected);
          if (!(off <= TOLERANCE)) return failed(`${one.name}: ${what} differs by ${off}`);
        }
      }
    } catch (problem) {
      failed(problem.message);
      throw problem;
    }
    document.addEventListener("keydown", onKey);
    window.addEventListener("hashchange", follow);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", recolour);
    const switchLarge = document.getElementById("large");
    switchLarge.addEventListener("click", () => large(
      switchLarge.getAttribute("aria-pressed") !== "true"));
    document.getElementById("agrees").textContent =
      `What this page computes agrees with gibbspool to 1e-12 (${checked} numbers checked).`;
    document.documentElement.setAttribute("data-ok", "true");
  }

  return {page, start, element, svg, button, slider, choice, number, fixed, percent, quantile,
          colour, plot, still, ticks};
})();
