/** Keeps a service's menus as they ought to be: sets what has changed, takes away what is no more, remembers in Redis what is there. Key family `menu`. */
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { key, type Redis } from '../../adapters/redis/connection.ts';
import type { Log } from '../../log.ts';
import { type Menu, type Place, type Platform, Undelivered } from '../platform.ts';

/** The pause between two calls, ms: nobody waits for a menu. */
const PAUSE_MS = 200;
/** The longest a service may ask to wait, ms; beyond, it is left for the next time. */
const PATIENCE_MS = 120_000;

export interface MenuKeeperParts {
  redis: Redis;
  platform: Platform;
  log: Log;
  /** A place by the id its chat has now. */
  whereIs(place: Place): Promise<Place>;
}

export class MenuKeeper {
  readonly #parts: MenuKeeperParts;
  #wanted: readonly Menu[] = [];
  #busy: Promise<void> | undefined;
  readonly #stop = new AbortController();

  constructor(parts: MenuKeeperParts) {
    this.#parts = parts;
  }

  /** Sets these menus, in the background; what fails is tried again the next time this is called. */
  keep(menus: readonly Menu[]): void {
    this.#wanted = menus;
    const { log } = this.#parts;
    this.#busy = (this.#busy ?? Promise.resolve()).then(async () => {
      if (this.#wanted !== menus || this.#stop.signal.aborted) return;
      await this.#set(menus).catch((err) => log.debug({ err }, 'menus could not be kept'));
    });
  }

  /** Stops; resolves when nothing is under way. */
  async close(): Promise<void> {
    this.#stop.abort();
    await this.#busy;
  }

  async #set(menus: readonly Menu[]): Promise<void> {
    const { redis, platform, whereIs } = this.#parts;
    const kept = key('menu', platform.name, platform.account ?? '');
    const there = await redis.hgetall(kept);
    const wanted = new Map<string, Menu>();
    for (const menu of menus) {
      const chat = menu.chat && (await whereIs({ platform: platform.name, chat: menu.chat })).chat;
      wanted.set(JSON.stringify([chat, menu.user]), { ...menu, chat });
    }
    for (const name of Object.keys(there)) {
      const [chat, user] = JSON.parse(name) as [string | null, string | null];
      if (!wanted.has(name))
        wanted.set(name, { chat: chat ?? undefined, user: user ?? undefined, commands: [] });
    }
    for (const [name, menu] of wanted) {
      if (this.#stop.signal.aborted) return;
      const digest = createHash('sha256').update(JSON.stringify(menu.commands)).digest('base64url');
      const asIs = menu.commands.length > 0 ? there[name] === digest : there[name] === undefined;
      if (asIs || !(await this.#tell(menu))) continue;
      if (menu.commands.length > 0) await redis.hset(kept, name, digest);
      else await redis.hdel(kept, name);
    }
  }

  /** Whether the service took it; it is asked again once where it wants us to wait. */
  async #tell(menu: Menu): Promise<boolean> {
    const { platform, log } = this.#parts;
    for (const last of [false, true]) {
      try {
        await this.#pause(PAUSE_MS);
        if (this.#stop.signal.aborted) return false;
        await platform.menu?.(menu);
        return true;
      } catch (err) {
        const { chat, user } = menu;
        log.debug({ err, chat, user }, 'a menu could not be set');
        const why = err instanceof Undelivered ? err.why : undefined;
        if (last || why?.kind !== 'later' || why.ms > PATIENCE_MS) return false;
        await this.#pause(why.ms);
      }
    }
    return false;
  }

  async #pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.#stop.signal }).catch(() => {});
  }
}
