/**
 * Closes a host but for one overlay network. From the first of these steps on Muster comes by the network itself: what does not
 * work over it is taken back by whatever keeps the host's firewall.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { ownWays } from '../../config/host-firewall.ts';
import { MusterError } from '../../errors.ts';
import { diff } from '../../firewall/changes.ts';
import { Firewall } from '../../firewall/firewall.ts';
import { messages } from '../../messages/messages.ts';
import { HostName, OverlayName } from '../../names.ts';
import { OverlayAddress } from '../../overlay.ts';
import { behindOf, memberOf, noteBehind } from '../networks.ts';
import { type Beside, defineStep, type LiveState } from '../step.ts';
import { NONE } from './change.ts';
import { declaredOn } from './declared.ts';
import { knock, knockAll } from './knock.ts';
import { revertInTime } from './revert.ts';

/** How long it may stay without being kept, ms: time enough to come in over the network. */
export const KEEP_WITHIN_MS = 60_000;
/** How long a port may be refused before it counts as closed, ms, and how often it is asked. */
const LATE_MS = 15_000;
const AGAIN_MS = 200;
/** How long the host may take to answer before it counts as out of reach, ms. */
const KNOCK_MS = 10_000;

/** A host, and the network. */
export const Where = z.strictObject({ host: HostName, overlay: OverlayName });
/** What changes its firewall. */
export const Closing = z.strictObject({
  ...Where.shape,
  by: z.string().max(200),
  /** What is to be in force, added when it starts. */
  rules: Firewall.optional(),
});

/** Lets in by the network only. */
export const closeHost = defineStep({
  name: 'behind.close',
  guards: true,
  input: Closing,
  uses: {},
  timeout: '5m',
  title: (where) => messages().behind.steps.close(where),
  brief: ({ host, overlay }, beside) =>
    beside.direction === 'do' ? goBehind(host, overlay, beside) : comeOut(host, beside),
  async run({ host, overlay, by, rules }, { guarding, run, signal, report }) {
    const { rules: before, pending } = await guarding.show(signal);
    const lines = diff(before ?? NONE, rules!);
    if (lines.length === 0 && !pending && before !== null) {
      report.note(messages().behind.notes.closedAlready({ host, overlay }));
      return {};
    }
    for (const line of lines) report.line(line);
    const change = { change: run, by, rules: rules!, keepWithin: KEEP_WITHIN_MS, overwrite: [] };
    await guarding.apply(change, signal);
    report.note(messages().behind.notes.closed({ host, overlay }));
    return {};
  },
  async undo({ host, overlay }, { guarding, run, signal, report }) {
    await revertInTime(guarding, run, KEEP_WITHIN_MS);
    // It was kept, and only the answer was lost: by any other way nobody would come in any more.
    const kept = (await guarding.show(signal)).good === run;
    if (kept) report.note(messages().behind.notes.keptAfterAll({ host, overlay }));
    return { undone: !kept };
  },
  async record({ host }, { undone }: { undone?: boolean }, state, { run }) {
    if (undone) await restore(host, run, state);
  },
});

/** Proves that Muster comes in over the network, and by nothing else. Changes nothing. */
export const proveBehind = defineStep({
  name: 'behind.prove',
  guards: true,
  input: z.strictObject({
    ...Where.shape,
    /** Where it was reached before; absent where nobody knows. */
    usual: z.string().optional(),
    ports: z.array(z.number().int()).default([]),
    /** Added when it starts. */
    address: OverlayAddress.optional(),
  }),
  uses: {},
  timeout: '3m',
  title: (where) => messages().behind.steps.prove(where),
  async brief({ host, overlay }, { state, config }) {
    const member = await memberOf(state, overlay, host);
    if (!member) throw new MusterError('behind.stranger', { host, overlay });
    const entry = config.hosts[host];
    return {
      address: member.address,
      ports: entry ? ownWays(entry).map(({ port }) => port) : [],
      ...(entry && entry.link !== 'local' && { usual: entry.address }),
    };
  },
  async run({ host, overlay, usual, ports, address }, { signal, report }) {
    const own = ports.map((port) => ({ address: address!, port }));
    // An sshd that was just told listens a moment later.
    const deadline = performance.now() + LATE_MS;
    for (const { port } of own)
      while ((await knock(address!, port, signal)) === 'ECONNREFUSED' && performance.now() < deadline)
        await sleep(AGAIN_MS, undefined, { signal });
    await knockAll(host, own, { signal, report });
    const outside = usual === undefined || usual === address ? [] : ports;
    // It takes its time to hear nothing: all ports at once.
    const answers = await Promise.all(outside.map((port) => knock(usual!, port, signal)));
    const open = outside.find((_, index) => answers[index] === undefined);
    if (open !== undefined) throw new MusterError('behind.open', { host, address: `${usual}:${open}` });
    report.note(messages().behind.notes.proved({ host, overlay, address: address! }));
  },
});

/** Keeps it, over a new connection by the network. */
export const keepBehind = defineStep({
  name: 'behind.keep',
  guards: true,
  input: Closing,
  uses: {},
  timeout: '3m',
  retry: { times: 2, pause: '1s' },
  title: (where) => messages().behind.steps.keep(where),
  brief: async ({ host }, beside) =>
    beside.direction === 'do' ? { rules: await declaredOn(host, beside) } : undefined,
  async run({ rules }, { guarding, run, signal }) {
    const { good, pending, rules: now } = await guarding.show(signal);
    // Where nothing had to change, there is nothing to keep.
    const same = now !== null && diff(now, rules!).length === 0;
    if (pending?.id === run || good === run || pending || !same) await guarding.keep(run, signal);
  },
});

/** Notes that the host is behind the network, by which it is reached from then on, and what its firewall is to be. */
async function goBehind(host: string, overlay: string, { state, config, run }: Beside) {
  const member = await memberOf(state, overlay, host);
  if (!member) throw new MusterError('behind.stranger', { host, overlay });
  const noted = await behindOf(state, host);
  const before =
    noted?.run === run ? noted.before : noted && { overlay: noted.overlay, address: noted.address };
  await noteBehind(state, host, { overlay, address: member.address, run, ...(before && { before }) });
  return { rules: await declaredOn(host, { config, state }) };
}

/**
 * Undefined where the run noted nothing. Where the host does not answer by the network, it is reached as before from here on,
 * once its firewall was taken back over there; else it is taken back by the network.
 */
async function comeOut(host: string, { state, config, run }: Beside) {
  const noted = await behindOf(state, host);
  if (noted !== undefined && noted.run !== run) return undefined;
  const entry = config.hosts[host];
  const [way] = entry ? ownWays(entry) : [];
  const silent =
    noted && way ? await knock(noted.address, way.port, AbortSignal.timeout(KNOCK_MS)) : 'unknown';
  if (silent !== undefined) await restore(host, run, state);
  return {};
}

/** Notes how it was before this run. */
async function restore(host: string, run: string, state: LiveState): Promise<void> {
  const noted = await behindOf(state, host);
  if (noted?.run === run)
    await noteBehind(state, host, noted.before && { ...noted.before, run, before: noted.before });
}
