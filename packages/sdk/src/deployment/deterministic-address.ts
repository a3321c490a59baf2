import { type Address, getCreate2Address, type Hex } from "viem";
import { DEPLOYMENT_PROXY } from "./deployment-proxy.ts";

/** A contract before it is deployed. */
export type Creation = {
  /** 32 bytes; the same code under another salt stands elsewhere. */
  readonly salt: Hex;
  /** Creation code with the constructor's arguments behind it. */
  readonly creationCode: Hex;
};

/** Where the deployment proxy creates a contract, on every chain. Pure. Source: EIP-1014. */
export function deterministicAddress({ salt, creationCode }: Creation): Address {
  return getCreate2Address({ from: DEPLOYMENT_PROXY.address, salt, bytecode: creationCode });
}
