import { usePointBackend } from "../../src/index.ts";
import { createMemoBackend } from "../harness/memo-backend.ts";

/*
 * Thousands of cases repeat the same sessions with one byte changed, so point products are remembered. Imported before
 * anything that computes a point: the choice of a backend is the first use.
 */
usePointBackend(createMemoBackend());
