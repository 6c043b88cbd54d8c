/** Writes files on a host: beside first, checked, then in their place in one step; what was there comes back where its run fails. */
import { z } from 'zod';
import type { Opened } from '../../adapters/adapter.ts';
import { ABSENT, type HostFile, hostFiles, sumOf } from '../../adapters/host-files/host-files.ts';
import { MusterError } from '../../errors.ts';
import { messages } from '../../messages/messages.ts';
import { defineStep, type StepContext } from '../step.ts';
import { check, takeOver } from './effect.ts';
import { Deliveries, type Delivery } from './input.ts';
import { contentsOf } from './made.ts';
import { Records } from './records.ts';
import { WRITTEN } from './written.ts';

const uses = { hostFiles };
type Context = StepContext & Opened<typeof uses>;

export const writeFiles = defineStep({
  name: 'files.write',
  input: z.strictObject({
    ...Deliveries.shape,
    /** Whether files that somebody else wrote, or changed, are written over. */
    overwrite: z.boolean(),
  }),
  uses,
  timeout: '10m',
  title: ({ host, files }) => messages().files.steps.write({ host, names: files.map(({ file }) => file) }),
  async brief(input, beside) {
    return beside.direction === 'undo' ? {} : { contents: await contentsOf(input, beside) };
  },
  async run({ files, contents = {}, overwrite }, context) {
    const records = new Records(context.hostFiles, context.root);
    for (const [index, file] of files.entries()) {
      const content = contents[file.id];
      if (!content) throw new MusterError('internal', { message: file.id });
      await write(file, { bytes: Buffer.from(content.bytes, 'base64'), masked: content.masked }, overwrite, {
        ...context,
        records,
      });
      context.report.progress((index + 1) / files.length);
    }
    return { files: files.map(({ file, path }) => ({ file, path })) };
  },
  async undo({ files }, context) {
    const records = new Records(context.hostFiles, context.root);
    const restored: Delivery[] = [];
    for (const file of files.toReversed())
      if (await restore(file, { ...context, records })) restored.push(file);
    await takeOver(restored.reverse(), context);
    // Only now: whoever is killed before it takes them over again.
    for (const { path } of restored) await records.forget(path);
    return undefined;
  },
  async record({ host }, { files }, state, { at, run }) {
    for (const { file, path } of files) await state.set(WRITTEN, `${host} ${path}`, { file, at, run });
  },
});

async function write(
  file: Delivery,
  { bytes, masked }: { bytes: Buffer; masked: string },
  overwrite: boolean,
  { shell, run, hostFiles: files, records, report }: Context & { records: Records },
): Promise<void> {
  const { path, mode, owner, group } = file;
  const { host } = shell;
  const [found, { left, before }] = await Promise.all([files.read(path), records.of(path, run)]);
  const sum = sumOf(bytes);
  const own = { path, sum, masked };
  if (found?.sum === sum && isIn(found, file)) {
    await records.leave(path, own);
    // What was killed right after the file took its place has not looked at it there.
    if (before) await check(file, shell);
    else report.line(messages().files.notes.same({ host, path }));
    return;
  }
  // After a crash, what this run wrote is there, or what was there before it.
  const known = before && found?.sum === before.next;
  if (!known && (found?.sum ?? ABSENT) !== (left?.sum ?? ABSENT)) {
    if (!overwrite) throw new MusterError('files.drift', { host, path });
    report.note(messages().files.notes.overwritten({ host, path }));
  }
  if (!before) await records.keep(path, { run, next: sum }, found, left);
  try {
    const next = await files.stage(path, bytes, { mode, owner, group });
    await check(file, shell, next);
    await files.take(path, found?.sum ?? ABSENT);
  } catch (error) {
    await files.drop(path).catch(() => {});
    throw error;
  }
  await records.leave(path, own);
  await check(file, shell);
  report.line(messages().files.notes.written({ host, path }));
}

/** Puts back what was there before the run, unless somebody else changed the file since; gives whether there was anything to do. */
async function restore(
  { path }: Delivery,
  { shell, run, hostFiles: files, records, report }: Context & { records: Records },
): Promise<boolean> {
  const { host } = shell;
  const { left, before } = await records.of(path, run);
  if (!before) return false;
  const found = await files.read(path);
  const { notes } = messages().files;
  const bytes = before.file && Buffer.from(before.file.bytes, 'base64');
  const was = bytes ? sumOf(bytes) : ABSENT;
  const is = found?.sum ?? ABSENT;
  if (is !== was && is !== left?.sum && is !== before.next) {
    report.note(notes.kept({ host, path }));
    return false;
  }
  if (is === was && (!found || !before.file || isLike(found, before.file))) {
    // Nothing has to be written, which a full disk would refuse.
    if (JSON.stringify(left) !== JSON.stringify(before.left)) await records.leave(path, before.left);
    return true;
  }
  if (before.file && bytes) {
    const { mode, uid, gid } = before.file;
    await files.stage(path, bytes, { mode: mode.slice(-4), owner: uid, group: gid });
    await files.take(path, is);
    report.note(notes.restored({ host, path }));
  } else if (found) {
    await files.remove(path, is);
    report.note(notes.removed({ host, path }));
  }
  await records.leave(path, before.left);
  return true;
}

const isLike = (found: HostFile, { mode, uid, gid }: Pick<HostFile, 'mode' | 'uid' | 'gid'>): boolean =>
  found.mode === mode && found.uid === uid && found.gid === gid;

/** Whether a file is in the manner that it is to be in; of what is not said, any will do. */
export const isIn = (
  found: Pick<HostFile, 'mode' | 'owner' | 'group' | 'uid' | 'gid'>,
  { mode, owner, group }: Pick<Delivery, 'mode' | 'owner' | 'group'>,
): boolean =>
  found.mode === mode &&
  (owner === undefined || owner === found.owner || owner === found.uid) &&
  (group === undefined || group === found.group || group === found.gid);
