// W7.1 and W7.2, six proteins: messages, layers, output, differences left.  The same mathematics as figures.py.

const SIZE = 6, MOST_LAYERS = 8, OUTPUT_WEIGHT = 2;
const WIDTH = 920, HEIGHT = 470, RADIUS = 34;
const PLACES = [[70, 90], [70, 290], [210, 190], [350, 190], [450, 90], [450, 290]];
const TEXT_X = 524, TEXT_Y = 40, LINE_GAP = 26;
const CURVE_LEFT = 580, CURVE_RIGHT = 880, CURVE_TOP = 290, CURVE_BOTTOM = 410;
const PROTEINS = ["A", "B", "C", "D", "E", "F"];
const EDGES = {
  given: [[1, 2], [1, 3], [2, 3], [3, 4], [4, 5], [5, 6]],
  shuffled: [[1, 5], [2, 4], [2, 6], [3, 6], [4, 6], [1, 3]],
  "no edges": [],
};
const CIRCLES = { numbers: "each protein's number", output: "probability = σ(2 · number)" };
const STATE = ["features", "layer", "step", "node", "graph", "removed", "shows"];

const GRAPH_STYLE = `
.bioml-card svg.bioml-graph { max-width: 100%; flex: 1 1 100%; }
.bioml-card svg.bioml-graph text { text-anchor: middle; dominant-baseline: central; }
.bioml-card svg.bioml-graph .start { text-anchor: start; }
.bioml-card svg.bioml-graph .end { text-anchor: end; }
.bioml-card svg.bioml-graph .bold { font-weight: 700; }
.bioml-card table.bioml-rows { border-collapse: collapse; font-variant-numeric: tabular-nums; }
.bioml-card table.bioml-rows td, .bioml-card table.bioml-rows th { padding: 2px 10px; text-align: right; border: 0; }
`;

function number(value) {
  const text = Math.abs(value).toFixed(2);
  return value < 0 && Number(text) !== 0 ? `−${text}` : text;
}

const edgesOf = ({ graph, removed }) => EDGES[graph].filter((_, at) => at + 1 !== removed);

// Edges from the node to each protein; −1 where no way leads.
function hopsFrom(A, node) {
  const hops = Array(SIZE).fill(-1);
  let front = [node];
  for (let away = 0; front.length; away++) {
    front.forEach((one) => { hops[one] = away; });
    const reached = front;
    front = PROTEINS.map((_, j) => j).filter((j) => hops[j] < 0 && reached.some((i) => A[i][j]));
  }
  return hops;
}

function spread(values) {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  return Math.sqrt(values.reduce((sum, one) => sum + (one - mean) ** 2, 0) / values.length);
}

// The figure's numbers, from its state alone; Python's `GraphFigure.compute` gives the same.
export function compute(state) {
  const { features, layer, step } = state, node = state.node - 1;
  const A = PROTEINS.map((_, i) => PROTEINS.map((__, j) => Number(i === j)));
  for (const [i, j] of edgesOf(state)) A[i - 1][j - 1] = A[j - 1][i - 1] = 1;
  const degree = A.map((row) => row.reduce((a, b) => a + b, 0));
  const a_hat = A.map((row, i) => row.map((one, j) => one / Math.sqrt(degree[i] * degree[j])));
  const numbers = [features.slice()];
  for (let k = 0; k < MOST_LAYERS; k++) {
    const last = numbers[k];
    numbers.push(a_hat.map((row) => row.reduce((sum, one, j) => sum + one * last[j], 0)));
  }
  const others = PROTEINS.map((_, j) => j).filter((j) => A[node][j] && j !== node);
  const senders = [node, ...others];
  const messages = senders.map((j) => a_hat[node][j] * numbers[Math.max(layer - 1, 0)][j]);
  const arrived = Math.min(step, senders.length);
  const spreads = numbers.map((row) => spread(row.map((one, i) => one / Math.sqrt(degree[i]))));
  return {
    a_hat, numbers, messages,
    senders: senders.map((j) => j + 1),
    sum: messages.slice(0, arrived).reduce((a, b) => a + b, 0),
    hops: hopsFrom(A, node),
    outputs: numbers[layer].map((one) => 1 / (1 + Math.exp(-OUTPUT_WEIGHT * one))),
    left: spreads.map((one) => (spreads[0] > 1e-12 ? one / spreads[0] : 0)),
  };
}

const heard = ({ layer }, numbers) => PROTEINS.filter((_, j) => numbers.hops[j] >= 0 && numbers.hops[j] <= layer);

function sentence(state, numbers) {
  const name = PROTEINS[state.node - 1];
  const came = numbers.senders.map((one) => PROTEINS[one - 1]).slice(0, state.step);
  const first = state.layer === 0
    ? `No layer yet: ${name} holds ${number(state.features[state.node - 1])}, its own number.`
    : `Layer ${state.layer}: ${name} collects from ${came.length ? came.join(", ") : "nobody yet"} and holds ${number(numbers.sum)}.`;
  return `${first} It has heard from ${heard(state, numbers).length} of ${SIZE} proteins. Differences left: ${(100 * numbers.left[state.layer]).toFixed(0)} %.`;
}

