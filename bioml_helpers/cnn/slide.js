// W4.1, panel 4b: a filter that slides over DNA letters, or over the pixels of a micrograph.  The same mathematics as
// layers.conv_loops and figures.py.

const WIDTH = 920, HEIGHT = 480;
const BASES = "ACGT";
const LETTER_COLOURS = { A: "#00694D", C: "#0072B2", G: "#8A5A00", T: "#B34A00" };
const MARK = "#B34A00";

const SLIDE_STYLE = `
.bioml-card svg.bioml-slide { max-width: 100%; flex: 1 1 100%; }
.bioml-card svg.bioml-slide text { text-anchor: middle; font-size: 15px; }
.bioml-card svg.bioml-slide .start { text-anchor: start; }
.bioml-card svg.bioml-slide .title { text-anchor: start; font-weight: 600; font-size: 16px; }
`;

const outputSize = (length, k, { stride, padding, dilation }) => Math.floor((length + 2 * padding - dilation * (k - 1) - 1) / stride) + 1;

// The inputs that lie under the window at output place `p`, along one direction; −1 stands for the padding's zero.
function under(p, k, length, { stride, padding, dilation }) {
  return Array.from({ length: k }, (_, i) => {
    const at = p * stride - padding + i * dilation;
    return at >= 0 && at < length ? at : -1;
  });
}

// The figure's numbers, from its state alone; Python's `SlideFigure.compute` gives the same.
export function compute(state) {
  return state.mode === "DNA" ? alongLetters(state) : overPixels(state);
}

function alongLetters(state) {
  const filter = state.dna_filters[state.dna_filter], k = filter[0].length, length = state.sequence.length;
  const productsAt = (p) => under(p, k, length, state).map((at, i) => (at < 0 ? 0 : filter[BASES.indexOf(state.sequence[at])][i]));
  const places = outputSize(length, k, state);
  const output = Array.from({ length: places }, (_, p) => productsAt(p).reduce((sum, one) => sum + one, 0));
  const position = Math.min(state.position, places - 1);
  return { size: [places], position, window: under(position, k, length, state), products: productsAt(position), sum: output[position], output };
}

function overPixels(state) {
  const filter = state.image_filters[state.image_filter], image = state.image, k = filter.length;
  const rows = outputSize(image.length, k, state), columns = outputSize(image[0].length, k, state);
  const windowAt = (p) => {
    const across = under(p % columns, k, image[0].length, state);
    return under(Math.floor(p / columns), k, image.length, state).flatMap((r) => across.map((c) => (r < 0 || c < 0 ? -1 : r * image[0].length + c)));
  };
  const pixels = image.flat(), weights = filter.flat();
  const productsAt = (p) => windowAt(p).map((at, i) => (at < 0 ? 0 : pixels[at] * weights[i]));
  const output = Array.from({ length: rows * columns }, (_, p) => productsAt(p).reduce((sum, one) => sum + one, 0));
  const position = Math.min(state.position, output.length - 1);
  return { size: [rows, columns], position, window: windowAt(position), products: productsAt(position), sum: output[position], output };
}

const tidy = (value) => String(Math.round(value * 10) / 10).replace("-", "−");
const signedTerm = (value) => (value < 0 ? `− ${tidy(-value)}` : `+ ${tidy(value)}`);
const written = (products) => products.map((one, i) => (i ? signedTerm(one) : tidy(one))).join(" ");

function sentence(state, numbers) {
  const { size, position, window, products, sum } = numbers;
  if (state.mode === "DNA") {
    const letters = window.map((at) => (at < 0 ? "·" : state.sequence[at])).join("");
    return `Place ${position + 1} of ${size[0]}: the window reads ${letters}. ${written(products)} = ${tidy(sum)}.`;
  }
  const row = Math.floor(position / size[1]), column = position % size[1];
  return `Row ${row + 1} of ${size[0]}, column ${column + 1} of ${size[1]}: ${written(products)} = ${tidy(sum)}.`;
}

const STATE = ["mode", "position", "sequence", "image", "dna_filters", "dna_filter", "image_filters", "image_filter", "stride", "padding", "dilation"];

