/** The loader: brings BokehJS to the page, and draws every figure that the page holds or gets. */

import type { AnyModel } from "@anywidget/types";
import { bringBokeh, type AsksForBokeh } from "../loader/bring_bokeh";
import { drawFigure, figuresIn } from "./figures";

async function drawFigures(model: AnyModel<AsksForBokeh>, stopped: AbortSignal): Promise<void> {
  const bokeh = await bringBokeh(model);
  const drawAll = (scripts: HTMLElement[]): void => {
    for (const script of scripts) void drawFigure(bokeh, script);
  };
  const observer = new MutationObserver((changes) => {
    drawAll(changes.flatMap((change) => [...change.addedNodes].flatMap(figuresIn)));
  });
  observer.observe(document.body, { childList: true, subtree: true });
  stopped.addEventListener("abort", () => {
    observer.disconnect();
  });
  drawAll(figuresIn(document.body));
}

export default {
  // Nothing may be awaited here: the kernel's answer reaches the model only once it is initialized.
  initialize({ model }: { model: AnyModel<AsksForBokeh> }): () => void {
    const stop = new AbortController();
    void drawFigures(model, stop.signal);
    return () => {
      stop.abort();
    };
  },
};
