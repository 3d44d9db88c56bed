// W6.1, three tokens: queries, keys, values, scores, weights and outputs.  The same mathematics as figures.py.

const WIDTH = 920, HEIGHT = 402;
const ROW_Y = 96, ROW_GAP = 74;
const NAME_X = 34, PART_X = [132, 252, 372], CELL_X = 492, CELL_GAP = 98, CELL_W = 90, CELL_H = 62, OUTPUT_X = 834;
const LINES_Y = 318, LINE_GAP = 27;
const PARTS = ["query", "key", "value"], MEANINGS = ["charge", "fat"], MOST = 30;
const STATE = ["names", "vectors", "temperature", "sight", "asks", "part", "token"];

const TOKENS_STYLE = `
.bioml-card svg.bioml-tokens { max-width: 100%; flex: 1 1 100%; }
.bioml-card svg.bioml-tokens text { text-anchor: middle; dominant-baseline: central; }
.bioml-card svg.bioml-tokens .start { text-anchor: start; }
.bioml-card svg.bioml-tokens .bold { font-weight: 700; }
`;

function number(value, digits = 1) {
  const text = Math.abs(value).toFixed(digits);
  return value < 0 && Number(text) !== 0 ? `−${text}` : text;
}

const vector = (values, digits = 1) => `(${values.map((value) => number(value, digits)).join(", ")})`;
const dot = (a, b) => a.reduce((sum, value, i) => sum + value * b[i], 0);

// The figure's numbers, from its state alone; Python's `TokensFigure.compute` gives the same.
export function compute({ vectors, temperature, sight }) {
  const { query, key, value } = vectors;
  const dots = query.map((q) => key.map((k) => dot(q, k)));
  const scaled = dots.map((row) => row.map((one) => one / ((Math.sqrt(2) * temperature) / 10)));
  const allowed = query.map((_, i) => key.map((__, j) => Number(sight !== "not ahead" || j <= i)));
  const weights = scaled.map((row, i) => {
    const largest = Math.max(...row.filter((_, j) => allowed[i][j]));
    const raised = row.map((one, j) => (allowed[i][j] ? Math.exp(one - largest) : 0));
    const sum = raised.reduce((a, b) => a + b, 0);
    return raised.map((one) => one / sum);
  });
  const outputs = weights.map((row) => value[0].map((_, n) => row.reduce((sum, weight, j) => sum + weight * value[j][n], 0)));
  return { dots, scaled, weights, outputs, allowed };
}

function sentence({ names, temperature, sight, asks }, numbers) {
  const weights = numbers.weights[asks - 1], best = weights.indexOf(Math.max(...weights));
  const to = best === asks - 1 ? "itself" : names[best];
  const where = sight === "everywhere" ? "every token may look everywhere" : "no token may look ahead";
  return `${names[asks - 1]} puts most weight on ${to}, ${weights[best].toFixed(2)}; its output is ${vector(numbers.outputs[asks - 1], 2)}. Temperature ${(temperature / 10).toFixed(1)}; ${where}.`;
}

function lines({ names, vectors, temperature, asks }, numbers) {
  const row = asks - 1, weights = numbers.weights[row];
  const dots = numbers.dots[row].map((one) => number(one, 2)).join(", ");
  const scaled = numbers.scaled[row].map((one, j) => (numbers.allowed[row][j] ? number(one, 2) : "−∞")).join(", ");
  const mean = weights.map((weight, j) => `${weight.toFixed(2)}·${vector(vectors.value[j])}`).join(" + ");
  return [
    `${names[row]} asks: query · keys = ${dots};   ÷ (√2 · ${(temperature / 10).toFixed(1)}) = ${scaled}`,
    `softmax: ${weights.map((one) => one.toFixed(2)).join(", ")}, which add up to 1`,
    `output = ${mean} = ${vector(numbers.outputs[row], 2)}`,
  ];
}

