/* What is wrong with how the page that is open stands on the screen, as a list of texts. */
(() => {
  const found = [], ROOM = 0.5;
  const seen = (one) => {
    const {width, height} = one.getBoundingClientRect();
    return width > 0 && height > 0;
  };
  const names = (one) => `"${one.textContent.trim().slice(0, 30)}"`;

  /* Where the letters of a text stand: its box has room above and below them. */
  function letters(text) {
    const {left, right, top, bottom} = text.getBoundingClientRect(), air = 0.17 * (bottom - top);
    return {text, left, right, top: top + air, bottom: bottom - air};
  }

  for (const picture of document.querySelectorAll("main svg")) {
    if (!seen(picture)) continue;
    const frame = picture.getBoundingClientRect();
    const words = [...picture.querySelectorAll("text")]
      .filter((one) => one.textContent.trim() && seen(one)).map(letters);
    words.forEach((one, i) => {
      if (one.left < frame.left - ROOM || one.right > frame.right + ROOM
          || one.top < frame.top - ROOM || one.bottom > frame.bottom + ROOM) {
        found.push(`${names(one.text)} leaves its picture`);
      }
      for (const other of words.slice(i + 1)) {
        if (Math.min(one.right, other.right) - Math.max(one.left, other.left) > ROOM
            && Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top) > ROOM) {
          found.push(`${names(one.text)} and ${names(other.text)} overlap`);
        }
      }
    });
  }

  const SCROLLING = ".scroll, .lines, .strip, .check, [role=tablist]";
  for (const one of document.querySelectorAll("header *, main *, #bar *")) {
    if (!seen(one) || one.closest("svg")) continue;
    const box = one.getBoundingClientRect(), {overflowX} = getComputedStyle(one);
    if (box.right > innerWidth + 1 && !one.closest(SCROLLING)) {
      found.push(`${names(one)} is beyond the window`);
    }
    const card = one.closest(".card, .bar");
    if (card && box.right > card.getBoundingClientRect().right + 1 && !one.closest(SCROLLING)) {
      found.push(`${names(one)} leaves its card`);
    }
    if (overflowX === "hidden" && one.scrollWidth > one.clientWidth + 1) {
      found.push(`${names(one)} is cut off`);
    }
    if (one.matches("button, select, input, summary")) {
      const said = one.getAttribute("aria-label") || one.textContent.trim()
        || (one.labels && one.labels.length && one.labels[0].textContent);
      if (!said) found.push(`${one.outerHTML} has no name`);
      if (innerWidth < 500 && (box.height < 40 || box.width < 40)) {
        found.push(`${said} is too small for a finger: ${box.width} x ${box.height}`);
      }
    }
  }
  return [...new Set(found)];
})()
