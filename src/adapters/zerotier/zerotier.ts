/** ZeroTier on one host: its own service does everything, and is asked by zerotier-cli. */
import type { z } from 'zod';
import { MusterError } from '../../errors.ts';
import { messages } from '../../messages/messages.ts';
import type { Overlay, Standing, ZeroTierMembership } from '../../overlay.ts';
import { ping } from '../../ping.ts';
import type { Shell } from '../../shell.ts';
import { defineAdapter, noOptions } from '../adapter.ts';
import { Info, infoArgv, joinArgv, leaveArgv, Networks, networksArgv } from './commands.ts';

const CLI_MS = 30_000;

export const zerotier = defineAdapter({
  name: 'zerotier',
  about: 'ZeroTier networks, by the service of the host',
  options: noOptions,
  open: ({ shell }) => ({
    /** One network, which the service keeps by itself. */
    network: (membership: ZeroTierMembership): Overlay => network(shell, membership),
  }),
});

function network(shell: Shell, membership: ZeroTierMembership): Overlay {
  const { name, network: id } = membership;
  const failed = (message: string, cause?: unknown) =>
    new MusterError(
      'overlay.failed',
      { host: shell.host, overlay: name, message },
      { cause, lines: cause instanceof MusterError ? cause.lines : [] },
    );
  const run = async (argv: readonly string[], signal?: AbortSignal): Promise<string> => {
    try {
      return (await shell.run(argv, { signal, timeout: CLI_MS, env: { LC_ALL: 'C' } })).stdout;
    } catch (error) {
      // It says no more by its code than that it could not.
      if (!(error instanceof MusterError) || error.code !== 'shell.exit') throw error;
      if (error.lines.some((line) => /authtoken\.secret/.test(line))) {
        const { onlyRoot } = messages().jobs.byHand;
        const message = onlyRoot({ what: messages().overlay.byHand.zeroTier });
        throw new MusterError('host.denied', { host: shell.host, message }, { cause: error });
      }
      throw failed(messages().overlay.reasons.service, error);
    }
  };
  const asked = async <T>(argv: readonly string[], shape: z.ZodType<T>, signal?: AbortSignal): Promise<T> => {
    const text = await run(argv, signal);
    try {
      return shape.parse(JSON.parse(text));
    } catch (error) {
      throw failed(messages().overlay.reasons.service, error);
    }
  };
  const status = async (signal?: AbortSignal): Promise<Standing> => {
    const joined = (await asked(networksArgv(), Networks, signal)).find(({ nwid }) => nwid === id);
    if (joined === undefined) return { state: 'out' };
    const { address: key } = await asked(infoArgv(), Info, signal);
    const address = joined.assignedAddresses[0]?.split('/')[0];
    const device = joined.portDeviceName;
    const up = joined.status === 'OK' && address !== undefined && device !== '';
    return up ? { state: 'up', key, interface: device, address } : { state: 'waiting', key };
  };
  return {
    status,
    async join(signal) {
      const before = await status(signal);
      if (before.state !== 'out') return before;
      await run(joinArgv(id), signal);
      return status(signal);
    },
    async leave(signal) {
      if ((await status(signal)).state !== 'out') await run(leaveArgv(id), signal);
    },
    async membership(signal) {
      return (await status(signal)).state === 'out' ? undefined : membership;
    },
    async test({ host, address }, signal) {
      const { interface: device } = await status(signal);
      const ms = device === undefined ? undefined : await ping(shell, { device, address }, signal);
      if (ms !== undefined) return ms;
      throw new MusterError('overlay.silent', { host: shell.host, peer: host, address, overlay: name });
    },
  };
}
