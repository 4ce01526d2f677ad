/**
 * The settings: what JupyterLab's settings editor says of Nengo is handed on to the page, now and
 * whenever it changes.
 */

import type { JupyterFrontEnd, JupyterFrontEndPlugin } from "@jupyterlab/application";
import { ISettingRegistry } from "@jupyterlab/settingregistry";
import { prefer } from "../dom/preferences";

const ID = "nengo-nb:settings";

export const settings: JupyterFrontEndPlugin<void> = {
  id: ID,
  description: "Frame rate, palette and default plots of live views.",
  autoStart: true,
  requires: [ISettingRegistry],
  activate: async (_app: JupyterFrontEnd, registry: ISettingRegistry): Promise<void> => {
    const loaded = await registry.load(ID);
    const tell = (): void => {
      prefer(loaded.composite);
    };
    loaded.changed.connect(tell);
    tell();
  },
};
