/** Activity: how active the boxes of a drawing are, told to every diagram of it on the page. */

import { page } from "../shared/page";

/** Tell it; the values are float32, one for each box. */
export function tellActivity(drawing: string, values: DataView | undefined): void {
  if (!values || drawing === "") return;
  const bytes = values.buffer.slice(values.byteOffset, values.byteOffset + values.byteLength);
  page().activity.dispatchEvent(new CustomEvent(drawing, { detail: new Float32Array(bytes) }));
}

/** Be told of a drawing until it is stopped. */
export function followActivity(
  drawing: string,
  show: (values: Float32Array) => void,
  stopped: AbortSignal,
): void {
  if (drawing === "") return;
  const follow = (event: Event): void => {
    show((event as CustomEvent<Float32Array>).detail);
  };
  page().activity.addEventListener(drawing, follow, { signal: stopped });
}
