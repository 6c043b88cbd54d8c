/** A firewall that a guardian keeps, over the internal protocol. */
import { z } from 'zod';
import type { AgentLink } from '../adapters/icp/link.ts';
import { MusterError } from '../errors.ts';
import { Firewall } from '../firewall/firewall.ts';
import type { FirewallStanding, Guarding } from './guarding.ts';

const Standing = z.object({
  good: z.string().optional(),
  before: z.string().optional(),
  pending: z.object({ id: z.string(), by: z.string(), until: z.number() }).optional(),
  drift: z.array(z.string()),
  trouble: z.string().optional(),
  rules: Firewall.nullable(),
});

/** Where a host has a guardian; without a link there is none, and everything is refused with `firewall.noguardian`. */
export function guardedBy(host: string, link: AgentLink | undefined): Guarding {
  const ask = async (command: string, data: object, signal?: AbortSignal) => {
    if (!link) throw new MusterError('firewall.noguardian', { host });
    return link.with(signal, (channel) => channel.request(`firewall.${command}`, data));
  };
  return {
    async apply(change, signal) {
      await ask('apply', change, signal);
    },
    async keep(change, signal) {
      await link?.renew();
      await ask('keep', { change }, signal);
    },
    async revert(change) {
      await ask('revert', { change }).catch((error) => {
        if (!(error instanceof MusterError) || error.code !== 'firewall.gone') throw error;
      });
    },
    show: async (signal): Promise<FirewallStanding> => Standing.parse(await ask('show', {}, signal)),
  };
}
