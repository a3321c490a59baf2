import { accessSync, constants, existsSync, mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { type Browser, chromium } from "playwright-core";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];
const APPLICATIONS = ["/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"];
const FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** A program to start, with what its environment needs besides this process's. */
type Executable = { readonly path: string; readonly env: Readonly<Record<string, string>> };

/** A running browser with a profile of its own. */
export type TestBrowser = {
  readonly browser: Browser;
  readonly executable: string;
  /** Stops the browser and deletes its files. */
  readonly close: () => Promise<void>;
};

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function systemBrowser(): string | undefined {
  const folders = (process.env.PATH ?? "").split(delimiter).filter((folder) => folder !== "");
  const candidates = [...NAMES.flatMap((name) => folders.map((folder) => join(folder, name))), ...APPLICATIONS];
  return candidates.find(isExecutable);
}

/**
 * Unpacks the browser that npm installed, with the shared libraries that a bare Linux may lack. It unpacks to the
 * temporary folder of the process: a folder of our own, so that no half-written file of another run is taken.
 */
async function packagedBrowser(folder: string): Promise<Executable> {
  if (process.platform !== "linux" || process.arch !== "x64") {
    throw new TypeError("no chromium here: install one, or name one in CHROMIUM_PATH");
  }
  const before = process.env.TMPDIR;
  process.env.TMPDIR = folder;
  try {
    const { default: packaged, inflate } = await import("@sparticuz/chromium");
    const bin = join(dirname(createRequire(import.meta.url).resolve("@sparticuz/chromium")), "..", "bin");
    const path = await packaged.executablePath();
    const libraries = join(await inflate(join(bin, "al2023.tar.br")), "lib");
    const LD_LIBRARY_PATH = [libraries, process.env.LD_LIBRARY_PATH ?? ""].filter((one) => one !== "").join(delimiter);
    return { path, env: { LD_LIBRARY_PATH } };
  } finally {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
  }
}

async function findExecutable(folder: string): Promise<Executable> {
  const named = process.env.CHROMIUM_PATH;
  if (named !== undefined && named !== "") {
    if (!existsSync(named)) throw new TypeError(`CHROMIUM_PATH is ${named}, which does not exist`);
    return { path: named, env: {} };
  }
  const path = systemBrowser();
  return path === undefined ? packagedBrowser(folder) : { path, env: {} };
}

/** Starts a headless Chromium: $CHROMIUM_PATH, else one of the system, else the one of @sparticuz/chromium. */
export async function startBrowser(): Promise<TestBrowser> {
  const folder = mkdtempSync(join(tmpdir(), "synod-browser-"));
  try {
    const { path, env } = await findExecutable(folder);
    const inherited = Object.entries(process.env).flatMap(([key, value]) =>
      value === undefined ? [] : [[key, value]],
    );
    // Without a profile folder of its own playwright makes a fresh one and deletes it.
    const browser = await chromium.launch({
      executablePath: path,
      args: FLAGS,
      env: { ...Object.fromEntries(inherited), ...env },
    });
    const close = async (): Promise<void> => {
      await browser.close();
      rmSync(folder, { recursive: true, force: true });
    };
    return { browser, executable: path, close };
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}
