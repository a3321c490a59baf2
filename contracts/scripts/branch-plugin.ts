import { relative } from "node:path";
import type { HardhatPlugin } from "hardhat/types/plugins";
import { keepReturnData, reportBranches } from "./branches.ts";

/**
 * Adds branches to Hardhat's coverage, which knows statements only: in every source that Hardhat instruments, conditions
 * report their outcome as hits of their own.
 */
export const branchPlugin: HardhatPlugin = {
  id: "synod:branch-coverage",
  hookHandlers: {
    solidity: async () => ({
      default: async () => ({
        preprocessProjectFileBeforeBuilding: async (context, sourceName, fsPath, content, version, next) => {
          const instrumented = await next(context, sourceName, fsPath, content, version);
          if (instrumented === content) return content;
          return reportBranches(relative(context.config.paths.root, fsPath), content, instrumented);
        },
        preprocessSolcInputBeforeBuilding: async (context, solcInput, next) => {
          const input = await next(context, solcInput);
          const sources = Object.entries(input.sources).map(([name, source]) => [
            name,
            isCoverageLibrary(source.content) ? { content: keepReturnData(source.content) } : source,
          ]);
          return { ...input, sources: Object.fromEntries(sources) };
        },
      }),
    }),
  },
};

function isCoverageLibrary(content: string): boolean {
  return content.includes("library __NomicFoundationCoverage");
}
