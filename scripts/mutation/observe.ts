// Receives what the recorded sites report (sites.ts). A site without an exit after its entry threw.
import type { Seen } from "./protocol.ts";
import { SAW } from "./sites.ts";

/** The globals that sources written by sites.ts call. */
type SiteGlobals = {
  synodMutant: number;
  synodEnter: (site: number) => void;
  synodLeave: <T>(site: number, value?: T) => T | undefined;
  synodCompare: (site: number, operator: string, left: number, right: number) => boolean;
};

function compare(operator: string, left: number, right: number): boolean {
  if (operator === "<") return left < right;
  if (operator === "<=") return left <= right;
  return operator === ">" ? left > right : left >= right;
}

/** Makes the mutant with this number the active one; 0 for none. */
export function activate(mutant: number): void {
  Object.assign(globalThis, { synodMutant: mutant } satisfies Partial<SiteGlobals>);
}

/** Starts to record `sites` sites. Returns what takes everything that was seen since the last time. */
export function observe(sites: number): () => Seen {
  const saw = new Uint8Array(sites + 1);
  const open = new Int32Array(sites + 1);
  const add = (site: number, flag: number): void => {
    saw[site] = (saw[site] ?? 0) | flag;
  };
  const globals: Omit<SiteGlobals, "synodMutant"> = {
    synodEnter: (site) => {
      open[site] = (open[site] ?? 0) + 1;
    },
    synodLeave: (site, value) => {
      open[site] = (open[site] ?? 0) - 1;
      add(site, value ? SAW.true : SAW.false);
      return value;
    },
    synodCompare: (site, operator, left, right) => {
      if (left <= right && left >= right) add(site, SAW.equalOperands);
      return compare(operator, left, right);
    },
  };
  Object.assign(globalThis, globals);
  return () => {
    open.forEach((count, site) => {
      if (count !== 0) add(site, SAW.throw);
    });
    const seen = [...saw.entries()].filter(([, flags]) => flags !== 0);
    saw.fill(0);
    open.fill(0);
    return seen;
  };
}
