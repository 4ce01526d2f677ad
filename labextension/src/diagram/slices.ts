/** Slices: much to draw is drawn a part per frame, so that the page goes on listening. */

/** Number of steps in one animation frame; work with fewer is done at once. */
const STEPS = 120;

export class Slices {
  private frame = 0;

  /**
   * Do some steps now and the rest in the next frames, instead of what is not done yet; then say
   * so.
   */
  start(steps: Iterator<unknown>, done: () => void): void {
    this.stop();
    const slice = (): void => {
      for (let step = 0; step < STEPS; step++) {
        if (steps.next().done) {
          done();
          return;
        }
      }
      this.frame = requestAnimationFrame(slice);
    };
    slice();
  }

  /** Leave undone what is not done yet. */
  stop(): void {
    cancelAnimationFrame(this.frame);
  }
}
