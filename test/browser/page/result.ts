/** What the page reports to the test, in forms that cross from the browser to Node: hexadecimal text and counts. */
export type PageResult = {
  /** The group key that all three parties generated, compressed. */
  readonly groupKey: string;
  /** The digest that was signed, and r ‖ s ‖ v as each signer combined it. */
  readonly digest: string;
  readonly signatures: readonly string[];
  /** Bytes that all parties sent in each protocol. */
  readonly bytes: { readonly keygen: number; readonly presign: number; readonly sign: number };
  /** Milliseconds that each protocol took, all parties together. */
  readonly ms: { readonly keygen: number; readonly presign: number; readonly sign: number };
};
