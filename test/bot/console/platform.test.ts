import { PassThrough } from 'node:stream';
import { Terminal } from '../../../src/bot/console/terminal.ts';
import { platformConformance } from '../../conformance/platform.ts';
import type { Stage } from '../../conformance/platform-show.ts';
import { Screen } from './screen.ts';

platformConformance('the console at a terminal', { redelivers: false, service: false }, async () => {
  const [columns, rows] = [5_000, 1_000];
  const input = Object.assign(new PassThrough(), { isTTY: true });
  const output = Object.assign(new PassThrough(), { isTTY: true, columns, rows });
  const screen = new Screen(columns, rows);
  output.on('data', (chunk) => screen.write(String(chunk)));
  return {
    ...sitting(new Terminal({ input, output, user: 'reem', onInterrupt() {} }), input),
    // What scrolls over the edge of the widest screen is broken there.
    read: () => screen.text.replace(/\n?muster> .*$/s, '').replace(/(x{5000})\n(?=x)/g, '$1'),
  };
});

/** Somebody at a console. */
function sitting(platform: Terminal, input: PassThrough): Omit<Stage, 'read'> {
  return {
    platform,
    place: platform.home,
    person: 'reem',
    say(text) {
      input.write(`${text}\r`);
      return undefined;
    },
    sprung: () => [],
    pass() {},
    async close() {
      input.end();
    },
  };
}
