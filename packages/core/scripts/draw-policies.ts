// `node draw-policies.ts <seed> <count>`: random policies, actions and situations with what core says of each, one JSON
// object a line. The contracts' tests ask the policy engine the same.
import { policyCase } from "./policy-vectors.ts";

const [seed = "", count = "0"] = process.argv.slice(2);
for (let index = 0; index < Number(count); index++) {
  process.stdout.write(`${JSON.stringify(policyCase(seed, index))}\n`);
}
