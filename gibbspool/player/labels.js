/* Words in a picture: none over another, none outside; a word that has no room moves by a line. */
"use strict";

const labels = (() => {
  const pen = document.createElement("canvas").getContext("2d");
  const ASCENT = 0.8, DESCENT = 0.24, LINE = 1.2;          // in heights of the type
  const LINES = [0, -1, 1, -2, 2, -3, 3];
  let fonts = {};

  /* Asked of the browser once for each kind of word: each question costs a layout. */
  function fontOf(node) {
    const kind = node.getAttribute("class");
    if (!fonts[kind]) {
      const {fontStyle, fontWeight, fontSize, fontFamily} = getComputedStyle(node);
      fonts[kind] = {name: `${fontStyle} ${fontWeight} ${fontSize} ${fontFamily}`,
                     height: parseFloat(fontSize), widths: new Map()};
    }
    return fonts[kind];
  }

  /* Of type of another size nothing is known any more. */
  function forget() { fonts = {}; }

  function widthOf(text, {name, widths}) {
    if (!widths.has(text)) {
      pen.font = name;
      widths.set(text, pen.measureText(text).width);
    }
    return widths.get(text);
  }

  /* A text as long as there is room for it. */
  function shortened(text, room, font) {
    let cut = text;
    while (cut.length > 1 && widthOf(cut, font) > room) cut = `${cut.slice(0, -2)}\u2026`;
    return cut;
  }

  const over = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom
    && b.top < a.bottom;

  const between = (x, low, high) => Math.max(low, Math.min(x, high));

  /* Put a word where it should stand, or a few lines from there where it has room; one that has
     none anywhere goes, and so does a mark of an axis, which is `fixed` to its place. `taken` holds
     the boxes of the words before; width and height are the frame's. */
  function place(node, taken, {width, height}, {x, y, anchor, fixed}) {
    const font = fontOf(node), tall = font.height;
    const text = shortened(node.textContent, width - 2, font);
    if (text !== node.textContent) node.textContent = text;
    const wide = widthOf(text, font);
    const start = x - {start: 0, middle: wide / 2, end: wide}[anchor];
    const left = between(start, 1, Math.max(1, width - wide - 1));
    for (const line of fixed ? [0] : LINES) {
      const base = between(y + line * LINE * tall, ASCENT * tall, height - DESCENT * tall);
      const box = {left: left - 2, right: left + wide + 2, top: base - ASCENT * tall,
                   bottom: base + DESCENT * tall};
      if (taken.some((other) => over(box, other))) continue;
      taken.push(box);
      node.setAttribute("x", left);
      node.setAttribute("y", base);
      return;
    }
    node.remove();
  }

  return {place, forget};
})();
