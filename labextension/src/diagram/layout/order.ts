/**
 * Order: what stands above what in each column, so that few arrows cross.
 *
 * An arrow that passes a column has a place in it, as if it were a box without a body. An arrow
 * that points back has one in the columns of its own ends, too: that is where it turns.
 *
 * Sugiyama, Tagawa, Toda: Methods for visual understanding of hierarchical system structures. IEEE
 * SMC, 1981.
 */

import type { Pair } from "./layers";

const ROUNDS = 12;

/** Items in columns; the first items are the nodes, the others are places of passing arrows. */
export interface Columns {
  columns: number[][];
  ranks: number[];
  /** For each arrow the items it runs through, source first. */
  chains: number[][];
}

interface Neighbours {
  left: number[][];
  right: number[][];
  beside: number[][];
}

/** Put every node and every passing arrow at a place in its column. */
export function arrange(ranks: number[], pairs: Pair[]): Columns {
  const { allRanks, chains } = chainsOf(ranks, pairs);
  let columns: number[][] = Array.from({ length: Math.max(-1, ...allRanks) + 1 }, () => []);
  allRanks.forEach((rank, item) => columns[rank]?.push(item));
  const { left, right, beside } = neighboursOf(allRanks, chains);
  let best = columns;
  let fewest = crossings(columns, right);
  for (let number = 0; number < ROUNDS; number++) {
    const backwards = number % 2 === 1;
    columns = sweep(columns, backwards ? right : left, beside, backwards);
    const now = crossings(columns, right);
    if (now < fewest) [best, fewest] = [columns, now];
  }
  return { columns: best, ranks: allRanks, chains };
}

/** The items that each arrow runs through, and the column of every item. */
function chainsOf(ranks: number[], pairs: Pair[]): { allRanks: number[]; chains: number[][] } {
  const allRanks = [...ranks];
  const chains = pairs.map(([a, b]) => {
    const [start, end] = [ranks[a] ?? 0, ranks[b] ?? 0];
    const chain = [a];
    const pass = (rank: number): void => {
      chain.push(allRanks.length);
      allRanks.push(rank);
    };
    if (start < end) for (let rank = start + 1; rank < end; rank++) pass(rank);
    else if (a !== b) for (let rank = start; rank >= end; rank--) pass(rank);
    chain.push(b);
    return chain;
  });
  return { allRanks, chains };
}

function neighboursOf(ranks: number[], chains: number[][]): Neighbours {
  const [left, right, beside] = [0, 1, 2].map(() => ranks.map((): number[] => [])) as [
    number[][],
    number[][],
    number[][],
  ];
  for (const chain of chains) {
    for (let index = 0; index + 1 < chain.length; index++) {
      const [a, b] = [chain[index] ?? 0, chain[index + 1] ?? 0];
      const [rankA, rankB] = [ranks[a] ?? 0, ranks[b] ?? 0];
      if (rankA === rankB) {
        beside[Math.max(a, b)]?.push(Math.min(a, b));
      } else {
        const [first, second] = rankA < rankB ? [a, b] : [b, a];
        right[first]?.push(second);
        left[second]?.push(first);
      }
    }
  }
  return { left, right, beside };
}

/** Sort each column by where its neighbours in the column before are, on the average. */
function sweep(
  columns: number[][],
  towards: number[][],
  beside: number[][],
  backwards: boolean,
): number[][] {
  const swept = columns.map((column) => [...column]);
  const height = towards.map(() => 0);
  const measure = (column: number[]): void => {
    column.forEach((item, place) => (height[item] = (place + 0.5) / column.length));
  };
  for (const column of backwards ? [...swept].reverse() : swept) {
    measure(column);
    const keys = new Map(
      column.map((item) => [item, mean(towards[item] ?? [], height, height[item] ?? 0)]),
    );
    for (const item of column) {
      const partner = beside[item]?.[0];
      if (partner !== undefined && towards[item]?.length === 0)
        keys.set(item, keys.get(partner) ?? 0);
    }
    column.sort((a, b) => (keys.get(a) ?? 0) - (keys.get(b) ?? 0) || a - b);
    measure(column);
  }
  return swept;
}

function mean(items: number[], height: number[], otherwise: number): number {
  let total = 0;
  for (const item of items) total += height[item] ?? 0;
  return items.length > 0 ? total / items.length : otherwise;
}

/** Number of crossings of arrows between neighbouring columns. */
function crossings(columns: number[][], right: number[][]): number {
  const place = right.map(() => 0);
  for (const column of columns) column.forEach((item, index) => (place[item] = index));
  let found = 0;
  for (const column of columns) {
    const ends: number[] = [];
    for (const item of column) {
      const here = (right[item] ?? []).map((other) => place[other] ?? 0).sort((a, b) => a - b);
      for (const end of here) found += ends.length - above(ends, end);
      for (const end of here) ends.splice(above(ends, end), 0, end);
    }
  }
  return found;
}

/** Number of sorted numbers that are not above a value. */
function above(sorted: number[], value: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}
