/** `hub config`, `hub health` and `hub log`: one thing asked or told, beside `hub run` or without it. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { HubReport } from '../hub.ts';
import { HEALTH } from '../hub-place.ts';
import { Files } from './config/files.ts';
import { readKept } from './config/kept.ts';
import { Connection } from './connection.ts';
import { report } from './health.ts';
import type { Identities } from './identity.ts';
import { Claim } from './log/claim.ts';
import { Lines } from './log/lines.ts';
import { Room } from './log/room.ts';
import { Shipper } from './log/ship.ts';
import { Stream } from './log/spool.ts';
import type { Settings } from './settings.ts';
import type { Words } from './words.ts';

export interface AloneParts {
  verb: 'config' | 'health' | 'log';
  args: readonly string[];
  identities: Identities;
  state: string | undefined;
  settings: Settings;
  words: Words;
  stdin: NodeJS.ReadableStream;
  stdout: NodeJS.WritableStream;
  stderr: NodeJS.WritableStream;
}

const TTL_S = 60;
/** From one look for room to the next, ms. */
const LOOK_MS = 20;

/** Does it, and gives the exit code: 0 where it worked, 1 where not, 2 where it was not understood. */
export async function alone(parts: AloneParts): Promise<number> {
  const connection = new Connection(parts.identities);
  const say = (text: string) => void parts.stderr.write(`${text}\n`);
  try {
    if (parts.verb === 'config') return await config(parts, connection, say);
    return await (parts.verb === 'health' ? health : log)(parts, connection, say);
  } catch (error) {
    say(parts.words.refused({ message: (error as Error).message }));
    return 1;
  } finally {
    connection.close();
  }
}

async function config(
  { args, state, settings, words, stdout }: AloneParts,
  connection: Connection,
  say: (text: string) => void,
): Promise<number> {
  const [what, ...more] = args;
  if (more.length > 0 || (what !== undefined && what !== 'fetch')) return misused(words, args, say);
  if (what === 'fetch') {
    const files = new Files({ connection, state, settings: { ...settings, required: false }, words, say });
    await files.start(new AbortController().signal);
    await files.kept;
  }
  const kept = await readKept(state);
  if (!kept) {
    say(words.noneKept);
    return 1;
  }
  stdout.write(`${kept.config.version} ${kept.at}\n`);
  for (const { path, mode, content } of kept.config.files)
    stdout.write(`${mode} ${String(Buffer.byteLength(content, 'base64')).padStart(8)} ${path}\n`);
  return 0;
}

async function health(
  { args, words }: AloneParts,
  connection: Connection,
  say: (text: string) => void,
): Promise<number> {
  const told = reportOf(args);
  if (!told) return misused(words, args, say);
  await report(connection, told);
  say(words.told);
  return 0;
}

/** `degraded --check db=unhealthy=no answer --ttl 30`; undefined where it is none. */
function reportOf([status, ...options]: readonly string[]): HubReport | undefined {
  const known = (word?: string): word is HubReport['status'] =>
    (HEALTH as readonly (string | undefined)[]).includes(word);
  if (!known(status)) return undefined;
  const told: HubReport = { status, ttl: TTL_S * 1_000, checks: [] };
  for (let at = 0; at < options.length; at += 2) {
    const [option, value = ''] = options.slice(at, at + 2);
    if (option === '--ttl' && Number(value) >= 1) told.ttl = Math.round(Number(value) * 1_000);
    else if (option === '--check') {
      const [name = '', verdict, ...detail] = value.split('=');
      if (!known(verdict) || name === '') return undefined;
      told.checks.push({ name, status: verdict, ...(detail.length > 0 && { detail: detail.join('=') }) });
    } else return undefined;
  }
  return told;
}

/** Sends what is said, or what comes on standard input; where the hub is away it is left for `hub run`. */
async function log(
  { args, state, settings, words, stdin }: AloneParts,
  connection: Connection,
  say: (text: string) => void,
): Promise<number> {
  if (state === undefined) {
    say(words.noRoom);
    return 1;
  }
  const claim = await Claim.make(join(state, 'spool'), { alone: true });
  const room = new Room(settings.spool);
  const stream = Stream.create(claim.folder, randomBytes(8).toString('hex'), room);
  let lost = false;
  const shipper = new Shipper(stream, {
    connection,
    onAway: () => {},
    onBack: () => {},
    onRefused: (refused) => {
      lost = true;
      say(words.notTaken(refused));
    },
    onLost: (lines) => {
      lost = true;
      say(words.removed({ lines }));
    },
    onProgress: () => {},
  });
  let dropped = 0;
  const keep = (pieces: ReturnType<Lines['push']>) => {
    const time = `${BigInt(Date.now()) * 1_000_000n}`;
    const lines = pieces.map(({ text, part }) => ({
      time,
      from: 'stdout' as const,
      text,
      ...(part && { part: true as const }),
    }));
    dropped += lines.length - stream.append(lines);
    shipper.nudge();
  };
  if (args.length > 0) keep([{ text: args.join(' '), part: false }]);
  else {
    const lines = new Lines();
    for await (const chunk of stdin) {
      keep(lines.push(Buffer.from(chunk)));
      // Whoever writes waits for a hub that is there, and for none that is away.
      while (room.scarce && stream.waiting > 0 && !shipper.away) await sleep(LOOK_MS);
    }
    keep(lines.end());
  }
  stream.finish();
  await shipper.drain(settings.drain);
  claim.release();
  if (dropped > 0) say(words.dropped({ lines: dropped }));
  if (stream.waiting > 0) say(words.kept);
  return dropped > 0 || lost ? 1 : 0;
}

function misused(words: Words, args: readonly string[], say: (text: string) => void): number {
  say(words.badUsage({ word: args.join(' ') || 'hub' }));
  return 2;
}
