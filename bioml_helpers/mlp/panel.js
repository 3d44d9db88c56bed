// W3.1, panel 4a: a network whose every circle shows the number it holds.  The same mathematics as figures.py.

const WIDTH = 920, HEIGHT = 620;
const INPUT_X = 250, HIDDEN_X = 560, OUTPUT_X = 800;
const INPUT_R = 23, HIDDEN_R = 42, OUTPUT_R = 48;
const MOST_SHIFT = 30; // tenths of a standard deviation

const PANEL_STYLE = `
.bioml-card svg.bioml-panel { max-width: 100%; flex: 1 1 100%; }
.bioml-card svg.bioml-panel text { text-anchor: middle; }
.bioml-card svg.bioml-panel .left { text-anchor: end; }
.bioml-card svg.bioml-panel .start { text-anchor: start; }
`;

const heights = (count, gap) => Array.from({ length: count }, (_, i) => HEIGHT / 2 + gap * (i - (count - 1) / 2));

function signed(value, digits = 2) {
  const text = Math.abs(value).toFixed(digits);
  return Number(text) === 0 ? text : `${value < 0 ? "−" : "+"}${text}`;
}

function forward({ W1, b1, W2, b2 }, x) {
  const before = b1.map((bias, j) => x.reduce((sum, value, i) => sum + value * W1[i][j], bias));
  const after = before.map((z) => Math.max(0, z));
  const logit = after.reduce((sum, h, j) => sum + h * W2[j][0], b2[0]);
  return { before, after, logit, probability: 1 / (1 + Math.exp(-logit)) };
}

const widths = (matrix) => matrix.flat().map((w) => 0.5 + 6.5 * Math.min(Math.abs(w) / 2, 1));

// The figure's numbers, from its state alone; Python's `PanelFigure.compute` gives the same.
export function compute({ networks, molecules, mean, spread, names, molecule, training, changed, shift }) {
  const network = networks[training];
  const still = molecules[molecule].map((value, i) => (value - mean[i]) / spread[i]);
  const inputs = still.map((value, i) => value + (names[i] === changed ? shift / 10 : 0));
  return {
    inputs,
    ...forward(network, inputs),
    probability_unmoved: forward(network, still).probability,
    widths_in: widths(network.W1),
    widths_out: widths(network.W2),
  };
}

const listed = (words) => words.length === 1 ? words[0] : `${words.slice(0, -1).join(", ")} and ${words[words.length - 1]}`;

function sentence(state, numbers, labels, measured) {
  const verdict = measured[state.molecule] ? ` (measured: ${measured[state.molecule]})` : "";
  const parts = [`${state.molecule}, ${state.training} training: probability ${numbers.probability.toFixed(2)} of being active${verdict}.`];
  if (state.shift) {
    const at = state.names.indexOf(state.changed);
    const [label, unit] = labels[state.changed];
    const value = `${(state.mean[at] + state.spread[at] * numbers.inputs[at]).toFixed(1)} ${unit}`.trim().replace("-", "−");
    parts.push(`Changed: ${label} by ${signed(state.shift / 10, 1)} standard deviations to ${value}; unchanged it was ${numbers.probability_unmoved.toFixed(2)}.`);
  }
  const off = numbers.before.map((z, j) => (z <= 0 ? String(j + 1) : "")).filter(Boolean);
  if (off.length) parts.push(`Hidden neuron${off.length === 1 ? "" : "s"} ${listed(off)} ${off.length === 1 ? "is" : "are"} off.`);
  return parts.join(" ");
}

function render({ model, el }) {
  const listeners = [];
  const labels = model.get("labels"), measured = model.get("measured");
  const spoken = spokenSentence();
  const plots = sideways("Figure", "bioml-plots", listeners);
  const controls = element("div", { class: "bioml-controls" },
    choice(model, "molecule", "Molecule", Object.keys(model.get("molecules")).map((name) => [name, name]), listeners),
    choice(model, "training", "Weights", [["before", "before training"], ["after", "after training"]], listeners),
    choice(model, "changed", "Change", model.get("names").map((name) => [name, labels[name][0]]), listeners),
    shiftSlider(model, listeners),
  );
  el.append(element("div", { class: "bioml-card" }, element("style", {}, CARD_STYLE + PANEL_STYLE), controls, plots, ...spoken.nodes));
  const state = () => Object.fromEntries(
    ["networks", "molecules", "mean", "spread", "names", "molecule", "training", "changed", "shift"].map((name) => [name, model.get(name)]));
  const picture = panel(state(), labels);
  plots.append(picture.svg);

  function update() {
    const now = state();
    const numbers = compute(now);
    const text = sentence(now, numbers, labels, measured);
    picture.move(now, numbers, measured[now.molecule]);
    picture.svg.setAttribute("aria-label", `A network drawn as circles and lines. ${text}`);
    spoken.say(text);
  }
  for (const name of ["networks", "molecules", "molecule", "training", "changed", "shift"]) listen(model, name, update, listeners);
  update();
  return () => { spoken.stop(); listeners.forEach((stop) => stop()); };
}

