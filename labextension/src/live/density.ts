/**
 * Rasters as ink: how much of each pixel the marks of spikes cover. Where marks would touch, the
 * pixel is grey.
 */

import type { Part } from "../protocol/live";

/** Levels of ink from 0 to 255, row by row from the bottom. */
export interface Levels {
  values: Uint8Array;
  rows: number;
  columns: number;
}

/** Share of a pixel that a level stands for. A little ink is seen better than none. */
const SHARES = Float32Array.from({ length: 256 }, (_, level) => (level / 255) ** 2);

const FULL = 255;

/**
 * Levels of a part, whose numbers are bits, or bytes where a row has several neurons or a column
 * several marks; column after column.
 */
export function readLevels(part: Part, numbers: Float32Array, neurons: number): Levels {
  const begin = numbers.byteOffset + 4 * part.offset;
  const bytes = new Uint8Array(numbers.buffer, begin, 4 * part.rows * part.columns);
  const areBits = part.high === 1;
  const [stride, columns] = [4 * part.columns, part.rows];
  const rows = areBits ? neurons : Math.min(neurons, stride);
  const values = new Uint8Array(rows * columns);
  for (let column = 0; column < columns; column++) {
    for (let row = 0; row < rows; row++) {
      const at = column * stride;
      const level = areBits
        ? (((bytes[at + (row >> 3)] ?? 0) >> (row & 7)) & 1) * FULL
        : (bytes[at + row] ?? 0);
      values[row * columns + column] = level;
    }
  }
  return { values, rows, columns };
}

/** Levels for no more rows and columns than that: of each pixel the mean of what it shows. */
export function shrink(levels: Levels, mostRows: number, mostColumns: number): Levels {
  const rows = Math.min(levels.rows, Math.max(Math.round(mostRows), 1));
  const columns = Math.min(levels.columns, Math.max(Math.round(mostColumns), 1));
  if (rows === levels.rows && columns === levels.columns) return levels;
  const shares = new Float32Array(rows * columns);
  const [upwards, across] = [spread(levels.rows, rows), spread(levels.columns, columns)];
  for (let i = 0; i < levels.rows; i++) {
    for (let j = 0; j < levels.columns; j++) {
      const share = SHARES[levels.values[i * levels.columns + j] ?? 0] ?? 0;
      if (share === 0) continue;
      for (const [row, height] of upwards[i] ?? []) {
        for (const [column, width] of across[j] ?? []) {
          const at = row * columns + column;
          shares[at] = (shares[at] ?? 0) + share * height * width;
        }
      }
    }
  }
  const values = Uint8Array.from(shares, (share) =>
    Math.ceil(FULL * Math.sqrt(Math.min(share, 1))),
  );
  return { values, rows, columns };
}

/**
 * For each of some rows the one or two of fewer rows that it lies in, with how much of each it
 * fills.
 */
function spread(count: number, fewer: number): [number, number][][] {
  return Array.from({ length: count }, (_, i) => {
    const [begin, end] = [(i * fewer) / count, ((i + 1) * fewer) / count];
    const first = Math.floor(begin);
    const inFirst = Math.min(end, first + 1) - begin;
    const found: [number, number][] = [[first, inFirst]];
    const rest = end - begin - inFirst;
    if (rest > 1e-9 && first + 1 < fewer) found.push([first + 1, rest]);
    return found;
  });
}
