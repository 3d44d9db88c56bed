// Parts that every living figure shares.  Python puts this text before a figure's own module: one module, no import.

const COLOURS = { model: "#0072B2", pieces: "#E69F00", error: "#B34A00", guide: "#767676", ink: "#1a1a1a", grid: "#e5e5e5" };

const CARD_STYLE = `
.bioml-card { background: #fff; color: #1a1a1a; color-scheme: light; border: 1px solid #bbb; border-radius: 6px;
  padding: 10px 12px; font: 15px/1.4 system-ui, sans-serif; max-width: 960px; box-sizing: border-box; }
.bioml-card .bioml-controls { display: flex; flex-wrap: wrap; gap: 6px 16px; align-items: center; margin-bottom: 6px; }
.bioml-card label { display: inline-flex; flex-wrap: wrap; gap: 0 8px; align-items: center; font-weight: 600; max-width: 100%; }
.bioml-card input[type=range] { width: 150px; accent-color: #0072B2; }
.bioml-card select { max-width: 100%; font-size: 14px; padding: 2px 4px; color: #1a1a1a; background: #fff; border: 1px solid #767676; border-radius: 4px; }
.bioml-card output { min-width: 2ch; font-variant-numeric: tabular-nums; }
.bioml-card :focus-visible { outline: 3px solid #0072B2; outline-offset: 2px; }
.bioml-card .bioml-plots { display: flex; flex-wrap: wrap; gap: 8px; }
.bioml-card .bioml-sideways { overflow-x: auto; }
.bioml-card svg { flex: 1 1 300px; min-width: 0; max-width: 560px; height: auto; display: block; }
.bioml-card svg[class^=bioml-] { min-width: 780px; } /* 920 units wide: letters of 13 are drawn with 11 pixels at least */
.bioml-card svg text { font: 16px system-ui, sans-serif; fill: #1a1a1a; }
.bioml-card svg .halo { paint-order: stroke; stroke: #fff; stroke-width: 4px; stroke-linejoin: round; font-weight: 600; }
.bioml-card p { margin: 6px 0 0; min-height: 2.8em; }
`;

function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

function shape(name, attributes = {}, text = "") {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  place(made, attributes);
  made.textContent = text;
  return made;
}

function place(node, attributes) {
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  return node;
}

// JupyterLab takes the arrow keys away unless the input itself carries the attribute.
const OWN_KEYS = { "data-lm-suppress-shortcuts": "true" };

// A native range input, linked both ways with the trait `name`.
function slider(model, name, text, low, high, listeners) {
  const input = element("input", { type: "range", min: low, max: high, step: 1, ...OWN_KEYS });
  const shown = element("output");
  const follow = () => { input.value = model.get(name); shown.value = model.get(name); };
  input.addEventListener("input", () => { model.set(name, Number(input.value)); model.save_changes(); });
  listen(model, name, follow, listeners);
  follow();
  return element("label", {}, text, input, shown);
}

// A native select, linked both ways with the trait `name`; `options` are [value, text] pairs.
function choice(model, name, text, options, listeners) {
  const input = element("select", OWN_KEYS, ...options.map(([value, label]) => element("option", { value }, label)));
  const follow = () => { input.value = model.get(name); };
  input.addEventListener("change", () => { model.set(name, input.value); model.save_changes(); });
  listen(model, name, follow, listeners);
  follow();
  return element("label", {}, text, input);
}

function listen(model, name, follow, listeners) {
  model.on(`change:${name}`, follow);
  listeners.push(() => model.off(`change:${name}`, follow));
}

// A part that scrolls sideways where the page is too narrow for it.  Then, and only then, Tab stops there, so that the
// arrow keys can scroll it: not every browser lets the keyboard reach what scrolls.
function sideways(name, className, listeners, ...children) {
  const part = element("div", { class: `${className} bioml-sideways`, ...OWN_KEYS }, ...children);
  const reached = { tabindex: "0", role: "group", "aria-label": `${name}, scrolls sideways` };
  const follow = () => {
    const scrolls = part.scrollWidth > part.clientWidth;
    if (scrolls) place(part, reached);
    else for (const key of Object.keys(reached)) part.removeAttribute(key);
  };
  const watch = new ResizeObserver(follow); // tells the first size too, once the part is in the page
  for (const one of [part, ...children]) watch.observe(one);
  listeners.push(() => watch.disconnect());
  return part;
}

// A sentence that screen readers speak once the hand rests.
function spokenSentence() {
  const visible = element("p", { "data-bioml": "summary" });
  const spoken = element("div", {
    "aria-live": "polite",
    style: "position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap",
  });
  let waiting;
  const say = (text) => {
    visible.textContent = text;
    clearTimeout(waiting);
    waiting = setTimeout(() => { spoken.textContent = text; }, 500);
  };
  return { nodes: [visible, spoken], say, stop: () => clearTimeout(waiting) };
}

// One pair of axes in an SVG.  `x` and `y` turn data into drawing units; ticks are [position, text] pairs.
function axes({ width, height, xRange, yRange, xTicks, yTicks, xLabel, yLabel, title }) {
  const box = { left: 66, right: width - 18, top: 32, bottom: height - 56 };
  const x = (v) => box.left + ((v - xRange[0]) / (xRange[1] - xRange[0])) * (box.right - box.left);
  const y = (v) => box.bottom - ((v - yRange[0]) / (yRange[1] - yRange[0])) * (box.bottom - box.top);
  const svg = shape("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", style: `flex-grow: ${width}; flex-basis: ${0.7 * width}px` });
  const line = (x1, y1, x2, y2, stroke) => svg.append(shape("line", { x1, y1, x2, y2, stroke }));
  for (const [at, text] of xTicks) {
    line(x(at), box.top, x(at), box.bottom, COLOURS.grid);
    line(x(at), box.bottom, x(at), box.bottom + 5, COLOURS.ink);
    svg.append(shape("text", { x: x(at), y: box.bottom + 22, "text-anchor": "middle" }, text));
  }
  for (const [at, text] of yTicks) {
    line(box.left, y(at), box.right, y(at), COLOURS.grid);
    line(box.left - 5, y(at), box.left, y(at), COLOURS.ink);
    svg.append(shape("text", { x: box.left - 8, y: y(at) + 5, "text-anchor": "end" }, text));
  }
  line(box.left, box.bottom, box.right, box.bottom, COLOURS.ink);
  line(box.left, box.top, box.left, box.bottom, COLOURS.ink);
  const middle = (box.top + box.bottom) / 2;
  svg.append(
    shape("text", { x: (box.left + box.right) / 2, y: height - 10, "text-anchor": "middle" }, xLabel),
    shape("text", { x: 16, y: middle, "text-anchor": "middle", transform: `rotate(-90 16 ${middle})` }, yLabel),
    shape("text", { x: box.left, y: 18, style: "font-weight:600" }, title),
  );
  return { svg, x, y, box };
}

const path = (plot, xs, ys) => xs.map((v, i) => `${i ? "L" : "M"}${plot.x(v).toFixed(2)} ${plot.y(ys[i]).toFixed(2)}`).join("");

// Two or so significant digits, never in the form 1e-5.
function short(value, digits = 2) {
  const size = Math.abs(value);
  if (size === 0) return "0";
  if (size < 1e-4) return "less than 0.0001";
  return size >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(digits)));
}
