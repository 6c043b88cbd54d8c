/**
 * The packet filter of one host by way of ufw, for hosts that are kept with it. It gives what nftables gives, or refuses.
 * What a container engine publishes passes ufw by, so a chain beside it keeps that to the same rules. ufw is neither switched
 * on nor off, and rules of others stay: ours are asked first, and end with what drops all else.
 */
import { join } from 'node:path/posix';
import { z } from 'zod';
import { MusterError } from '../../errors.ts';
import type { Firewall } from '../../firewall/firewall.ts';
import { messages } from '../../messages/messages.ts';
import { printable, type RunOptions, type Shell } from '../../shell.ts';
import { defineAdapter } from '../adapter.ts';
import { type Found, isAbsent, ufwDrift } from './drift.ts';
import { withRules } from './files.ts';
import { rulesOf, type UfwRule } from './rules.ts';
import { chainOf, readTranslated, restoring } from './translated.ts';

const PATIENCE_MS = 60_000;
const KEEP_BYTES = 16 * 1024 * 1024;
const FAMILIES = [4, 6] as const;
const IPTABLES = { 4: 'iptables', 6: 'ip6tables' } as const;
const FILES = { 4: 'user.rules', 6: 'user6.rules' } as const;

/** Loads rules into the chains they name, and leaves all others alone. */
export const restoreArgv = (family: 4 | 6, test = false): string[] => [
  `${IPTABLES[family]}-restore`,
  '--noflush',
  ...(test ? ['--test'] : []),
];
/** Lists the rules of one table. */
export const saveArgv = (family: 4 | 6, table: 'filter' | 'mangle'): string[] => [
  `${IPTABLES[family]}-save`,
  '-t',
  table,
];

