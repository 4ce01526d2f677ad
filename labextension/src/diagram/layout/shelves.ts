/** Shelves: rectangles in rows, as words stand in a paragraph. */

const ROW = 22;
const SPACE = 6;

export interface Shelved {
  places: [x: number, y: number][];
  width: number;
  height: number;
}

/**
 * The position of each rectangle; one that is `alone` needs a row of its own, as it reaches both
 * sides.
 */
export function shelve(sizes: (readonly [number, number])[], alone: boolean[]): Shelved {
  let [area, widest] = [0, 0];
  for (const [width, height] of sizes) {
    area += width * (height + ROW);
    widest = Math.max(widest, width);
  }
  const limit = Math.max(widest, Math.sqrt(area * 2));
  const places: [number, number][] = [];
  let [x, y, row, total] = [0, 0, 0, 0];
  sizes.forEach(([width, height], index) => {
    const byItself = alone[index] ?? false;
    if (x > 0 && (byItself || x + width > limit)) [x, y, row] = [0, y + row + ROW, 0];
    places.push([x, y]);
    x = byItself ? limit : x + width + SPACE;
    row = Math.max(row, height);
    total = Math.max(total, byItself ? width : x - SPACE);
  });
  return { places, width: total, height: y + row };
}
