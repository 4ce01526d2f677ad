/**
 * Heights: where exactly the items of each column stand, so that arrows are straight where they can
 * be.
 */

import type { Columns } from "./order";

const SWEEPS = 36;
const GAP = 22;
export const LANE = 12;

/**
 * Preferred height relative to another item: the arrow is level where their tops differ by `shift`.
 */
export interface Pull {
  item: number;
  shift: number;
  weight: number;
}

interface Block {
  total: number;
  weight: number;
  size: number;
}

/** The top of every item. */
export function settle(placed: Columns, heights: number[], pulls: Pull[][]): number[] {
  const tops = heights.map(() => 0);
  for (const column of placed.columns) {
    let y = 0;
    for (const item of column) {
      tops[item] = y;
      y += (heights[item] ?? 0) + GAP;
    }
    for (const item of column) tops[item] = (tops[item] ?? 0) - (y - GAP) / 2;
  }
  for (let number = 0; number < SWEEPS; number++) {
    const backwards = number % 2 === 1;
    const near = number < Math.floor(SWEEPS / 3);
    const towards = backwards ? 1 : -1;
    for (const column of backwards ? [...placed.columns].reverse() : placed.columns) {
      settleColumn(column, placed.ranks, heights, pulls, tops, near ? towards : 0);
    }
  }
  const lowest = tops.length > 0 ? Math.min(...tops) : 0;
  return tops.map((top) => top - lowest);
}

/**
 * Move the items of a column to where they are pulled, as far as their order and the gaps between
 * them allow.
 *
 * This is least squares under an order, which pooling neighbours that would overlap solves exactly.
 */
function settleColumn(
  column: number[],
  ranks: number[],
  heights: number[],
  pulls: Pull[][],
  tops: number[],
  side: number,
): void {
  const blocks: Block[] = [];
  const offsets: number[] = [];
  let offset = 0;
  column.forEach((item, place) => {
    const above = column[place - 1];
    if (above !== undefined) {
      const bodies = (heights[above] ?? 0) > 0 && (heights[item] ?? 0) > 0;
      offset += (heights[above] ?? 0) + (bodies ? GAP : LANE);
    }
    offsets.push(offset);
    blocks.push(wish(item, ranks, pulls[item] ?? [], tops, side, offset));
    pool(blocks);
  });
  let place = 0;
  for (const { total, weight, size } of blocks) {
    for (let number = 0; number < size; number++, place++) {
      tops[column[place] ?? 0] = total / weight + (offsets[place] ?? 0);
    }
  }
}

/** The preferred height of an item, as a block of its own. */
function wish(
  item: number,
  ranks: number[],
  pulls: Pull[],
  tops: number[],
  side: number,
  offset: number,
): Block {
  let total = 0;
  let weight = 0;
  for (const pull of pulls) {
    if (side === 0 || (ranks[pull.item] ?? 0) - (ranks[item] ?? 0) === side) {
      total += pull.weight * ((tops[pull.item] ?? 0) + pull.shift - offset);
      weight += pull.weight;
    }
  }
  if (weight === 0) return { total: 0.01 * ((tops[item] ?? 0) - offset), weight: 0.01, size: 1 };
  return { total, weight, size: 1 };
}

/** Join the last blocks while they would overlap. */
function pool(blocks: Block[]): void {
  for (;;) {
    const [upper, lower] = blocks.slice(-2);
    if (!upper || !lower || upper.total / upper.weight < lower.total / lower.weight) return;
    blocks.pop();
    upper.total += lower.total;
    upper.weight += lower.weight;
    upper.size += lower.size;
  }
}
