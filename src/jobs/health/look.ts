/** Looks at how a host does, over whatever link reaches it: what of it cannot be told is told as that, and nothing else fails by it. */
import { z } from 'zod';
import { compose } from '../../adapters/compose/compose.ts';
import { docker } from '../../adapters/docker/docker.ts';
import { nftables } from '../../adapters/nftables/nftables.ts';
import { machine } from '../../adapters/probe/machine.ts';
import { asMusterError } from '../../errors.ts';
import { messages } from '../../messages/messages.ts';
import { HostName } from '../../names.ts';
import { printable } from '../../shell.ts';
import { defineStep } from '../step.ts';

const limits = { warn: z.number(), alarm: z.number() };

/** The adapters whose probes can be asked for. */
export const PROBED = ['docker', 'compose', 'nftables'] as const;

/** One thing to look at. */
export const HostProbe = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('disk'), path: z.string().startsWith('/').max(4_000), ...limits }),
  z.strictObject({ kind: z.literal('memory'), ...limits }),
  z.strictObject({ kind: z.literal('load'), ...limits }),
  /** Limits in ms, beside the clock of whoever asks. */
  z.strictObject({ kind: z.literal('time'), ...limits }),
  z.strictObject({
    kind: z.literal('unit'),
    unit: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9@:._\\-]{0,254}$/),
  }),
  z.strictObject({
    kind: z.literal('command'),
    argv: z.array(z.string().max(4_000)).min(1).max(100),
    within: z.number().int().positive(),
  }),
  z.strictObject({ kind: z.literal('adapter'), adapter: z.enum(PROBED) }),
]);
export type HostProbe = z.output<typeof HostProbe>;

/** What was found, in the order of what was asked. */
export const HostFindings = z.strictObject({
  findings: z.array(
    z.strictObject({
      status: z.enum(['healthy', 'degraded', 'unhealthy', 'unknown']),
      detail: z.string(),
      /** What its clock showed, ms since the epoch. */
      clock: z.number().optional(),
    }),
  ),
});
export type HostFinding = z.output<typeof HostFindings>['findings'][number];

export const lookAtHost = defineStep({
  name: 'health.look',
  lane: 'read',
  input: z.strictObject({ host: HostName, probes: z.array(HostProbe).max(100) }),
  uses: { machine, docker, compose, nftables },
  timeout: '2m',
  title: ({ host }) => messages().jobs.steps.look({ host }),
  async run({ probes }, { machine: own, docker: engine, compose: tool, nftables: filter, signal }) {
    const adapters = {
      docker: () => docker.probe?.(engine),
      compose: () => compose.probe?.(tool),
      nftables: () => nftables.probe?.(filter),
    };
    const look = async (probe: HostProbe): Promise<HostFinding> => {
      switch (probe.kind) {
        case 'disk':
          return own.disk(probe.path, probe, signal);
        case 'memory':
          return own.memory(probe, signal);
        case 'load':
          return own.load(probe, signal);
        case 'time':
          return { status: 'healthy', detail: '', clock: await own.clock(signal) };
        case 'unit':
          return own.unit(probe.unit, signal);
        case 'command':
          return own.command(probe.argv, probe.within, signal);
        case 'adapter':
          await adapters[probe.adapter]();
          return { status: 'healthy', detail: '' };
      }
    };
    const findings: HostFinding[] = [];
    for (const probe of probes) {
      const found = await look(probe).catch((thrown: unknown): HostFinding => {
        if (signal.aborted) throw signal.reason;
        const { code, message } = asMusterError(thrown);
        if (code === 'host.unreachable' || code === 'host.silent') throw thrown;
        // What cannot be measured is not known; an adapter that does not work is what was asked for.
        const status = probe.kind === 'adapter' ? 'unhealthy' : 'unknown';
        return { status, detail: printable(message).slice(0, 200) };
      });
      findings.push(found);
    }
    return { findings };
  },
});
