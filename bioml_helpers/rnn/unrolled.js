// W5.1, panel 4c: one cell that reads a sequence, drawn once or once a step.  The same mathematics as figures.py.

const WIDTH = 920, HEIGHT = 430;
const OUTPUT_Y = 84, CELL_Y = 224, LETTER_Y = 366, NOTE_Y = 412;
const OUTPUT_R = 32, CELL_W = 84, CELL_H = 112, LETTER_SIZE = 44;
const BASES = "ACGT", LENGTHS = [5, 50, 500];
const PALE = ["#D6E8F5", "#FCEBCC", "#D3EEE5", "#F8DFF0", "#FBF8CF", "#E3E3E3", "#DCEFFB", "#F6DDD0"];
const STATE = ["networks", "sequence", "position", "letter", "drawing", "sharing", "direction", "step"];

const UNROLLED_STYLE = `
.bioml-card svg.bioml-unrolled { max-width: 100%; flex: 1 1 100%; }
.bioml-card svg.bioml-unrolled text { text-anchor: middle; dominant-baseline: central; }
.bioml-card svg.bioml-unrolled .start { text-anchor: start; }
`;

const columns = (steps) => Array.from({ length: steps }, (_, step) => WIDTH / 2 + 110 * (step - (steps - 1) / 2));
const listed = (words) => words.length === 1 ? words[0] : `${words.slice(0, -1).join(", ")} and ${words[words.length - 1]}`;
const cellAt = (network, step) => network.cells[Math.min(step, network.cells.length - 1)];

function signed(value) {
  const text = Math.abs(value).toFixed(2);
  return Number(text) === 0 ? text : `${value < 0 ? "−" : "+"}${text}`;
}

// The sequence with its one base changed.
const written = ({ sequence, position, letter }) => sequence.slice(0, position - 1) + letter + sequence.slice(position);

// Hidden state and probability at each step, in the order of the sequence.
function read(network, letters, direction) {
  let h = network.v.map(() => 0);
  const hidden = Array(letters.length);
  for (let i = 0; i < letters.length; i += 1) {
    const step = direction === "forward" ? i : letters.length - 1 - i;
    const { W_x, W_h, b_x, b_h } = cellAt(network, step);
    const row = W_x[BASES.indexOf(letters[step])]; // a one-hot base picks a row
    const before = h;
    h = network.v.map((_, k) => Math.tanh(row[k] + b_x[k] + before.reduce((sum, value, j) => sum + value * W_h[j][k], b_h[k])));
    hidden[step] = h;
  }
  const probabilities = hidden.map((state) => 1 / (1 + Math.exp(-state.reduce((sum, value, k) => sum + value * network.v[k], network.c))));
  return { hidden, probabilities };
}

// The figure's numbers, from its state alone; Python's `UnrolledFigure.compute` gives the same.
export function compute({ networks, sequence, position, letter, sharing, direction }) {
  const network = networks[sharing], width = network.v.length;
  const letters = written({ sequence, position, letter });
  const now = read(network, letters, direction), before = read(network, sequence, direction);
  const aCell = width * (4 + width + 2);
  return {
    hidden: now.hidden,
    probabilities: now.probabilities,
    probabilities_before: before.probabilities,
    moved: now.probabilities.map((p, step) => Math.abs(p - before.probabilities[step]) > 1e-12), // less is rounding
    cell_numbers: [...sequence].map((_, step) => Math.min(step, network.cells.length - 1) + 1),
    parameters_tied: LENGTHS.map(() => aCell + width + 1),
    parameters_untied: LENGTHS.map((length) => length * aCell + width + 1),
  };
}

function sentence(state, numbers) {
  const { sequence, position, letter, sharing, direction } = state;
  const counts = numbers.parameters_untied.map((count) => count.toLocaleString("en-US"));
  const said = sharing === "tied"
    ? `One cell for all steps: ${numbers.parameters_tied[0]} parameters at any length.`
    : `A cell for each step: ${listed(counts)} parameters at lengths ${listed(LENGTHS.map(String))}.`;
  const before = sequence[position - 1];
  if (letter === before) return `${said} Base ${position} is ${before}, as it was: no output moved.`;
  const moved = numbers.moved.map((one, step) => (one ? String(step + 1) : "")).filter(Boolean);
  const change = `Base ${position} changed from ${before} to ${letter}`;
  if (!moved.length) return `${said} ${change}: no output moved.`;
  const still = sequence.length - moved.length;
  const rest = still ? `, the ${still} ${direction === "forward" ? "before" : "behind"} did not` : "";
  return `${said} ${change}: output${moved.length > 1 ? "s" : ""} ${listed(moved)} moved${rest}.`;
}

