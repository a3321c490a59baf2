import { MAX_PARTIES } from "../engine/context.ts";
import { startKeygen } from "../keygen/start.ts";
import { keygenSizes } from "../keygen/terms.ts";
import { decodeKeyShare, encodeKeyShare } from "../keyshare/codec.ts";
import { burnPair, type KeyShare, usablePartners, wipeKeyShare } from "../keyshare/key-share.ts";
import { burnPresignature, type Presignature } from "../presign/presignature.ts";
import { startPresign, startPresignBatch } from "../presign/start.ts";
import { presignSizes, SINGLE_PRESIGNATURE } from "../presign/terms.ts";
import { startSigning } from "../sign/start.ts";
import type { ThresholdScheme } from "./scheme.ts";

/**
 * DKLs23 (ePrint 2023/765) as a {@link ThresholdScheme}: the functions of this package under the neutral names. Blame is
 * pairwise: the checks on correlated randomness name a culprit to one peer only, a wrong ψ names nobody.
 */
export const dkls23: ThresholdScheme<KeyShare, Presignature> = {
  name: "dkls23",
  capabilities: {
    signers: "exact",
    minSigners: 2,
    maxParties: MAX_PARTIES,
    identifiable: "pairwise",
    robust: false,
    keygenRounds: keygenSizes(2).length,
    presignRounds: presignSizes(SINGLE_PRESIGNATURE).length,
    onlineRounds: 1,
    childKeys: true,
  },
  startKeygen,
  startPresign,
  startPresignBatch,
  startSigning,
  encodeShare: encodeKeyShare,
  decodeShare: decodeKeyShare,
  usablePartners,
  burn: burnPair,
  wipeShare: wipeKeyShare,
  burnPresignature,
};
