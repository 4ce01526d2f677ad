// @vitest-environment jsdom
import { beforeEach, expect, test, vi } from "vitest";
import schema from "../schema/settings.json";
import { lineColor } from "../src/live/palette";
import { page } from "../src/dom/page";
import { DEFAULTS, onPreference, prefer, preferences } from "../src/dom/preferences";

beforeEach(() => {
  delete page().preferences;
  vi.stubGlobal("matchMedia", () => ({ matches: false }));
});

test("where there is no extension, what holds is what the settings have by default", () => {
  const { frameRate, palette, defaultPlots } = schema.properties;

  expect(preferences()).toEqual(DEFAULTS);
  expect(DEFAULTS).toMatchObject({
    frame_rate: frameRate.default,
    palette: palette.default,
    default_plots: defaultPlots.default,
  });
});

test("what is set is found on the page, and those who listen are told until they stop", () => {
  const heard = vi.fn();
  const stop = new AbortController();
  onPreference(heard, stop.signal);

  prefer({ frameRate: 5, palette: "petroff" });
  stop.abort();
  prefer({});

  expect(heard).toHaveBeenCalledOnce();
  expect(preferences()).toEqual(DEFAULTS);
});

test("what another version has set is left alone", () => {
  page().preferences = { ...DEFAULTS, version: 99, frame_rate: 5 };

  expect(preferences()).toBe(DEFAULTS);
});

test("each palette of the settings has eight colours, and the default one is the kernel's", () => {
  for (const { const: palette } of schema.properties.palette.oneOf) {
    prefer({ palette });
    const colors = Array.from({ length: 9 }, (_, index) => lineColor(index, `own ${index}`));

    expect(new Set(colors.slice(0, 8)).size).toBe(8);
    expect(colors[8]).toBe(palette === DEFAULTS.palette ? "own 8" : colors[0]);
  }
});

test("black is the colour of letters, which a dark page has light", () => {
  expect(lineColor(6, "#000000")).toBe("#33404d");

  document.body.dataset.jpThemeLight = "false";

  expect(lineColor(6, "#000000")).toBe("#d7dce2");
});
