/** Axis of values: what it shows, as values come. */

/**
 * An axis that holds what it held and what is new, with some air; it never jumps back and forth.
 */
export class Axis {
  private low = Infinity;
  private high = -Infinity;
  private shown = { start: 0, end: 0 };

  /** Fixed ends, or none. */
  constructor(private readonly limits: number[] = []) {}

  /** Begin and end. Values within its margin leave it as it is, as a change redraws everything. */
  include(low: number, high: number): { start: number; end: number } {
    const [from, to] = this.limits;
    if (from !== undefined && to !== undefined) return { start: from, end: to };
    this.low = Math.min(this.low, low);
    this.high = Math.max(this.high, high);
    const span = this.high - this.low;
    const air = span > 1e-9 * Math.max(Math.abs(this.low), Math.abs(this.high)) ? 0.05 * span : 0.5;
    const { start, end } = this.shown;
    const fits = this.low >= start && this.high <= end && end - start < 1.2 * (span + 2 * air);
    if (!fits) this.shown = { start: this.low - air, end: this.high + air };
    return this.shown;
  }
}
