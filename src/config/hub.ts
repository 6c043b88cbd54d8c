/** The shape of `hub`: where containers report, and who runs that. */
import { z } from 'zod';
import { messages } from '../messages/messages.ts';
import { Duration } from '../units.ts';
import { checked } from './checked.ts';

/** Where the hub listens by default. */
export const HUB_PORT = 7410;
/** The shortest and the longest that an identity may hold, ms. */
const SHORTEST_MS = 60_000;
const LONGEST_MS = 30 * 86_400_000;

/** `host:port` in its parts; an IPv6 address stands in brackets. Undefined where it is none. */
export function hostAndPort(text: string): { host: string; port: number } | undefined {
  const [, plain, bracketed, digits] =
    /^(?:([A-Za-z0-9][A-Za-z0-9._-]{0,252})|\[([0-9A-Fa-f:.]{2,45})\]):(\d{1,5})$/.exec(text) ?? [];
  const [host, port] = [plain ?? bracketed, Number(digits)];
  return host === undefined || port < 1 || port > 65_535 ? undefined : { host, port };
}

const HostPort = checked((text) => (hostAndPort(text) ? undefined : messages().config.hostPort));

export const HubSettings = z.strictObject({
  address: HostPort.optional().describe(
    'where containers and managers reach the hub, like `hub.example.org:7410`; without it there is no hub',
  ),
  listen: HostPort.default(`0.0.0.0:${HUB_PORT}`).describe('where the hub listens on its machine'),
  start: z
    .boolean()
    .default(true)
    .describe('whether `muster start` runs the hub; `false` where `muster hub` runs somewhere else'),
  identity: Duration.prefault('24h')
    .refine((ms) => ms >= SHORTEST_MS && ms <= LONGEST_MS, {
      error: () => messages().config.identityTime,
    })
    .describe(
      'how long a certificate and a token of a container hold; new ones come well before, `1m` to `30d`',
    ),
});
export type HubSettings = z.output<typeof HubSettings>;
