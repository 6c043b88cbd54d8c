/** Writes who may log in as a user of a host: Muster's block of authorized_keys, and nothing else. */

import type { Opened } from '../../adapters/adapter.ts';
import { authorizedKeys } from '../../adapters/authorized-keys/authorized-keys.ts';
import { blockOf, part, withBlock } from '../../adapters/authorized-keys/block.ts';
import { messages } from '../../messages/messages.ts';
import type { LiveState, StepContext } from '../step.ts';
import { defineStep } from '../step.ts';
import { keysIn, keysOf, tellAccess, tellRemarks } from './access.ts';
import { Before } from './before.ts';
import { WriteKeys } from './input.ts';
import { noteBlock, noteWritten } from './known.ts';

interface Result {
  /** How many keys the block has now. */
  count: number;
  undone?: boolean;
}

const uses = { authorizedKeys };

const step = {
  input: WriteKeys,
  uses,
  timeout: '2m',
  title: ({ host, user, keys }: WriteKeys) => messages().jobs.steps.keys({ host, user, count: keys.length }),
  run: write,
};

/** Stays where another step of its run fails: who lost access does not get it back because another host is down. */
export const syncKeys = defineStep({
  ...step,
  name: 'keys.sync',
  record: (input, result: Result, state, { at }) => note(input, result, state, at),
});

/** Is taken back with the rest of its run: the block is then as it was. */
export const authoriseKeys = defineStep({
  ...step,
  name: 'keys.authorise',
  undo: takeBack,
  record: (input, result: Result, state, { at }) => note(input, result, state, at),
});

async function write(
  { user, keys, remarks }: WriteKeys,
  { shell, root, run, authorizedKeys: files, signal, report }: StepContext & Opened<typeof uses>,
): Promise<Result> {
  const where = { host: shell.host, user };
  tellRemarks(remarks, report);
  const wanted = keys.map(({ key }) => key);
  const block = blockOf(wanted.map(({ type, data, person }) => `${type} ${data} ${person}`));
  const before = new Before(shell, root, user);
  let old = part('', where);
  let kept: { block?: string } | undefined;
  const edit = async (text: string): Promise<string> => {
    old = part(text, where);
    if (old.block === block) return text;
    kept ??= await before.keep(run, old.block);
    return withBlock(old, block);
  };
  await files.edit(user, edit, signal);
  // Where nothing was left to do, an earlier start of this run may have done it.
  kept ??= (await before.of(run)) ?? { block };
  const others = keysOf(`${old.before}${old.after}`);
  tellAccess({ before: keysIn(kept.block), after: wanted, others }, where, report);
  return { count: wanted.length };
}

async function takeBack(
  { user }: WriteKeys,
  { shell, root, run, authorizedKeys: files, report }: StepContext & Opened<typeof uses>,
): Promise<Result | undefined> {
  const where = { host: shell.host, user };
  const kept = await new Before(shell, root, user).of(run);
  // It did not come as far as changing anything.
  if (!kept) return undefined;
  let now = part('', where);
  await files.edit(user, (text) => {
    now = part(text, where);
    return now.block === kept.block ? text : withBlock(now, kept.block);
  });
  const after = keysIn(kept.block);
  const others = keysOf(`${now.before}${now.after}`);
  tellAccess({ before: keysIn(now.block), after, others }, where, report);
  return { count: after.length, undone: true };
}

/** What sources gave counts as known once a host has it, and not when that was taken back. */
async function note(
  input: WriteKeys,
  { count, undone }: Result,
  state: LiveState,
  at: string,
): Promise<void> {
  const { host, user, groups } = input;
  if (undone) await noteBlock({ host, user, groups, count, at }, state);
  else await noteWritten(input, state, at);
}
