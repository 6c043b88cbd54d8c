/** What changes a firewall, as plans hold it. */
import { z } from 'zod';
import { Firewall } from '../../firewall/firewall.ts';
import { HostName } from '../../names.ts';
import { Opening } from './opened.ts';

/** The name of a change: the run's that makes it. */
export const ChangeName = z.string().regex(/^[A-Za-z0-9._-]{1,100}$/);

/** The change itself. */
export const ChangeInput = z.strictObject({
  host: HostName,
  change: ChangeName,
  by: z.string().max(200),
  /** With what was opened in chats when it was planned; what is opened when it is made counts instead. */
  rules: Firewall,
  opening: Opening.default({ opens: [], closes: [] }),
  /** How long it may stay without being kept, ms. */
  keepWithin: z.number().int().min(1_000).max(3_600_000),
  /** Whether what others changed may be overwritten. */
  overwrite: z.boolean().default(false),
});

/** Where to knock before it is kept: ports that have to answer. */
export const Probes = z.array(z.strictObject({ address: z.string(), port: z.number().int() })).default([]);

export const KeepInput = z.strictObject({
  host: HostName,
  change: ChangeName,
  probes: Probes,
  /** What is opened and closed with it. */
  opening: Opening.optional(),
});
