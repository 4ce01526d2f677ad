/** Sound of spikes: a click for each, through WebAudio. */

import type { Clicks } from "../protocol/sound";

/** Volume of a click, from 0 to 1. */
const VOLUME = 0.08;
/** Seconds that a click lasts. */
const LENGTH = 0.003;
/** Seconds between two clicks of a plot at least: 100 a second. */
const GAP = 0.01;
/** Seconds from a message to its first click, so that the browser has it in time. */
const DELAY = 0.02;
/** Longest time in seconds over which the clicks of one message are spread. */
const LONGEST = 0.25;

/** Makes an audio context; throws or is missing where a browser or a machine has no sound. */
export type MakeContext = () => AudioContext;

export class SpikeSound {
  private context: AudioContext | null = null;
  private click: AudioBuffer | null = null;
  private out: GainNode | null = null;
  /** When the last message of a plot came, in milliseconds, and its last click, in seconds. */
  private readonly heard = new Map<string, { came: number; last: number }>();

  constructor(private readonly make: MakeContext = () => new AudioContext()) {}

  /** Prepare to be heard: a browser lets a page sound only after somebody has pressed something. */
  wake(): void {
    try {
      this.context ??= this.make();
      if (this.context.state === "suspended") void this.context.resume().catch(() => undefined);
    } catch {
      // A machine without sound is silent, which is no error.
      this.context = null;
    }
  }

  /** Have the spikes of a frame heard, spread over the time since the frame before. */
  play({ plot, begin, end, times }: Clicks): void {
    const now = performance.now();
    const heard = this.heard.get(plot) ?? { came: now - 1000 * DELAY, last: -Infinity };
    const since = (now - heard.came) / 1000;
    heard.came = now;
    this.heard.set(plot, heard);
    if (document.hidden || times.length === 0) return;
    this.wake();
    const { context } = this;
    // Clicks that cannot sound yet are dropped, as all of them at once would be a bang.
    if (context?.state !== "running") return;
    const spread = Math.min(since, LONGEST);
    for (const time of times) {
      const share = (time - begin) / (end - begin);
      const at = context.currentTime + DELAY + share * spread;
      if (at < heard.last + GAP) continue;
      this.start(context, at);
      heard.last = at;
    }
  }

  private start(context: AudioContext, at: number): void {
    if (!this.out) {
      this.out = context.createGain();
      this.out.gain.value = VOLUME;
      this.out.connect(context.destination);
    }
    this.click ??= makeClick(context);
    const source = context.createBufferSource();
    source.buffer = this.click;
    source.connect(this.out);
    source.start(at);
  }

  /** Be silent for good. */
  close(): void {
    void this.context?.close().catch(() => undefined);
    this.context = null;
  }
}

/** A short pulse that fades. */
function makeClick(context: AudioContext): AudioBuffer {
  const count = Math.max(Math.round(LENGTH * context.sampleRate), 1);
  const buffer = context.createBuffer(1, count, context.sampleRate);
  const samples = buffer.getChannelData(0);
  for (let i = 0; i < count; i++)
    samples[i] = Math.sin((2 * Math.PI * i) / 24) * (1 - i / count) ** 2;
  return buffer;
}

/** Neurons that somebody wants to hear: "all", an index or "off"; null if it is neither. */
export function parseSound(text: string): string | null {
  const word = text.trim().toLowerCase();
  if (word === "" || word === "off") return "off";
  return word === "all" || /^\d{1,9}$/.test(word) ? word : null;
}
