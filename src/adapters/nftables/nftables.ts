/** The packet filter of one host, as one table of nftables that is Muster's own. All else in the kernel stays as it is. */
import { z } from 'zod';
import { MusterError } from '../../errors.ts';
import type { Firewall } from '../../firewall/firewall.ts';
import { messages } from '../../messages/messages.ts';
import { printable, type RunOptions, type Shell } from '../../shell.ts';
import { defineAdapter } from '../adapter.ts';
import { driftOf, type Words } from './drift.ts';
import { type Listed, parseListing } from './listing.ts';
import { tableOf } from './ruleset.ts';
import { renderRemoval, renderTable } from './table.ts';

/** How long nft may take, ms, and how much it may list, bytes. */
const PATIENCE_MS = 60_000;
const LISTING_BYTES = 256 * 1024 * 1024;

/** Tells what nft should do; `check` only asks whether the kernel would. The ruleset is on standard input. */
export const loadArgv = (check = false): string[] => ['nft', ...(check ? ['--check'] : []), '--file', '-'];
/** Lists the tables there are, without what is in them. */
export const tablesArgv = (): string[] => ['nft', '--json', 'list', 'tables'];
/** Lists one table for programs. */
export const listArgv = (table: string): string[] => ['nft', '--json', 'list', 'table', 'inet', table];
/** Lists one table for people, with the handles of its rules. */
export const wordsArgv = (table: string): string[] => [
  'nft',
  '--handle',
  '--stateless',
  'list',
  'table',
  'inet',
  table,
];

export const nftables = defineAdapter({
  name: 'nftables',
  about: 'The packet filter of one host',
  options: z.object({
    table: z
      .string()
      .regex(/^[a-z][a-z0-9_]{0,31}$/)
      .default('muster')
      .describe('the table that is ours alone'),
  }),
  open: ({ shell, options: { table } }) => {
    const read = async (watch: RunOptions = {}): Promise<Listed | undefined> => {
      const options = { ...watch, timeout: PATIENCE_MS, keep: LISTING_BYTES };
      const tables = await told(shell, shell.run(tablesArgv(), options));
      if (!hasTable(tables.stdout, table)) return undefined;
      return parseListing((await told(shell, shell.run(listArgv(table), options))).stdout);
    };
    const load = async (text: string, check: boolean, watch: RunOptions): Promise<void> => {
      const options = { ...watch, stdin: text, timeout: PATIENCE_MS };
      await told(shell, shell.run(loadArgv(check), options));
    };
    return {
      /** The name of our table. */
      table,
      /** The ruleset as `nft -f` takes it: one transaction that replaces the table and touches nothing else. */
      render: (firewall: Firewall): string => renderTable(table, tableOf(firewall)),
      /** Rejects with `firewall.refused` where the kernel would not take it; changes nothing. */
      check: (firewall: Firewall, watch: RunOptions = {}): Promise<void> =>
        load(renderTable(table, tableOf(firewall)), true, watch),
      /**
       * Puts a firewall in force: all of it, or nothing and `firewall.refused`. Established connections go on. What the
       * table held before is gone, whoever put it there: `drift` says beforehand what that is.
       */
      replace: (firewall: Firewall, watch: RunOptions = {}): Promise<void> =>
        load(renderTable(table, tableOf(firewall)), false, watch),
      /** Takes the table away, so that nothing is filtered by it; nothing happens where there is none. */
      remove: (watch: RunOptions = {}): Promise<void> => load(renderRemoval(table), false, watch),
      /** The table as the kernel has it; undefined where there is none. */
      read,
      /**
       * How the kernel's table differs from what a firewall comes to, as lines for people: `+` was put there, `-` was
       * taken away. Nothing where it is the same; undefined where there is no table at all.
       */
      async drift(firewall: Firewall, watch: RunOptions = {}): Promise<string[] | undefined> {
        const found = await read(watch);
        if (!found) return undefined;
        const wanted = tableOf(firewall);
        if (driftOf(wanted, found, { rules: new Map() }).length === 0) return [];
        const options = { ...watch, timeout: PATIENCE_MS, keep: LISTING_BYTES };
        const { stdout } = await told(shell, shell.run(wordsArgv(table), options));
        return driftOf(wanted, found, wordsOf(stdout));
      },
    };
  },
  probe: (firewall) => firewall.read(),
});

const Tables = z.object({
  nftables: z.array(z.looseObject({ table: z.object({ family: z.string(), name: z.string() }).optional() })),
});

const hasTable = (listing: string, name: string): boolean =>
  Tables.parse(JSON.parse(listing)).nftables.some(
    ({ table }) => table?.family === 'inet' && table.name === name,
  );

const wordsOf = (listing: string): Words => ({
  rules: new Map(
    [...listing.matchAll(/^\t\t(.+) # handle (\d+)$/gm)].map(([, text, handle]) => [
      Number(handle),
      text!.slice(0, 300),
    ]),
  ),
  flags: /^\tflags (.+)$/m.exec(listing)?.[1],
});

/** What nft said when it ended badly becomes `firewall.refused`; all else stays what it is. */
function told<T>(shell: Shell, call: Promise<T>): Promise<T> {
  return call.catch((error) => {
    if (!(error instanceof MusterError) || error.code !== 'shell.exit') throw error;
    const said = error.lines.find((line) => /Error:|^nft: |not permitted/.test(line)) ?? error.lines[0];
    const message = said
      ? printable(said.replace(/^.*?Error: /, '')).slice(0, 200)
      : messages().reasons.notSaid({ tool: 'nft' });
    const facts = { host: shell.host, message };
    throw new MusterError('firewall.refused', facts, { cause: error, lines: error.lines });
  });
}
