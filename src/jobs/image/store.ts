/**
 * Versions of images in Redis, and which are promoted: each change and its audit record are one transaction, so that two managers
 * never give one number to two versions, nor promote what the other removes.
 */
import { key, type Redis } from '../../adapters/redis/connection.ts';
import { MusterError } from '../../errors.ts';
import { type ImageVersion, imageOf } from '../../image.ts';
import type { Audit } from '../audit.ts';
import type { Ledger } from '../ledger.ts';
import { Changes, type Deed, guardOf } from './change.ts';
import { GATE_FAMILY, gateFields } from './gates.ts';
import { ImageNumbers } from './numbers.ts';
import { ImageRecord, indexBefore, PROMOTIONS, Promotion, type Step, VERSIONS } from './versions.ts';

const RECORDS = key('state', VERSIONS);
const PROMOTED = key('state', PROMOTIONS);
const GATED = key('state', GATE_FAMILY);
/** How much of what was promoted, and of what was rolled back from, is remembered. */
const MOST = 50;

export class ImageStore {
  readonly #redis: Redis;
  readonly #ledger: Ledger;
  readonly #changes: Changes;
  readonly numbers: ImageNumbers;

  constructor({ redis, ledger, audit }: { redis: Redis; ledger: Ledger; audit: Audit }) {
    this.#redis = redis;
    this.#ledger = ledger;
    this.#changes = new Changes({ ledger, audit });
    this.numbers = new ImageNumbers({ redis, ledger, changes: this.#changes });
  }

  /** Puts a version on record; the same again changes nothing. Rejects with `image.taken` where another run has put it there. */
  async publish(record: ImageRecord, deed: Deed): Promise<void> {
    const { version } = record.manifest;
    await this.#changes.make(version, async () => {
      const known = await this.#record(version);
      if (known?.value?.run === record.run) return { done: undefined };
      if (known) throw new MusterError('image.taken', { version });
      return {
        done: undefined,
        guard: { unset: [RECORDS, version] },
        commands: [['HSET', RECORDS, version, JSON.stringify(record)]],
        deed: { ...deed, image: record.manifest.image },
      };
    });
  }

