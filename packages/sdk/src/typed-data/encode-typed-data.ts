import { concat, encodeAbiParameters, type Hex, hashStruct, isHex, keccak256, stringToHex } from "viem";

/** The structs of some typed data: fields by name of struct. */
export type TypedDataTypes = Readonly<Record<string, readonly { readonly name: string; readonly type: string }[]>>;

/** Typed data without its domain. */
export type TypedDataContents = {
  readonly types: TypedDataTypes;
  readonly primaryType: string;
  readonly message: Readonly<Record<string, unknown>>;
};

/** EIP-712 `encodeType`: the struct, then those it refers to in the order of their names. Pure. */
export function encodeType({ types, primaryType }: Pick<TypedDataContents, "types" | "primaryType">): string {
  const others = [...structsBelow(types, primaryType, new Set())].filter((name) => name !== primaryType).sort();
  return [primaryType, ...others].map((name) => `${name}(${fieldsOf(types, name).join(",")})`).join("");
}

/**
 * EIP-712 `encodeData` without the type's hash: one word for each field of the struct. Pure. The data must be valid:
 * `validateTypedData` of viem.
 */
export function encodeContents({ types, primaryType, message }: TypedDataContents): Hex {
  const fields = types[primaryType] ?? [];
  return concat(fields.map(({ name, type }) => wordOf(types, type, message[name])));
}

function structsBelow(types: TypedDataTypes, name: string, found: Set<string>): ReadonlySet<string> {
  if (types[name] === undefined || found.has(name)) return found;
  found.add(name);
  for (const { type } of types[name]) structsBelow(types, type.replace(/(\[\d*\])+$/, ""), found);
  return found;
}

function fieldsOf(types: TypedDataTypes, name: string): readonly string[] {
  return (types[name] ?? []).map((field) => `${field.type} ${field.name}`);
}

/** One word: of a value that is longer, its hash. */
function wordOf(types: TypedDataTypes, type: string, value: unknown): Hex {
  const item = /^(.*)\[\d*\]$/.exec(type)?.[1];
  if (item !== undefined) return keccak256(concat(listOf(value).map((one) => wordOf(types, item, one))));
  if (types[type] !== undefined) return hashStruct({ types, primaryType: type, data: { ...Object(value) } });
  if (type === "string") return keccak256(stringToHex(String(value)));
  if (type === "bytes") return keccak256(isHex(value) ? value : "0x");
  return encodeAbiParameters([{ type }], [value]);
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
