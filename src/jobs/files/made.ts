/** What is written where: made once more when its step begins, and held against what was agreed to. */
import { MusterError } from '../../errors.ts';
import type { Beside } from '../step.ts';
import type { Content, Deliveries } from './input.ts';

/** The files of a step; rejects with `files.stale` where one comes to something else than was agreed to. */
export async function contentsOf(
  { host, files }: Pick<Deliveries, 'host' | 'files'>,
  { files: desk, secret }: Pick<Beside, 'files' | 'secret'>,
): Promise<Record<string, Content>> {
  const scene = await desk.scene();
  const contents: Record<string, Content> = {};
  for (const { id, file, sum } of files) {
    const placed = scene.placed.find((one) => one.id === id);
    const made = placed && (await scene.make(placed, secret));
    if (made?.sum !== sum) throw new MusterError('files.stale', { file, host });
    contents[id] = { bytes: Buffer.from(made.text).toString('base64'), masked: made.masked };
  }
  return contents;
}
