// W1.1, the piece counter: how well n straight pieces follow a curve.  The same mathematics as curves.py.

const GRID_POINTS = 1201;
const BISECTIONS = 30;
const MOST_PIECES = 64;

const FUNCTIONS = {
  ryegrass: {
    low: Math.log(0.1), high: Math.log(100),
    y: (x) => 0.481 + (7.793 - 0.481) / (1 + Math.exp(2.982 * (x - Math.log(3.058)))),
  },
  michaelis_menten: { low: 0, high: 1.1, y: (x) => (212.7 * x) / (0.0641 + x) },
  melting: { low: 20, high: 90, y: (x) => 1 / (1 + Math.exp((300000 / 8.314) * (1 / (x + 273.15) - 1 / 328.15))) },
  oscillation: { low: 0, high: 30, y: (x) => 1 + 0.8 * Math.exp(-x / 12) * Math.cos((2 * Math.PI * x) / 5.5) },
};

// The broken line through (xs, ys) at each of the ascending places `at`.
function interpolate(at, xs, ys) {
  let piece = 0;
  return at.map((x) => {
    while (piece < xs.length - 2 && x >= xs[piece + 1]) piece += 1;
    if (x >= xs[xs.length - 1]) return ys[ys.length - 1];
    return ((ys[piece + 1] - ys[piece]) / (xs[piece + 1] - xs[piece])) * (x - xs[piece]) + ys[piece];
  });
}

function evenly(low, high, count) {
  const step = (high - low) / (count - 1);
  return Array.from({ length: count }, (_, i) => (i === count - 1 ? high : i * step + low));
}

const curves = new Map(); // what was computed stays: a curve's grid, and the answer for each placement and n

function sampled(name, points) {
  const key = name === "points" ? JSON.stringify(points) : name;
  if (!curves.has(key)) {
    const known = FUNCTIONS[name];
    const xs = points.map((p) => p[0]), ys = points.map((p) => p[1]);
    const y = known ? (at) => at.map(known.y) : (at) => interpolate(at, xs, ys);
    const x = known ? evenly(known.low, known.high, GRID_POINTS) : evenly(xs[0], xs[xs.length - 1], GRID_POINTS);
    const values = y(x);
    curves.set(key, { x, y: values, function: y, range: Math.max(...values) - Math.min(...values), answers: new Map() });
  }
  return curves.get(key);
}

// Positions of the knots on the grid, each piece as long as the tolerance allows; gives up beyond `most` pieces.
function longestPieces({ x, y }, tolerance, most = Infinity) {
  const last = x.length - 1;
  const knots = [0];
  while (knots[knots.length - 1] < last && knots.length <= most + 1) {
    const start = knots[knots.length - 1];
    let steepest = Infinity, shallowest = -Infinity, end = start + 1;
    for (let i = start + 1; i <= last; i += 1) {
      const run = x[i] - x[start], rise = y[i] - y[start];
      steepest = Math.min(steepest, (rise + tolerance) / run);
      shallowest = Math.max(shallowest, (rise - tolerance) / run);
      if (steepest < shallowest) break;
      const slope = rise / run;
      if (slope <= steepest && slope >= shallowest) end = i;
    }
    knots.push(end);
  }
  return knots;
}

function bestKnots(curve, pieces) {
  let tooSmall = 0, largeEnough = curve.range;
  for (let i = 0; i < BISECTIONS; i += 1) {
    const guess = (tooSmall + largeEnough) / 2;
    if (longestPieces(curve, guess, pieces).length - 1 <= pieces) largeEnough = guess;
    else tooSmall = guess;
  }
  return longestPieces(curve, largeEnough).map((i) => curve.x[i]);
}

function answer(curve, placement, pieces) {
  const key = `${placement} ${pieces}`;
  if (!curve.answers.has(key)) {
    const { x, y } = curve;
    const knots = placement === "even" ? evenly(x[0], x[x.length - 1], pieces + 1) : bestKnots(curve, pieces);
    const values = curve.function(knots);
    const line = interpolate(x, knots, values);
    let worst = 0;
    line.forEach((v, i) => { if (Math.abs(v - y[i]) > Math.abs(line[worst] - y[worst])) worst = i; });
    const error = Math.abs(line[worst] - y[worst]);
    curve.answers.set(key, {
      knots, values, error, where: x[worst], percent: (error / curve.range) * 100, line: line[worst], truth: y[worst],
    });
  }
  return curve.answers.get(key);
}

