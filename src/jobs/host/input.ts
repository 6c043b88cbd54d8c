/** What every step on a host is told. */
import { z } from 'zod';
import { HostName } from '../../names.ts';
import { NEEDS } from './needs.ts';

/** A host and what it needs. */
export const HostNeeds = z.strictObject({ host: HostName, needs: z.array(z.enum(NEEDS)).min(1) });