function render({ model, el }) {
  const listeners = [];
  const spoken = spokenSentence();
  const plots = sideways("Figure", "bioml-plots", listeners);
  const steps = model.get("sequence").length;
  const stepSlider = slider(model, "step", "Step", 1, steps, listeners);
  const baseSlider = slider(model, "position", "Base", 1, steps, listeners);
  // a base that is chosen shows its own letter first, so that moving along the sequence changes nothing
  baseSlider.querySelector("input").addEventListener("input", () => {
    model.set("letter", model.get("sequence")[model.get("position") - 1]);
    model.save_changes();
  });
  const controls = element("div", { class: "bioml-controls" },
    choice(model, "drawing", "Drawing", [["unrolled", "unrolled"], ["rolled", "rolled"]], listeners),
    choice(model, "sharing", "Weights", [["tied", "tied"], ["untied", "untied"]], listeners),
    choice(model, "direction", "Reading", [["forward", "forward"], ["backward", "backward"]], listeners),
    baseSlider,
    choice(model, "letter", "becomes", [...BASES].map((base) => [base, base]), listeners),
    stepSlider,
  );
  el.append(element("div", { class: "bioml-card" }, element("style", {}, CARD_STYLE + UNROLLED_STYLE), controls, plots, ...spoken.nodes));
  const svg = shape("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", class: "bioml-unrolled" });
  plots.append(svg);

  function update() {
    const state = Object.fromEntries(STATE.map((name) => [name, model.get(name)]));
    const numbers = compute(state);
    const text = sentence(state, numbers);
    stepSlider.style.display = state.drawing === "rolled" ? "" : "none";
    svg.replaceChildren(...drawn(state, numbers, model.get("asks")));
    const how = state.drawing === "unrolled" ? `drawn ${steps} times, once a step` : "drawn once, with a loop";
    svg.setAttribute("aria-label", `A recurrent network ${how}, reading ${state.direction}. ${text}`);
    spoken.say(text);
  }
  for (const name of STATE) listen(model, name, update, listeners);
  update();
  return () => { spoken.stop(); listeners.forEach((stop) => stop()); };
}

function drawn(state, numbers, asks) {
  const nodes = [], letters = written(state);
  const add = (name, attributes, text) => { const made = shape(name, attributes, text); nodes.push(made); return made; };
  const line = (x1, y1, x2, y2, extra = {}) => add("line", { x1, y1, x2, y2, stroke: COLOURS.ink, "stroke-width": 1.5, ...extra });
  const arrow = (d, tip) => {
    add("path", { d, fill: "none", stroke: COLOURS.model, "stroke-width": 2.5 });
    add("path", { d: tip, fill: COLOURS.model });
  };
  add("text", { x: 12, y: 14, class: "start" }, `probability that ${asks}`);

  function oneStep(x, step) {
    const number = numbers.cell_numbers[step], moved = numbers.moved[step];
    line(x, LETTER_Y - LETTER_SIZE / 2, x, CELL_Y + CELL_H / 2);
    line(x, CELL_Y - CELL_H / 2, x, OUTPUT_Y + OUTPUT_R);
    add("rect", { x: x - CELL_W / 2, y: CELL_Y - CELL_H / 2, width: CELL_W, height: CELL_H, rx: 8, fill: PALE[(number - 1) % PALE.length], stroke: COLOURS.ink, "stroke-width": 1.5 });
    add("text", { x, y: CELL_Y - 40, style: "font-size:14px" }, `cell ${number}`);
    numbers.hidden[step].forEach((value, row) => add("text", { x, y: CELL_Y - 14 + 24 * row, "data-bioml": "hidden" }, signed(value)));
    add("circle", { cx: x, cy: OUTPUT_Y, r: OUTPUT_R, fill: "#fff", stroke: moved ? COLOURS.error : COLOURS.ink, "stroke-width": moved ? 4 : 1.5 });
    add("text", { x, y: OUTPUT_Y, style: "font-weight:700;font-size:18px", "data-bioml": "output" }, numbers.probabilities[step].toFixed(2));
    if (moved) add("text", { x, y: OUTPUT_Y - OUTPUT_R - 11, style: "font-size:14px" }, `was ${numbers.probabilities_before[step].toFixed(2)}`);
    const changed = step === state.position - 1 && state.letter !== state.sequence[step];
    add("rect", { x: x - LETTER_SIZE / 2, y: LETTER_Y - LETTER_SIZE / 2, width: LETTER_SIZE, height: LETTER_SIZE, fill: "#fff", stroke: changed ? COLOURS.error : COLOURS.ink, "stroke-width": changed ? 4 : 1.5 });
    add("text", { x, y: LETTER_Y, style: "font-weight:700;font-size:20px" }, letters[step]);
    add("text", { x, y: NOTE_Y, style: "font-size:14px" }, String(step + 1));
  }

  if (state.drawing === "unrolled") {
    const places = columns(state.sequence.length), half = CELL_W / 2;
    places.forEach(oneStep);
    for (let i = 0; i + 1 < places.length; i += 1) {
      const [left, right] = [places[i] + half, places[i + 1] - half];
      const [from, to] = state.direction === "forward" ? [left, right - 9] : [right, left + 9];
      const point = state.direction === "forward" ? right : left;
      arrow(`M${from} ${CELL_Y}L${to} ${CELL_Y}`, `M${point} ${CELL_Y}L${to} ${CELL_Y - 6}L${to} ${CELL_Y + 6}Z`);
    }
  } else {
    const x = WIDTH / 2, right = x + CELL_W / 2, step = state.step - 1;
    oneStep(x, step);
    arrow(`M${right} ${CELL_Y + 25}C${right + 80} ${CELL_Y + 45} ${right + 80} ${CELL_Y - 45} ${right + 10} ${CELL_Y - 25}`,
      `M${right} ${CELL_Y - 25}L${right + 12} ${CELL_Y - 31}L${right + 10} ${CELL_Y - 18}Z`);
    add("text", { x: right + 76, y: CELL_Y - 12, class: "start" }, "the hidden state goes back in");
    add("text", { x: right + 76, y: CELL_Y + 12, class: "start" }, `with the next base, reading ${state.direction}`);
    [...letters].forEach((base, at) => {
      add("text", { x: 36 + 32 * at, y: LETTER_Y, style: at === step ? "font-weight:700" : "fill:#767676" }, base);
    });
    line(36 + 32 * step - 11, LETTER_Y + 18, 36 + 32 * step + 11, LETTER_Y + 18, { "stroke-width": 3 });
  }
  return nodes;
}

export default { render };
