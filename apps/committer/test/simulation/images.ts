import { createImage } from "./world/genesis.ts";
import { SHAPES, type ShapeName } from "./world/terms.ts";
import type { WorldImage } from "./world/world.ts";

const images = new Map<ShapeName, Promise<WorldImage>>();

/** The committee of a size, brought to life once in this process: its key generation is the dear part. */
export function imageOf(shape: ShapeName): Promise<WorldImage> {
  const known = images.get(shape) ?? createImage(SHAPES[shape]);
  images.set(shape, known);
  return known;
}
