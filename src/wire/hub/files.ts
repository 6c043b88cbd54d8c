/** The part of the hub that gives containers their files, and notes which of them each has in force. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Route } from '../../adapters/gate/route.ts';
import { findSecret } from '../../config/secret-text.ts';
import type { Caller } from '../../hub.ts';
import { configFor } from '../../hubs/config/container.ts';
import type { Scene } from '../../hubs/config/scene.ts';
import { type Force, forgetForce, noteForce } from '../../jobs/files/force.ts';
import { SharedTrees, TreeStore } from '../../jobs/files/repository.ts';
import { Scenes, sound } from '../../jobs/files/scenes.ts';
import type { HubPart, HubWire } from './part.ts';

/** The longest that a container may wait for a change, s; and from one look to the next, ms. */
const LONGEST_S = 60;
const LOOK_MS = 250;
/** How often it is looked whether templates or data of files have changed, ms. */
const TREES_MS = 2_000;
/** What a container has in force is noted again after so long, ms. */
const NOTE_MS = 60_000;

export async function openFiles({ options, state, config }: HubWire): Promise<HubPart> {
  const { scrubber, environment = {}, log } = options;
  const trees = new SharedTrees(new TreeStore(state.redis), TREES_MS);
  const scenes = new Scenes({ config: () => config.current, trees, values: state.values });
  const secret = async (text: string, path: string) => {
    const found = await findSecret(text, { path, folder: config.current.folder, environment });
    scrubber.learn(found);
    return found;
  };
  let asked: { scene: Promise<Scene>; at: number } | undefined;
  /** However many wait, it is looked once. */
  const look = (): Promise<Scene> => {
    if (!asked || performance.now() - asked.at >= LOOK_MS)
      asked = { scene: scenes.current().then(sound), at: performance.now() };
    return asked.scene;
  };
  const noted = new Map<string, { what: string; at: number }>();
  const note = async (caller: Caller, version: string, refused: Force['refused']): Promise<void> => {
    const name = JSON.stringify(caller);
    const what = JSON.stringify([version, refused]);
    const known = noted.get(name);
    if (known?.what === what && performance.now() - known.at < NOTE_MS) return;
    await noteForce(state.state, { ...caller, version, at: new Date().toISOString(), refused });
    noted.set(name, { what, at: performance.now() });
  };
  const route: Route = {
    for: 'container',
    method: 'GET',
    path: '/v1/config',
    async answer({ caller, query, headers, signal }) {
      const has = /^"([^"]{1,64})"$/.exec(`${headers['if-none-match']}`)?.[1];
      const wait = Math.min(LONGEST_S, Math.max(0, Number(query.get('wait')) || 0));
      const until = performance.now() + wait * 1_000;
      const [version, reason = ''] = [query.get('refused'), query.get('reason') ?? undefined];
      const refused = version ? { version: version.slice(0, 64), reason: reason.slice(0, 500) } : undefined;
      if (has !== undefined) await note(caller, has, refused);
      let seen: Scene | undefined;
      for (;;) {
        const scene = await look();
        if (scene !== seen) {
          seen = scene;
          const found = await configFor(scene, caller, secret);
          if (found.version !== has && found.version !== refused?.version)
            return { body: found, headers: { etag: `"${found.version}"` } };
        }
        if (performance.now() >= until || signal.aborted) return { status: 304 };
        await sleep(LOOK_MS, undefined, { signal }).catch(() => {});
      }
    },
  };
  const tidy = setInterval(() => {
    forgetForce(state.state, Date.now()).catch((err) => log.debug({ err }, 'old containers stay noted'));
    noted.clear();
  }, 3_600_000);
  tidy.unref();
  return {
    routes: [route],
    async close() {
      clearInterval(tidy);
    },
  };
}
