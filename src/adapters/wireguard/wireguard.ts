/**
 * WireGuard on one host: in the kernel where it has it, else by wireguard-go, which outlives the step and is found again. The
 * private key is made on the host and never leaves it: no command prints it or takes it as a word.
 */
import { Disk } from '../../disk.ts';
import { MusterError } from '../../errors.ts';
import { messages } from '../../messages/messages.ts';
import { type Overlay, type Standing, WireGuardKey, WireGuardMembership } from '../../overlay.ts';
import { ping } from '../../ping.ts';
import type { Shell } from '../../shell.ts';
import { defineAdapter, noOptions } from '../adapter.ts';
import {
  addArgv,
  BY_SYSTEMD,
  changedPeers,
  downArgv,
  ENVIRONMENT,
  keyArgv,
  mayAdminister,
  peersFile,
  placesOf,
  readPeers,
  removeArgv,
  showArgv,
  unitFile,
  upArgv,
} from './commands.ts';
import { ENDS, UP } from './scripts.ts';

/** How long bringing an interface up may take, ms. */
const UP_MS = 60_000;
const SHOW_MS = 10_000;

export const wireguard = defineAdapter({
  name: 'wireguard',
  about: 'WireGuard networks, by the kernel or by wireguard-go',
  options: noOptions,
  open: ({ shell }) => ({
    /** One network, with Muster's folder on the host as `root`. */
    network: (root: string, membership: WireGuardMembership): Overlay => network(shell, root, membership),
  }),
});

