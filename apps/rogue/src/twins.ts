import type { SessionPort, SessionReport, SessionRequest } from "@synod/committer";

/** What only one of the two may do: it makes, changes or destroys a share in the keystore that both read. */
const FIRST_ONLY: readonly SessionRequest["kind"][] = ["keygen", "reshare", "prove", "activate", "retire", "destroy"];

/**
 * Two engines with the same share and identity as one. Both run every session, each with randomness of its own, and both
 * are heard by the others: whoever takes part with them gets two different messages for one place, both well signed.
 * Only the first is listened to here.
 */
export function bothOf(first: SessionPort, second: SessionPort): SessionPort {
  return {
    post: (request) => {
      first.post(request);
      if (!FIRST_ONLY.includes(request.kind)) second.post(request);
    },
    onReport: (handler) => {
      first.onReport(handler);
      second.onReport((report) => {
        if (isSent(report)) handler(report);
      });
    },
    close: async () => {
      await Promise.all([first.close(), second.close()]);
    },
  };
}

function isSent(report: SessionReport): boolean {
  return report.kind === "send";
}