function render({ model, el }) {
  const listeners = [];
  const spoken = spokenSentence();
  const plots = sideways("Figure", "bioml-plots", listeners);
  const names = (trait) => Object.keys(model.get(trait)).map((name) => [name, name]);
  const place = slider(model, "position", "Place", 0, 10, listeners);
  const range = place.querySelector("input"), shown = place.querySelector("output");
  const dna = choice(model, "dna_filter", "Filter", names("dna_filters"), listeners);
  const pixel = choice(model, "image_filter", "Filter", names("image_filters"), listeners);
  const controls = element("div", { class: "bioml-controls" },
    choice(model, "mode", "Slide over", [["DNA", "DNA (1-D)"], ["image", "a micrograph (2-D)"]], listeners), dna, pixel, place,
    slider(model, "stride", "Stride", 1, 3, listeners), slider(model, "padding", "Padding", 0, 3, listeners), slider(model, "dilation", "Dilation", 1, 3, listeners));
  for (const input of controls.querySelectorAll("input")) if (input !== range) input.style.width = "70px";
  const svg = shape("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", class: "bioml-slide" });
  plots.append(svg);
  el.append(element("div", { class: "bioml-card" }, element("style", {}, CARD_STYLE + SLIDE_STYLE), controls, plots, ...spoken.nodes));

  function update() {
    const state = Object.fromEntries(STATE.map((name) => [name, model.get(name)]));
    const numbers = compute(state);
    dna.style.display = state.mode === "DNA" ? "" : "none";
    pixel.style.display = state.mode === "DNA" ? "none" : "";
    range.max = numbers.output.length - 1;
    range.value = numbers.position;
    shown.value = `${numbers.position + 1} of ${numbers.output.length}`;
    range.setAttribute("aria-valuetext", shown.value);
    const text = sentence(state, numbers);
    svg.replaceChildren(...(state.mode === "DNA" ? drawLetters(state, numbers) : drawPixels(state, numbers)));
    svg.setAttribute("aria-label", `A filter slides. ${text}`);
    spoken.say(text);
  }
  shown.style.minWidth = "9ch";
  for (const name of STATE) listen(model, name, update, listeners);
  update();
  return () => { spoken.stop(); listeners.forEach((stop) => stop()); };
}

const box = (x, y, width, height, attributes = {}) => shape("rect", { x, y, width, height, fill: "#fff", stroke: "#8a8a8a", ...attributes });
const word = (x, y, text, attributes = {}) => shape("text", { x, y, ...attributes }, text);
const title = (x, y, text) => word(x, y, text, { class: "title" });

function drawLetters(state, { position, window, products, sum, output, size }) {
  const filter = state.dna_filters[state.dna_filter], k = products.length, p = state.padding;
  const cells = state.sequence.length + 2 * p, wide = Math.min(36, 888 / cells), left = (at) => 16 + (at + p) * wide;
  const parts = [title(16, 22, `input: ${state.sequence.length} letters${p ? `, ${p} zero${p > 1 ? "s" : ""} at each end` : ""}`)];
  for (let at = -p; at < state.sequence.length + p; at += 1) {
    const letter = state.sequence[at], inside = at >= position * state.stride - p && (at - position * state.stride + p) % state.dilation === 0 && (at - position * state.stride + p) / state.dilation < k;
    parts.push(box(left(at), 34, wide, 38, { fill: inside ? "#FCE9D9" : "#fff", stroke: inside ? MARK : "#8a8a8a", "stroke-width": inside ? 2.5 : 1 }));
    parts.push(word(left(at) + wide / 2, 59, letter ?? "0", { style: `font-weight:700;font-size:18px;fill:${LETTER_COLOURS[letter] ?? COLOURS.guide}` }));
  }
  const cell = 62, x0 = 120, y0 = 120;
  parts.push(title(16, 104, `filter: 4 × ${k} weights, the same at every place; one is picked in each column`));
  [...BASES].forEach((base, row) => {
    parts.push(word(x0 - 20, y0 + row * 30 + 21, base, { style: `font-weight:700;fill:${LETTER_COLOURS[base]}` }));
    for (let i = 0; i < k; i += 1) {
      const hit = window[i] >= 0 && state.sequence[window[i]] === base;
      parts.push(box(x0 + i * cell, y0 + row * 30, cell, 30, { fill: hit ? "#FCE9D9" : "#fff", stroke: hit ? MARK : "#c8c8c8", "stroke-width": hit ? 3 : 1 }));
      parts.push(word(x0 + (i + 0.5) * cell, y0 + row * 30 + 20, tidy(filter[row][i]), { style: hit ? "font-weight:700" : "" }));
    }
  });
  parts.push(word(x0 - 12, y0 + 149, "picked:", { style: "text-anchor:end" }));
  products.forEach((one, i) => parts.push(word(x0 + (i + 0.5) * cell, y0 + 149, tidy(one), { style: "font-weight:700" })));
  parts.push(word(x0 + k * cell + 20, y0 + 149, `sum = ${tidy(sum)}`, { class: "start", style: `font-weight:700;font-size:19px;fill:${MARK}` }));
  const most = Math.max(...output.map(Math.abs), 1e-9), zero = 386, tall = 58;
  const step = Math.min(36, 888 / size[0]);
  parts.push(title(16, 304, `output: ${size[0]} numbers, written up to place ${position + 1}`));
  parts.push(shape("line", { x1: 16, x2: 16 + step * size[0], y1: zero, y2: zero, stroke: "#1a1a1a" }));
  output.forEach((value, at) => {
    if (at > position) { parts.push(box(16 + at * step + 3, zero - 8, step - 6, 16, { "stroke-dasharray": "3 3", stroke: "#c8c8c8" })); return; }
    const height = (Math.abs(value) / most) * tall, here = at === position;
    parts.push(box(16 + at * step + 3, value >= 0 ? zero - height : zero, step - 6, height, { fill: here ? MARK : COLOURS.model, stroke: "none" }));
    const label = word(16 + (at + 0.5) * step, value >= 0 ? zero - height - 5 : zero + height + 15, tidy(value), { style: `font-size:13px;${here ? "font-weight:700" : ""}` });
    if (step > 27 || here) parts.push(label);
  });
  return parts;
}

