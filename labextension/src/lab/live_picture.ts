/** The picture of the live view below a diagram, in the diagram's saved output. */

import type { PartialJSONObject, ReadonlyPartialJSONObject } from "@lumino/coreutils";

export const NETWORK = "application/vnd.nengo.network+json";
const PICTURE = "live_picture";
const HTML = "text/html";
const BEGIN = '<div class="nengo-nb-live-picture">';

type Data = ReadonlyPartialJSONObject;

/** The PNG in base64 that an output has; empty where there is none, or something else. */
export function pictureIn(data: Data): string {
  const png = saved(data)[PICTURE];
  return typeof png === "string" && /^[A-Za-z0-9+/]+=*$/.test(png) ? png : "";
}

/** An output's drawing without the picture, to see whether that has changed. */
export function drawnIn(data: Data): string {
  return JSON.stringify({ ...saved(data), [PICTURE]: undefined });
}

/**
 * The data of an output with another picture, or without one if it is empty: for the diagram of a
 * saved notebook, and at the end of the HTML, for pages that are made of notebooks.
 */
export function withPicture(data: Data, png: string): PartialJSONObject {
  const next: PartialJSONObject = { ...(data as PartialJSONObject) };
  next[NETWORK] = { ...saved(data), [PICTURE]: png || undefined };
  const html = data[HTML];
  if (typeof html === "string") {
    // At its end by this function alone, as all labels in the HTML are escaped.
    const own = html.split(BEGIN, 1)[0] ?? "";
    const image = `<img style="max-width: 100%" alt="Plots of a live view" src="data:image/png;base64,${png}">`;
    next[HTML] = png === "" ? own : `${own}${BEGIN}${image}</div>`;
  }
  return next;
}

function saved(data: Data): PartialJSONObject {
  const value = data[NETWORK];
  return typeof value === "object" && value !== null ? (value as PartialJSONObject) : {};
}
