import type { Hex } from "viem";
import type { LobeSettings } from "../settings.ts";
import { httpLobe } from "./http.ts";
import type { Lobe } from "./lobe.ts";
import { rulesLobe } from "./rules.ts";
import { loadRules } from "./rules-file.ts";

/** Finds the lobe of an agent: the first one made for it, else the first one for any agent. */
export type LobeDirectory = (agentId: Hex) => Lobe | undefined;

function openLobe(settings: LobeSettings): Lobe {
  return settings.kind === "rules" ? rulesLobe(loadRules(settings.file)) : httpLobe(settings);
}

/**
 * Opens every lobe of the settings.
 * Side effects: reads the rule files. @throws StartError `rulesInvalid`.
 */
export function openLobes(all: readonly LobeSettings[]): LobeDirectory {
  const opened = all.map((settings) => ({ agentId: settings.agentId, lobe: openLobe(settings) }));
  return (agentId) => {
    const own = opened.find((candidate) => candidate.agentId?.toLowerCase() === agentId.toLowerCase());
    return (own ?? opened.find((candidate) => candidate.agentId === undefined))?.lobe;
  };
}