function drawPixels(state, { position, window, products, sum, output, size }) {
  const image = state.image, n = image.length, m = image[0].length, p = state.padding;
  const side = Math.min(22, 308 / (Math.max(n, m) + 2 * p)), x0 = 16, y0 = 40, k = state.image_filters[state.image_filter].length;
  const parts = [title(x0, 24, `input: ${n} × ${m} pixels${p ? `, padded by ${p}` : ""}`)];
  const grey = (share) => { const level = Math.round(255 * (1 - share)); return `rgb(${level},${level},${level})`; };
  const marked = new Set(window);
  for (let r = -p; r < n + p; r += 1) for (let c = -p; c < m + p; c += 1) {
    const known = r >= 0 && r < n && c >= 0 && c < m;
    parts.push(box(x0 + (c + p) * side, y0 + (r + p) * side, side, side, { fill: known ? grey(image[r][c] / 99) : "#fff", stroke: known ? "none" : "#c8c8c8", "stroke-dasharray": known ? "none" : "2 2", "shape-rendering": "crispEdges" }));
  }
  const row = Math.floor(position / size[1]), column = position % size[1];
  for (let i = 0; i < k; i += 1) for (let j = 0; j < k; j += 1) {
    const r = row * state.stride + i * state.dilation, c = column * state.stride + j * state.dilation; // counted with the padding
    parts.push(box(x0 + c * side + 1, y0 + r * side + 1, side - 2, side - 2, { fill: "none", stroke: MARK, "stroke-width": 3 }));
  }
  const pixels = image.flat(), weights = state.image_filters[state.image_filter].flat(), cell = 62, mx = 366, my = 66;
  parts.push(title(mx - 6, 24, "pixel × weight"));
  products.forEach((_, i) => {
    const x = mx + (i % k) * cell, y = my + Math.floor(i / k) * 48;
    parts.push(box(x, y, cell, 48, { stroke: MARK }));
    parts.push(word(x + cell / 2, y + 20, window[i] < 0 ? "0" : String(pixels[window[i]])));
    parts.push(word(x + cell / 2, y + 40, `× ${tidy(weights[i])}`, { style: "font-weight:700" }));
  });
  parts.push(word(mx + 1.5 * cell, my + 3 * 48 + 34, `sum = ${tidy(sum)}`, { style: `font-weight:700;font-size:20px;fill:${MARK}` }));
  const ox = 596, step = Math.min(22, 308 / Math.max(...size));
  const low = Math.min(...output), high = Math.max(...output), spread = high - low || 1;
  parts.push(title(ox, 24, `output: ${size[0]} × ${size[1]}, written so far`));
  output.forEach((value, at) => {
    const done = at <= position;
    parts.push(box(ox + (at % size[1]) * step, y0 + Math.floor(at / size[1]) * step, step, step, {
      fill: done ? grey(1 - (value - low) / spread) : "#fff", stroke: done ? "none" : "#dcdcdc", "shape-rendering": "crispEdges" }));
  });
  parts.push(box(ox + column * step, y0 + row * step, step, step, { fill: "none", stroke: MARK, "stroke-width": 3 }));
  parts.push(word(x0, 400, "dark pixels carry large numbers (0 to 99)", { class: "start" }));
  parts.push(word(ox, 400, `white is ${tidy(high)}, black is ${tidy(low)}`, { class: "start" }));
  return parts;
}

export default { render };
