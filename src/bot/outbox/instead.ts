/** What is said where a chat service refuses a message for good: less of it, so that how something ended is told all the same. Pure. */
import { messages } from '../../messages/messages.ts';
import { cut } from '../cards/fit.ts';
import type { Mail } from './mail.ts';
import type { Waiting } from './outbox.ts';

/** The most characters of a service's reason. */
const MAX_REASON = 200;

/**
 * What is said in place of a message that will not change any more: its words without its file, then that it could not be
 * shown and where to find it. Undefined where nothing less is left, and of what is still to change.
 */
export function insteadOf(mail: Waiting, reason: string): Mail | undefined {
  const { id, place, lines, urgency, final, about, ended, file, instead } = mail;
  if (!final || instead) return undefined;
  const kept = { id, place, urgency, final, about, ended };
  if (file !== undefined) return { ...kept, lines };
  const { phrases, talk } = messages();
  const why = cut(reason, MAX_REASON);
  if (about === undefined || ended === undefined)
    return { ...kept, lines: [talk.unshown.message({ reason: why })], instead: true };
  const words = talk.unshown.run({ id: about, status: phrases.statuses[ended], reason: why });
  return { ...kept, lines: [words, phrases.next({ line: `/logs ${about}` })], instead: true };
}
