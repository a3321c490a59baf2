// Writes test/vectors/evidence.json: `node packages/tss/test/evidence/write-vectors.ts`, with `--check` only compares.
import { readFileSync, writeFileSync } from "node:fs";
import { vectorsText } from "./vectors.ts";

const file = new URL("../../../../test/vectors/evidence.json", import.meta.url);
const text = vectorsText();

if (!process.argv.includes("--check")) writeFileSync(file, text);
else if (readFileSync(file, "utf8") !== text) {
  process.stderr.write(
    `${file.pathname} is not what the code makes; if the format changed on purpose, write it anew\n`,
  );
  process.exitCode = 1;
}
