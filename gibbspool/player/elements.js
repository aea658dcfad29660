/* Elements of a page, and numbers as a reader would write them; functions of `player`. */
"use strict";

const elements = (() => {
  function fill(node, attributes, children) {
    for (const [name, value] of Object.entries(attributes || {})) {
      if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
      else if (value === true) node.setAttribute(name, "");
      else if (value !== false && value !== null && value !== undefined) {
        node.setAttribute(name, value);
      }
    }
    node.append(...children.flat().filter((one) => one !== null && one !== undefined)
      .flatMap((one) => typeof one === "string" ? lowered(one, node.namespaceURI === SVG) : [one]));
    return node;
  }

  const SVG = "http://www.w3.org/2000/svg";

  /* A text whose Greek letters have indices, such as \u03c3_log, as texts and lowered pieces. */
  function lowered(text, inSvg = false) {
    const [first, ...rest] = text.split(/([\u0370-\u03ff])_([a-z]+)/), found = [first];
    for (let i = 0; i < rest.length; i += 3) {
      found.push(rest[i], ...inSvg
        ? [svg("tspan", {dy: 3, "font-size": "75%"}, rest[i + 1]), svg("tspan", {dy: -3}, "\u200b")]
        : [element("sub", {}, rest[i + 1])], rest[i + 2]);
    }
    return found;
  }

  /* An element: element("p", {class: "soft"}, "text", other). Children that are text stay text. */
  function element(tag, attributes, ...children) {
    return fill(document.createElement(tag), attributes, children);
  }

  /* The same for what stands inside an <svg>. */
  function svg(tag, attributes, ...children) {
    return fill(document.createElementNS(SVG, tag), attributes, children);
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

  return {fill, element, svg, lowered, button, slider, choice, number, fixed, percent, quantile};
})();
