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
    shell.resize(n)             the states are now numbered 0 ... n
    shell.asked                 what the link asks of this page besides its step: {size: "0.25"}
    shell.remember({size: 0.25})  put that into the link

Helpers of all pages are functions of `player`, see elements.js (element, svg, button, slider,
choice, number, fixed, percent, quantile) and pictures.js (plot, colour, ticks, still). Text that
may come from a reader's file (labels of groups) goes into the page as text alone: give it to
`element` as a child, never to innerHTML.

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
  const {element, button, fill} = elements;

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
    bar.said.replaceChildren(...elements.lowered(said));
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

  const PACES = ["1", "4", "30", "sweep"];   // a second; "sweep": ten of the long steps

  const many = (count, word) => `${count} ${word}${count === 1 || !/[a-z]$/.test(word) ? "" : "s"}`;
  const article = (word) => /^\d/.test(word) ? word : `a ${word}`;

  /* A pace in the words of a page: "4 moves/s", "100 draws/s". */
  function paceOf(pace, {forward, stride}) {
    const [, times, word] = /^(\d*) ?(.*?)s?$/.exec(stride);
    return `${pace === "sweep" ? many(10 * (times || 1), word) : many(Number(pace), forward)}/s`;
  }

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
    for (const [one, word, where] of [
      [bar.forward, view.words.forward, "forward"], [bar.back, view.words.forward, "back"],
      [bar.forwardStride, view.words.stride, "forward"],
      [bar.backStride, view.words.stride, "back"],
    ]) {
      one.querySelector("span").textContent = word;
      one.title = `${article(word)} ${where}`;
      one.setAttribute("aria-label", one.title);
    }
    PACES.forEach((pace, i) => {
      bar.pace.options[i].textContent = paceOf(pace, view.words);
    });
    document.getElementById("key-forward").textContent = article(view.words.forward);
    document.getElementById("key-stride").textContent = article(view.words.stride);
    inView(one.tab);
    bar.forwardStride.hidden = bar.backStride.hidden = view.stride === 1;
    document.getElementById("keys-of-page").textContent = view.help ? ` \u00b7 ${view.help}` : "";
    go(one, step === undefined ? one.step : step);
  }

  // ---------------------------------------------------------------- the bar

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
    bar.pace = element("select", {"aria-label": "pace of playing, a second"},
                       ...PACES.map((value) => element("option", {value})));
    bar.pace.value = "4";
    bar.said = element("p", {class: "said", "aria-live": "polite"});
    bar.root = element("div", {class: "bar", role: "group", "aria-label": "moving"},
      bar.said,
      element("div", {class: "buttons"}, bar.first, bar.backStride, bar.back, bar.play,
              bar.forward, bar.forwardStride, bar.last),
      element("div", {class: "jump"}, bar.place, bar.count, bar.pace));
    document.getElementById("bar").append(bar.root);
  }

  function inView(tab) {
    tab.scrollIntoView({block: "nearest", inline: "center", behavior: "instant"});
  }

  function large(on) {
    document.documentElement.classList.toggle("large", on);
    document.getElementById("large").setAttribute("aria-pressed", on);
    if (current) {
      current.view.show(current.step, false);
      pictures.redraw();
      inView(current.tab);
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
      resize: (steps) => { one.view.steps = steps; if (one === current) bar.place.max = steps; },
      asked: own,
      remember: (more) => { Object.assign(one.remembered, more); if (one === current) link(); },
    };
    one.view = {steps: 0, stride: 1, words: {}, start: 0, keys: {}, ...makers[name].build(
      panel, data, one.shell)};
    one.view.words = {forward: "step", stride: "sweep", ...one.view.words};
    one.step = one.view.start;
    tab.addEventListener("click", (event) => {
      choose(one);
      // after a click with the mouse the arrows are to move the page, not to change it
      if (event.detail > 0) panel.focus({preventScroll: true});
    });
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
    keyboard.listen({pages, place: bar.place, now: () => current, move, play, choose,
                     large: () => large(!document.documentElement.classList.contains("large"))});
    window.addEventListener("hashchange", follow);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", pictures.redraw);
    matchMedia("print").addEventListener("change", pictures.redraw);
    const switchLarge = document.getElementById("large");
    switchLarge.addEventListener("click", () => large(
      switchLarge.getAttribute("aria-pressed") !== "true"));
    document.getElementById("agrees").textContent =
      `What this page computes agrees with gibbspool to 1e-12 (${checked} numbers checked).`;
    document.documentElement.setAttribute("data-ok", "true");
  }

  return {...elements, ...pictures, page, start};
})();
