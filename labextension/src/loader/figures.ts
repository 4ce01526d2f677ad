/** Figures: the inert JSON that outputs hold, each beside a picture of it. */

import { onThemeChange } from "../dom/theme";
import type { Bokeh, BokehView } from "./bokeh";
import { paint, paintInk } from "./paint";

const FIGURES = "script[type='application/vnd.nengo-nb.figure+json']";

/** All figures in a part of the page, the part itself included. */
export function figuresIn(node: Node): HTMLElement[] {
  if (!(node instanceof Element)) return [];
  return node.matches(FIGURES)
    ? [node as HTMLElement]
    : [...node.querySelectorAll<HTMLElement>(FIGURES)];
}

/** Keep a figure in the colours of the page for as long as it is there. */
function followPage(roots: Iterable<BokehView>, figure: HTMLElement): void {
  const stop = new AbortController();
  const restyle = (): void => {
    if (!figure.isConnected) {
      stop.abort();
      return;
    }
    for (const { model } of roots) {
      if (!model.document) continue;
      paint(model.document);
      paintInk(model.document);
    }
  };
  onThemeChange(restyle, stop.signal);
  restyle();
  // The white behind it is for the picture, which is the same on every page.
  figure.parentElement?.style.setProperty("background", "none");
}

/** Draw one figure beside its picture, once, and hide the picture when the figure is there. */
export async function drawFigure(bokeh: Bokeh, script: HTMLElement): Promise<void> {
  const item = JSON.parse(script.textContent) as { version: string };
  if (script.dataset.drawn || item.version !== bokeh.version) return;
  script.dataset.drawn = "true";
  const figure = document.createElement("div");
  script.before(figure);
  const views = await bokeh.embed.embed_item({ ...item, target_id: null }, figure);
  followPage(views.roots, figure);
  const picture = script.parentElement?.querySelector("img");
  if (picture) picture.hidden = true;
}
