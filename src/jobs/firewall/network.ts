/** Lets an overlay network into a firewall that was in force before its host joined: without that, no member would hear it. */
import { z } from 'zod';
import { hasFirewall, inNetworks, type Network } from '../../config/host-firewall.ts';
import { diff } from '../../firewall/changes.ts';
import type { Firewall } from '../../firewall/firewall.ts';
import { messages } from '../../messages/messages.ts';
import { HostName, OverlayName } from '../../names.ts';
import { networksOf } from '../networks.ts';
import { defineStep, type StepContext } from '../step.ts';
import { revertInTime } from './revert.ts';

/** How long it may stay without being kept, ms: time enough to come in again. */
const KEEP_WITHIN_MS = 60_000;

const Input = z.strictObject({
  host: HostName,
  overlay: OverlayName,
  /** The networks that the host is to be in, added when it starts. */
  networks: z
    .array(
      z.strictObject({
        name: OverlayName,
        interface: z.string(),
        port: z.number().int(),
        only: z.boolean(),
      }),
    )
    .default([]),
});

/** Changes what is in force by the network's port and zone, and nothing else; nothing where no firewall is in force. */
export const admitNetwork = defineStep({
  name: 'firewall.network',
  guards: true,
  input: Input,
  uses: {},
  timeout: '5m',
  retry: { times: 6, pause: '1s' },
  title: ({ host, overlay }) => messages().overlay.steps.admitNetwork({ host, name: overlay }),
  async brief({ host, overlay }, { config, state, direction }) {
    if (!hasFirewall(config, host)) return undefined;
    const all = await networksOf(config, state, host);
    return { networks: direction === 'do' ? all : all.filter(({ name }) => name !== overlay) };
  },
  async run({ overlay, networks }, context) {
    const { guarding, run, signal } = context;
    const { rules, pending } = await guarding.show(signal);
    if (rules) await change(rules, networks, { overlay, name: run, waits: pending?.id === run }, context);
  },
  async undo({ overlay, networks }, context) {
    const { guarding, run, signal } = context;
    await revertInTime(guarding, run, KEEP_WITHIN_MS);
    const { rules, good, before } = await guarding.show(signal);
    // What it found, it leaves.
    if (!rules || (good !== run && before !== run)) return;
    await change(rules, networks, { overlay, name: `${run}-undo`, waits: false }, context);
  },
});

/** In force and kept; nothing where it is so already, unless it waits to be kept. */
async function change(
  before: Firewall,
  networks: Network[],
  { overlay, name, waits }: { overlay: string; name: string; waits: boolean },
  { guarding, signal, report }: StepContext,
): Promise<void> {
  const rules = inNetworks(before, networks);
  const lines = diff(before, rules);
  if (lines.length === 0 && !waits) return;
  for (const line of lines) report.line(line);
  const by = `overlay/${overlay}`;
  await guarding.apply({ change: name, by, rules, keepWithin: KEEP_WITHIN_MS, overwrite: [] }, signal);
  await guarding.keep(name, signal);
}
