/**
 * Pixels: lines and spikes drawn into an image by hand, where stroking paths without a GPU would
 * take too long.
 */

/** An image of red, green, blue and alpha bytes, and the part of the plot's space that it shows. */
export interface Sheet {
  pixels: Uint32Array;
  width: number;
  height: number;
  x: { start: number; end: number };
  y: { start: number; end: number };
}

/** A colour such as "#0072b2" as the bytes of a pixel, by default an opaque one. */
export function ink(color: string, opacity = 1): number {
  const value = parseInt(color.slice(1), 16);
  const [red, green, blue] = [value >> 16, (value >> 8) & 255, value & 255];
  return ((Math.round(255 * opacity) << 24) | (blue << 16) | (green << 8) | red) >>> 0;
}

/** Position of a number, in pixels from the left or, for values, from the top. */
export function across(sheet: Sheet, x: number): number {
  return ((x - sheet.x.start) / (sheet.x.end - sheet.x.start)) * sheet.width;
}

export function down(sheet: Sheet, y: number): number {
  return ((sheet.y.end - y) / (sheet.y.end - sheet.y.start)) * sheet.height;
}

/** One byte of a colour over one of another. */
function mix(before: number, color: number, shift: number, share: number): number {
  const old = (before >>> shift) & 255;
  return Math.round(old + (((color >>> shift) & 255) - old) * share) << shift;
}

/** Put some of a colour on a pixel; `covered` goes from 0 to 1. */
function blend(pixels: Uint32Array, index: number, color: number, covered: number): void {
  const share = (covered * (color >>> 24)) / 255;
  const before = pixels[index] ?? 0;
  const alpha = before >>> 24;
  if (share >= 1) pixels[index] = color;
  else if (alpha === 0)
    pixels[index] = ((Math.round(255 * share) << 24) | (color & 0xffffff)) >>> 0;
  else {
    const opacity = Math.round(alpha + (255 - alpha) * share);
    const mixed =
      mix(before, color, 16, share) | mix(before, color, 8, share) | mix(before, color, 0, share);
    pixels[index] = ((opacity << 24) | mixed) >>> 0;
  }
}

/** A vertical run of one column, with soft ends. */
function run(sheet: Sheet, column: number, top: number, bottom: number, color: number): void {
  const { pixels, width, height } = sheet;
  const [from, to] = [top > 0 ? top : 0, bottom < height ? bottom : height];
  if (!(to > from)) return;
  const [first, last] = [Math.floor(from), Math.ceil(to) - 1];
  blend(pixels, first * width + column, color, Math.min(first + 1, to) - from);
  const isOpaque = color >>> 24 === 255;
  for (let index = (first + 1) * width + column; index < last * width; index += width) {
    if (isOpaque) pixels[index] = color;
    else blend(pixels, index, color, 1);
  }
  if (last > first) blend(pixels, last * width + column, color, to - last);
}

/** Extent of a line in each column of pixels. */
export function reach(
  sheet: Sheet,
  xs: ArrayLike<number>,
  ys: ArrayLike<number>,
): [Float32Array, Float32Array] {
  const { width } = sheet;
  const top = new Float32Array(width).fill(Infinity);
  const bottom = new Float32Array(width).fill(-Infinity);
  const include = (column: number, y: number): void => {
    if (y < (top[column] ?? 0)) top[column] = y;
    if (y > (bottom[column] ?? 0)) bottom[column] = y;
  };
  let [ax, ay] = [across(sheet, xs[0] ?? NaN), down(sheet, ys[0] ?? NaN)];
  for (let i = 1; i < xs.length; i++) {
    const [bx, by] = [across(sheet, xs[i] ?? NaN), down(sheet, ys[i] ?? NaN)];
    const [first, last] = [Math.max(Math.floor(ax), 0), Math.min(Math.floor(bx), width - 1)];
    const isLine = !Number.isNaN(ay + by);
    if (isLine && first === last && ax >= 0) {
      include(first, ay);
      include(first, by);
    } else if (isLine) {
      const slope = (by - ay) / (bx - ax);
      for (let column = first; column <= last; column++) {
        include(column, column > ax ? ay + (column - ax) * slope : ay);
        include(column, column + 1 < bx ? ay + (column + 1 - ax) * slope : by);
      }
    }
    [ax, ay] = [bx, by];
  }
  return [top, bottom];
}

function sum(lengths: readonly number[]): number {
  return lengths.reduce((total, length) => total + length, 0);
}

/** Whether a pixel along a line is drawn, given the lengths of dashes and gaps in turn. */
export function isInDash(place: number, dashes: readonly number[], period = sum(dashes)): boolean {
  if (period === 0) return true;
  let rest = ((place % period) + period) % period;
  for (const [i, length] of dashes.entries()) {
    if (rest < length) return i % 2 === 0;
    rest -= length;
  }
  return true;
}

/** A line, as wide as `width` pixels; its dashes move with what is drawn. */
export function line(
  sheet: Sheet,
  xs: ArrayLike<number>,
  ys: ArrayLike<number>,
  color: number,
  width: number,
  dashes: readonly number[] = [],
): void {
  const [top, bottom] = reach(sheet, xs, ys);
  const before = Math.round((sheet.x.start / (sheet.x.end - sheet.x.start)) * sheet.width);
  const period = sum(dashes);
  for (let column = 0; column < sheet.width; column++) {
    if (period && !isInDash(column + before, dashes, period)) continue;
    run(sheet, column, (top[column] ?? 0) - width / 2, (bottom[column] ?? 0) + width / 2, color);
  }
}

/** A thin line across the whole sheet, or down. */
export function rule(sheet: Sheet, place: number, isLevel: boolean, color: number): void {
  const at = Math.round(place - 0.5);
  if (at < 0 || at >= (isLevel ? sheet.height : sheet.width)) return;
  if (isLevel) sheet.pixels.fill(color, at * sheet.width, (at + 1) * sheet.width);
  else for (let i = at; i < sheet.pixels.length; i += sheet.width) sheet.pixels[i] = color;
}

/**
 * Spikes: an image of rows of neurons from the bottom, stretched over the sheet; where several of
 * its pixels fall on one, the darkest is seen.
 */
export function spikes(
  sheet: Sheet,
  values: ArrayLike<number>,
  neurons: number,
  bins: number,
): void {
  const { pixels, width, height } = sheet;
  for (let neuron = 0; neuron < neurons; neuron++) {
    const top = Math.floor(((neurons - 1 - neuron) / neurons) * height);
    const bottom = Math.max(Math.floor(((neurons - neuron) / neurons) * height), top + 1);
    for (let bin = 0; bin < bins; bin++) {
      const color = values[neuron * bins + bin] ?? 0;
      if (color === 0) continue;
      const left = Math.floor((bin / bins) * width);
      const right = Math.max(Math.floor(((bin + 1) / bins) * width), left + 1);
      for (let row = top; row < bottom; row++) {
        for (let at = row * width + left; at < row * width + right; at++)
          if (color >>> 24 > (pixels[at] ?? 0) >>> 24) pixels[at] = color;
      }
    }
  }
}
