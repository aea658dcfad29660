/* The plate diagram: the variable that is drawn, and its Markov blanket, lit. */
"use strict";

const diagram = (() => {
  const WIDTH = 300, LEFT = 150, ACROSS = 100, TOP = 34, DOWN = 82, R = 21;

  /* A diagram as an <svg>. `told` comes from gibbs_page.diagrams: nodes, lit, blanket, gone. */
  function draw(told, plateText) {
    const at = (node) => [LEFT + ACROSS * node.place[0], TOP + DOWN * node.place[1]];
    const byName = Object.fromEntries(told.nodes.map((node) => [node.name, node]));
    const rows = Math.max(...told.nodes.map((node) => node.place[1]));
    const height = TOP + DOWN * rows + R + 30;
    const root = player.svg("svg", {viewBox: `0 0 ${WIDTH} ${height}`, class: "diagram",
                                    role: "img", "aria-label": spoken(told)});
    root.append(player.svg("defs", {}, player.svg("marker", {
      id: "arrow-" + told.lit, viewBox: "0 0 10 10", refX: 9, refY: 5, markerWidth: 7,
      markerHeight: 7, orient: "auto"}, player.svg("path", {d: "M0 0L10 5L0 10z",
                                                            class: "head"}))));
    root.append(player.svg("rect", {x: 18, y: TOP + DOWN - R - 14, width: WIDTH - 36,
                                    height: DOWN * (rows - 1) + 2 * R + 38, rx: 8, class: "plate"}),
                player.svg("text", {x: 27, y: height - 14, class: "of-plate"}, plateText));
    for (const node of told.nodes) {
      for (const parent of node.parents) {
        root.append(arrow(at(byName[parent]), at(node), told, parent, node.name));
      }
    }
    for (const node of told.nodes) root.append(circle(node, at(node), told));
    return root;
  }

  function arrow([x0, y0], [x1, y1], told, from, to) {
    const long = Math.hypot(x1 - x0, y1 - y0), gone = told.gone.includes(from)
      || told.gone.includes(to);
    const step = (R + 2) / long;
    return player.svg("path", {
      d: `M${x0 + (x1 - x0) * step} ${y0 + (y1 - y0) * step}L${x1 - (x1 - x0) * step} ${y1
        - (y1 - y0) * step}`, class: gone ? "arrow gone" : "arrow",
      "marker-end": `url(#arrow-${told.lit})`});
  }

  function state(node, told) {
    if (node.name === told.lit) return "lit";
    if (told.gone.includes(node.name)) return "gone";
    return told.blanket.includes(node.name) ? "blanket" : "other";
  }

  function circle(node, [x, y], told) {
    const group = player.svg("g", {class: `node ${node.kind} ${state(node, told)}`});
    if (node.kind === "known") {
      group.append(player.svg("rect", {x: x - 5, y: y - 5, width: 10, height: 10}));
    } else {
      group.append(player.svg("circle", {cx: x, cy: y, r: R}));
      if (node.kind === "computed") {
        group.append(player.svg("circle", {cx: x, cy: y, r: R - 4, class: "inner"}));
      }
    }
    group.append(label(node, x, y));
    return group;
  }

  /* The symbol, from its HTML: italics with marks below and above. */
  function label(node, x, y) {
    const holder = document.createElement("span");
    holder.innerHTML = node.symbol;          // written by gibbspool, not by a reader
    const text = player.svg("text", {x, y: node.kind === "known" ? y + 22 : y + 6,
                                     "text-anchor": "middle"});
    for (const part of holder.childNodes) {
      const tag = part.nodeName.toLowerCase();
      const shift = {sub: 4, sup: -6}[tag] || 0;
      text.append(player.svg("tspan", {dy: shift, class: tag === "i" ? "letter" : "mark"},
                             part.textContent));
      if (shift) text.append(player.svg("tspan", {dy: -shift}, "\u200b"));
    }
    return text;
  }

  function spoken(told) {
    const texts = Object.fromEntries(told.nodes.map((node) => [node.name, node.text]));
    const said = (names) => names.map((name) => texts[name]).join(", ");
    const gone = told.gone.length ? `; integrated out: ${said(told.gone)}` : "";
    if (!told.lit) return "Plate diagram.";
    return `Plate diagram: ${texts[told.lit]} is drawn, given ${said(told.blanket)}${gone}.`;
  }

  return {draw};
})();