// The figure's numbers, from its state alone; Python's `PiecesFigure.compute` gives the same.
export function compute({ pieces, curve: name, placement, points = [] }) {
  const curve = sampled(name, points);
  const { knots, values, error, where, percent } = answer(curve, placement, pieces);
  return { knots, values, error, where, percent, percent_twice: answer(curve, placement, 2 * pieces).percent };
}

function sentence(state, label) {
  const { error, where, percent, percent_twice } = compute(state);
  if (percent < 1e-9) return `${state.pieces} pieces lie on the curve: no error is left.`;
  const at = label.x_is_log ? Math.exp(where) : where;
  const start = `${state.pieces} ${state.placement === "best" ? "best-placed" : "equally wide"} piece${state.pieces > 1 ? "s" : ""}`;
  const size = label.unit ? `${short(error)} ${label.unit} = ${short(percent)} % of the range` : `${short(percent)} % of the range`;
  const ratio = percent_twice > 1e-9 ? `would divide it by ${short(percent / percent_twice)}` : "would leave no error";
  return `${start}: largest error ${size}, at ${short(at)} ${label.x_unit}. Doubling to ${2 * state.pieces} ${ratio}.`;
}

function render({ model, el }) {
  const listeners = [];
  const labels = model.get("labels");
  const spoken = spokenSentence();
  const plots = sideways("Figure", "bioml-plots", listeners);
  const controls = element("div", { class: "bioml-controls" },
    slider(model, "pieces", "Pieces", 1, MOST_PIECES, listeners),
    choice(model, "curve", "Curve", Object.entries(labels).map(([name, label]) => [name, label.label]), listeners),
    choice(model, "placement", "Knots", [["best", "best placed"], ["even", "evenly spaced"]], listeners),
  );
  el.append(element("div", { class: "bioml-card" }, element("style", {}, CARD_STYLE), controls, plots, ...spoken.nodes));

  const state = () => ({
    pieces: model.get("pieces"), curve: model.get("curve"), placement: model.get("placement"), points: model.get("points"),
  });
  let left, right;

  function newCurve() {
    const { curve, placement, points } = state();
    const label = labels[curve];
    left = curvePlot(sampled(curve, points), label);
    right = errorPlot(Array.from({ length: MOST_PIECES }, (_, i) => answer(sampled(curve, points), placement, i + 1).percent));
    plots.replaceChildren(left.svg, right.svg);
    update();
  }

  function update() {
    const now = state();
    const found = answer(sampled(now.curve, now.points), now.placement, now.pieces);
    const text = sentence(now, labels[now.curve]);
    left.move(found);
    right.move(now.pieces, found.percent);
    left.svg.setAttribute("aria-label", `${labels[now.curve].label}. ${text}`);
    spoken.say(text);
  }

  for (const name of ["curve", "placement", "points"]) listen(model, name, newCurve, listeners);
  listen(model, "pieces", update, listeners);
  newCurve();
  return () => { spoken.stop(); listeners.forEach((stop) => stop()); };
}