function render({ model, el }) {
  const listeners = [];
  const spoken = spokenSentence();
  const plots = sideways("Figure", "bioml-plots", listeners);
  const numbered = model.get("names").map((name, i) => [String(i + 1), name]);
  const controls = element("div", { class: "bioml-controls" },
    whole(model, "asks", "Written out", numbered, listeners),
    choice(model, "sight", "May look", [["everywhere", "everywhere"], ["not ahead", "not ahead"]], listeners),
    tenths(model, "Temperature", 1, 50, () => model.get("temperature"), (value) => model.set("temperature", value), ["temperature"], listeners),
    choice(model, "part", "Change", PARTS.map((part) => [part, part]), listeners),
    whole(model, "token", "of", numbered, listeners),
    ...MEANINGS.map((meaning, at) => tenths(model, meaning, -MOST, MOST,
      () => Math.round(10 * model.get("vectors")[model.get("part")][model.get("token") - 1][at]),
      (value) => model.set("vectors", changed(model, at, value / 10)), ["vectors", "part", "token"], listeners)),
  );
  el.append(element("div", { class: "bioml-card" }, element("style", {}, CARD_STYLE + TOKENS_STYLE), controls, plots, ...spoken.nodes));
  const svg = shape("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", class: "bioml-tokens" });
  plots.append(svg);

  function update() {
    const state = Object.fromEntries(STATE.map((name) => [name, model.get(name)]));
    const numbers = compute(state), text = sentence(state, numbers);
    svg.replaceChildren(...drawn(state, numbers));
    const [first, second, third] = state.names;
    svg.setAttribute("aria-label", `Attention among ${first}, ${second} and ${third}. ${text}`);
    spoken.say(text);
  }
  for (const name of STATE) listen(model, name, update, listeners);
  update();
  return () => { spoken.stop(); listeners.forEach((stop) => stop()); };
}

// The vectors with one number of the chosen one replaced: a new object, so that the change is noticed.
function changed(model, at, value) {
  const vectors = JSON.parse(JSON.stringify(model.get("vectors")));
  vectors[model.get("part")][model.get("token") - 1][at] = value;
  return vectors;
}

// A select for a trait that holds a whole number.
function whole(model, name, text, options, listeners) {
  const input = element("select", OWN_KEYS, ...options.map(([value, label]) => element("option", { value }, label)));
  const follow = () => { input.value = String(model.get(name)); };
  input.addEventListener("change", () => { model.set(name, Number(input.value)); model.save_changes(); });
  listen(model, name, follow, listeners);
  follow();
  return element("label", {}, text, input);
}

// A native range input in tenths.
function tenths(model, text, low, high, get, set, names, listeners) {
  const input = element("input", { type: "range", min: low, max: high, step: 1, ...OWN_KEYS, style: "width:110px" });
  const shown = element("output", { style: "min-width: 4ch" });
  const follow = () => {
    input.value = get();
    shown.value = number(get() / 10);
    input.setAttribute("aria-valuetext", number(get() / 10));
  };
  input.addEventListener("input", () => { set(Number(input.value)); model.save_changes(); });
  names.forEach((name) => listen(model, name, follow, listeners));
  follow();
  return element("label", {}, text, input, shown);
}

function drawn(state, numbers) {
  const nodes = [];
  const add = (name, attributes, text) => nodes.push(shape(name, attributes, text));
  const write = (x, y, text, attributes = {}) => add("text", { x, y, ...attributes }, text);
  PARTS.forEach((part, i) => write(PART_X[i], 26, part, { class: "bold" }));
  write(CELL_X + CELL_GAP, 14, "weight (score): who looks at whom", { class: "bold" });
  write(OUTPUT_X, 26, "output", { class: "bold" });
  state.names.forEach((name, column) => write(CELL_X + CELL_GAP * column, 40, `at ${name}`, { style: "font-size:15px" }));
  state.names.forEach((name, row) => {
    const y = ROW_Y + ROW_GAP * row, chosen = row === state.asks - 1, bold = chosen ? { class: "bold" } : {};
    write(NAME_X, y, name, { ...bold, style: "font-size:19px" });
    PARTS.forEach((part, i) => {
      const here = part === state.part && row === state.token - 1;
      if (here) add("rect", { x: PART_X[i] - 57, y: y - 17, width: 114, height: 34, fill: "none", stroke: COLOURS.error, "stroke-width": 3 });
      write(PART_X[i], y, vector(state.vectors[part][row]), here ? { class: "bold" } : {});
    });
    numbers.weights[row].forEach((weight, column) => {
      const x = CELL_X + CELL_GAP * column, box = { x: x - CELL_W / 2, y: y - CELL_H / 2, width: CELL_W, height: CELL_H };
      add("rect", { ...box, fill: COLOURS.model, "fill-opacity": (0.6 * weight).toFixed(3), stroke: COLOURS.ink, "stroke-width": chosen ? 3 : 1, "data-bioml": "weight" });
      write(x, y - 10, weight.toFixed(2), { class: "bold", style: "font-size:19px" });
      write(x, y + 16, numbers.allowed[row][column] ? `(${number(numbers.scaled[row][column], 2)})` : "hidden", { style: "font-size:15px" });
    });
    write(OUTPUT_X, y, vector(numbers.outputs[row], 2), bold);
  });
  lines(state, numbers).forEach((text, i) => write(12, LINES_Y + LINE_GAP * i, text, { class: "start" }));
  return nodes;
}

export default { render };
