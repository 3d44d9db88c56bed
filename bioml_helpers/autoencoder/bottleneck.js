// W8.1, panel 4e: five residues, an encoder, a bottleneck, a decoder, five residues.  The same mathematics as figures.py.

const WIDTH = 920, HEIGHT = 402;
const ROW_Y = 74, ROW_GAP = 58, BOX = 42;
const IN_X = 70, ENCODER = [140, 372], LATENT_X = 450, DECODER = [528, 700], OUT_X = 762, MARK_X = 812, SURE_X = 868;
const HALF_WIDE = 150, HALF_NARROW = 44, MIDDLE_Y = ROW_Y + 2 * ROW_GAP, LINE_Y = 382;
const LETTERS = "ACDEFGHIKLMNPQRSTVWY";
const STATE = ["weights", "examples", "latent", "sequence"];

const BOTTLENECK_STYLE = `
.bioml-card svg.bioml-bottleneck { max-width: 100%; flex: 1 1 100%; }
.bioml-card svg.bioml-bottleneck text { text-anchor: middle; dominant-baseline: central; }
.bioml-card svg.bioml-bottleneck .bold { font-weight: 700; }
`;

function number(value) {
  const text = Math.abs(value).toFixed(1);
  return value < 0 && Number(text) !== 0 ? `−${text}` : text;
}

const layer = (W, b, x) => W.map((row, i) => row.reduce((sum, w, j) => sum + w * x[j], b[i]));
const relu = (x) => x.map((value) => Math.max(0, value));

// The figure's numbers, from its state alone; Python's `BottleneckFigure.compute` gives the same.
export function compute({ weights, latent, sequence }) {
  const [W1, b1, W2, b2, W3, b3, W4, b4] = weights[String(latent)];
  const x = [...sequence].flatMap((letter) => [...LETTERS].map((other) => Number(other === letter)));
  const z = layer(W2, b2, relu(layer(W1, b1, x)));
  const logits = layer(W4, b4, relu(layer(W3, b3, z)));
  const said = [], sure = [], right = [];
  [...sequence].forEach((letter, place) => {
    const here = logits.slice(20 * place, 20 * place + 20), largest = Math.max(...here), best = here.indexOf(largest);
    said.push(best);
    sure.push(1 / here.reduce((sum, one) => sum + Math.exp(one - largest), 0));
    right.push(Number(LETTERS[best] === letter));
  });
  return { latent: z, said, sure, right, identity: right.reduce((a, b) => a + b, 0) / right.length };
}

function sentence({ latent, sequence }, { said, right, identity }) {
  const wrong = right.flatMap((one, i) => (one ? [] : [i + 1]));
  const which = wrong.length ? ` Wrong: position ${wrong.join(", ")}.` : "";
  return `${sequence} goes through ${latent} number${latent === 1 ? "" : "s"} and comes out as ${said.map((at) => LETTERS[at]).join("")}: ${right.length - wrong.length} of ${right.length} residues right, sequence identity ${Math.round(100 * identity)} %.${which}`;
}

function render({ model, el }) {
  const listeners = [];
  const spoken = spokenSentence();
  const plots = sideways("Figure", "bioml-plots", listeners);
  const controls = element("div", { class: "bioml-controls" },
    sizes(model, listeners), examples(model, listeners), ...[0, 1, 2, 3, 4].map((place) => residue(model, place, listeners)));
  el.append(element("div", { class: "bioml-card" }, element("style", {}, CARD_STYLE + BOTTLENECK_STYLE), controls, plots, ...spoken.nodes));
  const svg = shape("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", class: "bioml-bottleneck" });
  plots.append(svg);

  function update() {
    const state = Object.fromEntries(STATE.map((name) => [name, model.get(name)]));
    const numbers = compute(state), text = sentence(state, numbers);
    svg.replaceChildren(...drawn(state, numbers));
    svg.setAttribute("aria-label", `An autoencoder of five residues. ${text}`);
    spoken.say(text);
  }
  for (const name of STATE) listen(model, name, update, listeners);
  update();
  return () => { spoken.stop(); listeners.forEach((stop) => stop()); };
}

// A native range input over the bottleneck sizes that were trained.
function sizes(model, listeners) {
  const known = Object.keys(model.get("weights")).map(Number).sort((a, b) => a - b);
  const input = element("input", { type: "range", min: 0, max: known.length - 1, step: 1, ...OWN_KEYS });
  const shown = element("output");
  const follow = () => {
    input.value = known.indexOf(model.get("latent"));
    shown.value = model.get("latent");
    input.setAttribute("aria-valuetext", `${model.get("latent")} numbers`);
  };
  input.addEventListener("input", () => { model.set("latent", known[Number(input.value)]); model.save_changes(); });
  listen(model, "latent", follow, listeners);
  follow();
  return element("label", {}, "Numbers in the bottleneck", input, shown);
}

