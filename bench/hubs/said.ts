/** Lines as servers print them, and the same ones as a file. */

import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import type { Printed } from '../../src/lines.ts';

const LEVELS = ['INFO ', 'INFO ', 'INFO ', 'DEBUG', 'INFO ', 'WARN ', 'INFO '];
const DOING = ['stored for customer', 'sent to the warehouse of', 'paid with card by', 'asked for by'];

/** The line of a number, about 110 bytes; numbers look as random as they do in logs. */
export function said(seq: number): string {
  const mixed = Math.imul(seq, 2_654_435_761) >>> 0;
  const time = `2026-11-21T10:${pad((seq / 60_000) % 60)}:${pad((seq / 1_000) % 60)}.${pad(seq % 1_000, 3)}Z`;
  const level = LEVELS[seq % LEVELS.length];
  return `${time} ${level} [worker-${mixed % 16}] com.acme.shop.Orders - order ${mixed.toString(36)} ${DOING[mixed % 4]} ${mixed % 100_003} in ${mixed % 97} ms`;
}

const pad = (value: number, width = 2): string => `${Math.floor(value)}`.padStart(width, '0');

const START = BigInt(Date.now()) * 1_000_000n - 86_400_000_000_000n;

/** As text is that was read: in one piece, not one that still knows what it was put together from. */
const read = (seq: number): string => Buffer.from(said(seq), 'latin1').toString('latin1');

/** Lines of numbers that follow each other. */
export function printed(from: number, count: number): Printed[] {
  const lines: Printed[] = new Array(count);
  for (let index = 0; index < count; index += 1)
    lines[index] = {
      seq: from + index,
      time: START + BigInt(from + index) * 1_000n,
      text: read(from + index),
    };
  return lines;
}

/** Writes a file of the first lines. */
export async function writeSaid(path: string, count: number): Promise<void> {
  const file = createWriteStream(path);
  for (let seq = 1; seq <= count; seq += 10_000) {
    const size = Math.min(10_000, count - seq + 1);
    const text = Array.from({ length: size }, (_, index) => `${said(seq + index)}\n`).join('');
    if (!file.write(text)) await once(file, 'drain');
  }
  file.end();
  await once(file, 'close');
}
