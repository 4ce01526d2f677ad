/** Ticks of an axis, placed as BokehJS does; `nengo_nb/plots/ticks.py` has the same. */

const MANTISSAS = [0.5, 1, 2, 5, 10];

/**
 * Ticks between two limits: multiples of 1, 2 or 5 times a power of ten, as close to a wanted
 * number as can be.
 */
export function findTicks(low: number, high: number, wanted = 6): number[] {
  const span = high - low;
  const magnitude = 10 ** Math.floor(Math.log10(span / wanted));
  const spacings = MANTISSAS.map((mantissa) => mantissa * magnitude);
  const error = (spacing: number): number => Math.abs(wanted - span / spacing);
  const spacing = spacings.reduce((a, b) => (error(b) < error(a) ? b : a));
  const [first, last] = [Math.ceil(low / spacing), Math.floor(high / spacing)];
  return Array.from({ length: Math.max(last - first + 1, 0) }, (_, i) => (first + i) * spacing);
}

/** Ticks as text, with as many decimals as tell them apart. */
export function tickTexts(ticks: number[]): string[] {
  const gap = (ticks[1] ?? 1) - (ticks[0] ?? 0);
  const decimals = Math.min(Math.max(-Math.floor(Math.log10(gap) + 1e-9), 0), 6);
  return ticks.map((tick) => tick.toFixed(decimals));
}
