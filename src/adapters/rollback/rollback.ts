/** Takes a host's packet filter back unless somebody keeps it in time, without an agent there: a script, a timer and three files. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { type ErrorCode, MusterError } from '../../errors.ts';
import { Firewall } from '../../firewall/firewall.ts';
import type { Facts } from '../../messages/facts.ts';
import { messages } from '../../messages/messages.ts';
import { type Output, printable, type RunOptions, type Shell } from '../../shell.ts';
import { defineAdapter } from '../adapter.ts';
import { ENDS, SCRIPT } from './scripts.ts';

/** How long one command may take, ms: it may wait for another. */
const PATIENCE_MS = 90_000;
/** How much `show` may tell, bytes. */
const SHOWN_BYTES = 256 * 1024 * 1024;

/** What is on disk of one firewall; `rules` is null where there was none of Muster's. */
export const Kept = z.strictObject({ id: z.string(), by: z.string(), rules: Firewall.nullable() });
export type Kept = z.output<typeof Kept>;

/** How things stand on a host. */
export interface Standing {
  /** The last one that was kept. */
  good?: Kept;
  /** One that is in force for as many ms as are left. */
  pending?: Kept & { left: number };
  /** Why the last good one could not be put in force; `lost` where none can be read. */
  trouble?: string;
  /** Whether the last good one is put in force when the host starts. */
  boots: boolean;
}

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
      const end = NAMES.get(output.code);
      if (end) throw problem(end, output, { shell, folder, change: words[0] });
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

const NAMES = new Map(
  Object.entries(ENDS).map(([name, code]) => [code as number, name as keyof typeof ENDS]),
);

function readStanding(stdout: string): Standing {
  const found: Standing = { boots: false };
  for (const line of stdout.split('\n')) {
    const [, what, rest = ''] = /^(\w+) (.*)$/.exec(line) ?? [];
    if (what === 'boots') found.boots = rest === 'yes';
    if (what === 'trouble') found.trouble ??= shortened(rest);
    const [, left, json = ''] = (what === 'pending' && /^(\d+) (.*)$/.exec(rest)) || [];
    const kept = Kept.safeParse(parsed(left === undefined ? rest : json)).data;
    if (what === 'good') found.good = kept;
    if (what === 'pending' && kept) found.pending = { ...kept, left: Number(left) * 10 };
    // Another Muster's words are as good as none.
    if ((what === 'good' || what === 'pending') && !kept) found.trouble ??= 'lost';
  }
  return found;
}

const shortened = (text: string): string => printable(text.replace(/^.*?Error: /, '')).slice(0, 200);

/** The error of a command that did not do what it was told. */
function problem(
  end: keyof typeof ENDS,
  { stdout, stderr }: Output,
  { shell, folder, change }: { shell: Shell; folder: string; change: string | undefined },
): MusterError {
  const { host } = shell;
  const words = messages().reasons.rollback;
  const lines = stderr.split('\n').filter((line) => line !== '');
  const make = (code: ErrorCode, facts: Facts) => new MusterError(code, { host, ...facts }, { lines });
  switch (end) {
    case 'root':
      return make('firewall.root', {});
    case 'lacks':
      return make('shell.notfound', { program: printable(stdout.trim()) });
    case 'waiting': {
      const waiting = Kept.safeParse(parsed(stdout)).data;
      return make('firewall.waiting', { id: waiting?.id, by: waiting?.by });
    }
    case 'gone':
    case 'same':
      return make(`firewall.${end}`, { id: change });
    case 'moved':
      return make('firewall.moved', {});
    case 'trouble':
      return make('firewall.trouble', { trouble: shortened(stdout.trim()) });
    case 'refused':
      return make('firewall.refused', { message: shortened(lines[0] ?? '') });
    case 'cut':
      return make('firewall.refused', { message: words.cut });
    case 'timer':
      return make('firewall.refused', { message: words.timer });
    case 'folder':
      return make('firewall.refused', { message: words.folder({ folder }) });
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
