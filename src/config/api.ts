/** The shape of `api`: where Muster answers over HTTP, and whom. */
import { z } from 'zod';
import { messages } from '../messages/messages.ts';
import { PersonName, TokenName } from '../names.ts';
import { checked } from './checked.ts';
import { HostPort } from './hub.ts';

/** Where the API listens by default. */
export const API_PORT = 7411;

/** Where a secret is; never the secret itself. */
const SecretPlace = z
  .string()
  .max(500)
  .regex(/^(?:env:[A-Za-z_][A-Za-z0-9_]*|file:[^\s\0]+)$/, { error: () => messages().config.api.secret });

const Day = checked((text) =>
  /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text)) ? undefined : messages().config.api.day,
);

const Token = z.strictObject({
  secret: SecretPlace.describe('where the token is: `env:NAME` or `file:PATH`; 24 characters or more'),
  person: PersonName.describe('in whose name it asks, and so with whose rights'),
  until: Day.optional().describe('the last day on which it counts, UTC, like `"2027-12-31"`'),
});

const PemFile = z
  .string()
  .min(1)
  .max(1_000)
  .regex(/^[^\0\n]+$/, { error: () => messages().config.path });

export const ApiSettings = z.strictObject({
  listen: HostPort.default(`127.0.0.1:${API_PORT}`).describe(
    'where it listens; at an address that others reach, only with `tls`',
  ),
  tls: z
    .strictObject({
      certificate: PemFile.describe('the file of the certificate and those above it, PEM'),
      key: PemFile.describe('the file of its key, PEM'),
    })
    .optional()
    .describe('answers over HTTPS; files are relative to the configuration, and read again when they change'),
  tokens: z
    .record(TokenName, Token)
    .default({})
    .describe('who may ask, by a name for each token; without any there is no API'),
});
export type ApiSettings = z.output<typeof ApiSettings>;
