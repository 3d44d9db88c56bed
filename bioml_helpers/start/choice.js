// Which model to try first: four questions, eight leaves.  The same rules as choice.py.

const COUNTS = [0, 10, 30, 100, 300, 1000, 3000, 10000, 30000, 100000];
const FEW = 100;
const LEAF = { linear: 0, forest: 1, mlp: 2, cnn: 3, rnn: 4, transformer: 5, gcn: 6, autoencoder: 7 };
const BY_STRUCTURE = {
  table: ["forest", "mlp"], sequence: ["transformer", "cnn"], series: ["linear", "rnn"],
  image: ["forest", "cnn"], volume: ["forest", "cnn"], graph: ["forest", "gcn"],
};

const enough = (structure) => (structure === "table" ? 10000 : 1000);

// The figure's numbers, from its state alone; Python's `ChoiceFigure.compute` gives the same.
export function compute({ step, structure, explain }) {
  const examples = COUNTS[step];
  const [few, many] = BY_STRUCTURE[structure];
  if (examples === 0) return { leaf: LEAF.autoencoder, asked: 1 };
  if (explain === "yes") return { leaf: LEAF.linear, asked: 2 };
  if (examples < FEW) return { leaf: LEAF.linear, asked: 3 };
  return { leaf: LEAF[examples >= enough(structure) ? many : few], asked: 4 };
}

const grouped = (n) => String(n).replace(/\B(?=(\d{3})+$)/g, ",");

function answers({ step, structure, explain }, words) {
  const examples = COUNTS[step], line = enough(structure);
  const looks = words.structures[structure].split(" (")[0];
  return [
    examples ? `yes, ${grouped(examples)}` : "no",
    explain,
    `${examples >= FEW ? "yes" : "no"}, ${grouped(examples)}`,
    `${looks}, ${examples >= line ? "at least" : "fewer than"} ${grouped(line)}`,
  ];
}

function sentence(state, words) {
  const count = COUNTS[state.step];
  const [model, chapter, baseline] = words.leaves[compute(state).leaf];
  const had = count ? `${grouped(count)} labelled examples` : "no labelled examples";
  const need = state.explain === "yes" ? "each weight must be explained" : "no need to explain each weight";
  const article = "aeiou".includes(model[0]) ? "an" : "a";
  return `${had}, ${words.structures[state.structure]}, ${need}: try ${article} ${model} first (${chapter}). It has to beat: ${baseline}.`;
}

function countSlider(model, listeners) {
  const input = element("input", { type: "range", min: 0, max: COUNTS.length - 1, step: 1, ...OWN_KEYS });
  const shown = element("output", { style: "min-width: 7ch" });
  const follow = () => {
    input.value = model.get("step");
    shown.value = grouped(COUNTS[model.get("step")]);
    input.setAttribute("aria-valuetext", `${shown.value} labelled examples`);
  };
  input.addEventListener("input", () => { model.set("step", Number(input.value)); model.save_changes(); });
  listen(model, "step", follow, listeners);
  follow();
  return element("label", {}, "Labelled examples", input, shown);
}

function drawing(words) {
  const { layout } = words;
  const svg = shape("svg", { viewBox: `0 0 ${layout.width} ${layout.height}`, role: "img", style: "max-width: 936px; min-width: 690px; flex-basis: 690px" });
  const top = (kind, number) => layout[kind].top + number * layout[kind].step;
  const middle = (kind, number) => top(kind, number) + layout[kind].height / 2;
  const frame = (kind, number) => {
    const { x, width, height } = layout[kind];
    const made = shape("rect", { x, y: top(kind, number), width, height, fill: "#fff", stroke: COLOURS.guide });
    svg.append(made);
    return made;
  };
  const questions = words.questions.map((text, number) => {
    const rect = frame("question", number), x = layout.question.x + 12, y = top("question", number);
    const answer = shape("text", { x, y: y + 60 });
    svg.append(shape("text", { x, y: y + 32, style: "font-weight:600" }, `${number + 1}. ${text}`), answer);
    return { rect, answer };
  });
  const leaves = words.leaves.map((leaf, number) => {
    const rect = frame("leaf", number);
    const text = shape("text", { x: layout.leaf.x + 10, y: top("leaf", number) + 24 });
    svg.append(text);
    return { rect, text, name: `${leaf[0]}, ${leaf[1]}` };
  });
  const way = shape("path", { fill: "none", stroke: COLOURS.model, "stroke-width": 4 });
  const down = shape("path", { fill: "none", stroke: COLOURS.ink, "stroke-width": 2 });
  svg.append(down, way);

  function move(state) {
    const found = compute(state), said = answers(state, words);
    questions.forEach(({ rect, answer }, number) => {
      const asked = number < found.asked;
      place(rect, { stroke: asked ? COLOURS.ink : COLOURS.guide, "stroke-dasharray": asked ? "" : "3 4", "stroke-width": 1.5 });
      answer.textContent = asked ? said[number] : "not asked";
      answer.setAttribute("style", asked ? "" : "fill:#595959");
    });
    leaves.forEach(({ rect, text, name }, number) => {
      const chosen = number === found.leaf;
      place(rect, { fill: chosen ? "#DCEBF5" : "#fff", stroke: chosen ? COLOURS.model : COLOURS.guide, "stroke-width": chosen ? 3 : 1 });
      text.textContent = `${chosen ? "▶ " : ""}${name}`;
      text.setAttribute("style", chosen ? "font-weight:600;font-size:15px" : "font-size:15px");
    });
    const steps = Array.from({ length: found.asked - 1 }, (_, number) => {
      const from = top("question", number) + layout.question.height, to = top("question", number + 1);
      return `M200 ${from}V${to - 2}M194 ${to - 9}L200 ${to - 2}L206 ${to - 9}`;
    });
    down.setAttribute("d", steps.join(""));
    const x1 = layout.question.x + layout.question.width, y1 = middle("question", found.asked - 1);
    const x2 = layout.leaf.x, y2 = middle("leaf", found.leaf);
    const angle = Math.atan2(y2 - y1, x2 - x1);
    const wing = (turn) => `${(x2 - 14 * Math.cos(angle + turn)).toFixed(1)} ${(y2 - 14 * Math.sin(angle + turn)).toFixed(1)}`;
    way.setAttribute("d", `M${x1} ${y1}L${x2} ${y2}M${wing(0.5)}L${x2} ${y2}L${wing(-0.5)}`);
  }
  return { svg, move };
}

function render({ model, el }) {
  const listeners = [];
  const words = model.get("words");
  const spoken = spokenSentence();
  const { svg, move } = drawing(words);
  const controls = element("div", { class: "bioml-controls" },
    countSlider(model, listeners),
    choice(model, "structure", "Input", Object.entries(words.structures), listeners),
    choice(model, "explain", "Explain each weight?", Object.entries(words.explain), listeners),
  );
  const plots = sideways("Figure", "bioml-plots", listeners, svg);
  el.append(element("div", { class: "bioml-card" }, element("style", {}, CARD_STYLE), controls, plots, ...spoken.nodes));

  function update() {
    const state = { step: model.get("step"), structure: model.get("structure"), explain: model.get("explain") };
    const text = sentence(state, words);
    move(state);
    svg.setAttribute("aria-label", text);
    spoken.say(text);
  }

  for (const name of ["step", "structure", "explain"]) listen(model, name, update, listeners);
  update();
  return () => { spoken.stop(); listeners.forEach((stop) => stop()); };
}

export default { render };
