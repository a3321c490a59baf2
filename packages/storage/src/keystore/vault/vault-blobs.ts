import { readFileSync } from "node:fs";
import { StorageError } from "../../storage-error.ts";
import { MAX_FILE_BYTES } from "../key-file.ts";
import type { SealedBlobs } from "../sealed-blobs.ts";
import { BlockingHttp } from "./blocking-http.ts";
import type { HttpAnswer, HttpRequest } from "./http-exchange.ts";

/** Where a HashiCorp Vault with a KV engine, version 2, keeps the sealed files. */
export interface VaultPlace {
  /** Address of the server, without a path. Plain HTTP only to this machine, for an agent that listens there. */
  readonly url: string;
  /** Mount point of the KV engine, such as `secret`. */
  readonly mount: string;
  /** Path below it that belongs to this committer alone. */
  readonly path: string;
  /** File with the token, read again for every request: whoever renews it writes it anew. */
  readonly tokenFile: string;
  readonly namespace?: string;
}

const TIMEOUT_MS = 10_000;
/** A sealed file in base64, with the JSON around it. */
const MAX_ANSWER_BYTES = Math.ceil(MAX_FILE_BYTES / 3) * 4 + 65_536;
const FIELD = "sealed";

type Stored = { readonly sealed: Uint8Array; readonly version: number };
type Fields = Readonly<Record<string, unknown>>;

/**
 * Sealed key files as secrets of a Vault KV engine (HTTP API v1, KV version 2), one secret per file. Every write names
 * the version that it replaces, and the engine keeps one version only, so that two writers cannot both succeed and
 * nothing of a replaced share stays.
 * Side effects: starts a thread that fetches.
 */
export class VaultBlobs implements SealedBlobs {
  readonly #place: VaultPlace;
  readonly #http = new BlockingHttp();

  constructor(place: VaultPlace) {
    this.#place = place;
  }

  /** There is nothing on this side that others could open. */
  assertSafe(): void {}

  has(name: string): boolean {
    return this.#find(name, "look for") !== undefined;
  }

  read(name: string): Uint8Array {
    const stored = this.#find(name, "read");
    if (stored === undefined) throw new StorageError({ code: "KEY_MISSING", name });
    return stored.sealed;
  }

  write(name: string, bytes: Uint8Array, onExisting: "refuse" | "replace"): void {
    const stored = onExisting === "replace" ? this.#find(name, "write") : undefined;
    if (stored === undefined) this.#keepOneVersion(name);
    const data = { [FIELD]: Buffer.from(bytes).toString("base64") };
    const body = JSON.stringify({ options: { cas: stored?.version ?? 0 }, data });
    const answer = this.#request("POST", "data", name, body);
    if (answer.status === 200 || answer.status === 204) return;
    if (stored === undefined && isCasMismatch(answer)) throw new StorageError({ code: "KEY_EXISTS", name });
    throw failed("write", name, refusalOf(answer));
  }

  remove(name: string): void {
    if (this.#find(name, "remove") === undefined) throw new StorageError({ code: "KEY_MISSING", name });
    const answer = this.#request("DELETE", "metadata", name);
    if (answer.status !== 204) throw failed("remove", name, refusalOf(answer));
  }

  close(): void {
    this.#http.close();
  }

  /** Before there is a version: a write without the right one is refused from then on, whoever writes. */
  #keepOneVersion(name: string): void {
    const answer = this.#request("POST", "metadata", name, JSON.stringify({ max_versions: 1, cas_required: true }));
    if (answer.status !== 200 && answer.status !== 204) throw failed("write", name, refusalOf(answer));
  }

  #find(name: string, action: string): Stored | undefined {
    const answer = this.#request("GET", "data", name);
    if (answer.status === 404 && errorsOf(answer.body).length === 0) return undefined;
    if (answer.status !== 200) throw failed(action, name, refusalOf(answer));
    const { data, metadata } = fieldsOf(fieldsOf(parse(answer.body)).data);
    const sealed = fieldsOf(data)[FIELD];
    const version = fieldsOf(metadata).version;
    if (typeof sealed !== "string" || !isBase64(sealed)) throw new StorageError({ code: "KEY_FOREIGN", name });
    if (typeof version !== "number") throw failed(action, name, "the answer tells no version");
    return { sealed: Buffer.from(sealed, "base64"), version };
  }

  #request(method: HttpRequest["method"], part: "data" | "metadata", name: string, body?: string) {
    const { url, mount, path, namespace } = this.#place;
    const answer = this.#http.request({
      method,
      url: new URL(`/v1/${mount}/${part}/${path}/${name}`, url).href,
      headers: {
        "X-Vault-Token": this.#token(name),
        "X-Vault-Request": "true",
        ...(namespace === undefined ? {} : { "X-Vault-Namespace": namespace }),
      },
      ...(body === undefined ? {} : { body }),
      timeoutMs: TIMEOUT_MS,
      maxBytes: MAX_ANSWER_BYTES,
    });
    if (answer.kind === "answered") return answer;
    throw failed("reach the Vault for", name, `${url}: ${answer.reason}`);
  }

  #token(name: string): string {
    const { tokenFile } = this.#place;
    try {
      return readFileSync(tokenFile, "utf8").trim();
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : "unreadable";
      throw failed("read the Vault token for", name, reason, cause);
    }
  }
}

type Answered = Extract<HttpAnswer, { kind: "answered" }>;

function failed(action: string, name: string, reason: string, cause?: unknown): StorageError {
  const failure = { code: "STORE_IO", action: `${action} key file ${name}`, reason } as const;
  return new StorageError(failure, cause === undefined ? undefined : { cause });
}

function isCasMismatch({ status, body }: Answered): boolean {
  return status === 400 && body.includes("check-and-set");
}

/** What the Vault says against it, in one line: its list of errors, or the bare status. */
function refusalOf({ status, body }: Answered): string {
  const said = errorsOf(body).join("; ");
  return `the Vault answers ${status}${said === "" ? "" : ` (${said.trim().slice(0, 200)})`}`;
}

/** A Vault says nothing against a secret that is not there; against a path that no engine serves it does. */
function errorsOf(body: string): readonly string[] {
  const { errors } = fieldsOf(parse(body));
  return Array.isArray(errors) ? errors.filter((error) => typeof error === "string") : [];
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function fieldsOf(value: unknown): Fields {
  return typeof value === "object" && value !== null ? (value as Fields) : {};
}

function isBase64(text: string): boolean {
  return text.length % 4 === 0 && /^[A-Za-z0-9+/]+={0,2}$/.test(text);
}
