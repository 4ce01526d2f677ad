// Brings BokehJS to the page, from the kernel, and draws every figure that the page holds or gets.

const FIGURES = "script[type='application/vnd.nengo-nb.figure+json']";

/** BokehJS of the wanted version: the page's own if it fits, else the kernel's copy. */
function bringBokeh(model) {
  const version = model.get("version");
  if (globalThis.Bokeh?.version === version) return Promise.resolve(globalThis.Bokeh);
  return new Promise((resolve, reject) => {
    model.on("msg:custom", (message, buffers) => {
      if (message.type !== "bokeh") return;
      const url = URL.createObjectURL(new Blob(buffers, { type: "text/javascript" }));
      const script = document.createElement("script");
      script.onload = () => {
        URL.revokeObjectURL(url);
        resolve(globalThis.Bokeh);
      };
      script.onerror = () => reject(new Error("BokehJS could not be loaded from the kernel"));
      script.src = url;
      document.head.append(script);
    });
    model.send({ type: "want-bokeh" });
  });
}

/** Draw one figure beside its picture, and hide the picture once the figure is there. */
async function draw(bokeh, script) {
  const item = JSON.parse(script.textContent);
  if (script.dataset.drawn || item.version !== bokeh.version) return;
  script.dataset.drawn = "true";
  const figure = document.createElement("div");
  script.before(figure);
  await bokeh.embed.embed_item({ ...item, target_id: null }, figure);
  const picture = script.parentElement?.querySelector("img");
  if (picture) picture.hidden = true;
}

function figuresIn(node) {
  if (!(node instanceof Element)) return [];
  return node.matches(FIGURES) ? [node] : [...node.querySelectorAll(FIGURES)];
}

async function drawFigures(model, stopped) {
  const bokeh = await bringBokeh(model);
  const drawAll = (scripts) => scripts.forEach((script) => void draw(bokeh, script));
  const observer = new MutationObserver((changes) => {
    drawAll(changes.flatMap((change) => [...change.addedNodes].flatMap(figuresIn)));
  });
  observer.observe(document.body, { childList: true, subtree: true });
  stopped.addEventListener("abort", () => observer.disconnect());
  drawAll(figuresIn(document.body));
}

export default {
  // Nothing may be awaited here: the kernel's answer reaches the model only once it is initialized.
  initialize({ model }) {
    const stop = new AbortController();
    void drawFigures(model, stop.signal);
    return () => stop.abort();
  },
};
