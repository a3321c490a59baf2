import type { Claim } from "./claim.ts";
import { fitsLayout, scalarsField } from "./layout.ts";
import type { RoundLayout } from "./round-layout.ts";

/** docs/protocol/online.md step 5: the one message of a signing. */
export const SIGN_LAYOUTS: readonly RoundLayout[] = [{ broadcast: () => [scalarsField(2)], direct: undefined }];

/**
 * Whether the one message, or the direct payload opened with it, is none that its round knows (docs/protocol/envelope.md
 * steps 6 and 8). A message of a round that does not exist is ignored and proves nothing.
 */
export function isMalformed({ terms, culprit, messages, direct }: Claim, layouts: readonly RoundLayout[]): boolean {
  const [[round, message] = []] = [...messages];
  const layout = layouts[(round ?? 0) - 1];
  if (messages.size !== 1 || message === undefined || layout === undefined) return false;
  const leaves = layout.direct === undefined ? 0 : terms.parties.size - 1;
  if (message.directLeaves.length !== leaves) return true;
  if (!fitsLayout(layout.broadcast(culprit), message.broadcast)) return true;
  return direct !== undefined && !fitsLayout(layout.direct?.(culprit, direct.to) ?? [], direct.payload);
}
