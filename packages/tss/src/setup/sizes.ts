import type { PartyIndex } from "../math/party-index.ts";
import {
  EXTENSION_MESSAGE_LENGTH,
  OT_RECEIVER_MESSAGE_LENGTH,
  OT_SENDER_MESSAGE_LENGTH,
  PPRF_MESSAGE_LENGTH,
} from "../primitives/parameters.ts";
import { isFirstAlice } from "./roles.ts";

/** Exact length of a message of the pair setup, by the roles of the pair (docs/protocol/pair-setup.md). */
export function setupBytes(message: 1 | 2 | 3, from: PartyIndex, to: PartyIndex): number {
  const isAlice = isFirstAlice(from, to);
  switch (message) {
    case 1:
      return isAlice ? OT_RECEIVER_MESSAGE_LENGTH : OT_SENDER_MESSAGE_LENGTH;
    case 2:
      return isAlice ? 0 : PPRF_MESSAGE_LENGTH + EXTENSION_MESSAGE_LENGTH;
    case 3:
      return isAlice ? PPRF_MESSAGE_LENGTH : 0;
  }
}
