/**
 * The packet filter of one host by way of ufw, for hosts that are kept with it. It gives what nftables gives, or refuses:
 * what a container engine publishes passes ufw by, so a host with one needs nftables.
 */
import { join } from 'node:path/posix';
import { z } from 'zod';
import { MusterError } from '../../errors.ts';
import type { Firewall } from '../../firewall/firewall.ts';
import { messages } from '../../messages/messages.ts';
import { printable, type RunOptions, type Shell } from '../../shell.ts';
import { defineAdapter } from '../adapter.ts';
import { comparable, lineOf, tuplesOf, withRules } from './files.ts';
import { rulesOf, type UfwRules } from './rules.ts';

const PATIENCE_MS = 60_000;
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
export const saveArgv = (family: 4 | 6, table: 'filter' | 'nat'): string[] => [
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
      (await run(['cat', '--', file], { ...watch, keep: 16 * 1024 * 1024 })).stdout;
    const files = async (watch: RunOptions) => ({
      4: await text(path(4), watch),
      6: await text(path(6), watch),
    });
    const active = async (watch: RunOptions = {}) =>
      (await run(['ufw', 'status'], watch)).stdout.startsWith('Status: active');

    /** What the files are to be, where ufw can do what is asked on this host. */
    const prepared = async (firewall: Firewall, watch: RunOptions) => {
      const rules = rulesOf(firewall, host);
      const say = messages().firewall.ufw;
      const refuse = (message: string) => new MusterError('firewall.unsupported', { host, message });
      if (!/^IPV6=["']?yes/m.test(await text(options.defaults, watch))) throw refuse(say.ipv6);
      for (const family of FAMILIES) {
        const { stdout } = await run(saveArgv(family, 'nat'), { ...watch, keep: 16 * 1024 * 1024 });
        if (/^:DOCKER |-j DNAT/m.test(stdout)) throw refuse(say.published);
      }
      const before = await files(watch);
      const theirs = FAMILIES.flatMap((family) => tuplesOf(before[family]).theirs);
      if (theirs.length > 0) throw refuse(say.theirs({ rules: printable(theirs.slice(0, 3).join(', ')) }));
      const after = { 4: withRules(before[4], rules[4], 4), 6: withRules(before[6], rules[6], 6) };
      if (after[4] === undefined || after[6] === undefined)
        throw new MusterError('firewall.refused', { host, message: path(after[4] === undefined ? 4 : 6) });
      for (const family of FAMILIES)
        await run(restoreArgv(family, true), { ...watch, stdin: after[family]! });
      return { before, after: { 4: after[4], 6: after[6] } };
    };

    /** A file is whole or as it was. */
    const write = async (to: Record<4 | 6, string>, watch: RunOptions) => {
      for (const family of FAMILIES) {
        const scratch = `${path(family)}.muster`;
        await run(['dd', `of=${scratch}`, 'status=none'], { ...watch, stdin: to[family] });
        await run(['chmod', '0640', '--', scratch], watch);
        await run(['mv', '--force', '--', scratch, path(family)], watch);
      }
    };
    const load = async (from: Record<4 | 6, string>, watch: RunOptions) => {
      await write(from, watch);
      for (const family of FAMILIES) await run(restoreArgv(family), { ...watch, stdin: from[family] });
    };

    return {
      /** Whether ufw is switched on. */
      active,
      /** Rejects with `firewall.unsupported` or `firewall.refused`; changes nothing. */
      async check(firewall: Firewall, watch: RunOptions = {}): Promise<void> {
        await prepared(firewall, watch);
      },
      /** Puts a firewall in force: each family at once. Where one of them fails, both are put back. */
      async replace(firewall: Firewall, watch: RunOptions = {}): Promise<void> {
        const { before, after } = await prepared(firewall, watch);
        const was = await active(watch);
        try {
          if (was) await load(after, watch);
          else await write(after, watch);
          for (const [what, setting] of Object.entries({ incoming: 'INPUT', routed: 'FORWARD' })) {
            const drops = new RegExp(`^DEFAULT_${setting}_POLICY=["']?DROP`, 'm');
            if (!drops.test(await text(options.defaults, watch)))
              await run(['ufw', 'default', 'deny', what], watch);
          }
          if (!was) await run(['ufw', '--force', 'enable'], watch);
        } catch (error) {
          if (was) await load(before, {});
          else {
            await write(before, {});
            await run(['ufw', 'disable']);
          }
          throw error;
        }
      },
      /** Takes our rules away and switches ufw off, so that nothing is filtered by it; rules of others stay in its files. */
      async remove(watch: RunOptions = {}): Promise<void> {
        const now = await files(watch);
        if (FAMILIES.every((family) => tuplesOf(now[family]).ours.length === 0)) return;
        await run(['ufw', 'disable'], watch);
        const without = (family: 4 | 6) =>
          now[family].replace(/\n### tuple ### (.*)\n(?:-A .*\n)*/g, (block, tuple) =>
            tuplesOf(`### tuple ### ${tuple}`).ours.length > 0 ? '' : block,
          );
        await write({ 4: without(4), 6: without(6) }, watch);
      },
      /** As that of nftables: how ufw's chains differ from what a firewall comes to; undefined where none of it is there. */
      async drift(firewall: Firewall, watch: RunOptions = {}): Promise<string[] | undefined> {
        const now = await files(watch);
        if (FAMILIES.every((family) => tuplesOf(now[family]).ours.length === 0)) return undefined;
        if (!(await active(watch))) return undefined;
        const rules = rulesOf(firewall, host);
        const lines = await Promise.all(
          FAMILIES.map(async (family) => {
            const { stdout } = await run(saveArgv(family, 'filter'), { ...watch, keep: 16 * 1024 * 1024 });
            return changed(rules, family, stdout);
          }),
        );
        return lines.flat();
      },
    };
  },
  probe: (firewall) => firewall.active(),
});

/** How the kernel's chains of one family differ from the rules. */
function changed(rules: UfwRules, family: 4 | 6, saved: string): string[] {
  const say = messages().firewall.drift;
  const six = family === 6 ? '6' : '';
  return ['input', 'forward'].flatMap((suffix) => {
    const chain = `ufw${six}-user-${suffix}`;
    const wanted = rules[family]
      .map((rule) => lineOf(rule, family))
      .filter((line) => line.startsWith(`-A ${chain} `));
    const found = saved.split('\n').filter((line) => line.startsWith(`-A ${chain} `));
    const is = new Set(found.map(comparable));
    const should = new Set(wanted.map(comparable));
    const rule = (line: string) => printable(say.rule({ chain, rule: line.replace(`-A ${chain} `, '') }));
    const lines = [
      ...wanted.filter((line) => !is.has(comparable(line))).map((line) => `- ${rule(line)}`),
      ...found.filter((line) => !should.has(comparable(line))).map((line) => `+ ${rule(line)}`),
    ];
    const same = found.map(comparable).join('\n') === wanted.map(comparable).join('\n');
    return lines.length === 0 && !same ? [`+ ${say.moved({ chain })}`] : lines;
  });
}

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
