/**
 * Parameters of the oblivious-transfer part. Sizes in bits carry no suffix; byte lengths end in LENGTH.
 */

/** kappa: bits of the group order. */
export const KAPPA = 256;

/** lambda_c: number of base OTs, and bits of the correlation Delta. */
export const LAMBDA_C = 128;

/** lambda_s: statistical parameter of the VOLE. */
export const LAMBDA_S = 128;

/** xi = kappa + 2 lambda_s: correlated OTs of one VOLE. */
export const XI = KAPPA + 2 * LAMBDA_S;

/** k: base OTs per block; a block's tree has 2^k leaves. */
export const K = 4;

/** 2^k: leaves of a block's tree. */
export const LEAVES = 2 ** K;

/** N_B = lambda_c / k: number of blocks. */
export const BLOCKS = LAMBDA_C / K;

/** sigma: bits of the extension check's field and of the extra masking columns. */
export const SIGMA = 128;

/** M = xi / sigma: field elements of a row that the check folds. */
export const CHECK_BLOCKS = XI / SIGMA;

/** l: Alice's inputs to one VOLE. */
export const VOLE_INPUTS = 2;

/** rho: check rows of the VOLE; the check's error is about q^-rho, so one is enough for a 256-bit q. */
export const VOLE_CHECKS = 1;

/** W = l + rho: scalars per correlated OT. */
export const VOLE_WIDTH = VOLE_INPUTS + VOLE_CHECKS;

/** Bytes of a base-OT key, of a tree node and of a leaf. */
export const SEED_LENGTH = LAMBDA_C / 8;

/** Bytes of an extended row: xi choice bits and sigma masking bits. */
export const ROW_LENGTH = (XI + SIGMA) / 8;

/** Bytes of a session id. */
export const SESSION_ID_LENGTH = 32;

/** Bytes of the base-OT receiver's message: two points for each of the 128 instances. */
export const OT_RECEIVER_MESSAGE_LENGTH = LAMBDA_C * 2 * 33;

/** Bytes of the base-OT sender's message: one point. */
export const OT_SENDER_MESSAGE_LENGTH = 33;

/** Bytes of Bob's tree message: per block 3 levels of 2 sums, the sum of the leaf hashes, their digest. */
export const PPRF_MESSAGE_LENGTH = BLOCKS * ((K - 1) * 2 * SEED_LENGTH + 64);

/** Bytes of Bob's extension message: u, x, t. */
export const EXTENSION_MESSAGE_LENGTH = BLOCKS * ROW_LENGTH + SIGMA / 8 + LAMBDA_C * (SIGMA / 8);

/** Bytes of Alice's VOLE message: a-tilde, eta, mu. */
export const VOLE_MESSAGE_LENGTH = XI * VOLE_WIDTH * 32 + 32 + 32;
