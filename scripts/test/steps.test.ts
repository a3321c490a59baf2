import { describe, expect, it } from "vitest";
import { citedSteps, definedSteps } from "../steps.ts";

describe("the steps of a protocol document", () => {
  it("are the items of its lists and the numbers in bold", () => {
    const text =
      "1. **Copy.** A.\n2. B.\n\n**R1.1** C. **R1.2** D.\n**E.1–E.3** (ephemeral) **S.4** **V.1** **8,448 bytes**";
    expect([...definedSteps(text)]).toEqual(["1", "2", "R1.1", "R1.2", "E.1", "E.3", "S.4", "V.1"]);
  });

  it("are found where code and text cite them", () => {
    expect(citedSteps("(docs/protocol/dkg.md steps R2.1–R2.4).")).toEqual([
      { protocol: "dkg", step: "R2.1" },
      { protocol: "dkg", step: "R2.4" },
    ]);
    expect(citedSteps("[vole.md](vole.md) steps 1 to 3, the pair").map(({ step }) => step)).toEqual(["1", "3"]);
    expect(citedSteps("pair-setup.md steps 3, 5 and 7)").map(({ step }) => step)).toEqual(["3", "5", "7"]);
    expect(citedSteps("reshare.md step S.3.")).toEqual([{ protocol: "reshare", step: "S.3" }]);
    expect(citedSteps("([evidence.md](evidence.md) steps V.1 to V.4)").map(({ step }) => step)).toEqual(["V.1", "V.4"]);
  });

  it("are found where the citation goes on in the next line of a comment", () => {
    expect(citedSteps("/**\n * docs/protocol/envelope.md\n * steps 6 and 8).\n */").map(({ step }) => step)).toEqual([
      "6",
      "8",
    ]);
  });

  it("are not read from a citation that names none", () => {
    expect(citedSteps("docs/protocol/dkg.md, table of messages")).toEqual([]);
  });
});