function lines(state, numbers) {
  const name = PROTEINS[state.node - 1];
  if (state.layer === 0) return [`${name} holds ${number(state.features[state.node - 1])}.`, "Move the layer slider to send messages."];
  const before = numbers.numbers[state.layer - 1];
  const arriving = numbers.senders.map((sender, at) => {
    const share = numbers.a_hat[state.node - 1][sender - 1].toFixed(2);
    return `${at < state.step ? "→" : "…"} ${PROTEINS[sender - 1]}: ${share} · ${number(before[sender - 1])} = ${number(numbers.messages[at])}`;
  });
  return [`Layer ${state.layer} at ${name}: what arrives`, ...arriving, `sum so far: ${number(numbers.sum)}`];
}

function shown(state, numbers, at) {
  if (state.shows === "output") return numbers.outputs[at - 1].toFixed(2);
  if (at === state.node && state.layer) return number(numbers.sum);
  return number(numbers.numbers[state.layer][at - 1]);
}

function render({ model, el }) {
  const listeners = [];
  const spoken = spokenSentence();
  const plots = sideways("Figure", "bioml-plots", listeners);
  const rows = element("tbody");
  const head = element("tr");
  const table = element("details", {}, element("summary", OWN_KEYS, "Show the table"),
    sideways("Table", "bioml-values", listeners, element("table", { class: "bioml-rows" }, element("thead", {}, head), rows)));
  const removable = whole(model, "removed", "Take out", () => [[0, "no edge"],
    ...EDGES[model.get("graph")].map(([i, j], at) => [at + 1, `${PROTEINS[i - 1]}–${PROTEINS[j - 1]}`])], ["graph"], listeners);
  const steps = slider(model, "step", "Messages arrived", 0, SIZE, listeners);
  const controls = element("div", { class: "bioml-controls" },
    slider(model, "layer", "Layers", 0, MOST_LAYERS, listeners),
    steps,
    whole(model, "node", "At protein", () => PROTEINS.map((name, at) => [at + 1, name]), [], listeners),
    tenths(model, listeners),
    choice(model, "graph", "Graph", Object.keys(EDGES).map((one) => [one, one]), listeners),
    removable,
    choice(model, "shows", "Circles show", Object.keys(CIRCLES).map((one) => [one, one]), listeners),
  );
  el.append(element("div", { class: "bioml-card" }, element("style", {}, CARD_STYLE + GRAPH_STYLE), controls, plots, ...spoken.nodes, table));
  const svg = shape("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", class: "bioml-graph" });
  plots.append(svg);

  function update() {
    const state = Object.fromEntries(STATE.map((name) => [name, model.get(name)]));
    const numbers = compute(state), text = sentence(state, numbers);
    allow(steps, state.step, numbers.senders.length);
    svg.replaceChildren(...drawn(state, numbers));
    svg.setAttribute("aria-label", `Six proteins and their interactions. ${text}`);
    spoken.say(text);
    fill(head, rows, state, numbers);
  }
  for (const name of STATE) listen(model, name, update, listeners);
  update();
  return () => { spoken.stop(); listeners.forEach((stop) => stop()); };
}

// The handle ends where the last message has arrived: further right nothing would move.
function allow(steps, step, messages) {
  const input = steps.querySelector("input");
  input.max = messages;
  input.value = steps.querySelector("output").value = Math.min(step, messages);
}

// The picture as a table: a row a protein.
function fill(head, rows, state, numbers) {
  const titles = ["protein", "neighbours", "start", "before", "after", "output", `hops to ${PROTEINS[state.node - 1]}`];
  head.replaceChildren(...titles.map((title) => element("th", { scope: "col" }, title)));
  rows.replaceChildren(...PROTEINS.map((name, j) => {
    const bound = edgesOf(state).filter((pair) => pair.includes(j + 1)).map(([a, b]) => PROTEINS[(a === j + 1 ? b : a) - 1]);
    const cells = [bound.join(" ") || "–", number(state.features[j]), number(numbers.numbers[Math.max(state.layer - 1, 0)][j]),
      number(numbers.numbers[state.layer][j]), numbers.outputs[j].toFixed(2), numbers.hops[j] < 0 ? "–" : String(numbers.hops[j])];
    return element("tr", {}, element("th", { scope: "row" }, name), ...cells.map((text) => element("td", {}, text)));
  }));
}

// A select for a trait that holds a whole number; its options may depend on the traits `also`.
function whole(model, name, text, options, also, listeners) {
  const input = element("select", OWN_KEYS);
  const follow = () => {
    input.replaceChildren(...options().map(([value, label]) => element("option", { value }, label)));
    input.value = String(model.get(name));
    if (!input.value) input.value = "0";
  };
  input.addEventListener("change", () => { model.set(name, Number(input.value)); model.save_changes(); });
  [name, ...also].forEach((one) => listen(model, one, follow, listeners));
  follow();
  return element("label", {}, text, input);
}