// A native range input in tenths of a standard deviation.
function shiftSlider(model, listeners) {
  const input = element("input", { type: "range", min: -MOST_SHIFT, max: MOST_SHIFT, step: 1, ...OWN_KEYS });
  const shown = element("output", { style: "min-width: 5ch" });
  const follow = () => {
    input.value = model.get("shift");
    shown.value = `${signed(model.get("shift") / 10, 1)} SD`;
    input.setAttribute("aria-valuetext", `${signed(model.get("shift") / 10, 1)} standard deviations`);
  };
  input.addEventListener("input", () => { model.set("shift", Number(input.value)); model.save_changes(); });
  listen(model, "shift", follow, listeners);
  follow();
  return element("label", {}, "by", input, shown);
}

// The circles and lines, made once; `move` gives them their numbers.
function panel(state, labels) {
  const svg = shape("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", class: "bioml-panel" });
  const n = state.names.length, hiddenSize = state.networks.after.b1.length;
  const inputs = heights(n, 48).map((y) => [INPUT_X, y]);
  const hidden = heights(hiddenSize, 128).map((y) => [HIDDEN_X, y]);
  const output = [OUTPUT_X, HEIGHT / 2];
  const text = (x, y, attributes = {}) => { const made = shape("text", { x, y: y + 5, ...attributes }); svg.append(made); return made; };
  const join = ([x1, y1], [x2, y2]) => { const made = shape("line", { x1, y1, x2, y2, opacity: 0.75, "data-bioml": "weight" }); svg.append(made); return made; };
  const circle = ([cx, cy], r) => { const made = shape("circle", { cx, cy, r, fill: "#fff", stroke: COLOURS.ink, "stroke-width": 1.5 }); svg.append(made); return made; };

  const linesIn = inputs.flatMap((from) => hidden.map((to) => join(from, to)));
  const linesOut = hidden.map((from) => join(from, output));
  const inputCircles = inputs.map((at) => circle(at, INPUT_R));
  const inputNumbers = inputs.map(([x, y]) => text(x, y, { style: "font-size:14px" }));
  const inputLabels = inputs.map(([x, y]) => text(x - 30, y, { class: "left" }));
  const hiddenCircles = hidden.map((at) => circle(at, HIDDEN_R));
  const hiddenTitles = hidden.map(([x, y]) => text(x, y - 54, { class: "halo", style: "font-weight:400" }));
  const sums = hidden.map(([x, y]) => text(x, y - 13));
  const activations = hidden.map(([x, y]) => text(x, y + 13, { style: "font-weight:700" }));
  circle(output, OUTPUT_R);
  const logit = text(output[0], output[1] - 13), probability = text(output[0], output[1] + 13, { style: "font-weight:700;font-size:20px" });
  text(output[0], output[1] - 64).textContent = "output";
  text(output[0], output[1] + 68, { class: "halo", style: "font-weight:400" }).textContent = "probability of being active";
  const verdict = text(output[0], output[1] + 92, { class: "halo", style: "font-weight:400" });
  const title = text(320, 16, { class: "start", style: "font-weight:700;font-size:18px" });
  for (const [row, colour, dash, word] of [[0, COLOURS.model, "", "positive"], [1, COLOURS.error, "9 5", "negative"]]) {
    const y = HEIGHT - 44 + 26 * row;
    svg.append(shape("line", { x1: 640, x2: 690, y1: y, y2: y, stroke: colour, "stroke-width": 4, "stroke-dasharray": dash }));
    text(700, y, { class: "start" }).textContent = `${word} weight`;
  }

  const paint = (line, weight, width) => place(line, {
    stroke: weight >= 0 ? COLOURS.model : COLOURS.error, "stroke-width": width.toFixed(2), "stroke-dasharray": weight >= 0 ? "none" : `${(6 + width).toFixed(1)} 4`,
  });

  function move(now, numbers, measured) {
    const network = now.networks[now.training];
    network.W1.flat().forEach((w, i) => paint(linesIn[i], w, numbers.widths_in[i]));
    network.W2.flat().forEach((w, i) => paint(linesOut[i], w, numbers.widths_out[i]));
    now.names.forEach((name, i) => {
      const chosen = name === now.changed, [label, unit] = labels[name];
      inputCircles[i].setAttribute("stroke-width", chosen ? 4 : 1.5);
      inputNumbers[i].textContent = signed(numbers.inputs[i]);
      const value = (now.mean[i] + now.spread[i] * numbers.inputs[i]).toFixed(1).replace("-", "−");
      inputLabels[i].textContent = `${label} ${value} ${unit}`.trim();
      inputLabels[i].setAttribute("style", chosen ? "font-weight:700" : "");
    });
    numbers.before.forEach((z, j) => {
      const off = z <= 0;
      place(hiddenCircles[j], { fill: off ? "#ededed" : "#fff", "stroke-dasharray": off ? "6 4" : "none" });
      hiddenTitles[j].textContent = `hidden ${j + 1}${off ? " · off" : ""}`;
      sums[j].textContent = `z ${signed(z)}`;
      activations[j].textContent = `h ${numbers.after[j].toFixed(2)}`;
    });
    logit.textContent = `logit ${signed(numbers.logit)}`;
    probability.textContent = numbers.probability.toFixed(2);
    verdict.textContent = measured ? `measured: ${measured}` : "";
    title.textContent = `${now.molecule} · ${now.training} training`;
  }
  return { svg, move };
}

export default { render };
