/** Runs one program on the other end of a connection, and ends its whole group when asked to. */
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ClientChannel } from 'ssh2';
import { Capture } from '../../capture.ts';
import { checkWords, conclude, factsOf, stopError, watchForStop } from '../../ending.ts';
import { MusterError } from '../../errors.ts';
import { messages } from '../../messages/messages.ts';
import { type Output, printable, type RunOptions } from '../../shell.ts';
import { type Channels, type Session, unless } from './channels.ts';
import type { Groups } from './groups.ts';
import { type Conversation, listen } from './listen.ts';
import { COMMAND, type Opening, openingLine } from './words.ts';

/** How long an aborted program may take to say which group it leads, ms. */
const OPENING_MS = 2_000;
/** How long the loss of a connection may follow the end of its sessions, ms. */
const LOSS_MS = 1_000;

/** Where a program runs. */
export interface Place {
  host: string;
  user: string;
  channels: Channels;
  closing: AbortSignal;
  /** What ends programs here. Without it the program is one that itself does that: it gets a session kept for it, and no other end. */
  groups?: Groups;
}

/** Runs it to its end; see `Shell.run` for the errors. */
export async function runProgram(
  argv: readonly string[],
  options: RunOptions,
  place: Place,
): Promise<Output> {
  const { host, channels, closing, groups } = place;
  checkWords(argv, options);
  const capture = new Capture(options);
  const stop = new AbortController();
  const release = watchForStop(options, closing, (why) =>
    stop.abort(stopError(why, host, argv, options, capture.lines)),
  );
  try {
    return await channels.session(COMMAND, { urgent: groups === undefined, stop: stop.signal }, (session) =>
      converse(argv, options, place, { session, capture, stop }),
    );
  } finally {
    release();
    if (typeof options.stdin === 'object' && 'pipe' in options.stdin) options.stdin.destroy();
  }
}

async function converse(
  argv: readonly string[],
  options: RunOptions,
  place: Place,
  { session, capture, stop }: { session: Session; capture: Capture; stop: AbortController },
): Promise<Output> {
  const { channel, lost } = session;
  const token = `muster-${randomBytes(12).toString('hex')}`;
  const conversation = listen(channel, token, capture, (error) => stop.abort(error));
  feed(channel, openingLine(argv, token, options), options.stdin, (error) => stop.abort(error));
  try {
    const ending = await unless(lost, unless(stop.signal, conversation.ending)).catch(async (reason) => {
      if (lost.aborted) throw lost.reason;
      if (place.groups) await unless(lost, endProgram(conversation, place.host, place.groups));
      throw reason;
    });
    const opening = await conversation.opening;
    if (ending === undefined) {
      await unless(lost, sleep(LOSS_MS));
      const message = messages().reasons.ssh.sessionClosed;
      throw new MusterError('host.unreachable', { host: place.host, message, lost: true });
    }
    checkOpening(opening, argv, options, place, conversation);
    capture.end();
    if (stop.signal.aborted) throw stop.signal.reason;
    return conclude(ending, place.host, argv, options, capture);
  } finally {
    conversation.stop();
  }
}

function feed(
  channel: ClientChannel,
  line: string,
  stdin: RunOptions['stdin'],
  fail: (error: Error) => void,
): void {
  // The program need not read what it is given, and may end before it did.
  channel.on('error', () => {});
  channel.write(line);
  if (stdin === undefined || typeof stdin === 'string' || Buffer.isBuffer(stdin)) {
    channel.end(stdin);
    return;
  }
  stdin.once('error', fail);
  stdin.pipe(channel);
}

function checkOpening(
  opening: Opening | undefined,
  argv: readonly string[],
  { cwd }: RunOptions,
  { host, user }: Place,
  conversation: Conversation,
): void {
  const facts = factsOf(host, argv);
  if (opening === undefined) {
    const words = printable(conversation.noise().slice(-200));
    throw new MusterError('host.login', { host, user, message: words || messages().reasons.ssh.noShell });
  }
  if (!('failed' in opening)) return;
  if (opening.failed === 'folder') throw new MusterError('shell.folder', { host, folder: cwd });
  if (opening.failed === 'notfound') throw new MusterError('shell.notfound', facts);
  throw new MusterError('host.denied', { ...facts, message: messages().reasons.mayNotStart(facts) });
}

/** Ends the group and resolves when it is gone; rejects with `shell.survivors`. */
async function endProgram({ opening, ending }: Conversation, host: string, groups: Groups): Promise<void> {
  const first = await Promise.race([opening, sleep(OPENING_MS)]);
  if (!first || !('group' in first)) return;
  const left = await groups.end(first.group).catch((error: MusterError) => {
    if (error.code !== 'shell.timeout') throw error;
    throw new MusterError('shell.survivors', { host, survivors: messages().reasons.group(first) });
  });
  if (left.length > 0) {
    const survivors = left.map(({ pid, command }) => `${pid} ${command}`).join(', ');
    throw new MusterError('shell.survivors', { host, survivors });
  }
  await Promise.race([ending, sleep(LOSS_MS)]);
}
