// @vitest-environment jsdom
import { beforeEach, expect, test, vi } from "vitest";
import { drawFigure, figuresIn } from "../src/loader/figures";
import type { Bokeh } from "../src/loader/bokeh";

const embed = vi.fn(() => Promise.resolve({ roots: [], clear: () => undefined }));
const bokeh: Bokeh = { version: "3.9.2", documents: [], embed: { embed_item: embed } };

beforeEach(() => {
  embed.mockClear();
  document.body.innerHTML =
    '<div><script type="application/vnd.nengo-nb.figure+json">{"version": "3.9.2"}</script><img></div>';
});

function onlyFigure(): HTMLElement {
  const [script] = figuresIn(document.body);
  if (!script) throw new Error("there is no figure");
  return script;
}

test("a figure is drawn once, and takes the place of its picture", async () => {
  await drawFigure(bokeh, onlyFigure());
  await drawFigure(bokeh, onlyFigure());

  expect(embed).toHaveBeenCalledOnce();
  expect(document.querySelector("img")?.hidden).toBe(true);
});

test("a figure of another version of Bokeh stays a picture", async () => {
  await drawFigure({ ...bokeh, version: "3.8.0" }, onlyFigure());

  expect(embed).not.toHaveBeenCalled();
  expect(document.querySelector("img")?.hidden).toBe(false);
});
