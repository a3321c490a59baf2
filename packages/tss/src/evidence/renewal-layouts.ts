import type { AgreedTerms } from "../engine/context.ts";
import { renewalSizes, renewingParties } from "../renewal/terms.ts";
import { bytesField } from "./layout.ts";
import { directStarting, HELLO, type RoundLayout } from "./round-layout.ts";

/**
 * docs/protocol/renewal.md, table of messages. Payloads of the pair setup are bytes: only their recipient can judge them.
 * @returns undefined if the binding is not one of a renewal
 */
export function renewalLayouts(terms: AgreedTerms): readonly RoundLayout[] | undefined {
  const renewing = renewingParties(terms);
  if (renewing === undefined) return undefined;
  return renewalSizes({ participants: [...terms.parties.keys()], renewing }).map((size, i) => ({
    broadcast: (from) => [...(i === 0 ? HELLO : []), bytesField(size.broadcastBytes(from))],
    direct: size.directBytes && directStarting(size),
  }));
}
