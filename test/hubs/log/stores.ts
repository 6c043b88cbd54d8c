/** Stores in folders of their own, and lines for them. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { LogLimits, LogStore, Wanted } from '../../../src/hubs/log/log.ts';
import { openLogStore, type StoreOptions } from '../../../src/hubs/log/store.ts';
import type { Line, LineSource, Printed } from '../../../src/lines.ts';

export const LIMITS: LogLimits = { size: 1e9, age: 365 * 86_400_000, fresh: 1_000_000, waiting: 8_000_000 };

/** What the clock says, ms: later than the lines. */
export const NOW = 1_700_010_000_000;

/** What closes the stores of a folder before it goes. */
const closers = new Map<string, () => Promise<void>>();

/** A folder that is removed after the test. */
export async function folderFor(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'muster-logs-'));
  closers.set(folder, async () => {});
  t.after(async () => {
    await closers.get(folder)?.();
    closers.delete(folder);
    await rm(folder, { recursive: true, force: true });
  });
  return folder;
}

/** A store in a folder; it is closed after the test, and `reopen` closes it and opens the folder again. */
export async function openStore(
  t: TestContext,
  limits: Partial<LogLimits> = {},
  options: StoreOptions & { folder?: string } = {},
): Promise<{ store: LogStore; folder: string; reopen(): Promise<LogStore> }> {
  const folder = options.folder ?? (await folderFor(t));
  const clock = { now: () => NOW, ...options };
  let store = await openLogStore(folder, { ...LIMITS, ...limits }, clock);
  const close = () => store.close();
  if (closers.has(folder)) closers.set(folder, close);
  else t.after(close);
  return {
    store,
    folder,
    async reopen() {
      await store.close();
      store = await openLogStore(folder, { ...LIMITS, ...limits }, clock);
      return store;
    },
  };
}

/** A container of an app. */
export const source = (app: string, stream = 'a1b2c3d4', more: Partial<LineSource> = {}): LineSource => ({
  ...{ app, service: 'web', host: 'web-1', generation: 'r-1', stream, ...more },
});

const START = 1_699_990_000_000_000_000n;
const SECOND = 1_000_000_000n;

/** The time of a sequence number, a second each. */
export const at = (seq: number): bigint => START + BigInt(seq) * SECOND;

/** Lines of these texts, from a sequence number on. */
export const lines = (texts: readonly string[], from = 1, more: Partial<Printed> = {}): Printed[] =>
  texts.map((text, index) => ({ seq: from + index, time: at(from + index), text, ...more }));

/** Lines `line 1`, `line 2` … with some weight, from one number to another. */
export const numbered = (from: number, to: number): Printed[] =>
  lines(
    Array.from({ length: to - from + 1 }, (_, index) => `line ${from + index} ${'x'.repeat(80)}`),
    from,
  );

/** All that is found. */
export async function found(store: LogStore, wanted: Wanted, asked = {}): Promise<Line[]> {
  const all: Line[] = [];
  for await (const line of store.query(wanted, asked).lines) all.push(line);
  return all;
}

/** What the messages say. */
export const texts = (all: readonly Line[]): string[] => all.map(({ message }) => message);
