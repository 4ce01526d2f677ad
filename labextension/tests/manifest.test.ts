import { expect, test } from "vitest";
import manifest from "../package.json";

const BUNDLED = ["@bokeh/bokehjs"];
const TYPES = ["@jupyterlab/rendermime-interfaces", "@jupyterlab/services"];

test("what JupyterLab shares with us may be as old as what we depend on", () => {
  const { dependencies, jupyterlab } = manifest;

  const shared = Object.entries(jupyterlab.sharedPackages).map(([name, { requiredVersion }]) => [
    name,
    requiredVersion,
  ]);

  expect(shared).toEqual(
    Object.entries(dependencies).filter(([name]) => ![...BUNDLED, ...TYPES].includes(name)),
  );
});
