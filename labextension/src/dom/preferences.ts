/** The preferences: what a person has set for all live views, of whichever notebook.
 *
 * The JupyterLab extension writes them to the page, and says so with an event of the document;
 * widgets read them there. Where there is no extension, as in VS Code, nobody can have set
 * anything, and the defaults hold.
 */

import type { Preferences } from "../protocol/preferences";
import { VERSION } from "../protocol/version";
import { page } from "./page";

const EVENT = "nengo-nb:preferences";

export const DEFAULTS: Preferences = {
  type: "Preferences",
  version: VERSION,
  frame_rate: 30,
  palette: "okabe-ito",
  default_plots: "probes",
};

/** The current preferences: the user's settings, or the defaults. */
export function preferences(): Preferences {
  const { preferences: set } = page();
  return set?.version === VERSION ? set : DEFAULTS;
}

/** Set what JupyterLab's settings say; what they do not say is as by default. */
export function prefer(settings: Record<string, unknown>): void {
  const { frameRate, palette, defaultPlots } = settings;
  page().preferences = {
    ...DEFAULTS,
    frame_rate: typeof frameRate === "number" ? frameRate : DEFAULTS.frame_rate,
    palette: typeof palette === "string" ? palette : DEFAULTS.palette,
    default_plots: typeof defaultPlots === "string" ? defaultPlots : DEFAULTS.default_plots,
  };
  document.dispatchEvent(new Event(EVENT));
}

/** Call back whenever something is set, until a signal says to stop. */
export function onPreference(change: () => void, signal: AbortSignal): void {
  document.addEventListener(EVENT, change, { signal });
}
