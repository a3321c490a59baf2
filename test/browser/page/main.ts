// The page with the curve library.
import { runCommittee } from "./committee.ts";
import "./global.ts";

globalThis.runCommittee = runCommittee;
