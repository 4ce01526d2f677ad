/**
 * Layers: which boxes stand in which column, so that nearly all arrows point to the right.
 *
 * Eades, Lin, Smyth: A fast and effective heuristic for the feedback arc set problem. Inf. Proc.
 * Letters, 1993.
 */

export type Pair = readonly [source: number, target: number];

/** -1 for what must be in the first column, 1 in the last, 0 in neither. */
export type Side = -1 | 0 | 1;

interface Weighted {
  pair: Pair;
  weight: number;
}

/** A column for each node; two different nodes that are joined never share one. */
export function ranksOf(sides: Side[], pairs: Pair[], weights: number[]): number[] {
  const edges = merge(pairs, weights);
  const line = lineUp(sides, edges);
  const turn = new Map(line.map((node, place) => [node, place]));
  const before = sides.map((): number[] => []);
  const after = sides.map((): number[] => []);
  for (const { pair } of edges) {
    const [a, b] = pair;
    const [first, second] = at(turn, a) < at(turn, b) ? [a, b] : [b, a];
    before[second]?.push(first);
    after[first]?.push(second);
  }
  const start: number = sides.includes(-1) ? 1 : 0;
  const ranks = sides.map((side): number => (side < 0 ? 0 : start));
  const rank = (node: number): number => ranks[node] ?? 0;
  for (const node of line) {
    ranks[node] = Math.max(rank(node), ...(before[node] ?? []).map((earlier) => rank(earlier) + 1));
  }
  const last = Math.max(
    0,
    ...ranks.filter((_, node) => sides[node] !== 1).map((inner) => inner + 1),
  );
  sides.forEach((side, node) => {
    if (side > 0) ranks[node] = last;
  });
  for (const node of [...line].reverse()) {
    const later = after[node] ?? [];
    if (sides[node] === 0 && later.length > 0 && before[node]?.length === 0) {
      ranks[node] = Math.min(...later.map(rank)) - 1;
    }
  }
  return ranks;
}

function merge(pairs: Pair[], weights: number[]): Weighted[] {
  const edges = new Map<string, Weighted>();
  pairs.forEach((pair, index) => {
    const key = pair.join(" ");
    const weight = (edges.get(key)?.weight ?? 0) + (weights[index] ?? 0);
    edges.set(key, { pair, weight });
  });
  return [...edges.values()];
}

/**
 * The nodes in a line in which few arrows point back: sources first, sinks last, what gives most
 * next.
 */
function lineUp(sides: Side[], edges: Weighted[]): number[] {
  const gives = sides.map(() => 0);
  const takes = sides.map(() => 0);
  const add = (counts: number[], node: number, weight: number): void => {
    counts[node] = (counts[node] ?? 0) + weight;
  };
  for (const { pair, weight } of edges) {
    add(gives, pair[0], weight);
    add(takes, pair[1], weight);
  }
  const remove = (node: number): void => {
    for (const { pair, weight } of edges) {
      if (pair[0] === node) add(takes, pair[1], -weight);
      if (pair[1] === node) add(gives, pair[0], -weight);
    }
  };
  const nodes = sides.map((_, node) => node);
  const head = nodes.filter((node) => sides[node] === -1);
  const tail = nodes.filter((node) => sides[node] === 1);
  const waiting = nodes.filter((node) => sides[node] === 0);
  [...head, ...tail].forEach(remove);
  const key = (node: number): [number, number, number] => {
    const [given, taken] = [gives[node] ?? 0, takes[node] ?? 0];
    return [taken === 0 ? 1 : 0, given === 0 ? 1 : 0, given - taken];
  };
  while (waiting.length > 0) {
    const chosen = waiting.reduce((best, node) => (isMore(key(node), key(best)) ? node : best));
    waiting.splice(waiting.indexOf(chosen), 1);
    remove(chosen);
    if (takes[chosen] === 0 || gives[chosen] !== 0) head.push(chosen);
    else tail.unshift(chosen);
  }
  return [...head, ...tail];
}

function isMore(a: number[], b: number[]): boolean {
  const place = a.findIndex((value, index) => value !== b[index]);
  return place >= 0 && (a[place] ?? 0) > (b[place] ?? 0);
}

function at(map: Map<number, number>, key: number): number {
  return map.get(key) ?? 0;
}
