/** What the steps of files are told: where each file goes and in which manner, and what it was agreed to come to. */
import { z } from 'zod';
import { Apply } from '../../config/delivered.ts';
import type { Made } from '../../hubs/config/scene.ts';
import { FileName, HostName } from '../../names.ts';

const Argv = z.array(z.string()).min(1);

/** One file on one host. */
export const Delivery = z.strictObject({
  /** Of the file at its place, as in `hubs/config/places`. */
  id: z.string().max(500),
  file: FileName,
  path: z.string().startsWith('/').max(4_096),
  mode: z.string().regex(/^0[0-7]{3}$/),
  owner: z.string().optional(),
  group: z.string().optional(),
  check: Argv.optional(),
  apply: Apply.optional(),
  healthy: Argv.optional(),
  /** How long `healthy` may take to succeed, ms. */
  within: z.number().int().positive(),
  /** SHA-256 of the file with masks instead of secrets: what was agreed to. */
  sum: z.string().regex(/^[0-9a-f]{64}$/),
});
export type Delivery = z.output<typeof Delivery>;

/** The file itself, in base64, and with masks; added by Muster when the step begins, and kept nowhere. */
export const Content = z.strictObject({ bytes: z.base64(), masked: z.string() });
export type Content = z.output<typeof Content>;

export const Deliveries = z.strictObject({
  host: HostName,
  files: z.array(Delivery).min(1).max(5_000),
  /** By the id of each file. */
  contents: z.record(z.string(), Content).optional(),
});
export type Deliveries = z.output<typeof Deliveries>;

/** What a step is told of a file. */
export function deliveryOf({ placed, sum }: Pick<Made, 'placed' | 'sum'>): Delivery {
  const { id, file, settings } = placed;
  const { path, mode, owner, group, check, apply, healthy, within } = settings;
  return { id, file, path, mode, owner, group, check, apply, healthy, within, sum };
}
