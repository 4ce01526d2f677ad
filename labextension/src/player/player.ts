/** Script of players: brings every recording on the page to life that is a picture yet. */

import type { RecordingData } from "../protocol/recording";
import { PlayerView } from "./view";

const RECORDING = 'script[type="application/vnd.nengo-nb.recording+json"]';

export function bringPlayers(root: ParentNode): void {
  for (const place of root.querySelectorAll<HTMLElement>(".nengo-nb-player:not([data-drawn])")) {
    const text = place.querySelector(RECORDING)?.textContent;
    if (!text) continue;
    const view = new PlayerView(JSON.parse(text) as RecordingData, new AbortController().signal);
    // Where there is anything that a player needs and a browser lacks, the picture stays.
    for (const child of [...place.children]) if (!child.matches("script, style")) child.remove();
    place.dataset.drawn = "";
    place.append(view.element);
  }
}

bringPlayers(document);
