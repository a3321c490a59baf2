// The tags of the protocol's hashes: which of them the registry has, the code uses, and the protocol documents name.

const REGISTERED = /^ {2}"([a-z0-9/-]+)",$/gm;
const NAMED = /\b(?:H|Hs|H2C)\('([a-z0-9/-]+)'/g;

/** Texts by file name. */
export type Texts = ReadonlyMap<string, string>;

function firstGroups(text: string, pattern: RegExp): readonly string[] {
  return [...text.matchAll(pattern)].map((match) => match[1] ?? "");
}

/** Tags of the registry: the lines of its one list. */
export function registeredTags(registry: string): readonly string[] {
  return firstGroups(registry, REGISTERED);
}

/** Tags that a protocol document names where it hashes: `H('tag', …)`, `Hs('tag', …)` or `H2C('tag', …)`. */
export function namedTags(text: string): readonly string[] {
  return firstGroups(text, NAMED);
}

/**
 * What is wrong with the tags, one line each.
 * @param protocols the protocol documents
 * @param sources code that may hash, without the registry
 */
export function checkTags(tags: readonly string[], protocols: Texts, sources: Texts): readonly string[] {
  const named = new Set([...protocols.values()].flatMap(namedTags));
  const code = [...sources.values()].join("\n");
  return [
    ...tags.filter((tag) => !named.has(tag)).map((tag) => `no protocol document hashes under the tag ${tag}`),
    ...tags.filter((tag) => !code.includes(`"${tag}"`)).map((tag) => `no source uses the tag ${tag}`),
    ...[...protocols].flatMap(([file, text]) =>
      namedTags(text)
        .filter((tag) => !tags.includes(tag))
        .map((tag) => `${file}: there is no tag ${tag}`),
    ),
  ];
}
