/** Whoever asks over HTTP. */
import { type Entry, entry } from '../../entry.ts';

export const api = {
  'api.token': entry(
    () => 'there is no token here, or none that counts',
    () => 'Send Authorization: Bearer, and a token of the section api of the configuration.',
  ),
  'api.request': entry(
    (f) => `that cannot be asked: ${f.problems}`,
    () => 'See docs/api.md, or GET /v1/openapi.json',
  ),
  'api.nowhere': entry(
    () => 'there is nothing here',
    () => 'See docs/api.md, or GET /v1/openapi.json',
  ),
  'api.method': entry(
    () => 'only GET is answered here',
    () => 'What changes something is asked for in the chat.',
  ),
  'api.busy': entry(
    (f) => (f.of === 'tails' ? 'too many are following logs already' : 'too much is asked at once'),
    () => 'Try again in a moment.',
  ),
  'api.approval': entry(
    (f) => `that takes the agreement of others (${f.rule})`,
    () => 'Ask for it in the chat, where they can agree.',
  ),
  'api.short': entry(
    (f) => `the token ${f.name} is shorter than ${f.least} characters`,
    () => 'Make a new one: openssl rand -hex 32',
  ),
  'api.taken': entry(
    (f) => `the API cannot listen on ${f.listen}: ${f.message}`,
    () => 'Choose another listen in the section api, or end what listens there. It is tried again by itself.',
  ),
  'api.certificate': entry(
    (f) => `the certificate of the API does not work: ${f.message}`,
    () => 'See whether tls in the section api names a certificate and its key, both PEM.',
  ),
} satisfies Record<string, Entry>;
