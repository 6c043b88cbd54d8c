/** Who may log in. */
import { type Entry, entry } from '../../entry.ts';

export const keys = {
  'members.unreachable': entry(
    (f) => `${f.where} does not answer: ${f.message}`,
    () => 'Try again later; the keys known last stay.',
  ),
  'members.token': entry(
    (f) => `the token for ${f.where} is refused${f.message ? `: ${f.message}` : ''}`,
    () => 'Make a new one, and put it where the key group says.',
  ),
  'members.forbidden': entry(
    (f) => `the token may not see ${f.where}${f.message ? `: ${f.message}` : ''}`,
    () => 'It has to be the token of a member; at GitHub with read:org, and allowed by single sign-on.',
  ),
  'members.unknown': entry(
    (f) => `there is no ${f.where}, or the token may not see it`,
    () => 'Check its name in the key group, and whose token it is.',
  ),
  'members.limited': entry(
    (f) => `${f.where} was asked too often`,
    (f) => (f.wait ? `Try again in ${f.wait}.` : 'Try again later.'),
  ),
  'members.answer': entry(
    (f) => `the answer of ${f.where} is of no use: ${f.message}`,
    () => 'Does apiRoot of the key group lead to the API?',
  ),
  'keys.empty': entry(
    (f) => `${f.where} has no key that can be used`,
    () => 'Add one, or take it out of the key group.',
  ),
  'keys.unreadable': entry(
    (f) => `the keys in ${f.where} cannot be read: ${f.message}`,
    () => 'Mend the path in the key group, or the right to read it.',
  ),
  'keys.environment': entry(
    (f) =>
      f.reason === 'open' ? `others may read the key ${f.file}` : `the key ${f.file} is not an ed25519 key`,
    (f) =>
      f.reason === 'open'
        ? `Nobody read it? chmod 600 ${f.file}. Otherwise remove it: a new one is made at the next /keys sync.`
        : `Remove ${f.file}: a new one is made at the next /keys sync.`,
  ),
  'keys.nowhere': entry(
    (f) => (f.on ? `nobody may log in by key on ${f.on}` : 'nobody may log in by key anywhere'),
    () => 'Say in logins of the configuration which key groups may, then /reload',
  ),
  'keys.user': entry(
    (f) => `${f.host} has no user ${f.user}`,
    (f) => `Add the user on ${f.host}, or mend logins in the configuration.`,
  ),
  'keys.file': entry(
    (f) => `the authorized_keys of ${f.user} on ${f.host} cannot be written: ${f.message}`,
    (f) => `Look at it on ${f.host}; nothing was changed.`,
  ),
  'keys.block': entry(
    (f) => `the authorized_keys of ${f.user} on ${f.host} has half of Muster's block, or several`,
    (f) =>
      `On ${f.host}, remove every line from # BEGIN muster to # END muster, then /keys sync; nothing was changed.`,
  ),
} satisfies Record<string, Entry>;
