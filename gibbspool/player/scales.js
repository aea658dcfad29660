/* Packed numbers, and the scales on which kernels work: u = log x and the like. */
"use strict";

const scales = (() => {
  const LETTERS = Array.from({length: 92}, (_, i) => String.fromCharCode(35 + i))
    .filter((letter) => letter !== "\\" && letter !== "<").join("");
  const LEVELS = LETTERS.length ** 2 - 1;
  const DEPTH = 9;                         // curves reach so far below their top, in log density

  /* The numbers of a text from packing.py. */
  function unpacked(text, low, high) {
    const found = [];
    for (let i = 0; i < text.length; i += 2) {
      const n = LETTERS.indexOf(text[i]) * LETTERS.length + LETTERS.indexOf(text[i + 1]);
      found.push(low + (high - low) * n / LEVELS);
    }
    return found;
  }

  /* There and back, and log |dx/du|, of a scale such as {kind: "log", low: 0}. */
  function scale(told) {
    const {kind = "line", low = 0, high = 1} = told || {};
    if (kind === "log") {
      return {kind, low, u: (x) => Math.log(x - low), x: (u) => low + Math.exp(u),
              jacobian: (u) => u};
    }
    if (kind === "logit") {
      return {kind, low, high, u: (x) => Math.log((x - low) / (high - x)),
              x: (u) => low + (high - low) / (1 + Math.exp(-u)),
              jacobian: (u) => Math.log(high - low) - Math.log1p(Math.exp(-Math.abs(u))) * 2
                - Math.abs(u)};
    }
    if (kind === "arcsinh") {
      return {kind, u: Math.asinh, x: Math.sinh, jacobian: (u) => Math.log(Math.cosh(u))};
    }
    return {kind: "line", u: (x) => x, x: (u) => u, jacobian: () => 0};
  }

  /* How many digits a number has. */
  const digits = (x) => Math.max(1, String(x).replace(/^0\.0*|\./g, "").replace(/0+$/, "").length);

  /* What is on the axis of u, in words: "log x". */
  function named({kind, low = 0, high = 1}, text) {
    const above = low === 0 ? text : `(${text} \u2212 ${player.number(low)})`, wide = high - low;
    if (kind === "line") return text;
    if (kind === "logit" && wide !== 1) return `logit of ${above}/${player.number(wide)}`;
    return `${kind} ${kind === "arcsinh" ? text : above}`;
  }

  /* The title of such an axis, whose marks tell x. */
  const titled = (one, text) => one.kind === "line" ? text : `${text}, ${one.kind} scale`;

  /* Marks for an axis of u that tell x: 1, 2 and 5 times powers of ten, or round values. */
  function marks(one, from, to, most) {
    const low = one.x(from), high = one.x(to);
    if (one.kind === "line") return null;
    let at = player.ticks(low, high, most);
    if (one.kind === "log" && low > 0 && high / low > 4) {
      const bases = high / low > 300 ? [1] : high / low > 40 ? [1, 3] : [1, 2, 5];
      at = [];
      for (let k = Math.floor(Math.log10(low)); k <= Math.log10(high); k++) {
        for (const base of bases) at.push(base * 10 ** k);
      }
    }
    const shown = at.map((x) => +x.toPrecision(6)).filter((x) => x >= low && x <= high);
    const decimals = Math.max(0, ...shown.map((x) => (String(x).split(".")[1] || "").length));
    const even = shown.every((x) => 1e-4 <= Math.abs(x) && Math.abs(x) < 1e6 || x === 0);
    const spread = one.kind === "log" && high / low > 4;    // each mark with digits of its own
    return shown.map((x) => [one.u(x), even && !spread ? player.fixed(x, decimals)
      : player.number(x, digits(x))]);
  }

  /* A curve of curves.curve: points u and heights, 1 at the top; smooth between its points. */
  function curve([low, high, text]) {
    const logs = unpacked(text, -DEPTH, 0), n = logs.length, us = [], heights = [];
    const FINER = 5, CLIFF = 2;              // at a cliff, such as an end of the support: straight
    for (let i = 0; i < n - 1; i++) {
      const a = logs[Math.max(i - 1, 0)], b = logs[i], c = logs[i + 1];
      const d = logs[Math.min(i + 2, n - 1)];
      for (let k = 0; k < FINER; k++) {
        const t = k / FINER;
        const smooth = b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d
          + t * (3 * (b - c) + d - a)));
        us.push(low + (high - low) * (i + t) / (n - 1));
        if (Math.max(Math.abs(b - a), Math.abs(c - b), Math.abs(d - c)) > CLIFF) {
          heights.push(Math.exp(b) + t * (Math.exp(c) - Math.exp(b)));
          continue;
        }
        heights.push(Math.exp(Math.min(Math.max(smooth, Math.min(b, c) - 0.03),
                                       Math.max(b, c) + 0.03)));
      }
    }
    us.push(high);
    heights.push(Math.exp(logs[n - 1]));
    return {u: us, y: heights};
  }

  /* Numbers at equal distances, and between them others, on a smooth curve through them. */
  function finer(y, times = 4) {
    const found = [];
    for (let i = 0; i < y.length - 1; i++) {
      const b = y[i], c = y[i + 1], a = i ? y[i - 1] : 2 * b - c;
      const d = i + 2 < y.length ? y[i + 2] : 2 * c - b;
      for (let k = 0; k < times; k++) {
        const t = k / times;
        found.push(Math.max(0, b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d
          + t * (3 * (b - c) + d - a)))));
      }
    }
    return [...found, y[y.length - 1]];
  }

  /* A density of curves.density: points x and densities. */
  function density([low, high, top, text, spaced]) {
    const y = finer(unpacked(text, 0, top)), n = y.length;
    const even = scale(spaced ? {kind: spaced} : null);
    const from = even.u(low), to = even.u(high);
    return {x: y.map((_, i) => even.x(from + (to - from) * i / (n - 1))), y, low, high, top, even};
  }

  /* The value of such a density, between its points by straight lines. */
  function at({low, high, y, even}, x) {
    if (x < low || x > high) return 0;
    const from = even.u(low), place = (even.u(x) - from) / (even.u(high) - from) * (y.length - 1);
    const i = Math.max(0, Math.min(Math.floor(place), y.length - 2));
    return y[i] + (place - i) * (y[i + 1] - y[i]);
  }

  /* A density on another scale, heights 1 at the top: points u and heights. */
  function onScale(one, marginal, from, to, points = 160) {
    const u = [], y = [];
    for (let i = 0; i <= points; i++) {
      const here = from + (to - from) * i / points;
      u.push(here);
      y.push(at(marginal, one.x(here)) * Math.exp(one.jacobian(here)));
    }
    const top = Math.max(...y) || 1;
    return {u, y: y.map((h) => h / top)};
  }

  return {unpacked, finer, scale, named, titled, marks, curve, density, at, onScale};
})();
