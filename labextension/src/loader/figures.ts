/** Figures: the inert JSON that outputs hold, each beside a picture of it. */

import type { Bokeh } from "../loader/bokeh";

const FIGURES = "script[type='application/vnd.nengo-nb.figure+json']";

/** All figures in a part of the page, the part itself included. */
export function figuresIn(node: Node): HTMLElement[] {
  if (!(node instanceof Element)) return [];
  return node.matches(FIGURES) ? [node as HTMLElement] : [...node.querySelectorAll<HTMLElement>(FIGURES)];
}

/** Draw one figure beside its picture, once, and hide the picture when the figure is there. */
export async function drawFigure(bokeh: Bokeh, script: HTMLElement): Promise<void> {
  const item = JSON.parse(script.textContent) as { version: string };
  if (script.dataset.drawn || item.version !== bokeh.version) return;
  script.dataset.drawn = "true";
  const figure = document.createElement("div");
  script.before(figure);
  await bokeh.embed.embed_item({ ...item, target_id: null }, figure);
  const picture = script.parentElement?.querySelector("img");
  if (picture) picture.hidden = true;
}
