/* The page on the forms of a model: the same posterior, drawn in different ways. */
"use strict";

player.page("forms", {
  build(root, data, shell) {
    const {element, number} = player, log = scales.scale({kind: "log"});
    const sweeps = data.forms[0].spread.length;
    const marginal = {spread: scales.density(data.marginals.spread),
                      parameter: scales.density(data.marginals.parameter)};
    const [low, high] = gibbsState.windowOf(log, marginal.spread);
    const room = 0.05 * (high - low);
    const logs = data.forms.map((form) => form.spread.map(Math.log));
    const ends = [Math.min(low, ...logs.map((one) => player.quantile([...one].sort((a, b) => a - b),
                                                                     0.01))) - room, high + room];
    const apart = formsWords.apart(data.cloud[1].map(Math.log));

    const parts = data.forms.map((form, i) => {
      const trace = player.plot({height: 150, kind: "of-trace",
                                  margin: {left: 44, right: 12, bottom: 22}});
      const lags = player.plot({height: 130, kind: "of-lags", margin: {left: 44, right: 12}});
      const cloud = player.plot({height: 236, kind: "of-cloud", margin: {left: 44, right: 12}});
      const ess = element("p", {class: "numbers"});
      const order = element("p", {class: "order soft"});
      order.innerHTML = form.order.join(" &nbsp;&rarr;&nbsp; ");
      return {form, trace, lags, cloud, ess, logs: logs[i], card: element("section",
        {class: "card"},
        element("h2", {}, form.title, form.own ? element("small", {}, " (the tab before)") : ""),
        order, element("h3", {class: "trace-title"}, `trace of ${data.spreadText}`), trace.root,
        element("h3", {}, `autocorrelation of log ${data.spreadText}`), lags.root, ess,
        element("h3", {class: "cloud-title"}, `${data.parameterText} and ${data.spreadText}`),
        cloud.root)};
    });
    const words = element("div", {class: "card said-of-forms"},
      element("h2", {}, "What this shows"),
      formsWords.said(data, logs, apart).map((text) => element("p", {}, text)));
    root.classList.add("forms");
    root.append(element("p", {class: "lead-of-page"}, "The same data, the same priors, the same "
      + "seed. What differs is what one sweep draws given what. Grey: the exact posterior."),
      element("div", {class: "side-by-side",
                       style: `--forms: ${parts.length}`}, parts.map((one) => one.card)), words);

    function show(k) {
      parts.forEach((one) => {
        const done = one.logs.slice(0, k);
        one.trace.relabel(`trace of ${data.spreadText}, ${one.form.title} form`);
        one.trace.paint((p) => paintTrace(p, done));
        const rho = diagnostics.autocorrelation(done.length > 3 ? done : [0, 0], data.lags);
        one.lags.relabel(`autocorrelation, ${one.form.title} form`);
        one.lags.paint((p) => paintLags(p, done.length > 3 ? rho : []));
        one.ess.textContent = done.length > 3 ? `lag 1: ${player.fixed(rho[1], 2)}; ${k} draws, `
          + `ESS ${Math.round(diagnostics.effectiveSampleSize(done))}` : "too few draws yet";
        one.cloud.relabel(`${data.parameterText} against ${data.spreadText}, `
          + `${one.form.title} form`);
        one.cloud.paint((p) => paintCloud(p, one, k));
      });
    }

    const narrow = (p) => { p.sides.left = p.width < p.em(170) ? p.em(30) : p.em(44); };

    function marks(p) {
      p.axis("y", {ticks: scales.marks(log, ends[0], ends[1], 4) || []});
    }

    function paintTrace(p, done) {
      const end = 100 * Math.max(1, Math.ceil(done.length / 100));
      narrow(p);
      p.range([0, end], ends);
      const quarter = scales.onScale(log, marginal.spread, low, high, 300);
      const [from, to] = formsWords.middle(quarter, 0.89);
      p.box(0, end, from, to, {colour: "grey", alpha: 0.13});
      p.axis("x", {title: ""});
      marks(p);
      p.curve(done.map((_, i) => i + 1), done.map(clip), {colour: "blue", width: 1.2});
      if (done.length) {
        p.dots([done.length], [clip(done[done.length - 1])], {colour: "orange", size: 4});
      }
    }

    const clip = (u) => Math.min(Math.max(u, ends[0]), ends[1]);

    function paintLags(p, rho) {
      narrow(p);
      p.range([-0.6, data.lags + 0.6], [-0.3, 1]);
      p.axis("y", {ticks: [[0, "0"], [0.5, "0.5"], [1, "1"]]});
      p.axis("x", {title: "lag"});
      p.line([-0.6, 0], [data.lags + 0.6, 0], {colour: "edge", width: 1});
      rho.forEach((one, lag) => p.box(lag - 0.3, lag + 0.3, Math.min(0, one), Math.max(0, one),
                                      {colour: lag === 1 ? "orange" : "blue"}));
    }

    function paintCloud(p, one, k) {
      narrow(p);
      p.range([marginal.parameter.low, marginal.parameter.high], ends);
      p.axis("x", {title: data.parameterText});
      marks(p);
      p.dots(data.cloud[0], data.cloud[1].map((x) => clip(Math.log(x))),
             {colour: "grey", size: 1.8, alpha: 0.35});
      const xs = one.form.parameter.slice(0, k), ys = one.logs.slice(0, k).map(clip);
      p.dots(xs, ys, {colour: "blue", size: 2.2, alpha: 0.7});
      const from = Math.max(0, k - 12);
      p.curve(xs.slice(from), ys.slice(from), {colour: "orange", width: 1.6});
      if (k) p.dots([xs[k - 1]], [ys[k - 1]], {colour: "orange", size: 5});
    }

    return {
      steps: sweeps, stride: 20, words: {forward: "sweep", stride: "20 sweeps"}, show,
      start: 100,
      sentence: (k) => k ? `After ${k} ${k === 1 ? "sweep" : "sweeps"} ${data.spreadText} is `
        + data.forms.map((form) => (
        `${number(form.spread[k - 1])} (${form.title})`)).join(", ") : "Before the first sweep.",
      checks: () => data.checks.flatMap(({rho, ess}, i) => [
        [`autocorrelation, ${data.forms[i].name}`, diagnostics.autocorrelation(logs[i], data.lags),
         rho],
        [`effective sample size, ${data.forms[i].name}`, diagnostics.effectiveSampleSize(logs[i]),
         ess]]),
    };
  },
});
