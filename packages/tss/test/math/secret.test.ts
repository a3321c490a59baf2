import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { Secret } from "../../src/math/secret.ts";

describe("Secret", () => {
  test("prints as redacted everywhere", () => {
    const secret = new Secret(Uint8Array.of(171, 205));
    const printed = [`${secret}`, JSON.stringify({ secret }), inspect({ secret }), inspect([secret], { depth: 9 })];
    for (const text of printed) {
      expect(text).toContain("[redacted]");
      expect(text).not.toMatch(/171|205/);
    }
  });

  test("exposes its value until it is wiped, and zeroes bytes", () => {
    const bytes = Uint8Array.of(1, 2);
    const secret = new Secret(bytes);
    expect(secret.expose()).toBe(bytes);
    secret.wipe();
    secret.wipe();
    expect([...bytes]).toEqual([0, 0]);
    expect(() => secret.expose()).toThrowError(expect.objectContaining({ code: "secretWiped" }));
  });

  test("holds numbers too", () => {
    const secret = new Secret(5n);
    expect(secret.expose()).toBe(5n);
    secret.wipe();
    expect(() => secret.expose()).toThrowError(expect.objectContaining({ code: "secretWiped" }));
  });
});
