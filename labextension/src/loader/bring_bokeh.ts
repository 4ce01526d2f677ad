/**
 * BokehJS for a widget: found on the page, brought by the JupyterLab extension, or asked for from
 * the kernel.
 */

import type { AnyModel } from "@anywidget/types";
import type { BokehScript, WantBokeh } from "../protocol/loader";
import type { Bokeh } from "./bokeh";
import { page } from "../dom/page";

export interface AsksForBokeh {
  version: string;
}

/** BokehJS of the version that the model wants. Several callers share one answer of the kernel. */
export async function bringBokeh(model: AnyModel<AsksForBokeh>): Promise<Bokeh> {
  const version = model.get("version");
  if (globalThis.Bokeh?.version === version) return globalThis.Bokeh;
  const own = await page().loadBokeh?.();
  if (own?.version === version) {
    globalThis.Bokeh ??= own;
    return own;
  }
  return askKernel(model);
}

/** The kernel's own copy, in one message. */
function askKernel(model: AnyModel<AsksForBokeh>): Promise<Bokeh> {
  return new Promise((resolve, reject) => {
    // The widget may be any that asks for BokehJS, and gets other messages, too.
    const receive = (message: { type: string }, buffers: DataView[]): void => {
      if (message.type !== ("BokehScript" satisfies BokehScript["type"])) return;
      model.off("msg:custom", receive);
      runScript(buffers).then(() => {
        if (globalThis.Bokeh) resolve(globalThis.Bokeh);
        else reject(new Error("what the kernel sent is not BokehJS"));
      }, reject);
    };
    model.on("msg:custom", receive);
    model.send({ type: "WantBokeh" } satisfies WantBokeh);
  });
}

/**
 * Run it as the page's security policy allows: from `blob:`, or else, as VS Code has it, as text of
 * the page.
 */
async function runScript(source: DataView[]): Promise<void> {
  const blob = new Blob(source as BlobPart[], { type: "text/javascript" });
  if (await runFile(blob)) return;
  const script = document.createElement("script");
  script.textContent = await blob.text();
  document.head.append(script);
  if (!globalThis.Bokeh)
    throw new Error("this page allows no scripts that come from the kernel, such as BokehJS");
}

/** Run a script from `blob:`; returns whether the page allows that. */
function runFile(blob: Blob): Promise<boolean> {
  const url = URL.createObjectURL(blob);
  return new Promise((resolve) => {
    const script = document.createElement("script");
    const end = (done: boolean): void => {
      URL.revokeObjectURL(url);
      resolve(done);
    };
    script.onload = () => {
      end(true);
    };
    script.onerror = () => {
      end(false);
    };
    script.src = url;
    document.head.append(script);
  });
}
