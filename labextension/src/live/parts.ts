/** Parts of a frame: the numbers of one plot. */

import type { Part } from "../protocol/live";

/** The numbers of a part, row by row, without a copy. */
export function rowsOf(
  part: Pick<Part, "offset" | "rows" | "columns">,
  numbers: Float32Array,
): Float32Array[] {
  return Array.from({ length: part.rows }, (_, row) => {
    const begin = part.offset + row * part.columns;
    return numbers.subarray(begin, begin + part.columns);
  });
}

/** Times are sent from the window's begin, because float32 would blur those of a long run. */
export function times(row: Float32Array | undefined, begin: number): Float64Array {
  const found = new Float64Array(row ?? []);
  for (let i = 0; i < found.length; i++) found[i] = (found[i] ?? 0) + begin;
  return found;
}
