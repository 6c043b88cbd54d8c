/** Makes a host a member of an overlay network, and takes it out. */
import { MusterError } from '../../errors.ts';
import { messages } from '../../messages/messages.ts';
import type { Standing } from '../../overlay.ts';
import { behindOf } from '../networks.ts';
import { defineStep, type LiveState } from '../step.ts';
import { change, takeBack, USES } from './change.ts';
import { Joining } from './input.ts';
import { familyOf, knowing, membersOf } from './members.ts';

/** Joins with everybody known who is in by then. */
export const joinOverlay = defineStep({
  name: 'overlay.join',
  input: Joining,
  uses: USES,
  timeout: '5m',
  title: ({ host, membership: { name } }) => messages().overlay.steps.join({ host, name }),
  async brief({ host, membership }, { state, direction }) {
    if (direction === 'undo' || membership.kind === 'zerotier') return {};
    const behind = await behindOf(state, host);
    // By its old address it would be reached no more, and by no other.
    if (behind?.overlay === membership.name && behind.address !== membership.address)
      throw new MusterError('behind.moves', { host, overlay: behind.overlay, address: behind.address });
    const members = await membersOf(state, membership.name);
    const [owner] =
      Object.entries(members).find(
        ([name, { address }]) => name !== host && address === membership.address,
      ) ?? [];
    if (owner !== undefined) {
      const { name: overlay, address } = membership;
      const message = messages().overlay.reasons.addressTaken({ address, owner });
      throw new MusterError('overlay.failed', { host, overlay, message });
    }
    return { membership: knowing(membership, host, members) };
  },
  async run({ host, membership }, context) {
    const standing = await change(membership.name, membership, membership, context);
    context.report.note(messages().overlay.notes.joined({ host, ...standing }));
    return standing;
  },
  undo: ({ membership }, context) => takeBack(membership.name, membership, context),
  record: (input, standing, state) => note(input, standing, state),
});

/** Leaves; the host keeps its key, so that it is the same when it comes back. */
export const leaveOverlay = defineStep({
  name: 'overlay.leave',
  input: Joining,
  uses: USES,
  timeout: '5m',
  title: ({ host, membership: { name } }) => messages().overlay.steps.leave({ host, name }),
  async brief({ host, membership: { name } }, { state, direction }) {
    const behind = direction === 'do' ? await behindOf(state, host) : undefined;
    if (behind?.overlay === name) throw new MusterError('behind.leaves', { host, overlay: name });
    return {};
  },
  async run({ host, membership }, context) {
    const standing = await change(membership.name, null, membership, context);
    context.report.note(messages().overlay.notes.left({ host, name: membership.name }));
    return standing;
  },
  undo: ({ membership }, context) => takeBack(membership.name, membership, context),
  record: (input, standing, state) => note(input, standing, state),
});

/** Tells a member who is in the network now; nothing to do on a host that is none. */
export const tellOverlay = defineStep({
  name: 'overlay.tell',
  input: Joining,
  uses: USES,
  timeout: '5m',
  title: ({ host, membership: { name } }) => messages().overlay.steps.tell({ host, name }),
  async brief({ host, membership }, { state, direction }) {
    const members = await membersOf(state, membership.name);
    const own = members[host]?.address;
    if (membership.kind !== 'wireguard' || own === undefined) return undefined;
    if (direction === 'undo') return {};
    return { membership: knowing({ ...membership, address: own }, host, members) };
  },
  async run({ host, membership }, context) {
    const standing = await change(membership.name, membership, membership, context);
    const hosts = membership.kind === 'wireguard' ? membership.peers.map((peer) => peer.host) : [];
    context.report.note(messages().overlay.notes.told({ host, hosts }));
    return standing;
  },
  undo: ({ membership }, context) => takeBack(membership.name, membership, context),
});

/** Notes how a host stands, for all the others. */
async function note(
  {
    host,
    membership,
    endpoint,
  }: { host: string; membership: { name: string; kind: string }; endpoint?: string },
  { state: stands, key, interface: device, address }: Standing,
  state: LiveState,
): Promise<void> {
  const { name, kind } = membership;
  if (stands === 'out' || key === undefined) return state.remove(familyOf(name), host);
  await state.set(familyOf(name), host, { kind, key, address, interface: device, endpoint });
}