function curvePlot(curve, label) {
  const low = Math.min(...curve.y), high = low + (curve.range || 1), room = 0.06 * (high - low);
  const plot = axes({
    width: 500, height: 330, title: label.y_label, xLabel: label.x_label, yLabel: "",
    xRange: [curve.x[0], curve.x[curve.x.length - 1]], yRange: [low - room, high + room],
    xTicks: label.x_ticks, yTicks: label.y_ticks,
  });
  const line = shape("path", { fill: "none", stroke: COLOURS.pieces, "stroke-width": 4, "stroke-dasharray": "9 4" });
  const truth = shape("path", { d: path(plot, curve.x, curve.y), fill: "none", stroke: COLOURS.model, "stroke-width": 2.5 });
  const knots = shape("path", { fill: COLOURS.pieces, stroke: COLOURS.ink });
  const arrow = shape("path", { fill: "none", stroke: COLOURS.error, "stroke-width": 2.5 });
  const number = shape("text", { class: "halo", style: `fill:${COLOURS.error}` });
  const legend = shape("text", { x: plot.box.right, y: 18, "text-anchor": "end" });
  for (const [mark, colour, text] of [["━", COLOURS.model, " curve   "], ["■", COLOURS.pieces, " pieces"]]) {
    legend.append(shape("tspan", { style: `fill:${colour}` }, mark), shape("tspan", {}, text));
  }
  plot.svg.append(legend, truth, line, knots, arrow, number);

  function move(found) {
    line.setAttribute("d", path(plot, found.knots, found.values));
    const half = found.knots.length > 40 ? 3 : 4;
    knots.setAttribute("d", found.knots.map((v, i) =>
      `M${(plot.x(v) - half).toFixed(2)} ${(plot.y(found.values[i]) - half).toFixed(2)}h${2 * half}v${2 * half}h${-2 * half}z`).join(""));
    const x = plot.x(found.where), gap = 14;
    const [top, bottom] = [plot.y(found.line), plot.y(found.truth)].sort((a, b) => a - b);
    // A gap too small for a double arrow is pointed at from outside, as in technical drawings.
    const wide = bottom - top > gap;
    const [from, to, head] = wide ? [bottom, top, 5] : [top - gap, top, -5];
    const [from2, to2] = wide ? [top, bottom] : [bottom + gap, bottom];
    arrow.setAttribute("d", `M${x} ${from}V${to}M${x - 5} ${to + head}L${x} ${to}L${x + 5} ${to + head}` +
      `M${x} ${from2}V${to2}M${x - 5} ${to2 - head}L${x} ${to2}L${x + 5} ${to2 - head}`);
    const onTheRight = x > (plot.box.left + plot.box.right) / 2;
    place(number, { x: onTheRight ? x - 12 : x + 12, y: (top + bottom) / 2 + 5, "text-anchor": onTheRight ? "end" : "start" });
    number.textContent = `${short(found.error)} ${label.unit}`;
  }
  return { svg: plot.svg, move };
}

function errorPlot(percents) {
  const power = (n) => Math.log10(Math.max(n, 0.01)); // an error of 0 stays on the lower edge
  const plot = axes({
    width: 400, height: 330, title: "Largest error (% of range)", xLabel: "number of pieces", yLabel: "",
    xRange: [-0.06, Math.log10(MOST_PIECES) + 0.06], yRange: [-2, 2.1],
    xTicks: [1, 2, 4, 8, 16, 32, 64].map((n) => [Math.log10(n), String(n)]),
    yTicks: [0.01, 0.1, 1, 10, 100].map((n) => [Math.log10(n), String(n)]),
  });
  const counts = percents.map((_, i) => Math.log10(i + 1));
  const first = Math.max(3, 8 * Math.sqrt(percents[7] / 100)); // the guide starts inside the picture
  const guide = [first, MOST_PIECES].map((n) => power(percents[7] * (8 / n) ** 2));
  plot.svg.append(
    shape("path", { d: path(plot, [Math.log10(first), Math.log10(MOST_PIECES)], guide), stroke: COLOURS.guide, "stroke-width": 2, "stroke-dasharray": "2 4" }),
    shape("text", { class: "halo", x: plot.x(0) + 4, y: plot.box.bottom - 12, style: "font-weight:400" }, "··· pieces × 2, error ÷ 4"),
    shape("path", { d: path(plot, counts, percents.map(power)), fill: "none", stroke: COLOURS.model, "stroke-width": 2 }),
  );
  const here = shape("path", { fill: COLOURS.pieces, stroke: COLOURS.ink, "stroke-width": 1.5 });
  const number = shape("text", { class: "halo" });
  plot.svg.append(here, number);
  plot.svg.setAttribute("aria-label", "Largest error against the number of pieces, both on logarithmic axes.");

  function move(pieces, percent) {
    const x = plot.x(Math.log10(pieces)), y = plot.y(power(percent));
    here.setAttribute("d", `M${x - 7} ${y - 7}h14v14h-14z`);
    const left = pieces > 12;
    place(number, { x: left ? x - 2 : x + 12, y: left ? y - 14 : y - 8, "text-anchor": left ? "middle" : "start" });
    number.textContent = `${short(percent)} %`;
  }
  return { svg: plot.svg, move };
}

export default { render };