export const ufw = defineAdapter({
  name: 'ufw',
  about: 'The packet filter of one host, by way of ufw',
  options: z.object({
    folder: z.string().startsWith('/').default('/etc/ufw').describe("ufw's folder"),
    defaults: z.string().startsWith('/').default('/etc/default/ufw').describe("ufw's settings"),
  }),
  open: ({ shell, options }) => {
    const { host } = shell;
    const run = (argv: readonly string[], more: RunOptions = {}) =>
      told(shell, shell.run(argv, { timeout: PATIENCE_MS, env: { LC_ALL: 'C' }, ...more }));
    const path = (family: 4 | 6) => join(options.folder, FILES[family]);
    const text = async (file: string, watch: RunOptions) =>
      (await run(['cat', '--', file], { ...watch, keep: KEEP_BYTES })).stdout;
    const enabled = async (watch: RunOptions) =>
      /^ENABLED=["']?yes/im.test(await text(join(options.folder, 'ufw.conf'), watch));
    const saved = async (family: 4 | 6, table: 'filter' | 'mangle', watch: RunOptions) =>
      (await run(saveArgv(family, table), { ...watch, keep: KEEP_BYTES })).stdout;

    const look = async (family: 4 | 6, watch: RunOptions): Promise<Found> => {
      const [file, filter, mangle] = await Promise.all([
        text(path(family), watch),
        saved(family, 'filter', watch),
        saved(family, 'mangle', watch),
      ]);
      return { file, filter, translated: readTranslated(mangle) };
    };
    const lookBoth = async (watch: RunOptions) => ({ 4: await look(4, watch), 6: await look(6, watch) });
    /** A file with rules of ours in it instead of those that are there. */
    const rewritten = (found: Found, rules: readonly UfwRule[], family: 4 | 6): string => {
      const after = withRules(found.file, rules, family);
      if (after !== undefined) return after;
      throw new MusterError('firewall.refused', { host, message: path(family) });
    };

    /** A file is whole or as it was. */
    const write = async (file: string, family: 4 | 6, watch: RunOptions) => {
      const scratch = `${path(family)}.muster`;
      await run(['dd', `of=${scratch}`, 'status=none', 'conv=fsync'], { ...watch, stdin: file });
      await run(['chmod', '0640', '--', scratch], watch);
      await run(['mv', '--force', '--', scratch, path(family)], watch);
    };
    /** Puts rules in force in one family, and into its file; the chain of ours is taken away where it is not to be. */
    const load = async (
      { file, chain }: { file: string; chain: string[] | undefined },
      family: 4 | 6,
      watch: RunOptions,
    ) => {
      const { filter, translated } = await look(family, watch);
      await write(file, family, watch);
      if (hasChains(filter, family)) await run(restoreArgv(family), { ...watch, stdin: file });
      if (chain !== undefined || translated.chain !== undefined)
        await run(restoreArgv(family), { ...watch, stdin: restoring(chain, translated) });
    };
    /** Both families; where one of them fails, both are put back. */
    const change = async (
      to: (found: Found, family: 4 | 6) => Parameters<typeof load>[0],
      watch: RunOptions,
    ) => {
      const before = await lookBoth(watch);
      const wanted = { 4: to(before[4], 4), 6: to(before[6], 6) };
      try {
        for (const family of FAMILIES) await load(wanted[family], family, watch);
      } catch (error) {
        for (const family of FAMILIES)
          await load({ file: before[family].file, chain: before[family].translated.chain }, family, {});
        throw error;
      }
    };

    return {
      /** Rejects with `setup.missing` where there is no ufw. */
      async installed(watch: RunOptions = {}): Promise<void> {
        await shell.run(['ufw', 'version'], { timeout: PATIENCE_MS, ...watch }).catch((error) => {
          if (!(error instanceof MusterError) || error.code !== 'shell.notfound') throw error;
          throw new MusterError(
            'setup.missing',
            { what: 'ufw', fix: 'apt-get install ufw' },
            { cause: error },
          );
        });
      },
      /** Whether ufw is switched on. */
      enabled: (watch: RunOptions = {}): Promise<boolean> => enabled(watch),
      /** Rejects with `firewall.off`, `firewall.unsupported` or `firewall.refused`; changes nothing. */
      async check(firewall: Firewall, watch: RunOptions = {}): Promise<void> {
        const rules = rulesOf(firewall, host);
        if (!(await enabled(watch))) throw new MusterError('firewall.off', { host });
        if (!/^IPV6=["']?yes/im.test(await text(options.defaults, watch)))
          throw new MusterError('firewall.unsupported', { host, message: messages().firewall.ufw.ipv6 });
        const found = await lookBoth(watch);
        for (const family of FAMILIES)
          for (const stdin of [
            rewritten(found[family], rules[family], family),
            restoring(chainOf(rules[family]), found[family].translated),
          ])
            await run(restoreArgv(family, true), { ...watch, stdin });
      },
      /**
       * Puts a firewall in force: each family at once. Where ufw is switched off it stays off: its files are written, and what
       * engines publish is kept to the rules. Where ufw is on and was not loaded yet, as while a host starts, it is loaded.
       */
      async replace(firewall: Firewall, watch: RunOptions = {}): Promise<void> {
        const rules = rulesOf(firewall, host);
        await change(
          (found, family) => ({
            file: rewritten(found, rules[family], family),
            chain: chainOf(rules[family]),
          }),
          watch,
        );
        const { filter } = await look(4, watch);
        if (!hasChains(filter, 4) && (await enabled(watch))) await run(['ufw', '--force', 'enable'], watch);
      },
      /** Takes our rules away: what was there before them holds again. */
      async remove(watch: RunOptions = {}): Promise<void> {
        await change((found, family) => ({ file: rewritten(found, [], family), chain: undefined }), watch);
      },
      /** As that of nftables: how what is there differs from what a firewall comes to; undefined where none of it is there. */
      async drift(firewall: Firewall, watch: RunOptions = {}): Promise<string[] | undefined> {
        const found = await lookBoth(watch);
        if (FAMILIES.every((family) => isAbsent(found[family]))) return undefined;
        if (!(await enabled(watch))) return [messages().firewall.drift.off];
        const rules = rulesOf(firewall, host);
        return FAMILIES.flatMap((family) => ufwDrift(rules[family], found[family], family));
      },
    };
  },
  probe: (firewall) => firewall.enabled(),
});

/** Whether ufw is in force. */
const hasChains = (filter: string, family: 4 | 6): boolean =>
  filter.includes(`\n:ufw${family === 6 ? '6' : ''}-user-input `);

/** What a program said when it ended badly becomes `firewall.refused`; all else stays what it is. */
function told<T>(shell: Shell, call: Promise<T>): Promise<T> {
  return call.catch((error) => {
    if (!(error instanceof MusterError) || error.code !== 'shell.exit') throw error;
    const message = printable(error.lines.at(-1) ?? messages().reasons.notSaid({ tool: 'ufw' })).slice(
      0,
      200,
    );
    throw new MusterError(
      'firewall.refused',
      { host: shell.host, message },
      { cause: error, lines: error.lines },
    );
  });
}
