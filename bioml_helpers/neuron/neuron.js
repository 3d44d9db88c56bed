// W2.1, one neuron with two inputs: the plane with its decision line, and its activation.  The same mathematics as
// layers.py and figures.py.

const LOW = -0.25, HIGH = 1.25; // edges of the plane
const FARTHEST_Z = 12;
const SQUARES = 20; // a side of the shaded plane
// Lists, since an object would put the key "10" before "00".
const KEYS = ["00", "10", "01", "11"];
const CASES = [[0, 0], [1, 0], [0, 1], [1, 1]];
const CASE_NAMES = ["neither", "only the first input", "only the second input", "both"];
const WANTED = { lac: [0, 1, 0, 0], and: [0, 0, 0, 1], or: [0, 1, 1, 1], xor: [0, 1, 1, 0] };

const ACTIVATIONS = {
  sigmoid: { y: (z) => (z >= 0 ? 1 / (1 + Math.exp(-z)) : Math.exp(z) / (1 + Math.exp(z))), shades: [0, 1], range: [-0.08, 1.08], ticks: [0, 0.5, 1] },
  tanh: { y: Math.tanh, shades: [-1, 1], range: [-1.15, 1.15], ticks: [-1, 0, 1] },
  relu: { y: (z) => Math.max(0, z), shades: [0, 5], range: [-1, 13], ticks: [0, 5, 10] },
  step: { y: (z) => (z > 0 ? 1 : 0), shades: [0, 1], range: [-0.08, 1.08], ticks: [0, 0.5, 1] },
  none: { y: (z) => z, shades: [-5, 5], range: [-13, 13], ticks: [-10, 0, 10] },
};

// Both ends of w1·x1 + w2·x2 + b = 0 within the plane; nothing where it does not cross.
function decisionLine(w1, w2, b) {
  if (w1 === 0 && w2 === 0) return [];
  const steep = Math.abs(w1) > Math.abs(w2); // then walk along x2, else along x1, so that nothing is divided by 0
  const [along, across] = steep ? [w2, w1] : [w1, w2];
  const at = (t) => -(b + along * t) / across;
  const u0 = at(LOW), u1 = at(HIGH);
  let start = 0, stop = 1;
  if (u1 !== u0) {
    const hits = [(LOW - u0) / (u1 - u0), (HIGH - u0) / (u1 - u0)].sort((p, q) => p - q);
    start = Math.max(start, hits[0]);
    stop = Math.min(stop, hits[1]);
  } else if (u0 < LOW || u0 > HIGH) return [];
  if (start > stop) return [];
  return [start, stop].flatMap((s) => {
    const t = LOW + s * (HIGH - LOW), u = u0 + s * (u1 - u0);
    return steep ? [u, t] : [t, u];
  });
}

// The figure's numbers, from its state alone; Python's `NeuronFigure.compute` gives the same.
export function compute({ w1, w2, b, activation, task }) {
  const wanted = WANTED[task];
  const z = CASES.map(([x1, x2]) => w1 * x1 + w2 * x2 + b);
  const y = z.map(ACTIVATIONS[activation].y);
  const count = (test) => wanted.filter((one, i) => test(one, i)).length;
  return {
    z, y,
    right: count((one, i) => (z[i] > 0) === (one === 1)),
    clear: count((one, i) => (one ? y[i] > 0.9 : y[i] < 0.1)),
    line: decisionLine(w1, w2, b),
  };
}

const minus = (value) => String(value).replace("-", "−");
const signed = (value) => `${value < 0 ? "−" : "+"} ${Math.abs(value)}`;

function sentence(state, inputs) {
  const { z, y, right, clear } = compute(state);
  const at = KEYS.indexOf(state.case);
  const [x1, x2] = CASES[at];
  const sum = `z = ${minus(state.w1)}·${x1} ${signed(state.w2)}·${x2} ${signed(state.b)} = ${minus(z[at])}`;
  return `${inputs[0]} ${x1}, ${inputs[1]} ${x2}: ${sum}, so y = ${minus(y[at].toFixed(2))}. ` +
    `On the right side of the line: ${right} of 4 cases; clear (above 0.9 or below 0.1): ${clear} of 4.`;
}

function render({ model, el }) {
  const listeners = [];
  const tasks = model.get("tasks");
  const spoken = spokenSentence();
  const plots = sideways("Figure", "bioml-plots", listeners);
  const controls = element("div", { class: "bioml-controls" },
    slider(model, "w1", "Weight w₁", -10, 10, listeners),
    slider(model, "w2", "Weight w₂", -10, 10, listeners),
    slider(model, "b", "Bias b", -10, 10, listeners),
    choice(model, "activation", "Activation", Object.keys(ACTIVATIONS).map((name) => [name, name]), listeners),
    choice(model, "task", "Task", Object.entries(tasks).map(([name, one]) => [name, one.label]), listeners),
    choice(model, "case", "Write out", KEYS.map((key, i) => [key, CASE_NAMES[i]]), listeners),
  );
  el.append(element("div", { class: "bioml-card" }, element("style", {}, CARD_STYLE), controls, plots, ...spoken.nodes));

  const state = () => Object.fromEntries(["w1", "w2", "b", "activation", "task", "case"].map((name) => [name, model.get(name)]));
  let plane, curve;

  function newPlots() {
    const { activation, task } = state();
    plane = planePlot(tasks[task], WANTED[task]);
    curve = activationPlot(activation, WANTED[task]);
    plots.replaceChildren(plane.svg, curve.svg);
    update();
  }

  function update() {
    const now = state();
    const numbers = compute(now);
    const text = sentence(now, tasks[now.task].inputs);
    plane.move(now, numbers);
    curve.move(now, numbers);
    plane.svg.setAttribute("aria-label", `${tasks[now.task].label}. ${text}`);
    spoken.say(text);
  }

  for (const name of ["activation", "task"]) listen(model, name, newPlots, listeners);
  for (const name of ["w1", "w2", "b", "case"]) listen(model, name, update, listeners);
  newPlots();
  return () => { spoken.stop(); listeners.forEach((stop) => stop()); };
}

