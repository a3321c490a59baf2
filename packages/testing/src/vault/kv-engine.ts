/** What a request is answered with. */
export type VaultAnswer = { readonly status: number; readonly body?: unknown };

type Entry = {
  maxVersions: number;
  casRequired: boolean;
  currentVersion: number;
  readonly versions: Map<number, unknown>;
};

type WriteBody = { readonly options?: { readonly cas?: number }; readonly data?: unknown };
type MetadataBody = { readonly max_versions?: number; readonly cas_required?: boolean };

const DEFAULT_MAX_VERSIONS = 10;
const MISSING: VaultAnswer = { status: 404, body: { errors: [] } };

/**
 * A key-value secrets engine, version 2, as far as its HTTP API describes it: versions, check-and-set, the number of
 * versions kept, deletion of a key with all its versions. Written after HashiCorp's API documentation ("KV secrets
 * engine - version 2 (API)"), because the real server cannot be had from a package registry.
 */
export class KvEngine {
  readonly #entries = new Map<string, Entry>();

  /** `GET data/<path>`, with a version or the newest. */
  read(path: string, version?: number): VaultAnswer {
    const entry = this.#entries.get(path);
    const number = version ?? entry?.currentVersion ?? 0;
    if (entry?.versions.has(number) !== true) return MISSING;
    return { status: 200, body: { data: { data: entry.versions.get(number), metadata: { version: number } } } };
  }

  /** `POST data/<path>`. */
  write(path: string, { options, data }: WriteBody): VaultAnswer {
    const entry = this.#entries.get(path) ?? emptyEntry();
    const cas = options?.cas;
    if (cas === undefined && entry.casRequired) return refused("check-and-set parameter required for this call");
    if (cas !== undefined && cas !== entry.currentVersion)
      return refused("check-and-set parameter did not match the current version");
    entry.currentVersion += 1;
    entry.versions.set(entry.currentVersion, data);
    entry.versions.delete(entry.currentVersion - entry.maxVersions);
    this.#entries.set(path, entry);
    return { status: 200, body: { data: { version: entry.currentVersion } } };
  }

  /** `POST metadata/<path>`. */
  configure(path: string, { max_versions, cas_required }: MetadataBody): VaultAnswer {
    const entry = this.#entries.get(path) ?? emptyEntry();
    entry.maxVersions = max_versions ?? entry.maxVersions;
    entry.casRequired = cas_required ?? entry.casRequired;
    this.#entries.set(path, entry);
    return { status: 204 };
  }

  /** `DELETE metadata/<path>`: the key with all its versions. */
  destroy(path: string): VaultAnswer {
    this.#entries.delete(path);
    return { status: 204 };
  }
}

function emptyEntry(): Entry {
  return { maxVersions: DEFAULT_MAX_VERSIONS, casRequired: false, currentVersion: 0, versions: new Map() };
}

function refused(error: string): VaultAnswer {
  return { status: 400, body: { errors: [error] } };
}
