/** What the log hub found, as text for a chat. */

import { shownLines } from '../../jobs/logs/show.ts';
import type { Line } from '../../lines.ts';
import type { LogStats, LogsVerified } from '../../log-asking.ts';
import { messages } from '../../messages/messages.ts';
import { printable } from '../../shell.ts';
import { humanDuration, humanSize, humanTime } from '../../units.ts';
import type { Reply } from '../command.ts';
import { attachment } from '../outbox/attachment.ts';

const MAX_TEXT = 3_500;
/** Gaps and the like that are told one by one. */
const MOST = 15;

/** The last lines that fit a message; where that are not all, all of them as a file. */
export function foundLogs(target: string, found: readonly Line[]): Reply {
  const { logs } = messages();
  const several = new Set(found.map(({ host }) => host)).size > 1;
  const lines = found.flatMap((line) => shownLines(line, several)).map(printable);
  if (lines.length === 0) return { text: logs.none({ target }) };
  const kept: string[] = [];
  let size = 0;
  for (const line of lines.toReversed()) {
    size += line.length + 1;
    if (size > MAX_TEXT) break;
    kept.unshift(line);
  }
  const count = lines.length - kept.length;
  if (count === 0) return { text: kept.join('\n'), printedFrom: 0 };
  const text = [logs.earlier({ count }), ...kept].join('\n');
  return { text, printedFrom: 1, file: attachment(`${target}.log`, lines) };
}

/** What is provable: how much there is, and every gap, double and damage. */
export function provedLogs(target: string, { streams, damaged }: LogsVerified): Reply {
  const { logs } = messages();
  const sum = (of: (proof: LogsVerified['streams'][number]) => number) =>
    streams.reduce((total, proof) => total + of(proof), 0);
  const nameOf = ({ app, service, host, run, stream }: LogsVerified['streams'][number]) =>
    printable([app ?? run, service, host, stream].filter((word) => word !== undefined).join('/'));
  const wrong = [
    ...streams.flatMap((proof) => [
      ...proof.gaps.map(([first, last]) => logs.gap({ stream: nameOf(proof), first, last })),
      ...(proof.doubled > 0 ? [logs.doubled({ stream: nameOf(proof), count: proof.doubled })] : []),
      ...(proof.dropped > 0 ? [logs.dropped({ stream: nameOf(proof), count: proof.dropped })] : []),
    ]),
    ...damaged.map((one) => logs.damaged(one)),
  ];
  const [duplicates, forged] = [sum((proof) => proof.duplicates), sum((proof) => proof.forged)];
  const lines = [
    logs.verified({ target, streams: streams.length, lines: `${sum(({ kept }) => kept)}` }),
    ...(wrong.length === 0 ? [logs.complete] : wrong.slice(0, MOST)),
    ...(wrong.length > MOST ? [logs.more({ count: wrong.length - MOST })] : []),
    ...(duplicates + forged > 0 ? [logs.refused({ duplicates, forged })] : []),
  ];
  return { text: lines.join('\n') };
}

/** How much the log hub keeps of whom, and how its sinks and sources do. */
export function logStats({ shares, sinks, troubles, jumped }: LogStats): Reply {
  const { logs } = messages();
  const sorted = [...shares].sort((one, other) => other.bytes - one.bytes);
  const total = sorted.reduce((sum, { bytes }) => sum + bytes, 0);
  const lines = [
    logs.shares({ bytes: humanSize(total) }),
    ...sorted.slice(0, MOST).map(({ owner, bytes }) => logs.share({ owner, bytes: humanSize(bytes) })),
    ...(sorted.length > MOST ? [logs.more({ count: sorted.length - MOST })] : []),
    ...(sinks.length > 0 ? [logs.sinks, ...sinks.map((sink) => printable(logs.sink(sink)))] : []),
    ...(troubles.length > 0
      ? [logs.troubles, ...troubles.map((trouble) => printable(logs.trouble(trouble)))]
      : []),
    ...(jumped
      ? [logs.jumped({ by: humanDuration(jumped.by) }), logs.jumpedHint({ until: moment(jumped) })]
      : []),
  ];
  return { text: lines.join('\n') };
}

const moment = ({ until }: NonNullable<LogStats['jumped']>): string =>
  humanTime(new Date(until).toISOString());