function network(shell: Shell, root: string, membership: WireGuardMembership): Overlay {
  const places = placesOf(root, membership.name);
  const disk = new Disk(shell);
  const run = (argv: readonly string[], signal?: AbortSignal, accept: readonly number[] = [0]) =>
    shell.run(argv, { signal, accept, env: ENVIRONMENT, timeout: UP_MS });
  let through: readonly string[] | undefined;
  /** A command that administers the network: a worker's unit may not, and asks systemd for it. */
  const administering = async (argv: readonly string[], signal?: AbortSignal): Promise<string[]> => {
    if (!through) {
      const { stdout } = await run(['cat', '/proc/self/status'], signal, [0, 1]);
      through = mayAdminister(stdout) || !(await systemd(signal)) ? [] : BY_SYSTEMD;
    }
    return [...through, ...argv];
  };
  const administer = async (argv: readonly string[], signal?: AbortSignal, accept?: readonly number[]) =>
    run(await administering(argv, signal), signal, accept);
  const show = async (what: Parameters<typeof showArgv>[1], signal?: AbortSignal) => {
    const { code, stdout } = await shell.run(await administering(showArgv(places, what), signal), {
      signal,
      accept: [0, 1, 124],
      timeout: SHOW_MS,
    });
    return code === 0 ? stdout.trimEnd() : '';
  };
  const applied = async (): Promise<WireGuardMembership | undefined> => {
    const text = await disk.read(places.membership);
    return text === undefined ? undefined : WireGuardMembership.safeParse(parsed(text)).data;
  };
  const systemd = async (signal?: AbortSignal) =>
    (await run(['test', '-d', '/run/systemd/system'], signal, [0, 1])).code === 0;

  /** Makes the host bring the network up at boot; starts it in its own unit where it is not up. */
  async function enable(signal?: AbortSignal): Promise<void> {
    const text = unitFile(places, membership);
    if ((await disk.read(places.unitFile)) !== text) {
      await disk.write(places.unitFile, text);
      await run(['systemctl', 'daemon-reload'], signal);
    }
    await run(['systemctl', 'enable', '--', places.unit], signal);
    if ((await show('public-key', signal)) === '')
      await run(['systemctl', 'restart', '--', places.unit], signal, [0, 1]);
  }

  /** Brings the interface up; says why where that cannot be. */
  async function bringUp(signal?: AbortSignal): Promise<void> {
    const { code } = await administer(upArgv(places, membership), signal, [0, ...Object.values(ENDS)]);
    if (code === 0) return;
    const { reasons } = messages().overlay;
    const why = {
      [ENDS.taken]: reasons.taken(places),
      [ENDS.noTunnel]: reasons.noTunnel,
      [ENDS.noStart]: reasons.noStart,
    }[code];
    const facts = { host: shell.host, overlay: membership.name, message: why };
    const log = code === ENDS.noStart ? ((await disk.read(places.log)) ?? '') : '';
    const lines = log.split('\n').filter((line) => line !== '');
    throw new MusterError('overlay.failed', facts, { lines: lines.slice(-20) });
  }

  /** Adds, changes and removes only the peers that differ, so that nothing is lost between the others. */
  async function tellPeers(before: WireGuardMembership | undefined, signal?: AbortSignal): Promise<void> {
    const known = readPeers(await show('allowed-ips', signal), await show('persistent-keepalive', signal));
    const told = new Map(before?.peers.map(({ key, endpoint }) => [key, endpoint]));
    const wanted = new Set(membership.peers.map(({ key }) => key));
    const gone = [...known.keys()].filter((key) => !wanted.has(key));
    // First: an address may go from one to the other.
    if (gone.length > 0) await administer(removeArgv(places, gone), signal);
    const changed = changedPeers(membership, known, told);
    if (changed.length === 0) return;
    await disk.write(places.changed, peersFile(changed, membership.keepalive));
    await administer(addArgv(places, places.changed), signal);
  }

  return {
    async join(signal) {
      await demandRoot(shell, membership);
      await run(['wg', '--version'], signal);
      await run(['mkdir', '--parents', '--mode=700', '--', places.folder], signal);
      const key = WireGuardKey.parse((await run(keyArgv(places), signal)).stdout.trim());
      const before = await applied();
      await disk.write(places.up, UP);
      await disk.write(places.peers, peersFile(membership.peers, membership.keepalive));
      if (await systemd(signal)) await enable(signal);
      await bringUp(signal);
      await tellPeers(before, signal);
      await disk.write(places.membership, JSON.stringify(membership));
      return { state: 'up', key, interface: places.interface, address: membership.address };
    },
    async leave(signal) {
      if ((await run(['test', '-d', places.folder], signal, [0, 1])).code === 1) return;
      await demandRoot(shell, membership);
      if ((await systemd(signal)) && (await disk.read(places.unitFile)) !== undefined) {
        await run(['systemctl', 'disable', '--now', '--', places.unit], signal);
        await run(['rm', '--force', '--', places.unitFile], signal);
        await run(['systemctl', 'daemon-reload'], signal);
      }
      await administer(downArgv(places), signal);
      const { membership: file, peers, changed, up, log } = places;
      await run(['rm', '--force', '--', file, peers, changed, up, log, `${places.folder}/pid`], signal);
    },
    membership: applied,
    async status(signal): Promise<Standing> {
      const now = await applied();
      if (now === undefined) return { state: 'out' };
      const key = (await run(keyArgv(places), signal)).stdout.trim();
      const up = (await show('public-key', signal)) === key;
      return { state: up ? 'up' : 'down', key, interface: places.interface, address: now.address };
    },
    async test({ host, address }, signal) {
      const ms = await ping(shell, { device: places.interface, address }, signal);
      if (ms !== undefined) return ms;
      const { name: overlay, port } = membership;
      throw new MusterError('overlay.silent', { host: shell.host, peer: host, address, overlay, port });
    },
  };
}

/** Rejects with `host.denied` where Muster is not root there. */
async function demandRoot(shell: Shell, { name }: WireGuardMembership): Promise<void> {
  const { stdout } = await shell.run(['id', '-u']);
  if (stdout.trim() === '0') return;
  const { onlyRoot } = messages().jobs.byHand;
  const what = messages().overlay.byHand.interfaces;
  throw new MusterError('host.denied', {
    host: shell.host,
    message: onlyRoot({ what }),
    overlay: name,
  });
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
