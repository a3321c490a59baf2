// Writes test/vectors/eip712.json, ids.json and policies.json. Run it only when a format changes on purpose: the files are
// what contracts, core and the signing library agree on.
import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { POLICY_CASES, POLICY_SEED, policyColumns } from "./policy-vectors.ts";
import { expectId, expectTypedData } from "./vector-expectations.ts";
import { idInputs, typedDataInputs } from "./vector-inputs.ts";

const folder = fileURLToPath(new URL("../../../test/vectors/", import.meta.url));

function write(file: string, vectors: unknown): void {
  writeFileSync(`${folder}${file}`, `${JSON.stringify(vectors, null, 2)}\n`);
}

mkdirSync(folder, { recursive: true });
write(
  "eip712.json",
  typedDataInputs().map(({ name, inputs }) => ({ name, inputs, expected: expectTypedData(inputs) })),
);
write(
  "ids.json",
  idInputs().map(({ name, inputs }) => ({ name, inputs, expected: expectId(inputs) })),
);
write("policies.json", policyColumns(POLICY_SEED, POLICY_CASES));
