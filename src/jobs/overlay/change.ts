/** A change of one host's membership that can be taken back: what was in force before lies on the host, by the run that changed it. */
import { join } from 'node:path/posix';
import { z } from 'zod';
import type { Opened } from '../../adapters/adapter.ts';
import { wireguard } from '../../adapters/wireguard/wireguard.ts';
import { zerotier } from '../../adapters/zerotier/zerotier.ts';
import { Disk } from '../../disk.ts';
import { messages } from '../../messages/messages.ts';
import { Membership, type Overlay, type Standing } from '../../overlay.ts';
import type { StepContext } from '../step.ts';

export const USES = { wireguard, zerotier };
export type Context = StepContext & Opened<typeof USES>;

const Before = z.object({ run: z.string(), membership: Membership.nullable() });

/** The network of a membership on the host. */
export const overlayOf = (membership: Membership, context: Context): Overlay =>
  membership.kind === 'wireguard'
    ? context.wireguard.network(context.root, membership)
    : context.zerotier.network(membership);

/** Puts a membership in force; null takes the host out. */
export async function change(
  name: string,
  to: Membership | null,
  kind: Membership,
  context: Context,
): Promise<Standing> {
  const overlay = overlayOf(to ?? kind, context);
  await remember(name, overlay, context);
  return put(to, overlay, context);
}

/** Takes the run's change back; undefined where it changed nothing. */
export async function takeBack(
  name: string,
  kind: Membership,
  context: Context,
): Promise<Standing | undefined> {
  const before = await recall(name, context);
  if (before?.run !== context.run) return undefined;
  const { membership } = before;
  const standing = await put(membership, overlayOf(membership ?? kind, context), context);
  await new Disk(context.shell).run(['rm', '--force', '--', fileOf(name, context)]);
  const { notes } = messages().overlay;
  const facts = { host: context.shell.host, name };
  context.report.note(membership === null ? notes.left(facts) : notes.restored(facts));
  return standing;
}

async function put(to: Membership | null, overlay: Overlay, { signal }: Context): Promise<Standing> {
  if (to !== null) return overlay.join(signal);
  await overlay.leave(signal);
  return { state: 'out' };
}

/** Notes what is in force now, unless this run has done so before: it may have been cut off in the middle of its change. */
async function remember(name: string, overlay: Overlay, context: Context): Promise<void> {
  if ((await recall(name, context))?.run === context.run) return;
  const membership = (await overlay.membership(context.signal)) ?? null;
  const disk = new Disk(context.shell);
  await disk.run(['mkdir', '--parents', '--mode=700', '--', join(context.root, 'overlays', name)]);
  await disk.write(fileOf(name, context), JSON.stringify({ run: context.run, membership }));
}

async function recall(name: string, context: Context): Promise<z.output<typeof Before> | undefined> {
  const text = await new Disk(context.shell).read(fileOf(name, context));
  return text === undefined ? undefined : Before.parse(JSON.parse(text));
}

const fileOf = (name: string, { root }: Context): string => join(root, 'overlays', name, 'before.json');
