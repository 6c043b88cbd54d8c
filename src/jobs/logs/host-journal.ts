/** The journal of a host's systemd, read as it is written. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Journal, JournalEntry } from '../../adapters/journal/journal.ts';
import type { Collecting } from './containers.ts';

/** How long is waited for an entry before it is looked anyway, and after something went wrong, ms. */
const WAIT_MS = 60_000;
const AGAIN_MS = 5_000;
/** How long entries are gathered once there is one, ms. */
const GATHER_MS = 50;
/** Entries of one batch. */
const MOST = 1_000;

/** Takes entries until the signal aborts. */
export async function collectJournal(journal: Journal, collecting: Collecting): Promise<void> {
  const { host, positions, signal, trouble } = collecting;
  const source = { host, service: 'journal', stream: 'journal' };
  const known = positions.get(source.stream);
  let cursor = typeof known === 'string' ? known : undefined;
  while (!signal.aborted) {
    try {
      const entries = await journal.read(cursor, signal);
      for (let at = 0; at < entries.length; at += MOST) {
        const batch = entries.slice(at, at + MOST);
        cursor = batch.at(-1)?.cursor ?? cursor;
        await collecting.send({ source, lines: batch.map(lineOf), position: cursor });
      }
      trouble('journal');
      if (entries.length > 0) continue;
      await journal.wait(cursor, WAIT_MS, signal);
      await sleep(GATHER_MS, undefined, { signal });
    } catch (error) {
      if (signal.aborted) return;
      trouble('journal', error);
      await sleep(AGAIN_MS, undefined, { signal }).catch(() => {});
    }
  }
}

/** An entry as syslog would print it, its level in front: `<3>ssh.service[812]: …`. */
const lineOf = ({ time, unit, message, priority, pid }: JournalEntry) => ({
  time: `${time}000`,
  text: `${priority === undefined ? '' : `<${priority}>`}${unit}${pid === undefined ? '' : `[${pid}]`}: ${message}`,
});
