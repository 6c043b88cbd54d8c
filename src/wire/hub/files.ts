/** The part of the hub that gives containers their files, and notes which of them each has in force. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Route } from '../../adapters/gate/route.ts';
import { findSecret } from '../../config/secret-text.ts';
import type { Caller } from '../../hub.ts';
import { configFor } from '../../hubs/config/container.ts';
import type { Scene } from '../../hubs/config/scene.ts';
import { dropForce, type Force, forgetForce, noteForce } from '../../jobs/files/force.ts';
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
/** All that are there have asked a hub that has run for so long, ms. */
const SETTLED_MS = 60_000;
const DAY_MS = 24 * 60 * 60_000;
/** A container that has hung up and does not ask again for so long has ended, ms. */
const ENDED_MS = 2_000;

/** One container. */
type Taker = Caller & { life?: string };

/** `ended` is after how long of silence one that hung up has ended, ms. */
export async function openFiles(
  { options, state, config }: HubWire,
  ended: number = ENDED_MS,
): Promise<HubPart> {
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
  const note = async (who: Taker, version: string, refused: Force['refused']): Promise<void> => {
    const name = JSON.stringify(who);
    const what = JSON.stringify([version, refused]);
    clearTimeout(ending.get(name));
    ending.delete(name);
    const known = noted.get(name);
    if (known?.what === what && performance.now() - known.at < NOTE_MS) return;
    await noteForce(state.state, { ...who, version, at: new Date().toISOString(), refused });
    noted.set(name, { what, at: performance.now() });
  };
  const ending = new Map<string, NodeJS.Timeout>();
  /** What each asks now: one that hung up may ask again already. */
  const asking = new Map<string, object>();
  /** One that has ended has no files any more, and nobody is to wait for it. */
  const hungUp = (who: Taker): void => {
    const name = JSON.stringify(who);
    clearTimeout(ending.get(name));
    const forget = () => {
      ending.delete(name);
      noted.delete(name);
      if (who.life) asking.delete(who.life);
      dropForce(state.state, who).catch((err) => log.debug({ err }, 'a container that ended stays noted'));
    };
    ending.set(name, setTimeout(forget, ended).unref());
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
      const life = /^[a-z0-9]{8,32}$/.exec(query.get('life') ?? '')?.[0];
      const who: Taker = { ...caller, ...(life && { life }) };
      const asks = {};
      if (life) asking.set(life, asks);
      // One that does not wait is only about to write them, or somebody looks by hand.
      if (has !== undefined && query.has('wait')) await note(who, has, refused);
      let seen: Scene | undefined;
      for (;;) {
        const scene = await look();
        if (scene !== seen) {
          seen = scene;
          const found = await configFor(scene, caller, secret);
          if (found.version !== has && found.version !== refused?.version)
            return { body: found, headers: { etag: `"${found.version}"` } };
        }
        if (signal.aborted && life && asking.get(life) === asks) hungUp(who);
        if (performance.now() >= until || signal.aborted) return { status: 304 };
        await sleep(LOOK_MS, undefined, { signal }).catch(() => {});
      }
    },
  };
  const began = Date.now();
  const forget = (since: number) =>
    forgetForce(state.state, since).catch((err) => log.debug({ err }, 'old containers stay noted'));
  // Those that ended while no hub was there.
  const settled = setTimeout(() => forget(began), SETTLED_MS).unref();
  const tidy = setInterval(() => {
    void forget(Date.now() - DAY_MS);
    noted.clear();
  }, 3_600_000);
  tidy.unref();
  return {
    routes: [route],
    async close() {
      clearTimeout(settled);
      clearInterval(tidy);
      for (const timer of ending.values()) clearTimeout(timer);
    },
  };
}
