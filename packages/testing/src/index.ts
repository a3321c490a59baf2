export { childAddress } from "./child-address.ts";
export { Collector, collect, DeadlineError } from "./collector.ts";
export type { ComplianceCase } from "./compliance-case.ts";
export { registerCompliance, thrownCode, thrownFailure } from "./compliance-case.ts";
export type { JournalHarness, SampleEvent } from "./journal-compliance.ts";
export { journalCases, journalCompliance } from "./journal-compliance.ts";
export type { KeystoreHarness } from "./keystore-compliance.ts";
export { keystoreCases, keystoreCompliance, SAMPLE_ASSOCIATED_DATA } from "./keystore-compliance.ts";
export type { PresignaturesHarness } from "./presignatures-compliance.ts";
export { presignaturesCases, presignaturesCompliance } from "./presignatures-compliance.ts";
export { printSeed } from "./print-seed.ts";
export type { SeededRng } from "./seeded-rng.ts";
export { fraction, hash32, integerBelow, seededRng } from "./seeded-rng.ts";
export type { SignClaimsHarness } from "./sign-claims-compliance.ts";
export { sampleClaim, signClaimsCases, signClaimsCompliance } from "./sign-claims-compliance.ts";
export type {
  ReceivedFrame,
  TransportBounds,
  TransportHarness,
  TransportUnderTest,
} from "./transport-compliance.ts";
export { collectFrames, transportCases, transportCompliance } from "./transport-compliance.ts";
