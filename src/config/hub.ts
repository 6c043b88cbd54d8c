/** The shape of `hub`: where containers report, and who runs that. */
import { z } from 'zod';
import { hostAndPort } from '../host-port.ts';
import { messages } from '../messages/messages.ts';
import { Duration } from '../units.ts';
import { checked } from './checked.ts';

/** Where the hub listens by default. */
export const HUB_PORT = 7410;
/** The shortest and the longest that an identity may hold, ms. */
const SHORTEST_MS = 60_000;
const LONGEST_MS = 30 * 86_400_000;

/** A host and a port, like `hub.example.org:7410`. */
export const HostPort = checked((text) => (hostAndPort(text) ? undefined : messages().config.hostPort));

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
  page: z
    .string()
    .max(1_000)
    .regex(/^\/[^\0\n]*$/, { error: () => messages().config.path })
    .optional()
    .describe('a folder into which the hub writes a public status page of the apps, like `/var/www/status`'),
});
export type HubSettings = z.output<typeof HubSettings>;
