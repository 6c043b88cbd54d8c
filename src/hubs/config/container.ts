/** The files of a container, as it is given them over the gate. */
import { createHash } from 'node:crypto';
import type { Apply } from '../../config/delivered.ts';
import type { Caller, HubConfig } from '../../hub.ts';
import type { Placed } from './places.ts';
import type { FindSecret, Scene } from './scene.ts';

/** The files that go to a service of an app on a host. */
export const placedFor = (scene: Scene, { app, host, service }: Omit<Caller, 'generation'>): Placed[] =>
  scene.placed.filter(
    (one) => one.app === app && one.host === host && (one.service === undefined || one.service === service),
  );

/** All of a caller's files, named by what they come to. Rejects as `Scene.make` does. */
export async function configFor(
  scene: Scene,
  caller: Omit<Caller, 'generation'>,
  find: FindSecret,
): Promise<HubConfig> {
  const made = await Promise.all(placedFor(scene, caller).map((placed) => scene.make(placed, find)));
  const files = made.map(({ placed: { settings }, text }) => {
    const { path, mode, owner, group } = settings;
    return { path, content: Buffer.from(text).toString('base64'), mode, owner, group };
  });
  const apply = strongest(made.map(({ placed }) => placed.settings.apply));
  const version = createHash('sha256').update(JSON.stringify({ files, apply })).digest('hex').slice(0, 32);
  return { version, files, ...(apply && { apply }) };
}

/** One way for all of them: a restart does for any; of two others that differ only that does. */
function strongest(ways: readonly (Apply | undefined)[]): HubConfig['apply'] {
  const wanted = new Map(ways.flatMap((way) => (way ? [[JSON.stringify(way), way] as const] : [])));
  const [first, ...others] = wanted.values();
  if (!first) return undefined;
  if (first.restart || others.length > 0) return 'restart';
  return first.signal ? { signal: `SIG${first.signal}` } : { run: first.run ?? [] };
}
