import type { PartyIndex } from "../math/party-index.ts";
import { BASE_OT_MESSAGE_LENGTH, PPRF_MESSAGE_LENGTH } from "../primitives/parameters.ts";

/**
 * Exact length of a message of the pair setup (docs/protocol/pair-setup.md).
 * @param _from sender and
 * @param _to recipient: a length may depend on their roles
 */
export function setupBytes(message: 1 | 2 | 3, _from: PartyIndex, _to: PartyIndex): number {
  switch (message) {
    case 1:
      return 2 * BASE_OT_MESSAGE_LENGTH;
    case 2:
      return PPRF_MESSAGE_LENGTH;
    case 3:
      return 0;
  }
}
