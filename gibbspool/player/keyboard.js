/* What keys do. On what the mouse was used they do what the foot of the page says; whoever walks
   from one thing to the next with the tabulator gives each its own keys. */
"use strict";

const keyboard = (() => {
  let pointed = false;                    // by mouse or finger, since the tabulator last moved on

  /* `bar` has pages, place (its slider), now() for the page that is shown, and what keys do: move,
     play, choose and large. */
  function listen(bar) {
    document.addEventListener("keydown", (event) => onKey(bar, event));
    document.addEventListener("pointerdown", () => { pointed = true; });
    document.addEventListener("change", (event) => leave(bar, event));
  }

  /* What was chosen with the mouse is left, so that the keys are the page's again. */
  function leave(bar, {target}) {
    if (pointed && target.matches("select")) bar.now().panel.focus({preventScroll: true});
  }

  /* Whether a field takes a key itself; in the slider of the bar the arrows to the sides do what
     they do everywhere. */
  function takes(field, key, byKeyboard, bar) {
    if (field.matches("select")) return true;
    if (!byKeyboard) return false;
    if (field === bar.place) return /^Arrow(Up|Down)$/.test(key);
    return /^(Arrow|Page|Home|End)/.test(key);
  }

  /* What each key does on the page that is shown. */
  function keysOf({pages, now, move, play, choose, large}, shift) {
    const {view} = now();
    const keys = {
      ArrowRight: () => move(shift ? view.stride : 1),
      ArrowLeft: () => move(shift ? -view.stride : -1),
      PageDown: () => move(view.stride), PageUp: () => move(-view.stride),
      Home: () => move(-Infinity), End: () => move(Infinity),
      " ": () => { if (view.steps) play(); },
      l: large,
    };
    pages.forEach((one, i) => { keys[i + 1] = () => choose(one); });
    return Object.assign(keys, view.keys);
  }

  function nextTab({pages, now, choose}, by) {
    const next = pages[(pages.indexOf(now()) + by + pages.length) % pages.length];
    choose(next);
    next.tab.focus();
  }

  function onKey(bar, event) {
    const {key, target} = event;
    if (key === "Tab") pointed = false;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const field = target.closest("input, select, textarea");
    const byKeyboard = !pointed && target.matches(":focus-visible");
    if (field && takes(field, key, byKeyboard, bar)) return;
    if (target.closest('[role="tab"]') && byKeyboard && /^Arrow(Left|Right)$/.test(key)) {
      nextTab(bar, key === "ArrowRight" ? 1 : -1);
      return event.preventDefault();
    }
    // who walks from button to button presses them with the space bar
    if (key === " " && target.closest("button, summary") && byKeyboard) return;
    const keys = keysOf(bar, event.shiftKey), press = keys[key] || keys[key.toLowerCase()];
    if (!press || (!bar.now().view.steps && /^(Arrow|Page|Home|End)/.test(key))) return;
    event.preventDefault();
    press();
  }

  return {listen};
})();