// Filled where the gene should be on, hollow where it should be off; a ring around the case that is written out.
function marks(wanted) {
  const dots = wanted.map((one) => shape("circle", { r: 7, fill: one ? "#000" : "#fff", stroke: "#000", "stroke-width": 2 }));
  const ring = shape("circle", { r: 13, fill: "none", stroke: COLOURS.error, "stroke-width": 3 });
  return { dots, ring };
}

function planePlot(task, wanted) {
  const plot = axes({
    width: 460, height: 400, title: "● on   ○ off   ╌ z = 0", xLabel: task.inputs[0], yLabel: task.inputs[1],
    xRange: [LOW, HIGH], yRange: [LOW, HIGH], xTicks: [0, 0.5, 1].map((v) => [v, String(v)]), yTicks: [0, 0.5, 1].map((v) => [v, String(v)]),
  });
  const wide = (plot.box.right - plot.box.left) / SQUARES, high = (plot.box.bottom - plot.box.top) / SQUARES;
  const middle = (i) => LOW + ((i + 0.5) / SQUARES) * (HIGH - LOW);
  const squares = [];
  for (let row = 0; row < SQUARES; row += 1) {
    for (let column = 0; column < SQUARES; column += 1) {
      const node = shape("rect", {
        x: plot.box.left + column * wide, y: plot.box.bottom - (row + 1) * high, width: wide, height: high, fill: COLOURS.model, "shape-rendering": "crispEdges",
      });
      squares.push({ node, x1: middle(column), x2: middle(row) });
    }
  }
  const line = shape("path", { fill: "none", stroke: "#000", "stroke-width": 3, "stroke-dasharray": "9 5" });
  const { dots, ring } = marks(wanted);
  const numbers = wanted.map(() => shape("text", { class: "halo", "text-anchor": "middle" }));
  plot.svg.append(...squares.map((one) => one.node), line, ring, ...dots, ...numbers);
  CASES.forEach(([x1, x2], i) => {
    place(dots[i], { cx: plot.x(x1), cy: plot.y(x2) });
    place(numbers[i], { x: plot.x(x1), y: plot.y(x2) - 18 });
  });

  function move({ w1, w2, b, activation, case: chosen }, found) {
    const { y, shades } = ACTIVATIONS[activation];
    for (const one of squares) {
      const share = (y(w1 * one.x1 + w2 * one.x2 + b) - shades[0]) / (shades[1] - shades[0]);
      one.node.setAttribute("fill-opacity", (0.75 * Math.min(1, Math.max(0, share))).toFixed(3));
    }
    const ends = found.line;
    line.setAttribute("d", ends.length ? path(plot, [ends[0], ends[2]], [ends[1], ends[3]]) : "");
    found.y.forEach((value, i) => { numbers[i].textContent = minus(value.toFixed(2)); });
    const [x1, x2] = CASES[KEYS.indexOf(chosen)];
    place(ring, { cx: plot.x(x1), cy: plot.y(x2) });
  }
  return { svg: plot.svg, move };
}

function activationPlot(activation, wanted) {
  const { y, range, ticks } = ACTIVATIONS[activation];
  const plot = axes({
    width: 460, height: 400, title: `activation: ${activation}`, xLabel: "z = w₁·x₁ + w₂·x₂ + b", yLabel: "output y",
    xRange: [-12.8, 12.8], yRange: range, xTicks: [-10, -5, 0, 5, 10].map((v) => [v, minus(v)]), yTicks: ticks.map((v) => [v, minus(v)]),
  });
  const zs = activation === "step" ? [-FARTHEST_Z, 0, 1e-9, FARTHEST_Z] : Array.from({ length: 241 }, (_, i) => (i - 120) / 10);
  const drop = shape("path", { fill: "none", stroke: COLOURS.error, "stroke-width": 2 });
  const { dots, ring } = marks(wanted);
  plot.svg.append(
    shape("path", { d: path(plot, [0, 0], range), stroke: "#000", "stroke-dasharray": "6 4" }),
    shape("path", { d: path(plot, zs, zs.map(y)), fill: "none", stroke: COLOURS.model, "stroke-width": 3 }),
    drop, ring, ...dots,
  );
  plot.svg.setAttribute("aria-label", `The activation ${activation}, with the four cases on it.`);

  function move({ case: chosen }, found) {
    found.z.forEach((z, i) => {
      const at = Math.min(FARTHEST_Z, Math.max(-FARTHEST_Z, z));
      const cx = plot.x(at), cy = plot.y(y(at));
      place(dots[i], { cx, cy });
      if (KEYS[i] !== chosen) return;
      place(ring, { cx, cy });
      drop.setAttribute("d", `M${cx} ${plot.box.bottom}V${cy}H${plot.box.left}`);
    });
  }
  return { svg: plot.svg, move };
}

export default { render };
