/** `muster audit verify` and `export`. */
import { once } from 'node:events';
import { messages } from '../messages/messages.ts';
import { openState } from '../wire/state.ts';
import { type Places, wireOptions } from './options.ts';

export async function verify(places: Places): Promise<void> {
  const state = await openState(wireOptions(places, { level: 'warn', destination: 2 }));
  const { records, problem } = await state.audit.verify();
  await state.close();
  const words = messages().answers.audit;
  if (problem) {
    process.stdout.write(`✕ ${words.broken({ problem, records })}\n`);
    process.exitCode = 1;
  } else {
    process.stdout.write(`● ${words.intact({ records })}\n`);
  }
}

export async function exportAll(places: Places): Promise<void> {
  const state = await openState(wireOptions(places, { level: 'warn', destination: 2 }));
  for await (const record of state.audit.records()) {
    if (!process.stdout.write(`${JSON.stringify(record)}\n`)) await once(process.stdout, 'drain');
  }
  await state.close();
}
