/** The journal of a host's systemd (journalctl(1), systemd.journal-fields(7)), from a cursor on. */
import { z } from 'zod';
import { MusterError } from '../../errors.ts';
import { defineAdapter, noOptions } from '../adapter.ts';
import { FIRST, PIECE } from './script.ts';

/** One entry, as far as it is kept. */
export interface JournalEntry {
  /** Microseconds since the epoch, decimal. */
  time: string;
  cursor: string;
  /** The unit, or the name by which the program logs. */
  unit: string;
  message: string;
  /** 0 (emergency) to 7 (debug), syslog(3). */
  priority?: number;
  pid?: string;
}

const Field = z.union([z.string(), z.array(z.number().int().min(0).max(255)), z.null()]);
const Entry = z.object({
  __CURSOR: z.string(),
  __REALTIME_TIMESTAMP: z.string().regex(/^\d{1,19}$/),
  MESSAGE: z.union([Field, z.array(Field)]).optional(),
  PRIORITY: z.string().optional().catch(undefined),
  _SYSTEMD_UNIT: z.string().optional().catch(undefined),
  SYSLOG_IDENTIFIER: z.string().optional().catch(undefined),
  _PID: z.string().optional().catch(undefined),
});

export const journal = defineAdapter({
  name: 'journal',
  about: "The system's journal",
  options: noOptions,
  open: ({ shell }) => {
    const after = (cursor: string | undefined) =>
      cursor === undefined ? ['--boot'] : [`--after-cursor=${cursor}`];
    const plain = ['--output=json', '--quiet', '--no-pager'];
    const first = async (words: readonly string[], signal?: AbortSignal) => {
      const { stdout, code } = await shell.run(['sh', '-c', FIRST, 'sh', ...words], {
        env: { LC_ALL: 'C' },
        keep: 2 * PIECE,
        accept: [0, 69],
        signal,
      });
      if (code === 69) throw new MusterError('shell.notfound', { host: shell.host, program: 'journalctl' });
      return stdout;
    };
    return {
      /** The next entries after a cursor (or of this boot), at most a few thousand; none where there are no more. */
      async read(cursor: string | undefined, signal?: AbortSignal): Promise<JournalEntry[]> {
        const text = await first([...plain, '--all', ...after(cursor)], signal);
        if (text === '' || text.includes('\n')) return entriesOf(text);
        // The first entry is longer than a piece: its long fields are left out.
        return entriesOf(await first([...plain, ...after(cursor)], signal));
      },
      /** Resolves when there may be an entry after a cursor, or after so many ms. */
      async wait(cursor: string | undefined, limit: number, signal: AbortSignal): Promise<void> {
        const enough = new AbortController();
        const both = AbortSignal.any([signal, enough.signal, AbortSignal.timeout(limit)]);
        const argv = ['journalctl', '--follow', '--no-tail', '--output=cat', '--quiet', ...after(cursor)];
        const options = { env: { LC_ALL: 'C' }, signal: both, keep: 0, accept: [0, 1] };
        await shell
          .run(argv, { ...options, onLine: () => enough.abort() })
          .catch((error) => (both.aborted ? undefined : Promise.reject(error as Error)));
      },
    };
  },
});

export type Journal = ReturnType<typeof journal.open>;

/** The whole lines of what was printed; what is no entry is left out. */
export function entriesOf(text: string): JournalEntry[] {
  return text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .flatMap((line) => {
      const entry = Entry.safeParse(parse(line));
      if (!entry.success) return [];
      const { data } = entry;
      const priority = /^[0-7]$/.test(data.PRIORITY ?? '') ? Number(data.PRIORITY) : undefined;
      return [
        {
          time: data.__REALTIME_TIMESTAMP,
          cursor: data.__CURSOR,
          unit: data._SYSTEMD_UNIT ?? data.SYSLOG_IDENTIFIER ?? 'kernel',
          message: textOf(data.MESSAGE),
          ...(priority !== undefined && { priority }),
          ...(data._PID !== undefined && { pid: data._PID }),
        },
      ];
    });
}

/** A field that is no UTF-8 comes as its bytes; one that was set several times as a list. */
function textOf(field: z.infer<typeof Entry>['MESSAGE']): string {
  if (field === undefined || field === null) return '';
  if (typeof field === 'string') return field;
  if (field.every((one) => typeof one === 'number')) return Buffer.from(field as number[]).toString('utf8');
  return field.map((one) => textOf(one as z.infer<typeof Field>)).join('\n');
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
