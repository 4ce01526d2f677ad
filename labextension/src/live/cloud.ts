/**
 * A cloud of semantic pointers: names below each other, each as large as what is held is similar to
 * it.
 */

/** Size of the largest and the smallest letters, in pixels. */
const LARGEST = 44;
const SMALLEST = 9;
/** Height of a line and width of a usual letter, in sizes of its letters. */
const LINE = 1.15;
const LETTER = 0.62;
/**
 * Similarity from which on a name is seen, and how much more of it gives the name all of its room.
 */
const LEAST = 0.1;
const FADE = 0.1;
/** Opacity of a name that is just seen. */
const FAINT = 0.2;

export interface Name {
  text: string;
  /** Share of the height at which its middle is, from the bottom. */
  y: number;
  /** Height of its letters, in pixels. */
  size: number;
  alpha: number;
  similarity: number;
}

/** A name to be seen, and how much: from 0 to 1. */
interface Seen {
  text: string;
  similarity: number;
  share: number;
  presence: number;
}

/**
 * Lay out the names in a plot of so many pixels; they keep their order, so that none changes places
 * with another.
 *
 * A name comes and goes by degrees: its room grows with its opacity. Where not all have room, the
 * most similar ones are shown.
 */
export function layCloud(
  values: ArrayLike<number>,
  names: string[],
  width: number,
  height: number,
): Name[] {
  // A name that just comes has no room of its own yet, and is not cut off at the edge all the same.
  const edge = (LINE * SMALLEST) / 2;
  const inner = height - 2 * edge;
  const seen = mostSimilar(values, names, Math.floor(inner / (LINE * SMALLEST)));
  const needed = seen.reduce((sum, { share, presence }) => sum + share * presence, 0);
  const left = inner / LINE - SMALLEST * seen.reduce((sum, { presence }) => sum + presence, 0);
  // Size of the letters beyond the smallest ones: as large as all have room.
  const beyond = Math.min(LARGEST - SMALLEST, left / Math.max(needed, 1e-9));
  const sizes = seen.map(({ share }) => SMALLEST + beyond * share);
  const rooms = seen.map(({ presence }, i) => LINE * (sizes[i] ?? 0) * presence);
  let top = (height - rooms.reduce((sum, room) => sum + room, 0)) / 2;
  return seen.map(({ text, similarity, share, presence }, i) => {
    const room = rooms[i] ?? 0;
    top += room;
    return {
      text,
      similarity,
      y: 1 - (top - room / 2) / height,
      size: Math.min(sizes[i] ?? 0, width / (LETTER * Math.max(text.length, 1))),
      alpha: presence * (FAINT + (1 - FAINT) * share),
    };
  });
}

/** The names that are seen, in their order: at most `count`, of the largest similarities. */
function mostSimilar(values: ArrayLike<number>, names: string[], count: number): Seen[] {
  const seen = names.flatMap((text, i) => {
    const similarity = values[i] ?? 0;
    if (!(similarity > LEAST)) return [];
    const presence = Math.min((similarity - LEAST) / FADE, 1);
    return [{ text, similarity, share: Math.min(similarity, 1), presence }];
  });
  const largest = new Set([...seen].sort((a, b) => b.similarity - a.similarity).slice(0, count));
  return seen.filter((each) => largest.has(each));
}
