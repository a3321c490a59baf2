const NAME = /`((?:test|testFuzz|invariant)_\w+)`/g;
const FILE = /`((?:[\w/]+\/)?\w+\.t\.sol)`/g;

/**
 * The Solidity tests that a text names and that are not there.
 *
 * @param sources The Solidity test files by path, with their text.
 * @returns names of tests and, by the end of their path, of files.
 */
export function missingTests(text: string, sources: ReadonlyMap<string, string>): readonly string[] {
  const files = [...sources.keys()];
  const code = [...sources.values()].join("\n");
  return [
    ...namesIn(text, NAME).filter((name) => !code.includes(`function ${name}(`)),
    ...namesIn(text, FILE).filter((name) => !files.some((file) => file.endsWith(`/${name}`))),
  ];
}

function namesIn(text: string, pattern: RegExp): readonly string[] {
  return [...text.matchAll(pattern)].map((match) => match[1] ?? "");
}
