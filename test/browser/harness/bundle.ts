import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** A page's code in one file, with the names of modules that a browser does not have. */
export type Bundle = { readonly code: string; readonly outside: readonly string[] };

/** Bundles `page/<name>.ts` for a browser, without reading settings of Node. */
export async function bundlePage(name: string): Promise<Bundle> {
  const build = await rolldown({
    input: join(root, "page", `${name}.ts`),
    platform: "browser",
    external: /^node:/,
    logLevel: "silent",
  });
  const { output } = await build.generate({ format: "esm", minify: true });
  await build.close();
  const [chunk] = output;
  return { code: chunk.code, outside: chunk.imports };
}
