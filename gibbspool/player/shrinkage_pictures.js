/* The pictures of the page on shrinkage; each draws a scene: what is known of the data, and the
   estimates, as shrinkage.js has them at its present stop of tau. */
"use strict";

const shrinkagePictures = (() => {
  const ROW = 27;                          // pixels of a group's row
  const ROOM_FOR_WORDS = 1.35;             // heights of a curve, with that of what is said above it

  /* A long name without its middle: those of many groups differ at the end. */
  function short(text) {
    return text.length > 13 ? `${text.slice(0, 6)}\u2026${text.slice(-6)}` : text;
  }

  /* The posterior of tau, with its prior, and the value that it is set to. */
  function ofTau({data, stops, largest, right, k, tau, averaged}, p) {
    const {posterior, prior, cdf} = data.tau, last = stops.length;
    const inside = posterior.filter(Number.isFinite).sort((a, b) => a - b);
    const highest = prior ? Math.min(Math.max(...prior), 2 * inside.at(-1)) : 0;
    const top = ROOM_FOR_WORDS * Math.max(player.quantile(inside, 0.97), highest);
    p.range([0, right], [0, top]);
    p.axis("x", {ticks: [...player.ticks(0, largest, 5).filter((x) => x < 0.97 * largest)
      .map((x) => [x, String(Number(x.toPrecision(3)))]), [right, "∞"]]});
    if (!averaged) p.curve(stops.slice(0, k + 1), posterior.slice(0, k + 1),
                           {colour: "blue", width: 0, fill: 0.22});
    else p.curve(stops, posterior, {colour: "blue", width: 0, fill: 0.22});
    if (prior) p.curve(stops, prior, {colour: "grey", dash: [5, 4]});
    p.curve(stops, posterior, {colour: "blue", width: 2.5});
    p.line([1.045 * largest, 0], [1.045 * largest, 0.06 * top], {colour: "faint", dash: [2, 2]});
    const peak = Math.max(...inside);
    const at = Math.max(posterior.indexOf(peak), posterior.findLastIndex((y) => y > 0.75 * peak));
    p.word(stops[at], posterior[at], "posterior",
           {colour: "blue", anchor: "start", dx: 6, dy: -8});
    const far = Math.round(0.72 * last);
    if (prior) p.word(stops[far], prior[far], "prior", {colour: "grey", anchor: "start", dx: 6,
                                                        dy: -8});
    if (averaged) {
      p.word(0.55 * largest, 0.9 * top, "all of them, each by its probability",
             {colour: "faint"});
      return;
    }
    const place = tau === Infinity ? right : tau;
    p.line([place, 0], [place, 0.93 * top], {colour: "orange", width: 2.5});
    p.dots([place], [0], {colour: "orange", size: 7});
    p.word(place, 0.95 * top, `τ = ${player.number(tau)}`,
           {anchor: place > 0.7 * largest ? "end" : "start", dx: place > 0.7 * largest ? -7 : 7,
            kind: "strong"});
    if (tau < Infinity) {
      p.word(place, 0.95 * top, `${player.percent(cdf[k])} below`,
             {anchor: place > 0.7 * largest ? "end" : "start",
              dx: place > 0.7 * largest ? -7 : 7, dy: 17, colour: "faint"});
    }
  }

  /* Every group's own estimate above, its pooled one below. */
  function together({data, width, mu, theta, chosen, number}, p) {
    p.range(width, [0, 1]);
    if (mu) {
      p.line([mu.mean, 0.04], [mu.mean, 0.95], {colour: "green", dash: [5, 4]});
      p.word(mu.mean, 1, `μ ${number(mu.mean)}`, {colour: "green", dy: -2, kind: "strong"});
    }
    p.word(width[0], 0.83, "own", {anchor: "end", dx: -9, dy: 4, colour: "grey"});
    p.word(width[0], 0.13, "pooled", {anchor: "end", dx: -9, dy: 4, colour: "blue"});
    const draw = (i) => {
      const j = data.shown[i], bold = j === chosen;
      p.line([data.y[j], 0.83], [theta[i].mean, 0.13],
             {colour: bold ? "orange" : "faint", width: bold ? 3 : 1.2, alpha: bold ? 1 : 0.7});
    };
    data.shown.forEach((j, i) => { if (j !== chosen) draw(i); });
    draw(data.shown.indexOf(chosen));
    data.shown.forEach((j, i) => {
      const bold = j === chosen;
      p.dots([data.y[j]], [0.83], {colour: bold ? "orange" : "grey", size: bold ? 6 : 5,
                                   open: true});
      p.dots([theta[i].mean], [0.13], {colour: bold ? "orange" : "blue", size: bold ? 6 : 5});
    });
  }

  /* A row for each group: its own interval and its pooled one. */
  function forest({data, width, own, mu, pull, theta, chosen}, p) {
    const rows = data.shown.length;
    p.range(width, [rows, 0]);
    p.axis("x");
    if (mu) {
      const [left, right] = [mu.low, mu.high].map((x) => p.x(Math.max(width[0],
                                                                      Math.min(x, width[1]))));
      p.words.append(player.svg("rect", {x: left, y: p.sides.top, width: right - left,
                                         height: p.height - p.sides.top - p.sides.bottom,
                                         class: "ofmu"}));
      p.line([mu.mean, 0], [mu.mean, rows], {colour: "green", dash: [5, 4]});
    }
    p.word(width[1], 0, "pulled", {anchor: "end", dx: 58, dy: -6, kind: "tick"});
    data.shown.forEach((j, i) => {
      const bold = j === chosen, mid = i + 0.5, shift = 5 / ROW;
      p.line([own[i].low, mid - shift], [own[i].high, mid - shift], {colour: "grey", width: 2});
      p.dots([own[i].mean], [mid - shift], {colour: "grey", size: 4, open: true});
      p.line([theta[i].low, mid + shift], [theta[i].high, mid + shift],
             {colour: bold ? "orange" : "blue", width: 4});
      p.dots([theta[i].mean], [mid + shift], {colour: bold ? "orange" : "blue", size: 5.5});
      p.word(width[0], mid, short(data.groups[j]),
             {anchor: "end", dx: -10, dy: 4, kind: bold ? "strong" : ""});
      p.word(width[1], mid, player.percent(pull[i]), {anchor: "end", dx: 54, dy: 4,
                                               kind: bold ? "strong" : "tick"});
    });
  }

  return {ofTau, together, forest, short, ROW};
})();
