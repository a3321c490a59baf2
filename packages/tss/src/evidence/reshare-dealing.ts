import { type AgreedTerms, encodeParties } from "../engine/context.ts";
import { TssError } from "../errors.ts";
import { CONFIRMATION_LENGTH } from "../keygen/confirmation.ts";
import { encodePoints } from "../keyshare/record.ts";
import { decodePublicRecord } from "../keyshare/record-codec.ts";
import { equalBytes } from "../math/bytes.ts";
import { type PartyIndex, partyIndex } from "../math/party-index.ts";
import { POINT_LENGTH } from "../math/point.ts";
import { createReader } from "../math/reader.ts";
import { PROOF_LENGTH } from "../math/schnorr.ts";
import { reshareSessionId } from "../reshare/hashes.ts";
import { type Roles, reshareSizes, sharesLayout } from "../reshare/layout.ts";
import { type Handover, reshareSeats } from "../reshare/seats.ts";
import { createDealers, isSuccessor } from "../reshare/terms.ts";
import { HASH_LENGTH } from "../transcript/hash.ts";
import type { Dealing } from "./dealing.ts";
import { bytesField, pointsField, scalarsField } from "./layout.ts";
import { directStarting, HELLO, proofFields, type RoundLayout } from "./round-layout.ts";

/**
 * A reshare as its handle binds it (docs/protocol/reshare.md); undefined if the binding is none of one. The old record
 * is in the binding: the accused took part, so it accepted this one.
 */
export function reshareDealing(terms: AgreedTerms): Dealing | undefined {
  const bound = readBinding(terms.binding);
  const roles = bound && rolesOf(bound);
  if (bound === undefined || roles === undefined) return undefined;
  const { previous, minSigners } = bound;
  const isHere = isSuccessor(previous.domain, terms.domain);
  if (!isHere || !equalBytes(encodeParties(roles.parties), encodeParties(terms.parties))) return undefined;
  const { dealers, receivers } = roles;
  return {
    minSigners,
    dealers: [...dealers.keys()],
    receivers: [...receivers.keys()],
    openingFields: [minSigners * POINT_LENGTH, 0, HASH_LENGTH],
    layouts: reshareLayouts(roles),
    sessionId: (sid) => reshareSessionId(sid, previous, receivers.size, minSigners),
    record: ({ e2, shares }) => ({
      domain: terms.domain,
      minSigners,
      parties: receivers,
      groupKey: previous.groupKey,
      verificationShares: encodePoints(shares),
      chainCodeHash: previous.chainCodeHash,
      openingsHash: e2,
    }),
    anchorOf: (dealer) => dealers.get(dealer)?.anchor,
    chainCodeHash: previous.chainCodeHash,
  };
}

type Bound = Handover & { readonly minSigners: number };

/** t'(2) ‖ |T|(2) ‖ old indices of T(2 each) ‖ n'(2) ‖ new committee ‖ the old record. */
function readBinding(binding: Uint8Array): Bound | undefined {
  const reader = createReader(binding);
  const minSigners = reader.u16();
  const dealers = Array.from({ length: Math.min(reader.u16() ?? 0, binding.length) }, () => reader.u16() ?? 0);
  const parties = new Map<PartyIndex, Uint8Array>();
  const size = Math.min(reader.u16() ?? 0, binding.length);
  for (let i = 0; i < size; i++) {
    const [index, key] = [reader.u16() ?? 0, reader.bytes(POINT_LENGTH)];
    if (index === 0 || key === undefined) return undefined;
    parties.set(partyIndex(index), key);
  }
  const rest = binding.slice(2 + 2 + 2 * dealers.length + 2 + size * (2 + POINT_LENGTH));
  const previous = orUndefined(() => decodePublicRecord(rest));
  if (minSigners === undefined || previous === undefined || dealers.includes(0)) return undefined;
  return { minSigners, dealers: dealers.map(partyIndex), parties, previous };
}

function rolesOf(bound: Bound): (Roles & { readonly parties: Bound["parties"] }) | undefined {
  const { previous, minSigners } = bound;
  const seats = orUndefined(() => reshareSeats(bound));
  if (seats === undefined || minSigners < 2 || minSigners > seats.receivers.size) return undefined;
  const dealers = createDealers(previous, seats);
  return { dealers, receivers: seats.receivers, minSigners, parties: seats.parties };
}

/** What no party could have started is no session to judge. */
function orUndefined<T>(make: () => T): T | undefined {
  try {
    return make();
  } catch (error) {
    if (error instanceof TssError) return undefined;
    throw error;
  }
}

/** The table of messages; who deals and who receives decides what a party sends. */
function reshareLayouts(roles: Roles): readonly RoundLayout[] {
  const { dealers, receivers, minSigners: t } = roles;
  const sizes = reshareSizes(roles);
  const opening = [pointsField(t), bytesField(HASH_LENGTH), ...proofFields(t)];
  const confirmation = [...proofFields(1), bytesField(CONFIRMATION_LENGTH - PROOF_LENGTH)];
  const hasShare = (from: PartyIndex, to: PartyIndex): boolean => sharesLayout(roles, from, to)[0] > 0;
  return [
    { broadcast: (from) => [...HELLO, bytesField(dealers.has(from) ? HASH_LENGTH : 0)], direct: undefined },
    { broadcast: () => [bytesField(HASH_LENGTH)], direct: directStarting(sizes[1]) },
    { broadcast: (from) => (dealers.has(from) ? opening : []), direct: directStarting(sizes[2]) },
    {
      broadcast: () => [bytesField(HASH_LENGTH)],
      direct: directStarting(sizes[3], (from, to) => (hasShare(from, to) ? [scalarsField(1)] : [])),
    },
    { broadcast: (from) => (receivers.has(from) ? confirmation : [bytesField(HASH_LENGTH)]), direct: undefined },
  ];
}