function examples(model, listeners) {
  const known = model.get("examples");
  const input = element("input", { type: "range", min: 1, max: known.length, step: 1, ...OWN_KEYS });
  const shown = element("output");
  const follow = () => {
    const at = known.indexOf(model.get("sequence")) + 1;
    if (at) input.value = at;
    shown.value = at || "own";
    input.setAttribute("aria-valuetext", at ? `${at}, ${model.get("sequence")}` : "a sequence of your own");
  };
  input.addEventListener("input", () => { model.set("sequence", known[Number(input.value) - 1]); model.save_changes(); });
  listen(model, "sequence", follow, listeners);
  follow();
  return element("label", {}, "Example", input, shown);
}

function residue(model, place, listeners) {
  const input = element("select", OWN_KEYS, ...[...LETTERS].map((letter) => element("option", { value: letter }, letter)));
  const follow = () => { input.value = model.get("sequence")[place]; };
  input.addEventListener("change", () => {
    const letters = [...model.get("sequence")];
    letters[place] = input.value;
    model.set("sequence", letters.join(""));
    model.save_changes();
  });
  listen(model, "sequence", follow, listeners);
  follow();
  return element("label", {}, place ? String(place + 1) : "Residue 1", input);
}

function drawn({ latent, sequence }, { latent: z, said, sure, right, identity }) {
  const nodes = [];
  const add = (name, attributes, text) => nodes.push(shape(name, attributes, text));
  const write = (x, y, text, attributes = {}) => add("text", { x, y, ...attributes }, text);
  const half = ([left, end], first, last, name, shape_) => {
    add("polygon", { points: `${left},${MIDDLE_Y - first} ${end},${MIDDLE_Y - last} ${end},${MIDDLE_Y + last} ${left},${MIDDLE_Y + first}`, fill: COLOURS.grid, stroke: COLOURS.guide });
    write((left + end) / 2, MIDDLE_Y - 12, name, { class: "bold", style: "font-size:18px" });
    write((left + end) / 2, MIDDLE_Y + 14, shape_, { style: "font-size:15px" });
  };
  half(ENCODER, HALF_WIDE, HALF_NARROW, "encoder", `100 numbers → ${latent}`);
  half(DECODER, HALF_NARROW, HALF_WIDE, "decoder", `${latent} → 100 numbers`);
  write(IN_X, 26, "in", { class: "bold" });
  write(LATENT_X, 26, "latent vector", { class: "bold" });
  write(OUT_X, 26, "out", { class: "bold" });
  write(SURE_X, 26, "how sure", { style: "font-size:15px" });
  const gap = Math.min(50, 300 / Math.max(1, z.length)), size = Math.min(22, gap / 2 - 2);
  z.forEach((value, i) => {
    const y = MIDDLE_Y + (i - (z.length - 1) / 2) * gap;
    add("ellipse", { cx: LATENT_X, cy: y, rx: 40, ry: size, fill: "#fff", stroke: COLOURS.model, "stroke-width": 2.5, "data-bioml": "latent" });
    write(LATENT_X, y, number(value), { class: "bold" });
  });
  [...sequence].forEach((letter, place) => {
    const y = ROW_Y + ROW_GAP * place, fine = right[place];
    const box = (x, stroke, dash) => add("rect", { x: x - BOX / 2, y: y - BOX / 2, width: BOX, height: BOX, fill: "#fff", stroke, "stroke-width": 2.5, ...dash });
    box(IN_X, COLOURS.ink, {});
    box(OUT_X, fine ? COLOURS.ink : COLOURS.error, fine ? {} : { "stroke-dasharray": "6 4" });
    write(IN_X - 42, y, String(place + 1), { style: "font-size:15px" });
    write(IN_X, y, letter, { class: "bold", style: "font-size:22px" });
    write(OUT_X, y, LETTERS[said[place]], { class: "bold", style: "font-size:22px" });
    write(MARK_X, y, fine ? "✓" : "✗", { class: "bold", style: "font-size:24px", "data-bioml": "mark" });
    write(SURE_X, y, `${Math.round(100 * sure[place])} %`, {});
  });
  const count = right.reduce((a, b) => a + b, 0);
  write(WIDTH / 2, LINE_Y, `${count} of ${right.length} residues right: sequence identity ${Math.round(100 * identity)} %`, { class: "bold", style: "font-size:19px" });
  return nodes;
}

export default { render };
