/** Numbers: as people read and write them. */

/** Simulated seconds, to the millisecond. */
export function seconds(time: number): string {
  return `${time.toFixed(3)} s`;
}

/** A span of simulated time, to the millisecond. */
export function span(begin: number, end: number): string {
  return `${Number(begin.toFixed(3))}–${Number(end.toFixed(3))} s`;
}

/** A multiple of real time, with two digits that matter. */
export function ratio(value: number): string {
  if (value <= 0) return "–";
  const belowTen = value >= 1 ? 1 : 2;
  return `${value.toFixed(value >= 10 ? 0 : belowTen)}× real time`;
}

/** A number of steps per second. */
export function rate(value: number): string {
  if (value <= 0) return "";
  return value >= 10_000 ? `${(value / 1000).toFixed(0)}k steps/s` : `${value.toFixed(0)} steps/s`;
}

/** Number of a slider in short form, without a string of nines. */
export function short(value: number): string {
  return Number(value.toPrecision(3)).toString();
}

/** A finite number that somebody typed, with a dot or a comma; null if it is none. */
export function parse(text: string): number | null {
  const trimmed = text.trim().replace(",", ".");
  const value = Number(trimmed);
  return trimmed !== "" && Number.isFinite(value) ? value : null;
}

/** Ends of a range that somebody typed: two of "-1 to 1", none of "auto"; null if it is neither. */
export function parseLimits(text: string): number[] | null {
  const trimmed = text.trim();
  if (trimmed === "" || trimmed.toLowerCase() === "auto") return [];
  const limits = trimmed.split(/\s*(?:\bto\b|…|\.\.|;)\s*|,\s+|\s+/).map(parse);
  const [low, high] = limits;
  if (limits.length !== 2 || low == null || high == null || low >= high) return null;
  return [low, high];
}

/** Ends of a range as somebody would type them. */
export function writeLimits(limits: number[]): string {
  return limits.length ? limits.join(" to ") : "auto";
}

/** Indices that somebody typed, such as "0-3, 7"; null if they are none. */
export function parseIndices(text: string): number[] | null {
  const found: number[] = [];
  for (const piece of text.split(",")) {
    const match = /^\s*(\d+)\s*(?:[-–:]\s*(\d+)\s*)?$/.exec(piece);
    if (!match) return null;
    const first = Number(match[1]);
    const last = match[2] === undefined ? first : Number(match[2]);
    if (last < first || last - first > 100_000) return null;
    for (let i = first; i <= last; i++) found.push(i);
  }
  return found;
}

/** Indices as somebody would type them. */
export function writeIndices(indices: number[]): string {
  const pieces: string[] = [];
  for (let i = 0; i < indices.length; i++) {
    const first = indices[i];
    let last = first;
    while (last !== undefined && indices[i + 1] === last + 1) last = indices[++i];
    pieces.push(first === last ? `${first}` : `${first}-${last}`);
  }
  return pieces.join(", ");
}
