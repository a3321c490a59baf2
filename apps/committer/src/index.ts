export type { Committer, CommitterModules } from "./committer.ts";
export { startCommitter } from "./committer.ts";
export type { StartFailureCode } from "./failure.ts";
export { EXIT_BUG, StartError } from "./failure.ts";
export type { DecisionReport, Readiness } from "./http/report.ts";
export { IDENTITY_ASSOCIATED_DATA, IDENTITY_NAME } from "./identity.ts";
export type { Settings } from "./settings.ts";
export { loadSettings, parseSettings } from "./settings.ts";
export { settingsSchema } from "./settings-schema.ts";
