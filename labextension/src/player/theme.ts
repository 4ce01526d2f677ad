/** Colours of a player, on whatever page it is: a notebook's, or its own. */

import { LINE_COLORS } from "../tables/line_colors";
import { isDark, onThemeChange } from "../dom/theme";

export interface Inks {
  ink: string;
  faint: string;
  grid: string;
  cursor: string;
}

const LIGHT: Inks = { ink: "#33404d", faint: "#6b7785", grid: "#e4e8ec", cursor: "#d55e00" };
const DARK: Inks = { ink: "#d7dce2", faint: "#98a2ad", grid: "#3a424c", cursor: "#ff9f50" };

export function inksOf(dark: boolean): Inks {
  return dark ? DARK : LIGHT;
}

/** Dashes of the first, second and third eight lines. */
const DASHES = [[], [7, 4], [2, 3]];

export function lineStyle(index: number, dark: boolean): { color: string; dash: number[] } {
  const color = LINE_COLORS[index % LINE_COLORS.length] ?? LINE_COLORS[0];
  const dash = DASHES[Math.floor(index / LINE_COLORS.length) % DASHES.length] ?? [];
  return { color: color === "#000000" ? inksOf(dark).ink : color, dash };
}

/** Whether the page is dark; one that has no colours of its own is as its browser is. */
export function isPageDark(): boolean {
  const { body } = document;
  const isKnown =
    body.dataset.jpThemeLight !== undefined || /\bvscode-(dark|light)\b/.test(body.className);
  if (isKnown || opacityOf(getComputedStyle(body).backgroundColor) > 0) return isDark();
  return isCanvasDark();
}

/** Whether the browser itself draws the page dark, where nothing on it says otherwise. */
function isCanvasDark(): boolean {
  const probe = document.createElement("i");
  probe.style.backgroundColor = "Canvas";
  document.body.append(probe);
  const channels = getComputedStyle(probe).backgroundColor.match(/[\d.]+/g) ?? [];
  probe.remove();
  return channels.length > 0 && Math.max(...channels.slice(0, 3).map(Number)) < 128;
}

function opacityOf(color: string): number {
  const [, , , opacity = 1] = (color.match(/[\d.]+/g) ?? []).map(Number);
  return color === "transparent" || color === "" ? 0 : opacity;
}

function prefersDark(): MediaQueryList {
  return window.matchMedia("(prefers-color-scheme: dark)");
}

/** Call back whenever the page may have become light or dark, until a signal says to stop. */
export function onColors(change: () => void, stopped: AbortSignal): void {
  onThemeChange(change, stopped);
  prefersDark().addEventListener("change", change, { signal: stopped });
}