// The chosen protein's own number, a range input in tenths.
function tenths(model, listeners) {
  const input = element("input", { type: "range", min: -20, max: 20, step: 1, ...OWN_KEYS, style: "width:110px" });
  const shownValue = element("output", { style: "min-width: 5ch" });
  const follow = () => {
    const value = model.get("features")[model.get("node") - 1];
    input.value = Math.round(10 * value);
    shownValue.value = number(value);
    input.setAttribute("aria-valuetext", number(value));
  };
  input.addEventListener("input", () => {
    model.set("features", model.get("features").map((one, at) => (at === model.get("node") - 1 ? Number(input.value) / 10 : one)));
    model.save_changes();
  });
  ["features", "node"].forEach((name) => listen(model, name, follow, listeners));
  follow();
  return element("label", {}, "Its own number", input, shownValue);
}

function drawn(state, numbers) {
  const nodes = [];
  const add = (name, attributes, text) => nodes.push(shape(name, attributes, text));
  const write = (x, y, text, attributes = {}) => add("text", { x, y, ...attributes }, text);
  const known = heard(state, numbers);
  const senders = state.layer ? numbers.senders.slice(0, state.step) : [];
  const here = [...senders, state.node];
  for (const [i, j] of edgesOf(state)) {
    const [[x1, y1], [x2, y2]] = [PLACES[i - 1], PLACES[j - 1]];
    const used = state.layer > 0 && [i, j].includes(state.node) && here.includes(i) && here.includes(j);
    add("line", { x1, y1, x2, y2, stroke: used ? COLOURS.error : COLOURS.guide, "stroke-width": used ? 6 : 2, "data-bioml": used ? "message" : "edge" });
  }
  PROTEINS.forEach((name, at) => {
    const [x, y] = PLACES[at], chosen = at + 1 === state.node, filled = known.includes(name);
    add("circle", { cx: x, cy: y, r: RADIUS, fill: filled ? "#DCEBF5" : "#fff", stroke: chosen ? COLOURS.error : COLOURS.ink,
      "stroke-width": chosen ? 5 : 1.8, ...(filled ? {} : { "stroke-dasharray": "5 5" }), "data-bioml": "protein" });
    write(x, y - 11, name, { class: "bold" });
    write(x, y + 11, shown(state, numbers, at + 1));
  });
  lines(state, numbers).forEach((text, i) => write(TEXT_X, TEXT_Y + LINE_GAP * i, text, { class: i ? "start" : "start bold" }));
  drawLeft(add, write, state, numbers.left);
  write(12, 380, "thick edge: a message that has arrived; thick ring: chosen protein", { class: "start", style: "font-size:15px" });
  write(12, 404, "filled: it has heard from this protein; dashed: nothing heard yet", { class: "start", style: "font-size:15px" });
  write(12, 440, `circles: ${CIRCLES[state.shows]} after layer ${state.layer}`, { class: "start", style: "font-size:15px" });
  return nodes;
}

// How different the proteins still are after each layer.
function drawLeft(add, write, state, left) {
  const xs = left.map((_, k) => CURVE_LEFT + ((CURVE_RIGHT - CURVE_LEFT) * k) / MOST_LAYERS);
  const ys = left.map((one) => CURVE_BOTTOM - (CURVE_BOTTOM - CURVE_TOP) * Math.min(one, 1.2));
  add("line", { x1: CURVE_LEFT, y1: CURVE_BOTTOM, x2: CURVE_RIGHT, y2: CURVE_BOTTOM, stroke: COLOURS.ink });
  add("path", { d: xs.map((x, k) => `${k ? "L" : "M"}${x} ${ys[k]}`).join(""), fill: "none", stroke: COLOURS.model, "stroke-width": 2.5 });
  xs.forEach((x, k) => add("circle", { cx: x, cy: ys[k], r: 4, fill: COLOURS.model }));
  add("circle", { cx: xs[state.layer], cy: ys[state.layer], r: 8, fill: COLOURS.error });
  write(CURVE_LEFT, CURVE_TOP - 34, "differences left between the proteins", { class: "start bold" });
  write(CURVE_LEFT - 8, CURVE_TOP, "100 %", { class: "end", style: "font-size:15px" });
  write(CURVE_LEFT - 8, CURVE_BOTTOM, "0 %", { class: "end", style: "font-size:15px" });
  for (let k = 0; k <= MOST_LAYERS; k += 2) write(xs[k], CURVE_BOTTOM + 18, String(k), { style: "font-size:15px" });
  write((CURVE_LEFT + CURVE_RIGHT) / 2, CURVE_BOTTOM + 42, "layers");
}

export default { render };
