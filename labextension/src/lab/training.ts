/**
 * Trainings whose kernel is gone: their heads offer no Stop any more, and say what has become of
 * them.
 */

import type { NotebookPanel } from "@jupyterlab/notebook";
import type { IOutputModel } from "@jupyterlab/rendermime";

interface HasOutputs {
  outputs: { length: number; get: (index: number) => IOutputModel };
}

/** States of a kernel in which it has lost what it held. */
const GONE = ["restarting", "autorestarting", "terminating", "dead"];

/** End the heads of a notebook's trainings with their kernel; a head carries the id of its own. */
export function followTrainings(panel: NotebookPanel): void {
  const { sessionContext } = panel;
  const endOthers = (): void => {
    const present = sessionContext.session?.kernel?.id;
    endTrainings(panel, (head) => head.dataset.kernel !== present);
  };
  sessionContext.statusChanged.connect((_, status) => {
    if (GONE.includes(status)) endTrainings(panel, () => true);
  });
  sessionContext.kernelChanged.connect(endOthers);
  // A notebook may have been saved during a training whose kernel is long gone.
  void Promise.all([panel.context.ready, sessionContext.ready]).then(endOthers);
}

/** Replace heads in the notebook itself, so that they are not saved either. */
function endTrainings(panel: NotebookPanel, hasEnded: (head: HTMLElement) => boolean): void {
  for (const cell of panel.model?.cells ?? []) {
    if (!("outputs" in cell)) continue;
    const { outputs } = cell as HasOutputs;
    for (let i = 0; i < outputs.length; i++) {
      if (!endHead(outputs.get(i), hasEnded)) continue;
      // Frames are the output after it.
      if (i + 1 < outputs.length) endFrames(outputs.get(i + 1));
    }
  }
}

function endHead(output: IOutputModel, hasEnded: (head: HTMLElement) => boolean): boolean {
  const parsed = parse(output, "nengo-nb-stop");
  const head = parsed?.querySelector<HTMLElement>(".nengo-nb-training");
  if (!head || !hasEnded(head)) return false;
  const title = head.querySelector("b")?.textContent ?? "";
  const text = `${title}: its kernel ended during this training, and what it had learned is lost. Run the cell again.`;
  head.textContent = text;
  output.setData({ data: { ...output.data, "text/html": head.outerHTML, "text/plain": text } });
  return true;
}

/** Take away a bar that moves on; the curves stay. */
function endFrames(output: IOutputModel): void {
  const parsed = parse(output, "<progress");
  parsed?.querySelector("progress")?.replaceWith("It had come to:");
  if (parsed) output.setData({ data: { ...output.data, "text/html": parsed.body.innerHTML } });
}

/** The HTML of an output that holds some text. */
function parse(output: IOutputModel, text: string): Document | null {
  const html = output.data["text/html"];
  if (typeof html !== "string" || !html.includes(text)) return null;
  return new DOMParser().parseFromString(html, "text/html");
}
