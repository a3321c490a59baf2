import { expect, expectTypeOf, it } from "vitest";
import {
  dkls23,
  type GroupSignature,
  type KeyShare,
  type Presignature,
  type Started,
  type ThresholdScheme,
} from "../../src/index.ts";
import { describeScheme } from "./compliance.ts";

describeScheme(dkls23);

/** A caller that knows the interface only: it must compile for any share and presignature. */
type Sign<P> = ThresholdScheme<KeyShare, P>["startSigning"];

it("is neutral: what a share and a presignature are is the implementation's own", () => {
  type Other = { readonly secret: "of another protocol" };
  expectTypeOf<Parameters<Sign<Other>>[0]["presignature"]>().toEqualTypeOf<Other>();
  expectTypeOf<ReturnType<Sign<Other>>>().toEqualTypeOf<Started<GroupSignature>>();
  expectTypeOf(dkls23).toExtend<ThresholdScheme<KeyShare, Presignature>>();
  expectTypeOf<Parameters<Sign<Other>>[0]>().not.toHaveProperty("digest");
});

it("declares what DKLs23 is", () => {
  expect(dkls23.capabilities).toEqual({
    signers: "exact",
    minSigners: 2,
    maxParties: 64,
    identifiable: "pairwise",
    robust: false,
    keygenRounds: 5,
    presignRounds: 4,
    onlineRounds: 1,
    childKeys: true,
  });
});
