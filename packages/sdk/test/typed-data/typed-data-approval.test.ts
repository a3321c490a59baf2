import {
  concat,
  domainSeparator,
  type Hex,
  hashStruct,
  hashTypedData,
  keccak256,
  slice,
  stringToHex,
  type TypedDataDefinition,
} from "viem";
import { hashTypedData as hashNested, wrapTypedDataSignature } from "viem/experimental/erc7739";
import { beforeAll, describe, expect, it } from "vitest";
import { agentVaultAbi, type TypedDataApproval, typedDataApproval } from "../../src/index.ts";
import { chainClient } from "../devnet/deploy.ts";
import { authorize, resolve } from "../devnet/local-committee.ts";
import { actAs, inSeconds, payment, type Scene, setScene } from "../devnet/scene.ts";

const APP = "0x5afe00000000000000000000000000000000a44e" as const;
const VAULT = "0x7a01700000000000000000000000000000000001" as const;

const permit = {
  domain: { name: "Permit2", chainId: 31_337, verifyingContract: APP },
  types: {
    PermitTransferFrom: [
      { name: "permitted", type: "TokenPermissions" },
      { name: "spender", type: "address" },
      { name: "nonce", type: "uint256" },
      { name: "deadline", type: "uint256" },
    ],
    TokenPermissions: [
      { name: "token", type: "address" },
      { name: "amount", type: "uint256" },
    ],
  },
  primaryType: "PermitTransferFrom",
  message: { permitted: { token: APP, amount: 5n }, spender: VAULT, nonce: 1n, deadline: 2n },
} as const;

const safeMessage = {
  domain: { chainId: 31_337, verifyingContract: APP },
  types: { SafeMessage: [{ name: "message", type: "bytes" }] },
  primaryType: "SafeMessage",
  message: { message: "0x676d" },
} as const;

/** Every kind of field, all fields of a domain, and a struct that is named before the one that holds it. */
const order = {
  domain: { name: "App", version: "2", chainId: 31_337, verifyingContract: APP, salt: keccak256("0x01") },
  types: {
    Order: [
      { name: "note", type: "string" },
      { name: "items", type: "Item[]" },
      { name: "limits", type: "uint8[2]" },
      { name: "tags", type: "string[]" },
      { name: "isFinal", type: "bool" },
      { name: "delta", type: "int256" },
      { name: "key", type: "bytes32" },
    ],
    Item: [
      { name: "id", type: "uint256" },
      { name: "raw", type: "bytes" },
    ],
  },
  primaryType: "Order",
  message: {
    note: "hello",
    items: [
      { id: 1n, raw: "0x00" },
      { id: 2n, raw: "0x" },
    ],
    limits: [1, 2],
    tags: ["a", ""],
    isFinal: true,
    delta: -5n,
    key: keccak256("0x02"),
  },
} as const;

type Sample = typeof permit | typeof safeMessage | typeof order;

/** viem derives the message's type from that of the data; several kinds of data together are too much for it. */
function loose(data: Sample): TypedDataDefinition {
  return data as unknown as TypedDataDefinition;
}

const at = { vault: VAULT, chainId: 31_337n, expiry: 1_800_000_000n } as const;

describe("typedDataApproval", () => {
  it.each([permit, safeMessage, order])("asks for the digest that viem gives for $primaryType", (data) => {
    expect(typedDataApproval({ ...data, ...at }).digest).toBe(hashTypedData(loose(data)));
  });

  it.each([permit, safeMessage, order])("encodes $primaryType as viem does, around an empty signature", (data) => {
    const { signature } = typedDataApproval({ ...data, ...at });
    expect(signature).toBe(wrapTypedDataSignature({ ...loose(data), signature: "0x" }));
    const separator = domainSeparator({ domain: data.domain });
    const { types, primaryType, message } = data;
    const contentsHash = hashStruct({ types, primaryType, data: message } as Parameters<typeof hashStruct>[0]);
    expect(slice(signature, 0, 64)).toBe(concat([separator, contentsHash]));
  });

  it.each([permit, safeMessage])("nests $primaryType in the vault's domain as viem does", (data) => {
    const verifierDomain = {
      name: "Synod AgentVault",
      version: "1",
      chainId: 31_337,
      verifyingContract: VAULT,
      salt: `0x${"00".repeat(32)}` as const,
    };
    expect(typedDataApproval({ ...data, ...at }).approvalId).toBe(hashNested({ ...loose(data), verifierDomain }));
  });

  it("is another approval for another vault and on another chain", () => {
    const ids = [
      typedDataApproval({ ...safeMessage, ...at }),
      typedDataApproval({ ...safeMessage, ...at, vault: APP }),
      typedDataApproval({ ...safeMessage, domain: { verifyingContract: APP }, ...at }),
      typedDataApproval({ ...safeMessage, domain: { verifyingContract: APP }, ...at, chainId: 1n }),
    ].map(({ approvalId }) => approvalId);
    expect(new Set(ids).size).toBe(4);
  });

  it("wants a rule for the application and the type", () => {
    const selector = slice(keccak256(stringToHex("SafeMessage(bytes message)")), 0, 4);
    expect(typedDataApproval({ ...safeMessage, ...at }).rule).toEqual({ target: APP, selector });
  });

  it.each([
    ["no contract", { ...safeMessage, domain: { chainId: 31_337 } }],
    ["another chain", { ...safeMessage, domain: { chainId: 1, verifyingContract: APP } }],
    ["a message that does not fit", { ...permit, message: { ...permit.message, spender: "0x12" } }],
  ])("refuses %s", (_what, data) => {
    expect(() => typedDataApproval({ ...data, ...at })).toThrow(expect.objectContaining({ code: "ARGUMENT_INVALID" }));
  });
});

describe("a vault whose policy has the rules", () => {
  let scene: Scene;
  beforeAll(async () => {
    const rules = [permit, safeMessage, order].map((data) => typedDataApproval({ ...data, ...at }).rule);
    scene = await setScene(0n, rules);
  });

  it.each([permit, safeMessage, order])(
    "answers for $primaryType once a decision approved it, and not before",
    async (data) => {
      const approval = typedDataApproval({ ...data, ...at, vault: scene.vault, expiry: await inSeconds(86_400n) });
      expect(await answer(approval)).toBe("0xffffffff");
      await carryOut(approval);
      expect(await answer(approval)).toBe("0x1626ba7e");
      const verified = chainClient().verifyHash({
        address: scene.vault,
        hash: approval.digest,
        signature: approval.signature,
      });
      expect(await verified).toBe(true);
      const { vault } = scene;
      const until = { address: vault, abi: agentVaultAbi, functionName: "approvedUntil" } as const;
      expect(await chainClient().readContract({ ...until, args: [approval.approvalId] })).toBeGreaterThan(0n);
    },
  );

  const answer = ({ digest, signature }: TypedDataApproval): Promise<Hex> =>
    chainClient().readContract({
      address: scene.vault,
      abi: agentVaultAbi,
      functionName: "isValidSignature",
      args: [digest, signature],
    });

  async function carryOut({ call }: TypedDataApproval): Promise<void> {
    const client = actAs(scene, "submitter");
    const action = { ...payment(scene, 0n), calls: [call] };
    const { decisionId } = await client.submitDecision({
      agentId: scene.agentId,
      action,
      deadline: await inSeconds(3_600n),
    });
    const decision = await client.getDecision({ decisionId });
    await resolve(scene.committee, decision, true);
    const signature = await authorize(scene.committee, decision, scene.vault);
    await client.executeDecision({ vault: scene.vault, decisionId, action, signature });
  }
});
