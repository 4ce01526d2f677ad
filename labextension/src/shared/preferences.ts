/** The preferences: what a person has set for all live views, of whichever notebook.
 *
 * The JupyterLab extension writes them to the page, and says so with an event of the document; widgets read them there.
 * Where there is no extension, as in VS Code, nobody can have set anything, and the defaults hold.
 */

import { page } from "./page";

/** Of the interface below. A page that has another one keeps to the defaults; so raise it with every change. */
export const VERSION = 1;

const EVENT = "nengo-nb:preferences";

export interface Preferences {
  readonly version: number;
  /** Frames per second at most. */
  readonly frameRate: number;
  /** The name of a palette. */
  readonly palette: string;
  /** Plots of a new live view. */
  readonly defaultPlots: string;
}

export const DEFAULTS: Preferences = {
  version: VERSION,
  frameRate: 30,
  palette: "okabe-ito",
  defaultPlots: "probes",
};

/** The current preferences: the user's settings, or the defaults. */
export function preferences(): Preferences {
  const { preferences: set } = page();
  return set?.version === VERSION ? set : DEFAULTS;
}

/** Set what JupyterLab's settings say; what they do not say is as by default. */
export function prefer(said: Partial<Record<keyof Preferences, unknown>>): void {
  const { frameRate, palette, defaultPlots } = said;
  page().preferences = {
    version: VERSION,
    frameRate: typeof frameRate === "number" ? frameRate : DEFAULTS.frameRate,
    palette: typeof palette === "string" ? palette : DEFAULTS.palette,
    defaultPlots: typeof defaultPlots === "string" ? defaultPlots : DEFAULTS.defaultPlots,
  };
  document.dispatchEvent(new Event(EVENT));
}

/** Call back whenever something is set, until a signal says to stop. */
export function onPreference(change: () => void, signal: AbortSignal): void {
  document.addEventListener(EVENT, change, { signal });
}
