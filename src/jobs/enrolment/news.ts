/** What becomes of a host that was added, as whoever added it is told. Pure. */
import { type EnrolledHost, seenKeys } from '../../config/enrolled.ts';
import { messages } from '../../messages/messages.ts';
import { humanDuration } from '../../units.ts';
import type { News } from './enrolments.ts';
import { TOKEN_MS } from './handshake.ts';

/** So many characters of a key are enough for a button, which has little room: 120 bits. */
const ENOUGH = 'SHA256:'.length + 20;

/** Lines, and what can be pressed. */
export function drawNews(
  name: string,
  host: EnrolledHost,
  news: News,
): { lines: string[]; buttons: { label: string; line: string }[] } {
  const { hosts, phrases } = messages();
  if (news.kind === 'stranger')
    return { lines: [`✕ ${hosts.stranger({ name, fingerprint: news.fingerprint })}`], buttons: [] };
  if (news.kind === 'lapsed')
    return { lines: [`✕ ${hosts.lapsed({ name, time: humanDuration(TOKEN_MS) })}`], buttons: [] };
  const keys = seenKeys(host);
  const line = ['/host trust', name, ...keys].join(' ');
  const short = ['/host trust', name, ...keys.map((key) => key.slice(0, ENOUGH))].join(' ');
  return {
    lines: [`▲ ${hosts.answered({ name, keys })}`, phrases.next({ line })],
    buttons: [{ label: hosts.trust, line: short }],
  };
}

/** What is said to whoever added a host: `line` is to be run over there, and is `secret` where it holds a token. */
export function drawAdded(
  name: string,
  entry: { link: string; user?: string },
  line: string,
): { text: string[]; secret: boolean } {
  const { hosts } = messages();
  if (entry.link === 'ssh')
    return { text: [hosts.addedSsh({ name, user: entry.user ?? 'root' }), line], secret: false };
  return { text: [hosts.added({ name, time: humanDuration(TOKEN_MS) }), line], secret: true };
}
