import { describe, expect, it } from "vitest";
import { SendQueue } from "../src/send-queue.ts";

const frame = (bytes: number, mark = 0) => new Uint8Array(bytes).fill(mark);

describe("send queue", () => {
  it("hands out what it took, oldest first", () => {
    const queue = new SendQueue({ maxQueueFrames: 3, maxQueueBytes: 100 });
    expect([1, 2, 3].map((mark) => queue.offer(frame(1, mark)))).toEqual([true, true, true]);
    expect([queue.take(), queue.take(), queue.take(), queue.take()]).toEqual([
      frame(1, 1),
      frame(1, 2),
      frame(1, 3),
      undefined,
    ]);
  });

  it("has room again after a frame was taken, in frames and in bytes", () => {
    const queue = new SendQueue({ maxQueueFrames: 2, maxQueueBytes: 10 });
    expect([queue.offer(frame(10)), queue.offer(frame(1))]).toEqual([true, false]);
    queue.take();
    expect([queue.offer(frame(1)), queue.offer(frame(1)), queue.offer(frame(1))]).toEqual([true, true, false]);
    expect(queue.length).toBe(2);
    queue.take();
    expect(queue.offer(frame(9))).toBe(true);
  });
});
