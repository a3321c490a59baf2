import { SynodSdkError } from "../errors/synod-sdk-error.ts";

/** The name of an enumeration's value. Errors: CONTRACT_MISSING when the contract knows more values than this SDK. */
export function nameOfValue<Name extends string>(names: readonly Name[], value: number): Name {
  const name = names[value];
  if (name !== undefined) return name;
  throw new SynodSdkError({
    code: "CONTRACT_MISSING",
    what: `the contract answered with ${value}, which is none of ${names.join(", ")}`,
    remedy: "check the contract's address, or use the SDK of the contract's version",
  });
}
