/** News of health: what was found in the network of a drawing, told to every diagram of it. */

import { page } from "../dom/page";
import type { Health } from "../protocol/diagram";

interface Told {
  kernel: string;
  health: Health;
}

/** Tell what a kernel has found. */
export function tellHealth(health: Health, kernel: string): void {
  if (health.drawing === "") return;
  const detail: Told = { kernel, health };
  page().health.dispatchEvent(new CustomEvent(health.drawing, { detail }));
}

/** Be told of a drawing until it is stopped; where its kernel is known, of no other kernel's. */
export function followHealth(
  drawing: string,
  kernel: () => string | undefined,
  show: (health: Health) => void,
  stopped: AbortSignal,
): void {
  if (drawing === "") return;
  const follow = (event: Event): void => {
    const told = (event as CustomEvent<Told>).detail;
    if (told.kernel === (kernel() ?? told.kernel)) show(told.health);
  };
  page().health.addEventListener(drawing, follow, { signal: stopped });
}
