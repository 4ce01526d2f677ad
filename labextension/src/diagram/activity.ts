/** Activity: how active the boxes of a drawing are, told to every diagram of it on the page. */

import { page } from "../dom/page";

interface Told {
  kernel: string;
  values: Float32Array;
}

/** Tell it of a drawing of a kernel; the values are float32, one for each box. */
export function tellActivity(drawing: string, kernel: string, values: DataView | undefined): void {
  if (!values || drawing === "") return;
  const bytes = values.buffer.slice(values.byteOffset, values.byteOffset + values.byteLength);
  const detail: Told = { kernel, values: new Float32Array(bytes) };
  page().activity.dispatchEvent(new CustomEvent(drawing, { detail }));
}

/** Event of a kernel that is gone; no drawing is called so, as their names are not empty. */
const ENDED = "";

/** Let nothing glow any more whose kernel is gone. */
export function endActivity(kernel: string): void {
  const detail: Told = { kernel, values: new Float32Array() };
  page().activity.dispatchEvent(new CustomEvent(ENDED, { detail }));
}

/**
 * Be told of a drawing until it is stopped; where the kernel behind it is known, of no other
 * kernel's.
 */
export function followActivity(
  drawing: string,
  kernel: () => string | undefined,
  show: (values: Float32Array) => void,
  stopped: AbortSignal,
): void {
  if (drawing === "") return;
  const follow = (event: Event): void => {
    const told = (event as CustomEvent<Told>).detail;
    if (told.kernel === (kernel() ?? told.kernel)) show(told.values);
  };
  for (const name of [drawing, ENDED])
    page().activity.addEventListener(name, follow, { signal: stopped });
}
