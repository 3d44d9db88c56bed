// W9.3, early stopping: where training stops and which weights are kept.  The same mathematics as curves.py.

const MOST_PATIENCE = 10;
const MARK = "#D55E00", WAIT = "#E69F00";

// Where early stopping stops on a curve of validation losses, epochs counted from 1; a tie is no new best.
function stop(losses, patience) {
  let best = Infinity, kept = 0, waited = 0;
  for (let epoch = 1; epoch <= losses.length; epoch += 1) {
    if (losses[epoch - 1] < best) { best = losses[epoch - 1]; kept = epoch; waited = 0; } else waited += 1;
    if (waited >= patience) return { stop: epoch, kept, loss: best, stopped: Number(epoch < losses.length) };
  }
  return { stop: losses.length, kept, loss: best, stopped: 0 };
}

// The figure's numbers, from its state alone; Python's `PatienceFigure.compute` gives the same.
export function compute({ curve, patience, runs }) {
  const losses = runs[curve].validation;
  const all = Array.from({ length: MOST_PATIENCE }, (_, i) => stop(losses, i + 1));
  const here = all[patience - 1];
  return {
    ...here, missed: here.loss - Math.min(...losses), epochs: losses.length,
    stops: all.map((one) => one.stop), losses: all.map((one) => one.loss),
  };
}

function sentence({ patience }, numbers) {
  const { kept, epochs, loss, missed } = numbers;
  const worth = missed > 0 ? `${missed.toFixed(3)} above the lowest of the whole run` : "the lowest of the whole run";
  const where = numbers.stopped
    ? `training stops after epoch ${numbers.stop} of ${epochs}; the weights of epoch ${kept} are kept`
    : `training is never stopped; the weights of epoch ${kept} of ${epochs} are kept`;
  return `Patience ${patience}: ${where}, validation loss ${loss.toFixed(3)}, ${worth}.`;
}

function render({ model, el }) {
  const listeners = [];
  const names = Object.keys(model.get("runs"));
  const spoken = spokenSentence();
  const plots = sideways("Figure", "bioml-plots", listeners);
  const controls = element("div", { class: "bioml-controls" },
    slider(model, "patience", "Patience", 1, MOST_PATIENCE, listeners),
    choice(model, "curve", "Run", names.map((name) => [name, name]), listeners),
  );
  el.append(element("div", { class: "bioml-card" }, element("style", {}, CARD_STYLE), controls, plots, ...spoken.nodes));
  const state = () => ({ curve: model.get("curve"), patience: model.get("patience"), runs: model.get("runs") });
  let left, right;

  function newCurve() {
    const now = state(), numbers = compute(now);
    left = lossPlot(now.runs[now.curve], now.curve);
    right = patiencePlot(numbers.losses);
    plots.replaceChildren(left.svg, right.svg);
    update();
  }

  function update() {
    const now = state(), numbers = compute(now), text = sentence(now, numbers);
    const { how } = now.runs[now.curve];
    left.move(numbers);
    right.move(now.patience, numbers.loss);
    left.svg.setAttribute("aria-label", `Run "${now.curve}"${how ? `, ${how}` : ""}. ${text}`);
    spoken.say(how ? `${how}. ${text}` : text);
  }

  for (const name of ["curve", "runs"]) listen(model, name, newCurve, listeners);
  listen(model, "patience", update, listeners);
  newCurve();
  return () => { spoken.stop(); listeners.forEach((stopIt) => stopIt()); };
}

// Ticks at round numbers between low and high, about `wanted` of them.
function ticks(low, high, wanted) {
  const rough = (high - low) / wanted, power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((n) => n * power).find((n) => n >= rough);
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const made = [];
  for (let at = Math.ceil(low / step); at * step <= high; at += 1) made.push([at * step, (at * step).toFixed(digits)]);
  return made;
}