  /** Promotes a version; gives the one before, if any, and whether anything changed. Rejects with `image.unknown`. */
  async promote(
    version: ImageVersion,
    deed: Deed,
    forced = false,
  ): Promise<{ before?: ImageVersion; changed: boolean }> {
    return this.#promotion<{ before?: ImageVersion; changed: boolean }>(
      imageOf(version),
      deed,
      (promotion) => {
        const { now, before = [], left = [] } = promotion ?? {};
        if (now?.run === deed.run && now.version === version)
          return { target: version, done: { before: promotion?.former?.now.version, changed: true } };
        if (now?.version === version) return { target: version, done: { before: version, changed: false } };
        const next = {
          now: stepOf(version, deed, forced),
          before: [...before.filter((step) => step.version !== version), ...(now ? [now] : [])].slice(-MOST),
          left: left.filter((other) => other !== version),
        };
        return { target: version, next, done: { before: now?.version, changed: true } };
      },
    );
  }

  /**
   * Goes back to the version that was promoted before; gives the one that was promoted until now, which does not come back by itself.
   * The same run again changes nothing. Rejects with `image.moved` where another version than this one is the one before.
   */
  async rollBack(image: string, to: ImageVersion, deed: Deed): Promise<ImageVersion> {
    const there = new Set(await this.#there());
    return this.#promotion(image, deed, (promotion) => {
      const { now, before = [], left = [], former } = promotion ?? {};
      if (now?.run === deed.run && former) return { target: now.version, done: former.now.version };
      const at = indexBefore(promotion, there);
      const target = before[at];
      if (!now || target?.version !== to) throw new MusterError('image.moved', { image });
      const next = {
        now: stepOf(target.version, deed, target.forced),
        before: before.slice(0, at),
        left: [...left.filter((other) => other !== now.version), now.version].slice(-MOST),
      };
      return { target: to, next, done: now.version };
    });
  }

  /** Takes back what this run has promoted or rolled back; gives the version that is promoted again, if any. */
  async takeBack(image: string, deed: Deed): Promise<ImageVersion | undefined> {
    return this.#changes.make(image, async () => {
      const text = await this.#redis.hget(PROMOTED, image);
      const promotion = text === null ? undefined : Promotion.parse(JSON.parse(text));
      if (promotion?.now.run !== deed.run) return { done: undefined };
      const { former } = promotion;
      return {
        done: former?.now.version,
        guard: guardOf(PROMOTED, image, text ?? undefined),
        commands: [former ? ['HSET', PROMOTED, image, JSON.stringify(former)] : ['HDEL', PROMOTED, image]],
        deed: { ...deed, image },
      };
    });
  }

  /** Has a version given to nobody any more, before its files go; gives whether it may go. Never the promoted one. */
  async leave(version: ImageVersion, deed: Deed): Promise<boolean> {
    const image = imageOf(version);
    return this.#changes.make(version, async () => {
      const [record, promoted] = await Promise.all([
        this.#record(version),
        this.#redis.hget(PROMOTED, image),
      ]);
      if (!record?.value || record.value.leaving) return { done: record !== undefined };
      const promotion = promoted === null ? undefined : Promotion.parse(JSON.parse(promoted));
      if (promotion?.now.version === version) return { done: false };
      return {
        done: true,
        guard: [guardOf(RECORDS, version, record.text), guardOf(PROMOTED, image, promoted ?? undefined)],
        commands: [['HSET', RECORDS, version, JSON.stringify({ ...record.value, leaving: true })]],
        deed: { ...deed, image },
      };
    });
  }

  /** Versions that are being removed: somebody was killed over it. */
  async leaving(image: string): Promise<ImageVersion[]> {
    const hash = await this.#redis.hgetall(RECORDS);
    return Object.entries(hash).flatMap(([version, text]) => {
      if (imageOf(version) !== image) return [];
      return ImageRecord.safeParse(JSON.parse(text)).data?.leaving ? [version] : [];
    });
  }

  /** Forgets a version whose files are gone. */
  async forget(version: ImageVersion): Promise<void> {
    const run = (await this.#record(version))?.value?.run ?? '';
    const commands = [
      ['HDEL', GATED, ...gateFields(version)],
      this.numbers.forgetting(imageOf(version), run),
      ['HDEL', RECORDS, version],
    ];
    await this.#ledger.commit({ records: [], commands });
  }

  async #promotion<Done>(
    image: string,
    deed: Deed,
    change: (promotion: Promotion | undefined) => {
      target: ImageVersion;
      next?: Omit<Promotion, 'former'>;
      done: Done;
    },
  ): Promise<Done> {
    return this.#changes.make(image, async () => {
      const text = (await this.#redis.hget(PROMOTED, image)) ?? undefined;
      const promotion = text === undefined ? undefined : Promotion.parse(JSON.parse(text));
      const { target, next, done } = change(promotion);
      if (!next) return { done };
      const record = await this.#record(target);
      if (!record?.value || record.value.leaving) throw new MusterError('image.unknown', { version: target });
      const { former: _, ...former } = promotion ?? {};
      const written = { ...next, ...('now' in former && { former }) };
      return {
        done,
        guard: [guardOf(PROMOTED, image, text), guardOf(RECORDS, target, record.text)],
        commands: [['HSET', PROMOTED, image, JSON.stringify(written)]],
        deed: { ...deed, image },
      };
    });
  }

  async #record(version: ImageVersion): Promise<{ text: string; value?: ImageRecord } | undefined> {
    const text = await this.#redis.hget(RECORDS, version);
    return text === null ? undefined : { text, value: ImageRecord.safeParse(JSON.parse(text)).data };
  }

  async #there(): Promise<string[]> {
    const hash = await this.#redis.hgetall(RECORDS);
    return Object.keys(hash).filter((version) => {
      const { data } = ImageRecord.safeParse(JSON.parse(hash[version] as string));
      return data && !data.leaving;
    });
  }
}

const stepOf = (version: ImageVersion, { run, by }: Deed, forced: boolean): Step => ({
  version,
  at: new Date().toISOString(),
  run,
  by: by.person,
  forced,
});
