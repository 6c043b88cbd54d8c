/** What the steps of keys are told. It is checked once more on the host: what is written there lets people in. */
import { z } from 'zod';
import { HostName, KeyGroupName } from '../../names.ts';
import { commentOf, readKey } from '../../public-key.ts';

/** A key that may log in, and whose it is: one word, as its comment says it. */
export const Key = z
  .strictObject({
    type: z.string().max(50),
    data: z.string().max(4_096),
    person: z.string().refine((person) => person === commentOf(person)),
  })
  .refine(({ type, data }) => typeof readKey(`${type} ${data}`) === 'object');
export type Key = z.output<typeof Key>;

/** What has to be said about where keys came from. */
export const Remark = z.discriminatedUnion('kind', [
  /** A source failed; `count` keys known last stay. */
  z.strictObject({
    kind: z.literal('failed'),
    source: z.string(),
    count: z.number().int(),
    code: z.string(),
    facts: z.record(z.string(), z.string()),
  }),
  /** A source has no key any more; the `count` keys known last stay. */
  z.strictObject({ kind: z.literal('empty'), source: z.string(), count: z.number().int() }),
  /** `count` of the `of` keys of a group would go, and stay until that is confirmed. */
  z.strictObject({
    kind: z.literal('many'),
    group: KeyGroupName,
    count: z.number().int(),
    of: z.number().int(),
  }),
  /** A key was left out. */
  z.strictObject({
    kind: z.literal('refused'),
    person: z.string(),
    why: z.enum(['line', 'options', 'type', 'data', 'weak']),
  }),
]);
export type Remark = z.output<typeof Remark>;

/** The name of a source of a group, unique in the configuration: `builders github.com/acme/ops`. */
const SourceId = z.string().max(700);

export const WriteKeys = z.strictObject({
  host: HostName,
  user: z.string().regex(/^[a-z_][a-z0-9_-]{0,31}$/),
  groups: z.array(KeyGroupName),
  /** Each with the sources it came from, and those of them where it only stays until its going is confirmed. None take the block away. */
  keys: z.array(z.strictObject({ key: Key, from: z.array(SourceId), held: z.array(SourceId) })).max(5_000),
  /** Every source of the groups, so that what is known of others can be forgotten. */
  sources: z.array(SourceId),
  remarks: z.array(Remark),
});
export type WriteKeys = z.output<typeof WriteKeys>;
