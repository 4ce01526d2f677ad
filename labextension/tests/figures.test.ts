// @vitest-environment jsdom
import { beforeEach, expect, test, vi } from "vitest";
import { drawFigure, figuresIn } from "../src/loader/figures";
import type { Bokeh, BokehView } from "../src/loader/bokeh";
import { model } from "./fake_bokeh";

const embed = vi.fn(() => Promise.resolve({ roots: [] as BokehView[], clear: () => undefined }));
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

test("a figure has the colours of the page, and changes with them", async () => {
  const axis = model({ type: "LinearAxis" });
  const line = model({ type: "Line", line_color: { value: "#000000" } });
  const blue = model({ type: "Line", line_color: { value: "#0072b2" } });
  const mapper = model({ type: "LinearColorMapper", palette: ["#1f2d3d", "#0072b2"] });
  const models = [axis, line, blue, mapper];
  const made = {
    _all_models: new Map(models.map((one, i) => [i, one])),
    get_model_by_name: () => null,
  };
  const root = { model: model({ document: made }), export: vi.fn() };
  embed.mockResolvedValueOnce({ roots: [root], clear: () => undefined });
  const { parentElement } = onlyFigure();
  parentElement?.style.setProperty("background", "white");

  await drawFigure(bokeh, onlyFigure());
  const light = [axis.axis_label_text_color, line.line_color, mapper.palette];
  document.body.dataset.jpThemeLight = "false";
  await vi.waitUntil(() => axis.axis_label_text_color !== light[0]);
  const dark = [axis.axis_label_text_color, line.line_color, mapper.palette];
  delete document.body.dataset.jpThemeLight;

  expect(light).toEqual(["#33404d", "#33404d", ["#33404d", "#0072b2"]]);
  expect(dark).toEqual(["#d7dce2", "#d7dce2", ["#d7dce2", "#0072b2"]]);
  expect(blue.line_color).toEqual({ value: "#0072b2" });
  expect(parentElement?.style.background).toBe("none");
});
