import { dkls23, type IdentityKey } from "@synod/tss";
import { bytesToHex } from "viem";
import { SessionEngine } from "../../../src/sessions/engine.ts";
import type { SessionPort, SessionReport, SessionRequest } from "../../../src/sessions/messages.ts";
import { ShareVault } from "../../../src/sessions/share-vault.ts";
import type { Chance } from "../chance.ts";
import { DiskKeystore } from "../disk/stores.ts";
import type { VirtualDisk } from "../disk/virtual-disk.ts";
import type { Lane } from "./lane.ts";

/** Least and greatest time that the thread takes for a request, in milliseconds. */
const WORK_MS = [2, 25] as const;
const REPORT_MS = 1;

/** What the sessions of a process are made of. */
export type SessionTerms = {
  readonly disk: VirtualDisk;
  readonly identity: IdentityKey;
  readonly lane: Lane;
  readonly chance: Chance;
  /** A presignature is about to be used. */
  readonly onPresignature: (id: string) => void;
};

/** The session engine with the real mathematics, as if it were in a thread of its own that takes its time. */
export function virtualSessions({ disk, identity, lane, chance, onPresignature }: SessionTerms): SessionPort {
  const reports: SessionReport[] = [];
  let handler: (report: SessionReport) => void = () => undefined;
  let busyUntilMs = 0;
  const scheme: typeof dkls23 = {
    ...dkls23,
    startSigning(input, rng) {
      onPresignature(bytesToHex(input.presignature.terms.id));
      return dkls23.startSigning(input, rng);
    },
  };
  const vault = new ShareVault(new DiskKeystore(disk));
  const report = (made: SessionReport) => void reports.push(structuredClone(made));
  const engine = new SessionEngine({ scheme, identity, vault, rng: chance.bytes, report });
  const tell = () => {
    for (const made of reports.splice(0)) handler(made);
  };
  return {
    post(request) {
      const message: SessionRequest = structuredClone(request);
      const { nowMs } = lane.pace;
      busyUntilMs = Math.max(busyUntilMs, nowMs()) + chance.between(...WORK_MS);
      lane.after(busyUntilMs - nowMs(), () => {
        engine.handle(message);
        lane.after(REPORT_MS, tell);
      });
    },
    onReport(given) {
      handler = given;
    },
    close: async () => undefined,
  };
}
