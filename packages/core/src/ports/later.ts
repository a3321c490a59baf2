/**
 * What a port's implementation answers later. Core itself never waits: this is the one place where its source names a
 * promise, and it is a type.
 */
// biome-ignore lint/style/noRestrictedGlobals: a type only; ports describe what the edge implements
export type Later<Value> = Promise<Value>;
