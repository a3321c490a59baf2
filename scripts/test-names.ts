const TEST = /`((?:test|testFuzz|invariant)_\w+|_[a-z]\w+)`/g;
const FILE = /`((?:[\w/]+\/)?\w+\.(?:t\.)?sol)`/g;

/**
 * The Solidity tests that a text names and that are not there.
 *
 * @param sources Solidity files by path, with their text: tests, what they share, proofs, and what they are about.
 * @returns names of tests and of the checks of campaigns (`_likeThis`) and, by the end of their path, of files.
 */
export function missingTests(text: string, sources: ReadonlyMap<string, string>): readonly string[] {
  const files = [...sources.keys()];
  const code = [...sources.values()].join("\n");
  return [
    ...namesIn(text, TEST).filter((name) => !code.includes(`function ${name}(`)),
    ...namesIn(text, FILE).filter((name) => !files.some((file) => `/${file}`.endsWith(`/${name}`))),
  ];
}

/** The Solidity tests, by their paths, that a text does not name by the end of the path. */
export function unnamedTests(text: string, files: readonly string[]): readonly string[] {
  const named = namesIn(text, FILE);
  return files.filter((file) => !named.some((name) => `/${file}`.endsWith(`/${name}`)));
}

function namesIn(text: string, pattern: RegExp): readonly string[] {
  return [...text.matchAll(pattern)].map((match) => match[1] ?? "");
}
