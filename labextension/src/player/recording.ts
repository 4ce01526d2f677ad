/** Numbers of a recording, and where a time is among them. */

/** Float32 numbers of base64. */
export function readNumbers(text: string): Float32Array {
  const letters = atob(text);
  const bytes = Uint8Array.from(letters, (letter) => letter.charCodeAt(0));
  const view = new DataView(bytes.buffer);
  return Float32Array.from({ length: bytes.length / 4 }, (_, i) => view.getFloat32(4 * i, true));
}

export interface Spikes {
  /** Seconds, nondecreasing. */
  times: Float64Array;
  rows: Uint32Array;
}

/** Spikes of all rows in order of time, from what the kernel has packed row by row. */
export function readSpikes(trains: string, dt: number, begin: number): Spikes {
  const letters = atob(trains);
  let place = 0;
  const next = (): number => {
    let [number, scale, byte] = [0, 1, 0];
    do {
      byte = letters.charCodeAt(place++);
      number += (byte & 127) * scale;
      scale *= 128;
    } while (byte & 128);
    return number;
  };
  const found: [number, number][] = [];
  for (let row = 0; place < letters.length; row++) {
    let step = 0;
    for (let left = next(); left > 0; left--) found.push([(step += next()), row]);
  }
  found.sort(([one], [other]) => one - other);
  return {
    times: Float64Array.from(found, ([step]) => begin + step * dt),
    rows: Uint32Array.from(found, ([, row]) => row),
  };
}

/** Time that the mark of a spike covers at least, in seconds: as in live views. */
const MARK = 0.004;

/**
 * How much of each pixel the marks of spikes cover, from 0 to 1, row by row from the top.
 *
 * @param spikes The spikes.
 * @param step Height of a mark, in neurons.
 * @param neurons Number of neurons.
 * @param width Number of columns between two times, in seconds.
 * @param height Number of rows, at most that of neurons.
 */
export function inkOf(
  { times, rows }: Spikes,
  step: number,
  neurons: number,
  [begin, end]: readonly [number, number],
  width: number,
  height: number,
): Float32Array {
  const shares = new Float32Array(width * height);
  const ink = (Math.min((MARK * width) / (end - begin), 1) * height) / neurons;
  for (let i = lastAt(times, begin) + 1; i < times.length; i++) {
    const column = Math.floor((((times[i] ?? 0) - begin) / (end - begin)) * width);
    if (column >= width) break;
    const row = rows[i] ?? 0;
    for (let covered = row; covered < Math.min(row + step, neurons); covered++) {
      const at = (height - 1 - Math.floor((covered * height) / neurons)) * width + column;
      shares[at] = (shares[at] ?? 0) + ink;
    }
  }
  // The square root, as a little ink is seen better than none.
  return shares.map((share) => Math.sqrt(Math.min(share, 1)));
}

/** Index of the last of some nondecreasing times that is not after a time; -1 if all are. */
export function lastAt(times: ArrayLike<number>, time: number): number {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] ?? Infinity) <= time) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** The smallest and the largest finite value of some numbers. */
export function boundsOf(arrays: Iterable<ArrayLike<number>>): [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (const numbers of arrays) {
    for (let i = 0; i < numbers.length; i++) {
      const value = numbers[i] ?? NaN;
      if (value < low && value > -Infinity) low = value;
      if (value > high && value < Infinity) high = value;
    }
  }
  return low <= high ? [low, high] : [0, 1];
}

/** An axis that holds these values, with some air. */
export function axisOf(low: number, high: number): [number, number] {
  const span = high - low;
  const isConstant = span <= 1e-9 * Math.max(Math.abs(low), Math.abs(high));
  const air = isConstant ? Math.max(0.5 * Math.abs(high), 0.5) : 0.05 * span;
  return [low - air, high + air];
}
