import { SynodSdkError } from "@synod/sdk";

/** Name of the custom error that a transaction is refused with; "accepted" when it is not refused. */
export async function refusalOf(sending: Promise<unknown>): Promise<string> {
  try {
    await sending;
    return "accepted";
  } catch (error) {
    if (!(error instanceof SynodSdkError) || error.revert === undefined) throw error;
    return error.revert.kind === "named" ? error.revert.name : error.revert.reason;
  }
}
