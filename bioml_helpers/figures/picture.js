// The picture of a kernel figure: an image with alt text, and a sentence that is spoken when it changes.
function render({ model, el }) {
  const image = element("img", { style: "max-width:100%;height:auto;background:#fff" });
  const spoken = spokenSentence();
  el.append(element("div", { class: "bioml-card" }, element("style", {}, CARD_STYLE), image, ...spoken.nodes));
  const listeners = [];
  const draw = () => {
    const old = image.src;
    image.src = URL.createObjectURL(new Blob([model.get("png")], { type: "image/png" }));
    if (old) URL.revokeObjectURL(old);
  };
  const describe = () => { image.alt = model.get("alt"); };
  const say = () => spoken.say(model.get("text"));
  for (const [name, follow] of [["png", draw], ["alt", describe], ["text", say]]) {
    listen(model, name, follow, listeners);
    follow();
  }
  image.width = model.get("width");
  return () => { spoken.stop(); URL.revokeObjectURL(image.src); listeners.forEach((stop) => stop()); };
}

export default { render };
