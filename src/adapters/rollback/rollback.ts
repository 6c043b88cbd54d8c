/** Takes a host's packet filter back unless somebody keeps it in time, without an agent there: a script, a timer and three files. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { RunOptions } from '../../shell.ts';
import { defineAdapter } from '../adapter.ts';
import { problemOf } from './problem.ts';
import { ENDS } from './scripts/ends.ts';
import { SCRIPT } from './scripts/script.ts';
import { type Kept, readStanding, type Standing } from './standing.ts';

/** How long one command may take, ms: it may wait for another. */
const PATIENCE_MS = 90_000;
/** How much `show` may tell, bytes. */
const SHOWN_BYTES = 256 * 1024 * 1024;

/** A change: what is to be in force, and as nft takes it. */
export interface RulesetChange extends Kept {
  ruleset: string;
  /** How long it may stay without being kept, ms; whole seconds count. */
  keepWithin: number;
  /** The id of the last good one, as `show` told it. */
  seen: string;
  /** The table's name in `ruleset`. */
  table: string;
}

type Command = 'install' | 'apply' | 'keep' | 'revert' | 'show' | 'boot';

/** A command's line; the script travels with it, so that a host needs nothing to be asked. */
export const commandArgv = (folder: string, command: Command, ...words: string[]): string[] => [
  'sh',
  '-c',
  SCRIPT,
  'muster-firewall',
  folder,
  command,
  ...words,
];

/** What `apply` reads: the sum of all that follows, the rules as JSON, the ruleset. */
export function uploadOf({ id, by, rules, ruleset }: Kept & { ruleset: string }): string {
  const body = `# ${JSON.stringify({ id, by, rules })}\n${ruleset}`;
  return `# ${sha256(body)}\n${body}`;
}

export const rollback = defineAdapter({
  name: 'rollback',
  about: 'What takes a packet filter back on a host without a guardian',
  options: z.strictObject({
    folder: z
      .string()
      .regex(/^(?:\/[A-Za-z0-9._-]+){2,}$/)
      .default('/var/lib/muster/firewall')
      .describe("root's own folder for what was kept last"),
  }),
  open: ({ shell, options: { folder } }) => {
    const run = async (command: Command, words: readonly string[], more: RunOptions = {}) => {
      const argv = commandArgv(folder, command, ...words);
      const accept = [0, ...Object.values(ENDS)];
      const output = await shell.run(argv, { timeout: PATIENCE_MS, cwd: '/', accept, ...more });
      const problem = problemOf(output, { shell, folder, change: words[0] });
      if (problem) throw problem;
      return output.stdout;
    };
    return {
      /** How things stand. What is late is taken back first. */
      show: async (signal?: AbortSignal): Promise<Standing> =>
        readStanding(await run('show', [], { signal, keep: SHOWN_BYTES })),
      /**
       * Puts a ruleset in force until it is kept: what to go back to is on disk, and the timer runs, before. Rejects with
       * `firewall.waiting`, `firewall.trouble` or `firewall.refused`: then nothing changed. `firewall.moved` where `seen` is not
       * the last good one any more.
       */
      async apply(
        { keepWithin, seen, table, ...change }: RulesetChange,
        signal?: AbortSignal,
      ): Promise<void> {
        await run('install', [table, sha256(SCRIPT)], { signal, stdin: SCRIPT });
        const seconds = String(Math.ceil(keepWithin / 1_000));
        await run('apply', [change.id, seconds, seen, table], { signal, stdin: uploadOf(change) });
      },
      /** Keeps a change. Rejects with `firewall.gone`, and with `firewall.same` over the connection by which it was put in force. */
      keep: async (id: string, signal?: AbortSignal): Promise<void> =>
        void (await run('keep', [id], { signal })),
      /** Takes a change back; rejects with `firewall.gone` or `firewall.trouble`. */
      revert: async (id: string): Promise<void> => void (await run('revert', [id])),
      /** What happens when the host starts. */
      boot: async (table: string): Promise<void> => void (await run('boot', [table])),
    };
  },
});

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
