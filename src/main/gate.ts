/** `muster gate`: tries an image in a network of its own, for the step that asks for it. It says what happens, a line of JSON each. */
import { text } from 'node:stream/consumers';
import { TrialOrder } from '../jobs/image/trial.ts';
import { createLog } from '../log.ts';
import { Scrubber } from '../secret.ts';
import { tryImage } from '../wire/boot/gate.ts';

export async function gate(): Promise<void> {
  const order = TrialOrder.parse(JSON.parse(await text(process.stdin)));
  const log = createLog({ level: 'warn', destination: 2, scrubber: new Scrubber() });
  // What it started ends with it: it is the first process of all of them.
  process.once('SIGTERM', () => process.exit(143));
  await tryImage({
    ...{ order, log },
    say: (news) => void process.stdout.write(`${JSON.stringify(news)}\n`),
  });
}
