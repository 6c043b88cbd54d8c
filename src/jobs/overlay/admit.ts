/** Has the controller of a ZeroTier network let a host in, or shut it out. Muster itself asks it: its token goes to no host. */
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { Controller } from '../../adapters/zerotier/controller.ts';
import { MusterError } from '../../errors.ts';
import { messages } from '../../messages/messages.ts';
import { HostName } from '../../names.ts';
import { OverlayAddress, ZeroTierMembership, ZeroTierNode } from '../../overlay.ts';
import { type Beside, defineStep } from '../step.ts';
import { overlayOf, USES } from './change.ts';
import { familyOf, membersOf } from './members.ts';

/** How long a host may take to hear that it was let in, ms. */
const PATIENCE_MS = 90_000;
const POLL_MS = 500;

const Admission = z.strictObject({
  host: HostName,
  membership: ZeroTierMembership,
  /** The address it is to have; the controller chooses by default. */
  address: OverlayAddress.optional(),
  /** Its node, added when it starts. */
  node: ZeroTierNode.optional(),
});
type Admission = z.output<typeof Admission>;

/** What the controller said of a node before a run changed that. */
const Former = z.object({
  run: z.string(),
  node: ZeroTierNode,
  authorized: z.boolean(),
  ipAssignments: z.array(z.string()),
});

/** Lets the host in, and waits until it has heard of it and has its address. */
export const admitMember = defineStep({
  name: 'overlay.admit',
  input: Admission,
  uses: USES,
  timeout: '5m',
  title: ({ host, membership: { name } }) => messages().overlay.steps.admit({ host, name }),
  async brief(input, beside) {
    if (beside.direction === 'undo') return restore(input, beside);
    const { host, membership, address } = input;
    const member = (await membersOf(beside.state, membership.name))[host];
    const overlay = membership.name;
    const message = messages().overlay.reasons.unknownMember;
    if (member === undefined) throw new MusterError('overlay.controller', { host, overlay, message });
    const config = { authorized: true, ...(address !== undefined && { ipAssignments: [address] }) };
    await set(input, member.key, config, beside);
    return { node: member.key };
  },
  async run({ host, membership, node }, context) {
    const overlay = overlayOf(membership, context);
    const deadline = performance.now() + PATIENCE_MS;
    for (;;) {
      const standing = await overlay.status(context.signal);
      if (standing.state === 'up' && standing.key === node && standing.address !== undefined) {
        context.report.note(messages().overlay.notes.admitted({ host, address: standing.address }));
        return standing;
      }
      if (performance.now() > deadline) {
        const message = messages().overlay.reasons.waits({ status: standing.state });
        throw new MusterError('overlay.failed', { host, overlay: membership.name, message });
      }
      await sleep(POLL_MS, undefined, { signal: context.signal });
    }
  },
  undo: async () => undefined,
  async record({ host, membership: { name, kind } }, { key, address, interface: device }, state) {
    await state.set(familyOf(name), host, { kind, key, address, interface: device });
  },
});

/** Shuts the host out; the host itself has nothing to do. */
export const expelMember = defineStep({
  name: 'overlay.expel',
  input: Admission,
  uses: USES,
  timeout: '2m',
  title: ({ host, membership: { name } }) => messages().overlay.steps.expel({ host, name }),
  async brief(input, beside) {
    if (beside.direction === 'undo') return restore(input, beside);
    if (input.node !== undefined) await set(input, input.node, { authorized: false }, beside);
    return undefined;
  },
  run: async () => ({}),
  undo: async () => undefined,
});

/** Changes what the controller says of a node; what it said before is kept, once a run. */
async function set(
  { host, membership: { name, network } }: Admission,
  node: string,
  config: { authorized: boolean; ipAssignments?: string[] },
  beside: Beside,
): Promise<void> {
  const about = { overlay: name, host };
  const controller = await controllerOf(name, host, network, beside);
  const family = `overlay-former/${name}`;
  const known = Former.safeParse(await beside.state.get(family, host)).data;
  if (known?.run !== beside.run) {
    const now = await controller.member(node, about);
    const former = {
      authorized: now?.config.authorized ?? false,
      ipAssignments: now?.config.ipAssignments ?? [],
    };
    await beside.state.set(family, host, { run: beside.run, node, ...former });
  }
  await controller.set(node, config, about);
}

/** Brings back what the controller said before this run; there is nothing to do on the host. */
async function restore(
  { host, membership: { name, network } }: Admission,
  beside: Beside,
): Promise<undefined> {
  const family = `overlay-former/${name}`;
  const former = Former.safeParse(await beside.state.get(family, host)).data;
  if (former?.run !== beside.run) return;
  const { node, authorized, ipAssignments } = former;
  const controller = await controllerOf(name, host, network, beside);
  await controller.set(node, { authorized, ipAssignments }, { overlay: name, host });
  await beside.state.remove(family, host);
}

async function controllerOf(
  name: string,
  host: string,
  network: string,
  { config, secret }: Beside,
): Promise<Controller> {
  const settings = Object.hasOwn(config.overlays, name) ? config.overlays[name] : undefined;
  if (settings?.kind !== 'zerotier' || settings.network !== network) {
    const message = messages().overlay.reasons.noNetwork;
    throw new MusterError('overlay.controller', { overlay: name, host, message });
  }
  const token = await secret(settings.token, `overlays.${name}.token`);
  return new Controller({ address: settings.controller, token, network });
}
