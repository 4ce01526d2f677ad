// Builds the widgets' modules: src/NAME/widget.ts becomes nengo_nb/jupyter/static/NAME.js, and its
// style NAME.css; src/player/player.ts becomes player.js, a script that saved outputs hold as it is.
// What runs in a worker becomes text that both these modules and the extension hold:
// lib/diagram/layout/code.json. The tutorials become lib/lab/start/tutorials.json, for the extension
// to copy to where a user works. With --watch, the widgets' modules are built again with every
// change of their sources, until it is interrupted.

import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { build, context } from "esbuild";

const target = new URL("../nengo_nb/jupyter/static/", import.meta.url).pathname;
const names = readdirSync(new URL("src/", import.meta.url)).filter((name) =>
  existsSync(new URL(`src/${name}/widget.ts`, import.meta.url)),
);
const entries = names.flatMap((name) =>
  ["widget.ts", "widget.css"]
    .filter((file) => existsSync(new URL(`src/${name}/${file}`, import.meta.url)))
    .map((file) => ({ in: `src/${name}/${file}`, out: name })),
);

const options = {
  absWorkingDir: new URL(".", import.meta.url).pathname,
  bundle: true,
  target: "es2022",
  minifyWhitespace: true,
  minifySyntax: true,
  charset: "utf8",
  logLevel: "warning",
};
const worker = await build({
  ...options,
  entryPoints: ["src/diagram/layout/worker.ts"],
  format: "iife",
  write: false,
});
const code = new URL("lib/diagram/layout/code.json", import.meta.url);
mkdirSync(new URL(".", code), { recursive: true });
writeFileSync(code, JSON.stringify(worker.outputFiles[0].text));

rmSync(target, { recursive: true, force: true });
const widgets = {
  ...options,
  entryPoints: entries,
  outdir: target,
  format: "esm",
  plugins: [
    {
      name: "worker",
      setup: ({ onResolve }) =>
        onResolve({ filter: /\/code\.json$/ }, () => ({ path: code.pathname })),
    },
  ],
};
const scripts = {
  ...options,
  entryPoints: ["src/player/player.ts", "src/player/player.css"],
  outdir: target,
  format: "iife",
  minify: true,
};
await build(scripts);
if (process.argv.includes("--watch")) {
  const watching = await context({ ...widgets, logLevel: "info" });
  await watching.watch();
} else {
  await build(widgets);
}

const notebooks = new URL("../notebooks/", import.meta.url);
const namesIn = (folder) =>
  readdirSync(new URL(folder, notebooks))
    .filter((name) => name.endsWith(".ipynb"))
    .sort()
    .map((name) => folder + name);
const tutorials = [...namesIn(""), ...namesIn("examples/")].map((name) => {
  const content = JSON.parse(readFileSync(new URL(name, notebooks), "utf8"));
  const [heading] = [content.cells[0].source].flat().join("").split("\n");
  return { name, title: heading.replace(/^#+\s*/, ""), content };
});
mkdirSync(new URL("lib/lab/start/", import.meta.url), { recursive: true });
writeFileSync(new URL("lib/lab/start/tutorials.json", import.meta.url), JSON.stringify(tutorials));
