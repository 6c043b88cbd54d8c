/** One boot of one machine, as it is kept. */
import { z } from 'zod';
import { Boot } from '../../boot.ts';

/** A boot as it is kept, with what only its keeper needs. */
export const KeptBoot = Boot.extend({
  /** The card by which it asked; unknown until it asks. */
  mac: z.string().optional(),
  firmware: z.string().optional(),
  /** Where it asked from: what it alone is given goes nowhere else. */
  address: z.string().optional(),
  /** Who waits for it, and how long it may take until it is switched on, ms. */
  wanted: z.strictObject({ run: z.string(), patience: z.number() }).optional(),
  /** Why it got what it got. */
  because: z
    .array(z.strictObject({ code: z.string(), facts: z.record(z.string(), z.string()) }))
    .max(20)
    .optional(),
  /** When it was given what it is to have, and to whom: that is given once. */
  given: z.strictObject({ at: z.number(), claim: z.string().optional() }).optional(),
});
export type KeptBoot = z.output<typeof KeptBoot>;
