import type { CommitterSetup } from "../devnet/create-committers.ts";
import { type Link, startLink } from "./link.ts";

/** A member and where others reach it, as a committer's setting `routes` has it. */
export type Route = { readonly publicKey: string; readonly endpoint: string };

/** Everything that lies between the committers of one devnet: a link from each to each other one. */
export type ChaosNetwork = {
  /** How a member reaches the others. */
  readonly routesOf: (memberIndex: number) => readonly Route[];
  /** Cuts every link between members of different groups. Links within a group stay as they are. */
  readonly partition: (groups: readonly (readonly number[])[]) => void;
  /** Holds back every byte on every link, each way, by so many milliseconds. */
  readonly slow: (delayMs: number) => void;
  /** Ends the connections between two members; they may connect again. */
  readonly reset: (one: number, other: number) => void;
  /** Whole links that delay nothing. */
  readonly heal: () => void;
  readonly close: () => Promise<void>;
};

type Way = { readonly from: number; readonly to: CommitterSetup; readonly link: Link };

/** Puts a link between every two committers, one for each direction of dialling. Side effects: listens on free ports. */
export async function startNetwork(setups: readonly CommitterSetup[]): Promise<ChaosNetwork> {
  const pairs = setups.flatMap(({ memberIndex: from }) =>
    setups.filter(({ memberIndex }) => memberIndex !== from).map((to) => ({ from, to })),
  );
  const ways = await Promise.all(
    pairs.map(async ({ from, to }): Promise<Way> => ({ from, to, link: await startLink(portOf(to.endpoint)) })),
  );
  const links = ways.map(({ link }) => link);
  return {
    routesOf: (memberIndex) => ways.filter(({ from }) => from === memberIndex).map(routeOf),
    partition: (groups) => {
      for (const { from, to, link } of ways) if (isBetween(groups, from, to.memberIndex)) link.cut();
    },
    slow: (delayMs) => {
      for (const link of links) link.slow(delayMs);
    },
    reset: (one, other) => {
      const pair = new Set([one, other]);
      for (const { from, to, link } of ways) if (pair.has(from) && pair.has(to.memberIndex)) link.reset();
    },
    heal: () => {
      for (const link of links) {
        link.slow(0);
        link.mend();
      }
    },
    close: async () => {
      await Promise.all(links.map((link) => link.close()));
    },
  };
}

function isBetween(groups: readonly (readonly number[])[], one: number, other: number): boolean {
  return groups.findIndex((group) => group.includes(one)) !== groups.findIndex((group) => group.includes(other));
}

function routeOf({ to, link }: Way): Route {
  const { x, y } = to.publicKey;
  return { publicKey: `0x04${x.slice(2)}${y.slice(2)}`, endpoint: `/ip4/127.0.0.1/tcp/${link.port}` };
}

function portOf(endpoint: string): number {
  return Number(endpoint.split("/").at(-1));
}
