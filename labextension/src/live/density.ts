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
  const shares = shrinkColumns(shrinkRows(levels, rows), rows, levels.columns, columns);
  const values = new Uint8Array(shares.length);
  for (let i = 0; i < values.length; i++) {
    values[i] = Math.ceil(FULL * Math.sqrt(Math.min(shares[i] ?? 0, 1)));
  }
  return { values, rows, columns };
}

/** Shares of ink in fewer rows. */
function shrinkRows({ values, rows, columns }: Levels, fewer: number): Float32Array {
  const shares = new Float32Array(fewer * columns);
  for (let row = 0; row < rows; row++) {
    const { first, inFirst, inNext } = spread(row, rows, fewer);
    const [from, to, next] = [row * columns, first * columns, (first + 1) * columns];
    for (let column = 0; column < columns; column++) {
      const share = SHARES[values[from + column] ?? 0] ?? 0;
      shares[to + column] = (shares[to + column] ?? 0) + share * inFirst;
      if (inNext) shares[next + column] = (shares[next + column] ?? 0) + share * inNext;
    }
  }
  return shares;
}

/** Shares of ink in fewer columns. */
function shrinkColumns(
  shares: Float32Array,
  rows: number,
  columns: number,
  fewer: number,
): Float32Array {
  if (fewer === columns) return shares;
  const shrunk = new Float32Array(rows * fewer);
  for (let column = 0; column < columns; column++) {
    const { first, inFirst, inNext } = spread(column, columns, fewer);
    for (let row = 0; row < rows; row++) {
      const share = shares[row * columns + column] ?? 0;
      const to = row * fewer + first;
      shrunk[to] = (shrunk[to] ?? 0) + share * inFirst;
      if (inNext) shrunk[to + 1] = (shrunk[to + 1] ?? 0) + share * inNext;
    }
  }
  return shrunk;
}

/** Which of fewer places one of `count` lies in, and how much of that and of the next it fills. */
function spread(
  place: number,
  count: number,
  fewer: number,
): { first: number; inFirst: number; inNext: number } {
  const [begin, end] = [(place * fewer) / count, ((place + 1) * fewer) / count];
  const first = Math.floor(begin);
  const inFirst = Math.min(end, first + 1) - begin;
  const rest = end - begin - inFirst;
  return { first, inFirst, inNext: rest > 1e-9 && first + 1 < fewer ? rest : 0 };
}
