import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { Polled } from "./polled.svelte";

let hidden = false;

beforeEach(() => {
  vi.useFakeTimers();
  hidden = false;
  Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden });
});
afterEach(() => vi.useRealTimers());

function show(is: boolean): void {
  hidden = !is;
  document.dispatchEvent(new Event("visibilitychange"));
}

test("it is asked as often as the most eager wants, and no more when nobody watches", async () => {
  const question = vi.fn(async () => question.mock.calls.length);
  const polled = new Polled(question);
  const calm = polled.follow(60_000);
  await vi.advanceTimersByTimeAsync(59_000);
  expect(question).toHaveBeenCalledTimes(1);
  const eager = polled.follow(5000);
  await vi.advanceTimersByTimeAsync(20_500);
  expect(question).toHaveBeenCalledTimes(6);
  eager();
  await vi.advanceTimersByTimeAsync(5000); // the question that was due
  await vi.advanceTimersByTimeAsync(50_000);
  expect(question).toHaveBeenCalledTimes(7);
  expect(polled.data).toBe(7);
  calm();
  await vi.advanceTimersByTimeAsync(300_000);
  expect(question).toHaveBeenCalledTimes(7);
  expect(polled.data).toBeUndefined();
});

test("nothing is asked while the tab is hidden, and at once when it is seen again", async () => {
  const question = vi.fn(async () => 1);
  const stop = new Polled(question).follow(1000);
  await vi.advanceTimersByTimeAsync(0);
  show(false);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(question).toHaveBeenCalledTimes(1);
  show(true);
  await vi.advanceTimersByTimeAsync(0);
  expect(question).toHaveBeenCalledTimes(2);
  stop();
});

test("what a change answered with is not undone by an older question", async () => {
  let answer: (said: string) => void = () => undefined;
  const polled = new Polled(() => new Promise<string>((resolve) => (answer = resolve)));
  const stop = polled.follow(1000);
  polled.put("away");
  answer("home");
  await vi.advanceTimersByTimeAsync(0);
  expect(polled.data).toBe("away");
  stop();
});

test("a refusal is said, what was known stays", async () => {
  let isWell = true;
  const polled = new Polled(async () => {
    if (!isWell) throw new Error("The server does not answer.");
    return 1;
  });
  const stop = polled.follow(1000);
  await vi.advanceTimersByTimeAsync(0);
  isWell = false;
  await vi.advanceTimersByTimeAsync(1000);
  expect([polled.data, polled.problem]).toEqual([1, "The server does not answer."]);
  isWell = true;
  await vi.advanceTimersByTimeAsync(1000);
  expect(polled.problem).toBeNull();
  stop();
});