function lossPlot(run, name) {
  const count = run.validation.length, epochs = run.validation.map((_, i) => i + 1);
  const both = [...run.train, ...run.validation], low = Math.min(...both), high = Math.max(...both), room = 0.06 * (high - low);
  const range = [low - room, high + room];
  const every = Math.max(1, Math.ceil(count / 10));
  const plot = axes({
    width: 540, height: 330, title: `Run “${name}”`, xLabel: "epoch", yLabel: "loss",
    xRange: [0.5, count + 0.5], yRange: range,
    xTicks: epochs.filter((epoch) => epoch === 1 || epoch % every === 0).map((epoch) => [epoch, String(epoch)]),
    yTicks: ticks(range[0], range[1], 5),
  });
  const never = shape("rect", { y: plot.box.top, height: plot.box.bottom - plot.box.top, fill: "#e5e5e5", "data-bioml": "never" });
  const neverText = shape("text", { class: "halo", style: "font-weight:400", x: plot.box.right - 6, y: (plot.y(run.train[count - 1]) + plot.y(run.validation[count - 1])) / 2, "text-anchor": "end" }, "never trained");
  const edge = shape("line", { y1: plot.box.top, y2: plot.box.bottom, stroke: COLOURS.ink, "stroke-width": 1.5 });
  const kept = shape("rect", { width: 18, height: 18, fill: "none", stroke: MARK, "stroke-width": 3, "data-bioml": "kept" });
  const number = shape("text", { class: "halo", style: `fill:${COLOURS.error}` });
  const dots = run.validation.map((loss, i) => shape("circle", { cx: plot.x(i + 1), cy: plot.y(loss), r: 4, fill: WAIT }));
  const legend = shape("text", { x: plot.box.right, y: 18, "text-anchor": "end" });
  for (const [mark, colour, text] of [["━", COLOURS.model, " training   "], ["┅●", WAIT, " validation   "], ["□", MARK, " kept"]]) {
    legend.append(shape("tspan", { style: `fill:${colour}` }, mark), shape("tspan", {}, text));
  }
  plot.svg.append(never, neverText, legend,
    shape("path", { d: path(plot, epochs, run.train), fill: "none", stroke: COLOURS.model, "stroke-width": 2.5 }),
    shape("path", { d: path(plot, epochs, run.validation), fill: "none", stroke: WAIT, "stroke-width": 2.5, "stroke-dasharray": "7 4" }),
    ...dots, edge, kept, number);

  function move(numbers) {
    const x = plot.x(numbers.stop + 0.5), shown = numbers.stopped ? "" : "none";
    place(never, { x, width: Math.max(0, plot.box.right - x) });
    never.style.display = shown;
    neverText.style.display = plot.box.right - x > 120 ? shown : "none";
    place(edge, { x1: x, x2: x });
    place(kept, { x: plot.x(numbers.kept) - 9, y: plot.y(numbers.loss) - 9 });
    const above = plot.y(numbers.loss) > (plot.box.top + plot.box.bottom) / 2;
    const side = plot.x(numbers.kept) > plot.box.right - 60 ? "end" : "middle";
    place(number, { x: plot.x(numbers.kept), y: plot.y(numbers.loss) + (above ? -16 : 30), "text-anchor": side });
    number.textContent = `epoch ${numbers.kept}`;
  }
  return { svg: plot.svg, move };
}

function patiencePlot(losses) {
  const low = Math.min(...losses), high = Math.max(...losses), room = Math.max(0.25 * (high - low), 0.02);
  const patiences = losses.map((_, i) => i + 1), range = [low - room, high + room];
  const plot = axes({
    width: 380, height: 330, title: "Validation loss kept", xLabel: "patience (epochs)", yLabel: "",
    xRange: [0.5, MOST_PATIENCE + 0.5], yRange: range,
    xTicks: patiences.map((one) => [one, String(one)]), yTicks: ticks(range[0], range[1], 5),
  });
  const here = shape("rect", { width: 18, height: 18, fill: "none", stroke: MARK, "stroke-width": 3 });
  const number = shape("text", { class: "halo", "text-anchor": "middle" });
  plot.svg.append(
    shape("path", { d: path(plot, patiences, losses), fill: "none", stroke: WAIT, "stroke-width": 2.5, "stroke-dasharray": "7 4" }),
    ...losses.map((loss, i) => shape("circle", { cx: plot.x(i + 1), cy: plot.y(loss), r: 4, fill: WAIT })), here, number);
  plot.svg.setAttribute("aria-label", "The validation loss of the weights kept, against the patience.");

  function move(patience, loss) {
    const x = plot.x(patience), y = plot.y(loss);
    place(here, { x: x - 9, y: y - 9 });
    place(number, { x, y: y - 16 });
    number.textContent = loss.toFixed(3);
  }
  return { svg: plot.svg, move };
}

export default { render };
