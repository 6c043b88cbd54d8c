/** Takes hosts into overlay networks and out of them, and tests these. */
import { isIPv6 } from 'node:net';
import type { Config } from '../../config/config.ts';
import { hasFirewall } from '../../config/host-firewall.ts';
import { hostsOf } from '../../config/hosts.ts';
import { addressFor, type OverlaySettings, prefixOf } from '../../config/overlays.ts';
import { MusterError } from '../../errors.ts';
import { messages } from '../../messages/messages.ts';
import type { Membership, WireGuardMembership, ZeroTierMembership } from '../../overlay.ts';
import { admitNetwork } from '../firewall/network.ts';
import { installHost } from '../host/install.ts';
import type { NeedName } from '../host/needs.ts';
import { admitMember, expelMember } from '../overlay/admit.ts';
import { forgetMember } from '../overlay/forget.ts';
import { joinOverlay, leaveOverlay, tellOverlay } from '../overlay/join.ts';
import { addressesOf, type Member } from '../overlay/members.ts';
import { testOverlay } from '../overlay/test.ts';
import type { Plan, Stage } from '../plan.ts';
import type { PlannedStep } from '../step.ts';

/** A network, who may be in it, and who is. */
export interface Scene {
  config: Pick<Config, 'hosts' | 'firewall'>;
  name: string;
  settings: OverlaySettings;
  members: Readonly<Record<string, Member>>;
}

/** The plan of `/overlay join`; rejects with `overlay.stranger` and `overlay.full`. */
export function joinOverlayPlan(scene: Scene, host: string): Plan {
  const { name } = scene;
  const { plans } = messages().overlay;
  return {
    title: plans.join({ host, name }),
    done: plans.joined({ host, name }),
    locks: [`overlay/${name}`, `host/${host}`],
    stages: joinStages(scene, host),
    next: `/overlay show ${name}`,
    undo: `/overlay leave ${name} ${host}`,
    again: `/overlay join ${name} ${host}`,
  };
}

/** The stages that make a host a member: what it lacks, its key and interface, the others, the proof. */
export function joinStages(scene: Scene, host: string): Stage[] {
  const { config, name, settings } = scene;
  if (!hostsOf(config, settings.members).includes(host))
    throw new MusterError('overlay.stranger', { host, overlay: name });
  const membership = membershipOf(scene, host);
  // A firewall that was in force before knows nothing of the network.
  const admit: Stage[] = hasFirewall(config, host)
    ? [{ name: 'firewall', steps: [admitNetwork({ host, overlay: name })] }]
    : [];
  const test: Stage = { name: 'test', steps: testSteps(scene, host, membership) };
  if (membership.kind === 'zerotier') {
    const address = Object.hasOwn(settings.addresses, host) ? settings.addresses[host] : undefined;
    return [
      { name: 'join', steps: [joinOverlay({ host, membership })] },
      { name: 'admit', steps: [admitMember({ host, membership, ...(address && { address }) })] },
      ...admit,
      test,
    ];
  }
  const needs: NeedName[] = ['wireguard', 'tunnel', 'ping'];
  const tell = others(scene, host).map((other) => tellStep(scene, other));
  return [
    { name: 'install', steps: [installHost({ host, needs })] },
    { name: 'join', steps: [joinOverlay({ host, membership, ...endpointOf(scene, host) })] },
    ...(tell.length > 0 ? [{ name: 'tell', steps: tell }] : []),
    ...admit,
    test,
  ];
}

/** The plan of `/overlay leave`; a host that is `gone` for good is not reached. */
export function leaveOverlayPlan(scene: Scene, host: string, gone: boolean): Plan {
  const { name, members } = scene;
  const { plans } = messages().overlay;
  const membership = membershipOf(scene, host);
  const leave = gone
    ? forgetMember({ host, name })
    : leaveOverlay({ host, membership, ...endpointOf(scene, host) });
  const after: PlannedStep[] =
    membership.kind === 'zerotier'
      ? [expelMember({ host, membership, node: members[host]?.key })]
      : others(scene, host).map((other) => tellStep(scene, other));
  return {
    title: plans.leave({ host, name }),
    done: plans.left({ host, name }),
    locks: [`overlay/${name}`, `host/${host}`],
    stages: [
      { name: 'leave', steps: [leave] },
      ...(after.length > 0 ? [{ name: 'tell', steps: after }] : []),
    ],
    next: `/overlay show ${name}`,
    undo: gone ? undefined : `/overlay join ${name} ${host}`,
    again: `/overlay leave ${name} ${host}${gone ? ' --gone' : ''}`,
  };
}

/** The plan of `/overlay test`: everybody who is in reaches everybody else. */
export function testOverlayPlan(scene: Scene): Plan {
  const { name, members } = scene;
  const hosts = Object.keys(members);
  const { plans } = messages().overlay;
  return {
    title: plans.test({ name, hosts }),
    done: plans.tested({ name, hosts }),
    locks: [],
    stages: [
      {
        name: 'test',
        steps: hosts.map((host) => testOverlay({ host, membership: membershipOf(scene, host) })),
      },
    ],
    next: `/overlay show ${name}`,
  };
}

/** The new member reaches all, and all reach it. */
const testSteps = (scene: Scene, host: string, membership: Membership): PlannedStep[] => [
  testOverlay({ host, membership }),
  ...others(scene, host).map((other) =>
    testOverlay({ host: other, membership: membershipOf(scene, other), only: host }),
  ),
];

/** All that may be in, and those that are though they may not; who is not in when its turn comes has nothing to do. */
const others = ({ config, settings, members }: Scene, host: string): string[] =>
  [...new Set([...hostsOf(config, settings.members), ...Object.keys(members)])].filter(
    (other) => other !== host && Object.hasOwn(config.hosts, other),
  );

const tellStep = (scene: Scene, host: string): PlannedStep =>
  tellOverlay({ host, membership: membershipOf(scene, host), ...endpointOf(scene, host) });

/** What a host is to be in the network, without the others; rejects with `overlay.full`. */
function membershipOf(scene: Scene, host: string): WireGuardMembership | ZeroTierMembership {
  const { name, settings, members } = scene;
  if (settings.kind === 'zerotier') return { kind: 'zerotier', name, network: settings.network };
  const { network, port, keepalive } = settings;
  const address = addressFor(settings, host, addressesOf(members));
  if (address === undefined) throw new MusterError('overlay.full', { overlay: name, host, network });
  const prefix = prefixOf(network);
  return { kind: 'wireguard', name, address, prefix, port, keepalive: keepalive / 1_000, peers: [] };
}

/** Where others reach a host, where somebody says so. */
function endpointOf({ config, settings }: Scene, host: string): { endpoint?: string } {
  if (settings.kind === 'zerotier') return {};
  const entry = config.hosts[host];
  const own = Object.hasOwn(settings.endpoints, host) ? settings.endpoints[host] : undefined;
  const address = own ?? (entry && entry.link !== 'local' ? entry.address : undefined);
  if (address === undefined) return {};
  return { endpoint: `${isIPv6(address) ? `[${address}]` : address}:${settings.port}` };
}
