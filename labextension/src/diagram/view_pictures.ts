/** Pictures of live views: told by the kernel to the diagrams that show these views. */

import { page } from "../dom/page";
import type { ViewPicture } from "../protocol/diagram";

/** Tell what a live view showed when its simulation paused. */
export function tellPicture({ view, png }: ViewPicture): void {
  page().viewPictures.dispatchEvent(new CustomEvent(view, { detail: png }));
}

/** Be told of a view until it is stopped. */
export function followPictures(
  view: string,
  keep: (png: string) => void,
  stopped: AbortSignal,
): void {
  const follow = (event: Event): void => {
    keep((event as CustomEvent<string>).detail);
  };
  page().viewPictures.addEventListener(view, follow, { signal: stopped });
}
