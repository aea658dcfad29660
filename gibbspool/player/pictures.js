/* Pictures: curves on a canvas, axes and words over it; functions of `player`. */
"use strict";

const pictures = (() => {
  const {element, svg, number, fixed} = elements;

  let palette = null, unit = 1;            // how large the type is, beside the usual 16 pixels

  function ask() {
    palette = getComputedStyle(document.documentElement);
    unit = parseFloat(palette.fontSize) / 16;
  }

  /* A colour of player.css by its name, such as "blue" for --blue, for canvases. */
  function colour(name) {
    if (!palette) ask();
    return palette.getPropertyValue("--" + name).trim() || name;
  }

  /* Whether the reader asked for less movement. */
  const still = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

  const SHARP = 3;                          // dots on paper for each pixel
  const onPaper = () => matchMedia("print").matches;

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
     p.x and p.y turn values into pixels, p.value turns pixels into a value of x. Curves and lines
     end at the frame; words move where they would stand over each other (labels.js), and p.label
     is p.word in pixels. Heights, margins, dx and dy are for type of 16 pixels and grow with it;
     p.em does that for other lengths. A margin at the bottom of 22 has room for marks, of 38 for
     the title of the axis below them. The label is what a screen reader says. */
  function plot({height = 200, label = "", margin = {}, kind = ""}) {
    const canvas = element("canvas", {"aria-hidden": "true"});
    const words = svg("svg", {role: "img", "aria-label": label});
    const root = element("div", {class: "plot " + kind}, canvas, words);
    const given = {left: 8, right: 8, top: 8, bottom: 38, ...margin}, sides = {...given};
    const pen = canvas.getContext("2d");
    const p = {root, canvas, words, sides, width: 0, height, paint, refresh, relabel, forget};
    let painter = null, xs = [0, 1], ys = [0, 1], size = null, taken = [];
    root.style.height = `${height / 16}rem`;

    function relabel(text) { words.setAttribute("aria-label", text); }

    function paint(draw) {
      painter = draw || painter;
      refresh();
    }

    function forget() { size = null; }

    function refresh() {
      if (!palette) ask();
      // asked of the browser only when it has changed: each question costs a layout
      size = size || [root.clientWidth, root.clientHeight];
      const [width, tall] = size;
      if (!painter || !width || !tall) return;
      const ratio = onPaper() ? SHARP : window.devicePixelRatio || 1;
      if (canvas.width !== Math.round(width * ratio)
          || canvas.height !== Math.round(tall * ratio)) {
        canvas.width = Math.round(width * ratio);
        canvas.height = Math.round(tall * ratio);
        words.setAttribute("viewBox", `0 0 ${width} ${tall}`);
      }
      p.width = width;
      p.height = tall;
      for (const side of Object.keys(given)) sides[side] = given[side] * unit;
      taken = [];
      pen.setTransform(ratio, 0, 0, ratio, 0, 0);
      pen.clearRect(0, 0, width, tall);
      words.replaceChildren();
      painter(p);
    }

    p.em = (length) => length * unit;
    p.range = (x, y) => { xs = x; ys = y; };
    p.x = (v) => sides.left + (v - xs[0]) / (xs[1] - xs[0]) * (p.width - sides.left - sides.right);
    p.y = (v) => p.height - sides.bottom
      - (v - ys[0]) / (ys[1] - ys[0]) * (p.height - sides.top - sides.bottom);
    p.value = (pixel) => xs[0] + (pixel - sides.left) / (p.width - sides.left - sides.right)
      * (xs[1] - xs[0]);

    /* Nothing that is drawn until pen.restore() leaves the frame. */
    function frame(room = 1) {
      pen.save();
      pen.beginPath();
      pen.rect(sides.left - room, sides.top - room, p.width - sides.left - sides.right + 2 * room,
               p.height - sides.top - sides.bottom + 2 * room);
      pen.clip();
    }

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
      frame();
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
      frame(4 + (options.beyond || 0));
      pen.beginPath();
      pen.moveTo(p.x(from[0]), p.y(from[1]));
      pen.lineTo(p.x(to[0]), p.y(to[1]));
      stroke(options);
      pen.restore();
    };

    p.word = (x, y, text, options = {}) => p.label(p.x(x) + p.em(options.dx || 0),
                                                   p.y(y) + p.em(options.dy || 0), text, options);

    p.label = (x, y, text, {anchor = "middle", kind = "", colour: hue, fixed: only} = {}) => {
      const node = svg("text", {class: kind}, text);
      if (hue || !kind) node.style.fill = `var(--${hue || "ink"})`;
      words.append(node);
      labels.place(node, taken, p, {x, y, anchor, fixed: only});
    };

    p.axis = (side, options = {}) => {
      const [low, high] = side === "x" ? xs : ys;
      const room = side === "x" ? p.width / p.em(70) : p.height / p.em(40);
      const most = options.most || Math.max(2, Math.min(7, Math.floor(room)));
      const few = ticks(low, high, most), at = few.length > 1 ? few : ticks(low, high, 2 * most);
      const gap = at.length > 1 ? at[1] - at[0] : 1;
      const marks = options.ticks || at.map((v) => [v, tickText(v, gap)]);
      const base = p.height - sides.bottom;
      if (side === "x") {
        words.append(svg("path", {class: "axis", d: `M${sides.left} ${base}H${p.width
          - sides.right}` + marks.map(([v]) => `M${p.x(v)} ${base}v4`).join("")}));
        for (const [v, text] of marks) {
          p.word(v, ys[0], text, {dy: 16, kind: "tick", fixed: true});
        }
        if (options.title) {
          p.label(p.width - sides.right, base + p.em(32), options.title,
                  {anchor: "end", kind: "title"});
        }
      } else {
        words.append(svg("path", {class: "axis", d: `M${sides.left} ${sides.top}V${base}`
          + marks.map(([v]) => `M${sides.left} ${p.y(v)}h-4`).join("")}));
        for (const [v, text] of marks) {
          p.word(xs[0], v, text, {dx: -7, dy: 4, anchor: "end", kind: "tick", fixed: true});
        }
        if (options.title) {
          p.label(sides.left + 5, sides.top + 4, options.title, {anchor: "start", kind: "title"});
        }
      }
    };

    new ResizeObserver(() => {
      forget();
      refresh();
    }).observe(root);
    plots.add(p);
    return p;
  }

  const plots = new Set();

  /* Colours or type have changed: every picture is drawn anew. */
  function redraw() {
    palette = null;
    labels.forget();
    for (const one of plots) one.forget();
    for (const one of plots) one.refresh();
  }

  return {plot, colour, ticks, still, redraw};
})();
