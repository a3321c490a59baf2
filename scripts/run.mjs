// Entry point of every README command: makes sure that a new enough Node and the locked dependencies are there, then
// runs `npm run <script>` with that Node first on PATH. It has no dependency and runs on Node 20.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const NEEDED = [22, 18];

function isNewEnough([major, minor]) {
  return major > NEEDED[0] || (major === NEEDED[0] && minor >= NEEDED[1]);
}

function fail(message) {
  process.stderr.write(`synod: ${message}\n`);
  process.exit(1);
}

/** The settings of an outer `npm run` must not leak inwards, except the global npmrc that npm looks up beside its Node. */
function cleanEnvironment(nodeBin) {
  const kept = Object.entries(process.env).filter(
    ([key]) => !key.toLowerCase().startsWith("npm_") || key === "npm_config_globalconfig",
  );
  const env = Object.fromEntries(kept);
  // Tools may not call home from a machine that holds keys.
  env.DO_NOT_TRACK = "1";
  env.TURBO_TELEMETRY_DISABLED = "1";
  env.HARDHAT_DISABLE_TELEMETRY = "true";
  // Node keeps what it compiled, TypeScript too: a committer or a command starts in half the time.
  env.NODE_COMPILE_CACHE ??= join(root, "node_modules", ".cache", "node");
  env.PATH = `${nodeBin}${delimiter}${process.env.PATH ?? ""}`;
  return env;
}

/** @param stdout where the command's standard output goes: "inherit", or 2 when ours is for data alone */
function npm(args, cwd, env, stdout) {
  const cli = process.env.npm_execpath;
  const [command, prefix] = cli?.endsWith(".js") ? [join(env.PATH.split(delimiter)[0], "node"), [cli]] : ["npm", []];
  return spawnSync(command, [...prefix, ...args], { cwd, env, stdio: ["inherit", stdout, "inherit"] }).status ?? 1;
}

/** `npm ci` in `folder` unless its node_modules was installed from this very lockfile. */
function install(folder, env, what) {
  const digest = createHash("sha256")
    .update(readFileSync(join(folder, "package-lock.json")))
    .digest("hex");
  const stamp = join(folder, "node_modules", ".lockfile-digest");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === digest) return;
  process.stderr.write(`synod: installing ${what}\n`);
  const status = npm(["ci", "--loglevel=error"], folder, env, 2);
  if (status !== 0) fail(`could not install ${what} (npm ci ended with ${status}); is the package registry reachable?`);
  writeFileSync(stamp, digest);
}

function nodeFolder() {
  const own = process.versions.node.split(".").map(Number);
  if (isNewEnough(own)) return dirname(process.execPath);
  const tools = join(root, "tools", "node");
  install(tools, cleanEnvironment(dirname(process.execPath)), "Node 24 (this machine's Node is older than 22.18)");
  const bin = join(tools, "node_modules", `node-${process.platform}-${process.arch}`, "bin");
  if (!existsSync(bin))
    fail(
      `no Node ${NEEDED.join(".")} or newer here, and none can be brought to ${process.platform}-${process.arch}: install one by hand`,
    );
  return bin;
}

const [script, ...rest] = process.argv.slice(2);
if (script === undefined) fail("usage: node scripts/run.mjs <npm script> [arguments]");
const env = cleanEnvironment(nodeFolder());
install(root, env, "dependencies");
process.exit(npm(["run", "--silent", script, "--", ...rest], root, env, "inherit"));
