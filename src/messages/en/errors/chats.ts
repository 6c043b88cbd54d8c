/** Chat services, and what is said there. */
import { type Entry, entry } from '../../entry.ts';

export const chats = {
  'alert.unknown': entry(
    (f) => `there is no alert ${f.id}${f.near ? ` (did you mean ${f.near}?)` : ''}`,
    () => 'See /alerts',
  ),
  'alert.over': entry(
    (f) => `${f.id} is over`,
    () => 'See /alerts',
  ),
  'alert.acknowledged': entry(
    (f) => `${f.id} was acknowledged by ${f.by} already`,
    () => 'See /alerts',
  ),
  'platform.token': entry(
    (f) => `the ${f.token} is refused: ${f.reason}`,
    (f) => `Make a new one, put it where platforms.${f.platform}.${f.token} says, and restart Muster.`,
  ),
  'platform.scope': entry(
    (f) => `the app lacks a right: ${f.reason}`,
    (f) => `Give the app the scope ${f.scope}, and install it again.`,
  ),
  'platform.unreachable': entry(
    (f) => `cannot be reached: ${f.message}`,
    () => 'Check the network. I try again by myself, and nothing is lost meanwhile.',
  ),
  'platform.port': entry(
    (f) => `cannot listen at port ${f.port}: ${f.message}`,
    (f) =>
      `End what listens there, or set another port under platforms.${f.platform}. I try again by myself.`,
  ),
  'platform.forged': entry(
    (f) =>
      `a request to port ${f.port} was refused: its ${f.secret === 'secret' ? 'secret' : 'signature'} is ${f.problem}`,
    (f) =>
      `If I hear nobody, check platforms.${f.platform}.${f.secret}; if I do, somebody else knocks. Nothing was run.`,
  ),
  'platform.clock': entry(
    (f) => `a request to port ${f.port} was refused: its time is ${f.off} from this machine's`,
    () =>
      'Set the clock of this machine (timedatectl), or somebody sends old requests again. Nothing was run.',
  ),
  'platform.size': entry(
    (f) => `a request to port ${f.port} was refused: it is larger than ${f.limit}`,
    () => 'No service sends that much; somebody else knocks. Nothing was run.',
  ),
  'platform.garbled': entry(
    (f) => `a request to port ${f.port} was refused: it proves itself and is no update`,
    () => 'Something on the way from Telegram changes what it brings: look at what passes requests on.',
  ),
  'platform.path': entry(
    (f) => `a request to port ${f.port} was refused: there is no ${f.path}`,
    (f) => `If I hear nobody, the address at the service must end in ${f.right}. Nothing was run.`,
  ),
  'platform.conflict': entry(
    () => 'another program polls with my token, and takes lines away from me',
    (f) =>
      `Managers of one Redis take turns; so end what is not one of them: another Muster, a bot under test. If you cannot find it, make a new token (/revoke at @BotFather) and put it where platforms.${f.platform}.token says.`,
  ),
  'platform.webhook': entry(
    (f) => `the webhook could not be set: ${f.reason}`,
    (f) => `Check platforms.${f.platform}.url. I try again by myself.`,
  ),
  'platform.delivery': entry(
    (f) => `${f.pending} update${f.pending === 1 ? ' waits' : 's wait'}, as ${f.url} fails: ${f.reason}`,
    (f) => `Does it lead to port ${f.port} of this machine? Nothing is lost for a day.`,
  ),
  'chat.shut': entry(
    (f) => `the chat ${f.chat} lets nothing in: ${f.reason}`,
    () =>
      'Take me in again, or let me write; what is to be said waits. If it is no more, take it out of channels.',
  ),
  'chat.refused': entry(
    (f) => `a message to the chat ${f.chat} was refused for good and is not said: ${f.reason}`,
    () => 'See /jobs for how things ended; the log has the message. Please report it.',
  ),
  'line.masked': entry(
    () => 'I cannot see who you are: you write under the name of a group or channel',
    () => 'Write as yourself: in the group, turn off «Remain anonymous» for you.',
  ),
  'line.forwarded': entry(
    () => 'forwarded lines are not carried out',
    () => 'If you want it done, type it.',
  ),
} satisfies Record<string, Entry>;
