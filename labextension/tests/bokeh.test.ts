// @vitest-environment jsdom
import type { AnyModel } from "@anywidget/types";
import { afterEach, expect, test, vi } from "vitest";
import { forget, type Bokeh } from "../src/loader/bokeh";
import { bringBokeh, type AsksForBokeh } from "../src/loader/bring_bokeh";
import { page } from "../src/dom/page";

const bokeh = (version: string): Bokeh => ({
  version,
  documents: [],
  embed: { embed_item: vi.fn() },
});
const send = vi.fn();
const model = {
  get: () => "3.9.2",
  on: vi.fn(),
  off: vi.fn(),
  send,
} as unknown as AnyModel<AsksForBokeh>;

afterEach(() => {
  globalThis.Bokeh = undefined;
  page().loadBokeh = undefined;
  send.mockClear();
});

test("BokehJS of the page is used if it has the right version", async () => {
  const here = (globalThis.Bokeh = bokeh("3.9.2"));

  expect(await bringBokeh(model)).toBe(here);
  expect(send).not.toHaveBeenCalled();
});

test("else the extension brings its own, and nothing is asked of the kernel", async () => {
  const own = bokeh("3.9.2");
  page().loadBokeh = () => Promise.resolve(own);

  expect(await bringBokeh(model)).toBe(own);
  expect(send).not.toHaveBeenCalled();
});

test("where every copy has another version, the kernel is asked", async () => {
  globalThis.Bokeh = bokeh("3.8.0");
  page().loadBokeh = () => Promise.resolve(bokeh("3.7.0"));

  void bringBokeh(model);

  await vi.waitFor(() => {
    expect(send).toHaveBeenCalledWith({ type: "WantBokeh" });
  });
});

test("what one drawing consisted of is let go of, and the others stay", () => {
  const [gone, stays] = [{}, {}];
  const shown = { ...bokeh("3.9.2"), documents: [gone, stays] };

  forget(shown, gone);
  forget(shown, null);
  forget(shown, {});

  expect(shown.documents).toEqual([stays]);
});
