import { describe, expect, it } from "vitest";
import { checkTags, namedTags, registeredTags } from "../tags.ts";

const REGISTRY = 'export const TAGS = [\n  // zero shares, "not/a-tag",\n  "zero",\n  "zero/seed",\n] as const;\n';
const TAGS = ["zero", "zero/seed"];
const PROTOCOLS = new Map([["dkg.md", "1. Z = Hs('zero', id) and `H('zero/seed', dsid)`."]]);
const SOURCES = new Map([["zero.ts", 'hashToScalar("zero", sid); H("zero/seed", sid);']]);

describe("the tags", () => {
  it("of the registry are the lines of its list", () => {
    expect(registeredTags(REGISTRY)).toEqual(TAGS);
  });

  it("of a document are named where it hashes", () => {
    const text = "H('a', x), Hs('b/c', y), t·(P + H2C('ot/h', sid)), and the code 'd', H(tag, p1) and `H(cc)`";
    expect(namedTags(text)).toEqual(["a", "b/c", "ot/h"]);
  });

  it("are right when the documents name all, and no other", () => {
    expect(checkTags(TAGS, PROTOCOLS, SOURCES)).toEqual([]);
  });

  it.each([
    ["in no protocol document", TAGS, new Map([["dkg.md", "Hs('zero', id), zero/seed"]]), SOURCES],
    ["of which a longer one is named", ["zero"], new Map([["dkg.md", "H('zero/seed', id)"]]), SOURCES],
    ["in no source", TAGS, PROTOCOLS, new Map([["zero.ts", 'H("zero/seed", sid)']])],
    ["in no registry", ["zero"], PROTOCOLS, SOURCES],
  ])("%s are a problem", (_, tags, protocols, sources) => {
    expect(checkTags(tags, protocols, sources)).not.toEqual([]);
  });

  it("are reported with the file that names an unknown one", () => {
    expect(checkTags(["zero"], PROTOCOLS, SOURCES)).toEqual(["dkg.md: there is no tag zero/seed"]);
  });
});
